from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Goods that transfers carry beyond the need of lines that do not change.

    Odoo 19 brings nothing back when its own button lowers an order after the pick
    (``stock.move._run_procurement``).
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _plan_components(self, order, plan):
        result = super()._plan_components(order, plan)
        plan.surplus = self._get_surplus(order, plan)
        return result

    @api.model
    def _get_surplus(self, order, plan):
        """Return the ids of moves, one a product, whose transfers carry too much or
        that no longer wait for them.
        """
        followed = {"product_uom_qty", "product_uom", "location_id"}
        changed = {
            change.product_id
            for change in plan.components
            if change.action == "remove"
            or (change.action == "update" and followed & change.after.keys())
        }
        lines = [
            move
            for move in order.move_raw_ids
            if order.state != "draft"
            and move.move_orig_ids
            and move.state not in ("done", "cancel")
            and move.product_id.id not in changed
            and move.rule_id.procure_method != "mts_else_mto"
        ]
        surplus, seen = [], set()
        for move in lines:
            key = (move.product_id, move.location_id)
            if key in seen or not any(
                origin.picking_id for origin in move.move_orig_ids
            ):
                continue
            if self._lost_transfer(move) or self._carries_too_much(order, *key):
                seen.add(key)
                surplus.append(move.id)
        return surplus

    @api.model
    def _carries_too_much(self, order, product, location):
        """Return whether more comes than is needed, beyond the rounding of units."""
        into, back = self._get_transfer_moves(order, product, location)
        lines = self._get_component_moves(order, product, location)
        scraps = self._get_scrap_moves(order, product, location)
        missing = self._get_missing_transfer(into, back, lines, scraps)
        steps = [
            move.product_uom._compute_quantity(
                move.product_uom.rounding, product.uom_id, round=False
            )
            for move in into | back | lines
        ]
        return -missing > max(steps, default=0.0) + 1e-9

    @api.model
    def _apply_components(self, plans):
        result = super()._apply_components(plans)
        procurements = []
        for plan in plans:
            for move in self._get_moves(plan.surplus):
                order = self._get_order(plan)
                procurements += self._follow_transfers(
                    plan,
                    order,
                    move.product_id,
                    move.location_id,
                    {move: 0.0},
                    self.env["stock.move"],
                )
        if procurements:
            self.env["stock.rule"].run(procurements)
        return result
