from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_run import RunCase


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

    def test_several_runs_are_tried_again_at_once(self):
        orders = self.make_stale_orders(2)
        runs = self.start(orders[0]) | self.start(orders[1])
        runs.action_cancel()
        action = runs.with_user(self.planner).action_retry()
        again = self.run_model.search(action["domain"])
        self.assertEqual(again.origin_id, runs)
        self.process()
        self.assertEqual(again.line_ids.mapped("state"), ["refreshed"] * 2)

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
        self.assertEqual(message["message"], "Refreshed: 1")
