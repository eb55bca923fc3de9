"""How many orders a second a run gets through, by cron and by queue_job, with real
servers of one, two and four workers.

Runs in Odoo's shell (`make bench-workers`). Every server works on a copy of the same
database: orders in cells that share no work center, whose bills of materials changed.
BENCH_ORDERS (400), BENCH_NIGHT (1000000) orders that the calculation is for.
"""

import os
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta

import psutil

from odoo.tools import SQL

from odoo.addons.mrp_production_refresh.benchmarks import served
from odoo.addons.mrp_production_refresh.benchmarks.served import out
from odoo.addons.mrp_production_refresh.tests import server as servers

ORDERS = int(os.environ.get("BENCH_ORDERS", "400"))
NIGHT = int(os.environ.get("BENCH_NIGHT", "1000000"))
NIGHT_HOURS = 8
CELLS, CENTERS, OPERATIONS, COMPONENTS = 10, 3, 4, 8
PATIENCE = 1800
VARIANTS = (
    # name, workers that serve calls, cron workers, jobs at once
    ("cron, 1 cron worker", 2, 1, None),
    ("cron, 4 cron workers", 2, 4, None),
    ("queue_job, 1 worker", 1, 1, 1),
    ("queue_job, 2 workers", 2, 1, 2),
    ("queue_job, 4 workers", 4, 1, 4),
)


def make_orders(env):
    """Return the ids of orders that are out of date, in cells of their own."""
    calendar = served.make_calendar(env)
    parts = served.make_products(env, "Part", COMPONENTS)
    boms = env["mrp.bom"].concat(
        *(
            served.make_bom(
                env,
                product,
                parts,
                served.make_centers(env, f"Cell {cell}", CENTERS, calendar),
                OPERATIONS,
            )
            for cell, product in enumerate(served.make_products(env, "Product", CELLS))
        )
    )
    due = datetime.now().replace(microsecond=0) + timedelta(days=200)
    orders = env["mrp.production"].create(
        [
            {
                "product_id": bom.product_tmpl_id.product_variant_id.id,
                "bom_id": bom.id,
                "date_deadline": due + timedelta(hours=n),
            }
            for n in range(ORDERS)
            for bom in boms[n % CELLS]
        ]
    )
    orders.action_confirm()
    orders.refresh_production_orders()
    boms.bom_line_ids.product_qty = 2
    boms.operation_ids.time_cycle_manual = 12
    return orders.ids


class Measure:
    """One run on a server of its own."""

    def __init__(self, source, workers, crons, jobs):
        options = ["--max-cron-threads", str(crons)]
        environment = {}
        if jobs:
            options += ["--load", "base,rpc,web,queue_job"]
            environment = {
                "ODOO_QUEUE_JOB_CHANNELS": f"root:{jobs}",
                "ODOO_QUEUE_JOB_HOST": servers.HOST,
                "ODOO_QUEUE_JOB_PORT": "{port}",
            }
        self.jobs = jobs
        self.server = servers.Server(
            source,
            workers=workers,
            install=["queue_job"] if jobs else (),
            options=options,
            environment=environment,
        )

    def run(self, ids):
        """Return the seconds that a run of these orders takes: by the clock, of the
        server's processors, of the database's.
        """
        try:
            self.server.start()
            served.open_door(self.server)
            client = servers.Client(self.server, "admin", "admin")
            cron = "mrp_production_refresh.ir_cron_process_refresh_runs"
            self.server.run_sql(
                SQL("UPDATE ir_cron SET active = (id = %s)", client.ref(cron))
            )
            while self.jobs and "runner ready" not in self.server.read_log():
                time.sleep(0.2)
            return self.measure(client, ids)
        finally:
            self.server.stop()

    def measure(self, client, ids):
        before, begin = self.cpu(), time.monotonic()
        run = client.call("mrp.production", "refresh_in_background", ids)["run_id"]
        while (left := self.count(run, "pending")) and (
            time.monotonic() < begin + PATIENCE
        ):
            time.sleep(0.1)
        seconds = time.monotonic() - begin
        done = self.count(run, "refreshed")
        if left or done != len(ids):
            raise AssertionError(f"{done} of {len(ids)} were refreshed, {left} left")
        after = self.cpu()
        return seconds, after[0] - before[0], after[1] - before[1]

    def count(self, run, state):
        with closing(self.server.cursor()) as cr:
            cr.execute(
                "SELECT count(*) FROM mrp_production_refresh_run_line "
                "WHERE run_id = %s AND state = %s",
                [run, state],
            )
            return cr.fetchone()[0]

    def cpu(self):
        """Return the processor seconds of the server and of its database so far."""
        root = psutil.Process(self.server.process.pid)
        with closing(self.server.cursor()) as cr:
            cr.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s",
                [self.server.database],
            )
            backends = [pid for (pid,) in cr.fetchall() if psutil.pid_exists(pid)]
        return (
            sum(map(cpu_of, [root, *root.children(recursive=True)])),
            sum(map(cpu_of, map(psutil.Process, backends))),
        )


def cpu_of(process):
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0
    return times.user + times.system


def main(env):
    with served.prepared(env, make_orders) as (name, ids):
        out(
            f"{ORDERS} orders in {CELLS} cells, {COMPONENTS} components, {OPERATIONS} "
            f"operations; {psutil.cpu_count()} processors, {os.getloadavg()[0]:.1f} "
            "busy with other things"
        )
        out(f"{'':<24}{'orders/s':>10}{'Odoo ms':>10}{'database ms':>13}  an order")
        costs = []
        for title, *variant in VARIANTS:
            seconds, odoo, database = Measure(name, *variant).run(ids)
            costs.append((odoo + database) / ORDERS)
            out(
                f"{title:<24}{ORDERS / seconds:>10.1f}{odoo / ORDERS * 1000:>10.1f}"
                f"{database / ORDERS * 1000:>13.1f}"
            )
        hours = NIGHT * max(costs) / 3600
        out(
            f"{NIGHT:,} orders at {max(costs) * 1000:.1f} ms of processor each are "
            f"{hours:.1f} hours of one: in a night of {NIGHT_HOURS} hours "
            f"{hours / NIGHT_HOURS:.1f} processors for Odoo and its database"
        )


main(env)  # noqa: F821 `env` is Odoo's shell's
sys.exit(0)  # before the shell rolls back what is closed
