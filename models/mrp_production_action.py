from odoo import fields, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    refresh_handwork_count = fields.Integer(
        "Lines Changed by Hand",
        compute="_compute_refresh_handwork_count",
        groups="mrp.group_mrp_user",
        help="Components, by-products and operations that were added, changed or "
        "removed by hand since the order was filled. Refresh cancels these changes.",
    )

    def _compute_refresh_handwork_count(self):
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for order in self:
            order.refresh_handwork_count = (
                pipeline._count_handwork(order)
                if order.state in ("draft", "confirmed") and isinstance(order.id, int)
                else 0
            )

    def action_refresh(self):
        """Open the Refresh dialog for these orders."""
        if not self:
            raise UserError(
                self.env._("Select the manufacturing orders to refresh first.")
            )
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mrp_production_refresh.mrp_production_refresh_action"
        )
        if len(self) > 1:
            action["name"] = self.env._("Refresh Production Orders")
        else:
            action["name"] = self.env._("Refresh %s", self.name)
        action["context"] = {
            "dialog_size": "extra-large",
            "default_production_ids": self.ids,
            "refresh_several": len(self) > 1,
        }
        return action
