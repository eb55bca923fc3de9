"""How full work centers are by day, before and after orders were placed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from .worktime import Span, WorkTime, merge, to_datetime, to_seconds

DAY = timedelta(days=1)
Booked = tuple[int, datetime, datetime]


def capacity(
    worktimes: Mapping[int, WorkTime],
    given_up: Iterable[Booked],
    taken: Iterable[Booked],
) -> list[dict]:
    """Return a row per work center and day that a change of bookings touches.

    :param worktimes: their ``bookings`` are those of others: neither what was given up
        nor what was taken
    :param given_up: ``(work center id, start, end)`` of the slots as they were
    :param taken: the same of the slots as they are now
    :return: in order of work center and day, ``{"workcenter_id", "date" (of the day in
        its calendar's zone), "minutes_available", "minutes_before", "minutes_after",
        "overlap_before", "overlap_after"}``; only working hours count, and what is
        booked twice counts once: the overlaps say how much of it others have too
    """
    before, after = _by_workcenter(given_up), _by_workcenter(taken)
    rows = []
    for workcenter_id in sorted(before.keys() | after.keys()):
        worktime = worktimes[workcenter_id]
        old, new = merge(before[workcenter_id]), merge(after[workcenter_id])
        for day in sorted(_days(old + new, worktime)):
            rows.append(_row(worktime, day, old, new))
    return rows


def _by_workcenter(booked: Iterable[Booked]) -> dict[int, list[Span]]:
    spans = defaultdict(list)
    for workcenter_id, start, end in booked:
        spans[workcenter_id].append((to_seconds(start), to_seconds(end)))
    return spans


def _days(spans: Iterable[Span], worktime: WorkTime) -> set[date]:
    """Return the local days on which there are working hours inside the spans."""
    days = set()
    for start, end in spans:
        worktime.hours.reach(end)
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
        own = _inside(spans, start, end)
        booked = _minutes(hours, others + own)
        apart = _minutes(hours, others) + _minutes(hours, own)
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
