"""Components whose product is made to order only since the order was confirmed, or no
more.
"""

from itertools import product as pairs

from odoo.tests import tagged

from .common_routes import SupplyRoutesCase


@tagged("post_install", "-at_install")
class TestSupplyRoutes(SupplyRoutesCase):
    def test_supply_follows_the_routes(self):
        for steps, to_order, stock in pairs((1, 2, 3), (False, True), (0, 20)):
            with self.subTest(steps=steps, was_to_order=to_order, stock=stock):
                if stock:
                    place = self.houses[steps].lot_stock_id
                    self.put_in_stock(self.seat, stock, place)
                order = self.confirmed(steps, to_order)
                self.assertEqual(bool(self.children(order)), to_order)
                row = self.check_as_new(order, steps)
                self.assertEqual(bool(self.children(order)), not to_order)
                self.assertEqual(len(row["changes"]), 1)
                change = row["changes"][0]
                self.assertEqual(list(change["after"]), ["rule_id"])
                self.assertFalse(change["manual"])
                self.set_routes(to_order)
                self.check_as_new(order, steps)
                self.assertEqual(bool(self.children(order)), to_order)

    def test_with_another_quantity_at_once(self):
        for steps, to_order in pairs((1, 2, 3), (False, True)):
            with self.subTest(steps=steps, was_to_order=to_order):
                self.line.product_qty = 1
                order = self.confirmed(steps, to_order)
                self.line.product_qty = 3
                self.check_as_new(order, steps)
                made = self.children(order)
                self.assertEqual(sum(made.mapped("product_qty")), 0 if to_order else 12)

    def test_one_of_two_lines_goes_at_once(self):
        values = {"bom_id": self.bom.id, "product_id": self.seat.id, "product_qty": 3}
        for steps, to_order, first in pairs((1, 2, 3), (False, True), (False, True)):
            with self.subTest(steps=steps, was_to_order=to_order, first_goes=first):
                second = self.line.create(values)
                order = self.confirmed(steps, to_order)
                (self.line if first else second).product_id = self.screw
                self.check_as_new(order, steps)
                made = sum(self.children(order).mapped("product_qty"))
                self.assertEqual(made, 0 if to_order else 12 if first else 4)
            self.line.product_id = self.seat
            second.unlink()

    def test_child_order_of_a_line_lowered_by_hand_goes_too(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps, True)
                order.move_raw_ids[1].product_uom_qty = 1
                self.check_as_new(order, steps)
                self.assertFalse(self.children(order))

    def test_child_order_that_was_begun_is_told(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps, True)
                child = self.children(order)
                child.qty_producing = 1
                row = self.refresh_one(order, user=self.planner)
                self.assertNotEqual(child.state, "cancel")
                self.assertIn(child.name, "".join(row["warnings"]))
                self.refresh_one(order, "unchanged", user=self.planner)

    def test_what_was_picked_stays(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                self.put_in_stock(self.seat, 50, self.houses[steps].lot_stock_id)
                order = self.confirmed(steps, False)
                picks = order.picking_ids.move_ids.filtered(
                    lambda move: move.product_id == self.seat
                )
                picks.quantity = 4
                picks.picked = True
                picks._action_done()
                options = {"user": self.planner, "restore_reservation": True}
                row = self.refresh_one(order, **options)
                self.assertEqual(row["changes"], [])
                self.assertFalse(self.children(order))
                self.assertEqual(picks.mapped("state"), ["done"])
                self.refresh_one(order, "unchanged", **options)

    def test_what_a_worker_is_picking_stays(self):
        for steps, to_order in pairs((2, 3), (False, True)):
            with self.subTest(steps=steps, was_to_order=to_order):
                self.put_in_stock(self.seat, 50, self.houses[steps].lot_stock_id)
                order = self.confirmed(steps, to_order)
                pick = order.picking_ids.move_ids.filtered(
                    lambda move: move.product_id == self.seat
                )
                pick.quantity = 4
                pick.picked = True
                self.refresh(order, user=self.planner)
                self.assertNotEqual(pick.state, "cancel")
                self.assertEqual(pick.product_qty, 4)
                self.refresh_one(order, "unchanged", user=self.planner)

    def test_route_that_somebody_chose_for_a_line_stays(self):
        order = self.confirmed(1, True)
        order.move_raw_ids[1].route_ids = self.mto_route
        self.refresh(order, user=self.planner)
        self.refresh_one(order, "unchanged", user=self.planner)
        self.assertTrue(self.children(order))

    def test_nothing_is_asked_of_an_order_as_its_routes_say(self):
        for steps in (1, 2, 3):
            order = self.confirmed(steps, True)
            self.set_routes(True)
            self.refresh(order, user=self.planner)
            self.refresh_one(order, "unchanged", user=self.planner)
