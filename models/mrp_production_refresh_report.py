from itertools import chain

from odoo import api, models

from ..planning.report import change_values, summary


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _mark_up_to_date(self, plans):
        """Take back Odoo's mark that a bill of materials was updated since, also from
        orders that it changes nothing about.
        """
        plans = [plan for plan in plans if plan.open and plan.options.calculate_lines]
        outdated = self._get_orders(plans).filtered("is_outdated_bom")
        outdated.is_outdated_bom = False

    @api.model
    def _settle(self, plans):
        """Say of each order that is left whether it was changed."""
        for plan in plans:
            if plan.open:
                changed = plan.writes or plan.inbound_changed
                plan.status = "refreshed" if changed else "unchanged"

    @api.model
    def _report(self, plans):
        """Return the result of the call, see
        :meth:`mrp.production.refresh_production_orders`.
        """
        orders = self._get_orders(plans).exists()
        return summary(
            self._prepare_row(plan, orders.browse(plan.order_id) & orders)
            for plan in plans
        )

    @api.model
    def _prepare_row(self, plan, order):
        shown = plan.status in ("refreshed", "unchanged")
        schedule = plan.schedule if shown else None
        due = (shown and plan.options.due_date) or order.date_deadline
        header = plan.header if shown else {}
        start = schedule.start if schedule else header.get("date_start")
        end = schedule.end if schedule else header.get("date_finished")
        start, end = start or order.date_start, end or order.date_finished
        return {
            "id": plan.order_id,
            "name": plan.name,
            "status": plan.status,
            "code": plan.code,
            "message": plan.message,
            "date_start": start,
            "date_finished": end,
            "date_deadline": due,
            "late": bool(end and due and end > due),
            "changes": [*map(change_values, plan.changes)] if shown else [],
            "warnings": plan.warnings if shown else [],
            "inbound_picking_ids": plan.inbound_picking_ids if shown else [],
            "inbound": [note for note in plan.inbound_notes if note] if shown else [],
            "capacity": plan.capacity if shown else [],
        }

    @api.model
    def _render_notes(self, plans):
        """Return the note of each order as ``{order id: HTML}``."""
        formatter = self.env["mrp.production.refresh.format"]
        changes = {plan: [*map(change_values, plan.changes)] for plan in plans}
        lines = formatter._get_lines(chain(*changes.values()))
        return {
            plan.order_id: self._render_note(plan, changes[plan], lines)
            for plan in plans
        }

    @api.model
    def _render_note(self, plan, changes, lines):
        """Return the note that a planner reads in the order's chatter.

        :param lines: the records that changes are about, see
            ``mrp.production.refresh.format._get_lines``
        """
        formatter = self.env["mrp.production.refresh.format"]
        schedule = plan.schedule
        return formatter._format_note(
            plan.options.scheduling_direction,
            schedule and formatter._format_span(schedule.start, schedule.end),
            plan.warnings,
            formatter._format_sections(changes, lines),
        )
