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
