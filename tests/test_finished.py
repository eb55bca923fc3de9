"""The finished product, by-products and the quantity on the header."""

from odoo import Command
from odoo.tests import Form, tagged

from .common import RefreshCase
from .oracle import wanted_lines
from .snapshot import differences, orphans, snapshot


@tagged("post_install", "-at_install")
class TestFinished(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})
        cls.bread, cls.seed, cls.dough = cls.make_products("Bread", "Seed", "Dough")
        cls.crumbs, cls.heat = (
            cls.make_product("Crumbs", uom=cls.kg),
            cls.make_product("Heat"),
        )
        oven = cls.make_workcenter("Oven")
        cls.bom = cls.make_bom(
            cls.bread,
            [(cls.dough, 2), (cls.seed, 3)],
            operations=[
                {"name": "Knead", "workcenter": oven},
                {"name": "Bake", "workcenter": oven},
            ],
            byproducts=[
                {"product": cls.crumbs, "qty": 50, "uom": cls.gram, "cost_share": 2},
                {"product": cls.heat, "qty": 1, "operation": "Bake"},
            ],
            qty=2,
        )

    def order(self, steps=1, state="confirmed", qty=4, **values):
        for product in (self.dough, self.seed):
            self.put_in_stock(product, 200, self.houses[steps].lot_stock_id)
        make = self.make_order if state == "draft" else self.make_confirmed_order
        if state == "planned":
            values["plan"] = True
        return make(self.bom, qty, warehouse=self.houses[steps], **values)

    def check_as_new(self, order, status="refreshed", **values):
        """Refresh, then compare with the master data and with a new order."""
        self.refresh_one(order, status, user=self.planner, restore_reservation=True)
        # Odoo links the work orders of a draft when it is confirmed
        skip = ("work_order", "blocked_by") if order.state == "draft" else ()
        expected = wanted_lines(order)
        self.assertEqual(differences(expected, snapshot(order), skip), [])
        self.check_twin(order)

    def check_twin(self, order):
        """Compare with a new order, then refresh again."""
        steps = next(s for s, w in self.houses.items() if w == order.warehouse_id)
        state = "draft" if order.state == "draft" else "confirmed"
        twin = self.order(
            steps,
            state,
            qty=order.product_qty,
            uom=order.product_uom_id,
            date_deadline=order.date_deadline,
        )
        self.assertEqual(
            differences(snapshot(twin), snapshot(order), skip=("origin",)), []
        )
        self.assertEqual(orphans(order), [])
        twin.action_cancel()
        self.refresh_one(
            order, "unchanged", user=self.planner, restore_reservation=True
        )

    def by_form(self, order, qty):
        with Form(order) as form:
            form.product_qty = qty

    def by_write(self, order, qty):
        order.product_qty = qty

    def by_wizard(self, order, qty):
        self.change_quantity(order, qty)

    def test_quantity_of_the_header(self):
        for steps in (1, 2, 3):
            for state in ("draft", "confirmed", "planned"):
                for way in (self.by_form, self.by_wizard):
                    # a confirmed order has its quantity behind a button
                    if (way == self.by_wizard) == (state == "draft"):
                        continue
                    with self.subTest(steps=steps, state=state, way=way.__name__):
                        order = self.order(steps, state)
                        for qty, change in ((9, way), (3, way), (6, self.by_write)):
                            change(order, qty)
                            self.refresh_one(order, restore_reservation=True)
                            main = order.move_finished_ids.filtered(
                                lambda move: move.product_id == self.bread
                            )
                            self.assertEqual(main.product_uom_qty, qty)
                        self.check_as_new(order, "unchanged")

    def test_unit_of_the_header(self):
        for state in ("draft", "confirmed"):
            with self.subTest(state=state):
                order = self.order(state=state)
                order.product_uom_id = self.dozen
                self.check_as_new(order)
                main = order.move_finished_ids.filtered(
                    lambda move: move.product_id == self.bread
                )
                self.assertEqual(main.product_qty, 48)
                packed = order.move_finished_ids.packaging_uom_id
                self.assertEqual(packed, self.dozen)

    def test_byproduct_attributes(self):
        crumbs, heat = self.bom.byproduct_ids
        knead, bake = self.bom.operation_ids
        changes = [
            lambda: crumbs.write({"product_qty": 80}),
            lambda: crumbs.write({"product_uom_id": self.kg.id, "product_qty": 1}),
            lambda: crumbs.write({"product_uom_id": self.gram.id, "product_qty": 7}),
            lambda: heat.write({"product_uom_id": self.dozen.id, "product_qty": 2}),
            lambda: heat.write({"product_uom_id": self.unit.id, "product_qty": 5}),
            lambda: crumbs.write({"cost_share": 12.5}),
            lambda: crumbs.write({"operation_id": knead.id}),
            lambda: heat.write({"operation_id": False}),
            lambda: heat.write({"product_id": self.seed.id, "product_uom_id": 1}),
            lambda: heat.unlink(),
            lambda: self.add_byproduct(self.bom, self.heat, 3, operation=bake),
            lambda: self.bom.write({"product_qty": 5}),
        ]
        orders = [self.order(steps) for steps in (1, 3)] + [self.order(state="draft")]
        orders.append(self.order(state="planned"))
        for number, change in enumerate(changes):
            change()
            for order in orders:
                with self.subTest(change=number, order=order.state):
                    self.check_as_new(order)

    def test_same_byproduct_on_two_lines(self):
        self.add_byproduct(self.bom, self.heat, 2, operation="Knead", cost_share=1)
        order = self.order()
        moves = order.move_finished_ids.filtered(lambda m: m.product_id == self.heat)
        first, second = self.bom.byproduct_ids[1:]
        self.assertEqual(moves.byproduct_id, first | second)
        second.product_qty = 6
        self.check_as_new(order)
        first.unlink()
        self.check_as_new(order)
        kept = order.move_finished_ids.filtered(lambda m: m.product_id == self.heat)
        self.assertEqual((kept.byproduct_id, kept.product_uom_qty), (second, 12))
        self.assertIn(kept, moves)

    def test_bill_of_materials_of_another_product(self):
        roll = self.make_product("Roll")
        steam = self.make_product("Steam")
        other = self.make_bom(roll, [(self.dough, 1)], byproducts=[(steam, 2)])
        for state in ("draft", "confirmed", "planned"):
            with self.subTest(state=state):
                order = self.order(state=state)
                order.bom_id = other
                options = {"user": self.planner, "restore_reservation": True}
                row = self.refresh(order, **options)["orders"][0]
                self.assertIn(row["status"], ("refreshed", "unchanged"), row)
                wanted = (roll, "draft" if state == "draft" else "confirmed")
                self.assertEqual((order.product_id, order.state), wanted)
                expected = wanted_lines(order)
                self.assertEqual(differences(expected, snapshot(order)), [])
                self.refresh_one(order, "unchanged", **options)

    def test_byproduct_that_is_a_kit(self):
        pipe, coil = self.make_products("Pipe", "Coil")
        orders = [self.order(state="draft"), self.order(), self.order(3)]
        kit = self.make_kit(self.heat, [(pipe, 2), (coil, 3)], qty=2)
        changes = [
            lambda: None,  # is one now
            lambda: self.bom.byproduct_ids[1].write({"product_qty": 0}),
            lambda: self.bom.byproduct_ids[1].write({"product_qty": 3}),
            lambda: kit.bom_line_ids[0].unlink(),
            lambda: kit.action_archive(),
        ]
        for number, change in enumerate(changes):
            change()
            for order in orders:
                with self.subTest(change=number, order=order.state):
                    row = self.refresh(order, restore_reservation=True)["orders"][0]
                    self.assertNotIn(row["status"], ("refused", "failed"), row)
                    self.check_twin(order)

    def test_byproduct_that_is_a_kit_counts_as_it_is_rounded(self):
        pipe = self.make_product("Pipe")
        self.make_kit(self.heat, [(pipe, 3)])
        self.bom.write({"product_qty": 7})
        self.bom.byproduct_ids[1].product_qty = 1.5
        order = self.order(qty=5)
        pipes = order.move_finished_ids.filtered(lambda move: move.product_id == pipe)
        self.assertEqual(pipes.product_uom_qty, 3.21)  # 1.07 and not 1.0714 of heat
        pipes.product_uom_qty = 1
        self.refresh_one(order, restore_reservation=True)
        self.assertEqual(pipes.product_uom_qty, 3.21)
        self.check_twin(order)

    def test_byproduct_that_contains_itself_is_told(self):
        pipe = self.make_product("Pipe")
        order = self.order()
        self.make_kit(self.heat, [(pipe, 3)])
        kit = self.make_kit(pipe, [(self.dough, 3)])
        self.add_line(kit, self.heat)
        row = self.refresh_one(order, "failed", restore_reservation=True)
        self.assertIn("contains itself", row["message"])

    def test_byproducts_of_variants(self):
        template = self.make_template("Loaf", Size=["S", "L"], never_Cut=["Yes", "No"])
        bom = self.make_bom(template, [(self.dough, 1)])
        large = self.variant(template, "L")
        order = self.make_confirmed_order(bom, 3, product=large)
        line = self.add_byproduct(
            bom, self.heat, 1, variants=self.attribute_values(template, "S")
        )
        self.refresh_one(order)
        self.assertFalse(order.move_byproduct_ids)
        line.bom_product_template_attribute_value_ids = self.attribute_values(
            template, "L"
        )
        self.refresh_one(order)
        self.assertEqual(differences(wanted_lines(order), snapshot(order)), [])
        self.assertEqual(len(order.move_byproduct_ids), 1)
        line.bom_product_template_attribute_value_ids = self.attribute_values(
            template, "Yes"
        )
        self.refresh_one(order)
        self.assertFalse(order.move_byproduct_ids)

    def test_moves_that_stay_are_the_same_records(self):
        order = self.order()
        moves = order.move_finished_ids
        order.product_qty = 10
        self.bom.byproduct_ids[0].product_qty = 60
        self.refresh_one(order, restore_reservation=True)
        self.assertEqual(order.move_finished_ids, moves)

    def test_chosen_lots_of_byproducts_are_kept_while_needed(self):
        for tracking in ("lot", "serial"):
            with self.subTest(tracking=tracking):
                peel = self.make_product("Peel", tracking=tracking)
                line = self.add_byproduct(self.bom, peel, 2)
                order = self.order()
                move = order.move_byproduct_ids.filtered(
                    lambda m, p=peel: m.product_id == p
                )
                numbers = range(1 if tracking == "lot" else 4)
                lots = self.env["stock.lot"].create(
                    [{"name": f"{i}", "product_id": peel.id} for i in numbers]
                )
                if tracking == "lot":
                    move.move_line_ids.lot_id = lots
                else:
                    move.lot_ids = lots
                # more: what is new has no lot yet; then less than the lots hold
                for quantity in (3, 1):
                    line.product_qty = quantity
                    self.refresh_one(order, restore_reservation=True)
                    self.assertEqual(move.state, "assigned")
                    self.assertEqual(move.quantity, 2 * quantity)
                    chosen = move.move_line_ids.filtered("lot_id")
                    self.assertEqual(chosen.lot_id, lots[:2] if quantity == 1 else lots)
                    self.assertEqual(
                        sum(chosen.mapped("quantity")), 4 - 2 * (quantity == 1)
                    )
                    self.refresh_one(order, "unchanged", restore_reservation=True)
                line.unlink()

    def test_hand_made_byproduct_goes(self):
        for state in ("draft", "confirmed"):
            with self.subTest(state=state):
                order = self.order(state=state)
                if state == "draft":
                    with Form(order) as form, form.move_byproduct_ids.new() as line:
                        line.product_id = self.seed
                        line.product_uom_qty = 5
                else:
                    vals = {"product_id": self.seed.id, "product_uom_qty": 5}
                    order.move_byproduct_ids = [Command.create(vals)]
                self.assertIn(self.seed, order.move_finished_ids.product_id)
                row = self.refresh_one(order, restore_reservation=True)
                self.assertNotIn(self.seed, order.move_finished_ids.product_id)
                change = next(c for c in row["changes"] if c["kind"] == "byproduct")
                self.assertEqual((change["action"], change["manual"]), ("remove", True))

    def test_done_order_made_what_it_should(self):
        order = self.order(3)
        order.product_qty = 6
        self.refresh_one(order, restore_reservation=True)
        for picking in order.picking_ids:
            picking.action_assign()
            picking.move_ids.picked = True
            picking.button_validate()
        order.action_assign()
        order.qty_producing = 6
        order._set_qty_producing()
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        house = self.houses[3]
        stored = self.env["stock.move"].search(
            [
                ("product_id", "=", self.bread.id),
                ("location_id", "=", house.sam_loc_id.id),
                ("production_group_id", "=", order.production_group_id.id),
            ]
        )
        self.assertEqual(stored.product_uom_qty, 6)


