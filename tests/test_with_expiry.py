"""Lots that expire, as components and as what is made.

Needs `product_expiry` and `mrp_product_expiry`. An order is not reserved from lots
whose removal date has come when the component is needed.
"""

from datetime import timedelta

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestExpiry(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("product_expiry", "mrp_product_expiry")
        cls.planner = cls.make_planner()
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})
        cls.milk = cls.make_perishable("Milk", removal_strategy_id=cls.fefo().id)
        cls.cheese = cls.make_perishable("Cheese")
        cls.rennet = cls.make_product("Rennet")
        cls.soon, cls.later, cls.last, cls.old = (
            cls.make_lot(cls.milk, name, days)
            for name, days in (("SOON", 15), ("LATER", 40), ("LAST", 90), ("OLD", -1))
        )
        cls.bom = cls.make_bom(cls.cheese, [(cls.milk, 4), (cls.rennet, 1)])
        cls.line = cls.bom.bom_line_ids[0]

    @classmethod
    def fefo(cls):
        """Take first what expires first."""
        strategy = cls.env["product.removal"].search([("method", "=", "fefo")])
        category = cls.env["product.category"].create({"name": "Fresh"})
        category.removal_strategy_id = strategy
        cls.fresh = category
        return strategy

    @classmethod
    def make_perishable(cls, name, tracking="lot", **values):
        values.pop("removal_strategy_id", None)
        return cls.make_product(
            name,
            tracking=tracking,
            use_expiration_date=True,
            expiration_time=60,
            categ_id=cls.fresh.id,
            **values,
        )

    @classmethod
    def make_lot(cls, product, name, days, quantity=10):
        """Return a lot that has to go after so many days, with some in each stock."""
        date = cls.now + timedelta(days=days)
        lot = cls.env["stock.lot"].create(
            {"name": name, "product_id": product.id, "expiration_date": date}
        )
        lot.removal_date = date
        for house in cls.houses.values():
            cls.put_in_stock(product, quantity, house.lot_stock_id, lot)
        return lot

    def order(self, method="manual", qty=1, steps=1, **values):
        house = self.houses[steps]
        house.manu_type_id.reservation_method = method
        return self.make_confirmed_order(self.bom, qty, warehouse=house, **values)

    def milk_of(self, order):
        return order.move_raw_ids.filtered(lambda move: move.product_id == self.milk)

    def choose(self, move, *chosen):
        """Reserve these (lot, quantity) by hand, whatever Odoo would take."""
        move._do_unreserve()
        for lot, quantity in chosen:
            move._update_reserved_quantity(
                quantity, move.location_id, lot_id=lot, strict=True
            )
        move._recompute_state()
        self.assertEqual(self.held(move), {lot.name: qty for lot, qty in chosen})

    def held(self, move):
        return {line.lot_id.name: line.quantity for line in move.move_line_ids}

    def refresh_fully(self, order, **options):
        options["restore_reservation"] = True
        self.refresh_one(order, user=self.planner, **options)
        self.refresh_one(order, "unchanged", user=self.planner, **options)

    def test_chosen_lots_that_are_good_stay(self):
        for method, qty, held in (
            ("manual", 3, {"LAST": 3}),
            ("manual", 6, {"LAST": 4}),
            ("at_confirm", 3, {"LAST": 3}),
            ("at_confirm", 6, {"LAST": 4, "SOON": 2}),
        ):
            with self.subTest(method=method, qty=qty):
                self.line.product_qty = 4
                order = self.order(method)
                self.choose(self.milk_of(order), (self.last, 4))
                self.line.product_qty = qty
                self.refresh_fully(order)
                self.assertEqual(self.held(self.milk_of(order)), held)
                order.action_cancel()

    def test_lot_that_went_off_is_replaced_as_in_a_new_order(self):
        for method, held in (
            ("manual", {"LAST": 1}),
            ("at_confirm", {"LAST": 1, "SOON": 4}),
        ):
            with self.subTest(method=method):
                self.line.product_qty = 4
                self.later.removal_date = self.now + timedelta(days=40)
                order = self.order(method)
                self.choose(self.milk_of(order), (self.later, 3), (self.last, 1))
                self.later.removal_date = self.now - timedelta(days=1)
                self.line.product_qty = 5
                self.refresh_fully(order)
                self.assertEqual(self.held(self.milk_of(order)), held)
                order.action_cancel()

    def test_line_that_does_not_change_keeps_a_lot_that_went_off(self):
        order = self.order()
        self.choose(self.milk_of(order), (self.later, 4))
        lines = self.milk_of(order).move_line_ids
        self.later.write({"removal_date": self.now, "expiration_date": self.now})
        self.bom.bom_line_ids[1].product_qty = 2
        self.refresh_fully(order)
        self.assertEqual(self.milk_of(order).move_line_ids, lines)
        # Odoo asks when the order is done, as for any other order
        order.qty_producing = 1
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": "C1", "product_id": self.cheese.id}
        )
        order._set_qty_producing()
        action = order.button_mark_done()
        self.assertEqual(action["res_model"], "expiry.picking.confirmation")

    def test_reserved_for_the_new_date(self):
        """A lot that is good at the old start of the work and not at the new one."""
        self.soon.removal_date = self.now + timedelta(days=5)
        order = self.order("at_confirm", date_deadline=self.now + timedelta(days=3))
        self.assertEqual(self.held(self.milk_of(order)), {"SOON": 4})
        self.line.product_qty = 6
        self.refresh_fully(order, due_date=self.now + timedelta(days=20))
        self.assertEqual(self.held(self.milk_of(order)), {"LATER": 6})
        self.line.product_qty = 5
        self.refresh_fully(order, due_date=self.now + timedelta(days=60))
        self.assertEqual(self.held(self.milk_of(order)), {"LAST": 5})

    def test_chosen_serials_that_are_good_stay(self):
        wheel = self.make_perishable("Culture", "serial")
        good = [self.make_lot(wheel, f"G{n}", 50 + n, 1) for n in range(4)]
        chosen = self.env["stock.lot"].union(*good[2:])
        self.line.write({"product_id": wheel.id, "product_qty": 2})
        order = self.order()
        move = order.move_raw_ids[0]
        for serial in chosen:
            move._update_reserved_quantity(
                1, move.location_id, lot_id=serial, strict=True
            )
        move._recompute_state()
        self.line.product_qty = 4
        self.refresh_fully(order)
        self.assertEqual(move.lot_ids, chosen)
        self.line.product_qty = 1
        good[2].removal_date = self.now
        self.refresh_fully(order)
        self.assertEqual(move.lot_ids, good[3])

    def test_lot_and_date_of_what_is_made_stay(self):
        order = self.order()
        lot = self.env["stock.lot"].create(
            {"name": "CHEESE-1", "product_id": self.cheese.id}
        )
        lot.expiration_date = self.now + timedelta(days=17)
        order.lot_producing_ids = lot
        self.line.product_qty = 5
        self.refresh_fully(order)
        self.assertEqual(order.lot_producing_ids, lot)
        self.assertEqual(lot.expiration_date, self.now + timedelta(days=17))

    def test_lots_chosen_in_a_transfer_stay(self):
        for steps in (2, 3):
            for qty, held in ((3, {"LAST": 3}), (6, {"LAST": 4, "SOON": 2})):
                with self.subTest(steps=steps, qty=qty):
                    self.line.product_qty = 4
                    order = self.order("at_confirm", steps=steps)
                    pick = self.milk_of(order).move_orig_ids
                    pick._action_assign()
                    self.choose(pick, (self.last, 4))
                    self.line.product_qty = qty
                    self.refresh_fully(order)
                    pick = self.milk_of(order).move_orig_ids
                    pick._action_assign()
                    self.assertEqual(self.held(pick), held)
                    order.action_cancel()
