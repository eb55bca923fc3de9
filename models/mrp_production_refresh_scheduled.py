import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import safe_eval

_logger = logging.getLogger(__name__)


class MrpProductionRefreshScheduled(models.Model):
    """Orders that the scheduled action refreshes, as a planner picks them.

    A model of its own, as planners cannot open the settings, and may want more than
    one, such as draft orders every night without the transfers.
    """

    _name = "mrp.production.refresh.scheduled"
    _inherit = "mrp.production.refresh.options"
    _description = "Scheduled Refresh"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Runs As",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Who saved it last: the orders are refreshed with the own rights.",
    )
    domain = fields.Char(
        "Orders",
        required=True,
        default="[('state', 'in', ('draft', 'confirmed'))]",
        help="The manufacturing orders to refresh.",
    )
    run_ids = fields.One2many(
        "mrp.production.refresh.run", "scheduled_id", "Runs", readonly=True
    )
    message = fields.Text(
        readonly=True,
        copy=False,
        help="Why it could not be started when its time came last.",
    )

    @api.constrains("domain")
    def _check_domain(self):
        for scheduled in self:
            try:
                scheduled._get_orders(limit=1)
            except AccessError:
                raise
            except UserError as error:
                raise ValidationError(str(error)) from error

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            vals = {**vals, "user_id": self.env.uid}
        return super().write(vals)

    def action_start(self):
        """Refresh the orders now."""
        self.check_access("write")
        runs = self.env["mrp.production.refresh.run"].union(
            *(scheduled._start_as(self.env.user) for scheduled in self)
        )
        if not runs:
            raise UserError(self.env._("There is no manufacturing order to refresh."))
        return runs._get_open_action()

    @api.model
    def _cron_start(self):
        """Start a run for each scheduled refresh.

        :return: the runs
        """
        return self.search([("active", "=", True)])._start()

    def _start(self):
        """Start a run for each, as its user; one that fails does not stop the others.

        :return: the runs
        """
        runs = self.env["mrp.production.refresh.run"]
        for scheduled in self:
            message = False
            try:
                with self.env.cr.savepoint():
                    runs |= scheduled._start_as(scheduled.user_id).with_env(self.env)
            except UserError as error:
                _logger.warning("%s was not started: %s", scheduled.name, error)
                message = str(error)
            scheduled.sudo().message = message  # only this add-on writes it
        return runs

    def _start_as(self, user):
        """Start a run of the orders of ``user`` and return it, empty without any."""
        run = self.env["mrp.production.refresh.run"]
        if message := run._get_user_problem(user):
            raise UserError(message)
        scheduled = self.sudo(False).with_user(user)
        run = run.with_env(scheduled.env)
        orders = scheduled._get_orders()
        if not orders:
            return run
        return run._start_runs(
            orders, scheduled._prepare_options(), {"scheduled_id": self.id}
        )

    def _get_orders(self, limit=None):
        """Return the orders that are to be refreshed.

        :raises UserError: the domain is none, or names what is gone
        """
        self.ensure_one()
        try:
            return self._search_orders(limit)
        except (UserError, psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception as error:
            raise UserError(
                self.env._(
                    "The orders of %(name)s cannot be found: %(error)s",
                    name=self.name,
                    error=error,
                )
            ) from error

    def _search_orders(self, limit):
        orders = self.env["mrp.production"].with_context(
            allowed_company_ids=self.company_id.ids
        )
        # as in ir.filters of Odoo 19, so that the editor's relative dates work
        domain = safe_eval.safe_eval(
            self.domain,
            {
                "datetime": safe_eval.datetime,
                "context_today": safe_eval.datetime.datetime.now,
            },
        )
        return orders.search(
            Domain(domain) & Domain("company_id", "=", self.company_id.id), limit=limit
        )
