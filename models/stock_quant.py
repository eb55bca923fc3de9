from odoo import models
from odoo.fields import Domain


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _get_gather_domain(self, *args, **kwargs):
        """Leave out the location that a request is about to fill: what lies there need
        not be brought.
        """
        domain = super()._get_gather_domain(*args, **kwargs)
        location_id = self.env.context.get("inbound_filled_location_id")
        if location_id:
            domain &= ~Domain("location_id", "child_of", location_id)
        return domain
