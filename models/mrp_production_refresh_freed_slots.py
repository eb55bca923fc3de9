from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Child orders that go with the line that they were made for: the time that they
    had on work centers is free for the orders of the same call, not only for the next.

    Which ones go is known when the plans are written. Then that is undone, and all
    orders are placed again without them.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _note_going(self, plan, child):
        """Note that a child order goes, and its slots with it."""
        slots = {wo.leave_id.id: wo.workcenter_id.id for wo in child.workorder_ids}
        slots.pop(False, None)
        plan.memory.setdefault("going", {})[child.id] = slots

    @api.model
    def _leaves_time(self, plans, call):
        """Return whether child orders went whose time was not free yet for the orders
        of a call. From now on it is.
        """
        going = {}
        for plan in plans:
            going.update(plan.memory.pop("going", {}))
        placed = {plan.order_id: plan for plan in call if plan.schedule}
        centers = {
            slot.workcenter_id
            for order_id, plan in placed.items()
            if order_id not in going
            for slot in plan.schedule.slots
        }
        new = {
            child: slots
            for child, slots in going.items()
            if child not in plans[0].memory.get("gone", ())
            and (child in placed or centers & {*slots.values()})
        }
        for plan in call:
            plan.memory.setdefault("gone", {}).update(new)
        return bool(centers and new)

    @api.model
    def _forget_going(self, plans):
        """Forget which child orders go: who wanted it may be one that fails."""
        for plan in plans:
            plan.memory.pop("going", None)
            plan.memory.pop("gone", None)

    @api.model
    def _get_freed_slots(self, plans):
        """Return the slots of child orders that go when plans are written."""
        gone = [plan.memory.get("gone", {}).values() for plan in plans]
        ids = {slot for children in gone for slots in children for slot in slots}
        return self.env["resource.calendar.leaves"].browse(sorted(ids))

    @api.model
    def _schedule(self, plans, preview=False):
        staying = [p for p in plans if p.order_id not in p.memory.get("gone", ())]
        return super()._schedule(staying, preview=preview)
