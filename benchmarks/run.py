"""What Refresh costs, against Odoo's own buttons on the same orders in the same run.

Runs in Odoo's shell (`make bench`). Every measurement starts from the same state, which
a savepoint restores; both sides are warmed up; the median counts.

BENCH_ORDERS (200), BENCH_ROUNDS (3), BENCH_JSON (where to write the figures).
"""

import json
import logging
import os
import statistics
import sys
import time
from datetime import datetime, timedelta

ORDERS = int(os.environ.get("BENCH_ORDERS", "200"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
TODAY = datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
START = TODAY + timedelta(days=35 - TODAY.weekday())  # a Monday
CENTERS, OPERATIONS, COMPONENTS, BOMS = 20, 5, 8, 10

# work, what it is measured against, at least, aim: how many times faster
BARS = (
    ("nothing changed", "Update BoM + Unplan + Plan", 50, 100),
    ("reschedule only", "Unplan + Plan", 10, 25),
    ("component quantity changed", "Update BoM + Unplan + Plan", 4, 8),
    ("quantity changed", "Change Quantity + Unplan + Plan", 4, 8),
    ("preview", "refresh of the same", 5, 10),
    ("one order", "Update BoM + Unplan + Plan", 1.5, 3),
)


class Rollback(Exception):
    """Restores the state that a measurement began with."""


class Bench:
    def __init__(self, env):
        self.env = env(context=dict(env.context, tracking_disable=False))
        self.figures = {}

    # the factory

    def set_up(self, count):
        env = self.env
        env["ir.config_parameter"].set_param("stock.no_auto_scheduler", "1")
        calendar = env["resource.calendar"].create(
            {
                "name": "Bench",
                "tz": "UTC",
                "attendance_ids": [(5,)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 6,
                            "hour_to": 22,
                            "day_period": "morning",
                        },
                    )
                    for day in range(5)
                ],
            }
        )
        centers = env["mrp.workcenter"].create(
            [
                {"name": f"Center {n}", "resource_calendar_id": calendar.id}
                for n in range(CENTERS)
            ]
        )
        components = env["product.product"].create(
            [
                {"name": f"Part {n}", "type": "consu", "is_storable": True}
                for n in range(COMPONENTS)
            ]
        )
        boms = env["mrp.bom"].create(
            [self.prepare_bom(n, centers, components) for n in range(BOMS)]
        )
        self.boms = boms
        orders = env["mrp.production"].create(
            [
                {
                    "product_id": bom.product_tmpl_id.product_variant_id.id,
                    "bom_id": bom.id,
                    "product_qty": 4,
                    "date_start": START + timedelta(hours=n),
                    "date_deadline": START + timedelta(days=60, hours=n),
                }
                for n, bom in ((n, boms[n % BOMS]) for n in range(count))
            ]
        )
        orders.action_confirm()
        orders.refresh_production_orders()
        env.flush_all()
        return orders

    def prepare_bom(self, number, centers, components):
        product = self.env["product.product"].create(
            {"name": f"Product {number}", "type": "consu", "is_storable": True}
        )
        return {
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_qty": 1,
            "bom_line_ids": [
                (0, 0, {"product_id": part.id, "product_qty": n + 1})
                for n, part in enumerate(components)
            ],
            "operation_ids": [
                (
                    0,
                    0,
                    {
                        "name": f"Operation {n}",
                        "workcenter_id": centers[(number * 3 + n * 7) % CENTERS].id,
                        "time_cycle_manual": 10 + n,
                    },
                )
                for n in range(OPERATIONS)
            ],
        }

    # measuring

    def measure(self, name, work, prepare=None):
        """Return (median seconds, queries) of `work`, the state restored after each
        round; the first round warms up.
        """
        times, queries = [], 0
        for turn in range(ROUNDS + 1):
            try:
                with self.env.cr.savepoint():
                    if prepare:
                        prepare()
                    self.env.flush_all()
                    self.env.invalidate_all()
                    before = self.env.cr.sql_log_count
                    begin = time.perf_counter()
                    work()
                    self.env.flush_all()
                    seconds = time.perf_counter() - begin
                    queries = self.env.cr.sql_log_count - before
                    raise Rollback
            except Rollback:
                self.env.invalidate_all()
            if turn:
                times.append(seconds)
        median = statistics.median(times)
        self.figures[name] = {"seconds": median, "queries": queries}
        out(f"  {name:<52} {median * 1000:>10.1f} ms {queries:>8} queries")
        return median

    def refresh(self, orders, status=None, **options):
        result = orders.refresh_production_orders(**options)
        wrong = [
            row["message"]
            for row in result["orders"]
            if row["status"] not in (status, "refreshed")
        ]
        if wrong:
            raise AssertionError(wrong[0])

    def run(self):
        out(f"{ORDERS} orders, {COMPONENTS} components, {OPERATIONS} operations")
        orders = self.set_up(ORDERS)
        rows = []

        def unplan_plan(some=orders):
            for order in some:
                order.button_unplan()
            some.button_plan()

        def update_unplan_plan(some=orders):
            some.action_update_bom()
            unplan_plan(some)

        def more():
            for bom in self.boms:
                bom.bom_line_ids[0].product_qty += 1

        def bigger():
            for order in orders:
                order.product_qty = 6

        def change_quantity():
            for order in orders:
                self.env["change.production.qty"].create(
                    {"mo_id": order.id, "product_qty": 6}
                ).change_prod_qty()
            unplan_plan()

        def compare(index, ours, theirs):
            work, against, least, aim = BARS[index]
            rows.append((work, against, theirs / ours, least, aim))

        plain = self.measure("Update BoM + Unplan + Plan", update_unplan_plan)
        compare(
            0,
            self.measure(
                "Refresh, nothing changed",
                lambda: self.refresh(orders, "unchanged"),
            ),
            plain,
        )
        due = {order: order.date_deadline + timedelta(days=9) for order in orders}

        def postpone():
            for order, date in due.items():
                order.date_deadline = date

        compare(
            1,
            self.measure(
                "Refresh, reschedule only", lambda: self.refresh(orders), postpone
            ),
            self.measure("Unplan + Plan", unplan_plan),
        )
        changed = self.measure(
            "Update BoM + Unplan + Plan, component changed", update_unplan_plan, more
        )

        def more_and_later():
            more()
            postpone()

        ours = self.measure(
            "Refresh, component changed, rescheduled",
            lambda: self.refresh(orders),
            more_and_later,
        )
        compare(2, ours, changed)
        compare(
            3,
            self.measure(
                "Refresh, quantity changed", lambda: self.refresh(orders), bigger
            ),
            self.measure("Change Quantity + Unplan + Plan", change_quantity),
        )
        compare(
            4,
            self.measure(
                "Preview, component changed, rescheduled",
                lambda: orders.preview_refresh(),
                more_and_later,
            ),
            ours,
        )
        one = orders[ORDERS // 2]
        compare(
            5,
            self.measure(
                "Refresh, one order, component changed",
                lambda: self.refresh(one),
                more_and_later,
            ),
            self.measure(
                "Update BoM + Unplan + Plan, one order",
                lambda: update_unplan_plan(one),
                more_and_later,
            ),
        )
        return rows


def out(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(env):
    logging.getLogger().setLevel(logging.ERROR)
    bench = Bench(env)
    rows = bench.run()
    out("")
    out(f"{'work':<28}{'against':<36}{'faster':>8}{'at least':>10}{'aim':>6}")
    for work, against, ratio, least, aim in rows:
        mark = "" if ratio >= least else "  below"
        out(f"{work:<28}{against:<36}{ratio:>7.1f}x{least:>9}x{aim:>5}x{mark}")
    path = os.environ.get("BENCH_JSON")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"orders": ORDERS, "figures": bench.figures}, file, indent=2)
    env.cr.rollback()
    return all(ratio >= least for _w, _a, ratio, least, _aim in rows)


if not main(env):  # noqa: F821 `env` is Odoo's shell's
    sys.exit(1)
