from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.mrp_production_refresh_options import OPTIONS

DATES = ("due_date", "start_date")


class MrpProductionRefresh(models.TransientModel):
    _name = "mrp.production.refresh"
    _inherit = "mrp.production.refresh.options"
    _description = "Refresh Production Order"

    production_ids = fields.Many2many(
        "mrp.production",
        string="Manufacturing Orders",
        help="The orders that were selected.",
    )
    left_out_ids = fields.Json(
        "Orders Left Out",
        help="The ids of selected orders that are unticked: they stay as they are.",
    )
    production_id = fields.Many2one("mrp.production", compute="_compute_production_id")
    production_state = fields.Selection(
        related="production_id.state", string="State of the Order"
    )
    production_count = fields.Integer(compute="_compute_production_id")
    in_background = fields.Boolean(
        compute="_compute_production_id",
        help="The orders are refreshed in the background: there are more of them than "
        "the company's settings say for the dialog.",
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

    @api.depends("production_ids", "left_out_ids")
    def _compute_production_id(self):
        for wizard in self:
            orders = wizard._get_orders()
            wizard.production_count = len(orders)
            wizard.production_id = orders if len(orders) == 1 else False
            company = orders.company_id[:1] or self.env.company
            wizard.in_background = 0 < company.refresh_background_limit < len(orders)

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

    # --- the rest --------------------------------------------------------------------

    @api.model
    def _get_option_names(self):
        return (*super()._get_option_names(), *DATES)

    def _get_orders(self):
        """Return the orders to refresh, as real records in an onchange too."""
        orders = self.production_ids._origin
        return orders - orders.browse(self.left_out_ids or [])

    def _prepare_options(self):
        options = super()._prepare_options()
        if options["calculate_lines"]:
            options.update(calculate_routings=True, calculate_components=True)
        return options

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
