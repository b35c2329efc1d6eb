"""Promised times: what a clock's events say. No database, no "now".

A clock is told by its events alone. Its hours are counted in working time; pauses do
not count, nor does the time between a stop and a reopening. A replan gives the promise
other hours or another calendar, counted from the start of the clock as if they had
held all along; but a promise that was broken before the replan stays broken.

A ``breach`` row notes when the promise broke by the working hours of that day. Hours
that are changed later, such as a holiday entered afterwards, do not take it back; only
a fact does that shows that the clock was not running at that moment.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

OPENING = {"start", "resume", "reopen"}
CLOSING = {"pause": "paused", "stop": "stop", "cancel": "cancel"}
CHUNK = timedelta(days=28)
MAX_CHUNKS = 40
# Shares of the promise after which a clock turns yellow, then orange.
HALF, WARNING = 0.5, 0.75


class NeverOpen(ValueError):
    """The working time has no hour in the three years that follow."""


@dataclass(frozen=True)
class Event:
    """One row of a clock's ledger.

    ``hours`` and ``calendar`` are read on ``start`` and ``replan`` only; ``calendar``
    is any hashable key, None for around the clock.
    """

    kind: str
    date: datetime
    hours: float = 0.0
    calendar: object = None

    @property
    def seconds(self):
        return round(self.hours * 3600)


@dataclass(frozen=True)
class Status:
    """What the events of one clock come to. Times are naive UTC."""

    state: str
    deadline: datetime | None
    half: datetime | None
    warning: datetime | None
    seconds_promised: int
    seconds_used: int
    running_since: datetime | None
    date_stop: datetime | None
    date_broken: datetime | None
    calendar: object = None

    def get_seconds_used(self, now, work):
        """Return the working seconds used until ``now``."""
        if self.running_since is None or now <= self.running_since:
            return self.seconds_used
        return self.seconds_used + work.between(self.running_since, now)

    def is_broken(self, now):
        """Return whether the promise is broken as far as one knows at ``now``."""
        return self.date_broken is not None or (
            self.deadline is not None and now > self.deadline
        )


class AroundTheClock:
    """Working time without pause."""

    def add(self, start, seconds):
        return start + timedelta(seconds=seconds)

    def between(self, start, end):
        return max(0, round((end - start).total_seconds()))


class WorkTime:
    """Working time out of intervals, fetched month by month as far as needed.

    :param datetime origin: nothing before it is ever asked
    :param fetch: ``fetch(start, end)`` returns the intervals between two moments, as
        sorted pairs of naive datetimes in whole seconds
    """

    def __init__(self, origin, fetch):
        self._origin = self._end = origin
        self._fetch = fetch
        self._starts = []
        self._stops = []
        self._totals = []  # worked seconds at the end of each interval

    def add(self, start, seconds):
        """Return the moment ``seconds`` of work after ``start``.

        Zero seconds give ``start`` or, outside working hours, the next opening.

        :raise NeverOpen: if that moment does not come within three years
        """
        self._reach(start)
        target = self._position(start) + seconds
        for _chunk in range(MAX_CHUNKS):
            found = self._find(start, target, seconds)
            if found is not None:
                return found
            self._extend()
        raise NeverOpen

    def between(self, start, end):
        """Return the seconds of work between two moments."""
        if end <= start:
            return 0
        self._reach(end)
        return self._position(end) - self._position(start)

    def _find(self, start, target, seconds):
        if not seconds:
            index = bisect_right(self._stops, start)
            return max(start, self._starts[index]) if index < len(self._stops) else None
        index = bisect_left(self._totals, target)
        if index >= len(self._totals):
            return None
        return self._stops[index] - timedelta(seconds=self._totals[index] - target)

    def _position(self, moment):
        """Return the seconds worked from the origin until ``moment``."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0
        left = max(0, round((self._stops[index] - moment).total_seconds()))
        return self._totals[index] - left

    def _reach(self, moment):
        if moment < self._origin:
            raise ValueError("The working time is asked before its origin.")
        while self._end <= moment:
            self._extend()

    def _extend(self):
        end = self._end + CHUNK
        for start, stop in self._fetch(self._end, end):
            if stop <= start:
                continue
            total = self._totals[-1] if self._totals else 0
            self._starts.append(start)
            self._stops.append(stop)
            self._totals.append(total + round((stop - start).total_seconds()))
        self._end = end


