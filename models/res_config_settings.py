from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    refresh_scheduling_direction = fields.Selection(
        related="company_id.refresh_scheduling_direction",
        readonly=False,
        required=True,
    )
    refresh_calculate_lines = fields.Boolean(
        related="company_id.refresh_calculate_lines", readonly=False
    )
    refresh_calculate_routings = fields.Boolean(
        related="company_id.refresh_calculate_routings", readonly=False
    )
    refresh_calculate_components = fields.Boolean(
        related="company_id.refresh_calculate_components", readonly=False
    )
    refresh_create_inbound_request = fields.Boolean(
        related="company_id.refresh_create_inbound_request", readonly=False
    )
    refresh_restore_reservation = fields.Boolean(
        related="company_id.refresh_restore_reservation", readonly=False
    )
    refresh_update_bom = fields.Boolean(
        related="company_id.refresh_update_bom", readonly=False
    )

    refresh_background_limit = fields.Integer(
        related="company_id.refresh_background_limit", readonly=False
    )

    @api.onchange("refresh_calculate_lines")
    def _onchange_refresh_calculate_lines(self):
        if self.refresh_calculate_lines:
            self.refresh_calculate_routings = True
            self.refresh_calculate_components = True
