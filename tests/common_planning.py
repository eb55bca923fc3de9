"""Work centers in plain Python, for the tests of planning/ that need no database."""

from datetime import datetime, timedelta
from itertools import accumulate

from ..planning.schedule import Operation, Order
from ..planning.worktime import HORIZON, WorkHours, WorkTime, to_seconds

WEEK = timedelta(weeks=1)
MONDAY = datetime(2027, 8, 30)


def spans(*pairs):
    """Return pairs of datetimes as spans in seconds."""
    return [(to_seconds(start), to_seconds(end)) for start, end in pairs]


def weekly_hours(*hours, days=range(5), since=MONDAY, weeks=2, limit=400):
    """Return hours that are the same on each of the days, in UTC.

    :param hours: ``(from, to)`` in hours of the day; none: always open
    """

    def load(number):
        if number >= limit:
            return None
        start = since + WEEK * weeks * number
        found = []
        for day in range(7 * weeks):
            midnight = start + timedelta(days=day)
            if not hours:
                found.append((midnight, midnight + timedelta(days=1)))
            elif midnight.weekday() in days:
                found += [
                    (midnight + timedelta(hours=opens), midnight + timedelta(hours=to))
                    for opens, to in hours
                ]
        stop = start + WEEK * weeks
        return to_seconds(start), to_seconds(stop), spans(*found)

    return WorkHours(load, to_seconds(since))


def worktime(workcenter_id, *hours, bookings=(), horizon=HORIZON, **options):
    return WorkTime(
        workcenter_id,
        weekly_hours(*hours, **options),
        spans(*bookings),
        horizon,
    )


def chain(*operations):
    """Return operations that wait for each other: ``(work center id, minutes)``."""
    return tuple(
        Operation(
            index,
            candidates if isinstance(candidates[0], tuple) else (candidates,),
            (index - 1,) if index > 1 else (),
            index,
        )
        for index, candidates in enumerate(operations, start=1)
    )


def order(*operations, id=1, now=MONDAY, direction="forward", **options):
    return Order(id, tuple(operations), direction, now, **options)


class BruteForce:
    """Slots found the slow way, minute by minute, to judge the fast one by.

    No gaps, no index, no worked seconds: only what each minute is.

    :param size: how many minutes there are
    :param hours: the working hours, as spans in minutes
    :param booked: the bookings, likewise
    """

    def __init__(self, size, hours, booked):
        works = self._fill(size, hours)
        self.open = [minute for minute, value in enumerate(works) if value]
        self.worked = [0, *accumulate(works)]  # minutes worked before each minute
        self.booked = [0, *accumulate(self._fill(size, booked))]

    @staticmethod
    def _fill(size, spans):
        minutes = bytearray(size)
        for start, stop in spans:
            start, stop = (min(max(edge, 0), size) for edge in (start, stop))
            minutes[start:stop] = b"\1" * (stop - start)
        return minutes

    def _slot(self, index, length):
        """Return the slot that begins with the open minute of this index, if free."""
        if index < 0 or index + length > len(self.open):
            return None
        start, stop = self.open[index], self.open[index + length - 1] + 1
        return None if self.booked[stop] > self.booked[start] else (start, stop)

    def first(self, start, length):
        for index in range(self.worked[start], len(self.open)):
            if slot := self._slot(index, length):
                return slot
        return None

    def last(self, end, length, not_before):
        lowest = self.worked[not_before]
        for index in range(self.worked[end] - length, lowest - 1, -1):
            if slot := self._slot(index, length):
                return slot
        return None