def judge(events, works):
    """Return what the events of one clock come to.

    :param list[Event] events: the ledger, its first row is the ``start``
    :param dict works: working time by calendar key; None is around the clock
    :rtype: Status
    """
    events = sorted(events, key=lambda event: event.date)  # stable: ledger order
    runs, state, stop = _trace(events)
    plans = [event for event in events if event.kind in ("start", "replan")]
    broken = _get_noted_breach(events, runs)
    for plan, following in zip(plans, [*plans[1:], None], strict=True):
        held = runs if following is None else _clip(runs, following.date)
        breach = _get_breach(held, plan, works[plan.calendar])
        if breach is not None and broken is None:
            broken = max(breach, plan.date)
    if state == "stop":
        state = "broken" if broken else "kept"
    return _conclude(runs, state, stop, plans[-1], works[plans[-1].calendar], broken)


def get_moment(share, seconds_promised, seconds_used, running_since, work):
    """Return when a running clock has used a share of its promise.

    :param float share: 1.0 is the whole promise, 1.5 half as much again
    :param int seconds_used: working seconds used until ``running_since``
    :return: that moment; ``running_since`` if it lies before
    :raise NeverOpen: if it does not come within three years
    """
    left = round(seconds_promised * share) - seconds_used
    return work.add(running_since, left) if left > 0 else running_since


def _get_noted_breach(events, runs):
    """Return the first breach noted at a moment when the clock really ran, or None."""
    for event in events:
        if event.kind == "breach" and any(
            start <= event.date and (end is None or event.date < end)
            for start, end in runs
        ):
            return event.date
    return None


def _trace(events):
    """Return when the clock ran, its state now, and when it was stopped.

    The last run has None as its end while the clock is running. Rows that change
    nothing, such as a pause of a paused clock, are passed over.
    """
    runs, since, state, stop = [], None, "paused", None
    for event in events:
        if event.kind in OPENING and since is None and _may_open(event, state):
            since, state, stop = event.date, "running", None
        elif event.kind in CLOSING and state not in ("stop", "cancel"):
            if since is not None:
                runs.append((since, event.date))
            since = None
            state = CLOSING[event.kind]
            stop = event.date if event.kind == "stop" else None
    if since is not None:
        runs.append((since, None))
    return runs, state, stop


def _may_open(event, state):
    """Return whether a clock in ``state`` starts running by this event."""
    return event.kind == "reopen" if state in ("stop", "cancel") else True


def _clip(runs, until):
    """Return the part of the runs that lies before ``until``."""
    return [
        (start, until if end is None else min(end, until))
        for start, end in runs
        if start < until
    ]


def _get_breach(runs, plan, work):
    """Return when the promise of ``plan`` broke in the runs that ended, or None."""
    left = plan.seconds
    for start, end in runs:
        if end is None:
            return None  # the future decides
        worked = work.between(start, end)
        if left <= worked:
            deadline = work.add(start, left)
            if deadline < end:
                return deadline
        left -= worked
    return None


def _conclude(runs, state, stop, plan, work, broken):
    """Return the status by the plan that holds now."""
    ended = [(start, end) for start, end in runs if end is not None]
    used = sum(work.between(start, end) for start, end in ended)
    since = runs[-1][0] if runs and runs[-1][1] is None else None
    deadline, half, warning = _get_breach(ended, plan, work), None, None
    if since is not None:
        deadline = deadline or work.add(since, max(0, plan.seconds - used))
        half, warning = (
            get_moment(share, plan.seconds, used, since, work)
            for share in (HALF, WARNING)
        )
    elif deadline is None and stop is not None and ended and ended[-1][1] == stop:
        start, end = ended[-1]
        deadline = work.add(
            start, max(0, plan.seconds - used + work.between(start, end))
        )
    return Status(
        state=state,
        deadline=deadline,
        half=half,
        warning=warning,
        seconds_promised=plan.seconds,
        seconds_used=used,
        running_since=since,
        date_stop=stop,
        date_broken=broken,
        calendar=plan.calendar,
    )
