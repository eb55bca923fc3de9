from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.mrp_production_refresh_options import OPTIONS

DATES = ("due_date", "start_date")
# Above this many orders the dialog opens without a preview, which plans them all.
PREVIEW_LIMIT = 50


class MrpProductionRefresh(models.TransientModel):
    _name = "mrp.production.refresh"
    _inherit = "mrp.production.refresh.options"
    _description = "Refresh Production Order"

    production_ids = fields.Many2many(
        "mrp.production",
        string="Manufacturing Orders",
        help="The orders to refresh. Take one out of the list to leave it as it is.",
    )
    production_id = fields.Many2one("mrp.production", compute="_compute_production_id")
    production_count = fields.Integer(compute="_compute_production_id")
    in_background = fields.Boolean(
        compute="_compute_production_id",
        help="So many orders are refreshed in the background, as set for the company.",
    )
    state = fields.Selection(
        [("options", "Options"), ("done", "Result")], default="options", required=True
    )
    due_date = fields.Datetime(
        help="A new due date for the order, set before it is scheduled. Leave it empty "
        "to keep the one it has.",
    )
    start_date = fields.Datetime(
        string="Start",
        help="A new start asked for, set before the order is scheduled. Leave it empty "
        "to keep the one it has.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    preview_code = fields.Char(compute="_compute_preview")
    timeline = fields.Json("Time Line", compute="_compute_preview")
    capacity = fields.Json(compute="_compute_preview")
    line_ids = fields.One2many(
        "mrp.production.refresh.line", "refresh_id", string="Result", readonly=True
    )

    # --- defaults --------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Take the options from the settings of the orders' company."""
        values = super().default_get(fields)
        context = self.env.context
        if context.get("active_model") == "mrp.production":
            values.setdefault(
                "production_ids", [Command.set(context.get("active_ids") or [])]
            )
        orders = self.new({"production_ids": values.get("production_ids")})
        company = orders.production_ids.company_id[:1] or self.env.company
        for name in OPTIONS:
            if name in fields and f"default_{name}" not in context:
                values[name] = company[f"refresh_{name}"]
        return values

    # --- computes --------------------------------------------------------------------

    @api.depends("production_ids")
    def _compute_production_id(self):
        for wizard in self:
            orders = wizard._get_orders()
            wizard.production_count = len(orders)
            wizard.production_id = orders if len(orders) == 1 else False
            company = orders.company_id[:1] or self.env.company
            wizard.in_background = 0 < company.refresh_background_limit < len(orders)

    @api.depends("production_ids", "state", *OPTIONS, *DATES)
    def _compute_preview(self):
        for wizard in self:
            wizard.update(wizard._get_preview())

    # --- rules -----------------------------------------------------------------------

    @api.onchange("calculate_lines", "calculate_routings", "calculate_components")
    def _onchange_calculate_lines(self):
        return super()._onchange_calculate_lines()

    # --- actions ---------------------------------------------------------------------

    def action_apply(self):
        """Refresh the orders and show what became of them."""
        self.ensure_one()
        orders = self._get_orders()
        if not orders:
            raise UserError(self.env._("There is no manufacturing order to refresh."))
        if self.in_background:
            return self.action_apply_in_background()
        report = orders.refresh_production_orders(**self._prepare_options())
        if len(orders) == 1:
            return self._get_single_result_action(report["orders"][0])
        self.write(
            {
                "state": "done",
                "line_ids": [
                    Command.clear(),
                    *(
                        Command.create(self._prepare_line_vals(row))
                        for row in report["orders"]
                    ),
                ],
            }
        )
        return self._get_reopen_action(name=self.env._("Refresh Result"))

    def action_apply_in_background(self):
        """Refresh the orders unattended and show the run."""
        self.ensure_one()
        runs = self._get_orders()._refresh_in_background(**self._prepare_options())
        return runs._get_open_action()

    def action_unreserve(self):
        """Free the components of a refused order and come back to the dialog."""
        self.ensure_one()
        self._get_orders().do_unreserve()
        return self._get_reopen_action()

    def action_open_bom(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mrp.bom",
            "res_id": self.production_id.bom_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # --- the rest --------------------------------------------------------------------

    @api.model
    def _get_option_names(self):
        return (*super()._get_option_names(), *DATES)

    def _get_orders(self):
        """Return the orders as real records, in an onchange too."""
        return self.production_ids._origin

    def _prepare_options(self):
        options = super()._prepare_options()
        if options["calculate_lines"]:
            options.update(calculate_routings=True, calculate_components=True)
        return options

    def _get_preview(self):
        """Return the values of the fields that show what a refresh would do."""
        self.ensure_one()
        orders = self._get_orders()
        values = dict.fromkeys(("preview", "preview_code", "timeline", "capacity"))
        if self.state != "options" or not orders or not self.scheduling_direction:
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
        values["preview"] = self._render_preview(self._prepare_preview_values(report))
        if len(orders) == 1:
            text = self.env["mrp.production.refresh.format"]
            row = report["orders"][0]
            values["preview_code"] = row.get("code")
            values["timeline"] = text._prepare_timeline(row)
            values["capacity"] = text._prepare_capacity(row)
        return values

    def _render_preview(self, values):
        return self.env["ir.qweb"]._render(
            "mrp_production_refresh.mrp_production_refresh_preview",
            {
                "too_many": False,
                "error": False,
                "orders": [],
                "single": False,
                **values,
            },
        )

    def _prepare_preview_values(self, report):
        """Return what the preview's template shows for a report."""
        rows = [self._prepare_preview_row(row) for row in report["orders"]]
        labels = self.env["mrp.production.refresh.format"]._get_status_labels(True)
        return {
            "orders": rows,
            "single": len(rows) == 1,
            "totals": [
                (report[status], *self._get_look(status), label)
                for status, label in labels.items()
                if report.get(status)
            ],
        }

    def _get_look(self, status):
        return self.env["mrp.production.refresh.format"]._get_status_look(status)

    def _prepare_preview_row(self, row):
        text = self.env["mrp.production.refresh.format"]
        order = self.env["mrp.production"].browse(row["id"])
        icon, color = self._get_look(row["status"])
        changes = row.get("changes") or []
        planned = row["status"] in ("refreshed", "unchanged")
        end = row.get("date_finished") if planned else order.date_finished
        due = row.get("date_deadline") or order.date_deadline
        return {
            "id": order.id,
            "name": row["name"],
            "product": order.product_id.display_name,
            "quantity": text._format_quantity(
                {
                    "product_uom_qty": order.product_qty,
                    "product_uom": order.product_uom_id.id,
                },
                {},
                self.env["stock.move"],
            ),
            "status": row["status"],
            "status_label": text._get_status_labels(True)[row["status"]],
            "icon": icon,
            "color": color,
            "message": row.get("message"),
            "warnings": row.get("warnings") or [],
            "inbound": row.get("inbound") or [],
            "manual_count": sum(bool(change.get("manual")) for change in changes),
            "summary": text._format_summary(changes),
            "sections": text._format_sections(changes),
            "dates": [
                (
                    self.env._("Start"),
                    text._format_moment(order.date_start),
                    text._format_moment(planned and row.get("date_start")),
                ),
                (
                    self.env._("End"),
                    text._format_moment(order.date_finished),
                    text._format_moment(planned and row.get("date_finished")),
                ),
                (
                    self.env._("Due Date"),
                    text._format_moment(order.date_deadline),
                    text._format_moment(planned and row.get("date_deadline")),
                ),
            ],
            "zone": text._get_zone(),
            "has_due_date": planned and bool(due),
            "span": planned
            and text._format_span(row.get("date_start"), row.get("date_finished")),
            "late_by": planned and text._format_lateness(end, due),
        }

    def _prepare_line_vals(self, row):
        """Return the values of the result line of one order."""
        return {
            "production_id": row["id"],
            "status": row["status"],
            "message": row.get("message")
            or self.env["mrp.production.refresh.format"]._format_summary(
                row.get("changes") or []
            ),
            "warning": "\n".join(row.get("warnings") or []),
            "change_count": len(row.get("changes") or []),
            "date_start": row.get("date_start"),
            "date_finished": row.get("date_finished"),
            "date_deadline": row.get("date_deadline"),
            "is_late": row.get("late"),
        }

    def _get_single_result_action(self, row):
        """Close the dialog and say what happened; a refusal is an error."""
        if row["status"] in ("refused", "failed"):
            raise UserError(row.get("message") or row["name"])
        text = self.env["mrp.production.refresh.format"]
        late_by = text._format_lateness(row["date_finished"], row["date_deadline"])
        if row["status"] == "unchanged":
            title = self.env._("%(order)s is up to date", order=row["name"])
        else:
            title = self.env._("%(order)s refreshed", order=row["name"])
        parts = [text._format_summary(row.get("changes") or [])]
        if late_by:
            parts.append(
                self.env._(
                    "Late: ends %(end)s, %(late)s after the due date",
                    end=text._format_moment(row["date_finished"]),
                    late=late_by,
                )
            )
        elif row.get("date_finished"):
            parts.append(
                self.env._("Ends %s", text._format_moment(row["date_finished"]))
            )
        parts.extend(row.get("inbound") or [])
        parts.extend(row.get("warnings") or [])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title,
                "message": ". ".join(part.rstrip(".") for part in parts if part),
                "type": "warning" if late_by or row.get("warnings") else "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _get_reopen_action(self, name=None):
        action = self.production_ids.action_refresh()
        return {**action, "res_id": self.id, "name": name or action["name"]}
