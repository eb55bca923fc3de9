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
        components = order.move_raw_ids.filtered(lambda move: move.state != "cancel")
        byproducts = order.move_byproduct_ids.filtered(
            lambda move: move.state != "cancel"
        )
        return (
            self._count_handwork_lines(
                order,
                "component",
                "mrp.bom.line",
                [self._read_component(move) for move in components],
            )
            + self._count_handwork_lines(
                order,
                "byproduct",
                "mrp.bom.byproduct",
                [self._read_finished(order, move) for move in byproducts],
                # components of kits are what Odoo made of them
                byproducts.filtered("bom_line_id").ids,
            )
            + self._count_handwork_operations(order)
        )

    @api.model
    def _count_handwork_lines(self, order, kind, model, lines, made=()):
        """Return how many ``lines`` of one kind are handwork, those of the ids ``made``
        excepted, and how many are missing whose master records are there.
        """
        baseline = order.refresh_baseline
        known = self._get_known_lines(baseline, kind)
        known = self._forget_operations(known, lines, {})
        missing, gone = self._get_missing_keys(model, known, lines)
        lost = [base for key in gone for base in known[key]]
        quantities = self._get_known_quantities(order, baseline)
        return len(missing) + sum(
            self._is_changed_line(line, known, lost, quantities)
            for line in lines
            if line.id not in made
        )

    @api.model
    def _count_handwork_operations(self, order):
        baseline = order.refresh_baseline
        known = baseline.get("operation", {})
        workorders = order.workorder_ids.filtered(lambda wo: wo.state != "cancel")
        lines = [self._read_operation(workorder) for workorder in workorders]
        missing, gone = self._get_missing_keys("mrp.routing.workcenter", known, lines)
        lost = [known[key] for key in gone]
        count = len(missing)
        for line, workorder in zip(lines, workorders, strict=True):
            base = known.get(str(line.key))
            if base:
                own = workorder.operation_id.workcenter_id
                centers = (own | own.alternative_workcenter_ids).ids
                count += self._is_changed_operation(
                    order, baseline, line, base, centers
                )
            else:
                count += self._is_unknown_operation(line, lost)
        return count

    @api.model
    def _get_missing_keys(self, model, known, lines):
        """Return the keys of a baseline that no line has: those whose master records
        are there still, and those whose master records were deleted.
        """
        keys = {base for base in known if base.isdigit()}
        keys -= {str(line.key) for line in lines}
        there = self._get_existing(model, map(int, keys)) if keys else ()
        missing = {key for key in keys if int(key) in there}
        return missing, keys - missing
