from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_stock_move_values(self, *args, **kwargs):
        """Remember what the rule says when it is applied."""
        vals = super()._get_stock_move_values(*args, **kwargs)
        vals["rule_supply_method"] = self.procure_method
        return vals
