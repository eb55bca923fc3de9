from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    inbound_production_id = fields.Many2one(
        "mrp.production",
        "Put-away For",
        check_company=True,
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The manufacturing order that asked for this transfer.",
    )
    inbound_kind = fields.Selection(
        [("components", "Components"), ("output", "Output")],
        "Put-away Of",
        copy=False,
        readonly=True,
        help="What of the manufacturing order this transfer puts away.",
    )

    def action_cancel(self):
        pickings = self
        if self.env.context.get("inbound_keep_requests"):
            pickings = self.filtered(lambda picking: not picking.inbound_kind)
        return super(StockPicking, pickings).action_cancel()

    def _create_backorder_picking(self):
        """What is left of a request is the request from now on."""
        backorder = super()._create_backorder_picking()
        if self.inbound_kind:
            backorder.write(
                {
                    "inbound_production_id": self.inbound_production_id.id,
                    "inbound_kind": self.inbound_kind,
                }
            )
        return backorder

    def _is_inbound_open(self):
        self.ensure_one()
        return bool(self.inbound_kind) and self.state not in ("done", "cancel")
