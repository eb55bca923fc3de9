import logging
from collections import defaultdict
from itertools import chain

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import split_every

_logger = logging.getLogger(__name__)


DATED_AT_THE_END = ("move_finished_ids",)
WRITTEN_TOGETHER = 200  # orders: more of them gain nothing and take longer each
PLACE_OF_WORK = ("picking_type_id", "location_src_id", "location_dest_id")


class _UndoError(Exception):
    """Rolls back a savepoint whose findings are kept."""


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _apply(self, plans, call=()):
        """Write the plans: all of them, or all but those that cannot be written.

        When one fails it keeps its slots, so the others are placed again around it;
        and when child orders go, in the time that becomes free.

        :param call: the plans that are not written yet, if these are not all
        """
        call = call or plans
        while True:
            todo = [plan for plan in plans if plan.open and plan.writes]
            if not todo:
                return
            try:
                with self.env.cr.savepoint():
                    for some in split_every(WRITTEN_TOGETHER, todo, list):
                        self._apply_plans(some)
                    self.env.flush_all()
                    if self._leaves_time(todo, call):
                        raise _UndoError
                return
            except _UndoError:
                _logger.debug("Child orders go: the others are placed again")
            except (AccessError, psycopg2.OperationalError, psycopg2.InterfaceError):
                raise
            except Exception:  # whatever an add-on raises: one of the orders has it
                _logger.debug("Looking for the order that fails", exc_info=True)
                self._find_failures(todo)
                self._forget_going(call)
                if all(plan.open for plan in todo):
                    self._apply_apart(todo)
                    return
            self._schedule(call)
            self._collect_changes(call)

    @api.model
    def _find_failures(self, plans):
        """Try each plan alone and note which fail; nothing stays written."""
        try:
            with self.env.cr.savepoint():
                self._apply_apart(plans)
                raise _UndoError
        except _UndoError:
            return

    @api.model
    def _apply_apart(self, plans):
        """Write each plan in a savepoint of its own."""
        for plan in plans:
            with self._catch(plan), self.env.cr.savepoint():
                self._apply_plans([plan])
                self.env.flush_all()

    @api.model
    def _apply_plans(self, plans):
        """Write plans, step by step over all orders.

        What Odoo computes for a draft is written here and not computed meanwhile:
        Odoo 19 makes the finished moves of a draft anew whenever its end changes
        (``_compute_move_finished_ids``), and fills a draft when it gets a BoM. The
        finished moves of a confirmed order it dates there one by one; all are dated at
        the end. An order that gets a BoM it sends to the usual place of work
        (``_compute_locations``). One whose due date somebody has cleared gets it back
        from its finished moves (``_compute_date_deadline``).
        """
        orders = self._get_orders(plans)
        drafts = orders.filtered(lambda order: order.state == "draft")
        fields_ = [orders._fields[name] for name in self._get_kept_fields()]
        self.env.flush_all()
        kept = [orders._fields[name] for name in self._get_kept_always()]
        with self.env.protecting(fields_, drafts), self.env.protecting(kept, orders):
            self._apply_header(plans)
            workorders = self._apply_operations(plans)
            self._apply_finished(plans)
            self._apply_components(plans)
            self._apply_links(plans, workorders)
            self._apply_slots(plans, workorders)
            self._apply_dates(plans)
            self._apply_traces(plans)

    @api.model
    def _get_kept_always(self):
        """Return the fields of any order that are not computed meanwhile."""
        return (*DATED_AT_THE_END, *PLACE_OF_WORK, "date_deadline")

    @api.model
    def _get_kept_fields(self):
        """Return the fields of a draft order that are not computed while it is
        refreshed.
        """
        return (
            "product_qty",
            "product_uom_id",
            "picking_type_id",
            "location_src_id",
            "location_dest_id",
            "move_raw_ids",
            "move_finished_ids",
            "workorder_ids",
            "date_finished",
        )

    # header

    @api.model
    def _apply_header(self, plans):
        for plan in plans:
            order = self._get_order(plan)
            if plan.header:
                vals = self._prepare_header_vals(plan, order)
                order.with_context(force_date=True).write(vals)

    @api.model
    def _prepare_header_vals(self, plan, order):
        """Return what to write on an order. One that gets its BoM keeps its project,
        which `project_mrp` would compute from the BoM.
        """
        vals = dict(plan.header)
        if "bom_id" in vals and "project_id" in order._fields and order.project_id:
            vals["project_id"] = order.project_id.id
        return vals

    # operations

    @api.model
    def _apply_operations(self, plans):
        """Remove, change and create work orders; their slots follow later.

        :return: ``{plan: [work order of each operation]}``
        """
        Workorder = self.env["mrp.workorder"]
        present = {
            workorder.id: workorder
            for workorder in Workorder.browse(
                op.present.id for plan in plans for op in plan.operations if op.present
            )
        }
        relinked = Workorder.union(
            *(
                present[op.present.id]
                for plan in plans
                if self._is_relinked(plan)
                for op in plan.operations
                if op.present
            )
        )
        self._clear_dependencies(relinked)
        removed = [line.id for plan in plans for line in plan.removed_operations]
        # sudo: mrp_account 19.0 reads analytic lines there, which planners may not
        Workorder.browse(removed).sudo().unlink()
        self._clear_dependencies(relinked)
        for plan in plans:
            for change in plan.operation_changes:
                if change.action == "update":
                    self._update_workorder(present[change.id], change.after)
        created = self._create_workorders(plans)
        self._clear_dependencies(relinked.union(*created.values()))
        return {
            plan: [
                present[op.present.id] if op.present else created[plan, index]
                for index, op in enumerate(plan.operations)
            ]
            for plan in plans
        }

    @api.model
    def _is_relinked(self, plan):
        """Return whether the work orders of the plan's order are linked anew.

        Odoo 19 only adds links, along the sequence of the moment, whenever a work
        order is made or deleted (``_link_workorders_and_moves``); the old and the new
        ones together may go round in a circle.
        """
        return any(
            change.action != "update"
            or {"sequence", "operation_id", "blocked_by_workorder_ids"}
            & change.after.keys()
            for change in plan.operation_changes
        )

    @api.model
    def _clear_dependencies(self, workorders):
        linked = workorders.filtered("blocked_by_workorder_ids")
        if linked:
            linked.blocked_by_workorder_ids = [Command.clear()]

    @api.model
    def _update_workorder(self, workorder, after):
        vals = {
            name: after[name]
            for name in ("name", "operation_id", "sequence", "cost_mode")
            if name in after
        }
        if vals:
            if "operation_id" in vals:
                vals.setdefault("duration_expected", workorder.duration_expected)
            workorder.write(vals)
        if "workcenter_id" in after:
            workorder.write({"workcenter_id": after["workcenter_id"]})
        duration = after.get("duration_expected", workorder.duration_expected)
        if {"workcenter_id", "duration_expected"} & after.keys():
            # Odoo computes one for the new work center and without alternatives
            workorder.write({"duration_expected": duration})

    @api.model
    def _create_workorders(self, plans):
        keys, vals_list = [], []
        for plan in plans:
            for index, op in enumerate(plan.operations):
                if not op.present:
                    keys.append((plan, index))
                    vals_list.append(self._prepare_workorder_vals(plan, op))
        workorders = self.env["mrp.workorder"].with_context(skip_confirm=True)
        workorders = workorders.create(vals_list).with_env(self.env)
        created = dict(zip(keys, workorders, strict=True))
        confirmed = workorders.filtered(
            lambda wo: wo.production_id.state in ("confirmed", "progress", "to_close")
        )
        # as when an order is confirmed: quality and others make their records here
        confirmed._action_confirm()
        confirmed._set_cost_mode()
        for key, workorder in created.items():
            sequence = key[0].operations[key[1]].line.values["sequence"]
            if workorder.sequence != sequence:
                workorder.sequence = sequence
        return created

    @api.model
    def _prepare_workorder_vals(self, plan, op):
        order = self._get_order(plan)
        return {
            "name": op.line.values["name"],
            "production_id": order.id,
            "operation_id": op.line.values["operation_id"],
            "workcenter_id": op.slot.workcenter_id,
            "product_uom_id": order.product_uom_id.id,
            "duration_expected": op.slot.minutes,
            "sequence": op.line.values["sequence"],
            "state": "ready",
        }

    @api.model
    def _apply_links(self, plans, workorders):
        """Link work orders with those that they wait for, and moves with theirs."""
        moves_by_workorder = defaultdict(list)
        for plan in plans:
            if not plan.options.calculates:
                continue
            draft = self._get_order(plan).state == "draft"
            for workorder, op in zip(workorders[plan], plan.operations, strict=True):
                wanted = {workorders[plan][other].id for other in op.predecessors}
                present = set(workorder.blocked_by_workorder_ids.ids)
                if present != wanted and not draft:
                    workorder.blocked_by_workorder_ids = [Command.set(wanted)]
                state = self._get_new_state(workorder.production_id, plan, op)
                if state and workorder.state != state:
                    workorder.state = state
            if not draft:
                self._collect_moves(plan, workorders[plan], moves_by_workorder)
        for workorder_id, ids in moves_by_workorder.items():
            moves = self._get_moves(ids)
            moves.write({"workorder_id": workorder_id})
            moves.move_line_ids.write({"workorder_id": workorder_id})

    @api.model
    def _collect_moves(self, plan, workorders, moves_by_workorder):
        """Note the moves that belong to another work order than they say, as they are
        after all that Odoo has linked meanwhile.
        """
        order = self._get_order(plan)
        last = {
            op.line.key: workorder.id
            for op, workorder in zip(plan.operations, workorders, strict=True)
            if op.line.key
        }
        for move in chain(order.move_raw_ids, order.move_finished_ids):
            wanted = last.get(move.operation_id.id, False)
            if move.state not in ("done", "cancel") and (
                move.workorder_id.id != wanted
            ):
                moves_by_workorder[wanted].append(move.id)

    # traces

    @api.model
    def _apply_traces(self, plans):
        """Leave on the orders who refreshed them when, and what changed."""
        now = fields.Datetime.now()
        orders = self._get_orders(plans)
        orders.write({"refresh_date": now, "refresh_user_id": self.env.uid})
        calculated = [plan for plan in plans if plan.options.calculates]
        for plan in calculated:
            baseline = self._get_plan_baseline(plan)
            if baseline != plan.baseline:
                orders.browse(plan.order_id).refresh_baseline = baseline
        orders._message_log_batch(bodies=self._render_notes(plans))
