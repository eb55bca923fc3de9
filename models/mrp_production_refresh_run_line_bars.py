from odoo import api, models


class MrpProductionRefreshRunLine(models.Model):
    """The time line and the capacity of an order of a run, as the dialog shows them."""

    _inherit = "mrp.production.refresh.run.line"

    @api.depends("report")
    def _compute_bars(self):
        text = self.env["mrp.production.refresh.format"]
        for line in self:
            row = line.production_id and line.report
            line.timeline = row and text._prepare_timeline(row)
            line.capacity = row and text._prepare_capacity(row)

    @api.model
    def _prepare_bars_report(self, row):
        """Return the part of an order's report that bars are drawn from, or False."""
        if row["status"] not in ("refreshed", "unchanged"):
            return False
        changes = [change for change in row["changes"] if change["kind"] == "operation"]
        return {
            **{name: row[name] for name in ("id", "name", "status", "date_deadline")},
            "changes": changes,
            "capacity": row["capacity"],
        }

    def action_open_bars(self):
        """Open the order's time line in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
