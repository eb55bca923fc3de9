"""Bought components that were received already when fewer are needed, and more again.

Needs `purchase_mrp` and `purchase_stock`.
"""

from contextlib import contextmanager
from itertools import product

from odoo.tests import Form, tagged

from .common_purchase import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseReceived(PurchaseCase):
    def received(self, steps=1, quantity=None, picked=False):
        """Return an order whose 8 bolts were bought and received."""
        self.line.write({"product_id": self.bolt.id, "product_qty": 2})
        order = self.confirmed(4, steps)
        purchase = self.purchase_lines().order_id
        purchase.button_confirm()
        self.receive(purchase, quantity)
        if picked:
            self.pick(order)
        return order, purchase

    def stock_of(self, order):
        """Return how many bolts lie in the order's warehouse, and how many are free."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.bolt.id),
                ("location_id", "child_of", order.warehouse_id.view_location_id.id),
            ]
        )
        there = sum(quants.mapped("quantity"))
        return there, there - sum(quants.mapped("reserved_quantity"))

    def refresh_fully(self, order):
        options = {"user": self.planner, "restore_reservation": True}
        row = self.refresh_one(order, **options)
        self.refresh_one(order, "unchanged", **options)
        return row

    def assert_told(self, order, purchase, row):
        activity = purchase.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.buyer))
        self.assertIn(order.name, activity.note)
        self.assertIn(purchase.name, activity.note)
        self.assertIn(purchase.name, row["warnings"][0])

    def change_line(self, _order):
        self.line.product_qty = 1

    def change_header(self, order):
        order.product_qty = 2

    @contextmanager
    def alone(self, **values):
        """A part of a test of which nothing is left."""
        with self.subTest(**values), self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def test_less_than_was_received_stays_in_stock_and_the_buyer_knows(self):
        for steps in (1, 2, 3):
            for change in (self.change_line, self.change_header):
                with self.alone(steps=steps, change=change.__name__):
                    order, purchase = self.received(steps)
                    change(order)
                    row = self.refresh_fully(order)
                    self.assert_told(order, purchase, row)
                    self.assertEqual(self.bought_qty(), 8)
                    self.assertEqual(self.stock_of(order)[0], 8)
                    self.pick(order)
                    order.action_assign()
                    bolts = order.move_raw_ids.filtered(
                        lambda move: move.product_id == self.bolt
                    )
                    self.assertEqual((bolts.quantity, bolts.state), (4, "assigned"))
                    self.assertEqual(self.stock_of(order), (8, 4))

    def test_more_again_takes_what_was_received(self):
        for steps in (1, 2, 3):
            for quantity in (8, 3):
                with self.alone(steps=steps, received=quantity):
                    order, _purchase = self.received(steps, quantity)
                    self.line.product_qty = 1
                    self.refresh_fully(order)
                    self.line.product_qty = 2
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 8)
                    self.line.product_qty = 3
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 12)
                    purchases = self.purchase_lines().order_id
                    purchases.button_confirm()
                    for bought in purchases:
                        if set(bought.picking_ids.mapped("state")) != {"done"}:
                            self.receive(bought)
                    self.pick(order)
                    order.action_assign()
                    bolts = order.move_raw_ids.filtered(
                        lambda move: move.product_id == self.bolt
                    )
                    self.assertEqual((bolts.quantity, bolts.state), (12, "assigned"))

    def test_cancelled_pick_comes_again_and_nothing_is_bought_twice(self):
        for steps in (2, 3):
            for advance in ("draft", "ordered", "received"):
                for more in (0, 5):
                    with self.alone(steps=steps, advance=advance, more=more):
                        order = self.confirmed(steps=steps)
                        purchase = self.purchase_lines().order_id
                        self.purchase_lines().product_qty += more
                        if advance != "draft":
                            purchase.button_confirm()
                        if advance == "received":
                            self.receive(purchase)
                        order.picking_ids.filtered(
                            lambda p, to=order.location_src_id: p.location_dest_id == to
                        ).action_cancel()
                        row = self.refresh_fully(order)
                        self.assertEqual(row["warnings"], [])
                        self.assertEqual(self.bought_qty(), 8 + more)
                        if advance == "draft":
                            purchase.button_confirm()
                        if advance != "received":
                            self.receive(purchase)
                        self.pick(order)
                        order.action_assign()
                        bolts = order.move_raw_ids.filtered(
                            lambda move: move.product_id == self.bolt
                        )
                        self.assertEqual((bolts.quantity, bolts.state), (8, "assigned"))

    def remove_in_form(self, order):
        with Form(order) as form:
            form.move_raw_ids.remove(0)

    def cancel_by_program(self, order):
        order.move_raw_ids[0].with_context(skip_mo_check=True)._action_cancel()

    def test_line_that_comes_back_is_not_bought_again(self):
        """Where no transfer brings it: Odoo lets nobody remove a line with one."""
        for advance, remove in (
            ("draft", self.remove_in_form),
            ("sent", self.remove_in_form),
            *product(
                ("draft", "sent", "ordered", "received"), (self.cancel_by_program,)
            ),
        ):
            for more in (0, 5):
                with self.alone(advance=advance, remove=remove.__name__, more=more):
                    order = self.confirmed()
                    purchase = self.purchase_lines().order_id
                    self.purchase_lines().product_qty += more
                    self.advance(purchase, advance)
                    remove(order)
                    self.refresh_fully(order)
                    self.assertEqual(self.bought_qty(), 8 + more)
                    self.advance(purchase, "received")
                    self.check_eight_are_there(order)

    def check_eight_are_there(self, order):
        order.action_assign()
        bolts = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.bolt and m.state != "cancel"
        )
        self.assertEqual((bolts.quantity, bolts.state), (8, "assigned"))

    def advance(self, purchase, to):
        if to == "sent":
            purchase.state = "sent"
        elif to != "draft" and purchase.state != "purchase":
            purchase.button_confirm()
        if to == "received" and set(purchase.picking_ids.mapped("state")) != {"done"}:
            self.receive(purchase)

    def test_line_that_comes_back_with_a_transfer_is_not_bought_again(self):
        advances = ("draft", "sent", "ordered", "received")
        for steps, advance, more, pick_too in product(
            (2, 3), advances, (0, 5), (False, True)
        ):
            with self.alone(steps=steps, advance=advance, more=more, pick_too=pick_too):
                order = self.confirmed(steps=steps)
                purchase = self.purchase_lines().order_id
                self.purchase_lines().product_qty += more
                self.advance(purchase, advance)
                picks = order.move_raw_ids[0].move_orig_ids
                self.cancel_by_program(order)
                if pick_too:
                    picks._action_cancel()
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 8 + more)
                self.advance(purchase, "received")
                self.pick(order)
                self.check_eight_are_there(order)

    def test_line_that_comes_back_otherwise_takes_over_its_transfer(self):
        for steps, advance, qty in product(
            (2, 3), ("draft", "sent", "received"), (1, 3)
        ):
            with self.alone(steps=steps, advance=advance, qty=qty):
                order = self.confirmed(steps=steps)
                purchase = self.purchase_lines().order_id
                self.advance(purchase, advance)
                self.cancel_by_program(order)
                self.line.product_qty = qty
                self.refresh_fully(order)
                kept = 0 if advance == "draft" else 8
                self.assertEqual(self.bought_qty(), max(4 * qty, kept))

    def test_picked_component_of_a_line_that_comes_back_is_used(self):
        for steps in (2, 3):
            with self.alone(steps=steps):
                order, _purchase = self.received(steps, picked=True)
                self.cancel_by_program(order)
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 8)
                self.check_eight_are_there(order)

    def test_two_orders_whose_lines_come_back_in_one_call(self):
        orders = self.confirmed() | self.confirmed(3)
        self.assertEqual(self.bought_qty(), 14)
        for order in orders:
            self.remove_in_form(order)
        self.refresh_all(orders)
        self.assertEqual(self.bought_qty(), 14)
        lines = orders.move_raw_ids.filtered(lambda m: m.product_id == self.bolt)
        self.assertEqual(lines.mapped("product_qty"), [8, 6])
        self.assertTrue(all(line.created_purchase_line_ids for line in lines))

    def test_component_that_goes_leaves_what_was_received(self):
        for steps in (1, 2, 3):
            for picked in (False, True):
                with self.alone(steps=steps, picked=picked):
                    order, purchase = self.received(steps, picked=picked)
                    self.line.product_id = self.wood
                    row = self.refresh_fully(order)
                    if not picked or steps == 1:
                        self.assert_told(order, purchase, row)
                    self.assertEqual(self.bought_qty(), 8)
                    self.pick(order)
                    self.assertEqual(self.stock_of(order), (8, 8))
                    self.assertEqual(
                        order.warehouse_id.lot_stock_id.quant_ids.filtered(
                            lambda quant: quant.product_id == self.bolt
                        ).quantity,
                        8,
                    )

    def test_less_after_the_pick_goes_back(self):
        for steps in (2, 3):
            with self.alone(steps=steps):
                order, _purchase = self.received(steps, picked=True)
                self.line.product_qty = 1
                self.refresh_fully(order)
                with self.env.cr.savepoint() as savepoint:
                    self.pick(order)
                    self.assertEqual(self.stock_of(order), (8, 4))
                    savepoint.rollback()
                self.env.invalidate_all()
                self.line.product_qty = 2
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 8)
                self.pick(order)
                order.action_assign()
                self.assertEqual(self.stock_of(order), (8, 0))

    def test_request_that_the_buyer_made_smaller_is_not_cut_again(self):
        for steps in (1, 2, 3):
            with self.alone(steps=steps):
                self.line.product_qty = 4
                order = self.confirmed(4, steps)
                self.purchase_lines().product_qty = 10
                self.line.product_qty = 3
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 10)
                self.line.product_qty = 2
                self.refresh_fully(order)
                self.assertEqual(self.bought_qty(), 8)
