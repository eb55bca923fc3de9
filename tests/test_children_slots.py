"""Slots of child orders that go with their line: their time is free at once."""

from odoo.tests import tagged

from .common import NOW, RefreshCase


@tagged("post_install", "-at_install")
class TestChildrenSlots(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        bench = cls.make_workcenter("Bench")
        operation = [{"name": "Weld", "workcenter": bench}]
        tube = cls.make_product("Tube")
        lug = cls.make_mto_product("Lug", {"lines": [(tube, 1)]})
        cls.add_operation(lug.bom_ids, "File", bench)
        cls.frame = cls.make_mto_product(
            "Frame", {"lines": [(lug, 1)], "operations": operation}
        )
        cls.bike = cls.make_product("Bike")
        cls.bom = cls.make_bom(cls.bike, [(cls.frame, 1), (tube, 1)], operation)

    def soon(self, orders, *statuses):
        options = {"scheduling_direction": "forward", "start_date": NOW}
        rows = self.refresh(orders, user=self.planner, **options)["orders"]
        for row in rows:
            self.assertIn(row["status"], statuses or ("refreshed",))

    def make_family(self):
        """Return an order that has to wait for the slots of those made for it."""
        order = self.make_confirmed_order(self.bom)
        children = order._get_children()
        children |= children._get_children()
        self.assertEqual(len(children), 2)
        self.soon(children)
        self.soon(order)
        self.assertEqual(order.date_start.hour, 10)
        return order, children

    def test_order_takes_the_time_of_child_orders_that_go(self):
        order, children = self.make_family()
        self.bom.bom_line_ids[0].unlink()
        self.soon(order)
        self.assertEqual(set(children.mapped("state")), {"cancel"})
        self.assertEqual(order.date_start, NOW)
        self.soon(order, "unchanged")

    def test_orders_of_one_call_take_the_time_of_those_that_go(self):
        order, children = self.make_family()
        other = self.make_confirmed_order(self.bom)
        family = order | children | other | other._get_children()
        self.soon(family, "refreshed", "unchanged")
        glue = [{"name": "Glue", "workcenter": order.workorder_ids.workcenter_id}]
        order.bom_id = self.make_bom(self.bike, operations=glue)
        self.soon(family, "refreshed", "unchanged", "refused")
        self.assertEqual(set(children.mapped("state")), {"cancel"})
        left = family - children
        self.assertEqual(len(left.workorder_ids.leave_id), 3)
        slots = sorted(left.workorder_ids.leave_id.mapped("date_from"))
        self.assertEqual([slot.hour for slot in slots], [8, 9, 10])
        self.soon(left, "unchanged")
