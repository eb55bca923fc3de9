from odoo import api, fields, models

CALCULATIONS = ("calculate_lines", "calculate_routings", "calculate_components")
OPTIONS = (
    "scheduling_direction",
    *CALCULATIONS,
    "create_inbound_request",
    "restore_reservation",
)
# What a person reads of each; a company has the same fields for its defaults.
HELP = {
    "scheduling_direction": "Back: the last operation ends as late as possible, at the "
    "latest on the due date, and each earlier operation just in time before it. When "
    "that would start in the past, the order is scheduled forward from now instead and "
    "you are told how late it will be.\n"
    "Forward: the first operation starts as early as possible from the start asked "
    "for, each later one as soon as it can.",
    "calculate_lines": "Recompute what the order makes: the finished product and the "
    "by-products of the bill of materials. Routings and component need then follow.",
    "calculate_routings": "Recompute the work orders from the operations of the bill "
    "of materials. Work orders that were added, removed or changed by hand go back to "
    "it.",
    "calculate_components": "Recompute the components from the bill of materials for "
    "the quantity of the order. Components added, removed or changed by hand go back "
    "to it.",
    "create_inbound_request": "For confirmed orders, at locations where put-away is "
    "required: make the internal transfers that bring the components and put the "
    "output away. Orders that have them already get them updated, never doubled.",
    "restore_reservation": "When components are reserved: free them, refresh, and "
    "reserve again what is still needed, the same lots where possible. Without it such "
    "an order is refused, so that nobody loses a reservation by accident.",
}


def _company_default(name):
    return lambda self: self.env.company[f"refresh_{name}"]


class MrpProductionRefreshOptions(models.AbstractModel):
    """The options that a stored record keeps for a refresh."""

    _name = "mrp.production.refresh.options"
    _description = "Refresh Production Orders: Stored Options"

    scheduling_direction = fields.Selection(
        [("back", "Back from the due date"), ("forward", "Forward from the start")],
        required=True,
        default=_company_default("scheduling_direction"),
        help=HELP["scheduling_direction"],
    )
    calculate_lines = fields.Boolean(
        string="Lines",
        default=_company_default("calculate_lines"),
        help=HELP["calculate_lines"],
    )
    calculate_routings = fields.Boolean(
        string="Routings",
        default=_company_default("calculate_routings"),
        help=HELP["calculate_routings"],
    )
    calculate_components = fields.Boolean(
        string="Component Need",
        default=_company_default("calculate_components"),
        help=HELP["calculate_components"],
    )
    create_inbound_request = fields.Boolean(
        default=_company_default("create_inbound_request"),
        help=HELP["create_inbound_request"],
    )
    restore_reservation = fields.Boolean(
        default=_company_default("restore_reservation"),
        help=HELP["restore_reservation"],
    )

    @api.constrains(*CALCULATIONS)
    def _check_calculations(self):
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for record in self:
            pipeline._check_calculations({name: record[name] for name in CALCULATIONS})

    @api.onchange("calculate_lines")
    def _onchange_calculate_lines(self):
        if self.calculate_lines:
            self.calculate_routings = True
            self.calculate_components = True

    @api.model
    def _get_option_names(self):
        """Return the fields that are options of ``refresh_production_orders``."""
        return OPTIONS

    def _prepare_options(self):
        """Return the options as ``refresh_production_orders`` takes them."""
        self.ensure_one()
        return {name: self[name] for name in self._get_option_names()}
