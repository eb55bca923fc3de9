from odoo import api, fields, models


def _company_default(name):
    return lambda self: self.env.company[f"refresh_{name}"]


class MrpProductionRefreshOptions(models.AbstractModel):
    """The options that a stored record keeps for a later refresh."""

    _name = "mrp.production.refresh.options"
    _description = "Refresh Production Orders: Stored Options"

    scheduling_direction = fields.Selection(
        [("back", "Back from the due date"), ("forward", "Forward from the start")],
        required=True,
        default=_company_default("scheduling_direction"),
        help="Back: the last operation ends as late as possible, at the latest on the "
        "due date. Forward: the first operation starts as early as possible, from the "
        "start asked for.",
    )
    calculate_lines = fields.Boolean(
        string="Lines",
        default=_company_default("calculate_lines"),
        help="Recompute the finished product and the by-products. Routings and "
        "component need are then recomputed too.",
    )
    calculate_routings = fields.Boolean(
        string="Routings",
        default=_company_default("calculate_routings"),
        help="Recompute the work orders from the operations of the bill of materials.",
    )
    calculate_components = fields.Boolean(
        string="Component Need",
        default=_company_default("calculate_components"),
        help="Recompute the components from the bill of materials.",
    )
    create_inbound_request = fields.Boolean(
        default=_company_default("create_inbound_request"),
        help="Make the internal transfers that put components and output away, at "
        "locations where put-away is required.",
    )
    restore_reservation = fields.Boolean(
        default=_company_default("restore_reservation"),
        help="When components are reserved: free them, refresh, and reserve again what "
        "is still needed. Otherwise such an order is refused.",
    )

    @api.constrains("calculate_lines", "calculate_routings", "calculate_components")
    def _check_calculations(self):
        for record in self:
            self.env["mrp.production.refresh.pipeline"]._read_options(
                record._prepare_options(), self.env.company
            )

    @api.onchange("calculate_lines")
    def _onchange_calculate_lines(self):
        if self.calculate_lines:
            self.calculate_routings = True
            self.calculate_components = True

    @api.model
    def _get_option_names(self):
        """Return the fields that are options of ``refresh_production_orders``."""
        return (
            "scheduling_direction",
            "calculate_lines",
            "calculate_routings",
            "calculate_components",
            "create_inbound_request",
            "restore_reservation",
        )

    def _prepare_options(self):
        """Return the options as ``refresh_production_orders`` takes them."""
        self.ensure_one()
        return {name: self[name] for name in self._get_option_names()}
