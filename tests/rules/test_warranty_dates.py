from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.coverage import (
    Candidate,
    LineFacts,
    decide,
)
from odoo.addons.after_sales_service.rules.warranty_dates import (
    add_term,
    merge_pauses,
    paused_end,
    replaced_part_end,
    start_date,
)

# No deadline: how long an example takes says nothing on a busy machine.
SLOW_MACHINE = settings(deadline=None)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
EVENTS = ("delivered", "installed", "manufactured", "sold", "first_use")
UNITS = st.sampled_from(["day", "month", "year"])
PART_RULES = ("fresh", "rest", "longer", "at_least")
ONE_DAY = timedelta(days=1)


@st.composite
def pauses_after(draw, first):
    """Return stays in the workshop in random order, some of them overlapping."""
    stays = []
    for _number in range(draw(st.integers(0, 6))):
        came = first + timedelta(days=draw(st.integers(-40, 900)))
        stays.append((came, came + timedelta(days=draw(st.integers(0, 60)))))
    return draw(st.permutations(stays))


class TestWarrantyDates(TestCase):
    def test_two_years_end_the_day_before_the_same_date(self):
        self.assertEqual(add_term(date(2025, 1, 10), 24, "month"), date(2027, 1, 9))
        self.assertEqual(add_term(date(2025, 1, 10), 2, "year"), date(2027, 1, 9))

    def test_a_term_in_days_counts_its_first_day(self):
        self.assertEqual(add_term(date(2025, 1, 10), 1, "day"), date(2025, 1, 10))
        self.assertEqual(add_term(date(2025, 1, 10), 90, "day"), date(2025, 4, 9))

    def test_short_months_give_their_last_day(self):
        self.assertEqual(add_term(date(2025, 1, 31), 1, "month"), date(2025, 2, 28))
        self.assertEqual(add_term(date(2024, 2, 29), 1, "year"), date(2025, 2, 28))
        self.assertEqual(add_term(date(2025, 8, 31), 1, "month"), date(2025, 9, 30))

    def test_the_first_of_a_month_ends_with_the_month_before(self):
        self.assertEqual(add_term(date(2025, 3, 1), 12, "month"), date(2026, 2, 28))

    def test_a_term_of_nothing_is_refused(self):
        with self.assertRaisesRegex(ValueError, "one day at least"):
            add_term(date(2025, 1, 1), 0, "month")
        with self.assertRaisesRegex(ValueError, "unknown unit"):
            add_term(date(2025, 1, 1), 1, "week")

    @SLOW_MACHINE
    @given(DAYS, st.integers(1, 120), st.sampled_from(["day", "month", "year"]))
    def test_a_term_never_ends_before_it_starts(self, start, term, unit):
        self.assertGreaterEqual(add_term(start, term, unit), start)

    @SLOW_MACHINE
    @given(DAYS, st.integers(1, 120), st.sampled_from(["day", "month", "year"]))
    def test_later_start_or_longer_term_never_ends_earlier(self, start, term, unit):
        end = add_term(start, term, unit)
        self.assertGreaterEqual(add_term(start + timedelta(days=1), term, unit), end)
        self.assertGreater(add_term(start, term + 1, unit), end)

    def test_the_start_waits_for_its_event_but_not_for_ever(self):
        delivered, installed = date(2025, 1, 10), date(2025, 6, 1)
        events = {"delivered": delivered, "installed": None}
        self.assertIsNone(start_date("installed", events))
        self.assertEqual(start_date("installed", events, 90), date(2025, 4, 10))
        events["installed"] = installed
        self.assertEqual(start_date("installed", events), installed)
        self.assertEqual(start_date("installed", events, 90), date(2025, 4, 10))
        events["installed"] = date(2025, 2, 1)
        self.assertEqual(start_date("installed", events, 90), date(2025, 2, 1))

    def test_rules_for_replaced_parts(self):
        day, old = date(2026, 3, 6), date(2027, 1, 9)
        fresh = date(2026, 9, 5)
        self.assertEqual(replaced_part_end("fresh", day, 6, old), fresh)
        self.assertEqual(replaced_part_end("rest", day, 6, old), old)
        self.assertEqual(replaced_part_end("longer", day, 6, old), old)
        self.assertEqual(replaced_part_end("longer", day, 24, old), date(2028, 3, 5))
        self.assertEqual(replaced_part_end("longer", day, 6, None), fresh)
        self.assertIsNone(replaced_part_end("rest", day, 6, date(2026, 3, 5)))
        self.assertIsNone(replaced_part_end("fresh", day, 0, old))

    def test_the_rest_but_so_many_days_at_least(self):
        day, old = date(2026, 3, 6), date(2027, 1, 9)
        for old_end, days, end in (
            (old, 90, old),
            (date(2026, 3, 20), 90, date(2026, 6, 3)),
            (None, 90, date(2026, 6, 3)),
            (date(2026, 3, 5), 0, None),
        ):
            with self.subTest(old_end=old_end, days=days):
                self.assertEqual(
                    replaced_part_end("at_least", day, 24, old_end, days), end
                )
        with self.assertRaisesRegex(ValueError, "unknown rule"):
            replaced_part_end("never", day, 6, old)

    @SLOW_MACHINE
    @given(
        st.data(),
        DAYS,
        st.sampled_from(PART_RULES),
        st.integers(0, 36),
        st.integers(0, 400),
    )
    def test_replaced_parts_on_random_timelines(self, data, start, rule, months, days):
        """Swap upon swap: the rule's promise is kept to each new part, no more."""
        end, fitted = add_term(start, 24, "month"), start
        for _swap in range(data.draw(st.integers(1, 6))):
            fitted += timedelta(days=data.draw(st.integers(0, 500)))
            new = replaced_part_end(rule, fitted, months, end, days)
            rest = end if end and end >= fitted else None
            fresh = add_term(fitted, months, "month") if months else None
            self.assertTrue(new is None or new >= fitted)
            if rule in ("rest", "longer", "at_least") and rest:
                self.assertGreaterEqual(new, rest)
            if rule in ("fresh", "longer") and fresh:
                self.assertGreaterEqual(new, fresh)
            if rule == "at_least" and days:
                self.assertGreaterEqual((new - fitted).days + 1, days)
            least = add_term(fitted, days, "day") if days else None
            self.assertIn(new, (rest, fresh, least, None))
            end = new

    # === TWO EVENTS === #
    def test_the_earlier_and_the_later_of_two_events(self):
        delivered, installed = date(2025, 1, 10), date(2025, 2, 1)
        events = {"delivered": delivered, "installed": None}
        later = ("delivered", events, 0, "installed", "later")
        earlier = ("delivered", events, 0, "installed", "earlier")
        self.assertIsNone(start_date(*later))
        self.assertEqual(start_date(*earlier), delivered)
        events["installed"] = installed
        self.assertEqual(start_date(*later), installed)
        self.assertEqual(start_date(*earlier), delivered)
        events["installed"] = date(2025, 12, 1)
        self.assertEqual(
            start_date("delivered", events, 90, "installed"), date(2025, 4, 10)
        )
        with self.assertRaisesRegex(ValueError, "neither the earlier nor"):
            start_date("delivered", events, 0, "installed", "sometimes")

    @SLOW_MACHINE
    @given(
        st.fixed_dictionaries(
            {event: st.one_of(st.none(), DAYS) for event in EVENTS[1:]}
        ),
        DAYS,
        st.sampled_from(EVENTS),
        st.sampled_from(("", *EVENTS)),
        st.sampled_from(("earlier", "later")),
        st.integers(1, 400),
    )
    def test_with_a_limit_what_is_delivered_has_started(
        self, events, delivered, rule, other, pick, limit
    ):
        events = events | {"delivered": delivered}
        start = start_date(rule, events, limit, other, pick)
        self.assertIsNotNone(start)
        self.assertLessEqual(start, delivered + timedelta(days=limit))
        self.assertIn(start, {*events.values(), delivered + timedelta(days=limit)})
        self.assertLessEqual(
            start_date(rule, events, limit, other, "earlier"),
            start_date(rule, events, limit, other, "later"),
        )

    # === PAUSES === #
    def test_the_days_in_the_workshop_are_added(self):
        start, end = date(2025, 1, 1), date(2025, 12, 31)
        stay = (date(2025, 6, 1), date(2025, 6, 15))
        self.assertEqual(paused_end(start, end, [stay]), date(2026, 1, 14))
        self.assertEqual(paused_end(start, end, [stay, stay]), date(2026, 1, 14))
        for came, left in (
            (date(2025, 6, 1), None),  # still here
            (date(2026, 1, 1), date(2026, 2, 1)),  # after the end
            (date(2024, 11, 1), date(2025, 1, 1)),  # before the start
            (date(2025, 6, 1), date(2025, 6, 1)),  # came and left the same day
        ):
            with self.subTest(came=came, left=left):
                self.assertEqual(paused_end(start, end, [(came, left)]), end)
        came_late = (end, date(2026, 1, 10))
        self.assertEqual(paused_end(start, end, [came_late]), date(2026, 1, 10))
        second = (date(2026, 1, 10), date(2026, 1, 20))
        self.assertEqual(paused_end(start, end, [second, stay]), date(2026, 1, 24))

    @SLOW_MACHINE
    @given(st.data(), DAYS, st.integers(1, 36))
    def test_a_pause_adds_exactly_the_days_away(self, data, start, months):
        """Covered days that are no days away are as many as the term has."""
        end = add_term(start, months, "month")
        stays = data.draw(pauses_after(start))
        new_end = paused_end(start, end, stays)
        away = {
            came + timedelta(days=number)
            for came, left in stays
            for number in range((left - came).days)
        }
        days = (start + timedelta(days=n) for n in range((new_end - start).days + 1))
        counted = sum(day not in away for day in days)
        self.assertEqual(counted, (end - start).days + 1)
        self.assertEqual(paused_end(start, end, merge_pauses(stays)), new_end)

    # === NOTHING OUTSIDE THE TERM === #
    @SLOW_MACHINE
    @given(st.data(), DAYS, st.integers(1, 60), UNITS)
    def test_no_cover_before_the_start_and_after_the_end(self, data, start, term, unit):
        stays = data.draw(pauses_after(start))
        end = paused_end(start, add_term(start, term, unit), stays)
        cover = Candidate(
            1, "product", date_start=start, date_end=end, shares={"part": 100.0}
        )
        for day, share in (
            (start - ONE_DAY, 0),
            (start, 100),
            (end, 100),
            (end + ONE_DAY, 0),
        ):
            decision = decide(LineFacts("part", day), [cover])
            self.assertEqual(decision.share, share)

    @SLOW_MACHINE
    @given(DAYS, st.integers(0, 60), st.one_of(st.none(), DAYS))
    def test_longer_is_never_shorter_than_the_others(self, day, months, old_end):
        ends = {
            rule: replaced_part_end(rule, day, months, old_end)
            for rule in ("fresh", "rest", "longer")
        }
        for rule in ("fresh", "rest"):
            if ends[rule]:
                self.assertGreaterEqual(ends[rule], day)
                self.assertGreaterEqual(ends["longer"], ends[rule])
