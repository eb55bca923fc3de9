from odoo import models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    _inherit = "mrp.production"

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
