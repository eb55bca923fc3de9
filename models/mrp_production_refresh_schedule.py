from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..planning import schedule as core
from ..planning.capacity import capacity

# Somebody who presses the button twice gets the same plan twice: an order refreshed
# this short a time ago is scheduled from the same "now" again.
SAME_NOW = timedelta(minutes=2)
DEFAULT_LEAD = timedelta(hours=1)  # as mrp.production._compute_date_finished, 19.0


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _schedule(self, plans, preview=False):
        """Place the operations of all orders in the free time of their work centers.

        First all orders give up their slots, then they are placed. An order that
        cannot be placed keeps its slots, and the others are placed again around it.
        """
        plans = [plan for plan in plans if plan.open and plan.options.calculates]
        if not preview:
            plans = self._lock_workcenters(plans)
        while plans:
            requests = self._prepare_requests(plans)
            plans = [plan for plan in plans if plan.open]
            if not plans:
                break
            workcenters = self._get_plan_workcenters(plans)
            start = min(request.now for request in requests.values())
            worktimes = self._get_worktimes(workcenters, start, plans, preview)
            schedules = {
                schedule.order_id: schedule
                for schedule in core.schedule_orders(requests.values(), worktimes)
            }
            refused = [p for p in plans if schedules[p.order_id].refusal]
            if not refused:
                break
            for plan in refused:
                self._refuse_slot(plan, schedules[plan.order_id].refusal)
            plans = [plan for plan in plans if plan.open]
        for plan in plans:
            self._note_schedule(plan, schedules[plan.order_id])
        if plans:
            self._note_capacity(plans, worktimes)

    @api.model
    def _prepare_requests(self, plans):
        now = self._get_now()
        requests = {}
        for plan in plans:
            with self._catch(plan):
                requests[plan] = self._prepare_request(plan.order, plan, now)
        return requests

    @api.model
    def _get_now(self):
        """Return the present moment, rounded up to a full minute."""
        return self._round_up(fields.Datetime.now())

    @api.model
    def _round_up(self, moment):
        cut = moment.replace(second=0, microsecond=0)
        return cut if cut == moment else cut + timedelta(minutes=1)

    @api.model
    def _prepare_request(self, order, plan, now):
        """Return what the scheduler needs to know of an order."""
        last = order.refresh_date
        if last and timedelta(0) <= now - self._round_up(last) <= SAME_NOW:
            now = self._round_up(last)
        options = plan.options
        bom = plan.bom
        return core.Order(
            id=order.id,
            operations=tuple(
                core.Operation(index, op.candidates, op.predecessors, index)
                for index, op in enumerate(plan.operations)
            ),
            direction=options.scheduling_direction,
            now=now,
            start=options.start_date
            or order.date_start_requested
            or order.date_start
            or now,
            due=options.due_date or order.date_deadline or None,
            priority=int(order.priority or 0),
            lead=self._get_lead(order, bom),
        )

    @api.model
    def _get_lead(self, order, bom):
        """Return how long an order without operations takes: no time at all when a
        subcontractor makes it, says mrp_subcontracting.
        """
        lead = timedelta(days=bom.produce_delay)
        if not lead and order._should_postpone_date_finished(order.date_start):
            return DEFAULT_LEAD
        return lead

    # work centers

    @api.model
    def _get_plan_workcenters(self, plans):
        """Return every work center that an operation has or may get a slot on."""
        ids = {
            center
            for plan in plans
            for op in plan.operations
            for center, _minutes in op.candidates
        }
        given_up = self._get_present_workorders(plans).workcenter_id
        return self.env["mrp.workcenter"].browse(sorted(ids)) | given_up

    @api.model
    def _get_present_workorders(self, plans):
        """Return the work orders whose slots the plans give up."""
        ids = [
            line.id
            for plan in plans
            for line in (
                *(op.present for op in plan.operations if op.present),
                *plan.removed_operations,
            )
        ]
        return self.env["mrp.workorder"].browse(ids)

    @api.model
    def _lock_workcenters(self, plans):
        """Keep others from planning on the same work centers until we are done."""
        workcenters = self._get_plan_workcenters(plans)
        timeout = self._get_int_parameter("lock_timeout", 10)
        missed = set(workcenters._lock_for_planning(timeout).ids)
        for plan in plans if missed else ():
            busy = self._get_plan_workcenters([plan]).filtered(
                lambda workcenter: workcenter.id in missed
            )
            if busy:
                plan.refuse(
                    "locked",
                    self.env._(
                        "%(order)s was not refreshed because somebody else is planning "
                        "on %(workcenters)s at this moment. Try again in a minute.",
                        order=plan.name,
                        workcenters=", ".join(busy.mapped("name")),
                    ),
                )
        return [plan for plan in plans if plan.open]

    @api.model
    def _get_worktimes(self, workcenters, start, plans, preview):
        """Return the free time of the work centers, the slots of ``plans`` given up.

        Our transaction does not see what others committed after it began. Now that the
        work centers are ours a second cursor shows it.
        """
        release = self._get_present_workorders(plans).leave_id
        release |= self._get_freed_slots(plans)
        if preview or not workcenters:
            return workcenters._get_free_time(start, release)
        with self.env.registry.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '5s'")
            return workcenters._get_free_time(start, release, self.env(cr=cr))

    # outcome

    @api.model
    def _refuse_slot(self, plan, refusal):
        workcenter = self.env["mrp.workcenter"].browse(refusal.workcenter_id)
        code = refusal.code
        if code == "no_calendar" and self._is_only_away(plan, refusal):
            code = "no_slot"
        if code == "no_calendar":
            message = self.env._(
                "%(order)s cannot be scheduled: %(workcenter)s has no working hours. "
                "Give its calendar working hours.",
                order=plan.name,
                workcenter=workcenter.name,
            )
        else:
            message = self.env._(
                "%(order)s cannot be scheduled: %(workcenter)s has no free slot "
                "between %(start)s and %(end)s. Free capacity there, shorten the "
                "operation, or add an alternative work center.",
                order=plan.name,
                workcenter=workcenter.name,
                start=format_datetime(self.env, refusal.date_from),
                end=format_datetime(self.env, refusal.date_to),
            )
        plan.refuse(code, message)

    @api.model
    def _is_only_away(self, plan, refusal):
        """Return whether a work center that never works has working hours, all of them
        taken by time off.
        """
        candidates = plan.operations[refusal.operation_id].candidates
        workcenters = self.env["mrp.workcenter"].browse(
            workcenter_id for workcenter_id, _minutes in candidates
        )
        return any(workcenter._has_working_hours() for workcenter in workcenters)

    @api.model
    def _note_schedule(self, plan, schedule):
        """Keep the slots, and note what of them a planner must know."""
        plan.schedule = schedule
        for slot in schedule.slots:
            plan.operations[slot.operation_id].slot = slot
        plan.late = bool(schedule.late)
        plan.warnings = []
        if schedule.turned:
            plan.warnings.append(
                self.env._(
                    "Scheduled back from its due date, the order would start in the "
                    "past: it is scheduled forward from now instead."
                )
            )
        if schedule.late:
            formatter = self.env["mrp.production.refresh.format"]
            plan.warnings.append(
                self.env._(
                    "The order ends %(delay)s after its due date.",
                    delay=formatter._format_delay(schedule.late),
                )
            )

    @api.model
    def _note_capacity(self, plans, worktimes):
        """Keep how full the days are that each order touches, before and after all
        orders of the call are placed.
        """
        changes = {
            plan.order_id: (
                [
                    (wo.workcenter_id.id, wo.date_start, wo.date_finished)
                    for wo in self._get_present_workorders([plan])
                    if wo.leave_id and wo.date_start and wo.date_finished
                ],
                [
                    (slot.workcenter_id, slot.start, slot.end)
                    for slot in plan.schedule.slots
                ],
            )
            for plan in plans
        }
        rows = capacity(worktimes, changes)
        workcenters = self.env["mrp.workcenter"].browse(worktimes)
        names = {workcenter.id: workcenter.name for workcenter in workcenters}
        for plan in plans:
            plan.capacity = [
                {**row, "workcenter_name": names[row["workcenter_id"]]}
                for row in rows[plan.order_id]
            ]
