"""Confirmed orders that somebody sends to work somewhere else."""

from itertools import permutations

from odoo.tests import Form, tagged

from .common_transfers import TransferCase
from .snapshot import all_values, differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestOperationType(TransferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.houses[1] = cls.make_warehouse(1)
        cls.houses["other 2"] = cls.make_warehouse(2, code="OT2", name="Other")
        chips = cls.make_product("Chips")
        cls.add_byproduct(cls.bom, chips, 2)
        lines = [(cls.salt, 3)]
        cls.yeast = cls.make_mto_product("Yeast", {"lines": lines})
        for house in cls.houses.values():
            for product in (cls.flour, cls.seed, cls.salt):
                cls.put_in_stock(product, 100, house.lot_stock_id)

    def make_order_in(self, steps, **values):
        house = self.houses[steps]
        values.setdefault("date_deadline", self.due)
        return self.make_confirmed_order(self.bom, 2, warehouse=house, **values)

    def move(self, order, steps, by_form=False):
        kind = self.houses[steps].manu_type_id
        if by_form:
            with Form(order) as form:
                form.picking_type_id = kind
        else:
            order.picking_type_id = kind
        self.env.flush_all()
        self.env.invalidate_all()

    def refresh_moved(self, order, steps):
        """Refresh, and expect what a new order there has and nothing elsewhere."""
        options = {"user": self.planner, "restore_reservation": True}
        row = self.refresh_one(order, **options)
        twin = self.make_confirmed_order(
            order.bom_id,
            order.product_qty,
            warehouse=self.houses[steps],
            date_deadline=self.due,
        )
        # lines that nothing but the location changes of name the order as it was
        skip = ("origin",)
        self.assertEqual(differences(snapshot(twin), snapshot(order), skip), [])
        for line, other in zip(
            order.move_finished_ids, twin.move_finished_ids, strict=True
        ):
            self.assertEqual(line.location_final_id, other.location_final_id)
        twin.action_cancel()
        self.assertEqual(orphans(order), [])
        self.refresh_one(order, "unchanged", **options)
        return row

    def each_way(self, check):
        for old, new in permutations(self.houses, 2):
            for by_form in (False, True):
                with (
                    self.subTest(old=old, new=new, by_form=by_form),
                    self.env.cr.savepoint() as savepoint,
                ):
                    check(old, new, by_form)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_components_come_from_the_new_place(self):
        def check(old, new, by_form):
            order = self.make_order_in(old)
            picks = order.picking_ids
            self.move(order, new, by_form)
            self.refresh_moved(order, new)
            self.assertEqual(set(picks.mapped("state")), {"cancel"} if picks else set())

        self.each_way(check)

    def test_with_another_quantity_and_bill_of_materials(self):
        def check(old, new, by_form):
            order = self.make_order_in(old)
            self.move(order, new, by_form)
            order.product_qty = 5
            self.bom.bom_line_ids[0].unlink()
            self.add_line(self.bom, self.salt, 3)
            self.refresh_moved(order, new)

        self.each_way(check)

    def test_with_another_quantity_by_odoos_button(self):
        """It has Odoo supply the new place, and leave the old one as it is."""

        def check(old, new, by_form):
            order = self.make_order_in(old)
            picks = order.picking_ids
            self.move(order, new, by_form)
            self.change_quantity(order, 1)
            self.refresh_moved(order, new)
            self.assertEqual(set(picks.mapped("state")), {"cancel"} if picks else set())

        self.each_way(check)

    def test_what_was_picked_goes_back_where_it_came_from(self):
        def check(old, new, by_form):
            if old == 1:
                return
            order = self.make_order_in(old)
            self.pick(order)
            picked = order.picking_ids.move_ids
            self.move(order, new, by_form)
            self.refresh_moved(order, new)
            places = self.houses[old]
            for move in picked:
                back = self.env["stock.move"].search(
                    [
                        ("product_id", "=", move.product_id.id),
                        ("location_id", "=", places.pbm_loc_id.id),
                        ("location_dest_id", "=", places.lot_stock_id.id),
                        ("state", "!=", "cancel"),
                    ]
                )
                self.assertEqual(back.product_qty, move.product_qty)
                self.assertEqual(back.state, "assigned")

        self.each_way(check)

    def test_child_order_is_made_where_the_order_is(self):
        self.add_line(self.bom, self.yeast, 2)

        def check(old, new, by_form):
            order = self.make_order_in(old)
            child = order._get_children()
            self.assertEqual(child.product_qty, 4)
            self.move(order, new, by_form)
            self.refresh_moved(order, new)
            self.assertEqual(child.state, "cancel")
            made = order._get_children().filtered(lambda mo: mo.state != "cancel")
            self.assertEqual(made.product_qty, 4)
            self.assertEqual(made.warehouse_id, self.houses[new])

        self.each_way(check)

    def test_begun_child_order_gets_an_activity_and_another_is_made(self):
        self.add_line(self.bom, self.yeast, 2)
        for old, new in ((1, 2), (2, 1), (2, 3)):
            with self.subTest(old=old, new=new):
                order = self.make_order_in(old)
                child = order._get_children()
                child.action_assign()
                child.qty_producing = 1
                child._set_qty_producing()
                self.move(order, new)
                row = self.refresh_one(order, restore_reservation=True)
                self.assertIn(child.name, "".join(row["warnings"]))
                self.assertTrue(child.activity_ids)
                made = order._get_children() - child
                self.assertEqual(made.product_qty, 4)
                self.assertEqual(made.warehouse_id, self.houses[new])
                self.refresh_one(order, "unchanged", restore_reservation=True)

    def test_preview_says_from_where_and_writes_nothing(self):
        order = self.make_order_in(2)
        self.move(order, 3)
        before = all_values(order)
        row = order.preview_refresh(restore_reservation=True)["orders"][0]
        self.assertEqual(all_values(order), before)
        places = [
            (change["before"]["location_id"], change["after"]["location_id"])
            for change in row["changes"]
            if change["kind"] == "component"
        ]
        old, new = self.houses[2].pbm_loc_id, self.houses[3].pbm_loc_id
        self.assertEqual(places, [(old.id, new.id)] * 2)

    def test_there_and_back_again(self):
        order = self.make_order_in(2)
        self.move(order, 3)
        self.refresh_moved(order, 3)
        self.move(order, 2)
        self.refresh_moved(order, 2)
        self.pick(order)
        self.refresh_one(order, "unchanged", restore_reservation=True)

    def test_back_before_anybody_refreshed(self):
        order = self.make_order_in(2)
        pick = order.picking_ids
        self.move(order, 1)
        self.move(order, 2)
        self.refresh_moved(order, 2)
        self.assertEqual(order.picking_ids, pick)

    def test_draft(self):
        order = self.make_order(self.bom, 2, warehouse=self.houses[2])
        self.move(order, 3)
        self.refresh_one(order)
        order.action_confirm()
        self.refresh_one(order, "unchanged")
        self.assertFalse(orphans(order))
        self.assertEqual(order.picking_ids.location_dest_id, self.houses[3].pbm_loc_id)

    def test_another_type_of_the_same_warehouse(self):
        house = self.houses[2]
        rework = house.manu_type_id.copy(
            {"name": "Rework", "default_location_src_id": house.lot_stock_id.id}
        )
        for qty in (2, 5):
            for picked in (False, True):
                with (
                    self.subTest(qty=qty, picked=picked),
                    self.env.cr.savepoint() as savepoint,
                ):
                    order = self.make_order_in(2)
                    if picked:
                        self.pick(order)
                    order.picking_type_id = rework
                    order.product_qty = qty
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.refresh_one(order, restore_reservation=True)
                    twin = self.make_order(
                        self.bom, qty, picking_type_id=rework.id, date_deadline=self.due
                    )
                    twin.action_confirm()
                    skip = ("origin",)
                    found = differences(snapshot(twin), snapshot(order), skip)
                    self.assertEqual(found, [])
                    self.assertEqual(orphans(order), [])
                    order.action_assign()
                    self.assertEqual(order.reservation_state, "assigned")
                    self.assertFalse(order.move_raw_ids.move_orig_ids)
                    self.refresh_one(order, "unchanged", restore_reservation=True)
                    savepoint.rollback()
                self.env.invalidate_all()
