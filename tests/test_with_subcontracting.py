"""Subcontracting: orders that a receipt made, components that a subcontractor makes.

Needs `mrp_subcontracting`.
"""

from odoo import Command
from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestSubcontracting(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("mrp_subcontracting", "purchase_stock")
        cls.planner = cls.make_planner()
        cls.vendor = cls.env["res.partner"].create({"name": "Subcontractor"})
        cls.frame, cls.tube, cls.paint, cls.wheel = cls.make_products(
            "Frame", "Tube", "Paint", "Wheel"
        )
        cls.bom = cls.make_bom(
            cls.frame,
            [(cls.tube, 3), (cls.paint, 1)],
            type="subcontract",
            subcontractor_ids=[Command.link(cls.vendor.id)],
        )

    def receive(self, qty=4):
        """Return the order that a receipt from the subcontractor makes."""
        kind = self.warehouse.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.vendor.id,
                "picking_type_id": kind.id,
                "location_id": self.vendor.property_stock_supplier.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.frame.id,
                            "product_uom_qty": qty,
                            "location_id": self.vendor.property_stock_supplier.id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        order = picking.move_ids.move_orig_ids.production_id
        self.assertEqual(order.bom_id.type, "subcontract")
        return picking, order

    def components(self, order):
        moves = order.move_raw_ids.filtered(lambda move: move.state != "cancel")
        return {move.product_id.name: move.product_uom_qty for move in moves}

    def refresh_fully(self, order):
        options = {"scheduling_direction": "forward", "restore_reservation": True}
        row = self.refresh_one(order, user=self.planner, **options)
        self.refresh_one(order, "unchanged", user=self.planner, **options)
        return row

    def test_order_of_a_receipt_follows_its_bom(self):
        picking, order = self.receive()
        self.assertEqual(self.components(order), {"Tube": 12, "Paint": 4})
        receipt, place = picking.move_ids, order.location_src_id
        self.bom.bom_line_ids[0].product_qty = 5
        self.bom.bom_line_ids[1].unlink()
        self.add_line(self.bom, self.wheel, 2)
        self.refresh_fully(order)
        self.assertEqual(self.components(order), {"Tube": 20, "Wheel": 8})
        self.assertEqual(order.move_raw_ids.location_id, place)
        self.assertEqual(order.move_finished_ids.move_dest_ids, receipt)
        self.assertEqual(order.subcontractor_id, self.vendor)
        self.assertTrue(receipt.is_subcontract)
        self.assertEqual(picking.state, "assigned")

    def test_receipt_of_a_refreshed_order_consumes_the_new_components(self):
        picking, order = self.receive()
        self.bom.bom_line_ids[0].product_qty = 5
        self.refresh_fully(order)
        picking.move_ids.quantity = 4
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual(order.state, "done")
        tube = order.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        self.assertEqual((tube.state, tube.quantity), ("done", 20))

    def test_components_that_are_sent_to_the_subcontractor(self):
        route = self.warehouse.subcontracting_route_id
        self.warehouse.subcontracting_to_resupply = True
        self.tube.route_ids = [Command.link(route.id)]
        self.put_in_stock(self.tube, 100)
        _picking, order = self.receive()
        tubes = order.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        sent = tubes.move_orig_ids
        self.assertEqual(sent.product_uom_qty, 12)
        for qty in (5, 2):
            self.bom.bom_line_ids[0].product_qty = qty
            self.refresh_fully(order)
            sent = tubes.move_orig_ids.filtered(lambda m: m.state != "cancel")
            self.assertEqual(tubes.product_uom_qty, 4 * qty)
            self.assertEqual(sum(sent.mapped("product_uom_qty")), 4 * qty)
        self.bom.bom_line_ids[0].product_id = self.wheel
        self.refresh_fully(order)
        self.assertEqual(set(sent.mapped("state")), {"cancel"})

    def test_quantity_is_what_the_receipt_asks_for(self):
        picking, order = self.receive()
        picking.move_ids.quantity = 6
        self.assertEqual(order.product_qty, 6)
        self.bom.bom_line_ids[0].product_qty = 5
        self.refresh_fully(order)
        self.assertEqual(self.components(order), {"Tube": 30, "Paint": 6})

    def test_component_that_a_subcontractor_makes(self):
        bike = self.make_product("Bike")
        self.env["product.supplierinfo"].create(
            {
                "product_tmpl_id": self.frame.product_tmpl_id.id,
                "partner_id": self.vendor.id,
                "price": 20,
            }
        )
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        self.frame.route_ids = [Command.set((self.mto_route | buy).ids)]
        bom = self.make_bom(bike, [(self.frame, 1), (self.wheel, 2)])
        order = self.make_confirmed_order(bom, 4)
        lines = self.env["purchase.order.line"].search(
            [("product_id", "=", self.frame.id)]
        )
        self.assertEqual(lines.product_qty, 4)
        bom.bom_line_ids[0].product_qty = 3
        self.refresh_one(order, user=self.planner)
        self.assertEqual(lines.product_qty, 12)
        purchase = lines.order_id
        purchase.button_confirm()
        child = purchase.picking_ids.move_ids.move_orig_ids.production_id
        self.assertEqual(child.product_qty, 12)
        bom.bom_line_ids[0].product_qty = 2
        self.refresh_one(order, user=self.planner)
        # ordered from the subcontractor: for the buyer to change, nothing is lost
        self.assertEqual((lines.product_qty, child.product_qty), (12, 12))
        self.assertNotEqual(child.state, "cancel")
        self.assertEqual(len(purchase.activity_ids), 1)
        self.assertIn(order.name, purchase.activity_ids.note)
