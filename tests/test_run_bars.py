from odoo.tests import tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestRunBars(RunCase):
    """What a run keeps of each order to draw its time line and capacity."""

    def test_time_line_of_a_refreshed_order(self):
        workcenter = self.make_workcenter("Bench")
        orders = self.make_stale_orders(2, workcenter)
        run = self.start(orders)
        self.process()
        lines = run.with_user(self.planner).line_ids
        self.assertEqual(set(lines.mapped("state")), {"refreshed"})
        for line in lines:
            (operation,) = line.timeline["operations"]
            self.assertEqual(operation["after"]["workcenter_id"], workcenter.id)
            self.assertEqual(
                operation["after"]["end"] - operation["after"]["start"], 3600
            )
            self.assertFalse(operation["before"])
            self.assertEqual(line.capacity[0]["workcenter_name"], "Bench")
            action = line.action_open_bars()
            self.assertEqual((action["res_id"], action["target"]), (line.id, "new"))

    def test_refused_order_has_none(self):
        order = self.make_stale_orders(1)
        order.date_deadline = False
        run = self.start(order)
        self.process()
        self.assertEqual(run.line_ids.state, "refused")
        self.assertFalse(run.line_ids.timeline)
        self.assertFalse(run.line_ids.capacity)

    def test_order_that_is_gone_has_none(self):
        workcenter = self.make_workcenter("Bench")
        order = self.make_stale_orders(1, workcenter)
        run = self.start(order)
        self.process()
        order.unlink()
        self.assertFalse(run.line_ids.timeline)
