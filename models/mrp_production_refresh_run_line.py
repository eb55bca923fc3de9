import logging
import time
from collections import defaultdict
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools.misc import clean_context

_logger = logging.getLogger(__name__)


OUTCOMES = ("pending", "refreshed", "unchanged", "refused", "failed", "cancelled")


class MrpProductionRefreshRunLine(models.Model):
    _name = "mrp.production.refresh.run.line"
    _description = "Refresh Run: Order"
    _order = "batch, id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "mrp.production.refresh.run", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        index=True,
        ondelete="set null",
        check_company=True,
    )
    name = fields.Char("Order", readonly=True, copy=False)
    product_id = fields.Many2one(related="production_id.product_id")
    state = fields.Selection(
        [
            ("pending", "To Do"),
            ("refreshed", "Refreshed"),
            ("unchanged", "Unchanged"),
            ("refused", "Refused"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        "Outcome",
        default="pending",
        required=True,
        readonly=True,
        copy=False,
    )
    code = fields.Char(
        "Reason", readonly=True, copy=False, help="The rule that refused the order."
    )
    message = fields.Text(readonly=True, copy=False)
    warning = fields.Text(readonly=True, copy=False)
    change_count = fields.Integer("Changes", readonly=True, copy=False)
    late = fields.Boolean(
        readonly=True, copy=False, help="The order ends after its due date."
    )
    date_done = fields.Datetime("Done On", readonly=True, copy=False)
    duration = fields.Float(
        "Duration (seconds)",
        readonly=True,
        copy=False,
        help="What the order took, as its share of the batch it was in.",
    )
    attempts = fields.Integer(readonly=True, copy=False)
    date_retry = fields.Datetime(
        "Next Attempt", readonly=True, copy=False, help="Not tried again before that."
    )
    batch = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Orders of one batch are refreshed together.",
    )
    lane = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Batches of different lanes share no work center.",
    )

    report = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        help="What the time line and the capacity of the order are drawn from.",
    )
    timeline = fields.Json("Time Line", compute="_compute_bars")
    capacity = fields.Json(compute="_compute_bars")

    _outcome_idx = models.Index("(run_id, state)")
    _pending_idx = models.Index("(batch, run_id) WHERE state = 'pending'")

    @api.model_create_multi
    def create(self, vals_list):
        model = self
        if not self.env.su:
            for vals in vals_list:
                self._check_user_may_write(vals)
            # nor may the context do what the values may not
            context = clean_context(self.env.context)
            model = self.with_env(self.env(context=context))
        lines = super(MrpProductionRefreshRunLine, model).create(vals_list)
        if not self.env.su:
            lines._check_draft()
        for line in lines.filtered(lambda line: not line.name):
            line.sudo().name = line.production_id.name  # nobody else may write it
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_user_may_write(vals)
            self._check_draft()
        result = super().write(vals)
        if not self.env.su and "run_id" in vals:
            self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if not self.env.su:
            self._check_draft()

    @api.model
    def _check_user_may_write(self, vals):
        names = set(vals) - {"run_id", "production_id"}
        if names:
            raise AccessError(
                self.env._(
                    "Nobody writes these fields: %s",
                    ", ".join(sorted(self._fields[n].string for n in names)),
                )
            )

    def _check_draft(self):
        if any(run.state != "draft" for run in self.run_id):
            raise UserError(
                self.env._(
                    "A run that was started is not changed any more. Cancel it and "
                    "start another one."
                )
            )

    def action_open_order(self):
        self.ensure_one()
        return self.production_id.get_formview_action()

    # --- processing ------------------------------------------------------------------

    def _process(self):
        """Refresh the orders of these lines, of one run, and note what became of
        them, all in this transaction.

        :raises psycopg2.OperationalError: nothing is noted; to be repeated
        """
        lines = self.filtered(lambda line: line.state == "pending")
        if lines.run_id.state == "cancelled":
            lines.state = "cancelled"
            return
        gone = lines.filtered(lambda line: not line.production_id)
        gone._fail(self.env._("The manufacturing order does not exist any more."))
        worn = lines.filtered(lambda line: line.attempts > line._get_max_attempts())
        worn._put_off("error")
        lines -= gone | worn
        if not lines:
            return
        run = lines.run_id
        if message := run._get_user_problem(run.user_id):
            lines._fail(message)
            return
        begin = time.monotonic()
        self.env["mrp.production.refresh.pipeline"]._forget_conflicts()
        try:
            with self.env.cr.savepoint():
                orders = run._get_orders_for_user(lines.production_id)
                report = orders.refresh_production_orders(**run._prepare_options())
                self.env.flush_all()
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an add-on raises
            self.env.invalidate_all()
            lines._note_error(error)
            return
        lines._note_report(report, (time.monotonic() - begin) / len(lines))

    def _note_report(self, report, seconds):
        """Write the rows of a report to the lines of its orders.

        :param seconds: what each of them took
        """
        rows = {row["id"]: row for row in report["orders"]}
        again = self.filtered(
            lambda line: (
                rows[line.production_id.id]["code"] == "locked"
                and line.attempts < self._get_max_attempts()
            )
        )
        again._put_off("locked")
        now = fields.Datetime.now()
        for line in self - again:
            line.write(
                {
                    **self._prepare_outcome_vals(rows[line.production_id.id]),
                    "date_done": now,
                    "duration": seconds,
                    "date_retry": False,
                }
            )

    @api.model
    def _prepare_outcome_vals(self, row):
        return {
            "state": row["status"],
            "code": row["code"] or False,
            "message": row["message"] or False,
            "warning": "\n".join(row["warnings"]) or False,
            "change_count": len(row["changes"]),
            "late": row["late"],
            "report": self._prepare_bars_report(row),
        }

    def _note_error(self, error):
        """Note an error that is not about one order: the lines are tried again one by
        one, and one that is alone already has found who it is about.
        """
        told = isinstance(error, UserError | AccessError | MissingError)
        if not told:
            _logger.error("Refresh run: a batch failed", exc_info=error)
        if len(self) > 1:
            self.code = "error"
        elif told:
            self._fail(str(error))
        else:
            self._put_off("error")

    def _put_off(self, code):
        """Have the lines tried again later, each time after a longer wait."""
        now = fields.Datetime.now()
        by_attempts = defaultdict(self.browse)
        for line in self:
            by_attempts[line.attempts] |= line
        for attempts, lines in by_attempts.items():
            if attempts >= self._get_max_attempts():
                lines._fail(
                    self.env._(
                        "Given up after %(attempts)s attempts: the server could not "
                        "refresh the order. Nothing was changed; the server's log has "
                        "the details.",
                        attempts=attempts,
                    )
                )
                continue
            wait = timedelta(minutes=2 ** max(attempts - 1, 0))
            lines.write({"code": code, "date_retry": now + wait})

    def _fail(self, message):
        self.write(
            {
                "state": "failed",
                "code": False,
                "message": message,
                "date_done": fields.Datetime.now(),
                "date_retry": False,
            }
        )

    @api.model
    def _get_max_attempts(self):
        return self.env["mrp.production.refresh.pipeline"]._get_int_parameter(
            "run_max_attempts", 5
        )
