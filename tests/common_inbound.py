"""A workshop that requires put-away: parts come from the stock, output goes there."""

from odoo import Command

from .common import RefreshCase


class InboundCase(RefreshCase):
    """A warehouse with a workshop: `parts` for components, `outlet` for what is made.

    `shelf` lies in `parts`, `rack` in the stock. The planner of every refresh has
    *Manufacturing / User* only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.int_type_id.active = True
        cls.manu_type = cls.warehouse.manu_type_id
        cls.stock = cls.warehouse.lot_stock_id
        cls.workshop = cls.make_location(
            "Workshop",
            cls.warehouse.view_location_id,
            usage="view",
            putaway_processing="required",
        )
        cls.parts = cls.make_location("Parts", cls.workshop)
        cls.shelf = cls.make_location("Shelf", cls.parts)
        cls.outlet = cls.make_location("Outlet", cls.workshop)
        cls.rack = cls.make_location("Rack", cls.stock)
        cls.planner = cls.make_planner()
        cls.table, cls.leg, cls.glue, cls.dust = cls.make_products(
            "Table", "Leg", "Glue", "Dust"
        )
        cls.bom = cls.make_bom(
            cls.table, [(cls.leg, 4), (cls.glue, 1)], byproducts=[(cls.dust, 2)]
        )

    @classmethod
    def make_location(cls, name, parent, **values):
        return cls.env["stock.location"].create(
            {"name": name, "location_id": parent.id, "usage": "internal", **values}
        )

    @classmethod
    def make_putaway_rule(cls, location, shelf, product):
        return cls.env["stock.putaway.rule"].create(
            {
                "location_in_id": location.id,
                "location_out_id": shelf.id,
                "product_id": product.id,
            }
        )

    @classmethod
    def make_workshop_order(cls, qty=2, bom=None, **values):
        """Return a confirmed order that works in the workshop."""
        values.setdefault("location_src_id", cls.parts.id)
        values.setdefault("location_dest_id", cls.outlet.id)
        order = cls.make_order(bom or cls.bom, qty, **values)
        order.action_confirm()
        return order

    def ask(self, order, status="refreshed", **options):
        """Refresh an order with inbound requests as the planner, return the row."""
        options = {
            "create_inbound_request": True,
            "restore_reservation": True,
            **options,
        }
        return self.refresh_one(order, status, user=self.planner, **options)

    def preview(self, order, **options):
        options = {
            "create_inbound_request": True,
            "restore_reservation": True,
            **options,
        }
        return order.with_user(self.planner).preview_refresh(**options)["orders"][0]

    def requests(self, order, kind=None):
        """Return every transfer that was asked for an order, cancelled ones too."""
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "=", order.production_group_id.id),
                ("picking_id.inbound_kind", "!=", False),
            ]
        )
        pickings = moves.picking_id
        return pickings.filtered(lambda p: not kind or p.inbound_kind == kind)

    def open_requests(self, order, kind=None):
        return self.requests(order, kind).filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def contents(self, pickings):
        """Return `{product name: quantity}` of open transfers."""
        moves = pickings.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        result = {}
        for move in moves:
            name = move.product_id.name
            result[name] = result.get(name, 0) + move.product_qty
        return result

    def validate(self, picking, quantities=None):
        """Process a transfer as a worker does, the rest later.

        :param quantities: `{product: quantity}`; all that is reserved when left out
        """
        for product, quantity in (quantities or {}).items():
            move = picking.move_ids.filtered(lambda m, p=product: m.product_id == p)
            move.quantity = quantity
            move.picked = True
        if quantities is None:
            picking.move_ids.filtered("quantity").picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def produce(self, order, qty):
        """Produce a part of an order and leave the rest to a backorder, if any."""
        order.qty_producing = qty
        order._set_qty_producing()
        if qty < order.product_qty:
            order.with_context(
                skip_backorder=True, mo_ids_to_backorder=order.ids
            ).button_mark_done()
        else:
            order.button_mark_done()
        return order.production_group_id.production_ids - order

    def split(self, order, *quantities):
        wizard = self.env["mrp.production.split"].create(
            {
                "production_id": order.id,
                "production_detailed_vals_ids": [
                    Command.create({"quantity": quantity, "date": order.date_start})
                    for quantity in quantities
                ],
            }
        )
        wizard.action_split()
        return order.production_group_id.production_ids


class OpenRequestCase(InboundCase):
    """An `order` with an open request of each kind, `components` and `output`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_in_stock(cls.leg, 100)
        cls.put_in_stock(cls.glue, 100)
        cls.order = cls.make_workshop_order()

    def setUp(self):
        super().setUp()
        self.ask(self.order)
        self.components = self.open_requests(self.order, "components")
        self.output = self.open_requests(self.order, "output")
