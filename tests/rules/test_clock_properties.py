"""Any legal ledger in any calendar: what must hold whatever happens to a clock."""

import unittest
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.after_sales_service.rules.clock import (
    AroundTheClock,
    Event,
    WorkTime,
    get_moment,
    judge,
)

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 2)
NEXT = {
    "running": ("pause", "stop", "cancel", "replan"),
    "paused": ("resume", "stop", "cancel", "replan"),
    "kept": ("reopen",),
    "broken": ("reopen",),
    "cancel": ("reopen",),
}


def office(zone, holidays=frozenset()):
    """Return ``fetch(start, end)`` of 8:00–17:00 local time on working days."""

    def fetch(start, end):
        day, found = start.date() - timedelta(days=1), []
        while day <= end.date() + timedelta(days=1):
            if day.weekday() < 5 and day not in holidays:
                opens, closes = (
                    datetime(day.year, day.month, day.day, hour, tzinfo=zone)
                    .astimezone(UTC)
                    .replace(tzinfo=None)
                    for hour in (8, 17)
                )
                opens, closes = max(opens, start), min(closes, end)
                if opens < closes:
                    found.append((opens, closes))
            day += timedelta(days=1)
        return found

    return fetch


def make_works(holidays=frozenset()):
    return {
        None: AroundTheClock(),
        "office": WorkTime(START, office(UTC, holidays)),
        "berlin": WorkTime(START, office(BERLIN, holidays)),
    }


calendars = st.sampled_from([None, "office", "berlin"])
hours = st.sampled_from([0.25, 1.0, 4.0, 12.0, 24.0, 72.0])


@st.composite
def ledgers(draw, steps=12):
    """Return a legal ledger: only what a person could do to the clock as it stands."""
    at = START + timedelta(minutes=draw(st.integers(0, 20_000)))
    events = [Event("start", at, draw(hours), draw(calendars))]
    works = make_works()
    for _step in range(draw(st.integers(0, steps))):
        at += timedelta(minutes=draw(st.integers(0, 4_000)))
        kind = draw(st.sampled_from(NEXT[judge(events, works).state]))
        if kind == "replan":
            events.append(Event(kind, at, draw(hours), draw(calendars)))
        else:
            events.append(Event(kind, at))
    return events


class TestClockProperties(unittest.TestCase):
    """What holds for every ledger."""

    @settings(max_examples=300, deadline=None)
    @given(ledgers())
    def test_marks_follow_one_another(self, events):
        status = judge(events, make_works())
        if status.state == "running":
            self.assertLessEqual(status.half, status.warning)
            if status.seconds_used <= status.seconds_promised:
                self.assertLessEqual(status.warning, status.deadline)
        else:
            self.assertIsNone(status.half)
            self.assertIsNone(status.warning)

    @settings(max_examples=300, deadline=None)
    @given(ledgers())
    def test_a_running_clock_has_promised_time_left_until_its_deadline(self, events):
        works = make_works()
        status = judge(events, works)
        if status.state == "running" and status.seconds_used < status.seconds_promised:
            work = works[status.calendar]
            left = work.between(status.running_since, status.deadline)
            self.assertEqual(status.seconds_used + left, status.seconds_promised)
            full = get_moment(
                1.0,
                status.seconds_promised,
                status.seconds_used,
                status.running_since,
                work,
            )
            self.assertEqual(full, status.deadline)

    @settings(max_examples=300, deadline=None)
    @given(ledgers(), st.integers(1, 5_000))
    def test_pausing_and_going_on_at_once_changes_nothing(self, events, minutes):
        works = make_works()
        before = judge(events, works)
        if before.state != "running":
            return
        at = max(event.date for event in events) + timedelta(minutes=minutes)
        after = judge([*events, Event("pause", at), Event("resume", at)], works)
        if before.date_broken or at > before.deadline:
            self.assertIsNotNone(after.date_broken)
        elif at < before.deadline:
            self.assertEqual(after.deadline, before.deadline)

    @settings(max_examples=200, deadline=None)
    @given(ledgers(), st.sets(st.integers(0, 400), max_size=40))
    def test_holidays_entered_later_take_no_noted_breach_back(self, events, days):
        status = judge(events, make_works())
        if status.date_broken is None:
            return
        noted = [*events, Event("breach", status.date_broken)]
        self.assertEqual(judge(noted, make_works()).date_broken, status.date_broken)
        holidays = frozenset((START + timedelta(days=day)).date() for day in days)
        after = judge(noted, make_works(holidays))
        self.assertIsNotNone(after.date_broken)
        self.assertNotEqual(after.state, "kept")

    @settings(max_examples=200, deadline=None)
    @given(ledgers(), st.randoms(use_true_random=False))
    def test_rows_of_different_moments_may_be_read_in_any_order(self, events, rng):
        moments = [event.date for event in events]
        if len(set(moments)) < len(moments):
            return
        shuffled = events[:]
        rng.shuffle(shuffled)
        self.assertEqual(judge(shuffled, make_works()), judge(events, make_works()))

    @settings(max_examples=200, deadline=None)
    @given(ledgers())
    def test_a_replan_never_takes_a_breach_back(self, events):
        works = make_works()
        before = judge(events, works)
        if before.state not in ("running", "paused"):
            return
        at = max(event.date for event in events) + timedelta(days=30)
        known = before.is_broken(at) and before.state == "running"
        after = judge([*events, Event("replan", at, 5_000.0, None)], works)
        if known or before.date_broken:
            self.assertIsNotNone(after.date_broken)


