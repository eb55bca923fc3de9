"""What scheduling costs, apart from what Odoo writes, against Odoo's own *Plan*.

Runs in Odoo's shell (part of `make bench`): orders of five operations over 20 work
centers with one alternative each, among bookings of others. Timed is all that Refresh
does to schedule: reading calendars and bookings, searching, comparing with what is
there, counting capacity. `bench_schedule.py` has the search alone, without a database.

BENCH_SCHEDULE_ORDERS (1000), BENCH_ROUNDS (3), BENCH_SCHEDULE_JSON (a file for the
figures).
"""

import gc
import json
import logging
import math
import os
import random
import sys
import time
from datetime import datetime, timedelta

ORDERS = int(os.environ.get("BENCH_SCHEDULE_ORDERS", "1000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
FEW = max(ORDERS // 5, 1)
PLANNED = max(ORDERS // 20, 1)  # by Odoo's Plan, which takes long
START = datetime(2035, 1, 1)  # a Monday
CENTERS, OPERATIONS, BOOKINGS, BOMS = 20, 5, 3000, 20
BAR_MS, BAR_EXPONENT = 2.5, 1.05


class Rollback(Exception):
    """Restores the state that a measurement began with."""


class Factory:
    def __init__(self, env, pick):
        self.env, self.pick = env, pick

    def make(self):
        """Return confirmed orders without slots, among the bookings of others."""
        centers = self.make_centers()
        self.make_bookings(centers)
        boms = self.env["mrp.bom"].create(
            [self.prepare_bom(number, centers) for number in range(BOMS)]
        )
        orders = self.env["mrp.production"].create(
            [self.prepare_order(boms[number % BOMS]) for number in range(ORDERS)]
        )
        orders.action_confirm()
        self.env.flush_all()
        return orders

    def make_centers(self):
        hours = [
            (0, 0, {"name": f"{day}", "dayofweek": f"{day}", **span})
            for day in range(5)
            for span in (
                {"hour_from": 8, "hour_to": 12, "day_period": "morning"},
                {"hour_from": 13, "hour_to": 17, "day_period": "afternoon"},
            )
        ]
        calendar = self.env["resource.calendar"].create(
            {"name": "Bench", "tz": "UTC", "attendance_ids": [(5,), *hours]}
        )
        centers = self.env["mrp.workcenter"].create(
            [
                {"name": f"Center {number}", "resource_calendar_id": calendar.id}
                for number in range(CENTERS)
            ]
        )
        for number, center in enumerate(centers):
            center.alternative_workcenter_ids = centers[(number + 7) % CENTERS]
        return centers

    def make_bookings(self, centers):
        vals_list = []
        for number in range(BOOKINGS):
            center = centers[number % CENTERS]
            # one a day at most, so that none overlap
            day = START + timedelta(days=3 * (number // CENTERS), hours=8)
            begin = day + timedelta(minutes=30 * self.pick.randrange(8))
            vals_list.append(
                {
                    "name": f"Booking {number}",
                    "calendar_id": center.resource_calendar_id.id,
                    "resource_id": center.resource_id.id,
                    "date_from": begin,
                    "date_to": begin + timedelta(minutes=30 * self.pick.randint(1, 8)),
                    "time_type": "other",
                }
            )
        self.env["resource.calendar.leaves"].create(vals_list)

    def prepare_bom(self, number, centers):
        product = self.env["product.product"].create(
            {"name": f"Product {number}", "type": "consu", "is_storable": True}
        )
        operations = [
            {
                "name": f"Operation {index}",
                "workcenter_id": self.pick.choice(centers).id,
                "time_cycle_manual": self.pick.randint(10, 120),
            }
            for index in range(OPERATIONS)
        ]
        return {
            "product_tmpl_id": product.product_tmpl_id.id,
            "operation_ids": [(0, 0, values) for values in operations],
        }

    def prepare_order(self, bom):
        due = START + timedelta(days=self.pick.randrange(30, 600), hours=16)
        return {
            "product_id": bom.product_tmpl_id.product_variant_id.id,
            "bom_id": bom.id,
            "date_start": START,
            "date_deadline": due,
        }


class Bench:
    def __init__(self, env):
        self.env = env
        self.pipeline = env["mrp.production.refresh.pipeline"]

    def schedule(self, orders, direction):
        """Return the milliseconds an order of scheduling, nothing written: processor
        time of Odoo, and on the clock.
        """
        self.env.flush_all()
        self.env.invalidate_all()
        options = {"scheduling_direction": direction}
        plans = self.pipeline._select(orders, options, preview=True)
        self.pipeline._check_guards(plans)
        self.pipeline._plan(plans)
        gc.collect()
        begin = time.process_time(), time.perf_counter()
        self.pipeline._schedule(plans, preview=True)
        self.pipeline._collect_changes(plans)
        end = time.process_time(), time.perf_counter()
        wrong = [plan.message for plan in plans if not plan.open]
        if wrong:
            raise AssertionError(wrong[0])
        return [(b - a) * 1000 / len(orders) for a, b in zip(begin, end, strict=True)]

    def plan(self, orders):
        """Return the milliseconds an order of Odoo's own *Plan*, taken back after."""
        try:
            with self.env.cr.savepoint():
                self.env.flush_all()
                self.env.invalidate_all()
                begin = time.process_time(), time.perf_counter()
                orders.button_plan()
                self.env.flush_all()
                end = time.process_time(), time.perf_counter()
                raise Rollback
        except Rollback:
            self.env.invalidate_all()
        return [(b - a) * 1000 / len(orders) for a, b in zip(begin, end, strict=True)]

    def best(self, work, *args):
        rounds = [work(*args) for _round in range(ROUNDS)]
        return [min(times) for times in zip(*rounds, strict=True)]

    def run(self, orders):
        figures = {"plan": self.best(self.plan, orders[:PLANNED])}
        for direction in ("back", "forward"):
            self.schedule(orders[:FEW], direction)  # warms up
            few = self.best(self.schedule, orders[:FEW], direction)
            many = self.best(self.schedule, orders, direction)
            figures[direction] = {
                "few": few,
                "many": many,
                "exponent": math.log(many[0] * ORDERS / (few[0] * FEW))
                / math.log(ORDERS / FEW),
            }
        return figures


def out(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def report(figures):
    """Print the figures and return whether they are as good as they must be."""
    plan = figures["plan"]
    out(f"scheduling {ORDERS} orders of {OPERATIONS} operations, nothing written")
    out(
        f"  Odoo's Plan        {plan[0]:8.2f} ms of processor, "
        f"{plan[1]:.2f} ms an order"
    )
    good = True
    for direction in ("back", "forward"):
        found = figures[direction]
        each, clock = found["many"]
        reached = each <= BAR_MS and found["exponent"] <= BAR_EXPONENT
        good = good and reached
        mark = "" if reached else "  below"
        out(
            f"  Refresh, {direction:<8}  {each:8.2f} ms of processor, "
            f"{clock:.2f} ms an order, {plan[0] / each:.0f}x faster, "
            f"exponent of {FEW} to {ORDERS} orders {found['exponent']:.2f}{mark}"
        )
    return good


def main(env):
    logging.getLogger().setLevel(logging.ERROR)
    env["ir.config_parameter"].set_param("stock.no_auto_scheduler", "1")
    orders = Factory(env, random.Random(7)).make()
    figures = Bench(env).run(orders)
    good = report(figures)
    path = os.environ.get("BENCH_SCHEDULE_JSON")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"orders": ORDERS, **figures}, file, indent=2)
    env.cr.rollback()
    return good


if not main(env):  # noqa: F821 `env` is Odoo's shell's
    sys.exit(1)
