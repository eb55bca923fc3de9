from odoo import fields, models


class MrpProductionRefreshLine(models.TransientModel):
    _name = "mrp.production.refresh.line"
    _description = "Refresh Production Order: Result of an Order"
    _order = "id"

    refresh_id = fields.Many2one(
        "mrp.production.refresh", required=True, ondelete="cascade", index=True
    )
    production_id = fields.Many2one("mrp.production", "Order", ondelete="cascade")
    product_id = fields.Many2one(related="production_id.product_id")
    status = fields.Selection(
        [
            ("refreshed", "Refreshed"),
            ("unchanged", "Up to date"),
            ("refused", "Refused"),
            ("failed", "Failed"),
        ],
        string="Outcome",
    )
    message = fields.Text("What Happened")
    warning = fields.Text("Warnings")
    change_count = fields.Integer("Changes")
    date_start = fields.Datetime("Start")
    date_finished = fields.Datetime("End")
    date_deadline = fields.Datetime("Due Date")
    is_late = fields.Boolean("Late", help="The order ends after its due date.")

    def action_open_order(self):
        self.ensure_one()
        return self.production_id.get_formview_action()
