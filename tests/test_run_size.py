from odoo.tests import tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestRunSize(RunCase):
    """What must not grow with the orders of a run."""

    def count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_starting_costs_no_query_an_order(self):
        orders = self.make_stale_orders(24)
        self.start(orders[:2])  # warms up
        few = self.count_queries(lambda: self.start(orders[:4]))
        many = self.count_queries(lambda: self.start(orders))
        self.assertLessEqual(many, few + 4)

    def test_looking_for_work_costs_no_query_an_order(self):
        orders = self.make_stale_orders(24)
        self.set_parameter("run_batch_size", 2)
        self.start(orders[:4])
        few = self.count_queries(self.run_model._get_next_batch)
        self.start(orders)
        self.assertEqual(self.count_queries(self.run_model._get_next_batch), few)
        runs = self.run_model.search([])
        self.assertEqual(
            self.count_queries(lambda: runs.mapped("progress")),
            self.count_queries(lambda: runs[:1].mapped("progress")),
        )

    def test_outcomes_are_counted_by_reason(self):
        orders = self.make_stale_orders(3)
        orders[0].action_cancel()
        run = self.start(orders)
        self.process()
        lines = run.line_ids.with_user(self.planner)
        groups = lines.formatted_read_group(
            [("run_id", "=", run.id)], ["state", "code"], ["__count"]
        )
        self.assertEqual(
            sorted((g["state"], g["code"], g["__count"]) for g in groups),
            [("refreshed", False, 2), ("refused", "cancelled", 1)],
        )
        views = lines.get_views(
            [(False, kind) for kind in ("list", "pivot", "graph", "search")]
        )
        self.assertEqual(len(views["views"]), 4)
