from odoo import models


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_unbuild(self):
        """What is taken apart before it was put away need not be put away any more."""
        res = super().action_unbuild()
        self.env["mrp.production.refresh.pipeline"]._follow_inbound_output(self.mo_id)
        return res
