"""Places the operations of orders in the free time of work centers.

Plain values in, plain values out: datetimes are naive UTC, durations minutes as Odoo
expects them, and "now" comes with the order. Same input, same plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from .worktime import WorkTime, to_datetime, to_seconds


@dataclass(frozen=True, slots=True)
class Operation:
    """A work order to place.

    ``candidates``: ``(work center id, minutes)``, its own work center first, then the
    alternatives; ``predecessors``: ids of operations of the same order that must have
    ended before this one starts (unknown ids do not count); ``position``: breaks ties.
    """

    id: int
    candidates: tuple[tuple[int, float], ...]
    predecessors: tuple[int, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order to place: ``back`` from ``due``, or ``forward`` from ``start``.

    Nothing starts before ``now``, which the caller has rounded up to a full minute.
    ``lead`` is how long an order without operations takes. Orders are placed by
    ``priority`` (higher first), ``due`` (none last), ``id``.
    """

    id: int
    operations: tuple[Operation, ...]
    direction: str
    now: datetime
    start: datetime | None = None
    due: datetime | None = None
    priority: int = 0
    lead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an operation is placed; ``minutes`` is its duration at that work center."""

    operation_id: int
    workcenter_id: int
    start: datetime
    end: datetime
    minutes: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order has no place: ``no_slot`` or ``no_calendar``, where, and the search.

    The work center is the operation's own one; its alternatives have no slot either.
    """

    code: str
    workcenter_id: int
    operation_id: int
    date_from: datetime
    date_to: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """The outcome for one order.

    ``late``: how long after ``due`` it ends, or None; ``turned``: asked for back, but
    placed forward from now; with a ``refusal`` there are no slots and no dates.
    """

    order_id: int
    slots: tuple[Slot, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    late: timedelta | None = None
    turned: bool = False
    refusal: Refusal | None = None


class _NoSlotError(Exception):
    """An operation has no slot; carries the refusal."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal)
        self.refusal = refusal


def schedule_orders(
    orders: Iterable[Order], worktimes: Mapping[int, WorkTime]
) -> list[Schedule]:
    """Place orders one after the other and book their slots in ``worktimes``.

    Returns one schedule an order, in the order of placing. A refused order books
    nothing. Raises ValueError, before anything is booked, for operations that wait
    for each other or have no work center, and for an order to plan back without due
    date.
    """
    orders = sorted(orders, key=_placing_key)
    for order in orders:
        _check(order)
    return [_place(order, worktimes) for order in orders]


def _placing_key(order: Order) -> tuple:
    return -order.priority, order.due or datetime.max, order.id


def _check(order: Order) -> None:
    if order.direction not in ("back", "forward"):
        raise ValueError(f"order {order.id}: unknown direction {order.direction!r}")
    if order.direction == "back" and order.due is None:
        raise ValueError(f"order {order.id} has no due date to plan back from")
    if not all(op.candidates for op in order.operations):
        raise ValueError(f"order {order.id} has an operation without work center")
    waiting = {op.id: set(op.predecessors) for op in order.operations}
    while True:
        free = [key for key, others in waiting.items() if not others & waiting.keys()]
        if not free:
            break
        for key in free:
            del waiting[key]
    if waiting:
        ids = ", ".join(str(key) for key in sorted(waiting))
        raise ValueError(f"order {order.id}: operations wait for each other: {ids}")


def _place(order: Order, worktimes: Mapping[int, WorkTime]) -> Schedule:
    if not order.operations:
        return _place_lead(order)
    turned = False
    try:
        slots = None
        if order.direction == "back":
            slots = _place_back(order, worktimes)
            turned = slots is None
        if slots is None:
            start = order.now if turned else max(order.start or order.now, order.now)
            slots = _place_forward(order, start, worktimes)
    except _NoSlotError as error:
        return Schedule(order.id, turned=turned, refusal=error.refusal)
    start = min(slot.start for slot in slots)
    end = max(slot.end for slot in slots)
    return Schedule(order.id, slots, start, end, _late(order, end), turned)


def _place_lead(order: Order) -> Schedule:
    """Place an order without operations: its lead time, on no work center."""
    turned = False
    if order.direction == "back":
        start = order.due - order.lead
        turned = start < order.now
    else:
        start = max(order.start or order.now, order.now)
    if turned:
        start = order.now
    end = start + order.lead
    return Schedule(order.id, (), start, end, _late(order, end), turned)


def _late(order: Order, end: datetime) -> timedelta | None:
    return end - order.due if order.due and end > order.due else None


def _place_forward(
    order: Order, start: datetime, worktimes: Mapping[int, WorkTime]
) -> tuple[Slot, ...]:
    """Place each operation as early as it can, the one that can start first, first."""
    earliest = to_seconds(start, up=True)
    operations = {op.id: op for op in order.operations}
    followers, awaited = _graph(order)
    bounds = dict.fromkeys(operations, earliest)
    ready = [(earliest, op.position, key) for key, op in operations.items()]
    ready = [item for item in ready if not awaited[item[2]]]
    heapify(ready)
    taken = []
    while ready:
        bound, _position, key = heappop(ready)
        best = _earliest(operations[key], bound, worktimes)
        if best is None:
            _release(taken, worktimes)
            op = operations[key]
            farthest = bound + worktimes[op.candidates[0][0]].horizon
            raise _NoSlotError(_refusal(op, bound, farthest, worktimes))
        end = _book(taken, key, best, worktimes)[1]
        for follower in followers[key]:
            bounds[follower] = max(bounds[follower], end)
            awaited[follower] -= 1
            if not awaited[follower]:
                position = operations[follower].position
                heappush(ready, (bounds[follower], position, follower))
    return _slots(order, taken)


def _place_back(
    order: Order, worktimes: Mapping[int, WorkTime]
) -> tuple[Slot, ...] | None:
    """Place each operation as late as it can, the one that can end last, first.

    The mirror of :func:`_place_forward`. None when it would start before now.
    """
    now, due = to_seconds(order.now, up=True), to_seconds(order.due)
    operations = {op.id: op for op in order.operations}
    followers, _awaited = _graph(order)
    awaited = {key: len(after) for key, after in followers.items()}
    bounds = dict.fromkeys(operations, due)
    ready = [(-due, -op.position, -key) for key, op in operations.items()]
    ready = [item for item in ready if not awaited[-item[2]]]
    heapify(ready)
    taken = []
    while ready:
        key = -heappop(ready)[2]
        best = _latest(operations[key], bounds[key], now, worktimes)
        if best is None:
            _release(taken, worktimes)
            _check_hours(operations[key], bounds[key], now, worktimes)
            return None
        start = _book(taken, key, best, worktimes)[0]
        for before in set(operations[key].predecessors) & operations.keys():
            bounds[before] = min(bounds[before], start)
            awaited[before] -= 1
            if not awaited[before]:
                position = operations[before].position
                heappush(ready, (-bounds[before], -position, -before))
    return _slots(order, taken)


def _graph(order: Order) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the followers of each operation and how many others each waits for."""
    followers: dict[int, list[int]] = {op.id: [] for op in order.operations}
    awaited = {}
    for op in order.operations:
        known = set(op.predecessors) & followers.keys()
        awaited[op.id] = len(known)
        for key in known:
            followers[key].append(op.id)
    return followers, awaited


def to_work(minutes: float) -> int:
    """Return expected minutes as seconds to work: as in Odoo at least one.

    >>> to_work(1.5), to_work(0), to_work(-3)
    (90, 1, 1)
    """
    return max(1, round(minutes * 60))


def _earliest(op: Operation, bound: int, worktimes: Mapping[int, WorkTime]):
    """Return the candidate that ends first as ``(start, end, work center, minutes)``.

    A tie stays with the one listed first, the own work center.
    """
    best = None
    for workcenter_id, minutes in op.candidates:
        slot = worktimes[workcenter_id].first_slot(bound, to_work(minutes))
        if slot and (best is None or slot[1] < best[1]):
            best = (*slot, workcenter_id, minutes)
    return best


def _latest(op: Operation, bound: int, now: int, worktimes: Mapping[int, WorkTime]):
    """Return the candidate that starts last, the mirror of :func:`_earliest`."""
    best = None
    for workcenter_id, minutes in op.candidates:
        slot = worktimes[workcenter_id].last_slot(bound, to_work(minutes), now)
        if slot and (best is None or slot[0] > best[0]):
            best = (*slot, workcenter_id, minutes)
    return best


def _book(taken: list, key: int, best: tuple, worktimes: Mapping[int, WorkTime]):
    start, end, workcenter_id, _minutes = best
    worktimes[workcenter_id].book(start, end)
    taken.append((key, *best))
    return start, end


def _release(taken: list, worktimes: Mapping[int, WorkTime]) -> None:
    for _key, start, end, workcenter_id, _minutes in taken:
        worktimes[workcenter_id].release(start, end)


def _slots(order: Order, taken: list) -> tuple[Slot, ...]:
    """Return the slots in the order of the operations as they were given."""
    slots = {
        key: Slot(key, workcenter_id, to_datetime(start), to_datetime(end), minutes)
        for key, start, end, workcenter_id, minutes in taken
    }
    return tuple(slots[op.id] for op in order.operations)


def _check_hours(
    op: Operation, bound: int, now: int, worktimes: Mapping[int, WorkTime]
) -> None:
    """Refuse a due date so far off that no working hours are known there."""
    times = [worktimes[workcenter_id] for workcenter_id, _minutes in op.candidates]
    if not any(worktime.hours.reach(bound) for worktime in times):
        raise _NoSlotError(_refusal(op, now, bound, worktimes))


def _refusal(
    op: Operation, start: int, end: int, worktimes: Mapping[int, WorkTime]
) -> Refusal:
    times = [worktimes[workcenter_id] for workcenter_id, _minutes in op.candidates]
    works = any(worktime.works(start, end) for worktime in times)
    return Refusal(
        "no_slot" if works else "no_calendar",
        times[0].workcenter_id,
        op.id,
        to_datetime(start),
        to_datetime(end),
    )
