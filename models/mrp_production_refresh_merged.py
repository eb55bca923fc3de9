from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Orders that others were merged into after their bill of materials had changed.

    Odoo 19 fills such an order from the bill of materials of the moment, and links with
    its lines what was made for those of before, be it more or less than they need.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_surplus(self, order, plan):
        surplus = super()._get_surplus(order, plan)
        lines = self._get_supplied_wrongly(order, plan)
        return [*surplus, *(line.id for line in lines if line.id not in surplus)]

    @api.model
    def _get_supplied_wrongly(self, order, plan):
        """Return the lines of an order, merged and not refreshed since, for which child
        orders make another quantity than they need.
        """
        if order.state == "draft" or not plan.baseline.get("merged"):
            return order.move_raw_ids.browse()
        return order.move_raw_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.move_orig_ids.production_id
                and move.rule_id.procure_method != "mts_else_mto"
                and not move.product_id.uom_id.is_zero(self._get_shortage(move))
            )
        )

    @api.model
    def _get_shortage(self, move):
        """Return how much less is made for a line than it needs, in its product's
        unit.
        """
        return move.product_qty - self._get_supplied(move)

    @api.model
    def _apply_components(self, plans):
        result = super()._apply_components(plans)
        procurements = []
        for plan in plans:
            if not plan.options.calculate_components:
                continue
            for move in self._get_supplied_wrongly(self._get_order(plan), plan):
                procurements += self._follow_source(
                    plan, move, move.product_qty, self._get_shortage(move), False
                )
        if procurements:
            self.env["stock.rule"].run(procurements)
        return result

    @api.model
    def _get_plan_baseline(self, plan):
        """Keep in mind that an order was merged until its components are calculated."""
        baseline = super()._get_plan_baseline(plan)
        if plan.baseline.get("merged") and not plan.options.calculate_components:
            baseline["merged"] = True
        return baseline

    @api.model
    def _get_updated_baseline(self, order):
        baseline = super()._get_updated_baseline(order)
        if baseline and (order.refresh_baseline or {}).get("merged"):
            baseline["merged"] = True
        return baseline
