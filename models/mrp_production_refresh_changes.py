from collections import defaultdict
from itertools import chain

from odoo import api, models

from ..planning.diff import Change, differences


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What changes by the schedule: work orders, their links, dates of lines."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _collect_changes(self, plans):
        """Compare work orders and dates with the schedule that was found."""
        plans = [plan for plan in plans if plan.open and plan.options.calculates]
        for plan in plans:
            order = plan.order
            with self._catch(plan):
                self._collect_links(order, plan)
                self._collect_operations(order, plan)
                self._collect_dates(order, plan)

    @api.model
    def _collect_operations(self, order, plan):
        digits = self._get_digits()
        plan.operation_changes = []
        moved = self._get_moved_operations(order, plan)
        for index, op in enumerate(plan.operations):
            slot = op.slot
            after = {
                **op.line.values,
                "workcenter_id": slot.workcenter_id,
                "duration_expected": slot.minutes,
                "date_start": slot.start,
                "date_finished": slot.end,
            }
            before = dict(op.present.values) if op.present else {}
            if op.present and index in plan.blocked:
                before["blocked_by_workorder_ids"] = sorted(
                    op.workorder.blocked_by_workorder_ids.ids
                )
                after["blocked_by_workorder_ids"] = sorted(
                    plan.operations[other].present.id
                    for other in op.predecessors
                    if plan.operations[other].present
                )
            state = self._get_new_state(order, plan, op)
            if op.present and index not in plan.blocked and state:
                before["state"], after["state"] = op.workorder.state, state
            names = differences(before, after, digits) if op.present else list(after)
            if op.present and not names:
                continue
            structural = set(names) - {"date_start", "date_finished", "sequence"}
            plan.operation_changes.append(
                Change(
                    kind="operation",
                    action="update" if op.present else "add",
                    name=op.line.name,
                    id=op.present.id if op.present else False,
                    product_id=False,
                    operation_id=op.line.key,
                    before={name: before[name] for name in names} if before else {},
                    after={name: after[name] for name in names},
                    manual=("sequence" in names and op.line.key in moved)
                    or "state" in names
                    or bool(structural)
                    and self._is_edited_operation(
                        order, plan, op.present, op.line, op.candidates
                    ),
                )
            )
        plan.operation_changes += [
            Change(
                kind="operation",
                action="remove",
                name=line.name,
                id=line.id,
                product_id=False,
                operation_id=line.key,
                before=dict(line.values),
                after={},
                manual=self._is_added_operation(order, plan, line),
            )
            for line in plan.removed_operations
        ]

    @api.model
    def _get_new_state(self, order, plan, op):
        """Return whether an operation of a confirmed order waits for others, in Odoo's
        words, whatever somebody has set it to (``mrp.workorder.set_state``, 19.0).
        """
        if order.state == "draft" or not plan.options.calculate_routings:
            return False
        return "blocked" if op.predecessors else "ready"

    @api.model
    def _collect_dates(self, order, plan):
        """Note which dates of the order and of its lines change.

        A component is due when the operation that consumes it starts.
        """
        schedule = plan.schedule
        due = plan.options.due_date or order.date_deadline
        plan.dates = {}
        if (order.date_start, order.date_finished) != (schedule.start, schedule.end):
            plan.dates["order"] = {
                "date_start": schedule.start,
                "date_finished": schedule.end,
            }
        removed = {c.id for c in (*plan.components, *plan.finished) if not c.after}
        operations = self._get_new_operations(plan)
        moves = defaultdict(list)
        for move in order.move_raw_ids:
            if move.id in removed or move.state in ("done", "cancel"):
                continue
            operation_id = operations.get(move.id, move.operation_id.id)
            start = self._get_component_date(plan, operation_id)
            if move.date != start:
                moves[start, start].append(move.id)
        for move in order.move_finished_ids:
            if move.id in removed or move.state in ("done", "cancel"):
                continue
            if move.date != schedule.end or (due and move.date_deadline != due):
                moves[schedule.end, due or False].append(move.id)
        if moves:
            plan.dates["moves"] = dict(moves)

    @api.model
    def _get_operation_id(self, plan, move):
        """Return the operation that a present move will have after the plan."""
        return self._get_new_operations(plan).get(move.id, move.operation_id.id)

    @api.model
    def _get_new_operations(self, plan):
        """Return ``{move id: operation id}`` of the moves that get another one."""
        return {
            change.id: change.after["operation_id"]
            for change in (*plan.components, *plan.finished)
            if change.id and "operation_id" in change.after
        }

    @api.model
    def _get_component_date(self, plan, operation_id):
        starts = [
            op.slot.start
            for op in plan.operations
            if operation_id and op.line.key == operation_id
        ]
        return starts[-1] if starts else plan.schedule.start

    @api.model
    def _collect_links(self, order, plan):
        """Note which work orders wait for others, and which moves belong to another
        work order, than Odoo links them when it confirms an order.
        """
        plan.links, plan.blocked = {}, {}
        if order.state == "draft":
            return
        position = {op.line.key: index for index, op in enumerate(plan.operations)}
        present = {
            op.present.id: i for i, op in enumerate(plan.operations) if op.present
        }
        removed = {c.id for c in (*plan.components, *plan.finished) if not c.after}
        operations = self._get_new_operations(plan)
        for move in chain(order.move_raw_ids, order.move_finished_ids):
            if move.id in removed or move.state in ("done", "cancel"):
                continue
            operation_id = operations.get(move.id, move.operation_id.id)
            index = position.get(operation_id) if operation_id else None
            if present.get(move.workorder_id.id) != index or (
                index is not None and not plan.operations[index].present
            ):
                plan.links[move.id] = index
        for index, op in enumerate(plan.operations):
            if not op.present:
                plan.blocked[index] = op.predecessors
                continue
            ids = op.workorder.blocked_by_workorder_ids.ids
            if sorted(present.get(id_, -1) for id_ in ids) != sorted(op.predecessors):
                plan.blocked[index] = op.predecessors
