"""Eight clients on a server with two workers, each doing at random what a planner may
do: refresh, preview, confirm, plan, produce, cancel and more, on the same orders.

Runs in Odoo's shell (`make soak`). Two thirds of the time with Refresh, where any of
these is an error: hours booked twice, an order lost or half done, a deadlock or a crash
that a client sees, a worker that grows. One third without it, Odoo's own commands
instead, to tell what is wrong without us.
SOAK_MINUTES (30), SOAK_CLIENTS (8), SOAK_SEED (a new one).
"""

import os
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import psutil

from odoo.addons.mrp_production_refresh.benchmarks import served, soak_clients
from odoo.addons.mrp_production_refresh.benchmarks.served import out
from odoo.addons.mrp_production_refresh.tests import server as servers

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
CLIENTS = int(os.environ.get("SOAK_CLIENTS", "8"))
SEED = int(os.environ.get("SOAK_SEED", "0")) or random.randrange(10**6)
GROWTH = 1.25  # of a worker's memory, from the first half to the second
SAMPLE_SECONDS = 5
# slots of two orders that nobody has begun, on one work center at the same time
OVERLAPS = """
    SELECT count(*)
    FROM resource_calendar_leaves a
    JOIN resource_calendar_leaves b ON a.resource_id = b.resource_id AND a.id < b.id
         AND a.date_from < b.date_to AND b.date_from < a.date_to
    JOIN mrp_workorder x ON x.leave_id = a.id
    JOIN mrp_production p
         ON p.id = x.production_id AND p.state IN ('draft', 'confirmed')
    JOIN mrp_workorder y ON y.leave_id = b.id
    JOIN mrp_production q
         ON q.id = y.production_id AND q.state IN ('draft', 'confirmed')
"""
LINES_TWICE = """
    SELECT count(*) FROM (
        SELECT FROM stock_move m
        JOIN mrp_production p ON p.id = m.raw_material_production_id
        WHERE p.state IN ('draft', 'confirmed') AND m.state NOT IN ('done', 'cancel')
        GROUP BY p.id, m.bom_line_id HAVING count(*) > 1
        UNION ALL
        SELECT FROM mrp_workorder w JOIN mrp_production p ON p.id = w.production_id
        WHERE p.state IN ('draft', 'confirmed') AND w.state NOT IN ('done', 'cancel')
        GROUP BY p.id, w.operation_id HAVING count(*) > 1
    ) twice
"""
SLOTS_OF_NOBODY = """
    SELECT count(*) FROM resource_calendar_leaves l
    JOIN mrp_workcenter c ON c.resource_id = l.resource_id
    LEFT JOIN mrp_workorder w ON w.leave_id = l.id
    LEFT JOIN mrp_production p ON p.id = w.production_id
    WHERE l.time_type = 'other' AND (w.id IS NULL OR p.state = 'cancel')
"""


def make_factory(env):
    """Return the ids of the bills of materials, on shared work centers."""
    calendar = served.make_calendar(env)
    centers = served.make_centers(env, "Center", 5, calendar)
    centers[0].alternative_workcenter_ids = centers[1]
    parts = served.make_products(env, "Part", 6)
    stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for part in parts:
        env["stock.quant"]._update_available_quantity(part, stock, 10**6)
    return [
        served.make_bom(
            env,
            product,
            parts[number : number + 3],
            centers[number : number + 2],
            3,
            minutes=20 + number,
        ).id
        for number, product in enumerate(served.make_products(env, "Product", 4))
    ]


