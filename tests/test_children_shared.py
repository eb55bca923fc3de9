"""Child orders that several orders of a family take from, not all by a link.

Odoo 19 makes more of a child order of the same references, for whoever asks next
(``stock.rule._make_mo_get_domain``), and links it to the first only.
"""

from odoo.tests import tagged

from .common import RefreshCase
from .snapshot import descendants, differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestChildrenShared(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.houses = [cls.warehouse, cls.make_warehouse(2), cls.make_warehouse(3)]
        steel = cls.make_product("Steel")
        cls.motor = cls.make_mto_product("Motor", {"lines": [(steel, 2)]})
        lines = [(cls.motor, 3)]
        cls.gear = cls.make_mto_product("Gear", {"lines": lines})
        cls.axle = cls.make_mto_product("Axle", {"lines": lines})

    def each(self, lines, check):
        """Check in each warehouse, with the lines in each order."""
        for house in self.houses:
            for turned in (False, True):
                with (
                    self.subTest(house=house.name, turned=turned),
                    self.env.cr.savepoint() as savepoint,
                ):
                    lamp = self.make_product("Lamp")
                    bom = self.make_bom(lamp, lines[::-1] if turned else lines)
                    order = self.make_confirmed_order(bom, 3, warehouse=house)
                    self.env.invalidate_all()
                    check(order, {line.product_id: line for line in bom.bom_line_ids})
                    savepoint.rollback()
                self.env.invalidate_all()

    def refresh_as_new(self, order):
        self.refresh_one(order, user=self.planner)
        self.env.invalidate_all()
        twin = self.make_confirmed_order(
            order.bom_id, order.product_qty, warehouse=order.warehouse_id
        )
        self.assertEqual(differences(snapshot(twin), snapshot(order)), [])
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", user=self.planner)

    def assert_awaited(self, order):
        """Expect an open order for each motor that an open order waits for."""
        motors = self.env["mrp.production"].search(
            [
                ("product_id", "=", self.motor.id),
                ("reference_ids", "in", order.reference_ids.ids),
                ("state", "!=", "cancel"),
            ]
        )
        lines = self.env["stock.move"].search(
            [
                ("product_id", "=", self.motor.id),
                ("raw_material_production_id", "!=", False),
                ("reference_ids", "in", order.reference_ids.ids),
                ("state", "!=", "cancel"),
            ]
        )
        self.assertEqual(
            sum(motors.mapped("product_qty")), sum(lines.mapped("product_qty"))
        )
        for motor in motors:
            self.assertTrue(motor.move_finished_ids.move_dest_ids)

    def test_line_that_goes_takes_its_part_along(self):
        def check(order, lines):
            lines[self.gear].unlink()
            self.refresh_as_new(order)
            self.assert_awaited(order)

        self.each([(self.gear, 2), (self.motor, 3)], check)

    def test_line_that_shrinks_takes_its_part_along(self):
        def check(order, lines):
            lines[self.gear].product_qty = 1
            self.refresh_as_new(order)
            self.assert_awaited(order)

        self.each([(self.gear, 2), (self.motor, 3)], check)

    def test_line_from_stock_now_leaves_each_other_line_its_child(self):
        """The newest child order is that of a line of the order."""

        def check(order, lines):
            order.product_qty = 2
            lines[self.gear].product_id.route_ids = False
            self.refresh_as_new(order)
            self.assert_awaited(order)

        self.each([(self.gear, 2), (self.motor, 3), (self.motor, 2)], check)

    def test_who_waits_still_is_served_when_the_first_goes(self):
        def check(order, lines):
            lines[self.gear].unlink()
            self.refresh_as_new(order)
            self.assert_awaited(order)

        self.each([(self.gear, 2), (self.axle, 1)], check)

    def test_begun_child_order_gets_an_activity(self):
        lamp = self.make_product("Lamp")
        bom = self.make_bom(lamp, [(self.gear, 2), (self.motor, 3)])
        order = self.make_confirmed_order(bom, 3)
        motor = self.env["mrp.production"].search(
            [("product_id", "=", self.motor.id), ("state", "=", "confirmed")]
        )
        motor.qty_producing = 1
        motor._set_qty_producing()
        bom.bom_line_ids[0].unlink()
        row = self.refresh_one(order)
        self.assertIn(motor.name, "".join(row["warnings"]))
        self.assertEqual(motor.product_qty, 27)

    def test_order_that_somebody_made_smaller_keeps_what_others_wait_for(self):
        lamp = self.make_product("Lamp")
        bom = self.make_bom(lamp, [(self.motor, 3), (self.gear, 2)])
        order = self.make_confirmed_order(bom, 3)
        motor = order._get_children().filtered(lambda mo: mo.product_id == self.motor)
        self.assertEqual(motor.product_qty, 27)
        self.assertEqual(motor.move_finished_ids.move_dest_ids.product_qty, 9)
        self.change_quantity(motor, 22)
        bom.bom_line_ids.filtered(lambda line: line.product_id == self.motor).unlink()
        self.refresh_one(order, user=self.planner)
        self.assertEqual(motor.product_qty, 18)
        self.assertEqual(motor.move_finished_ids.move_dest_ids.product_qty, 18)

    def test_all_who_share_a_child_order_go_at_once(self):
        def check(order, lines):
            first, second = lines[self.gear], lines[self.motor]
            (first | second).unlink()
            self.add_line(order.bom_id, self.axle, 1)
            self.refresh_as_new(order)
            self.assert_awaited(order)

        self.each([(self.gear, 2), (self.motor, 3)], check)

    def test_all_who_share_a_child_order_move_at_once(self):
        def check(order, _lines):
            for house in self.houses:
                if house != order.warehouse_id:
                    order.picking_type_id = house.manu_type_id
                    break
            self.env.flush_all()
            self.env.invalidate_all()
            children = descendants(order)
            row = self.refresh_one(order, user=self.planner)
            self.assertEqual(set(children.mapped("state")), {"cancel"})
            self.assertFalse(row["warnings"])
            self.assert_awaited(order)
            self.refresh_one(order, "unchanged", user=self.planner)

        self.each([(self.gear, 2), (self.motor, 3)], check)

    def test_second_line_of_the_order_is_served_when_the_first_goes(self):
        lamp = self.make_product("Lamp")
        bom = self.make_bom(lamp, [(self.motor, 2)])
        order = self.make_confirmed_order(bom, 3)
        motor = order._get_children()
        self.add_line(bom, self.motor, 1, sequence=5)
        self.refresh_one(order, user=self.planner)
        self.assertEqual(motor.product_qty, 9)
        bom.bom_line_ids.filtered(lambda line: line.product_qty == 2).unlink()
        self.refresh_as_new(order)
        self.assertEqual(motor.product_qty, 3)
        self.assertEqual(order.move_raw_ids.move_orig_ids, motor.move_finished_ids)

    def test_parts_of_a_split_order_give_up_what_they_share_in_one_call(self):
        def check(order, _lines):
            parts = order._split_productions({order: [2, 1]})
            line = self.add_line(order.bom_id, self.motor, 3)
            self.refresh(parts, user=self.planner)
            self.assert_awaited(order)
            line.unlink()
            for row in self.refresh(parts, user=self.planner)["orders"]:
                self.assertEqual(row["warnings"], [])
            self.assert_awaited(order)

        self.each([(self.gear, 2)], check)

    def test_what_was_made_more_of_an_order_goes_with_its_line(self):
        def check(order, lines):
            line = lines[self.motor]
            for qty in (5, 1, 4):
                line.product_qty = qty
                self.refresh_one(order, user=self.planner)
                self.assert_awaited(order)
            line.unlink()
            self.refresh_as_new(order)
            self.assert_awaited(order)

        self.each([(self.gear, 2), (self.motor, 3)], check)
