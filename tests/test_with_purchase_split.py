"""What is bought for orders that were split or merged after it was asked for.

Odoo 19 links a request for quotation with one part of such an order at most. Needs
`purchase_mrp` and `purchase_stock`.
"""

from itertools import product as pairs
from random import Random

from odoo.tests import tagged

from .common_parts import PartsMixin
from .common_purchase import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseSplit(PartsMixin, PurchaseCase):
    def test_parts_of_a_split_order_one_by_one(self):
        for steps in (1, 2, 3):
            for backwards in (False, True):
                with self.subTest(steps=steps, backwards=backwards):
                    self.line.product_qty = 2
                    parts = self.split(self.confirmed(steps=steps), 1, 3)
                    for qty in (1, 5, 2):
                        self.line.product_qty = qty
                        for part in parts.sorted("id", reverse=backwards):
                            row = self.refresh_fully(part)
                            self.assertEqual(row["warnings"], [])
                        self.assertEqual(self.bought_qty(), 4 * qty)
                        self.assertEqual(len(self.purchase_lines()), 1)
                    self.forget_purchases()

    def test_parts_of_a_split_order_in_one_call(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.line.product_qty = 2
                parts = self.split(self.confirmed(6, steps=steps), 1, 2, 3)
                for qty in (1, 5, 2):
                    self.line.product_qty = qty
                    self.refresh_all(parts)
                    self.assertEqual(self.bought_qty(), 6 * qty)
                self.forget_purchases()

    def test_merged_orders(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                self.line.product_qty = 2
                orders = self.confirmed(4, steps=steps)
                orders |= self.confirmed(3, steps=steps)
                merged = self.merge(orders)
                for qty in (1, 5, 2):
                    self.line.product_qty = qty
                    self.refresh_fully(merged)
                    self.assertEqual(self.bought_qty(), 7 * qty)
                self.forget_purchases()

    def test_bill_of_materials_changed_before_orders_were_merged(self):
        for steps, qty in pairs((1, 2, 3), (5, 1)):
            with self.subTest(steps=steps, qty=qty):
                self.line.product_qty = 2
                orders = self.confirmed(4, steps=steps)
                orders |= self.confirmed(3, steps=steps)
                self.line.product_qty = qty
                self.refresh_fully(self.merge(orders))
                self.assertEqual(self.bought_qty(), 7 * qty)
                self.forget_purchases()

    def test_rest_of_an_order_that_was_made_in_part(self):
        for steps in (1, 2):
            with self.subTest(steps=steps):
                self.line.product_qty = 2
                order = self.confirmed(steps=steps)
                order.qty_producing = 1
                order._set_qty_producing()
                done, rest = self.split(order, 1, 3)
                done.with_context(skip_consumption=True).button_mark_done()
                self.assertEqual(done.state, "done")
                for qty in (1, 5):
                    self.line.product_qty = qty
                    self.refresh_fully(rest)
                    self.assertEqual(self.bought_qty(), 2 + 3 * qty)
                self.forget_purchases()

    def test_component_that_goes_from_one_part(self):
        parts = self.split(self.confirmed(), 1, 3)
        line = self.purchase_lines()
        self.line.product_id = self.nut
        self.refresh_fully(parts[0])
        self.assertEqual(line.product_qty, 6)
        kept = parts[1].move_raw_ids.filtered(lambda m: m.product_id == self.bolt)
        self.assertEqual(line.move_dest_ids, kept)
        self.refresh_fully(parts[1])
        self.assertFalse(self.purchase_lines())
        self.assertEqual(self.bought_qty(self.nut), 8)

    def test_less_of_what_was_ordered_is_for_the_buyer(self):
        for confirm in (False, True):
            for part in (0, 1):
                with self.subTest(confirm=confirm, part=part):
                    self.line.product_qty = 2
                    parts = self.split(self.confirmed(), 1, 3)
                    purchase = self.purchase_lines().order_id
                    if confirm:
                        purchase.button_confirm()
                    else:
                        purchase.state = "sent"
                    self.line.product_qty = 1
                    row = self.refresh_fully(parts[part])
                    self.assertEqual(purchase.order_line.product_qty, 8)
                    self.assertEqual(purchase.activity_ids.user_id, self.buyer)
                    self.assertIn(parts[part].name, purchase.activity_ids.note)
                    self.assertIn(purchase.name, row["warnings"][0])
                    purchase.button_cancel()

    def test_what_is_received_goes_to_both_parts(self):
        parts = self.split(self.confirmed(), 1, 3)
        self.line.product_qty = 3
        self.refresh_all(parts)
        purchase = self.purchase_lines().order_id
        purchase.button_confirm()
        self.receive(purchase)
        bolts = parts.move_raw_ids.filtered(lambda m: m.product_id == self.bolt)
        bolts._action_assign()
        self.assertEqual(bolts.mapped("quantity"), [3.0, 9.0])

    def test_split_after_it_was_ordered(self):
        for received in (False, True):
            with self.subTest(received=received):
                self.line.product_qty = 2
                order = self.confirmed()
                purchase = self.purchase_lines().order_id
                purchase.button_confirm()
                if received:
                    self.receive(purchase)
                parts = self.split(order, 1, 3)
                self.line.product_qty = 3
                self.refresh_all(parts)
                self.assertEqual(self.bought_qty(), 12)
                self.forget_purchases()

    def test_ordered_after_the_split(self):
        """The receipt is linked with one part only."""
        for received, bolt in ((False, self.bolt), (True, self.bought("Long bolt"))):
            with self.subTest(received=received):
                self.line.write({"product_id": bolt.id, "product_qty": 2})
                order = self.make_confirmed_order(self.bom, 4)
                parts = self.split(order, 1, 3)
                purchase = self.purchase_lines(bolt).order_id
                purchase.button_confirm()
                if received:
                    self.receive(purchase)
                self.line.product_qty = 3
                self.refresh_all(parts)
                self.assertEqual(self.bought_qty(bolt), 12)
                self.line.product_qty = 1
                self.refresh_all(parts)
                self.assertEqual(self.bought_qty(bolt), 8)
                self.assertTrue(purchase.activity_ids)

    def test_what_was_bought_for_others_stays_theirs(self):
        """Orders of one vendor share a request; only parts of one order share needs."""
        self.vendor.group_rfq = "all"
        parts = self.split(self.confirmed(), 1, 3)
        other = self.confirmed(2)
        line = self.purchase_lines()
        self.assertEqual(line.product_qty, 12)
        self.line.product_qty = 1
        self.refresh_all(parts)
        self.assertEqual(line.product_qty, 8)
        self.refresh_fully(other)
        self.assertEqual(line.product_qty, 6)

    def test_split_merged_and_changed_at_random(self):
        for seed in range(8):
            with self.subTest(seed=seed):
                self.line.write({"product_id": self.bolt.id, "product_qty": 2})
                try:
                    self.play(Random(seed))
                finally:
                    self.forget_purchases()

    def play(self, random):
        steps = random.choice((1, 1, 2, 3))
        orders = self.confirmed(random.randint(2, 9), steps=steps)
        for _turn in range(5):
            alive = orders.filtered(lambda order: order.state != "cancel")
            big = alive.filtered(lambda order: order.product_qty > 1)
            if random.random() < 0.5 and big:
                order = random.choice(big)
                part = random.randint(1, int(order.product_qty) - 1)
                orders |= self.split(order, part, order.product_qty - part)
            elif len(alive) > 1:
                orders |= self.merge(alive.browse(random.sample(alive.ids, 2)))
            self.line.product_qty = random.randint(1, 6)
            alive = orders.filtered(lambda order: order.state != "cancel")
            if random.random() < 0.5:
                self.refresh_all(alive)
            else:
                for order in random.sample(list(alive), len(alive)):
                    self.refresh(order, user=self.planner)
            self.assertEqual(self.bought_qty(), self.get_need(alive, self.bolt))


@tagged("post_install", "-at_install")
class TestPurchaseFromStockFirst(PurchaseCase):
    """Rules that take from stock, and buy only what stock does not have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mto_route.rule_ids.procure_method = "mts_else_mto"

    def set_stock(self, place, quantity):
        quant = self.env["stock.quant"].create(
            {
                "product_id": self.bolt.id,
                "location_id": place.id,
                "inventory_quantity": quantity,
            }
        )
        quant.action_apply_inventory()

    def test_rfq_follows_up_and_down(self):
        for steps in (1, 2, 3):
            for stock in (0, 3):
                with self.subTest(steps=steps, stock=stock):
                    self.line.product_qty = 2
                    place = self.houses[steps].lot_stock_id
                    self.set_stock(place, stock)
                    order = self.confirmed(steps=steps)
                    self.assertEqual(self.bought_qty(), 8 - stock)
                    for qty in (3, 1, 5):
                        self.line.product_qty = qty
                        self.refresh_all(order)
                        self.assertEqual(self.bought_qty(), 4 * qty - stock)
                    self.forget_purchases()
                    order.action_cancel()
                    self.set_stock(place, 0)

    def test_what_the_buyer_added_to_the_rfq_stays(self):
        order = self.confirmed()
        self.purchase_lines().product_qty += 5
        self.line.product_qty = 1
        self.refresh_fully(order)
        self.assertEqual(self.bought_qty(), 4 + 5)

    def test_removed_component_is_no_longer_bought(self):
        order = self.confirmed()
        rfq = self.purchase_lines().order_id
        self.line.product_id = self.wood
        self.refresh_fully(order)
        self.assertFalse(self.purchase_lines())
        self.assertEqual(rfq.state, "cancel")

    def test_less_of_what_was_sent_is_for_the_buyer(self):
        order = self.confirmed()
        rfq = self.purchase_lines().order_id
        rfq.state = "sent"
        self.line.product_qty = 1
        row = self.refresh_fully(order)
        self.assertEqual(rfq.order_line.product_qty, 8)
        self.assertEqual(rfq.activity_ids.user_id, self.buyer)
        self.assertIn(rfq.name, row["warnings"][0])
