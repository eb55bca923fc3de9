from odoo import api, models
from odoo.tools import float_compare

QUANTITY = "product_uom_qty"


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What the master data said when an order was last filled.

    A line that differs from it was changed by hand; a line that only differs from
    what the master data say now follows a change of the master data.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_baseline(self, order):
        """Return the baseline of an order as JSON data, False without a BoM.

        Quantities are a unit of the order, so that they hold when its quantity
        changes.
        """
        bom = order.bom_id
        quantity = order.product_qty
        if not bom or not quantity:
            return False
        order = order.with_company(order.company_id)
        components = (
            self._read_wanted_component(order, vals)
            for vals in self._get_component_vals(order, bom)
        )
        finished = bom.byproduct_ids and (
            self._read_wanted_finished(order, vals)
            for vals in self._get_finished_vals(order, bom)[1:]
        )
        # work orders without operations of the own bill of materials are those of kits
        operations = (
            order.workorder_ids or bom.operation_ids
        ) and self._get_wanted_operations(order, bom)
        waits = self._get_predecessors(bom, operations) if operations else ()
        minutes = {  # not what a split order has still from the whole one
            wo.operation_id.id: wo._get_duration_expected()
            for wo in order.workorder_ids
            if wo.workcenter_id == wo.operation_id.workcenter_id
        }
        return self._prepare_baseline(
            order,
            bom,
            [*components, *(finished or ())],
            [
                (
                    operation.id,
                    operation.name,
                    operation.workcenter_id.id,
                    minutes.get(operation.id, False),
                    [operations[other].id for other in predecessors],
                )
                for operation, predecessors in zip(operations or (), waits, strict=True)
            ],
        )

    @api.model
    def _get_part_baseline(self, part, whole):
        """Return the baseline of a new part of the order ``whole`` that was split: that
        of the order, but for the minutes, which Odoo computes for each new part.
        """
        baseline = whole.refresh_baseline
        if not baseline or not baseline.get("operation"):
            return baseline
        own = (self._get_baseline(part) or {}).get("operation", {})
        operations = {
            key: {**base, **{name: own[key][name] for name in ("minutes", "quantity")}}
            if key in own
            else {**base, "minutes": False}
            for key, base in baseline["operation"].items()
        }
        return {**baseline, "operation": operations}

    @api.model
    def _get_refilled_baseline(self, order):
        """Return the baseline of a draft whose lines Odoo has made anew, as its header
        changed: all of them, or when the order is split all but the components.
        """
        old = order.refresh_baseline
        baseline = self._get_baseline(order)
        if baseline and self.env.context.get("skip_compute_move_raw_ids"):
            return old and {**old, "byproduct": baseline["byproduct"]}
        return baseline

    @api.model
    def _prepare_baseline(self, order, bom, lines, operations):
        """Return the baseline for wanted lines and operations in sequence, which are
        ``(id, name, work center id, minutes or False when not known, ids of the
        operations that it waits for)``.
        """
        baseline = {"bom": bom.id, "quantity": order.product_qty}
        for kind, own in (
            ("component", "manual_consumption"),
            ("byproduct", "cost_share"),
        ):
            known = baseline[kind] = {}
            for line in lines:
                if line.kind != kind:
                    continue
                # several of a kit that is on several lines
                base = known.setdefault(str(line.key), {"lines": []})
                base["lines"].append(
                    {
                        "product": line.product_id,
                        "unit": line.values["product_uom"],
                        "operation": line.values["operation_id"],
                        own: line.values[own],
                        "factor": line.values[QUANTITY] / order.product_qty,
                    }
                )
        baseline["operation"] = {
            str(key): {
                "name": name,
                "workcenter": workcenter,
                "minutes": minutes,
                "quantity": order.product_qty,  # that takes these minutes
                "after": after,
                "position": position,
            }
            for position, (key, name, workcenter, minutes, after) in enumerate(
                operations
            )
        }
        return baseline

    @api.model
    def _get_updated_baseline(self, order):
        """Return the baseline after Odoo's own *Update BoM*, which makes the lines of a
        draft anew and changes some values of those of a confirmed order: what it left
        alone is as the baseline before says.
        """
        old = order.refresh_baseline or {}
        baseline = self._get_baseline(order)
        if not baseline or order.state == "draft":
            return baseline
        if old.get("bom") != baseline["bom"]:
            old = {}
        for kind, own, keys in (
            ("component", "manual_consumption", order.move_raw_ids.bom_line_id.ids),
            ("byproduct", "cost_share", order.move_byproduct_ids.byproduct_id.ids),
        ):
            before = self._get_known_lines(old, kind)
            baseline[kind] = {
                key: {"lines": self._get_updated_lines(base, before.get(key, ()), own)}
                for key, base in baseline[kind].items()
                if key in map(str, keys)
            }
        known = {}
        workorders = order.workorder_ids.sorted(lambda wo: (wo.sequence, wo.id))
        for position, workorder in enumerate(workorders):
            key = str(workorder.operation_id.id)
            base = baseline["operation"].get(key)
            if not base:
                continue
            was = old.get("operation", {}).get(key, {})
            known[key] = {**base, "position": position, "after": was.get("after")}
            duration = workorder.duration_expected
            if was and float_compare(duration, base["minutes"], precision_digits=2):
                known[key]["minutes"] = was["minutes"]
                known[key]["quantity"] = was.get("quantity", old.get("quantity"))
        baseline["operation"] = known
        return baseline

    @api.model
    def _get_updated_lines(self, base, before, own):
        """Return the lines of one key that *Update BoM* may have made."""
        lines = list(base["lines"])
        if not before:  # Odoo gives a component that it adds no operation
            lines += [{**line, "operation": False} for line in lines]
        for was in before:
            kept = {own: was[own]} if own in was else {}
            placed = {**kept, "operation": was["operation"]}
            for line in base["lines"]:
                for other in (was, {**line, **kept}, {**line, **placed}):
                    if other not in lines:
                        lines.append(other)
        return lines

    @api.model
    def _get_plan_baseline(self, plan):
        """Return the baseline after ``plan``, whose parts that were not calculated
        keep what was known of them.
        """
        options = plan.options
        bom = plan.bom
        lines = plan.wanted_components + plan.wanted_finished
        operations = [
            (
                op.line.key,
                op.line.name,
                op.candidates[0][0],
                op.candidates[0][1],
                [plan.operations[other].line.key for other in op.predecessors],
            )
            for op in plan.operations
            if op.line.key
        ]
        baseline = self._prepare_baseline(plan.order, bom, lines, operations)
        old = plan.baseline
        for kind, calculated in (
            ("component", options.calculate_components),
            ("byproduct", options.calculate_lines),
            ("operation", options.calculate_routings),
        ):
            if not calculated:
                baseline[kind] = old.get(kind, {})
        if not options.calculate_routings:
            baseline["operation"] = {
                key: {"quantity": old.get("quantity"), **base}
                for key, base in baseline["operation"].items()
            }
        return baseline
