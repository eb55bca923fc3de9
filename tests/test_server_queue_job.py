"""Runs as jobs of OCA's queue_job: its runner, its channels, two workers.

`dev/` puts the add-on beside ours unless QUEUE_JOB=no says that it cannot be had.
"""

import os
import signal
import unittest

from odoo.modules import Manifest
from odoo.tests import get_db_name, tagged
from odoo.tools import SQL

from .common_server_run import BATCH, ORDERS, ServerRunCase
from .server import HOST, Server

LANES = 4
FEW = 12  # orders


@tagged("post_install", "-at_install")
class TestServerQueueJob(ServerRunCase):
    @classmethod
    def setUpClass(cls):
        if not Manifest.for_addon("queue_job", display_warning=False):
            raise unittest.SkipTest("OCA's queue_job is in no add-on folder")
        super().setUpClass()

    @classmethod
    def make_server(cls):
        return Server(
            get_db_name(),
            install=["queue_job"],
            options=["--load", "base,rpc,web,queue_job", "--max-cron-threads", "1"],
            environment={
                "ODOO_QUEUE_JOB_CHANNELS": "root:2",
                "ODOO_QUEUE_JOB_HOST": HOST,
                "ODOO_QUEUE_JOB_PORT": "{port}",
            },
        )

    def wait_for(self, run):
        """Wait until a run is done, as its person sees it."""
        self.wait_until(
            lambda: self.read_run(run)["state"] == "done" and not self.open_jobs()
        )

    def read_run(self, run):
        (row,) = self.planner.call("mrp.production.refresh.run", "read", [run])
        return row

    def open_jobs(self):
        return self.select(
            "SELECT uuid FROM queue_job WHERE state NOT IN ('done', 'cancelled')"
        )

    def wake_runner(self):
        """Have the runner look around, as it does at the latest after a minute."""
        self.server.run_sql(SQL("NOTIFY queue_job, 'nothing'"))

    def test_batches_become_jobs_that_workers_share(self):
        ids = self.make_stale_orders(workcenters=LANES)
        run = self.begin_run(ids)
        self.wait_for(run)
        self.assertDoneOnce(ids, run)
        jobs = self.select(
            "SELECT channel, state, worker_pid, identity_key, date_started, date_done "
            "FROM queue_job WHERE identity_key LIKE %s ORDER BY date_started, id",
            f"mrp_production_refresh_run-{run}-%",
        )
        self.assertEqual(len(jobs), ORDERS // BATCH)
        self.assertEqual(
            {job[:2] for job in jobs}, {("root.mrp_production_refresh", "done")}
        )
        self.assertEqual(len({job[3] for job in jobs}), LANES)
        self.assertEqual(len({job[2] for job in jobs}), 2)
        self.assertEqual(self.read_run(run)["progress"], 100)

    def test_one_order_that_fails_is_told_and_can_be_tried_again(self):
        ids = self.make_stale_orders(workcenters=2, count=FEW)
        victim = ids[4]
        self.server.run_sql(
            SQL(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'disk on fire'; END $$"
            ),
            SQL(
                "CREATE TRIGGER refuse BEFORE UPDATE ON mrp_production FOR EACH ROW "
                "WHEN (NEW.id = %s) EXECUTE FUNCTION refuse()",
                victim,
            ),
        )
        run = self.begin_run(ids)
        self.wait_for(run)
        self.assertEqual(self.count(run, "refreshed"), FEW - 1)
        ((order, message),) = self.select(
            "SELECT production_id, message FROM mrp_production_refresh_run_line "
            "WHERE run_id = %s AND state = 'failed'",
            run,
        )
        self.assertEqual(order, victim)
        self.assertIn("unexpected error", message)
        self.assertNotIn("fire", message)
        self.server.run_sql(SQL("DROP TRIGGER refuse ON mrp_production"))
        action = self.planner.call("mrp.production.refresh.run", "action_retry", [run])
        again = action["res_id"]
        self.wait_for(again)
        self.assertEqual(self.count(again, "refreshed"), 1)
        self.assertEqual(self.read_run(again)["origin_id"][0], run)
        self.assertEqual(self.count_notes(ids), dict.fromkeys(ids, 1))

    def test_cancelled_run_stops_after_the_jobs_at_work(self):
        self.set_batch_size(1)
        self.addCleanup(self.set_batch_size, BATCH)
        ids = self.make_stale_orders()
        run = self.begin_run(ids)
        self.wait_until(lambda: self.count(run, "refreshed"))
        self.planner.call("mrp.production.refresh.run", "action_cancel", [run])
        self.wait_until(lambda: not self.count(run, "pending") and not self.open_jobs())
        refreshed, cancelled = (
            self.count(run, state) for state in ("refreshed", "cancelled")
        )
        self.assertEqual(refreshed + cancelled, ORDERS)
        self.assertGreater(cancelled, 0)
        self.assertEqual(len(self.count_notes(ids)), refreshed)
        self.assertEqual(self.read_run(run)["state"], "cancelled")

    def test_killed_worker_leaves_nothing_half_done_or_undone(self):
        ids = self.make_stale_orders(count=FEW)
        run = self.begin_run(ids)
        pid = self.wait_until(self.working_pid)
        os.kill(pid, signal.SIGKILL)
        self.finish(run)
        self.assertDoneOnce(ids, run)

    def test_killed_server_goes_on_where_it_was(self):
        ids = self.make_stale_orders(workcenters=2, count=FEW)
        run = self.begin_run(ids)
        self.wait_until(lambda: self.count(run, "refreshed"))
        self.server.kill()
        self.assertEqual(len(self.count_notes(ids)), self.count(run, "refreshed"))
        self.assertGreater(self.count(run, "pending"), 0)
        self.server.launch()
        self.finish(run)
        self.assertDoneOnce(ids, run)

    def working_pid(self):
        """Return the process of a job that has begun, if there is one."""
        rows = self.select(
            "SELECT worker_pid FROM queue_job WHERE state = 'started' "
            "AND worker_pid IS NOT NULL"
        )
        return rows and rows[0][0]

    def finish(self, run):
        """Wait for a run while the runner looks for dead jobs every now and then."""

        def done():
            self.wake_runner()
            return not self.open_jobs() and self.read_run(run)["state"] == "done"

        self.wait_until(done)
