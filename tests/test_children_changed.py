"""Child orders whose own quantity somebody changed before the parent is refreshed."""

from odoo.tests import Form, tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestChildrenChanged(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.bike, cls.rubber = cls.make_products("Bike", "Rubber")
        cls.tyre = cls.make_mto_product("Tyre", bom={"lines": [(cls.rubber, 1)]})
        cls.wheel = cls.make_mto_product("Wheel", bom={"lines": [(cls.tyre, 1)]})
        cls.bom = cls.make_bom(cls.bike, [(cls.wheel, 4), (cls.rubber, 1)])
        cls.line = cls.bom.bom_line_ids[0]
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    def each(self, check, *quantities):
        """Check an order that needs 8 wheels, with its child order, whose quantity was
        changed by its button, in each kind of warehouse; nothing is left of it.
        """
        for steps, house in self.houses.items():
            for quantity in quantities:
                values = {"steps": steps, "child_makes": quantity}
                with self.subTest(**values), self.env.cr.savepoint() as savepoint:
                    order = self.make_confirmed_order(self.bom, 2, warehouse=house)
                    child = self.orders_of(order, self.wheel)
                    self.assertEqual(child.product_qty, 8)
                    self.change_quantity(child, quantity)
                    check(order, child)
                    savepoint.rollback()
                self.env.invalidate_all()

    def orders_of(self, order, product):
        """Return the open orders for a product in the warehouse of an order."""
        return self.env["mrp.production"].search(
            [
                ("product_id", "=", product.id),
                ("state", "!=", "cancel"),
                ("warehouse_id", "=", order.warehouse_id.id),
            ]
        )

    def made(self, order, product=None):
        orders = self.orders_of(order, product or self.wheel)
        return sum(orders.mapped("product_qty"))

    def refresh_fully(self, order):
        options = {"user": self.planner, "restore_reservation": True}
        row = self.refresh_one(order, **options)
        self.refresh_one(order, "unchanged", **options)
        return row

    def test_nothing_changes_for_another_line(self):
        def check(order, child):
            made = child.product_qty
            self.bom.bom_line_ids[1].product_qty = 2
            self.refresh_fully(order)
            self.assertEqual(self.orders_of(order, self.wheel), child)
            self.assertEqual(child.product_qty, made)

        self.each(check, 5, 12)

    def test_smaller_child_is_not_made_smaller_still(self):
        def check(order, child):
            self.line.product_qty = 3
            self.refresh_fully(order)
            self.assertEqual((child.product_qty, self.made(order)), (5, 5))
            self.line.product_qty = 2
            self.refresh_fully(order)
            self.assertEqual((child.product_qty, self.made(order)), (4, 4))

        self.each(check, 5)

    def test_smaller_child_and_more_needed(self):
        def check(order, child):
            self.line.product_qty = 5
            self.refresh_fully(order)
            self.assertGreaterEqual(child.product_qty, 5)
            self.assertEqual(self.made(order), 7)

        self.each(check, 5)

    def test_smaller_child_stays_so_when_the_bom_counts_in_another_unit(self):
        def check(order, _child):
            self.line.write({"product_qty": 0.5, "product_uom_id": self.dozen.id})
            self.refresh_fully(order)
            self.assertEqual(self.made(order), 5 + 12 - 8)

        self.each(check, 5)

    def test_larger_child_makes_what_is_needed(self):
        def check(order, _child):
            self.line.product_qty = 5
            self.refresh_fully(order)
            self.assertEqual(self.made(order), 10)
            self.line.product_qty = 3
            self.refresh_fully(order)
            self.assertEqual(self.made(order), 6)

        self.each(check, 12)

    def test_removed_line_takes_the_child_along(self):
        def check(order, child):
            self.line.product_id = self.rubber
            self.refresh_fully(order)
            self.assertEqual((child.state, self.made(order)), ("cancel", 0))

        self.each(check, 5, 12)

    def begin(self, child):
        """Have somebody begin with a child order."""
        child.qty_producing = 1
        child._set_qty_producing(False)
        self.assertEqual(child.state, "progress")

    def test_begun_child_that_could_not_shrink_is_enough_later(self):
        def check(order, child):
            self.begin(child)
            self.line.product_qty = 2
            row = self.refresh_fully(order)
            self.assertEqual(len(child.activity_ids), 1)
            self.assertTrue(any(child.name in text for text in row["warnings"]))
            self.line.product_qty = 4
            self.refresh_fully(order)
            self.assertEqual(self.orders_of(order, self.wheel), child)
            self.line.product_qty = 5
            self.refresh_fully(order)
            self.assertEqual(self.made(order), 10)

        self.each(check, 8)

    def finish(self, child, quantity=8):
        """Produce all of a child order, or a part and leave the rest for later."""
        self.put_in_stock(self.tyre, quantity, child.location_src_id)
        child.move_raw_ids._action_assign()
        child.qty_producing = quantity
        child._set_qty_producing(False)
        child.move_raw_ids.quantity = quantity
        child.move_raw_ids.picked = True
        if quantity < child.product_qty:
            later = {"skip_backorder": True, "mo_ids_to_backorder": child.ids}
            child = child.with_context(**later)
        child.button_mark_done()
        self.assertEqual(child.state, "done")

    def assert_told(self, order, child):
        """Expect one activity that names the parent and the child."""
        self.assertEqual(len(child.activity_ids), 1)
        self.assertIn(order.name, child.activity_ids.note)
        self.assertIn(child.name, child.activity_ids.note)

    def test_done_child_that_made_too_much_gets_an_activity(self):
        def check(order, child):
            self.finish(child)
            self.line.product_qty = 3
            row = self.refresh_fully(order)
            self.assert_told(order, child)
            self.assertTrue(any(child.name in text for text in row["warnings"]))

        self.each(check, 8)

    def test_done_child_of_a_removed_line_gets_an_activity(self):
        def check(order, child):
            self.finish(child)
            self.line.product_id = self.rubber
            self.refresh_fully(order)
            self.assert_told(order, child)

        self.each(check, 8)

    def test_rest_of_a_child_shrinks_before_anybody_is_told(self):
        def check(order, child):
            self.finish(child, 3)
            rest = self.orders_of(order, self.wheel) - child
            self.line.product_qty = 2
            self.refresh_fully(order)
            self.assertEqual((rest.product_qty, self.made(order)), (1, 4))
            self.assertFalse((child | rest).activity_ids)
            self.line.product_qty = 1
            self.refresh_fully(order)
            self.assertEqual((rest.state, self.made(order)), ("cancel", 3))
            self.assert_told(order, child)

        self.each(check, 8)

    def test_order_lowered_by_its_button_takes_untouched_children_along(self):
        def check(order, child):
            self.change_quantity(order, 1)
            self.assertEqual(child.product_qty, 8)
            self.refresh_fully(order)
            self.assertEqual((child.product_qty, self.made(order)), (4, 4))
            self.assertEqual(self.made(order, self.tyre), 4)

        self.each(check, 8)

    def test_order_lowered_by_its_button_does_not_shrink_a_begun_child(self):
        def check(order, child):
            self.begin(child)
            self.change_quantity(order, 1)
            child.activity_ids.unlink()
            self.refresh_fully(order)
            self.assertEqual(child.product_qty, 8)
            self.assert_told(order, child)

        self.each(check, 8)

    def test_done_child_is_enough_later(self):
        def check(order, child):
            self.finish(child)
            for qty, made in ((2, 8), (4, 8), (5, 10)):
                self.line.product_qty = qty
                self.refresh_fully(order)
                self.assertEqual(self.made(order), made)

        self.each(check, 8)

    def test_merged_child_makes_more_for_each_parent(self):
        for steps in self.houses:
            for each in (6, 3, 0):
                with (
                    self.subTest(steps=steps, each=each),
                    self.env.cr.savepoint() as savepoint,
                ):
                    self.check_merged(self.houses[steps], each)
                    savepoint.rollback()
                self.env.invalidate_all()

    def check_merged(self, house, each):
        parents = self.make_confirmed_order(self.bom, 2, warehouse=house)
        parents |= self.make_confirmed_order(self.bom, 3, warehouse=house)
        self.orders_of(parents, self.wheel).action_merge()
        self.assertEqual(self.made(parents), 20)
        if each:
            self.line.product_qty = each
        else:
            self.line.product_id = self.rubber
        for parent in parents:
            self.refresh_fully(parent)
        self.assertEqual(self.made(parents), 5 * each)
        self.assertEqual(self.made(parents, self.tyre), 5 * each)

    def test_order_that_works_for_the_child_too_follows_it(self):
        """Odoo makes one order for all tyres, and links it with one that needs them."""
        spare = self.add_line(self.bom, self.tyre, 3)
        for steps, house in self.houses.items():
            with self.subTest(steps=steps):
                self.line.write({"product_id": self.wheel.id, "product_qty": 4})
                order = self.make_confirmed_order(self.bom, 2, warehouse=house)
                self.assertEqual(self.made(order, self.tyre), 14)
                self.line.product_qty = 1
                self.refresh_fully(order)
                self.assertEqual(self.made(order, self.tyre), 8)
                self.line.product_id = self.rubber
                self.refresh_fully(order)
                self.assertEqual(self.made(order, self.tyre), 6)
                spare.product_qty = 1
                self.refresh_fully(order)
                self.assertEqual(self.made(order, self.tyre), 2)
                spare.product_qty = 3

    def test_line_added_by_hand_leaves_nothing_with_the_order_it_was_made_by(self):
        for steps, house in self.houses.items():
            with self.subTest(steps=steps):
                order = self.make_confirmed_order(self.bom, 2, warehouse=house)
                with Form(order) as form, form.move_raw_ids.new() as line:
                    line.product_id = self.tyre
                    line.product_uom_qty = 3
                self.assertEqual(self.made(order, self.tyre), 11)
                self.refresh_fully(order)
                self.assertEqual(self.made(order, self.tyre), 8)
