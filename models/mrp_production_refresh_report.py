from itertools import chain

from odoo import api, models

from ..planning.report import change_values, summary


class MrpProductionRefreshPipeline(models.AbstractModel):
    _inherit = "mrp.production.refresh.pipeline"

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
        end = schedule.end if schedule else order.date_finished
        return {
            "id": plan.order_id,
            "name": plan.name,
            "status": plan.status,
            "code": plan.code,
            "message": plan.message,
            "date_start": schedule.start if schedule else order.date_start,
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
        return self.env["ir.qweb"]._render(
            "mrp_production_refresh.mrp_production_refresh_note",
            {
                "options": plan.options,
                "sections": formatter._format_sections(changes, lines),
                "span": plan.schedule
                and formatter._format_span(plan.schedule.start, plan.schedule.end),
                "warnings": plan.warnings,
            },
        )
