from collections import defaultdict
from datetime import timedelta
from itertools import chain

from odoo import api, models

# What Odoo 19 computes anew when the dates of an order change, because it hangs on the
# finished moves, which get their dates afterwards.
UNMOVED_BY_DATES = ("reservation_state", "state")


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Writing where operations were placed: slots, dates of orders and lines."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _apply_slots(self, plans, workorders):
        """Book the slots, in place where a work order has one already.

        As Odoo's planning (``mrp.workorder._plan_workorder``): the slot is written,
        and the dates of the work order are computed from it.
        """
        moved = []
        new, vals_list = [], []
        for plan in plans:
            for workorder, op in zip(workorders[plan], plan.operations, strict=True):
                vals = self._prepare_slot_vals(workorder, op.slot)
                leave = workorder.leave_id
                if not leave:
                    new.append(workorder)
                    vals_list.append({**vals, "name": workorder.display_name})
                    continue
                booked = self._read_values(leave, vals)
                changed = {
                    name: value for name, value in vals.items() if booked[name] != value
                }
                if changed:
                    leave.write(changed)
                    moved.append(workorder.id)
        leaves = self.env["resource.calendar.leaves"].create(vals_list)
        for workorder, leave in zip(new, leaves, strict=True):
            workorder.write({"leave_id": leave.id})
        self.env["mrp.workorder"].browse(moved).modified(["leave_id"])

    @api.model
    def _prepare_slot_vals(self, workorder, slot):
        workcenter = workorder.workcenter_id
        return {
            "calendar_id": workcenter.resource_calendar_id.id,
            "resource_id": workcenter.resource_id.id,
            "date_from": slot.start,
            "date_to": slot.end,
            "time_type": "other",
        }

    @api.model
    def _apply_dates(self, plans):
        """Write the dates of orders, then those of lines that differ from them.

        Compared with what they are by now: Odoo computes the end of an order that has
        no slots from its durations. What Odoo would date its lines meanwhile is left
        out: they are dated here, all together. What is tracked is noted once for all.
        """
        plans = [plan for plan in plans if plan.schedule]
        orders = self._get_orders(plans)
        before = {move: move.date for move in orders.move_raw_ids}
        orders._track_prepare(orders._fields)
        dated = orders.with_context(
            force_date=True, mail_notrack=True, refresh_dates_lines=True
        )
        unmoved = [orders._fields[name] for name in UNMOVED_BY_DATES]
        with self.env.protecting(unmoved, orders):
            for plan in plans:
                order = dated.browse(plan.order_id)
                start, end = plan.schedule.start, plan.schedule.end
                if (order.date_start, order.date_finished) != (start, end):
                    order.write({"date_start": start, "date_finished": end})
        moves, written = defaultdict(list), set()
        for plan in plans:
            for dates, ids in self._get_move_dates(plan).items():
                moves[dates] += ids
        # read together, though written apart
        writing = self._get_moves(chain(*moves.values()))
        writing = {
            kind: writing.with_context(
                refresh_orderpoints=written, refresh_deadlines_of=kind
            )
            for kind in ("components", "finished")
        }
        for (kind, date, deadline), ids in moves.items():
            vals = {"date": date}
            if deadline:
                vals["date_deadline"] = deadline
            some = writing[kind]
            some.browse(ids).with_prefetch(some._prefetch_ids).write(vals)
        planned = chain(*(plan.dates.get("moves", {}).values() for plan in plans))
        moved = {
            *(move.id for move in before if move.date != before[move]),
            *chain(*planned, *moves.values()),
        }
        self._date_transfers(self._get_moves(moved).exists())
        self._update_orderpoints(written)

    @api.model
    def _date_transfers(self, moves):
        """Date the open transfers that bring components anew, whose own date changed.

        Odoo 19 dates them once, when they are made, and moves their deadline by what
        each of their lines moves.
        """
        written = set()
        while moves:
            groups = defaultdict(list)
            for transfer in moves.move_orig_ids.filtered(lambda m: m._is_transfer()):
                dates = self._get_transfer_dates(transfer)
                if (transfer.date, transfer.date_deadline) != dates:
                    groups[dates].append(transfer.id)
            moves = self._get_moves(chain(*groups.values()))
            # not those that they are dated by
            dated = set(moves.move_dest_ids.ids)
            writing = moves.with_context(
                refresh_orderpoints=written, date_deadline_propagate_ids=dated
            )
            for (date, deadline), ids in groups.items():
                writing.browse(ids).write({"date": date, "date_deadline": deadline})
            self._forget_deadlines(moves.picking_id)
        self._update_orderpoints(written)

    @api.model
    def _forget_deadlines(self, pickings):
        """Have no transfer late for something that it does not bring any more: Odoo 19
        counts the deadlines of cancelled moves (``_compute_date_deadline``).
        """
        for picking in pickings:
            gone = picking.move_ids.filtered(lambda move: move.state == "cancel")
            deadlines = (picking.move_ids - gone).filtered("date_deadline")
            if gone and deadlines:
                linked = gone.move_orig_ids | gone.move_dest_ids
                gone.with_context(date_deadline_propagate_ids=set(linked.ids)).write(
                    {"date_deadline": min(deadlines.mapped("date_deadline"))}
                )

    @api.model
    def _get_transfer_dates(self, transfer):
        """Return when a transfer is due for the first of the moves that it is for, and
        its deadline, as Odoo 19 dates a new one (``_get_stock_move_values``).
        """
        moves = transfer.move_dest_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        delay = timedelta(days=transfer.rule_id.delay)
        deadlines = [move.date_deadline for move in moves if move.date_deadline]
        deadline = min(deadlines) - delay if deadlines else transfer.date_deadline
        return min(moves.mapped("date")) - delay, deadline

    @api.model
    def _update_orderpoints(self, move_ids):
        """Have the reordering rules computed that Odoo left to us while it wrote these
        moves, each product and warehouse once.
        """
        moves = {
            (move.product_id, move.location_id, move.location_dest_id): move
            for move in self._get_moves(move_ids)
        }
        moves = {
            (product, start.warehouse_id, end.warehouse_id): move.id
            for (product, start, end), move in moves.items()
        }
        self._get_moves(moves.values())._update_orderpoints()

    @api.model
    def _get_move_dates(self, plan):
        """Return ``{(kind, date, deadline): move ids}`` of what is to be written still,
        see ``stock.move._get_dated_apart`` for the kinds.
        """
        order = self._get_order(plan)
        due = order.date_deadline or False
        moves = defaultdict(list)
        for move in order.move_raw_ids:
            if move.state not in ("done", "cancel"):
                start = self._get_component_date(plan, move.operation_id.id)
                if (move.date, move.date_deadline) != (start, start):
                    moves["components", start, start].append(move.id)
        end = plan.schedule.end
        for move in order.move_finished_ids:
            if move.state not in ("done", "cancel") and (
                move.date != end or (due and move.date_deadline != due)
            ):
                moves["finished", end, due].append(move.id)
        return moves
