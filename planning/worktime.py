"""When a work center works, what is booked on it, and where the next slot is.

Instants are whole seconds since 1970 in UTC (:func:`to_seconds`), durations seconds.
A search happens on the axis of worked seconds, where closed hours have no length: a
slot that spans a night is contiguous there, and "the first slot" is the first gap that
is wide enough. Bookings in closed hours remain as points, which no slot may span.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone, tzinfo

from .gaps import GapIndex

EPOCH = datetime(1970, 1, 1)
SECOND = timedelta(seconds=1)
HORIZON = 700 * 24 * 3600  # as Odoo: 50 windows of 14 days

Span = tuple[int, int]
Window = tuple[int, int, Iterable[Span]]


def to_seconds(moment: datetime, up: bool = False) -> int:
    """Return a naive UTC datetime as seconds since 1970, cut (or rounded up) to one.

    >>> to_seconds(datetime(1970, 1, 2)), to_seconds(datetime(1970, 1, 1, 0, 0, 0, 1))
    (86400, 0)
    >>> to_seconds(datetime(1970, 1, 1, 0, 0, 0, 1), up=True)
    1
    """
    return -((EPOCH - moment) // SECOND) if up else (moment - EPOCH) // SECOND


def to_datetime(seconds: int) -> datetime:
    """Return seconds since 1970 as a naive UTC datetime."""
    return EPOCH + timedelta(seconds=seconds)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, with those that touch or overlap made one.

    >>> merge([(5, 7), (1, 3), (3, 4), (6, 9), (12, 12)])
    [(1, 4), (5, 9), (12, 12)]
    """
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


