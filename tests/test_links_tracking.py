"""Lots, serials, packages and owners survive a refresh."""

from odoo import Command
from odoo.tests import tagged

from .common_links import LinksCase


@tagged("post_install", "-at_install")
class TestTracking(LinksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk.tracking = "serial"
        cls.leg.tracking = "serial"
        cls.top.tracking = "lot"

    def lots(self, product, *names):
        return self.env["stock.lot"].create(
            [{"product_id": product.id, "name": name} for name in names]
        )

    def test_serial_of_the_finished_product_is_kept(self):
        order = self.make_confirmed_order(self.bom, 1)
        serial = self.lots(self.desk, "SN1")
        order.lot_producing_ids = serial
        self.bom.bom_line_ids[1].product_qty = 3
        self.refresh_fully(order)
        self.assertEqual(order.lot_producing_ids, serial)

    def test_lot_of_the_finished_product_is_kept(self):
        for state in ("draft", "confirmed"):
            with self.subTest(state=state):
                self.bom = self.make_desk_bom()
                self.desk.tracking = "lot"
                order = self.make_order(self.bom, 10)
                if state == "confirmed":
                    order.action_confirm()
                lot = self.lots(self.desk, f"LOT-{state}")
                order.lot_producing_ids = lot
                order.product_qty = 12
                self.bom.bom_line_ids[1].product_qty = 3
                self.refresh_fully(order)
                self.assertEqual(order.lot_producing_ids, lot)

    def test_chosen_serials_are_kept_while_needed(self):
        serials = self.lots(self.leg, *(f"L{number}" for number in range(9)))
        for serial in serials:
            self.put_in_stock(self.leg, 1, lot=serial)
        self.put_in_stock(self.top, 5, lot=self.lots(self.top, "T1"))
        chosen_top = self.lots(self.top, "T2")
        self.put_in_stock(self.top, 5, lot=chosen_top)
        order = self.make_confirmed_order(self.bom, 1)
        order.action_assign()
        top, legs = order.move_raw_ids
        chosen = serials[5:9]
        for line, serial in zip(legs.move_line_ids, chosen, strict=True):
            line.lot_id = serial
        top.move_line_ids.lot_id = chosen_top
        self.assertEqual(legs.lot_ids, chosen)
        lines = top.move_line_ids
        self.bom.bom_line_ids[1].product_qty = 6
        self.refresh_fully(order)
        self.assertLessEqual(chosen, legs.lot_ids)
        self.assertEqual(len(legs.lot_ids), 6)
        # a line that did not change keeps its very reservation
        self.assertEqual((top.move_line_ids, top.lot_ids), (lines, chosen_top))
        self.bom.bom_line_ids[1].product_qty = 2
        self.refresh_fully(order)
        self.assertLessEqual(legs.lot_ids, chosen)
        self.assertEqual(len(legs.lot_ids), 2)

    def test_lot_that_somebody_else_took_is_not_restored(self):
        lot = self.lots(self.top, "T1")
        self.put_in_stock(self.top, 2, lot=lot)
        order = self.make_confirmed_order(self.bom, 2)
        order.action_assign()
        top = order.move_raw_ids[0]
        self.assertEqual(top.lot_ids, lot)
        self.env["stock.quant"]._update_available_quantity(
            self.top, self.warehouse.lot_stock_id, -1, lot_id=lot
        )
        self.bom.bom_line_ids[0].product_qty = 2
        self.refresh_one(order, restore_reservation=True)
        self.assertEqual(top.product_uom_qty, 4)
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id.usage", "=", "internal")]
        )
        self.assertLessEqual(quant.reserved_quantity, max(quant.quantity, top.quantity))
        self.assertEqual(top.quantity, quant.reserved_quantity)

    def test_packages_and_owners_are_kept(self):
        self.leg.tracking = "none"
        owner = self.env["res.partner"].create({"name": "Owner"})
        package = self.env["stock.package"].create({"name": "Box 1"})
        location = self.warehouse.lot_stock_id
        for values in ({}, {"owner_id": owner}, {"package_id": package}):
            self.env["stock.quant"]._update_available_quantity(
                self.leg, location, 4, **values
            )
        order = self.make_confirmed_order(self.bom, 2)
        legs = order.move_raw_ids[1]
        legs.move_line_ids = [
            Command.create(
                {
                    "product_id": self.leg.id,
                    "location_id": location.id,
                    "quantity": 4,
                    "owner_id": owner.id,
                    "picked": False,
                }
            ),
            Command.create(
                {
                    "product_id": self.leg.id,
                    "location_id": location.id,
                    "quantity": 4,
                    "package_id": package.id,
                    "picked": False,
                }
            ),
        ]
        self.assertEqual(legs.state, "assigned")
        self.bom.bom_line_ids[1].product_qty = 5
        self.refresh_one(order, restore_reservation=True)
        self.assertEqual(legs.move_line_ids.owner_id, owner)
        self.assertEqual(legs.move_line_ids.package_id, package)
        self.assertEqual(legs.quantity, 10)
