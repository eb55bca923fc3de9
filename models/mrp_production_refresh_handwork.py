from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _count_handwork(self, order):
        """Return how many lines of ``order`` somebody added, changed or removed by hand
        since it was filled.

        Compares with the baseline, not with the master data of now: it is asked each
        time that a form opens. What changed in the bill of materials is told there by
        Odoo's own *Update BoM*.
        """
        baseline = order.refresh_baseline or {}
        if baseline.get("bom") != order.bom_id.id:
            return 0
        main = order.move_finished_ids - order.move_byproduct_ids
        quantities = {
            order.product_qty,
            main[:1].product_uom_qty,
            baseline.get("quantity") or 0,
        }
        count = 0
        for kind, moves, key in (
            ("component", order.move_raw_ids, "bom_line_id"),
            ("byproduct", order.move_byproduct_ids, "byproduct_id"),
        ):
            known = self._get_known_lines(baseline, kind)
            moves = moves.filtered(lambda move: move.state != "cancel")
            count += len(set(known) - {str(record_id) for record_id in moves[key].ids})
            if kind == "byproduct":  # components of kits are what Odoo made of them
                moves = moves.filtered(lambda move: not move.bom_line_id)
            for move in moves:
                bases = known.get(str(move[key].id))
                values = {
                    "product_uom_qty": move.product_uom_qty,
                    "product_uom": move.product_uom.id,
                    "operation_id": move.operation_id.id,
                }
                count += not bases or self._is_edited(values, bases, quantities)
        known = baseline.get("operation", {})
        workorders = order.workorder_ids.filtered(lambda wo: wo.state != "cancel")
        keys = [str(workorder.operation_id.id) for workorder in workorders]
        return count + len(set(known) - set(keys)) + len(set(keys) - set(known))
