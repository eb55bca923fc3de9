from itertools import pairwise

from odoo import api, models
from odoo.tools import float_round

from ..planning.diff import Line, diff_lines, match_lines
from ..planning.plan import OperationPlan


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _plan(self, plans):
        """Compare what the orders have with what their master data want."""
        plans = [plan for plan in plans if plan.open and plan.options.calculates]
        cache = {}
        for plan in plans:
            with self._catch(plan):
                self._plan_header(plan.order, plan)
                if plan.options.calculate_components:
                    self._plan_components(plan.order, plan)
                if plan.options.calculate_lines:
                    self._plan_finished(plan.order, plan)
                self._plan_operations(plan.order, plan, cache)

    @api.model
    def _plan_header(self, order, plan):
        """Note what changes on the order itself."""
        options = plan.options
        if options.due_date and options.due_date != order.date_deadline:
            plan.header["date_deadline"] = options.due_date
        if options.start_date and options.start_date != order.date_start_requested:
            plan.header["date_start_requested"] = options.start_date
        bom = plan.bom
        if order.state != "draft" and order.consumption != bom.consumption:
            plan.header["consumption"] = bom.consumption

    # components

    @api.model
    def _plan_components(self, order, plan):
        bom = plan.bom
        vals_list = self._get_component_vals(order, bom)
        wanted = [self._read_wanted_component(order, vals) for vals in vals_list]
        moves = order.move_raw_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        present = [self._read_component(move) for move in moves]
        plan.component_vals = vals_list
        plan.wanted_components = wanted
        plan.components = diff_lines(
            present,
            wanted,
            digits=self._get_digits(),
            is_manual=self._get_manual_check(order, "component"),
        )

    @api.model
    def _get_component_vals(self, order, bom):
        """Return the values of the component moves of a new order.

        An order's own bill of materials goes through Odoo's own method, so that
        add-ons which change it are heard.
        """
        if order.bom_id == bom:
            return order._get_moves_raw_values()
        factor = (
            order.product_uom_id._compute_quantity(
                order.product_qty, bom.product_uom_id, round=False
            )
            / bom.product_qty
        )
        _boms, lines = bom.explode(
            order.product_id,
            factor,
            picking_type=bom.picking_type_id,
            never_attribute_values=order.never_product_template_attribute_value_ids,
        )
        return [
            order._get_move_raw_values(
                bom_line.product_id,
                data["qty"],
                bom_line.product_uom_id,
                bom_line.operation_id.id
                or (data["parent_line"] and data["parent_line"].operation_id.id),
                bom_line,
            )
            for bom_line, data in lines
            if bom_line.product_id.type == "consu"
            and bom_line.child_bom_id.type != "phantom"
        ]

    @api.model
    def _get_component_fields(self):
        """Return the fields of a component move that follow the master data."""
        return (
            "bom_line_id",
            "product_uom_qty",
            "product_uom",
            "operation_id",
            "manual_consumption",
            "location_id",
            "sequence",
        )

    @api.model
    def _read_wanted_component(self, order, vals):
        values = {
            name: vals.get(name) or False for name in self._get_component_fields()
        }
        values["product_uom_qty"] = self._round_quantity(vals["product_uom_qty"])
        values["manual_consumption"] = bool(vals.get("manual_consumption"))
        values["sequence"] = vals.get("sequence", 10)
        product = self.env["product.product"].browse(vals["product_id"])
        return Line(
            kind="component",
            key=values["bom_line_id"],
            product_id=product.id,
            name=product.display_name,
            values=values,
        )

    @api.model
    def _read_component(self, move):
        return Line(
            kind="component",
            key=move.bom_line_id.id,
            product_id=move.product_id.id,
            name=move.product_id.display_name,
            values=self._read_values(move, self._get_component_fields()),
            id=move.id,
        )

    # finished product and by-products

    @api.model
    def _plan_finished(self, order, plan):
        bom = plan.bom
        vals_list = self._get_finished_vals(order, bom)
        wanted = [self._read_wanted_finished(order, vals) for vals in vals_list]
        moves = order.move_finished_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        present = [self._read_finished(order, move) for move in moves]
        plan.finished_vals = vals_list
        plan.wanted_finished = wanted
        plan.finished = diff_lines(
            present,
            wanted,
            digits=self._get_digits(),
            is_manual=self._get_manual_check(order, "byproduct"),
        )

    @api.model
    def _get_finished_vals(self, order, bom):
        """Return the values of the finished and by-product moves of a new order."""
        if order.bom_id == bom:
            return order._get_moves_finished_values()
        vals = order._get_move_finished_values(
            order.product_id.id, order.product_qty, order.product_uom_id.id
        )
        vals["location_final_id"] = order.location_final_id.id
        factor = (
            order.product_uom_id._compute_quantity(
                order.product_qty, bom.product_uom_id
            )
            / bom.product_qty
        )
        never = order.never_product_template_attribute_value_ids
        return [vals] + [
            order._get_move_finished_values(
                line.product_id.id,
                line.product_qty * factor,
                line.product_uom_id.id,
                line.operation_id.id,
                line.id,
                line.cost_share,
            )
            for line in bom.byproduct_ids
            if not line._skip_byproduct_line(order.product_id, never)
        ]

    @api.model
    def _get_finished_fields(self):
        """Return the fields of a finished move that follow the master data."""
        return (
            "byproduct_id",
            "product_uom_qty",
            "product_uom",
            "operation_id",
            "cost_share",
        )

    @api.model
    def _read_wanted_finished(self, order, vals):
        values = {name: vals.get(name) or False for name in self._get_finished_fields()}
        values["product_uom_qty"] = self._round_quantity(vals["product_uom_qty"])
        values["cost_share"] = float_round(
            vals["cost_share"] or 0.0, precision_digits=2
        )
        product = self.env["product.product"].browse(vals["product_id"])
        main = not values["byproduct_id"] and product == order.product_id
        return Line(
            kind="finished" if main else "byproduct",
            key="finished" if main else values["byproduct_id"],
            product_id=product.id,
            name=product.display_name,
            values=values,
        )

    @api.model
    def _read_finished(self, order, move):
        main = not move.byproduct_id and move.product_id == order.product_id
        return Line(
            kind="finished" if main else "byproduct",
            key="finished" if main else move.byproduct_id.id,
            product_id=move.product_id.id,
            name=move.product_id.display_name,
            values=self._read_values(move, self._get_finished_fields()),
            id=move.id,
        )

    # operations

    @api.model
    def _plan_operations(self, order, plan, cache):
        """List the work orders as they will be, in sequence, with what they wait for.

        Without *Routings* the present work orders stay as they are.
        """
        workorders = order.workorder_ids
        if plan.options.calculate_routings:
            operations = self._get_wanted_operations(order, plan.bom)
            wanted = [
                self._read_wanted_operation(order, plan.bom, operation, cache)
                for operation in operations
            ]
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
        self._plan_sequence(plan)
        self._plan_dependencies(order, plan, operations)
        self._plan_candidates(order, plan, operations, cache)
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
    def _plan_sequence(self, plan):
        """Number the operations; numbers that are in order already stay."""
        present = [
            op.present.values["sequence"] for op in plan.operations if op.present
        ]
        in_order = all(a < b for a, b in pairwise(present))
        if len(present) == len(plan.operations) and in_order:
            sequences = present
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
                for operation in done_bom.operation_ids
                if not operation._skip_operation_line(product, never)
            ]
        operations.sort(key=lambda operation: operation.bom_id.type != "phantom")
        return operations

    @api.model
    def _read_wanted_operation(self, order, bom, operation, cache):
        minutes = self._get_durations(order, bom, operation, cache)[0][1]
        return Line(
            kind="operation",
            key=operation.id,
            product_id=False,
            name=operation.name,
            values={
                "operation_id": operation.id,
                "name": operation.name,
                "workcenter_id": operation.workcenter_id.id,
                "duration_expected": minutes,
                "sequence": 0,
            },
        )

    @api.model
    def _read_operation(self, workorder):
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
                "date_start": workorder.date_start,
                "date_finished": workorder.date_finished,
            },
            id=workorder.id,
        )

    @api.model
    def _plan_dependencies(self, order, plan, operations):
        """Set what each operation waits for, as Odoo 19 does when it confirms
        (``mrp.production._link_workorders_and_moves``).
        """
        bom = plan.bom
        if order.state != "draft" and (
            order.allow_workorder_dependencies != bom.allow_operation_dependencies
        ):
            plan.header["allow_workorder_dependencies"] = (
                bom.allow_operation_dependencies
            )
        if not bom.allow_operation_dependencies:
            for index, operation in enumerate(plan.operations[1:]):
                operation.predecessors = (index,)
            return
        position = {op.line.key: index for index, op in enumerate(plan.operations)}
        for index, record in enumerate(operations):
            plan.operations[index].predecessors = tuple(
                position[blocking.id]
                for blocking in record.blocked_by_operation_ids
                if position.get(blocking.id, index) != index
            )

    @api.model
    def _plan_candidates(self, order, plan, operations, cache):
        """Set the work centers that may do each operation, and how long each takes."""
        bom = plan.bom
        for operation, record in zip(plan.operations, operations, strict=True):
            if plan.options.calculate_routings:
                operation.candidates = self._get_durations(order, bom, record, cache)
            else:
                workorder = operation.workorder
                operation.candidates = self._get_candidates(
                    workorder, workorder.duration_expected
                )

    @api.model
    def _get_durations(self, order, bom, operation, cache):
        """Return ``((work center id, minutes), ...)``: the operation's own work center
        first, then its alternatives, each as Odoo computes it for a new order.
        """
        unit = order.product_uom_id
        key = (operation.id, bom.id, order.product_id.id, unit.id, order.product_qty)
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
            workorder.duration_expected = minutes
            cache[key] = self._get_candidates(workorder, minutes)
        return cache[key]

    @api.model
    def _get_candidates(self, workorder, minutes):
        workcenter = workorder.workcenter_id
        alternatives = workcenter.alternative_workcenter_ids.filtered("active")
        return (
            (workcenter.id, minutes),
            *(
                (
                    alternative.id,
                    workorder._get_duration_expected(
                        alternative_workcenter=alternative
                    ),
                )
                for alternative in alternatives
            ),
        )

    # helpers

    @api.model
    def _read_values(self, record, names):
        """Return field values as numbers, ids and strings."""
        return {
            name: record[name].id
            if record._fields[name].type == "many2one"
            else record[name]
            for name in names
        }

    @api.model
    def _get_digits(self):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        return {"product_uom_qty": digits, "cost_share": 2, "duration_expected": 2}

    @api.model
    def _round_quantity(self, quantity):
        """Return ``quantity`` as Odoo stores it."""
        digits = self._get_digits()["product_uom_qty"]
        return float_round(quantity, precision_digits=digits)