class TestClockCalendars(unittest.TestCase):
    """Nights on which the clocks are changed, nights without end, days without work."""

    def test_summer_time_takes_no_working_hour(self):
        works = make_works()
        friday = datetime(2026, 3, 27, 15, 0)  # 16:00 in Berlin, one hour left
        status = judge([Event("start", friday, 2.0, "berlin")], works)
        # Monday is summer time: 8:00 in Berlin is 6:00 in UTC.
        self.assertEqual(status.deadline, datetime(2026, 3, 30, 7, 0))

    def test_winter_time_gives_no_working_hour(self):
        works = make_works()
        friday = datetime(2026, 10, 23, 14, 0)  # 16:00 in Berlin
        status = judge([Event("start", friday, 2.0, "berlin")], works)
        self.assertEqual(status.deadline, datetime(2026, 10, 26, 8, 0))

    def test_around_the_clock_counts_the_hour_that_the_night_gains(self):
        start = datetime(2026, 10, 24, 22, 0)
        status = judge([Event("start", start, 24.0)], make_works())
        self.assertEqual(status.deadline, start + timedelta(hours=24))

    def test_a_holiday_in_between_moves_the_deadline_by_a_day(self):
        monday = datetime(2026, 3, 2, 9, 0)
        plain = judge([Event("start", monday, 12.0, "office")], make_works())
        holiday = make_works(frozenset({datetime(2026, 3, 3).date()}))
        moved = judge([Event("start", monday, 12.0, "office")], holiday)
        self.assertEqual(moved.deadline - plain.deadline, timedelta(days=1))

    def test_zero_hours_are_due_at_the_next_opening(self):
        night = datetime(2026, 3, 2, 22, 0)
        status = judge([Event("start", night, 0.0, "office")], make_works())
        self.assertEqual(status.deadline, datetime(2026, 3, 3, 8, 0))
        self.assertEqual((status.half, status.warning), (night, night))

    def test_a_fact_entered_late_takes_a_wrong_breach_back(self):
        """The technician was there at 9:50; it was entered at noon."""
        start = datetime(2026, 3, 2, 8, 0)
        events = [
            Event("start", start, 2.0, "office"),
            Event("breach", datetime(2026, 3, 2, 10, 0)),
            Event("stop", datetime(2026, 3, 2, 9, 50)),
        ]
        status = judge(events, make_works())
        self.assertEqual((status.state, status.date_broken), ("kept", None))
