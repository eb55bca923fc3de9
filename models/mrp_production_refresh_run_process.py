import logging
import random
import time

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

IMMEDIATE_TRIES = 3  # of a batch that lost against another transaction
CHANNEL = "root.mrp_production_refresh"  # of queue_job, where it is installed


class MrpProductionRefreshRun(models.Model):
    """How runs are processed.

    A batch is one transaction: its orders and what became of them are committed
    together, so whoever is killed in between has done nothing. That a batch was begun
    is committed before, so one that kills its worker is not tried for ever; from its
    second attempt on it goes order by order. Whoever works on a line holds its lock,
    so any number of workers may look for the next one.
    """

    _inherit = "mrp.production.refresh.run"

    # --- by the scheduled action -----------------------------------------------------

    @api.model
    def _cron_process_refresh_runs(self):
        """Process batch after batch for as long as the scheduled action may."""
        self.sudo()._process_runs()  # results are written by this add-on only

    @api.model
    def _process_runs(self):
        cron = self.env["ir.cron"]
        self._tidy_runs()
        if self._has_job_queue():
            self._dispatch_jobs()
            self._trigger_next_retry()
            cron._commit_progress()
            return
        cron._commit_progress(remaining=self._count_due())
        held = set()
        while batch := self._get_next_batch(Domain("id", "not in", list(held))):
            seconds_left = self._process_and_commit(batch)
            if seconds_left is None:
                held.update(batch.ids)
            elif not seconds_left:
                break
        self._tidy_runs()
        self._trigger_next_retry()
        cron._commit_progress(remaining=0 if held else self._count_due())

    def _process_and_commit(self, lines):
        """Process a batch, commit, and return for how many seconds to go on.

        A batch that loses against another transaction is repeated at once, and when
        that does not help later. None: somebody else is at work on all of it.
        """
        cron = self.env["ir.cron"]
        begun = False
        for left in reversed(range(IMMEDIATE_TRIES)):
            try:
                lines = lines.try_lock_for_update(allow_referencing=True)
                if not lines:
                    return None
                if not begun:
                    self._begin(lines)
                    cron._commit_progress()
                    begun = True
                    lines = lines.try_lock_for_update(allow_referencing=True)
                lines._process()
                return cron._commit_progress(
                    len(lines.filtered(lambda line: line.state != "pending"))
                )
            except psycopg2.OperationalError as error:
                self.env.cr.rollback()
                if left:
                    time.sleep(random.uniform(0, 0.2))
                    continue
                _logger.info("Refresh run: a batch is put off: %s", error)
                lines._put_off("conflict")
        return cron._commit_progress()

    def _begin(self, lines):
        """Note that an attempt begins."""
        for line in lines:
            line.attempts += 1
        run = lines.run_id
        if run.state == "queued":
            run.write({"state": "running", "date_start": fields.Datetime.now()})

    @api.model
    def _get_due_domain(self):
        return (
            Domain("state", "=", "pending")
            & Domain("run_id.state", "in", ("queued", "running"))
            & (
                Domain("date_retry", "=", False)
                | Domain("date_retry", "<=", fields.Datetime.now())
            )
        )

    @api.model
    def _count_due(self):
        return self.env["mrp.production.refresh.run.line"].search_count(
            self._get_due_domain()
        )

    @api.model
    def _get_next_batch(self, domain=Domain.TRUE):
        """Return the lines to process next, of those in ``domain``.

        The first batch of every run comes before the second of any, so that a small
        run does not wait for a large one. What was tried and failed as a whole is
        tried again order by order.
        """
        Line = self.env["mrp.production.refresh.run.line"]
        due = self._get_due_domain() & domain
        first = Line.search(due, order="batch, run_id.id, id", limit=1)
        if first.attempts and first.code != "locked":
            return first
        return Line.search(
            due
            & Domain("run_id", "=", first.run_id.id)
            & Domain("batch", "=", first.batch)
            & (Domain("attempts", "=", 0) | Domain("code", "=", "locked"))
        )

    # --- by the job queue of OCA, where it is installed ------------------------------

    @api.model
    def _has_job_queue(self):
        return "queue.job" in self.env and hasattr(self, "with_delay")

    def _dispatch_jobs(self):
        """Have a job for each lane with work to do, as there may be many workers.

        A lane whose job died gets another one; its batch then goes order by order.
        """
        Line = self.env["mrp.production.refresh.run.line"]
        lanes = Line._read_group(self._get_due_domain(), ["run_id", "lane"])
        open_keys = self._get_open_job_keys(
            [run._get_lane_key(lane) for run, lane in lanes]
        )
        for run, lane in lanes:
            if run._get_lane_key(lane) in open_keys:
                continue
            if run.state == "running":
                lines = run._get_lane_batch(lane)
                self._begin(lines.filtered(lambda line: not line.attempts))
            run._delay_lane(lane)
        queued = self.search([("state", "=", "queued")])
        queued.write({"state": "running", "date_start": fields.Datetime.now()})

    def _delay_lane(self, lane):
        self.with_user(SUPERUSER_ID).with_delay(
            channel=CHANNEL,
            identity_key=self._get_lane_key(lane),
            description=self.env._("%(run)s, lane %(lane)s", run=self.name, lane=lane),
        )._job_process_lane(lane)

    def _get_lane_key(self, lane):
        return f"mrp_production_refresh_run-{self.id}-{lane}"

    @api.model
    def _get_open_job_keys(self, keys):
        """Return those of the identity keys that a job still has to do with."""
        jobs = self.env["queue.job"].search_fetch(
            [
                ("identity_key", "in", keys),
                ("state", "not in", ("done", "failed", "cancelled")),
            ],
            ["identity_key"],
        )
        return set(jobs.mapped("identity_key"))

    def _get_lane_batch(self, lane):
        return self._get_next_batch(
            Domain("run_id", "=", self.id) & Domain("lane", "=", lane)
        )

    def _job_process_lane(self, lane):
        """Process the next batch of a lane in this transaction, then let another job
        go on with the lane.
        """
        self.ensure_one()
        lines = self._get_lane_batch(lane)
        lines = lines.try_lock_for_update(allow_referencing=True)
        for line in lines.filtered(lambda line: not line.attempts or line.code):
            line.attempts += 1
        lines._process()
        if lines and self._get_lane_batch(lane):
            self._delay_lane(lane)
        else:
            self._trigger()  # tidies up, and sees what is to be tried again

    # --- what both do ----------------------------------------------------------------

    @api.model
    def _tidy_runs(self):
        """End runs that have nothing left to do."""
        cancelled = self.search(
            [("state", "=", "cancelled"), ("line_ids.state", "=", "pending")]
        )
        cancelled._cancel_pending_lines()
        active = self.search([("state", "in", ("queued", "running"))])
        active = active.try_lock_for_update(allow_referencing=True)
        ended = active.filtered(lambda run: not run.count_pending)
        now = fields.Datetime.now()
        for run in ended:
            run.write(
                {
                    "state": "done",
                    "date_start": run.date_start or now,
                    "date_end": now,
                }
            )
            run._notify_end()

    @api.model
    def _trigger_next_retry(self):
        line = self.env["mrp.production.refresh.run.line"].search(
            [
                ("state", "=", "pending"),
                ("date_retry", ">", fields.Datetime.now()),
                ("run_id.state", "in", ("queued", "running")),
            ],
            order="date_retry",
            limit=1,
        )
        if line:
            self._trigger(line.date_retry)

    def _notify_end(self):
        """Tell the person who started the run, if they are there to see it."""
        run = self.with_context(lang=self.user_id.lang)
        text = run.env["mrp.production.refresh.format"]
        counts = [
            text._format_label_count(
                run._fields[name]._description_string(run.env), run[name]
            )
            for name in (
                "count_refreshed",
                "count_unchanged",
                "count_refused",
                "count_failed",
            )
            if run[name]
        ]
        run.user_id._bus_send(
            "simple_notification",
            {
                "title": run.env._("%s is done", run.name),
                "message": ", ".join(counts),
                "type": "warning"
                if run.count_refused or run.count_failed
                else "success",
            },
        )

    @api.model
    def _get_user_problem(self, user):
        """Return why nothing is refreshed in the name of ``user``, if that is so.

        OdooBot, who is archived always, runs what was installed with the add-on.
        """
        if user.active or user._is_superuser():
            return ""
        return self.env._(
            "%(user)s is archived, and nothing is refreshed in the name of somebody "
            "who is. Somebody else has to start it.",
            user=user.name,
        )

    def _get_orders_for_user(self, orders):
        """Return ``orders`` as the user of the run sees them, in the own language."""
        user = self.user_id
        companies = self.company_id | user.company_ids
        context = {
            "allowed_company_ids": companies.ids,
            "lang": user.lang,
            "tz": user.tz,
        }
        return orders.with_env(self.env(user=user, context=context, su=False))
