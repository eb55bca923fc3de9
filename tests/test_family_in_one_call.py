"""Parent and child orders that are refreshed in the same call."""

from datetime import timedelta

from odoo.tests import tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestFamilyInOneCall(RunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.houses = [cls.warehouse, cls.make_warehouse(3)]
        bench = cls.make_workcenter("Bench")
        cls.bike, cls.rubber, cls.steel, cls.paint = cls.make_products(
            "Bike", "Rubber", "Steel", "Paint"
        )
        weld = {"name": "Weld", "workcenter": bench, "minutes": 10}
        lines = [(cls.steel, 2)]
        cls.wheel = cls.make_mto_product(
            "Wheel", {"lines": lines, "operations": [weld]}
        )
        cls.bom = cls.make_bom(cls.bike, [(cls.wheel, 2), (cls.rubber, 1)])
        cls.line = cls.bom.bom_line_ids[0]

    def make_family(self, **values):
        """Return an order and its child, planned."""
        order = self.make_confirmed_order(self.bom, 4, **values)
        child = order._get_children()
        self.assertEqual(child.product_qty, 8)
        child.date_deadline = self.now + timedelta(days=8)
        child.button_plan()
        return order, child

    def paint_wheels(self):
        self.add_line(self.wheel.bom_ids, self.paint, 1)

    def refresh_both(self, first, second):
        orders = (first | second).with_user(self.planner)
        return orders.refresh_production_orders(restore_reservation=True)

    def assert_made(self, child, quantity):
        """Expect what a new order of this quantity has."""
        self.assertEqual(child.product_qty, quantity)
        lines = child.move_raw_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(
            sorted((move.product_id.name, move.product_qty) for move in lines),
            [("Paint", quantity), ("Steel", 2 * quantity)],
        )
        self.assertNotIn("draft", lines.mapped("state"))
        self.assertEqual(child.workorder_ids.duration_expected, 10 * quantity)
        slot = child.workorder_ids.date_finished - child.workorder_ids.date_start
        self.assertEqual(slot, timedelta(minutes=10 * quantity))

    def each(self, check):
        """Check with the parent first and with the child first, in each warehouse."""
        for house in self.houses:
            for turned in (False, True):
                with (
                    self.subTest(house=house.name, turned=turned),
                    self.env.cr.savepoint() as savepoint,
                ):
                    order, child = self.make_family(warehouse=house)
                    self.paint_wheels()
                    check(order, child, (child, order) if turned else (order, child))
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_child_follows_down_before_it_is_refreshed(self):
        def check(_order, child, both):
            self.line.product_qty = 1
            result = self.refresh_both(*both)
            self.assertEqual(result["refreshed"], 2)
            self.assert_made(child, 4)
            self.assertEqual(self.refresh_both(*both)["unchanged"], 2)

        self.each(check)

    def test_child_follows_up_before_it_is_refreshed(self):
        def check(order, child, both):
            self.line.product_qty = 5
            self.assertEqual(self.refresh_both(*both)["refreshed"], 2)
            children = order._get_children()
            self.assertEqual(sum(children.mapped("product_qty")), 20)
            self.refresh_both(order, children)
            for made in children:
                self.assert_made(made, made.product_qty)

        self.each(check)

    def test_child_that_is_cancelled_is_not_filled(self):
        def check(_order, child, both):
            self.line.unlink()
            result = self.refresh_both(*both)
            row = next(row for row in result["orders"] if row["id"] == child.id)
            self.assertEqual((row["status"], row["code"]), ("refused", "cancelled"))
            self.assertEqual(set(child.move_raw_ids.mapped("state")), {"cancel"})
            self.assertEqual(child.workorder_ids.mapped("state"), ["cancel"])
            self.assertFalse(child.workorder_ids.leave_id)

        self.each(check)

    def test_children_with_due_dates_of_their_own_do_not_date_each_other(self):
        def check(order, child, both):
            child.date_deadline = self.now + timedelta(days=1)
            self.line.product_qty = 5
            self.refresh_both(*both)
            family = order | order._get_children()
            self.assertEqual(len(family), 3)
            self.refresh_both(family, child)  # the new child for the first time
            self.assertEqual(self.refresh_both(family, child)["unchanged"], 3)
            for made in family:
                finished = made.move_finished_ids
                self.assertEqual(finished.date_deadline, made.date_deadline)

        self.each(check)

    def test_family_in_the_background(self):
        order, child = self.make_family()
        self.paint_wheels()
        self.line.product_qty = 1
        self.start(order | child)
        self.process()
        self.assert_made(child, 4)

    def test_rest_of_the_family_is_placed_around_what_was_written(self):
        order, child = self.make_family()
        other, other_child = self.make_family()
        self.paint_wheels()
        self.line.product_qty = 1
        family = order | child | other | other_child
        result = family.with_user(self.planner).refresh_production_orders()
        self.assertEqual(result["refreshed"], 4)
        first, second = (child | other_child).workorder_ids.sorted("date_start")
        self.assertLessEqual(first.date_finished, second.date_start)
