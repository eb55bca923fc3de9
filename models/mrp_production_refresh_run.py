from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..planning.batches import cut_batches
from .mrp_production_refresh_run_line import OUTCOMES

GC_LIMIT = 20  # runs; each may have thousands of lines


class MrpProductionRefreshRun(models.Model):
    """Orders that are refreshed unattended, and what became of each.

    How they are processed is in ``mrp_production_refresh_run_process.py``.
    """

    _name = "mrp.production.refresh.run"
    _inherit = "mrp.production.refresh.options"
    _description = "Refresh Run"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: self.env._("New")
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Started By",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Whose rights the orders are refreshed with.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    origin_id = fields.Many2one(
        "mrp.production.refresh.run",
        "Retry Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    scheduled_id = fields.Many2one(
        "mrp.production.refresh.scheduled",
        "Scheduled Refresh",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    due_date = fields.Datetime(
        help="Set as the due date of every order before it is scheduled. Leave it "
        "empty to keep their own.",
    )
    start_date = fields.Datetime(
        "Start",
        help="Set as the start asked for of every order before it is scheduled. Leave "
        "it empty to keep their own.",
    )
    line_ids = fields.One2many(
        "mrp.production.refresh.run.line", "run_id", "Orders", copy=True
    )
    date_start = fields.Datetime("Started On", readonly=True, copy=False)
    date_end = fields.Datetime("Ended On", readonly=True, copy=False)
    duration = fields.Float(
        "Duration (seconds)", compute="_compute_duration", store=True
    )
    count_total = fields.Integer("Total Orders", compute="_compute_counts")
    count_pending = fields.Integer("To Do", compute="_compute_counts")
    count_refreshed = fields.Integer("Refreshed", compute="_compute_counts")
    count_unchanged = fields.Integer("Unchanged", compute="_compute_counts")
    count_refused = fields.Integer("Refused", compute="_compute_counts")
    count_failed = fields.Integer("Failed", compute="_compute_counts")
    count_cancelled = fields.Integer("Cancelled", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="Part that is done, in %")

    # --- computes --------------------------------------------------------------------

    @api.depends("line_ids.state")
    def _compute_counts(self):
        groups = self.env["mrp.production.refresh.run.line"]._read_group(
            [("run_id", "in", self._origin.ids)], ["run_id", "state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in groups}
        for run in self:
            found = {s: counts.get((run._origin.id, s), 0) for s in OUTCOMES}
            total = sum(found.values())
            run.count_total = total
            for state, count in found.items():
                run[f"count_{state}"] = count
            run.progress = 100 * (total - found["pending"]) / total if total else 0

    @api.depends("date_start", "date_end")
    def _compute_duration(self):
        for run in self:
            span = run.date_start and run.date_end and run.date_end - run.date_start
            run.duration = span.total_seconds() if span else 0

    # --- CRUD ------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Give the run its number; a person starts it in the own name only."""
        sequence = self.env["ir.sequence"].sudo()  # planners may not read sequences
        for vals in vals_list:
            if not self.env.su:
                vals.update(self._prepare_draft_vals())
            vals["name"] = sequence.next_by_code(self._name) or self.env._("New")
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_user_may_write(vals)
        return super().write(vals)

    @api.model
    def _prepare_draft_vals(self):
        """Return the fields that only this add-on writes, as a draft has them. Given to
        `create`, they also win over defaults that the caller's context names.
        """
        return {
            "name": False,
            "state": "draft",
            "user_id": self.env.uid,
            "origin_id": False,
            "scheduled_id": False,
            "date_start": False,
            "date_end": False,
            "duration": 0,
        }

    def _check_user_may_write(self, vals):
        kept = [
            self._fields[name].string
            for name in self._prepare_draft_vals()
            if name in vals
        ]
        if kept:
            raise AccessError(
                self.env._("Nobody writes these fields: %s", ", ".join(kept))
            )
        if any(run.state != "draft" for run in self):
            raise UserError(
                self.env._(
                    "A run that was started is not changed any more. Cancel it and "
                    "start another one."
                )
            )

    # --- actions ---------------------------------------------------------------------

    def action_start(self):
        """Queue a draft in the name of the person who starts it."""
        self.check_access("write")
        for run in self:
            if run.state != "draft":
                raise UserError(self.env._("%s was started already.", run.name))
            if not run.line_ids:
                raise UserError(
                    self.env._("There is no manufacturing order to refresh.")
                )
            orders = run.line_ids.production_id
            self.env["mrp.production.refresh.pipeline"]._select(
                orders, run._prepare_options()
            )
            run.sudo().user_id = self.env.user  # nobody else may write it
            run._queue()
        return True  # XML-RPC cannot say None

    def action_cancel(self):
        """Stop: the batch at work ends, no other one begins."""
        self.check_access("write")
        runs = self.filtered(lambda run: run.state in ("draft", "queued", "running"))
        runs = runs.sudo()  # started runs are written by this add-on only
        runs.write({"state": "cancelled", "date_end": fields.Datetime.now()})
        runs._cancel_pending_lines()
        runs._trigger()  # for the lines of a batch at work
        return True

    def action_retry(self):
        """Start another run for the orders that were refused or failed."""
        self.check_access("read")
        runs = self.browse().union(*(run._retry() for run in self))
        return runs._get_open_action()

    def _retry(self):
        lines = self.line_ids.filtered(
            lambda line: (
                line.state in ("refused", "failed", "cancelled") and line.production_id
            )
        )
        if self.state not in ("done", "cancelled") or not lines:
            raise UserError(
                self.env._("There is no order in %s to try again.", self.name)
            )
        orders = lines.production_id
        vals = {"origin_id": self.id}
        return self._start_runs(orders, self._prepare_options(), vals)

    def action_open_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mrp_production_refresh.mrp_production_refresh_run_line_action"
        )
        return {
            **action,
            "domain": [("run_id", "=", self.id)],
            "context": {},
        }

    def _get_open_action(self):
        """Return the action that shows these runs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mrp_production_refresh.mrp_production_refresh_run_action"
        )
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}

    # --- starting --------------------------------------------------------------------

    @api.model
    def _start_runs(self, orders, values, vals=None):
        """Queue ``orders`` and return their runs, one a company.

        :param values: options as the caller gave them; checked here
        :param vals: more field values of the runs
        """
        pipeline = self.env["mrp.production.refresh.pipeline"]
        with pipeline._tell_bad_luck():
            return self._start_selected(pipeline._select(orders, values), vals or {})

    def _start_selected(self, plans, vals):
        if not plans:
            raise UserError(self.env._("There is no manufacturing order to refresh."))
        self.check_access("create")
        groups = {}
        for plan in plans:
            company = plan.order.company_id if plan.order else self.env.company
            groups.setdefault(company.id, []).append(plan)
        runs = self.sudo().create(  # results are written by this add-on only
            [
                {**self._prepare_run_vals(company_id, group), **vals}
                for company_id, group in groups.items()
            ]
        )
        runs._queue()
        return runs.sudo(self.env.su)

    @api.model
    def _prepare_run_vals(self, company_id, plans):
        return {
            **asdict(plans[0].options),
            "company_id": company_id,
            "user_id": self.env.uid,
            "line_ids": [
                Command.create(self._prepare_line_vals(plan)) for plan in plans
            ],
        }

    @api.model
    def _prepare_line_vals(self, plan):
        if plan.order:
            return {"production_id": plan.order_id, "name": plan.name}
        return {"name": plan.name, "state": "failed", "message": plan.message}

    def _queue(self):
        """Cut the runs into batches and wake up the scheduled action."""
        for run in self.sudo():  # started runs are written by this add-on only
            lines = run.line_ids.filtered(lambda line: line.state == "pending")
            by_order = {line.production_id.id: line for line in lines}
            batches = run._cut_batches(lines.production_id)
            for number, batch in enumerate(batches, 1):
                for line in map(by_order.get, batch.order_ids):
                    line.batch = number
                    line.lane = batch.lane
            run.state = "queued"
        self._trigger()

    @api.model
    def _trigger(self, at=None):
        self.env.ref(
            "mrp_production_refresh.ir_cron_process_refresh_runs"
        ).sudo()._trigger(at)  # planners may not read scheduled actions

    def _cut_batches(self, orders):
        """Return the batches of ``orders``: no work center shared where possible, the
        most urgent order first, as the scheduler places them.
        """
        orders = orders.sorted(
            lambda order: (
                -int(order.priority or 0),
                order.date_deadline or fields.Datetime.to_datetime("9999-12-31"),
                order.id,
            )
        )
        size = self.env["mrp.production.refresh.pipeline"]._get_int_parameter(
            "run_batch_size", 20
        )
        return cut_batches(self._get_workcenters(orders), size)

    @api.model
    def _get_workcenters(self, orders):
        """Return the ids of the work centers that each order may use, by order id."""
        return {
            order.id: (own | own.alternative_workcenter_ids).ids
            for order in orders
            for own in [
                order.workorder_ids.workcenter_id
                | order.bom_id.operation_ids.workcenter_id
            ]
        }

    # --- the rest --------------------------------------------------------------------

    @api.model
    def _get_option_names(self):
        return (*super()._get_option_names(), "due_date", "start_date")

    def _cancel_pending_lines(self):
        """Cancel what is left of cancelled runs, but for lines of a batch at work.

        Where a batch ended since this transaction began nothing can be locked: the
        scheduled action, which comes next, does it then.
        """
        lines = self.env["mrp.production.refresh.run.line"].search(
            [("run_id", "in", self.ids), ("state", "=", "pending")]
        )
        with suppress(SerializationFailure), self.env.cr.savepoint():
            lines = lines.try_lock_for_update(allow_referencing=True)
            lines.write({"state": "cancelled"})

    @api.autovacuum
    def _gc_runs(self):
        """Remove runs that ended long ago.

        After ``mrp_production_refresh.run_days`` days, 30 if that is not set.
        """
        days = self.env["mrp.production.refresh.pipeline"]._get_int_parameter(
            "run_days", 30
        )
        runs = self.search(
            [
                ("state", "in", ("done", "cancelled")),
                ("date_end", "<", fields.Datetime.now() - timedelta(days=days)),
            ],
            limit=GC_LIMIT,
        )
        runs.unlink()
        return len(runs), len(runs) == GC_LIMIT
