"""Property tests of the clock: generated ledgers, not one example."""

import random
import unittest
from datetime import datetime, timedelta

from odoo.addons.after_sales_service.rules.clock import (
    AroundTheClock,
    Event,
    NeverOpen,
    WorkTime,
    judge,
)

MONDAY = datetime(2026, 3, 2)
HOUR = timedelta(hours=1)


def office_hours(start, end):
    """Return 8:00–12:00 and 13:00–17:00 of the working days between two moments."""
    day = datetime(start.year, start.month, start.day)
    found = []
    while day < end:
        if day.weekday() < 5:
            for opens, closes in ((8, 12), (13, 17)):
                pair = max(day + opens * HOUR, start), min(day + closes * HOUR, end)
                if pair[0] < pair[1]:
                    found.append(pair)
        day += timedelta(days=1)
    return found


def works():
    return {None: AroundTheClock(), "office": WorkTime(MONDAY, office_hours)}


def count_by_minute(start, end):
    """Return the office seconds between two moments, the slow and plain way."""
    minutes = 0
    while start < end:
        if start.weekday() < 5 and (8 <= start.hour < 12 or 13 <= start.hour < 17):
            minutes += 1
        start += timedelta(minutes=1)
    return minutes * 60


class TestWorkTime(unittest.TestCase):
    def test_add_and_between_agree_with_counting_minutes(self):
        rng = random.Random(1)
        for _round in range(200):
            work = WorkTime(MONDAY, office_hours)
            start = MONDAY + timedelta(minutes=rng.randrange(20000))
            seconds = rng.randrange(1, 3000) * 60
            end = work.add(start, seconds)
            self.assertEqual(work.between(start, end), seconds)
            self.assertEqual(count_by_minute(start, end), seconds)
            earlier = end - timedelta(minutes=1)
            self.assertEqual(work.between(start, earlier), seconds - 60)

    def test_zero_seconds_lead_to_the_next_opening(self):
        work = WorkTime(MONDAY, office_hours)
        self.assertEqual(work.add(MONDAY + 12 * HOUR, 0), MONDAY + 13 * HOUR)
        self.assertEqual(work.add(MONDAY + 9 * HOUR, 0), MONDAY + 9 * HOUR)

    def test_a_calendar_without_hours_is_told(self):
        with self.assertRaises(NeverOpen):
            WorkTime(MONDAY, lambda start, end: []).add(MONDAY, 60)


