"""What was reserved is reserved again, the same lots, if it is still needed."""

from datetime import datetime

from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestReservation(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.soap, cls.oil, cls.lye = cls.make_products("Soap", "Oil", "Lye")
        cls.scent = cls.make_product("Scent", tracking="lot")
        cls.lots = cls.env["stock.lot"].create(
            [
                {"name": name, "product_id": cls.scent.id}
                for name in ("LOT-A", "LOT-B", "LOT-C")
            ]
        )
        for lot in cls.lots:
            cls.put_in_stock(cls.scent, 5, lot=lot)
        cls.put_in_stock(cls.oil, 100)
        cls.bom = cls.make_bom(cls.soap, [(cls.oil, 2), (cls.scent, 4), (cls.lye, 1)])
        cls.due = datetime(2030, 1, 16, 16, 0)

    def confirmed(self, method="manual", qty=1):
        self.warehouse.manu_type_id.reservation_method = method
        return self.make_confirmed_order(self.bom, qty, date_deadline=self.due)

    def line(self, order, product):
        return order.move_raw_ids.filtered(lambda move: move.product_id == product)

    def choose(self, move, *chosen):
        """Reserve these (lot, quantity) by hand."""
        move._do_unreserve()
        for lot, quantity in chosen:
            move._update_reserved_quantity(
                quantity, move.location_id, lot_id=lot, strict=True
            )
        move._recompute_state()

    def held(self, move):
        return sorted(
            (line.lot_id.name or "", line.quantity) for line in move.move_line_ids
        )

    def test_chosen_lots_survive_a_change_of_quantity(self):
        for method in ("manual", "at_confirm"):
            for qty, expected in (
                (6, [("LOT-B", 1.0), ("LOT-C", 3.0)]),
                (2, [("LOT-C", 2.0)]),
            ):
                with self.subTest(method=method, qty=qty):
                    self.bom.bom_line_ids[1].product_qty = 4
                    order = self.confirmed(method)
                    move = self.line(order, self.scent)
                    self.choose(move, (self.lots[2], 3), (self.lots[1], 1))
                    self.bom.bom_line_ids[1].product_qty = qty
                    self.refresh_one(order, restore_reservation=True)
                    self.assertEqual(move.product_uom_qty, qty)
                    held = dict(self.held(move))
                    for lot, quantity in expected:
                        self.assertGreaterEqual(held.get(lot, 0), quantity)
                    if method == "manual":
                        self.assertEqual(sorted(held.items()), expected)
                    else:
                        self.assertEqual(sum(held.values()), qty)
                    order.action_cancel()

    def test_lines_that_do_not_change_keep_theirs_untouched(self):
        order = self.confirmed()
        self.choose(self.line(order, self.scent), (self.lots[2], 4))
        self.line(order, self.oil)._action_assign()
        lines = self.line(order, self.scent).move_line_ids
        self.env.flush_all()
        stamp = lines.read(["write_date", "quantity", "lot_id"])
        self.bom.bom_line_ids[0].product_qty = 3
        self.refresh_one(order, restore_reservation=True)
        self.env.invalidate_all()
        self.assertEqual(
            stamp,
            self.line(order, self.scent).move_line_ids.read(
                ["write_date", "quantity", "lot_id"]
            ),
        )
        self.assertEqual(self.line(order, self.oil).quantity, 2)
        self.assertEqual(self.line(order, self.oil).state, "partially_available")

    def test_unit_changes_keep_the_stock(self):
        order = self.confirmed()
        self.choose(self.line(order, self.scent), (self.lots[2], 4))
        line = self.bom.bom_line_ids[1]
        line.write({"product_qty": 0.5, "product_uom_id": self.dozen.id})
        self.refresh_one(order, restore_reservation=True)
        move = self.line(order, self.scent)
        self.assertEqual((move.product_uom_qty, move.product_uom), (0.5, self.dozen))
        self.assertEqual(move.move_line_ids.lot_id, self.lots[2])
        self.assertEqual(move.move_line_ids.quantity_product_uom, 4)
        self.assertEqual(sum(self.quants(self.scent).mapped("reserved_quantity")), 4)

    def test_no_more_is_reserved_than_needed_whatever_the_unit(self):
        pack = self.env.ref("uom.product_uom_pack_6")
        line = self.bom.bom_line_ids[0]
        self.put_in_stock(self.oil, -100)
        for unit, qty in ((self.dozen, 2), (pack, 4)):
            for start in (5, 10, 11):
                with (
                    self.subTest(unit=unit.name, start=start),
                    self.env.cr.savepoint() as savepoint,
                ):
                    line.write({"product_qty": 24, "product_uom_id": self.unit.id})
                    self.put_in_stock(self.oil, start)
                    order = self.confirmed("at_confirm")
                    move = self.line(order, self.oil)
                    self.assertEqual(move.quantity, start)
                    self.put_in_stock(self.oil, 100)
                    line.write({"product_qty": qty, "product_uom_id": unit.id})
                    self.refresh_one(order, restore_reservation=True)
                    self.assertEqual(move.state, "assigned")
                    lines = move.move_line_ids
                    reserved = sum(lines.mapped("quantity_product_uom"))
                    self.assertEqual(reserved, 24)
                    self.assertEqual(
                        sum(self.quants(self.oil).mapped("reserved_quantity")), 24
                    )
                    self.assertEqual(move.quantity, qty)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_removed_line_gives_its_stock_back(self):
        order = self.confirmed()
        order.action_assign()
        self.bom.bom_line_ids[1].unlink()
        self.refresh_one(order, restore_reservation=True)
        self.assertFalse(self.line(order, self.scent))
        self.assertEqual(sum(self.quants(self.scent).mapped("reserved_quantity")), 0)

    def test_reserved_and_nothing_changes_is_unchanged(self):
        order = self.confirmed("at_confirm")
        self.refresh_one(order, restore_reservation=True)
        self.assertEqual(self.line(order, self.oil).state, "assigned")
        self.refresh_one(order, "unchanged", restore_reservation=True)

    def quants(self, product):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", self.warehouse.lot_stock_id.id),
            ]
        )
