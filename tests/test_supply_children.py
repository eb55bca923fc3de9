"""Child orders of a confirmed order follow its lines."""

from datetime import datetime

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestChildOrders(RefreshCase):
    """Make to order: child orders follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bike, cls.rubber = cls.make_products("Bike", "Rubber")
        cls.tyre = cls.make_mto_product("Tyre", bom={"lines": [(cls.rubber, 1)]})
        cls.wheel = cls.make_mto_product("Wheel", bom={"lines": [(cls.tyre, 1)]})
        cls.bom = cls.make_bom(cls.bike, [(cls.wheel, 2)])
        cls.line_of_bom = cls.bom.bom_line_ids
        cls.due = datetime(2030, 1, 16, 16, 0)
        cls.boss = cls.make_planner("refresh_boss")

    def confirmed(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        self.assertEqual(self.made(order), [("Tyre", 2), ("Wheel", 2)])
        return order

    def family(self, order):
        children = order._get_children()
        for child in children:
            children |= self.family(child)
        return children

    def made(self, order):
        """Return (product, quantity) of all orders below that are not cancelled."""
        totals = {}
        for child in self.family(order).filtered(lambda o: o.state != "cancel"):
            name = child.product_id.name
            totals[name] = totals.get(name, 0) + child.product_uom_qty
        return sorted(totals.items())

    def test_increase(self):
        order = self.confirmed()
        self.line_of_bom.product_qty = 3
        self.refresh_one(order)
        self.assertEqual(self.made(order), [("Tyre", 3), ("Wheel", 3)])
        self.refresh_one(order, "unchanged")

    def test_line_in_another_unit_by_hand(self):
        """Odoo makes no more of it, and the refresh all that is needed."""
        for qty in (30, 3, 1):
            with self.subTest(qty=qty):
                self.line_of_bom.product_qty = 2
                order = self.confirmed()
                order.move_raw_ids.product_uom = self.dozen
                self.assertEqual(self.made(order), [("Tyre", 2), ("Wheel", 2)])
                self.line_of_bom.product_qty = qty
                self.refresh_one(order)
                self.assertEqual(self.made(order), [("Tyre", qty), ("Wheel", qty)])
                self.refresh_one(order, "unchanged")

    def test_new_line_creates_child_and_grandchild(self):
        self.bom.bom_line_ids = False
        self.add_line(self.bom, self.rubber, 1)
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        self.assertFalse(self.family(order))
        self.add_line(self.bom, self.wheel, 2)
        self.refresh_one(order)
        self.assertEqual(self.made(order), [("Tyre", 2), ("Wheel", 2)])

    def test_decrease_of_untouched_child(self):
        order = self.confirmed()
        self.line_of_bom.product_qty = 1
        self.refresh_one(order)
        self.assertEqual(self.made(order), [("Tyre", 1), ("Wheel", 1)])
        self.refresh_one(order, "unchanged")

    def test_quantity_lowered_by_the_button_leaves_each_line_its_child(self):
        """The newest child order is not more than its own line needs."""
        self.add_line(self.bom, self.wheel, 1)
        order = self.make_confirmed_order(self.bom, 12, date_deadline=self.due)
        children = order.move_raw_ids.mapped(lambda m: m.move_orig_ids.production_id)
        self.change_quantity(order, 9)
        self.refresh_one(order)
        self.assertEqual(self.made(order), [("Tyre", 27), ("Wheel", 27)])
        for line, child in zip(order.move_raw_ids, children, strict=True):
            self.assertEqual(line.move_orig_ids.production_id, child)
            self.assertEqual(line.product_qty, child.product_qty)
            self.assertEqual(line.procure_method, "make_to_order")
        self.refresh_one(order, "unchanged")

    def test_removal_cancels_untouched_child(self):
        order = self.confirmed()
        family = self.family(order)
        self.line_of_bom.product_id = self.rubber
        self.refresh_one(order)
        self.assertEqual(set(family.mapped("state")), {"cancel"})

    def test_line_cancelled_by_hand_comes_back_to_its_child(self):
        order = self.confirmed()
        order.move_raw_ids.with_context(skip_mo_check=True)._action_cancel()
        self.assertEqual(self.made(order), [("Tyre", 2), ("Wheel", 2)])
        self.refresh_one(order)
        self.assertEqual(self.made(order), [("Tyre", 2), ("Wheel", 2)])
        self.refresh_one(order, "unchanged")

    def test_child_that_has_started_gets_an_activity(self):
        for qty, product in ((1, self.wheel), (2, self.rubber)):
            with self.subTest(qty=qty, product=product.name):
                self.line_of_bom.write({"product_qty": 2, "product_id": self.wheel.id})
                order = self.confirmed()
                child = order._get_children()
                child.user_id = self.boss
                child.qty_producing = 1
                child._set_qty_producing(False)
                self.assertEqual(child.state, "progress")
                self.line_of_bom.write({"product_qty": qty, "product_id": product.id})
                row = self.refresh_one(order)
                self.assertEqual(child.product_qty, 2)
                activity = child.activity_ids
                self.assertEqual(activity.user_id, self.boss)
                self.assertIn(order.name, activity.note)
                self.assertTrue(any(child.name in text for text in row["warnings"]))

    def test_activity_is_in_the_language_of_who_reads_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        order = self.confirmed()
        child = order._get_children()
        child.user_id = self.boss
        self.boss.lang = "fr_FR"
        child.qty_producing = 1
        child._set_qty_producing(False)
        self.line_of_bom.product_qty = 1
        row = self.refresh_one(order)
        self.assertIn("a besoin de moins", child.activity_ids.note)
        self.assertIn("Voir", child.activity_ids.note)
        self.assertIn("needs less than before", row["warnings"][0])


@tagged("post_install", "-at_install")
class TestFromStockElseMade(RefreshCase):
    """Rules that take from stock what it has, and make only the rest to order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bike, cls.rubber = cls.make_products("Bike", "Rubber")
        cls.wheel = cls.make_mto_product("Wheel", bom={"lines": [(cls.rubber, 1)]})
        cls.bom = cls.make_bom(bike, [(cls.wheel, 4)])
        cls.line = cls.bom.bom_line_ids
        cls.planner = cls.make_planner()

    def test_as_many_are_made_as_stock_lacks(self):
        for steps in (1, 2, 3):
            house = self.make_warehouse(steps)
            self.mto_route.rule_ids.procure_method = "mts_else_mto"
            for more, stock in ((0, 0), (3, 3), (17, 20)):
                if more:
                    self.put_in_stock(self.wheel, more, house.lot_stock_id)
                for each in (1, 3, 6, 0):
                    with (
                        self.subTest(steps=steps, stock=stock, each=each),
                        self.env.cr.savepoint() as savepoint,
                    ):
                        self.check_made(house, stock, each)
                        savepoint.rollback()
                    self.env.invalidate_all()

    def check_made(self, house, stock, each):
        self.line.write({"product_qty": 4, "product_id": self.wheel.id})
        order = self.make_confirmed_order(self.bom, 2, warehouse=house)
        self.assertEqual(self.made(order), max(8 - stock, 0))
        if each:
            self.line.product_qty = each
        else:
            self.line.product_id = self.rubber
        options = {"user": self.planner, "restore_reservation": True}
        self.refresh_one(order, **options)
        self.assertEqual(self.made(order), max(2 * each - stock, 0))
        self.refresh_one(order, "unchanged", **options)

    def made(self, order):
        children = order._get_children().filtered(lambda child: child.state != "cancel")
        return sum(children.mapped("product_qty"))