class WorkHours:
    """The working hours of one or several work centers, read as far as needed.

    ``load(n)`` gives window ``n`` = 0, 1, ... as ``(start, stop, spans)``: each window
    starts where the one before it stops, spans are the working hours in it (seconds,
    in any order). It gives None when there is nothing farther. Hours before ``start``
    are not used. ``farthest`` says where the last window stops, so that nobody reads
    them all to learn that what is asked for lies beyond.
    """

    __slots__ = (
        "_load",
        "_number",
        "_starts",
        "_stops",
        "_worked",
        "farthest",
        "start",
        "stop",
    )

    def __init__(
        self,
        load: Callable[[int], Window | None],
        start: int,
        farthest: int | None = None,
    ):
        self._load = load
        self.farthest = farthest
        self._number = 0  # of the next window
        self._starts: list[int] = []
        self._stops: list[int] = []
        self._worked: list[int] = [0]  # before each span, and after the last one
        self.start = start
        self.stop = start

    @property
    def worked(self) -> int:
        """Seconds worked from the start to as far as hours are known."""
        return self._worked[-1]

    def reach(self, moment: int) -> bool:
        """Read on until ``moment`` is covered; False when it cannot be."""
        if self.farthest is not None and moment > self.farthest:
            return False
        while self.stop < moment:
            window = self._load(self._number)
            if window is None:
                return False
            self._number += 1
            self._append(window)
        return True

    def _append(self, window: Window) -> None:
        _start, stop, spans = window
        for opening, closing in merge(spans):
            opening = max(opening, self.stop)
            closing = min(closing, stop)
            if closing <= opening:
                continue
            if self._stops and opening <= self._stops[-1]:
                self._worked[-1] += closing - self._stops[-1]
                self._stops[-1] = closing
            else:
                self._starts.append(opening)
                self._stops.append(closing)
                self._worked.append(self._worked[-1] + closing - opening)
        self.stop = max(stop, self.stop)

    def at(self, moment: int) -> int:
        """Return the seconds worked from the start until ``moment``."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0
        last = min(moment, self._stops[index])
        return self._worked[index] + last - self._starts[index]

    def opening(self, worked: int) -> int:
        """Return the last moment at which this much was worked: work can go on."""
        index = bisect_right(self._worked, worked) - 1
        return self._starts[index] + worked - self._worked[index]

    def closing(self, worked: int) -> int:
        """Return the first moment at which this much was worked: work was done."""
        index = max(bisect_left(self._worked, worked) - 1, 0)
        return self._starts[index] + worked - self._worked[index]

    def between(self, start: int, stop: int) -> Iterator[Span]:
        """Yield the working hours inside ``start .. stop``, in order."""
        index = bisect_right(self._stops, start)
        while index < len(self._starts) and self._starts[index] < stop:
            yield max(self._starts[index], start), min(self._stops[index], stop)
            index += 1


class WorkTime:
    """The free time of one work center: hours minus bookings; slots are booked in it.

    :param hours: may be shared by work centers that work the same hours
    :param bookings: foreign bookings in any order; they may overlap
    :param horizon: how far from its bound a search looks, in seconds
    :param zone: time zone of its calendar, for what is counted by day
    """

    __slots__ = (
        "_gaps",
        "_pending",
        "bookings",
        "horizon",
        "hours",
        "workcenter_id",
        "zone",
    )

    def __init__(
        self,
        workcenter_id: int,
        hours: WorkHours,
        bookings: Iterable[Span] = (),
        horizon: int = HORIZON,
        zone: tzinfo = timezone.utc,
    ):
        self.workcenter_id = workcenter_id
        self.hours = hours
        self.bookings: list[Span] = merge(
            span for span in bookings if span[0] < span[1]
        )
        self.horizon = horizon
        self.zone = zone
        self._gaps = GapIndex()
        self._pending = self.bookings[::-1]  # those beyond the hours known, last first

    def first_slot(self, start: int, seconds: int) -> Span | None:
        """Return the earliest slot of so many working seconds from ``start`` on.

        It begins and ends in working hours, may span closed ones, overlaps no booking,
        and ends within the horizon. None when there is none.
        """
        hours = self.hours
        start = max(start, hours.start)
        farthest = start + self.horizon
        ahead = start + seconds
        while True:
            known = hours.reach(ahead)
            self._index()
            found = self._gaps.first(hours.at(start), seconds, hours.worked)
            if found is not None:
                slot = hours.opening(found), hours.closing(found + seconds)
                return slot if slot[1] <= farthest else None
            if not known or hours.stop >= farthest:
                return None
            ahead = hours.stop + 1

    def last_slot(self, end: int, seconds: int, not_before: int) -> Span | None:
        """Return the latest slot that ends by ``end`` and starts at ``not_before``.

        The mirror of :meth:`first_slot`. None when there is none, or when the hours
        are not known as far as ``end``.
        """
        hours = self.hours
        not_before = max(not_before, end - self.horizon, hours.start)
        if end - not_before < seconds or not hours.reach(end):
            return None
        self._index()
        floor = hours.at(not_before)
        found = self._gaps.last(hours.at(end), seconds, floor)
        if found is None:
            return None
        return hours.opening(found - seconds), hours.closing(found)

    def works(self, start: int, end: int) -> bool:
        """Tell whether there is working time, booked or not, in ``start .. end``.

        Of a time so far off that its hours are not known: whether there is any now.
        """
        hours = self.hours
        if not hours.reach(end):
            start, end = hours.start, hours.start + self.horizon
            hours.reach(end)
        return hours.at(end) > hours.at(start)

    def book(self, start: int, end: int) -> None:
        """Take a slot that was found; ValueError when it is not (wholly) free."""
        self.hours.reach(end)
        self._index()
        begun, done = self.hours.at(start), self.hours.at(end)
        if done <= begun or not self._gaps.is_free(begun, done):
            raise ValueError(
                f"work center {self.workcenter_id} is not free from "
                f"{to_datetime(start)} to {to_datetime(end)}"
            )
        self._gaps.add(begun, done)

    def release(self, start: int, end: int) -> None:
        """Give up a slot taken by :meth:`book`; ValueError when it was not."""
        self._gaps.remove(self.hours.at(start), self.hours.at(end))

    def _index(self) -> None:
        """Bring the bookings within the hours known by now into the index."""
        pending, hours = self._pending, self.hours
        while pending and pending[-1][0] < hours.stop:
            start, end = pending.pop()
            if end > hours.stop:
                pending.append((hours.stop, end))
                end = hours.stop
            if end <= hours.start:
                continue
            self._gaps.add(hours.at(start), hours.at(end))
