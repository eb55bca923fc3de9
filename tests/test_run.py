from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_run import RunCase

PIPELINE = "odoo.addons.mrp_production_refresh.models"


@tagged("post_install", "-at_install")
class TestRun(RunCase):
    def test_orders_are_refreshed_by_the_scheduled_action(self):
        orders = self.make_stale_orders(3)
        run = self.start(orders)
        self.assertRecordValues(
            run,
            [{"state": "queued", "user_id": self.planner.id, "count_pending": 3}],
        )
        self.assertFalse(orders[0].refresh_date)
        self.process()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "count_refreshed": 3,
                    "count_pending": 0,
                    "progress": 100,
                    "date_start": self.now,
                    "date_end": self.now,
                }
            ],
        )
        self.assertEqual(orders.refresh_user_id, self.planner)
        self.assertEqual([len(order.move_raw_ids) for order in orders], [2, 2, 2])

    def test_second_run_says_unchanged(self):
        orders = self.make_stale_orders(2)
        self.start(orders)
        again = self.start(orders)
        self.process()
        self.assertEqual((again.count_unchanged, again.state), (2, "done"))

    def test_run_is_woken_up_at_once(self):
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([("cron_id", "=", self.cron.id)])
        self.start(self.make_stale_orders(1))
        after = triggers.search_count([("cron_id", "=", self.cron.id)])
        self.assertEqual(after, before + 1)

    def test_options_are_those_asked_for(self):
        due = self.now + timedelta(days=20)
        orders = self.make_stale_orders(2)
        run = self.start(orders, scheduling_direction="forward", due_date=due)
        self.assertRecordValues(
            run,
            [
                {
                    "scheduling_direction": "forward",
                    "due_date": due,
                    "calculate_lines": True,
                }
            ],
        )
        self.process()
        self.assertEqual(orders.mapped("date_deadline"), [due, due])

    def test_wrong_option_is_refused_at_once(self):
        orders = self.make_stale_orders(1).with_user(self.planner)
        with self.assertRaisesRegex(UserError, "There is no option speed"):
            orders.refresh_in_background(speed=1)
        with self.assertRaisesRegex(UserError, "Routings must be calculated"):
            orders.refresh_in_background(calculate_routings=False)
        with self.assertRaisesRegex(UserError, "no manufacturing order"):
            orders.browse().refresh_in_background()

    def test_program_gets_the_id_of_the_run(self):
        orders = self.make_stale_orders(2).with_user(self.planner)
        missing = orders.browse(orders[-1].id + 1000)
        result = (orders + missing + orders).refresh_in_background()
        run = self.run_model.browse(result["run_id"])
        self.assertEqual(result, {"run_id": run.id, "run_ids": run.ids, "orders": 3})
        self.assertEqual((run.count_pending, run.count_failed), (2, 1))

    def test_refused_order_does_not_stop_the_others(self):
        orders = self.make_stale_orders(3)
        orders[1].bom_id = False
        orders[1].product_id.bom_ids.active = False
        orders[1].action_cancel()
        run = self.start(orders)
        self.process()
        line = run.line_ids.filtered(lambda line: line.production_id == orders[1])
        self.assertRecordValues(line, [{"state": "refused", "code": "cancelled"}])
        self.assertIn(orders[1].name, line.message)

    def test_deleted_order_is_reported(self):
        orders = self.make_stale_orders(2)
        run = self.start(orders)
        name = orders[0].name
        orders[0].unlink()
        self.process()
        self.assertRecordValues(
            run.line_ids.sorted("state"),
            [
                {"state": "failed", "name": name},
                {"state": "refreshed", "name": orders[1].name},
            ],
        )

    def test_cancelled_run_leaves_the_orders(self):
        orders = self.make_stale_orders(2)
        run = self.start(orders)
        run.with_user(self.planner).action_cancel()
        self.process()
        self.assertRecordValues(run, [{"state": "cancelled", "count_cancelled": 2}])
        self.assertFalse(any(orders.mapped("refresh_date")))

    def test_cancel_works_between_two_batches(self):
        self.set_parameter("run_batch_size", 1)
        orders = self.make_stale_orders(3)
        run = self.start(orders)
        lines = type(run.line_ids)
        process = lines._process

        def cancel_after(lines):
            process(lines)
            lines.run_id.action_cancel()

        with patch.object(lines, "_process", cancel_after):
            self.process()
        self.assertRecordValues(
            run, [{"state": "cancelled", "count_refreshed": 1, "count_cancelled": 2}]
        )

    def test_retry_starts_another_run_of_what_failed(self):
        orders = self.make_stale_orders(2)
        bom = orders.bom_id
        orders[0].action_confirm()
        component = orders[0].move_raw_ids.product_id[0]
        self.put_in_stock(component, 10)
        orders[0].action_assign()
        run = self.start(orders)
        self.process()
        self.assertEqual((run.count_refused, run.count_refreshed), (1, 1))
        orders[0].do_unreserve()
        other = self.make_planner("other_planner")
        action = run.with_user(other).action_retry()
        again = self.run_model.browse(action["res_id"])
        self.process()
        self.assertRecordValues(
            again,
            [
                {
                    "origin_id": run.id,
                    "user_id": other.id,
                    "count_refreshed": 1,
                    "count_total": 1,
                }
            ],
        )
        self.assertEqual(len(orders[0].move_raw_ids), len(bom.bom_line_ids))
        with self.assertRaisesRegex(UserError, "no order"):
            again.action_retry()

    def test_draft_made_in_the_form_is_started(self):
        orders = self.make_stale_orders(2)
        with Form(self.run_model.with_user(self.planner)) as form:
            form.scheduling_direction = "forward"
            for order in orders:
                with form.line_ids.new() as line:
                    line.production_id = order
        run = form.record
        self.assertEqual(run.state, "draft")
        self.process()
        self.assertEqual(run.state, "draft")
        run.action_start()
        self.process()
        self.assertRecordValues(run, [{"state": "done", "count_refreshed": 2}])

    def test_old_runs_are_removed(self):
        self.set_parameter("run_days", 7)
        run, young, active = (
            self.start(orders) for orders in (self.make_stale_orders(1) for _ in "123")
        )
        run.write({"state": "done", "date_end": self.now - timedelta(days=8)})
        young.write({"state": "done", "date_end": self.now - timedelta(days=6)})
        self.assertEqual(self.run_model._gc_runs(), (1, False))
        self.assertEqual((run | young | active).exists(), young | active)

    def test_starter_is_told_of_the_end(self):
        self.start(self.make_stale_orders(1))
        with patch.object(type(self.env["res.users"]), "_bus_send") as send:
            self.process()
        kind, message = send.call_args.args
        self.assertEqual(kind, "simple_notification")
        self.assertEqual(message["message"], "1 Refreshed")


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
        with self.assertLogs(PIPELINE, "ERROR"):
            self.process()
        self.assertEqual((run.count_refreshed, run.count_pending), (2, 1))
        line = run.line_ids.filtered(lambda line: line.state == "pending")
        self.assertEqual(line.production_id, orders[1])
        self.assertRecordValues(line, [{"attempts": 2, "code": "error"}])
        self.assertGreater(line.date_retry, self.now)
        for _attempt in range(3):
            line.date_retry = False
            with self.assertLogs(PIPELINE, "ERROR"):
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


