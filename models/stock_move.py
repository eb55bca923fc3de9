from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _update_orderpoints(self):
        """Leave reordering rules for later while a refresh writes many moves.

        Odoo looks for the rules after each write; the context key
        `refresh_orderpoints` carries a set that collects the moves instead.
        """
        collected = self.env.context.get("refresh_orderpoints")
        if collected is None:
            return super()._update_orderpoints()
        collected.update(self.ids)
        return None
