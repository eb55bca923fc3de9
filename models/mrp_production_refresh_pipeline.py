import logging
from contextlib import contextmanager

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import clean_context

from ..planning.options import NAMES, OptionError, parse_options
from ..planning.plan import OrderPlan

_logger = logging.getLogger(__name__)


class MrpProductionRefreshPipeline(models.AbstractModel):
    """The one road of a refresh, whoever calls.

    options -> select and lock -> guards -> plan (diff) -> schedule -> *(a preview
    stops here)* -> apply -> inbound -> report. Each step takes the list of
    :class:`~.planning.plan.OrderPlan` and fills it in; an add-on extends a step by
    inheriting its method. The steps live in the files ``mrp_production_refresh_*``.
    """

    _name = "mrp.production.refresh.pipeline"
    _description = "Refresh Production Orders: Pipeline"

    @api.model
    def _run(self, orders, values, preview=False):
        """Refresh or preview ``orders`` and return the report (see
        :meth:`mrp.production.refresh_production_orders`).

        :param values: options as the caller gave them
        """
        env = self.env(context=self._get_own_context())
        with self._tell_bad_luck():
            return self.with_env(env)._run_steps(orders.with_env(env), values, preview)

    @api.model
    def _run_steps(self, orders, values, preview):
        plans = self._select(orders, values, preview)
        if not preview:
            self._lock_orders(plans)
        self._check_guards(plans)
        self._plan(plans)
        self._schedule(plans, preview=preview)
        self._collect_changes(plans)
        if not preview:
            self._apply_generations(plans)
            self._take_untracked(plans)
        self._inbound(plans, preview=preview)
        if not preview:
            self._mark_up_to_date(plans)
        self._settle(plans)
        return self._report(plans)

    @api.model
    def _get_own_context(self):
        """Return the context without what was meant for the caller's records: defaults
        of new ones, and whether archived ones are looked at; nor with what only this
        add-on puts there.
        """
        return {
            key: value
            for key, value in clean_context(self.env.context).items()
            if key != "active_test" and not key.startswith(("refresh_", "inbound_"))
        }

    # options

    @api.model
    def _get_default_options(self, company):
        """Return the defaults that ``company`` has in its settings."""
        return {
            name: company[f"refresh_{name}"]
            for name in NAMES
            if f"refresh_{name}" in company._fields
        }

    @api.model
    def _read_options(self, values, company):
        """Return checked options, or raise an error that names the wrong one."""
        try:
            return parse_options(values, self._get_default_options(company))
        except OptionError as error:
            raise UserError(self._get_option_message(error)) from None

    @api.model
    def _check_calculations(self, values):
        """Raise an error for calculations that need each other, in stored settings."""
        try:
            parse_options(values)
        except OptionError as error:
            raise ValidationError(self._get_option_message(error)) from None

    @api.model
    def _get_option_message(self, error):
        names = {"option": error.option, "value": error.value}
        if error.problem == "lines_need_routings":
            return self.env._("Routings must be calculated when lines are calculated.")
        if error.problem == "lines_need_components":
            return self.env._(
                "Component Need must be calculated when lines are calculated."
            )
        if error.problem == "unknown":
            return self.env._(
                "There is no option %(option)s. The options are: %(options)s.",
                option=error.option,
                options=", ".join(NAMES),
            )
        if error.problem == "choice":
            return self.env._(
                "The option %(option)s must be back or forward, not %(value)s.", **names
            )
        if error.problem == "date":
            return self.env._(
                "The option %(option)s must be a date and time in UTC such as "
                "2027-09-27 23:00:00, or False, not %(value)s.",
                **names,
            )
        return self.env._(
            "The option %(option)s must be True or False, not %(value)s.", **names
        )

    # select and lock

    @api.model
    def _select(self, orders, values, preview=False):
        """Return a plan for each order of the call, once, in the order of the call."""
        # not orders.ids, which leaves out 0, None and "" without a word
        ids = [getattr(order_id, "origin", order_id) for order_id in orders._ids]
        if not all(type(order_id) is int and order_id for order_id in ids):
            raise UserError(self.env._("The ids of the orders must be whole numbers."))
        orders = orders.browse(dict.fromkeys(ids))
        known = orders.exists()
        # options are checked even if no order is left: a caller's mistake shows
        options = {self.env.company: self._read_options(values, self.env.company)}
        orders.browse().check_access("read" if preview else "write")
        known.check_access("read" if preview else "write")
        records = self._get_records(known)
        plans = []
        for order in orders:
            if order.id not in records:
                plan = OrderPlan(order.id, str(order.id), options[self.env.company])
                plan.fail(
                    self.env._(
                        "The manufacturing order with the id %(id)s does not exist "
                        "any more.",
                        id=order.id,
                    )
                )
                plans.append(plan)
                continue
            order = records[order.id]
            company = order.company_id
            if company not in options:
                options[company] = self._read_options(values, company)
            plans.append(OrderPlan(order.id, order.name, options[company], order=order))
        return plans

    @api.model
    def _get_records(self, orders):
        """Return the orders by id, each for its company, read together and with the
        bills of materials that are found remembered.
        """
        remembering = orders.with_context(refresh_boms={})
        return {
            order.id: order
            for company, group in remembering.grouped("company_id").items()
            for order in group.with_company(company)
        }

    @api.model
    def _get_order(self, plan):
        """Return the order of ``plan`` for writing: nothing is remembered any more."""
        return plan.order.with_context(refresh_boms=None)

    @api.model
    def _get_orders(self, plans):
        """Return the orders of ``plans`` as one recordset, so that they are read in
        one go.
        """
        ids = [plan.order_id for plan in plans]
        return self.env["mrp.production"].browse(ids)

    @api.model
    def _lock_orders(self, plans):
        """Lock the orders, refuse at once those that somebody else holds."""
        plans = [plan for plan in plans if plan.open]
        orders = self._get_orders(plans)
        locked = set(orders.try_lock_for_update(allow_referencing=True).ids)
        for plan in plans:
            if plan.order_id not in locked:
                plan.refuse(
                    "locked",
                    self.env._(
                        "%(order)s is being changed by somebody else at this moment. "
                        "Try again when they are done.",
                        order=plan.name,
                    ),
                )

    # running steps

    @contextmanager
    def _catch(self, plan):
        """Turn an error of one order into its outcome, and let through what is not
        about the order: missing rights, a lost connection, a transaction that Odoo
        repeats.
        """
        try:
            yield
        except AccessError:
            raise
        except UserError as error:
            plan.fail(str(error))
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception:
            _logger.exception("Refresh of %s failed", plan.name)
            plan.fail(
                self.env._(
                    "%(order)s could not be refreshed because of an unexpected error. "
                    "Nothing was changed; the server's log has the details.",
                    order=plan.name,
                )
            )

    @api.model
    def _get_int_parameter(self, name, default):
        """Return a system parameter of this add-on as a positive number."""
        value = (
            self.env["ir.config_parameter"]
            .sudo()  # planners may not read parameters
            .get_param(f"mrp_production_refresh.{name}")
        )
        return int(value) if str(value or "").isdigit() and int(value) else default

    @api.model
    def _get_batch_size(self):
        """Return how many orders a scheduled action refreshes in one transaction."""
        return self._get_int_parameter("batch_size", 100)
