"""An order with a component that is bought for it, from a vendor with a buyer."""

from odoo import Command

from .common import RefreshCase


class PurchaseCase(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.require("purchase_mrp", "purchase_stock")
        cls.planner = cls.make_planner()
        cls.buyer = cls._make_user(
            "refresh_buyer", "base.group_user,purchase.group_purchase_user", {}
        )
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Bolts and Sons", "buyer_id": cls.buyer.id, "group_rfq": "all"}
        )
        cls.bolt, cls.nut = (cls.bought(name) for name in ("Bolt", "Nut"))
        cls.stool, cls.wood = cls.make_products("Stool", "Wood")
        cls.bom = cls.make_bom(cls.stool, [(cls.bolt, 2), (cls.wood, 1)])
        cls.line = cls.bom.bom_line_ids[0]
        cls.houses = {1: cls.warehouse}
        cls.houses.update({steps: cls.make_warehouse(steps) for steps in (2, 3)})

    @classmethod
    def bought(cls, name, uom=None, **values):
        """Return a product that is bought to order, sold in `uom` by the vendor."""
        seller = {"partner_id": cls.vendor.id, "price": 3, "delay": 1}
        if uom:
            seller["product_uom_id"] = uom.id
        return cls.make_mto_product(
            name, buy=True, seller_ids=[Command.create(seller)], **values
        )

    def purchase_lines(self, product=None):
        """Return what is being bought of a product, cancelled orders left out."""
        product = product or self.bolt
        lines = self.env["purchase.order.line"].search(
            [("product_id", "=", product.id), ("state", "!=", "cancel")]
        )
        return lines

    def bought_qty(self, product=None):
        lines = self.purchase_lines(product)
        return sum(
            line.product_uom_id._compute_quantity(
                line.product_qty, line.product_id.uom_id
            )
            for line in lines
        )

    def confirmed(self, qty=4, steps=1, **values):
        """Return an order, of which something is bought."""
        order = self.make_confirmed_order(
            self.bom, qty, warehouse=self.houses[steps], **values
        )
        self.assertTrue(self.purchase_lines())
        return order

    def forget_purchases(self):
        """Have nothing being bought, for the next part of a test."""
        self.purchase_lines().order_id.button_cancel()
        self.purchase_lines(self.nut).order_id.button_cancel()

    def refresh_fully(self, order):
        row = self.refresh_one(order, user=self.planner)
        self.refresh_one(order, "unchanged", user=self.planner)
        return row

    def refresh_all(self, orders):
        """Refresh orders in one call, twice: then nothing is left to do."""
        rows = self.refresh(orders, self.planner, restore_reservation=True)["orders"]
        self.assertFalse({row["status"] for row in rows} & {"failed", "refused"}, rows)
        again = self.refresh(orders, self.planner, restore_reservation=True)["orders"]
        self.assertEqual({row["status"] for row in again}, {"unchanged"})
        return rows

    def receive(self, purchase, quantity=None):
        """Receive what was bought, or a part of it and the rest later."""
        receipt = purchase.picking_ids.filtered(lambda p: p.state != "done")
        if quantity is not None:
            receipt.move_ids.quantity = quantity
        receipt.move_ids.picked = True
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(receipt.state, "done")

    def pick(self, order):
        """Bring what can be brought to the components location."""
        for picking in order.picking_ids:
            if picking.state not in ("done", "cancel"):
                picking.action_assign()
                moves = picking.move_ids.filtered("quantity")
                if not moves:
                    continue
                moves.picked = True
                picking.with_context(skip_backorder=True).button_validate()
