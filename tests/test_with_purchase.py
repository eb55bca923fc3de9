"""Make-to-order components that are bought: requests for quotation follow.

Needs `purchase_mrp` and `purchase_stock`.
"""

from itertools import permutations

from odoo.tests import tagged

from .common_purchase import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchase(PurchaseCase):
    def test_rfq_follows_up_and_down(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.line.product_qty = 2
                order = self.confirmed(steps=steps)
                self.assertEqual(self.bought_qty(), 8)
                for qty in (3, 1, 5):
                    self.line.product_qty = qty
                    row = self.refresh_fully(order)
                    self.assertEqual(row["warnings"], [])
                    self.assertEqual(self.bought_qty(), 4 * qty)
                    self.assertEqual(len(self.purchase_lines()), 1)
                self.forget_purchases()

    def test_rfq_follows_odoos_own_quantity_button(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps=steps)
                for qty in (2, 6, 1):
                    self.change_quantity(order, qty)
                    self.refresh(order, user=self.planner)
                    self.assertEqual(self.bought_qty(), 2 * qty)
                    self.refresh_one(order, "unchanged", user=self.planner)
                self.forget_purchases()

    def test_order_that_moves_is_bought_for_where_it_is_made(self):
        for old, new in permutations(self.houses, 2):
            with self.subTest(old=old, new=new):
                order = self.confirmed(steps=old)
                order.picking_type_id = self.houses[new].manu_type_id
                self.env.flush_all()
                self.env.invalidate_all()
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 8)
                rfq = self.purchase_lines().order_id
                self.assertEqual(rfq.picking_type_id.warehouse_id, self.houses[new])
                self.forget_purchases()

    def test_what_the_buyer_added_to_the_rfq_stays(self):
        order = self.confirmed()
        self.purchase_lines().product_qty += 5
        self.change_quantity(order, 2)
        self.refresh(order, user=self.planner)
        self.assertEqual(self.bought_qty(), 4 + 5)
        self.refresh_one(order, "unchanged", user=self.planner)

    def test_analytic_distribution_of_the_rfq_stays(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plant"})
        account = self.env["account.analytic.account"].create(
            {"name": "Line 1", "plan_id": plan.id}
        )
        shares = {str(account.id): 100.0}
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.line.product_qty = 2
                order = self.confirmed(steps=steps)
                line = self.purchase_lines()
                line.analytic_distribution = shares
                for qty in (3, 1):
                    self.line.product_qty = qty
                    self.refresh_fully(order)
                    self.assertEqual(self.purchase_lines(), line)
                    self.assertEqual(line.product_qty, 4 * qty)
                    self.assertEqual(line.analytic_distribution, shares)
                self.forget_purchases()

    def test_header_quantity(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps=steps)
                for qty in (7, 3):
                    order.product_qty = qty
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 2 * qty)
                self.change_quantity(order, 9)
                self.refresh(order, user=self.planner)
                self.assertEqual(self.bought_qty(), 18)
                self.forget_purchases()

    def test_removed_component_is_no_longer_bought(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.line.product_id = self.bolt
                order = self.confirmed(steps=steps)
                rfq = self.purchase_lines().order_id
                self.line.product_id = self.wood
                self.refresh_fully(order)
                self.assertFalse(self.purchase_lines())
                self.assertEqual(rfq.state, "cancel")
                self.assertNotIn("cancel", order.move_raw_ids.mapped("state"))

    def test_removed_component_leaves_other_lines_of_the_rfq(self):
        self.add_line(self.bom, self.nut, 1)
        order = self.confirmed()
        rfq = self.purchase_lines().order_id
        self.assertEqual(len(rfq.order_line), 2)
        self.line.unlink()
        self.refresh_fully(order)
        self.assertEqual(rfq.state, "draft")
        self.assertEqual(rfq.order_line.product_id, self.nut)

    def test_new_component_is_bought(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps=steps)
                line = self.add_line(self.bom, self.nut, 3)
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(self.nut), 12)
                self.assertEqual(self.bought_qty(), 8)
                line.unlink()
                self.forget_purchases()

    def test_replaced_component(self):
        order = self.confirmed()
        self.line.product_id = self.nut
        self.refresh_fully(order)
        self.assertEqual((self.bought_qty(), self.bought_qty(self.nut)), (0, 8))

    def send(self, rfq):
        rfq.state = "sent"

    def confirm(self, rfq):
        rfq.button_confirm()

    def test_less_of_what_was_ordered_is_for_the_buyer(self):
        for steps in (1, 2):
            for advance in (self.send, self.confirm):
                for product, qty in ((self.bolt, 1), (self.wood, 2)):
                    with self.subTest(
                        steps=steps, to=advance.__name__, product=product.name
                    ):
                        self.line.write({"product_id": self.bolt.id, "product_qty": 2})
                        order = self.confirmed(steps=steps)
                        purchase = self.purchase_lines().order_id
                        advance(purchase)
                        self.line.write({"product_id": product.id, "product_qty": qty})
                        row = self.refresh_fully(order)
                        self.assertEqual(purchase.order_line.product_qty, 8)
                        self.assertNotEqual(purchase.state, "cancel")
                        activity = purchase.activity_ids
                        self.assertEqual(len(activity), 1)
                        self.assertEqual(activity.user_id, self.buyer)
                        self.assertIn(order.name, activity.note)
                        self.assertIn(purchase.name, activity.note)
                        self.assertIn(purchase.name, row["warnings"][0])
                        purchase.button_cancel()

    def test_more_of_what_was_ordered_is_bought_once(self):
        for steps in (1, 2):
            for advance in (self.send, self.confirm):
                with self.subTest(steps=steps, to=advance.__name__):
                    self.line.product_qty = 2
                    order = self.confirmed(steps=steps)
                    advance(self.purchase_lines().order_id)
                    self.line.product_qty = 3
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 12)
                    self.line.product_qty = 4
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 16)
                    self.line.product_qty = 2
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 8)
                    self.purchase_lines().order_id.button_cancel()

    def test_orders_that_share_a_line_of_an_rfq(self):
        one, two = self.confirmed(), self.confirmed()
        line = self.purchase_lines()
        self.assertEqual(line.product_qty, 16)
        self.line.product_qty = 1
        self.refresh_fully(one)
        self.assertEqual(line.product_qty, 12)
        self.refresh_fully(two)
        self.assertEqual(line.product_qty, 8)
        self.line.product_id = self.nut
        self.refresh_fully(one)
        self.assertEqual(line.product_qty, 4)
        bolts = two.move_raw_ids.filtered(lambda m: m.product_id == self.bolt)
        self.assertEqual(line.move_dest_ids, bolts)
        self.assertNotEqual(bolts.state, "cancel")

    def test_shared_line_that_the_buyer_made_smaller_is_never_deleted(self):
        one, two = self.confirmed(), self.confirmed()
        line = self.purchase_lines()
        line.product_qty = 8
        self.line.product_id = self.nut
        self.refresh_fully(one)
        self.assertTrue(line.exists())
        self.assertEqual(line.order_id.state, "draft")
        bolts = two.move_raw_ids.filtered(lambda m: m.product_id == self.bolt)
        self.assertIn(bolts.state, ("waiting", "confirmed"))
        self.assertEqual(bolts.procure_method, "make_to_order")
        self.assertEqual(line.order_id.activity_ids.user_id, self.buyer)

    def test_same_product_on_two_lines(self):
        self.add_line(self.bom, self.bolt, 3)
        order = self.confirmed()
        self.assertEqual(self.bought_qty(), 20)
        self.line.unlink()
        self.refresh_fully(order)
        self.assertEqual(self.bought_qty(), 12)

    def test_vendor_sells_dozens(self):
        screw = self.bought("Screw", uom=self.dozen)
        self.line.write({"product_id": screw.id, "product_qty": 12})
        order = self.make_confirmed_order(self.bom, 4)
        line = self.purchase_lines(screw)
        self.assertEqual((line.product_qty, line.product_uom_id), (4, self.dozen))
        self.line.product_qty = 6
        self.refresh_fully(order)
        self.assertEqual(line.product_qty, 2)
        self.line.product_qty = 18
        self.refresh_fully(order)
        self.assertEqual(line.product_qty, 6)

    def test_line_in_another_unit_by_hand(self):
        for steps in (1, 2, 3):
            for qty in (30, 3, 1):
                with self.subTest(steps=steps, qty=qty):
                    self.line.product_qty = 2
                    order = self.confirmed(steps=steps)
                    order.move_raw_ids[0].product_uom = self.dozen
                    self.assertEqual(self.bought_qty(), 8)
                    self.line.product_qty = qty
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 4 * qty)
                    self.forget_purchases()

    def test_bought_component_of_a_made_component(self):
        seat = self.make_mto_product("Seat", bom={"lines": [(self.bolt, 2)]})
        self.line.write({"product_id": seat.id, "product_qty": 2})
        order = self.make_confirmed_order(self.bom, 4)
        self.assertEqual(self.bought_qty(), 16)
        for qty in (3, 1):
            self.line.product_qty = qty
            self.refresh_fully(order)
            self.assertEqual(self.bought_qty(), 8 * qty)
        self.line.product_id = self.wood
        self.refresh_fully(order)
        self.assertEqual(self.bought_qty(), 0)

    def test_ordered_component_of_a_made_component_is_bought_once(self):
        seat = self.make_mto_product("Seat", bom={"lines": [(self.bolt, 2)]})
        for steps in (1, 2, 3):
            for advance in (self.send, self.confirm):
                with self.subTest(steps=steps, to=advance.__name__):
                    self.line.write({"product_id": seat.id, "product_qty": 2})
                    order = self.confirmed(steps=steps)
                    purchase = self.purchase_lines().order_id
                    advance(purchase)
                    for qty, bought in ((1, 16), (2, 16), (3, 24), (1, 16), (2, 16)):
                        self.line.product_qty = qty
                        self.refresh_fully(order)
                        self.assertEqual(self.bought_qty(), bought)
                    self.assertEqual(purchase.activity_ids.user_id, self.buyer)
                    self.purchase_lines().order_id.button_cancel()

    def test_bought_component_that_is_made_now_and_back(self):
        buy, make = self.bolt.route_ids - self.mto_route, self.manufacture_route
        made = [("product_id", "=", self.bolt.id), ("state", "!=", "cancel")]
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps=steps)
                bom = self.make_bom(self.bolt, [(self.wood, 1)])
                self.bolt.route_ids = self.mto_route | make
                self.env.invalidate_all()
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 0)
                children = self.env["mrp.production"].search(made)
                self.assertEqual(children.mapped("product_qty"), [8])
                bom.action_archive()
                self.bolt.route_ids = self.mto_route | buy
                self.env.invalidate_all()
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 8)
                self.assertFalse(self.env["mrp.production"].search(made))
                self.forget_purchases()

    def test_what_a_vendor_was_sent_is_bought_still_when_it_is_made_now(self):
        order = self.confirmed()
        rfq = self.purchase_lines().order_id
        rfq.state = "sent"
        self.make_bom(self.bolt, [(self.wood, 1)])
        self.bolt.route_ids = self.mto_route | self.manufacture_route
        self.env.invalidate_all()
        self.refresh(order, user=self.planner)
        self.refresh_one(order, "unchanged", user=self.planner)
        self.assertEqual(self.bought_qty(), 8)
        self.assertFalse(order._get_children())

    def test_receipt_still_feeds_the_order(self):
        for steps in (1, 2):
            with self.subTest(steps=steps):
                self.put_in_stock(self.wood, 4, self.houses[steps].lot_stock_id)
                self.line.product_qty = 2
                order = self.confirmed(steps=steps)
                self.line.product_qty = 3
                self.refresh_one(order, user=self.planner, restore_reservation=True)
                purchase = self.purchase_lines().order_id
                purchase.button_confirm()
                self.receive(purchase)
                self.pick(order)
                bolts = order.move_raw_ids.filtered(
                    lambda move: move.product_id == self.bolt
                )
                self.assertEqual((bolts.state, bolts.quantity), ("assigned", 12))
