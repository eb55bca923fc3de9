from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    # the warehouse's default is what its topmost location says
    putaway_processing = fields.Selection(
        related="view_location_id.putaway_processing",
        readonly=False,
        help="For manufacturing orders at all locations of this warehouse that do not "
        "say something else: whether Refresh creates inbound requests.",
    )
    inbound_source_location_id = fields.Many2one(
        related="view_location_id.inbound_source_location_id",
        readonly=False,
        domain="[('usage', 'in', ('internal', 'transit')),"
        " ('company_id', 'in', (company_id, False))]",
        help="Where components are taken from that are put away at locations of this "
        "warehouse which do not say something else. Empty: the stock.",
    )
