"""Runs on a database of their own: workers that are killed, workers at once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import datetime, timedelta

from odoo.tests import tagged
from odoo.tools import SQL, config

from .server import LAUNCHER, ServerCase

ORDERS = 24
BATCH = 3
KILLS = 3
PATIENCE = 240  # seconds
# what a cron worker of Odoo 19 does when it wakes up
CRON = """
from odoo.addons.base.models.ir_cron import IrCron
name = env.cr.dbname
env.cr.rollback()
IrCron._process_jobs(name)
"""
# a worker that does not ask whether another one is at work
WORKER = """
env["mrp.production.refresh.run"]._cron_process_refresh_runs()
env.cr.commit()
"""


@tagged("post_install", "-at_install")
class TestServerRun(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.make_calendar()
        cls.admin.call(
            "ir.config_parameter",
            "set_param",
            "mrp_production_refresh.run_batch_size",
            str(BATCH),
        )
        cls.server.run_sql(
            SQL(
                "UPDATE ir_cron SET active = (id = %s)",
                cls.admin.ref("mrp_production_refresh.ir_cron_process_refresh_runs"),
            )
        )

    def make_stale_orders(self, workcenters=1):
        """Return orders whose bill of materials changed since."""
        due = datetime.now().replace(microsecond=0) + timedelta(days=60)
        ids = []
        for number in range(workcenters):
            workcenter = self.make_workcenter(f"Bench {number}", self.calendar)
            vals = self.make_bom(workcenter)
            ids += self.make_orders(
                vals, ORDERS // workcenters, date_deadline=f"{due:%Y-%m-%d %H:%M:%S}"
            )
            self.admin.add(
                "mrp.routing.workcenter",
                bom_id=vals["bom_id"],
                name="Paint",
                workcenter_id=workcenter,
                time_cycle_manual=30,
            )
        return ids

    def begin(self, code):
        """Start a process that runs ``code`` on the server's database."""
        process = subprocess.Popen(
            [
                *(sys.executable, str(LAUNCHER), "shell", "-c", config["config"]),
                *("-d", self.server.database, "--no-http", "--log-level=warn"),
            ],
            stdin=subprocess.PIPE,
            stdout=self.server.log,
            stderr=self.server.log,
            start_new_session=True,
        )
        process.stdin.write(code.encode())
        process.stdin.close()
        self.addCleanup(self.kill, process)
        return process

    def kill(self, process):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def count(self, run, *states):
        return self.select(
            "SELECT count(*) FROM mrp_production_refresh_run_line "
            "WHERE run_id = %s AND state IN %s",
            run,
            states,
        )[0][0]

    def select(self, query, *params):
        with closing(self.server.cursor()) as cr:
            cr.execute(query, params)
            return cr.fetchall()

    def count_notes(self, ids):
        """Return how often each order says that its bill of materials was applied."""
        return dict(
            self.select(
                "SELECT res_id, count(*) FROM mail_message WHERE body LIKE %s "
                "AND model = 'mrp.production' AND res_id IN %s GROUP BY res_id",
                "%Paint%",
                tuple(ids),
            )
        )

    def assertDoneOnce(self, ids, run, refreshed=ORDERS):
        self.assertEqual(self.count(run, "refreshed"), refreshed)
        self.assertEqual(self.count(run, "refreshed", "unchanged"), ORDERS)
        self.assertEqual(self.count_notes(ids), dict.fromkeys(ids, 1))
        rows = self.select(
            "SELECT production_id, count(*) FROM mrp_workorder "
            "WHERE production_id IN %s AND leave_id IS NOT NULL GROUP BY production_id",
            tuple(ids),
        )
        self.assertEqual(dict(rows), dict.fromkeys(ids, 2))
        overlaps = self.select(
            "SELECT count(*) FROM resource_calendar_leaves a "
            "JOIN resource_calendar_leaves b ON a.resource_id = b.resource_id "
            "AND a.id < b.id AND a.date_from < b.date_to AND b.date_from < a.date_to"
        )
        self.assertEqual(overlaps, [(0,)])

    def test_killed_workers_leave_nothing_half_done_or_undone(self):
        ids = self.make_stale_orders()
        run = self.planner.call("mrp.production", "refresh_in_background", ids)[
            "run_id"
        ]
        deadline = time.monotonic() + PATIENCE
        kills = 0
        while self.count(run, "pending"):
            self.assertLess(time.monotonic(), deadline, self.server.read_log()[-3000:])
            before = self.count(run, "refreshed")
            process = self.begin(CRON)
            while process.poll() is None:
                done = self.count(run, "refreshed")
                if kills < KILLS and before < done < ORDERS:
                    time.sleep(0.05 * kills)  # another moment of the next batch
                    self.kill(process)
                    kills += 1
                    self.assertEqual(
                        len(self.count_notes(ids)), self.count(run, "refreshed")
                    )
                    break
                time.sleep(0.01)
        self.assertEqual(kills, KILLS)
        process.wait()
        self.assertDoneOnce(ids, run)
        (row,) = self.admin.call(
            "mrp.production.refresh.run", "read", [run], ["state", "progress"]
        )
        self.assertEqual((row["state"], row["progress"]), ("done", 100))

    def test_workers_at_once_do_each_order_once(self):
        ids = self.make_stale_orders(workcenters=4)
        runs = [
            self.planner.call("mrp.production", "refresh_in_background", part)["run_id"]
            for part in (ids, list(reversed(ids)))
        ]
        deadline = time.monotonic() + PATIENCE
        while any(self.count(run, "pending") for run in runs):
            self.assertLess(time.monotonic(), deadline, self.server.read_log()[-3000:])
            self.server.run_sql(  # without waiting for the minutes that pass
                SQL("UPDATE mrp_production_refresh_run_line SET date_retry = NULL")
            )
            for process in [self.begin(WORKER) for _number in range(3)]:
                process.wait()
        total = sum(self.count(run, "refreshed") for run in runs)
        self.assertEqual(total, ORDERS)
        for run in runs:
            self.assertDoneOnce(ids, run, self.count(run, "refreshed"))
