from odoo import api, fields, models

from .mrp_production_refresh_options import CALCULATIONS, HELP


class ResCompany(models.Model):
    _inherit = "res.company"

    refresh_scheduling_direction = fields.Selection(
        selection=[("back", "Back"), ("forward", "Forward")],
        string="Scheduling Direction",
        default="back",
        required=True,
        help=HELP["scheduling_direction"],
    )
    refresh_calculate_lines = fields.Boolean(
        string="Calculate Lines",
        default=True,
        help=HELP["calculate_lines"],
    )
    refresh_calculate_routings = fields.Boolean(
        string="Calculate Routings",
        default=True,
        help=HELP["calculate_routings"],
    )
    refresh_calculate_components = fields.Boolean(
        string="Calculate Component Need",
        default=True,
        help=HELP["calculate_components"],
    )
    refresh_create_inbound_request = fields.Boolean(
        string="Create Inbound Request",
        help=HELP["create_inbound_request"],
    )
    refresh_restore_reservation = fields.Boolean(
        string="Restore Reservation",
        help=HELP["restore_reservation"],
    )
    refresh_update_bom = fields.Boolean(
        string="Update BoM uses Refresh",
        help="Update BoM on a manufacturing order goes through Refresh, and Plan and "
        "Replan go through its scheduler, in the direction set here.",
    )

    refresh_background_limit = fields.Integer(
        string="Refresh in the Background",
        default=50,
        help="The dialog refreshes more orders than this in the background. 0: only "
        "when somebody asks for it.",
    )

    _check_refresh_background_limit = models.Constraint(
        "CHECK (refresh_background_limit >= 0)",
        "The number of orders to refresh in the background cannot be negative.",
    )

    @api.constrains(*(f"refresh_{name}" for name in CALCULATIONS))
    def _check_refresh_calculations(self):
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for company in self:
            pipeline._check_calculations(
                {name: company[f"refresh_{name}"] for name in CALCULATIONS}
            )
