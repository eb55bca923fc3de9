"""What the plain scheduler costs: no database, no Odoo, nothing to install.

    python3 benchmarks/bench_schedule.py

Orders of five operations over 20 work centers (one alternative each) that already hold
3,000 bookings, planned back and forward. ``run()`` gives the figures as a dict.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import random
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType

WORKCENTERS = 20
OPERATIONS = 5
BOOKINGS = 3000
SIZES = (200, 1000, 2000)
ROUNDS = 5
MONDAY = datetime(2027, 1, 4)


def load_planning() -> ModuleType:
    """Return the package planning/, also where the add-on is not on Odoo's path."""
    root = str(Path(__file__).resolve().parent.parent)
    if root not in sys.path:
        sys.path.insert(0, root)
    return importlib.import_module("planning")


load_planning()
from planning.capacity import capacity
from planning.schedule import Operation, Order, schedule_orders
from planning.worktime import WorkHours, WorkTime, to_seconds


def office_hours() -> WorkHours:
    """Return Monday to Friday, 8 to 12 and 13 to 17, read in windows as Odoo's are."""

    def load(number: int) -> tuple:
        first = MONDAY + timedelta(weeks=4 * (2**number - 1))
        last = MONDAY + timedelta(weeks=4 * (2 ** (number + 1) - 1))
        spans = []
        for day in range((last - first).days):
            midnight = to_seconds(first + timedelta(days=day))
            if day % 7 < 5:
                spans.append((midnight + 8 * 3600, midnight + 12 * 3600))
                spans.append((midnight + 13 * 3600, midnight + 17 * 3600))
        return to_seconds(first), to_seconds(last), spans

    return WorkHours(load, to_seconds(MONDAY))


def make_bookings(pick: random.Random) -> dict[int, list[tuple[int, int]]]:
    """Return bookings of half an hour to four hours, spread over two years of work."""
    free = {number: WorkTime(number, office_hours()) for number in range(WORKCENTERS)}
    bookings: dict[int, list] = {number: [] for number in free}
    for index in range(BOOKINGS):
        number = index % WORKCENTERS
        start = to_seconds(MONDAY) + pick.randrange(500 * 24 * 60) * 60
        slot = free[number].first_slot(start, pick.randint(1, 8) * 1800)
        free[number].book(*slot)
        bookings[number].append(slot)
    return bookings


def make_orders(count: int, direction: str, pick: random.Random) -> list[Order]:
    """Return orders whose operations wait for each other, due over 600 days."""
    orders = []
    for number in range(count):
        operations = []
        for index in range(OPERATIONS):
            own = pick.randrange(WORKCENTERS)
            minutes = pick.randint(10, 120)
            other = (own + 1 + pick.randrange(WORKCENTERS - 1)) % WORKCENTERS
            operations.append(
                Operation(
                    index + 1,
                    ((own, minutes), (other, minutes * 1.25)),
                    (index,) if index else (),
                    index,
                )
            )
        due = MONDAY + timedelta(days=pick.randrange(30, 600), hours=16)
        orders.append(Order(number, tuple(operations), direction, MONDAY, MONDAY, due))
    return orders


def measure(count: int, direction: str, bookings: dict) -> dict[str, float]:
    """Return the milliseconds an order takes: searching and booking, capacity, all."""
    orders = make_orders(count, direction, random.Random(count))
    gc.collect()
    began = time.process_time()
    hours = office_hours()
    worktimes = {
        number: WorkTime(number, hours, spans) for number, spans in bookings.items()
    }
    ready = time.process_time()
    schedules = schedule_orders(orders, worktimes)
    placed = time.process_time()
    slots = [slot for schedule in schedules for slot in schedule.slots]
    rows = capacity(
        worktimes,
        {
            schedule.order_id: (
                [],
                [(slot.workcenter_id, slot.start, slot.end) for slot in schedule.slots],
            )
            for schedule in schedules
        },
    )
    ended = time.process_time()
    if len(slots) != count * OPERATIONS or not rows:
        raise AssertionError("an order was not placed")
    each = 1000 / count
    return {
        "search_ms": (placed - ready) * each,
        "capacity_ms": (ended - placed) * each,
        "total_ms": (ended - began) * each,
    }


def exponent(measured: dict, name: str, small: int, large: int) -> float:
    """Return how a time grows with the number of orders; 1 is linear."""
    times = [measured[size][name] * size for size in (small, large)]
    return math.log(times[1] / times[0]) / math.log(large / small)


def run(sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS) -> dict:
    """Return per direction and number of orders the best figures, and exponents.

    Processor time, the best of the rounds: what else the machine does is not counted.
    """
    bookings = make_bookings(random.Random(1))
    figures: dict = {}
    for direction in ("back", "forward"):
        measured: dict = {size: [] for size in sizes}
        for _round in range(rounds):
            for size in sizes:
                measured[size].append(measure(size, direction, bookings))
        best = {
            size: {name: min(each[name] for each in several) for name in several[0]}
            for size, several in measured.items()
        }
        growth = {
            name: {
                f"{small}-{large}": exponent(best, name, small, large)
                for small, large in pairwise(sizes)
            }
            for name in ("search_ms", "total_ms")
        }
        figures[direction] = {**best, "exponent": growth}
    return figures


def main() -> None:
    figures = run()
    for direction in ("back", "forward"):
        for size in SIZES:
            each = figures[direction][size]
            print(
                f"{direction:8} {size:5} orders: search {each['search_ms']:.3f}, "
                f"capacity {each['capacity_ms']:.3f}, all {each['total_ms']:.3f} ms "
                "an order"
            )
        for name, growth in figures[direction]["exponent"].items():
            values = ", ".join(f"{size}: {each:.3f}" for size, each in growth.items())
            print(f"{direction:8} exponent of {name}: {values}")
    if "--json" in sys.argv:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
