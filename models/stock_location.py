from odoo import api, fields, models

PUTAWAY_PROCESSING = [
    ("none", "None"),
    ("required", "Required"),
    ("directed", "Directed"),
]


class StockLocation(models.Model):
    _inherit = "stock.location"

    putaway_processing = fields.Selection(
        PUTAWAY_PROCESSING,
        "Put-away Processing",
        help="What Refresh does about put-away for manufacturing orders here, when it "
        "is asked to create inbound requests:\n"
        "None: nothing, goods come and go without a request.\n"
        "Required: a transfer that a worker processes puts away the components an "
        "order needs here, and another one the output it leaves here.\n"
        "Directed: nothing, the warehouse's own transfers do it.\n"
        "Empty: as the parent location; None at the top.",
    )
    inbound_source_location_id = fields.Many2one(
        "stock.location",
        "Inbound Source",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'transit')), ('id', '!=', id)]",
        help="Where components that are put away here are taken from. Empty: as the "
        "parent location; at the top the warehouse's stock. Locations in the stock are "
        "filled from where receipts arrive, if the warehouse has such a location.",
    )
    effective_putaway_processing = fields.Selection(
        PUTAWAY_PROCESSING,
        "Put-away Processing in Effect",
        compute="_compute_effective_putaway_processing",
        recursive=True,
        help="What counts here: the location's own choice, or that of the nearest "
        "parent that has one. Always Directed where a warehouse that manufactures in "
        "two or three steps makes its own transfers.",
    )
    effective_inbound_source_location_id = fields.Many2one(
        "stock.location",
        "Inbound Source in Effect",
        compute="_compute_effective_inbound_source_location_id",
        recursive=True,
        help="Where components that are put away here really are taken from.",
    )

    @api.depends(
        "putaway_processing",
        "location_id.effective_putaway_processing",
        "warehouse_id.manufacture_steps",
    )
    def _compute_effective_putaway_processing(self):
        for location in self:
            if location._is_directed("components") or location._is_directed("output"):
                location.effective_putaway_processing = "directed"
                continue
            location.effective_putaway_processing = (
                location._get_inherited("putaway_processing") or "none"
            )

    @api.depends(
        "inbound_source_location_id",
        "location_id.effective_inbound_source_location_id",
        "warehouse_id.lot_stock_id",
        "warehouse_id.reception_steps",
    )
    def _compute_effective_inbound_source_location_id(self):
        for location in self:
            source = location._get_inherited("inbound_source_location_id")
            location.effective_inbound_source_location_id = (
                source or location._get_default_inbound_source()
            )

    def _get_inherited(self, name):
        """Return a setting of the location or of the nearest parent that has one."""
        self.ensure_one()
        location = self
        while location and not location[name]:
            location = location.location_id
        return location[name]

    def _get_putaway_processing(self, kind):
        """Return what counts for one leg of an order.

        :param kind: ``components`` or ``output``
        """
        self.ensure_one()
        if self._is_directed(kind):
            return "directed"
        return self._get_inherited("putaway_processing") or "none"

    def _is_directed(self, kind):
        """Return whether the warehouse makes its own transfers for that leg."""
        self.ensure_one()
        warehouse = self.warehouse_id
        if kind == "components":
            place = warehouse.manufacture_steps in ("pbm", "pbm_sam") and (
                warehouse.pbm_loc_id
            )
        else:
            place = warehouse.manufacture_steps == "pbm_sam" and warehouse.sam_loc_id
        return bool(place) and self._child_of(place)

    def _get_default_inbound_source(self):
        """Return the stock of the warehouse; for a location in the stock the receipt
        location, or the stock itself when receipts go there directly.
        """
        self.ensure_one()
        warehouse = self.warehouse_id
        stock = warehouse.lot_stock_id
        receipts = warehouse.wh_input_stock_loc_id
        if stock and self._child_of(stock) and receipts.active:
            return receipts
        return stock
