from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.mrp_production_refresh_options import OPTIONS
from .mrp_production_refresh import DATES

# Above this many orders the dialog opens without a preview, which plans them all.
PREVIEW_LIMIT = 50
PREVIEW_FIELDS = (
    "preview",
    "preview_code",
    "preview_message",
    "timeline",
    "capacity",
    "order_rows",
)


class MrpProductionRefresh(models.TransientModel):
    """What the dialog shows before anything is written."""

    _inherit = "mrp.production.refresh"

    preview = fields.Html(compute="_compute_preview", sanitize=False)
    preview_code = fields.Char(compute="_compute_preview")
    preview_message = fields.Text(compute="_compute_preview")
    timeline = fields.Json("Time Line", compute="_compute_preview")
    capacity = fields.Json(compute="_compute_preview")
    order_rows = fields.Json(compute="_compute_preview")

    @api.depends("production_ids", "left_out_ids", "state", *OPTIONS, *DATES)
    def _compute_preview(self):
        for wizard in self:
            wizard.update(wizard._get_preview())

    def _get_preview(self):
        """Return the values of the fields that show what a refresh would do."""
        self.ensure_one()
        orders = self._get_orders()
        selected = self.production_ids._origin
        values = dict.fromkeys(PREVIEW_FIELDS)
        if self.state != "options" or not selected or not self.scheduling_direction:
            return values
        if len(orders) > PREVIEW_LIMIT:
            values["preview"] = self._render_preview({"too_many": len(orders)})
            return values
        try:
            report = orders.preview_refresh(**self._prepare_options())
        except AccessError:
            raise
        except UserError as error:
            values["preview"] = self._render_preview({"error": str(error)})
            return values
        if len(selected) > 1:
            values["order_rows"] = self._prepare_order_rows(report, selected)
            return values
        row = report["orders"][0]
        return {
            **values,
            **self._prepare_order_preview(row),
            "preview_code": row.get("code"),
            "preview_message": row["status"] in ("refused", "failed")
            and row.get("message"),
        }

    def _render_preview(self, values):
        return self.env["ir.qweb"]._render(
            "mrp_production_refresh.mrp_production_refresh_preview",
            {"too_many": False, "error": False, "order": False, **values},
        )

    # --- one order -------------------------------------------------------------------

    @api.model
    def get_order_preview(self, order_id, order_ids, options):
        """Return what one of several orders would become, for a row that is opened.

        :param order_ids: all orders of the preview: they compete for the same slots
        :param options: as ``preview_refresh`` takes them
        :return: ``{"preview": HTML, "timeline", "capacity"}``
        """
        orders = self.env["mrp.production"].browse(order_ids)
        report = orders.preview_refresh(**options)
        rows = [row for row in report["orders"] if row["id"] == order_id]
        return self._prepare_order_preview(rows[0]) if rows else {}

    def _prepare_order_preview(self, row):
        text = self.env["mrp.production.refresh.format"]
        return {
            "preview": self._render_preview({"order": self._prepare_preview_row(row)}),
            "timeline": text._prepare_timeline(row),
            "capacity": text._prepare_capacity(row),
        }

    def _prepare_preview_row(self, row):
        """Return what the template shows of an order."""
        text = self.env["mrp.production.refresh.format"]
        order = self.env["mrp.production"].browse(row["id"])
        changes = row.get("changes") or []
        planned = self._is_planned(row)
        return {
            "product": order.product_id.display_name,
            "quantity": self._format_quantity(order),
            "status": row["status"],
            "warnings": row.get("warnings") or [],
            "inbound": row.get("inbound") or [],
            "manual_count": sum(bool(change.get("manual")) for change in changes),
            "sections": text._format_sections(changes),
            "dates": [
                (
                    label,
                    text._format_moment(order[name]),
                    text._format_moment(planned and row.get(name)),
                )
                for name, label in self._get_date_labels().items()
            ],
            "zone": text._get_zone(),
            "planned": planned,
            "has_due_date": planned
            and bool(row.get("date_deadline") or order.date_deadline),
            "late_by": self._format_late_by(row, order),
        }

    @api.model
    def _get_date_labels(self):
        start, end = self.env._("Start"), self.env._("End")
        due = self.env._("Due Date")
        return {"date_start": start, "date_finished": end, "date_deadline": due}

    @api.model
    def _is_planned(self, row):
        return row["status"] in ("refreshed", "unchanged")

    def _format_quantity(self, order):
        values = {
            "product_uom_qty": order.product_qty,
            "product_uom": order.product_uom_id.id,
        }
        text = self.env["mrp.production.refresh.format"]
        return text._format_quantity(values, {}, self.env["stock.move"])

    def _format_late_by(self, row, order):
        text = self.env["mrp.production.refresh.format"]
        due = row.get("date_deadline") or order.date_deadline
        return self._is_planned(row) and text._format_lateness(
            row.get("date_finished"), due
        )

    # --- several orders --------------------------------------------------------------

    def _prepare_order_rows(self, report, selected):
        """Return what the component ``RefreshOrders`` shows: a row each of the selected
        orders, and how many there are of each outcome.
        """
        text = self.env["mrp.production.refresh.format"]
        found = {row["id"]: row for row in report["orders"]}
        return {
            "options": self._prepare_plain_options(),
            "totals": [
                self._prepare_total(status, report[status])
                for status in text._get_status_labels(True)
                if report.get(status)
            ],
            "rows": [
                self._prepare_order_row(order, found.get(order.id))
                for order in selected
            ],
        }

    def _prepare_total(self, status, count):
        text = self.env["mrp.production.refresh.format"]
        look = self._get_look(status)
        words = text._format_label_count(look["label"], count)
        return {"status": status, "count": count, **look, "text": words}

    def _prepare_plain_options(self):
        """Return the options as the web client can send them back."""
        return {
            name: fields.Datetime.to_string(value) if name in DATES else value
            for name, value in self._prepare_options().items()
        }

    def _get_look(self, status):
        """Return how a status looks: never the colour alone."""
        text = self.env["mrp.production.refresh.format"]
        icon, color = text._get_status_look(status)
        label = text._get_status_labels(True)[status]
        return {"label": label, "icon": icon, "color": color}

    def _prepare_order_row(self, order, row):
        """Return the row of an order; without ``row`` it is left out."""
        values = {
            "id": order.id,
            "name": order.name,
            "product": order.product_id.display_name,
            "quantity": self._format_quantity(order),
        }
        if not row:
            return values
        text = self.env["mrp.production.refresh.format"]
        changes = row.get("changes") or []
        return {
            **values,
            **self._get_look(row["status"]),
            "status": row["status"],
            "what": row.get("message") or text._format_summary(changes),
            "end": self._is_planned(row)
            and text._format_moment(row.get("date_finished")),
            "late_by": self._format_late_by(row, order),
            "manual_count": sum(bool(change.get("manual")) for change in changes),
            "warnings": row.get("warnings") or [],
            "ways_out": self._get_ways_out(row.get("code")),
        }
