"""Transfers of components whose lines say in grams what is stored in kilograms."""

from odoo.tests import tagged

from .common_transfers import TransferCase


@tagged("post_install", "-at_install")
class TestTransfersInOtherUnits(TransferCase):
    def setUp(self):
        super().setUp()
        self.first = self.bom.bom_line_ids[0]
        self.second = self.add_line(self.bom, self.flour, 1, uom=self.gram)

    def test_two_lines_are_brought_what_they_need_together(self):
        """Each by itself may be more or less in hundredths of a kilogram."""
        for steps in (2, 3):
            for first, second in ((125, 125), (504, 504), (4, 14), (3, 3)):
                with self.subTest(steps=steps, grams=(first, second)):
                    self.first.product_qty = first
                    self.second.product_qty = second
                    order = self.confirmed(steps, 1)
                    brought = self.flow(order, self.flour)
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.flour), brought)

    def test_two_lines_up_and_down(self):
        for steps in (2, 3):
            with self.subTest(steps=steps):
                self.first.product_qty = self.second.product_qty = 300
                order = self.confirmed(steps, 1)
                for grams, kilograms in ((125, 0.25), (504, 1.01), (125, 0.25)):
                    self.first.product_qty = self.second.product_qty = grams
                    self.refresh_fully(order)
                    self.assertEqual(self.flow(order, self.flour), (0, kilograms, 0))

    def test_grams_that_are_rounded_each_by_itself_are_brought_all_the_same(self):
        """14, 2 and 1 g are 0.02 kg together, and 0.01 kg each rounded by itself."""
        lines = self.first
        for line in (self.second, self.second.copy()):
            # what comes of a kit has a transfer of its own
            box = self.make_product("Box")
            kit = self.make_bom(box, kit=True)
            lines |= self.add_line(kit, self.flour, 1, uom=self.gram)
            values = {"product_id": box.id, "product_uom_id": self.unit.id}
            line.write({**values, "product_qty": 1})
        for steps in (2, 3):
            for grams in ((14, 2, 1), (6, 6, 6), (5, 5, 5), (4, 4, 4), (24, 3, 3)):
                for qty in (2, 3, 4):
                    with self.subTest(steps=steps, grams=grams, qty=qty):
                        for line, weight in zip(lines, grams, strict=True):
                            line.product_qty = weight
                        order = self.confirmed(steps, 1)
                        order.product_qty = qty
                        self.refresh_fully(order)
                        taken, brought, back = self.flow(order, self.flour)
                        self.assertEqual((taken, back), (0, 0))
                        self.assertAlmostEqual(
                            brought, sum(grams) * qty / 1000, delta=0.0051
                        )

    def test_a_few_grams_that_are_no_kilograms_are_brought_too(self):
        self.second.unlink()
        for steps in (2, 3):
            with self.subTest(steps=steps):
                self.first.product_qty = 3
                order = self.confirmed(steps, 100)
                for qty, grams in ((1, 3), (100, 300), (1, 3)):
                    order.product_qty = qty
                    self.refresh_fully(order)
                    line = order.move_raw_ids[0]
                    pick = line.move_orig_ids
                    brought = pick.product_uom._compute_quantity(
                        pick.product_uom_qty, self.gram
                    )
                    self.assertEqual((line.product_uom_qty, brought), (grams, grams))
                self.first.product_qty = 0
                self.refresh_fully(order)
                self.assertFalse(order.move_raw_ids[0].move_orig_ids)

    def test_pieces_of_dozens_that_go_leave_nothing_to_take_back(self):
        """Each transfer rounds to hundredths of a dozen, and so do all together."""
        egg = self.make_product("Egg", uom=self.dozen)
        six = self.env.ref("uom.product_uom_pack_6")
        for steps in (2, 3):
            with self.subTest(steps=steps):
                self.first.write(
                    {
                        "product_id": egg.id,
                        "product_uom_id": six.id,
                        "product_qty": 2.97,
                    }
                )
                self.second.write(
                    {
                        "product_id": egg.id,
                        "product_uom_id": self.unit.id,
                        "product_qty": 8.75,
                    }
                )
                order = self.confirmed(steps, 1)
                self.first.product_qty = 0
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, egg), (0, 0.73, 0))

    def test_a_line_raised_by_hand_leaves_nothing_to_take_back(self):
        egg, box = self.make_product("Egg", uom=self.dozen), self.make_product("Box")
        kit = self.make_bom(box, kit=True)
        self.add_line(kit, egg, 0.01, uom=self.unit)  # has a transfer of its own
        self.first.write(
            {"product_id": box.id, "product_uom_id": self.unit.id, "product_qty": 1}
        )
        self.second.write(
            {"product_id": egg.id, "product_uom_id": self.unit.id, "product_qty": 0.01}
        )
        for steps in (2, 3):
            with self.subTest(steps=steps):
                order = self.confirmed(steps, 1)
                lines = order.move_raw_ids.filtered(lambda m: m.product_id == egg)
                lines[0].product_uom_qty = 1.01
                self.refresh_fully(order)
                self.assertEqual(self.flow(order, egg), (0, 0, 0))
