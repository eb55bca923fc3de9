"""Runs on a database of their own: workers or databases that die, workers at once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from odoo.tests import tagged
from odoo.tools import SQL, config

from .common_server_run import ORDERS, PATIENCE, ServerRunCase
from .server import LAUNCHER

STRIKES = 3
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
class TestServerRun(ServerRunCase):
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

    def test_killed_workers_leave_nothing_half_done_or_undone(self):
        self.assertSurvives(self.kill)

    def test_lost_database_leaves_nothing_half_done_or_undone(self):
        self.assertSurvives(self.cut_off)

    def cut_off(self, process):
        """End all connections to the database, as when it is killed."""
        self.server.run_sql(
            SQL(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid != pg_backend_pid()"
            )
        )
        process.wait(PATIENCE)

    def assertSurvives(self, strike):
        """A run ends well though ``strike(process)`` hits its workers thrice."""
        ids = self.make_stale_orders()
        run = self.begin_run(ids)
        deadline = time.monotonic() + PATIENCE
        strikes = 0
        while self.count(run, "pending"):
            self.assertLess(time.monotonic(), deadline, self.server.read_log()[-3000:])
            before = self.count(run, "refreshed")
            process = self.begin(CRON)
            while process.poll() is None:
                done = self.count(run, "refreshed")
                if strikes < STRIKES and before < done < ORDERS:
                    time.sleep(0.05 * strikes)  # another moment of the next batch
                    strike(process)
                    strikes += 1
                    self.assertEqual(
                        len(self.count_notes(ids)), self.count(run, "refreshed")
                    )
                    break
                time.sleep(0.01)
        self.assertEqual(strikes, STRIKES)
        process.wait()
        self.assertDoneOnce(ids, run)
        (row,) = self.admin.call(
            "mrp.production.refresh.run", "read", [run], ["state", "progress"]
        )
        self.assertEqual((row["state"], row["progress"]), ("done", 100))

    def test_workers_at_once_do_each_order_once(self):
        ids = self.make_stale_orders(workcenters=4)
        runs = [self.begin_run(part) for part in (ids, list(reversed(ids)))]
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