class TestClock(unittest.TestCase):
    def _start(self, hours=4, calendar="office", at=MONDAY + 9 * HOUR):
        return Event("start", at, hours, calendar)

    def test_pause_moves_the_deadline_by_the_time_paused(self):
        status = judge(
            [
                self._start(),
                Event("pause", MONDAY + 10 * HOUR),
                Event("resume", MONDAY + 14 * HOUR),
            ],
            works(),
        )
        self.assertEqual(status.state, "running")
        self.assertEqual(status.deadline, MONDAY + 17 * HOUR)
        self.assertEqual(status.warning, MONDAY + 16 * HOUR)

    def test_a_paused_clock_has_no_deadline(self):
        status = judge([self._start(), Event("pause", MONDAY + 10 * HOUR)], works())
        self.assertEqual((status.state, status.deadline), ("paused", None))
        self.assertEqual(status.seconds_used, 3600)

    def test_closed_while_paused_is_judged_by_the_time_before_the_pause(self):
        late = datetime(2026, 6, 1)
        kept = judge(
            [self._start(), Event("pause", MONDAY + 10 * HOUR), Event("stop", late)],
            works(),
        )
        self.assertEqual((kept.state, kept.date_broken), ("kept", None))
        broken = judge(
            [
                self._start(),
                Event("pause", MONDAY + 14.5 * HOUR),
                Event("stop", late),
            ],
            works(),
        )
        self.assertEqual(broken.state, "broken")
        self.assertEqual(broken.date_broken, MONDAY + 14 * HOUR)

    def test_used_up_to_the_second_is_kept(self):
        for stop in (MONDAY + 14 * HOUR, MONDAY + 20 * HOUR):
            events = [self._start(), Event("pause", MONDAY + 14 * HOUR)]
            status = judge([*events, Event("stop", stop)], works())
            self.assertEqual(status.state, "kept")

    def test_stopped_at_the_deadline_is_kept_a_second_later_broken(self):
        deadline = MONDAY + 14 * HOUR
        status = judge([self._start(), Event("stop", deadline)], works())
        self.assertEqual((status.state, status.deadline), ("kept", deadline))
        late = deadline + timedelta(seconds=1)
        status = judge([self._start(), Event("stop", late)], works())
        self.assertEqual((status.state, status.date_broken), ("broken", deadline))

    def test_an_evening_after_the_deadline_is_late(self):
        start = self._start(hours=8, at=MONDAY + 8 * HOUR)
        status = judge([start, Event("stop", MONDAY + 20 * HOUR)], works())
        self.assertEqual(status.state, "broken")

    def test_replan_counts_from_the_start_and_forgives_nothing(self):
        replanned = Event("replan", MONDAY + 15 * HOUR, 16, "office")
        status = judge([self._start(), replanned], works())
        self.assertEqual(status.deadline, MONDAY + 57 * HOUR)  # Wednesday 9:00
        self.assertEqual(status.date_broken, MONDAY + 14 * HOUR)
        status = judge(
            [self._start(), replanned, Event("stop", MONDAY + 16 * HOUR)], works()
        )
        self.assertEqual(status.state, "broken")
        in_time = Event("replan", MONDAY + 10 * HOUR, 1, None)
        status = judge([self._start(), in_time], works())
        self.assertEqual(status.deadline, MONDAY + 10 * HOUR)
        self.assertIsNone(status.date_broken)

    def test_a_shorter_promise_cannot_break_before_it_was_given(self):
        shorter = Event("replan", MONDAY + 11 * HOUR, 1, "office")
        status = judge(
            [self._start(), shorter, Event("stop", MONDAY + 16 * HOUR)], works()
        )
        self.assertEqual(status.date_broken, MONDAY + 11 * HOUR)

    def test_reopened_goes_on_where_it_stopped(self):
        status = judge(
            [
                self._start(),
                Event("stop", MONDAY + 10 * HOUR),
                Event("reopen", MONDAY + 34 * HOUR),  # Tuesday 10:00
            ],
            works(),
        )
        self.assertEqual(status.state, "running")
        self.assertEqual(status.deadline, MONDAY + 38 * HOUR)

    def test_any_ledger_agrees_with_counting_minutes(self):
        rng = random.Random(2)
        for _round in range(300):
            hours = rng.choice([1, 4, 12, 24])
            at = MONDAY + timedelta(minutes=rng.randrange(3000))
            events, runs, since, state = (
                [Event("start", at, hours, "office")],
                [],
                at,
                "r",
            )
            for _step in range(rng.randrange(8)):
                at += timedelta(minutes=rng.randrange(1, 1500))
                kind = rng.choice(["pause", "resume", "pause", "resume", "stop"])
                events.append(Event(kind, at))
                if state == "s":
                    continue
                if kind in ("pause", "stop"):
                    runs += [(since, at)] if since else []
                    since = None
                    state = "p" if kind == "pause" else "s"
                elif state == "p" and not since:
                    since, state = at, "r"
            used = sum(count_by_minute(*run) for run in runs)
            status = judge(events, works())
            self.assertEqual(status.seconds_used, used)
            if status.state == "running" and used < hours * 3600:
                left = count_by_minute(status.running_since, status.deadline)
                self.assertEqual(used + left, hours * 3600)
            if used > hours * 3600:
                self.assertIsNotNone(status.date_broken)
            if status.state == "kept":
                self.assertLessEqual(used, hours * 3600)

    def test_the_order_of_reading_does_not_matter(self):
        rng = random.Random(3)
        for _round in range(100):
            at = MONDAY
            events = [Event("start", at, 12, "office")]
            for _step in range(6):
                at += timedelta(minutes=rng.randrange(1, 900))
                kind = rng.choice(["pause", "resume", "stop", "reopen", "replan"])
                events.append(Event(kind, at, rng.choice([2, 24]), None))
            shuffled = events[:]
            rng.shuffle(shuffled)
            self.assertEqual(judge(events, works()), judge(shuffled, works()))

    def test_no_later_event_takes_a_breach_back(self):
        rng = random.Random(4)
        for _round in range(300):
            at = MONDAY
            events, broken = [Event("start", at, 2, "office")], None
            for _step in range(10):
                at += timedelta(minutes=rng.randrange(1, 300))
                kind = rng.choice(["pause", "resume", "stop", "reopen", "replan"])
                events.append(Event(kind, at, rng.choice([1, 8, 40]), "office"))
                now = judge(events, works()).date_broken
                if broken:
                    self.assertEqual(now, broken)
                broken = now
