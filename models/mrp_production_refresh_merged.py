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
        wrong = self._get_merged_lines(order, plan).filtered(
            lambda move: self._lost_bought(move) or self._get_unmade(move)
        )
        return [*surplus, *(move.id for move in wrong if move.id not in surplus)]

    @api.model
    def _get_merged_lines(self, order, plan):
        """Return the lines of an order, merged and not refreshed since, for which
        something is made or bought, and that no transfer brings.
        """
        if order.state == "draft" or not plan.baseline.get("merged"):
            return order.move_raw_ids.browse()
        return order.move_raw_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.procure_method == "make_to_order"
                and not self._has_transfer_within(move)
                and (
                    move.move_orig_ids.production_id
                    or self._get_purchase_states(move)
                    or self._lost_bought(move)
                )
            )
        )

    @api.model
    def _has_transfer_within(self, move):
        return any(origin._is_transfer() for origin in move.move_orig_ids)

    @api.model
    def _get_unmade(self, move):
        """Return how much less is made or bought for a line than it needs (below zero:
        more), in its product's unit; zero where that is nothing there.
        """
        missing = move.product_qty - self._get_supplied(move)
        return 0.0 if move.product_id.uom_id.is_zero(missing) else missing

    @api.model
    def _apply_components(self, plans):
        result = super()._apply_components(plans)
        procurements = []
        for plan in plans:
            if not plan.options.calculate_components:
                continue
            moves = self._get_merged_lines(self._get_order(plan), plan)
            if moves:
                self._link_purchases(moves)
            for move in moves:
                procurements += self._follow_source(
                    plan, move, move.product_qty, self._get_unmade(move), False
                )
        if procurements:
            self._procure({plan.order_id: plan for plan in plans}, procurements)
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
