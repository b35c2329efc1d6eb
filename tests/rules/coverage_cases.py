"""Covers and facts for the tests of the cover rule: named ones and generated ones."""

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.coverage import (
    COST_CLASSES,
    PRIORITY,
    Candidate,
    Line,
    LineFacts,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
FULL = dict.fromkeys(COST_CLASSES, 100.0)
DAY = date(2026, 3, 6)
UNIT, FRAME, MOTOR, SEAL = 1, 11, 12, 13

DATES = st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 10**6),
    kind=st.sampled_from(sorted(PRIORITY)),
    unit_id=st.sampled_from([UNIT, UNIT, UNIT, 2]),
    component_id=st.sampled_from([0, 0, FRAME, MOTOR]),
    component_class=st.sampled_from(["", "drive", "frame"]),
    unit_component_id=st.sampled_from([0, 0, 0, 21, 22]),
    date_start=DATES,
    date_end=DATES,
    shares=st.dictionaries(
        st.sampled_from(COST_CLASSES), st.floats(-50, 150), max_size=5
    ),
    meter_limit=st.sampled_from([0.0, 0.0, 500.0]),
    quota=st.sampled_from(
        [None, None, {}, {"amount": 0.0}, {"amount": 70.0, "hours": 1.5}, {"visits": 2}]
    ),
    pool=st.sampled_from([0, 0, 5]),
    order_id=st.sampled_from([0, 0, 0, 71, 72]),
    is_excluded=st.sampled_from([False, False, False, True]),
    is_void=st.sampled_from([False, False, False, True]),
)
POOLS = st.lists(CANDIDATES, max_size=8, unique_by=lambda cover: cover.id)
FACTS = st.builds(
    LineFacts,
    cost_class=st.sampled_from(COST_CLASSES),
    date=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    unit_id=st.just(UNIT),
    component_id=st.sampled_from([0, FRAME, MOTOR]),
    component_class=st.sampled_from(["", "drive", "frame"]),
    unit_component_id=st.sampled_from([0, 21, 22]),
    is_wearing=st.booleans(),
    cause_voids=st.booleans(),
    is_tampered=st.booleans(),
    meter=st.sampled_from([0.0, 100.0, 900.0]),
    order_id=st.sampled_from([0, 71]),
    uses=st.sampled_from(
        [{}, {"amount": 33.33}, {"amount": 200.0}, {"hours": 1.0}, {"visits": 1}]
    ),
    trip=st.sampled_from([0, 1, 2]),
)
LINES = st.lists(
    st.builds(Line, id=st.integers(1, 10**6), facts=FACTS),
    max_size=8,
    unique_by=lambda line: line.id,
)


def cover(**vals):
    return Candidate(
        **{
            "id": 1,
            "kind": "product",
            "unit_id": UNIT,
            "date_start": date(2025, 1, 10),
            "date_end": date(2027, 1, 9),
            "shares": FULL,
        }
        | vals
    )


def facts(**vals):
    return LineFacts(**{"cost_class": "part", "date": DAY, "unit_id": UNIT} | vals)


def codes(decision):
    """Return why each loser lost."""
    return {loser.cover_id: loser.reason.code for loser in decision.losers}
