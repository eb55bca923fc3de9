"""Rules whose supply method was changed after orders were confirmed."""

from itertools import permutations
from itertools import product as pairs

from odoo.tests import tagged

from .common_routes import SupplyRoutesCase

METHODS = ("make_to_stock", "make_to_order", "mts_else_mto")


@tagged("post_install", "-at_install")
class TestSupplyMethods(SupplyRoutesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.mto_route.rule_ids

    def confirmed_by(self, steps, method):
        """Return an order confirmed while the rules of the route said so."""
        self.rules.procure_method = method
        order = self.confirmed(steps, True)
        self.set_routes(True)
        return order

    def made(self, order):
        return sum(self.children(order).mapped("product_qty"))

    def test_supply_follows_the_rules(self):
        for steps, stock in pairs((1, 2, 3), (0, 40)):
            if stock:
                self.put_in_stock(self.seat, stock, self.houses[steps].lot_stock_id)
            for old, new in permutations(METHODS, 2):
                with self.subTest(steps=steps, old=old, new=new, stock=stock):
                    order = self.confirmed_by(steps, old)
                    self.rules.procure_method = new
                    row = self.check_as_new(order, steps)
                    self.assertEqual(len(row["changes"]), 1)
                    change = row["changes"][0]
                    self.assertEqual(change["before"], {"rule_supply_method": old})
                    self.assertEqual(change["after"], {"rule_supply_method": new})
                    self.assertFalse(change["manual"])
                    self.rules.procure_method = old
                    self.check_as_new(order, steps)
                    order.action_cancel()
                    self.children(order).action_cancel()

    def test_what_stock_lacks_is_made(self):
        for steps, old in pairs((1, 2, 3), METHODS[:2]):
            with self.subTest(steps=steps, old=old):
                self.put_in_stock(self.seat, 3, self.houses[steps].lot_stock_id)
                order = self.confirmed_by(steps, old)
                self.rules.procure_method = "mts_else_mto"
                self.refresh_one(order, user=self.planner, restore_reservation=True)
                self.assertEqual(self.made(order), 1)
                self.refresh_one(
                    order, "unchanged", user=self.planner, restore_reservation=True
                )
                self.rules.procure_method = old
                self.refresh_one(order, user=self.planner, restore_reservation=True)
                self.assertEqual(self.made(order), 0 if old == METHODS[0] else 4)

    def test_with_another_quantity_at_once(self):
        for steps, (old, new) in pairs((1, 2, 3), permutations(METHODS, 2)):
            with self.subTest(steps=steps, old=old, new=new):
                self.line.product_qty = 1
                order = self.confirmed_by(steps, old)
                self.line.product_qty = 3
                self.rules.procure_method = new
                self.check_as_new(order, steps)
                self.assertEqual(self.made(order), 0 if new == METHODS[0] else 12)

    def test_two_lines_of_the_product(self):
        second = self.line.copy({"product_qty": 2})
        for steps, (old, new) in pairs((1, 2, 3), permutations(METHODS, 2)):
            with self.subTest(steps=steps, old=old, new=new):
                order = self.confirmed_by(steps, old)
                self.rules.procure_method = new
                self.check_as_new(order, steps)
                self.assertEqual(self.made(order), 0 if new == METHODS[0] else 12)
                second.product_id = self.screw
                self.rules.procure_method = old
                self.check_as_new(order, steps)
                self.assertEqual(self.made(order), 0 if old == METHODS[0] else 4)
                second.product_id = self.seat

    def test_after_odoos_button_has_changed_the_quantity(self):
        """Odoo makes only the difference by the rule of now."""
        for steps, (old, new) in pairs((1, 2, 3), permutations(METHODS, 2)):
            with self.subTest(steps=steps, old=old, new=new):
                order = self.confirmed_by(steps, old)
                self.rules.procure_method = new
                self.change_quantity(order, 6)
                self.change_quantity(order, 4)
                self.check_as_new(order, steps)
                self.assertEqual(self.made(order), 0 if new == METHODS[0] else 4)

    def test_routes_changed_before_odoos_button_changed_the_quantity(self):
        self.rules.procure_method = "make_to_order"
        for steps, to_order in pairs((1, 2, 3), (False, True)):
            with self.subTest(steps=steps, was_to_order=to_order):
                order = self.confirmed(steps, to_order)
                self.change_quantity(order, 6)
                self.change_quantity(order, 4)
                self.check_as_new(order, steps)
                self.assertEqual(self.made(order), 0 if to_order else 4)

    def test_what_was_begun_for_a_line_serves_it_still(self):
        for steps, (old, new) in pairs((1, 2, 3), permutations(METHODS[1:])):
            with self.subTest(steps=steps, old=old, new=new):
                order = self.confirmed_by(steps, old)
                child = self.children(order)
                child.qty_producing = 1
                self.rules.procure_method = new
                self.refresh(order, user=self.planner)
                self.refresh_one(order, "unchanged", user=self.planner)
                self.assertEqual(self.children(order), child)

    def test_method_of_the_warehouse_itself(self):
        """The rule from the place for components to production, in 2 and 3 steps."""
        self.rules.procure_method = "make_to_order"
        for steps, to_order, old in pairs((2, 3), (False, True), METHODS[:2]):
            house = self.houses[steps]
            rule = house.pbm_route_id.rule_ids.filtered(
                lambda rule, house=house: (
                    rule.location_src_id == house.pbm_loc_id and rule.action != "push"
                )
            )
            with self.subTest(steps=steps, to_order=to_order, old=old):
                self.assertEqual(len(rule), 1)
                rule.procure_method = old
                order = self.confirmed(steps, to_order)
                self.set_routes(to_order)
                rule.procure_method = METHODS[old == METHODS[0]]
                self.check_as_new(order, steps)
                rule.procure_method = old
                self.check_as_new(order, steps)

    def test_orders_without_a_record_stay(self):
        """What their rule said is not known."""
        for steps in (1, 2, 3):
            order = self.confirmed_by(steps, "make_to_order")
            (order.move_raw_ids | order.picking_ids.move_ids).rule_supply_method = False
            self.rules.procure_method = "make_to_stock"
            self.refresh(order, user=self.planner)
            self.assertEqual(self.made(order), 4)
            self.refresh_one(order, "unchanged", user=self.planner)
