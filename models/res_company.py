from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    refresh_scheduling_direction = fields.Selection(
        selection=[("back", "Back"), ("forward", "Forward")],
        string="Scheduling Direction",
        default="back",
        required=True,
        help="Back: the last operation ends as late as possible, at the latest on the "
        "due date. Forward: the first operation starts as early as possible, from the "
        "start asked for.",
    )
    refresh_calculate_lines = fields.Boolean(
        string="Calculate Lines",
        default=True,
        help="Recompute the finished product and the by-products. Routings and "
        "component need are then recomputed too.",
    )
    refresh_calculate_routings = fields.Boolean(
        string="Calculate Routings",
        default=True,
        help="Recompute the work orders from the operations of the bill of materials.",
    )
    refresh_calculate_components = fields.Boolean(
        string="Calculate Component Need",
        default=True,
        help="Recompute the components from the bill of materials.",
    )
    refresh_create_inbound_request = fields.Boolean(
        string="Create Inbound Request",
        help="Make the internal transfers that put components and output away, at "
        "locations where put-away is required.",
    )
    refresh_restore_reservation = fields.Boolean(
        string="Restore Reservation",
        help="When components are reserved: free them, refresh, and reserve again what "
        "is still needed. Otherwise such an order is refused.",
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

    @api.constrains(
        "refresh_calculate_lines",
        "refresh_calculate_routings",
        "refresh_calculate_components",
    )
    def _check_refresh_calculations(self):
        for company in self.filtered("refresh_calculate_lines"):
            if not company.refresh_calculate_routings:
                raise ValidationError(
                    self.env._("Routings must be calculated when lines are calculated")
                )
            if not company.refresh_calculate_components:
                raise ValidationError(
                    self.env._(
                        "Component need must be calculated when lines are calculated"
                    )
                )