@tagged("post_install", "-at_install")
class TestDownstream(RefreshCase):
    """What waits for the finished product, when the header's quantity changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_planner("refresh_boss")
        cls.bike, cls.rubber = cls.make_products("Bike", "Rubber")
        cls.wheel = cls.make_mto_product(
            "Wheel", bom={"lines": [(cls.rubber, 1)]}, responsible_id=cls.boss.id
        )
        cls.bom = cls.make_bom(cls.bike, [(cls.wheel, 2)])

    def family(self, steps=1):
        house = self.make_warehouse(steps, code=f"D{steps}")
        parent = self.make_confirmed_order(
            self.bom, 5, warehouse=house, user_id=self.boss.id
        )
        child = parent._get_children()
        self.assertEqual(child.product_qty, 10)
        return parent, child

    def test_more_than_asked_for(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                parent, child = self.family(steps)
                dests = child.move_finished_ids.move_dest_ids
                self.assertTrue(dests)
                child.product_qty = 12
                self.refresh_one(child)
                self.assertEqual(child.move_finished_ids.product_uom_qty, 12)
                self.assertEqual(child.move_finished_ids.move_dest_ids, dests)
                self.assertEqual(parent.move_raw_ids.product_uom_qty, 10)
                self.assertFalse((parent | child).activity_ids)
                self.refresh_one(child, "unchanged")
                self.refresh_one(parent)
                self.assertEqual(child.product_qty, 12)

    def test_less_than_asked_for_tells_who_waits(self):
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                parent, child = self.family(steps)
                dests = child.move_finished_ids.move_dest_ids
                child.product_qty = 7
                row = self.refresh_one(child)
                self.assertEqual(child.move_finished_ids.product_uom_qty, 7)
                self.assertEqual(child.move_finished_ids.move_dest_ids, dests)
                self.assertEqual(parent.move_raw_ids.product_uom_qty, 10)
                waiting = dests.raw_material_production_id or dests.picking_id
                self.assertEqual(len(waiting.activity_ids), 1)
                self.assertEqual(waiting.activity_ids.user_id, self.boss)
                self.assertIn(child.name, waiting.activity_ids.note)
                self.assertTrue(any(waiting.name in text for text in row["warnings"]))
                self.refresh_one(child, "unchanged")
                self.assertEqual(len(waiting.activity_ids), 1)

    def test_downstream_of_a_button_change(self):
        """change.production.qty adds a second finished move (Odoo 19)."""
        for qty in (12, 7):
            with self.subTest(qty=qty):
                _parent, child = self.family(1 if qty == 12 else 2)
                dests = child.move_finished_ids.move_dest_ids
                self.change_quantity(child, qty)
                self.refresh(child)
                self.assertEqual(child.move_finished_ids.product_uom_qty, qty)
                self.assertEqual(child.move_finished_ids.move_dest_ids, dests)
