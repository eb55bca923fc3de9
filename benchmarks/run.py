"""What Refresh costs, against Odoo's own buttons on the same orders in the same run.

Runs in Odoo's shell (`make bench`, `make bench-quick`). Every measurement starts from
the same state, which a savepoint restores; a few orders warm both sides up; the median
counts.

BENCH_ORDERS (160), BENCH_ROUNDS (3), BENCH_GROWTH (2000: orders in the largest run, 0
for none), BENCH_RESULTS (a folder for results.json and results.svg).
"""

import contextlib
import json
import logging
import math
import os
import platform
import statistics
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["SCRIPT"]).resolve().parent))
from factory import COMPONENTS, OPERATIONS, Factory
from plot import draw

ORDERS = int(os.environ.get("BENCH_ORDERS", "160"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
GROWTH = int(os.environ.get("BENCH_GROWTH", "2000"))
BOOKINGS, FINISHED = 5_000, 100_000
WARM = 10  # orders
EXPONENT, MEMORY = 1.05, 1.2  # at most

# work, what it is measured against, at least, aim: how many times faster
BARS = (
    ("nothing changed", "Update BoM + Unplan + Plan", 50, 100),
    ("reschedule only", "Unplan + Plan", 10, 25),
    ("component quantity changed", "Update BoM + Unplan + Plan", 4, 8),
    ("quantity changed", "Change Quantity + Unplan + Plan", 4, 8),
    ("preview of a changed quantity", "refresh of the same", 5, 10),
    ("one order, component changed", "Update BoM + Unplan + Plan", 1.5, 3),
)


class Rollback(Exception):
    """Restores the state that a measurement began with."""


class Bench:
    def __init__(self, env):
        self.env = env(context=dict(env.context, tracking_disable=False))
        self.factory = Factory(self.env)
        self.figures = {}

    # measuring

    def measure(
        self, name, orders, work, prepare=None, rounds=ROUNDS, choose=statistics.median
    ):
        """Return the median seconds of ``work(orders)``, the state restored after each
        round; a first one on a few orders warms up.
        """
        times, queries = [], 0
        for some in (orders[:WARM], *[orders] * rounds):
            with contextlib.suppress(Rollback), self.env.cr.savepoint():
                if prepare:
                    prepare(some)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                begin = time.perf_counter()
                work(some)
                self.env.flush_all()
                times.append(time.perf_counter() - begin)
                queries = self.env.cr.sql_log_count - before
                raise Rollback
            self.env.invalidate_all()
        seconds = choose(times[1:])
        self.figures[name] = {"seconds": seconds, "queries": queries}
        out(f"  {name:<58} {seconds * 1000:>10.1f} ms {queries:>8} queries")
        return seconds

    def refresh(self, orders, *statuses):
        result = orders.refresh_production_orders()
        wrong = [
            row["message"] or row["status"]
            for row in result["orders"]
            if row["status"] not in (statuses or ("refreshed",))
        ]
        if wrong:
            raise AssertionError(wrong[0])

    def refresh_any(self, orders):
        self.refresh(orders, "refreshed", "unchanged")

    # what changed before

    def change_components(self, _orders):
        for bom in self.factory.boms:
            bom.bom_line_ids[0].product_qty += 1

    def postpone(self, orders):
        for order in orders:
            order.date_deadline += timedelta(days=9)

    def enlarge(self, orders):
        orders.product_qty = 6

    # Odoo's own buttons

    def unplan_plan(self, orders):
        for order in orders:
            order.button_unplan()
        orders.button_plan()

    def update_unplan_plan(self, orders):
        orders.action_update_bom()
        self.unplan_plan(orders)

    def change_quantity(self, orders):
        for order in orders:
            self.env["change.production.qty"].create(
                {"mo_id": order.id, "product_qty": 6}
            ).change_prod_qty()
        self.unplan_plan(orders)

    # the table

    def run_table(self, orders):
        """Return ``[(work, against, times faster, at least, aim), ...]``."""
        one = orders[len(orders) // 2]
        more = max(ROUNDS, 5)

        def unchanged(some):
            self.refresh(some, "unchanged")

        def change(some):
            self.change_components(some)
            self.postpone(some)

        theirs = [
            self.measure("Update BoM + Unplan + Plan", orders, self.update_unplan_plan),
            self.measure("Unplan + Plan", orders, self.unplan_plan),
            self.measure(
                "Update BoM + Unplan + Plan, component changed",
                orders,
                self.update_unplan_plan,
                self.change_components,
            ),
            self.measure(
                "Change Quantity + Unplan + Plan", orders, self.change_quantity
            ),
        ]
        ours = [
            self.measure("Refresh, nothing changed", orders, unchanged),
            self.measure(
                "Refresh, reschedule only", orders, self.refresh, self.postpone
            ),
            self.measure(
                "Refresh, component changed, rescheduled", orders, self.refresh, change
            ),
            self.measure(
                "Refresh, quantity changed", orders, self.refresh, self.enlarge
            ),
            self.measure(
                "Preview, quantity changed",
                orders,
                lambda some: some.preview_refresh(),
                self.enlarge,
            ),
            self.measure(
                "Refresh, one order, component changed", one, self.refresh, change, more
            ),
        ]
        theirs += [
            ours[3],
            self.measure(
                "Update BoM + Unplan + Plan, one order, component changed",
                one,
                self.update_unplan_plan,
                change,
                more,
            ),
        ]
        return [
            (work, against, their / our, least, aim)
            for (work, against, least, aim), their, our in zip(
                BARS, theirs, ours, strict=True
            )
        ]

    # growth

    def run_growth(self, orders):
        """Return per work how time and queries grow with the number of orders.

        The best of the rounds counts: a longer one waited for something else.
        """
        few = orders[: len(orders) // 10]
        found = {}
        for work, prepare in (
            ("nothing changed", None),
            ("reschedule only", self.postpone),
            ("quantity changed", self.enlarge),
        ):
            times, queries = [], []
            for some in (few, orders):
                name = f"Refresh of {len(some)}, {work}"
                times.append(
                    self.measure(name, some, self.refresh_any, prepare, 2, min)
                )
                queries.append(self.figures[name]["queries"])
            each = (queries[1] - queries[0]) / (len(orders) - len(few))
            found[work] = {
                "exponent": math.log(times[1] / times[0], len(orders) / len(few)),
                "queries_per_order": round(each, 2),
                "queries_besides": round(queries[0] - each * len(few)),
            }
        return found

    def run_memory(self, orders):
        """Return the peak of memory at all orders by that at a quarter of them, both
        refreshed in the batches of a scheduled action.
        """
        peaks = []
        for some in (orders[: len(orders) // 4], orders):
            self.postpone(some)
            self.env.cr.commit()
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
            size = self.env["mrp.production.refresh.pipeline"]._get_batch_size()
            for start in range(0, len(some), size):
                self.refresh(some[start : start + size], "refreshed", "unchanged")
                self.env.cr.commit()
            status = Path("/proc/self/status").read_text(encoding="ascii")
            peaks.append(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
        return {"peaks_mb": peaks, "ratio": peaks[1] / peaks[0]}


def out(text=""):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def print_table(rows):
    out()
    out(f"{'work':<32}{'against':<34}{'faster':>8}{'at least':>10}{'aim':>6}")
    for work, against, ratio, least, aim in rows:
        mark = "" if ratio >= least else "  below"
        out(f"{work:<32}{against:<34}{ratio:>7.1f}x{least:>9}x{aim:>5}x{mark}")


def print_growth(growth, memory):
    out()
    for work, found in growth.items():
        mark = "" if found["exponent"] <= EXPONENT else "  above"
        out(
            f"{work:<32}exponent {found['exponent']:.2f} (at most {EXPONENT}), "
            f"{found['queries_besides']} queries and {found['queries_per_order']} an "
            f"order{mark}"
        )
    mark = "" if memory["ratio"] <= MEMORY else "  above"
    low, high = memory["peaks_mb"]
    out(
        f"{'memory in batches':<32}{high} MB by {low} MB: {memory['ratio']:.2f} "
        f"(at most {MEMORY}){mark}"
    )


def is_good(rows, growth, memory):
    return (
        all(ratio >= least for _w, _a, ratio, least, _aim in rows)
        and all(found["exponent"] <= EXPONENT for found in growth.values())
        and memory.get("ratio", 0) <= MEMORY
    )


def main(env):
    logging.getLogger().setLevel(logging.ERROR)
    begin = time.perf_counter()
    bench = Bench(env)
    out(f"{ORDERS} orders, {COMPONENTS} components, {OPERATIONS} operations")
    orders = bench.factory.make_orders(ORDERS)
    rows = bench.run_table(orders)
    growth, memory = {}, {}
    if GROWTH:
        times = max(math.ceil(GROWTH / ORDERS) - 1, 1)
        orders |= bench.factory.copy_orders(orders, times)
        orders = orders[:GROWTH]
        bench.factory.make_bookings(BOOKINGS)
        bench.factory.make_finished_work_orders(FINISHED)
        out(f"with {BOOKINGS} bookings and {FINISHED} finished work orders of others:")
        memory = bench.run_memory(orders)
        growth = bench.run_growth(orders)
    print_table(rows)
    if GROWTH:
        print_growth(growth, memory)
    out(f"took {time.perf_counter() - begin:.0f} s")
    folder = os.environ.get("BENCH_RESULTS")
    if folder:
        result = {
            "when": f"{datetime.now():%Y-%m-%d}",
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
            "orders": ORDERS,
            "rounds": ROUNDS,
            "table": [
                {"work": w, "against": a, "faster": r, "at_least": least, "aim": aim}
                for w, a, r, least, aim in rows
            ],
            "growth": growth,
            "memory": memory,
            "figures": bench.figures,
        }
        Path(folder).mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=2) + "\n"
        Path(folder, "results.json").write_text(text, encoding="utf-8")
        Path(folder, "results.svg").write_text(draw(result), encoding="utf-8")
    env.cr.rollback()
    return is_good(rows, growth, memory)


if not main(env):  # noqa: F821 `env` is Odoo's shell's
    sys.exit(1)
