"""Work centers in plain Python, for the tests of planning/ that need no database."""

from datetime import datetime, timedelta

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
