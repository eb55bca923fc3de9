from dataclasses import replace
from itertools import pairwise

from odoo import api, models
from odoo.tools import float_round

from ..planning.diff import Line, match_lines
from ..planning.plan import OperationPlan


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Which work orders an order will have, in sequence, and what they wait for."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _plan_operations(self, order, plan):
        """List the work orders as they will be, in sequence, with what they wait for.

        Without *Routings* the present work orders stay as they are.
        """
        workorders = order.workorder_ids
        if plan.options.calculate_routings:
            operations = self._remember(plan, "operation", self._get_wanted_operations)
            lines = self._remember(
                plan,
                "operation line",
                lambda order, _bom: [
                    self._read_wanted_operation(order, plan, operation)
                    for operation in operations
                ],
            )
            # each order numbers its own
            wanted = [replace(line, values={**line.values}) for line in lines]
            kept = workorders.filtered(lambda wo: wo.state != "cancel")
            present = [self._read_operation(wo) for wo in kept]
            pairs, _added, removed = match_lines(present, wanted)
            removed += [self._read_operation(wo) for wo in workorders - kept]
        else:
            kept = [
                wo
                for wo in workorders.sorted(lambda wo: (wo.sequence, wo.id))
                if wo.state != "cancel"
            ]
            present = [self._read_operation(wo) for wo in kept]
            operations = [workorder.operation_id for workorder in kept]
            wanted, removed = present, []
            pairs = [(line, index) for index, line in enumerate(present)]
        partner = {index: line for line, index in pairs}
        plan.removed_operations = removed
        records = {workorder.id: workorder for workorder in workorders}
        plan.operations = [
            OperationPlan(
                line, old, workorder=records.get(old.id) if old else workorders.browse()
            )
            for line, old in ((li, partner.get(i)) for i, li in enumerate(wanted))
        ]
        self._plan_sequence(plan, operations)
        self._plan_dependencies(order, plan, operations)
        self._plan_candidates(order, plan, operations)
        self._check_workcenters(order, plan)

    @api.model
    def _check_workcenters(self, order, plan):
        """Refuse an order that needs an archived work center."""
        workcenters = self.env["mrp.workcenter"].browse(
            op.candidates[0][0] for op in plan.operations
        )
        archived = workcenters.filtered(lambda workcenter: not workcenter.active)
        if archived:
            plan.refuse(
                "bom_archived",
                self.env._(
                    "%(order)s needs the work center %(workcenter)s, which is "
                    "archived. Restore it, or move its operations to another one.",
                    order=order.name,
                    workcenter=", ".join(archived.mapped("name")),
                ),
            )

    @api.model
    def _plan_sequence(self, plan, operations):
        """Number the operations as those of a new order. One that was entered in the
        form has the numbers of the bill of materials, while they are in order: those
        stay until an operation comes or goes.
        """
        own = [operation.sequence for operation in operations]
        present = [
            op.present.values["sequence"] for op in plan.operations if op.present
        ]
        in_order = all(a < b for a, b in pairwise(own))
        if present == own and in_order and not plan.removed_operations:
            sequences = own
        elif len(plan.operations) == 1:
            sequences = [self.env["mrp.workorder"]._default_sequence()]
        else:
            sequences = range(len(plan.operations))
        for operation, sequence in zip(plan.operations, sequences, strict=True):
            operation.line.values["sequence"] = sequence

    @api.model
    def _get_wanted_operations(self, order, bom):
        """Return the operations of a new order in sequence, those of kits first.

        Which operations: Odoo 19, ``mrp.production._compute_workorder_ids``. Their
        sequence: ``_resequence_workorders``.
        """
        never = order.never_product_template_attribute_value_ids
        quantity = order.product_uom_id._compute_quantity(
            order.product_qty, bom.product_uom_id
        )
        boms, _lines = bom.explode(
            order.product_id,
            quantity / bom.product_qty,
            picking_type=bom.picking_type_id,
            never_attribute_values=never,
        )
        operations = []
        for done_bom, data in boms:
            parent = data["parent_line"]
            if parent and parent.bom_id.operation_ids == done_bom.operation_ids:
                continue
            product = parent.product_id if parent else data["product"]
            operations += [
                operation
                # not as they were read: their sequence may have changed since
                for operation in done_bom.operation_ids.sorted()
                if not operation._skip_operation_line(product, never)
            ]
        operations.sort(key=lambda operation: operation.bom_id.type != "phantom")
        return operations

    @api.model
    def _read_wanted_operation(self, order, plan, operation):
        minutes = self._get_durations(order, plan, operation)[0][1]
        values = {
            "operation_id": operation.id,
            "name": operation.name,
            "workcenter_id": operation.workcenter_id.id,
            "duration_expected": minutes,
            "sequence": 0,
        }
        if order.state != "draft":
            # Odoo sets it when it confirms (`mrp.workorder._set_cost_mode`)
            values["cost_mode"] = operation.cost_mode or "actual"
        return Line(
            kind="operation",
            key=operation.id,
            product_id=False,
            name=operation.name,
            values=values,
        )

    @api.model
    def _read_operation(self, workorder):
        """Return a work order as a line. Its dates count while it holds a slot: it
        keeps them when somebody deletes that (``mrp.workorder._compute_dates``, 19.0).
        """
        planned = bool(workorder.leave_id)
        return Line(
            kind="operation",
            key=workorder.operation_id.id,
            product_id=False,
            name=workorder.name,
            values={
                "operation_id": workorder.operation_id.id,
                "name": workorder.name,
                "workcenter_id": workorder.workcenter_id.id,
                "duration_expected": workorder.duration_expected,
                "sequence": workorder.sequence,
                "cost_mode": workorder.cost_mode,
                "date_start": planned and workorder.date_start,
                "date_finished": planned and workorder.date_finished,
            },
            id=workorder.id,
        )

    @api.model
    def _plan_dependencies(self, order, plan, operations):
        """Set what each operation waits for, as Odoo 19 does when it confirms
        (``mrp.production._link_workorders_and_moves``).

        Without *Routings* the work orders of a confirmed order wait for what they wait
        for now, also when somebody has linked them by hand.
        """
        confirmed = order.state != "draft"
        if confirmed and not plan.options.calculate_routings:
            predecessors = self._get_present_predecessors(order, plan)
        else:
            predecessors = self._get_predecessors(plan.bom, operations)
            depend = plan.bom.allow_operation_dependencies
            if confirmed and order.allow_workorder_dependencies != depend:
                plan.header["allow_workorder_dependencies"] = depend
        for operation, positions in zip(plan.operations, predecessors, strict=True):
            operation.predecessors = positions

    @api.model
    def _get_present_predecessors(self, order, plan):
        """Return the positions that each present work order waits for: the one before
        where the order does not know dependencies.
        """
        if not order.allow_workorder_dependencies:
            return self._get_chain(plan.operations)
        position = {op.present.id: i for i, op in enumerate(plan.operations)}
        return [
            tuple(
                position[blocking_id]
                for blocking_id in op.workorder.blocked_by_workorder_ids.ids
                if blocking_id in position
            )
            for op in plan.operations
        ]

    @api.model
    def _get_chain(self, operations):
        return [(index - 1,) if index else () for index in range(len(operations))]

    @api.model
    def _get_predecessors(self, bom, operations):
        """Return the positions that each of these operations waits for."""
        if not bom.allow_operation_dependencies:
            return self._get_chain(operations)
        position = {operation.id: index for index, operation in enumerate(operations)}
        return [
            tuple(
                position[blocking.id]
                for blocking in operation.blocked_by_operation_ids
                if position.get(blocking.id, index) != index
            )
            for index, operation in enumerate(operations)
        ]

    @api.model
    def _plan_candidates(self, order, plan, operations):
        """Set the work centers that may do each operation, and how long each takes."""
        if plan.options.calculate_routings:
            candidates = self._remember(
                plan,
                "candidates",
                lambda order, _bom: [
                    self._get_durations(order, plan, operation)
                    for operation in operations
                ],
            )
        else:
            candidates = [
                self._get_candidates(op.workorder, op.workorder.duration_expected)
                for op in plan.operations
            ]
        for operation, found in zip(plan.operations, candidates, strict=True):
            operation.candidates = found

    @api.model
    def _get_durations(self, order, plan, operation):
        """Return ``((work center id, minutes), ...)``: the operation's own work center
        first, then its alternatives, each as Odoo computes it for a new order.
        """
        bom, unit, cache = plan.bom, order.product_uom_id, plan.memory
        key = (
            "duration",
            operation.id,
            bom.id,
            order.product_id.id,
            unit.id,
            order.product_qty,
        )
        if key not in cache:
            production = order
            if order.bom_id != bom:
                production = order.new({"bom_id": bom.id}, origin=order)
            workorder = self.env["mrp.workorder"].new(
                {
                    "production_id": production.id,
                    "operation_id": operation.id,
                    "workcenter_id": operation.workcenter_id.id,
                    "product_uom_id": unit.id,
                }
            )
            minutes = workorder._get_duration_expected()
            if operation.workcenter_id.alternative_workcenter_ids:
                workorder.duration_expected = minutes  # theirs are computed from it
            cache[key] = self._get_candidates(workorder, minutes)
        return cache[key]

    @api.model
    def _get_candidates(self, workorder, minutes):
        """Return ``((work center id, minutes), ...)`` for a work order that takes so
        long where it is: the work center of its operation first, from which scheduling
        may have taken it, then the alternatives. The minutes are those that a work
        order keeps, so that it holds the same slot whoever asks next.
        """
        present = workorder.workcenter_id
        own = workorder.operation_id.workcenter_id
        if present not in own.alternative_workcenter_ids or not own.active:
            own = present
        alternatives = own.alternative_workcenter_ids.filtered("active")
        digits = self._get_digits()["duration_expected"]
        return tuple(
            (
                workcenter.id,
                float_round(
                    minutes
                    if workcenter == present
                    else workorder._get_duration_expected(
                        alternative_workcenter=workcenter
                    ),
                    precision_digits=digits,
                ),
            )
            for workcenter in (own, *(alternatives - own))
        )
