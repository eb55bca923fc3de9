from collections import defaultdict

from odoo import api, models


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    @api.model
    def _bom_find(self, products, picking_type=None, company_id=False, bom_type=False):
        """Remember what was found while orders are compared with master data.

        Exploding asks for the kits of each bill of materials again, order by order;
        the context key `refresh_boms` carries a dict for the length of one call.
        """
        memory = self.env.context.get("refresh_boms")
        if memory is None:
            return super()._bom_find(
                products,
                picking_type=picking_type,
                company_id=company_id,
                bom_type=bom_type,
            )
        question = (
            picking_type.id if picking_type else False,
            company_id or self.env.context.get("company_id"),
            bom_type,
        )
        known = memory.setdefault(question, {})
        unknown = products.filtered(lambda product: product.id not in known)
        if unknown:
            found = super()._bom_find(
                unknown,
                picking_type=picking_type,
                company_id=company_id,
                bom_type=bom_type,
            )
            known.update({product.id: found[product] for product in unknown})
        result = defaultdict(lambda: self.env["mrp.bom"])
        result.update({p: known[p.id] for p in products if known[p.id]})
        return result