class Soak:
    """One server and its clients, for some minutes."""

    def __init__(self, source, boms, seconds, refresh):
        self.server = servers.Server(source, options=["--max-cron-threads", "1"])
        self.boms, self.seconds, self.refresh = boms, seconds, refresh
        self.memory = {}
        self.stopped = threading.Event()

    def run(self):
        """Let the clients work; return the shop that they worked in, and what was
        found wrong.
        """
        try:
            self.server.start()
            served.open_door(self.server)
            admin = servers.Client(self.server, "admin", "admin")
            groups = ("mrp.group_mrp_manager", "stock.group_stock_user")
            planner = admin.make_user("planner", *groups)
            if self.refresh:
                company = admin.call("res.company", "search", [])
                admin.call(
                    "res.company", "write", company, {"refresh_update_bom": True}
                )
            shop = soak_clients.Shop(self.boms, self.refresh)
            threading.Thread(target=self.sample, daemon=True).start()
            self.let_work(shop, planner)
            self.stopped.set()
            return shop, self.check(shop, planner)
        finally:
            self.stopped.set()
            self.server.stop()

    def let_work(self, shop, planner):
        until = time.monotonic() + self.seconds

        def work(number):
            client = soak_clients.Worker(shop, planner.again(), f"{SEED}.{number}")
            while time.monotonic() < until:
                client.do_something()

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(work, range(CLIENTS)))

    def sample(self):
        """Note the memory of the server's processes now and then."""
        while not self.stopped.wait(SAMPLE_SECONDS):
            root = psutil.Process(self.server.process.pid)
            for process in root.children(recursive=True):
                try:
                    rss = process.memory_info().rss / 2**20
                except psutil.NoSuchProcess:
                    continue
                self.memory.setdefault(process.pid, []).append(rss)

    def select(self, query, *params):
        with closing(self.server.cursor()) as cr:
            cr.execute(query, params)
            return cr.fetchone()[0]

    def check(self, shop, planner):
        """Return what is wrong as ``{what: how often}``."""
        wrong = {
            "hours booked twice": self.select(OVERLAPS),
            "lines twice on an order": self.select(LINES_TWICE),
            "slots of nobody": self.select(SLOTS_OF_NOBODY),
            "orders lost": len(shop.created)
            - self.select(
                "SELECT count(*) FROM mrp_production WHERE id IN %s",
                tuple(shop.created or [0]),
            ),
            "crashes told to a client": len(shop.crashes),
            "workers that grew": sum(map(grew, self.memory.values())),
            "deadlocks told to a client": shop.deadlocks,
            "clients told to repeat": shop.counts["repeat"],
        }
        if self.refresh:
            wrong["orders that a last refresh cannot settle"] = self.settle(planner)
        return wrong

    def settle(self, planner):
        """Refresh all open orders twice; return how many fail, or still change."""
        self.end_runs(planner)
        domain = [("state", "in", ("draft", "confirmed"))]
        ids = planner.call("mrp.production", "search", domain)
        for _turn in range(2):
            result = planner.call(
                "mrp.production",
                "refresh_production_orders",
                ids,
                scheduling_direction="back",
                restore_reservation=True,
            )
            left = [
                row
                for row in result["orders"]
                if row["status"] in ("failed", "refreshed") or row["code"] == "locked"
            ]
        for row in left[:3]:
            out(
                f"UNSETTLED {row['name']}: {row['message']} {str(row['changes'])[:900]}"
            )
        return len(left)

    def end_runs(self, planner):
        """Cancel the runs that are under way, and wait for the batch at work."""
        model = "mrp.production.refresh.run"
        runs = planner.call(model, "search", [("state", "in", ("queued", "running"))])
        planner.call(model, "action_cancel", runs)
        until = time.monotonic() + 60
        while time.monotonic() < until and self.select(
            "SELECT count(*) FROM mrp_production_refresh_run_line WHERE state = %s",
            "pending",
        ):
            time.sleep(0.5)

    def report(self, shop):
        out(f"{'':<12}{'calls':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'longest':>9}  s")
        for name, seconds in sorted(shop.latencies.items()):
            seconds.sort()
            marks = [seconds[int(len(seconds) * part)] for part in (0.5, 0.95, 0.99)]
            out(
                f"{name:<12}{len(seconds):>8}"
                + "".join(f"{mark:>8.2f}" for mark in marks)
                + f"{seconds[-1]:>9.2f}"
            )
        out("answers: " + ", ".join(f"{n} {k}" for k, n in sorted(shop.counts.items())))
        spans = [
            f"{min(r):.0f}-{max(r):.0f}" for r in self.memory.values() if len(r) > 3
        ]
        out(f"memory of the processes (MB): {', '.join(spans)}")
        out(f"orders made: {len(shop.created)}")
        for text in shop.crashes[:3]:
            out(f"CRASH {text[-1500:]}")


def grew(samples):
    """Return whether a process went on growing after the first half of its life."""
    half = len(samples) // 2
    first, second = samples[half // 2 : half], samples[half + half // 2 :]
    return bool(
        len(first) > 2 and sum(second) / len(second) > GROWTH * sum(first) / len(first)
    )


def main(env):
    failed = False
    with served.prepared(env, make_factory) as (name, boms):
        for refresh, part in ((True, 2 / 3), (False, 1 / 3)):
            soak = Soak(name, boms, MINUTES * 60 * part, refresh)
            begin = datetime.now()
            shop, wrong = soak.run()
            took = (datetime.now() - begin) // timedelta(seconds=1)
            what = "with Refresh" if refresh else "without it: Odoo alone"
            out(f"\n== {what}: {CLIENTS} clients, {took} s, seed {SEED}")
            soak.report(shop)
            for text, count in wrong.items():
                out(f"  {text:<44}{count:>6}")
            failed |= refresh and any(
                count for text, count in wrong.items() if "repeat" not in text
            )
    return failed


sys.exit(main(env))  # noqa: F821 `env` is Odoo's shell's
