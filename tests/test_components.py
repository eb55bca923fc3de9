"""Components of the bill of materials and of its kits, one change after the other."""

from odoo.tests import tagged

from .common_as_new import OrderAsNewCase
from .snapshot import all_values


@tagged("post_install", "-at_install")
class TestComponents(OrderAsNewCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cake, cls.egg, cls.box, cls.decoration, cls.cream = cls.make_products(
            "Cake", "Egg", "Box", "Decoration", "Cream"
        )
        cls.flour = cls.make_product("Flour", uom=cls.kg)
        cls.oven = cls.make_workcenter("Oven")
        cls.bom = cls.make_bom(
            cls.cake,
            [
                {"product": cls.flour, "qty": 500, "uom": cls.gram, "operation": "Mix"},
                (cls.egg, 3),
                (cls.box, 1),
            ],
            [
                {"name": "Mix", "workcenter": cls.oven},
                {"name": "Bake", "workcenter": cls.oven},
            ],
        )
        cls.mix, cls.bake = cls.bom.operation_ids
        cls.of_flour, cls.of_egg, cls.of_box = cls.bom.bom_line_ids

    def need(self, order, product):
        """Return what an order needs of a product, in the product's unit."""
        moves = order.move_raw_ids.filtered(lambda move: move.product_id == product)
        return round(sum(moves.mapped("product_qty")), 4)

    def test_added_removed_and_replaced(self):
        orders = self.orders(self.bom)
        changes = [
            lambda: self.add_line(self.bom, self.cream, 2),
            lambda: self.of_box.write({"product_id": self.decoration.id}),
            lambda: self.of_egg.unlink(),
            lambda: self.of_flour.write({"sequence": 99}),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(
                {move.product_id: move.product_qty for move in order.move_raw_ids},
                {self.decoration: 3, self.cream: 6, self.flour: 1.5},
            )
            self.assertEqual(len(order.move_raw_ids), 3)

    def test_units_of_weight_and_of_count(self):
        orders = self.orders(self.bom)
        write = self.of_flour.write
        changes = [
            lambda: write({"product_qty": 0.75, "product_uom_id": self.kg.id}),
            lambda: write({"product_qty": 5, "product_uom_id": self.gram.id}),
            lambda: self.of_egg.write({"product_uom_id": self.dozen.id}),
            lambda: self.of_egg.write({"product_qty": 0.5}),
            lambda: self.of_egg.write(
                {"product_uom_id": self.unit.id, "product_qty": 5}
            ),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(self.need(order, self.flour), 0.02)  # a hundredth, up
            self.assertEqual(self.need(order, self.egg), 15)

    def test_less_than_the_products_unit_can_say_waits_for_nothing(self):
        order = self.make_confirmed_order(self.bom, 3)
        self.of_flour.product_qty = 1  # 3 grams, 0.00 kg
        self.check_as_new(order)
        new = self.make_confirmed_order(self.bom, 3)
        states = [
            moves.filtered(lambda move: move.product_id == self.flour).state
            for moves in (new.move_raw_ids, order.move_raw_ids)
        ]
        self.assertEqual(states, ["assigned", "assigned"])

    def test_operation_that_consumes_and_manual_consumption(self):
        orders = self.orders(self.bom)
        changes = [
            lambda: self.of_flour.write({"operation_id": self.bake.id}),
            lambda: self.of_egg.write({"operation_id": self.mix.id}),
            lambda: self.of_flour.write({"operation_id": False}),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            manual = order.move_raw_ids.filtered("manual_consumption")
            self.assertEqual(manual.product_id, self.egg)
            self.assertEqual(manual.operation_id, self.mix)

    def test_same_product_on_two_lines_and_two_operations(self):
        self.of_egg.operation_id = self.mix
        other = self.add_line(self.bom, self.egg, 1, operation="Bake", sequence=9)
        orders = self.orders(self.bom)
        before = {kind: order.move_raw_ids for kind, order in orders.items()}
        changes = [
            lambda: other.write({"product_qty": 7}),
            lambda: self.of_egg.write({"operation_id": self.bake.id}),
            lambda: other.write({"operation_id": self.mix.id}),
        ]
        self.check_each(changes, orders)
        for kind, order in orders.items():
            self.assertEqual(order.move_raw_ids, before[kind])
            by_line = {move.bom_line_id: move for move in order.move_raw_ids}
            self.assertEqual(by_line[other].product_uom_qty, 21)
            self.assertEqual(by_line[other].operation_id, self.mix)
            self.assertEqual(by_line[self.of_egg].product_uom_qty, 9)
        self.of_egg.unlink()
        for kind, order in orders.items():
            with self.subTest(kind=kind):
                self.check_as_new(order)
                self.assertEqual(self.need(order, self.egg), 21)

    def test_lines_added_for_the_same_product_stay_lines_of_their_own(self):
        orders = self.orders(self.bom)
        for product in (self.cream, self.cream, self.egg):
            self.add_line(self.bom, product, 2)
        for kind, order in orders.items():
            with self.subTest(kind=kind):
                self.check_as_new(order)
                self.assertEqual(len(order.move_raw_ids), 6)
                self.assertEqual(order.move_raw_ids.bom_line_id, self.bom.bom_line_ids)

    def test_nothing_needed_and_something_again(self):
        orders = self.orders(self.bom)
        changes = [
            lambda: self.of_egg.write({"product_qty": 0}),
            lambda: self.of_box.write({"product_qty": 0}),
            lambda: self.of_egg.write({"product_qty": 2}),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(
                (self.need(order, self.egg), len(order.move_raw_ids)), (6, 3)
            )

    def test_component_becomes_a_kit_and_is_one_no_more(self):
        orders = self.orders(self.bom)
        self.make_kit(
            self.decoration,
            [(self.cream, 3)],
            [{"name": "Whip", "workcenter": self.oven, "minutes": 6}],
            qty=2,
        )
        kit = self.make_kit(
            self.box, [{"product": self.decoration, "qty": 1, "uom": self.dozen}], qty=4
        )
        self.check_each([lambda: None], orders)
        for order in orders.values():
            # 3 boxes, a dozen of decorations each 4, 3 of cream each 2
            self.assertEqual(self.need(order, self.cream), 3 / 4 * 12 / 2 * 3)
            self.assertIn("Whip", self.names(order))
        changes = [
            lambda: kit.bom_line_ids.write({"product_uom_id": self.unit.id}),
            lambda: kit.write({"product_qty": 1, "product_uom_id": self.dozen.id}),
            lambda: kit.unlink(),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(
                (self.need(order, self.cream), self.need(order, self.box)), (0, 3)
            )
            self.assertNotIn("Whip", self.names(order))

    def test_quantity_and_unit_of_the_bill_of_materials(self):
        orders = self.orders(self.bom, qty=7)
        changes = [
            lambda: self.bom.write({"product_qty": 3}),
            lambda: self.bom.write({"product_uom_id": self.dozen.id}),
            lambda: self.bom.write({"product_qty": 0.5}),
        ]
        self.check_each(changes, orders)
        for order in orders.values():
            self.assertEqual(self.need(order, self.egg), 3.5)

    def test_data_count_and_not_the_flag(self):
        """Odoo notes a change of the BoM itself on its orders, one of a kit not."""
        kit = self.make_kit(self.box, [(self.cream, 2)])
        orders = self.orders(self.bom)
        kit.bom_line_ids.product_qty = 5
        self.assertFalse(any(o.is_outdated_bom for o in orders.values()))
        for kind, order in orders.items():
            with self.subTest(kind=kind):
                self.check_as_new(order)
                self.assertEqual(self.need(order, self.cream), 15)
        for order in orders.values():
            order.is_outdated_bom = True
            self.refresh_one(order, "unchanged", user=self.planner)

    def test_imported_lines(self):
        """Lines that a file brings, as a person imports it."""
        orders = self.orders(self.bom)
        self.bom.bom_line_ids.flush_recordset()
        result = self.env["mrp.bom.line"].load(
            [".id", "product_qty"],
            [[str(self.of_egg.id), "8"], [str(self.of_box.id), "2"]],
        )
        self.assertFalse(result["messages"])
        self.check_each([lambda: None], orders)
        for order in orders.values():
            self.assertEqual(
                (self.need(order, self.egg), self.need(order, self.box)), (24, 6)
            )

    def test_kit_that_contains_itself_is_told_and_not_exploded_for_ever(self):
        glaze, sugar = self.make_products("Glaze", "Sugar")
        kits = self.make_kit(self.decoration, [(self.cream, 2), (glaze, 1)])
        kits |= self.make_kit(glaze, [(sugar, 1)])
        self.add_line(self.bom, self.decoration)
        self.add_line(self.bom, glaze)
        orders = self.orders(self.bom)
        # made by itself, as an import does: Odoo looks for circles in no such line
        circle = self.add_line(kits[1], self.decoration)
        for order in orders.values():
            before = all_values(order)
            row = self.refresh_one(order, "failed")
            self.assertIn("contains itself", row["message"])
            self.assertEqual(all_values(order), before)
        circle.unlink()
        self.check_each([lambda: None], orders)

    def test_second_line_of_a_kit_gets_components_of_its_own(self):
        kit = self.make_kit(self.decoration, [(self.cream, 2)])
        self.add_line(self.bom, self.decoration)
        orders = self.orders(self.bom)
        self.check_each([lambda: self.add_line(self.bom, self.decoration, 2)], orders)
        for order in orders.values():
            moves = order.move_raw_ids.filtered(
                lambda move: move.bom_line_id == kit.bom_line_ids
            )
            self.assertEqual(sorted(moves.mapped("product_uom_qty")), [6, 12])
