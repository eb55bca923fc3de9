from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.tests import tagged

from .common_run import RunCase

ADDON = "odoo.addons.mrp_production_refresh.models"


@tagged("post_install", "-at_install")
class TestRunBadLuck(RunCase):
    """What happens to a batch that fails as a whole."""

    def spoil(self, method, effect):
        """Have a step of the pipeline call ``effect(plans)`` first."""
        pipeline = type(self.env["mrp.production.refresh.pipeline"])
        real = getattr(pipeline, method)

        def spoilt(records, plans, *args, **kwargs):
            effect(plans)
            return real(records, plans, *args, **kwargs)

        self.startPatcher(patch.object(pipeline, method, spoilt))

    def test_error_of_a_step_hits_its_order_only(self):
        orders = self.make_stale_orders(3)

        def fail(plans):
            if orders[1].id in [plan.order_id for plan in plans]:
                raise ValueError("An add-on went wrong")

        self.spoil("_check_guards", fail)
        run = self.start(orders)
        with self.assertLogs(ADDON, "ERROR"):
            self.process()
        self.assertEqual((run.count_refreshed, run.count_pending), (2, 1))
        line = run.line_ids.filtered(lambda line: line.state == "pending")
        self.assertEqual(line.production_id, orders[1])
        self.assertRecordValues(line, [{"attempts": 2, "code": "error"}])
        self.assertGreater(line.date_retry, self.now)
        for _attempt in range(3):
            line.date_retry = False
            with self.assertLogs(ADDON, "ERROR"):
                self.process()
        self.assertEqual((line.state, run.state), ("failed", "done"))
        self.assertIn("Given up after 5 attempts", line.message)
        self.assertNotIn("add-on went wrong", line.message)
        self.assertFalse(orders[1].refresh_date)

    def test_access_error_is_told_at_once(self):
        orders = self.make_stale_orders(2)
        run = self.start(orders)
        self.planner.group_ids = self.env.ref("base.group_user")
        self.process()
        self.assertEqual((run.count_failed, run.state), (2, "done"))
        self.assertFalse(any(orders.mapped("refresh_date")))

    def test_lost_conflict_is_repeated_at_once(self):
        orders = self.make_stale_orders(2)
        failures = [psycopg2.errors.SerializationFailure("could not serialize")]

        def fail(plans):
            if failures:
                raise failures.pop()

        self.spoil("_apply", fail)
        run = self.start(orders)
        self.process()
        self.assertEqual((run.count_refreshed, run.line_ids[0].attempts), (2, 1))

    def test_conflict_that_stays_is_tried_later(self):
        orders = self.make_stale_orders(2)
        failing = True

        def fail(plans):
            if failing:
                raise psycopg2.errors.SerializationFailure("could not serialize")

        self.spoil("_apply", fail)
        run = self.start(orders)
        self.process()
        self.assertEqual((run.state, run.count_pending), ("running", 2))
        retry = run.line_ids[0].date_retry
        self.assertEqual(retry, self.now + timedelta(minutes=1))
        trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        self.assertIn(retry, trigger.mapped("call_at"))
        failing = False
        self.process()
        self.assertEqual(run.count_pending, 2)
        run.line_ids.date_retry = False
        self.process()
        self.assertRecordValues(run, [{"count_refreshed": 2, "state": "done"}])

    def test_locked_orders_are_tried_later(self):
        orders = self.make_stale_orders(2)
        busy = [True]

        def refuse(plans):
            for plan in plans if busy[0] else ():
                plan.refuse("locked", "Somebody else is at work")

        self.spoil("_check_guards", refuse)
        run = self.start(orders)
        self.process()
        self.assertRecordValues(
            run.line_ids, [{"state": "pending", "code": "locked", "attempts": 1}] * 2
        )
        busy[0] = False
        run.line_ids.date_retry = False
        self.process()
        self.assertRecordValues(
            run.line_ids, [{"state": "refreshed", "code": False, "attempts": 2}] * 2
        )

    def test_order_that_stays_locked_is_refused_in_the_end(self):
        self.set_parameter("run_max_attempts", 2)

        def refuse(plans):
            plans[0].refuse("locked", "Somebody else is at work")

        self.spoil("_check_guards", refuse)
        run = self.start(self.make_stale_orders(1))
        self.process()
        run.line_ids.date_retry = False
        self.process()
        self.assertRecordValues(run.line_ids, [{"state": "refused", "code": "locked"}])
        self.assertEqual(run.line_ids.message, "Somebody else is at work")

    def test_order_that_kills_its_worker_is_given_up(self):
        orders = self.make_stale_orders(2)
        run = self.start(orders)
        line = run.line_ids[0]
        line.attempts = 5  # begun five times, ended never
        self.process()
        self.assertRecordValues(
            run.line_ids, [{"state": "failed"}, {"state": "refreshed"}]
        )
