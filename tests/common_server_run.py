"""Runs on a real server: stale orders, and whether each was done once."""

import time
from contextlib import closing
from datetime import datetime, timedelta

from odoo.tools import SQL

from .server import ServerCase

ORDERS = 24
BATCH = 3
PATIENCE = 240  # seconds


class ServerRunCase(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.make_calendar()
        cls.set_batch_size(BATCH)
        cls.server.run_sql(
            SQL(
                "UPDATE ir_cron SET active = (id = %s)",
                cls.admin.ref("mrp_production_refresh.ir_cron_process_refresh_runs"),
            )
        )

    @classmethod
    def set_batch_size(cls, size):
        name = "mrp_production_refresh.run_batch_size"
        cls.admin.call("ir.config_parameter", "set_param", name, str(size))

    def make_stale_orders(self, workcenters=1, count=ORDERS):
        """Return orders whose bill of materials changed since."""
        due = datetime.now().replace(microsecond=0) + timedelta(days=60)
        ids = []
        for number in range(workcenters):
            workcenter = self.make_workcenter(f"Bench {number}", self.calendar)
            vals = self.make_bom(workcenter)
            ids += self.make_orders(
                vals, count // workcenters, date_deadline=f"{due:%Y-%m-%d %H:%M:%S}"
            )
            self.admin.add(
                "mrp.routing.workcenter",
                bom_id=vals["bom_id"],
                name="Paint",
                workcenter_id=workcenter,
                time_cycle_manual=30,
            )
        return ids

    def begin_run(self, ids):
        """Start a run of these orders, and return its id."""
        return self.planner.call("mrp.production", "refresh_in_background", ids)[
            "run_id"
        ]

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

    def wait_until(self, happened, seconds=PATIENCE):
        """Wait until ``happened()`` is true, and return what it returned."""
        deadline = time.monotonic() + seconds
        while not (result := happened()):
            self.assertLess(time.monotonic(), deadline, self.server.read_log()[-5000:])
            time.sleep(0.05)
        return result

    def assertDoneOnce(self, ids, run, refreshed=None):
        if refreshed is None:
            refreshed = len(ids)
        self.assertEqual(self.count(run, "refreshed"), refreshed)
        self.assertEqual(self.count(run, "refreshed", "unchanged"), len(ids))
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
