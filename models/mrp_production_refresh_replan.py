from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

from ..planning.options import Options
from ..planning.plan import OperationPlan, OrderPlan


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Odoo's *Plan* and *Replan* through the scheduler of Refresh."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _replan(self, order, replan=False, forward=False):
        """Place the work orders of an order that are neither started nor done.

        In the company's default direction, forward without a due date or once work
        has begun. As Odoo's own planning (19.0, ``mrp.production._plan_workorders``)
        it takes the work orders as they are.

        :param replan: also move work orders that have a slot already
        :param forward: whatever the company's direction is
        """
        env = self.env(context=self._get_own_context())
        self.with_env(env)._replan_order(order.with_env(env), replan, forward)

    @api.model
    def _replan_order(self, order, replan, forward):
        order._link_workorders_and_moves()
        open_ = order.workorder_ids.filtered(
            lambda wo: wo.state in ("blocked", "ready") and (replan or not wo.leave_id)
        )
        if open_:
            plan = self._prepare_replan(order, open_, forward)
            self._schedule([plan])
            if not plan.open:
                raise UserError(plan.message)
            self._collect_operations(order, plan)
            self._apply_slots([plan], self._apply_operations([plan]))
        workorders = order.workorder_ids.filtered(
            lambda wo: wo.leave_id and wo.state not in ("done", "cancel")
        )
        if workorders:
            before = {move: move.date for move in order.move_raw_ids}
            order.with_context(force_date=True).write(
                {
                    "date_start": min(workorders.leave_id.mapped("date_from")),
                    "date_finished": max(workorders.leave_id.mapped("date_to")),
                }
            )
            self._date_components(order)
            moved = [move.id for move in before if move.date != before[move]]
            self._date_transfers(self.env["stock.move"].browse(moved))

    @api.model
    def _date_components(self, order):
        """Date each component when the operation that consumes it starts. Odoo 19 dates
        all of them when the order starts.
        """
        moves = defaultdict(order.move_raw_ids.browse)
        for move in order.move_raw_ids:
            start = move.workorder_id.date_start or order.date_start
            if move.state not in ("done", "cancel") and move.date != start:
                moves[start] |= move
        for start, some in moves.items():
            dated = some.with_context(refresh_deadlines_of="components")
            dated.write({"date": start, "date_deadline": start})

    @api.model
    def _prepare_replan(self, order, workorders, forward):
        """Return the plan that places ``workorders`` after those that have begun."""
        workorders = workorders.sorted(lambda wo: (wo.sequence, wo.id))
        placed = order.workorder_ids.filtered(
            lambda wo: wo not in workorders and wo.state != "cancel" and wo.leave_id
        )
        back = not forward and order.company_id.refresh_scheduling_direction == "back"
        ends = (placed & workorders.blocked_by_workorder_ids).mapped("date_finished")
        begun = any(wo.state in ("progress", "done") for wo in order.workorder_ids)
        requested = (not begun and order.date_start_requested) or order.date_start
        options = Options(
            scheduling_direction="back"
            if back and order.date_deadline and not placed
            else "forward",
            calculate_lines=False,
            calculate_components=False,
            start_date=max([requested, *ends]),
        )
        plan = OrderPlan(order.id, order.name, options, order=order, bom=order.bom_id)
        position = {workorder: index for index, workorder in enumerate(workorders)}
        for workorder in workorders:
            line = self._read_operation(workorder)
            plan.operations.append(
                OperationPlan(
                    line,
                    line,
                    self._get_candidates(workorder, workorder.duration_expected),
                    tuple(
                        position[other]
                        for other in workorder.blocked_by_workorder_ids
                        if other in position
                    ),
                    workorder=workorder,
                )
            )
        return plan