@tagged("post_install", "-at_install")
class TestRunRights(RunCase):
    def test_planner_cannot_start_a_run_as_somebody_else(self):
        run = self.run_model.with_user(self.planner).create(
            {"user_id": self.env.ref("base.user_admin").id, "state": "queued"}
        )
        self.assertRecordValues(run, [{"user_id": self.planner.id, "state": "draft"}])
        for vals in ({"user_id": self.env.uid}, {"state": "queued"}):
            with self.assertRaises(AccessError):
                run.write(vals)

    def test_planner_cannot_change_what_was_started(self):
        orders = self.make_stale_orders(2)
        run = self.start(orders[0]).with_user(self.planner)
        with self.assertRaises(UserError):
            run.scheduling_direction = "forward"
        with self.assertRaises(AccessError):
            run.line_ids.state = "refreshed"
        with self.assertRaises(UserError):
            run.line_ids.unlink()
        with self.assertRaises(UserError):
            run.line_ids = [(0, 0, {"production_id": orders[1].id})]

    def test_who_starts_a_draft_of_another_one_lends_the_own_rights(self):
        order = self.make_stale_orders(1)
        run = self.run_model.with_user(self.planner).create(
            {"line_ids": [(0, 0, {"production_id": order.id})]}
        )
        other = self.make_planner("other_planner")
        run.with_user(other).action_start()
        self.assertEqual(run.user_id, other)

    def test_outsider_sees_and_starts_nothing(self):
        order = self.make_stale_orders(1)
        outsider = self.make_outsider()
        with self.assertRaises(AccessError):
            order.with_user(outsider).refresh_in_background()
        with self.assertRaises(AccessError):
            self.run_model.with_user(outsider).search([])

    def test_companies_are_kept_apart(self):
        company = self.env["res.company"].create({"name": "Other company"})
        company.refresh_scheduling_direction = "forward"
        self.env.user.company_ids += company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        order = self.make_stale_orders(1)
        theirs = self.make_order(
            order.bom_id, warehouse=warehouse, company_id=company.id
        )
        both = self.make_planner(
            "both", company_ids=[(6, 0, (self.env.company + company).ids)]
        )
        orders = (
            (order | theirs)
            .with_user(both)
            .with_context(allowed_company_ids=(self.env.company + company).ids)
        )
        runs = orders._refresh_in_background().sudo()
        self.assertRecordValues(
            runs,
            [
                {"company_id": self.env.company.id, "scheduling_direction": "back"},
                {"company_id": company.id, "scheduling_direction": "forward"},
            ],
        )
        mine = self.run_model.with_user(self.planner)
        self.assertEqual(mine.search([("id", "in", runs.ids)]), runs[0])
        self.assertEqual(
            self.env["mrp.production.refresh.run.line"]
            .with_user(self.planner)
            .search([("run_id", "in", runs.ids)]),
            runs[0].line_ids,
        )
        with self.assertRaises(AccessError):
            runs[1].with_user(self.planner).action_cancel()
        self.process()
        self.assertRecordValues(
            runs.line_ids, [{"state": "refreshed"}, {"state": "unchanged"}]
        )
