"""How full work centers are by day, before and after orders were placed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from .worktime import Span, WorkTime, merge, to_datetime, to_seconds

DAY = timedelta(days=1)
Booked = tuple[int, datetime, datetime]
Place = tuple[int, date]


def capacity(
    worktimes: Mapping[int, WorkTime],
    changes: Mapping[int, tuple[Iterable[Booked], Iterable[Booked]]],
) -> dict[int, list[dict]]:
    """Return for each order a row per work center and day that its slots touch.

    :param worktimes: their ``bookings`` are those of others: neither what was given up
        nor what was taken
    :param changes: order id -> what it gave up, what it took: each ``(work center id,
        start, end)``
    :return: order id -> in order of work center and day ``{"workcenter_id", "date" (of
        the day in its calendar's zone), "minutes_available", "minutes_before",
        "minutes_after", "overlap_before", "overlap_after"}``: all that is booked there
        before and after all of the orders changed. Only working hours count, and what
        is booked twice counts once: the overlaps say how much is. Orders that touch
        the same day share its row
    """
    before, after, places = defaultdict(list), defaultdict(list), {}
    for order_id, (given_up, taken) in changes.items():
        places[order_id] = _add_spans(before, given_up, worktimes)
        places[order_id] |= _add_spans(after, taken, worktimes)
    rows = {
        place: _row(worktimes[place[0]], place[1], before[place], after[place])
        for place in sorted(set().union(*places.values()))
    }
    return {
        order_id: [rows[place] for place in sorted(touched)]
        for order_id, touched in places.items()
    }


def _add_spans(
    spans: dict[Place, list[Span]],
    booked: Iterable[Booked],
    worktimes: Mapping[int, WorkTime],
) -> set[Place]:
    """Add what is booked to each local day with working hours in it; return where."""
    touched = set()
    for workcenter_id, start, end in booked:
        span = to_seconds(start), to_seconds(end)
        for day in _days(span, worktimes[workcenter_id]):
            spans[workcenter_id, day].append(span)
            touched.add((workcenter_id, day))
    return touched


def _days(span: Span, worktime: WorkTime) -> set[date]:
    """Return the local days on which there are working hours inside the span."""
    start, end = span
    worktime.hours.reach(end)
    days = set()
    for opening, closing in worktime.hours.between(start, end):
        days.update(_local_days(opening, closing, worktime.zone))
    return days


def _local_days(start: int, end: int, zone: tzinfo) -> Iterator[date]:
    day, last = (_local(second, zone).date() for second in (start, end - 1))
    while day <= last:
        yield day
        day += DAY


def _local(seconds: int, zone: tzinfo) -> datetime:
    return to_datetime(seconds).replace(tzinfo=timezone.utc).astimezone(zone)


def _midnight(day: date, zone: tzinfo) -> int:
    """Return the second at which a local day begins, whatever kind of zone it is."""
    wall = to_seconds(datetime.combine(day, time.min))
    guess = wall
    for _turn in range(2):  # the offset at the guess, then the one at midnight itself
        guess = wall - int(_local(guess, zone).utcoffset().total_seconds())
    return guess


def _row(worktime: WorkTime, day: date, old: list[Span], new: list[Span]) -> dict:
    start, end = (_midnight(value, worktime.zone) for value in (day, day + DAY))
    worktime.hours.reach(end)
    hours = list(worktime.hours.between(start, end))
    others = _inside(worktime.bookings, start, end)
    row = {
        "workcenter_id": worktime.workcenter_id,
        "date": day.isoformat(),
        "minutes_available": _minutes(hours, [(start, end)]),
    }
    for side, spans in (("before", old), ("after", new)):
        booked = _minutes(hours, others + spans)
        apart = _minutes(hours, others) + sum(_minutes(hours, [one]) for one in spans)
        row[f"minutes_{side}"] = booked
        row[f"overlap_{side}"] = round(apart - booked, 2)
    return row


def _inside(spans: list[Span], start: int, end: int) -> list[Span]:
    """Return those of the spans, disjoint and in order, that may touch a day."""
    first = max(bisect_left(spans, (start,)) - 1, 0)
    return spans[first : bisect_left(spans, (end,))]


def _minutes(hours: list[Span], spans: list[Span]) -> float:
    """Return the minutes of the hours that are inside the spans."""
    seconds = 0
    for start, end in merge(spans):
        for opening, closing in hours:
            seconds += max(0, min(end, closing) - max(start, opening))
    return round(seconds / 60, 2)
