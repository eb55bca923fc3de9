from odoo import api, fields, models
from odoo.exceptions import UserError

from ..planning.signature import takes_options

# Odoo makes the lines of a draft anew when one of these changes
FILLS_DRAFTS = {
    "bom_id",
    "product_id",
    "product_qty",
    "product_uom_id",
    "never_product_template_attribute_value_ids",
}


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    date_start_requested = fields.Datetime(
        "Start Asked For",
        copy=False,
        readonly=True,
        help="The start that a person or a program asked for. Scheduling moves the "
        "start, but never this date: a later refresh begins its search here again "
        "and uses capacity that has become free.",
    )
    refresh_date = fields.Datetime(
        "Last Refreshed On",
        copy=False,
        readonly=True,
        help="When Refresh last changed this order.",
    )
    refresh_user_id = fields.Many2one(
        "res.users",
        "Last Refreshed By",
        copy=False,
        readonly=True,
        help="Who refreshed this order last.",
    )
    refresh_baseline = fields.Json(
        copy=True,  # with the lines that it is about
        readonly=True,
        help="What the master data said when the order was last filled. Tells what "
        "somebody changed by hand from what changed in the bill of materials.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        productions = super().create(vals_list)
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for production, vals in zip(productions, vals_list, strict=True):
            production.date_start_requested = production.date_start
            if "refresh_baseline" not in vals:
                production.refresh_baseline = pipeline._get_baseline(production)
        return productions

    def write(self, vals):
        # Planning writes its findings with force_date (Odoo 19: _plan_workorders and
        # mrp.workorder.write); everybody else who writes a start asks for it.
        if "date_start" in vals:
            if not self.env.context.get("force_date"):
                if vals["date_start"]:
                    vals = {**vals, "date_start_requested": vals["date_start"]}
            elif "date_start_requested" not in vals:
                self._keep_start_asked_for()
        filled = self.browse()
        if FILLS_DRAFTS & vals.keys() and "refresh_baseline" not in vals:
            filled = self.filtered(lambda order: order.state == "draft")
        result = super().write(vals)
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for order in filled:
            order.refresh_baseline = pipeline._get_refilled_baseline(order)
        return result

    def _split_productions(self, *args, **kwargs):
        """Have the baseline of new parts be that of the order that was split."""
        orders = super()._split_productions(*args, **kwargs)
        pipeline = self.env["mrp.production.refresh.pipeline"]
        whole = self.browse()
        for order in orders:  # each followed by its new parts
            if order in self:
                whole = order
            else:
                order.refresh_baseline = pipeline._get_part_baseline(order, whole)
        return orders

    def action_merge(self):
        """Keep the other parts of a split order with the order that some of its parts
        are merged into: Odoo 19 deletes the group that makes them parts of one. And
        note that it was merged: what was made for it may be for other quantities.
        """
        others = self.production_group_id.production_ids - self
        # these too: the numbers of parts to come follow the last of all
        parts = others.production_group_id.production_ids
        action = super().action_merge()
        merged = self.browse(action["res_id"])
        parts.production_group_id = merged.production_group_id
        if merged.refresh_baseline and merged.state != "draft":
            merged.refresh_baseline = {**merged.refresh_baseline, "merged": True}
        return action

    def _keep_start_asked_for(self):
        """Note what was asked for of orders that are older than this add-on, before
        planning moves their start.
        """
        for order in self:
            if order.date_start and not order.date_start_requested:
                order.date_start_requested = order.date_start

    @takes_options
    def refresh_production_orders(self, /, *args, **options):
        """Recompute these orders from their bills of materials and reschedule them.

        For programs: server actions, XML-RPC and JSON-2. Each order is refreshed or
        left exactly as it was; an order that is refused or fails does not stop the
        others.

        :param str scheduling_direction: ``back`` from the due date or ``forward``
            from the start asked for; the company's default when left out
        :param bool calculate_lines: finished product and by-products; requires
            ``calculate_routings`` and ``calculate_components``
        :param bool calculate_routings: work orders
        :param bool calculate_components: component lines
        :param bool create_inbound_request: ask the warehouse for the put-away
        :param bool restore_reservation: cancel the reservation of what changes and
            restore it afterwards, instead of refusing a reserved order
        :param str due_date: written to ``date_deadline`` first; ``YYYY-MM-DD
            HH:MM:SS`` in UTC, False to keep the order's own
        :param str start_date: written to ``date_start`` first; same format
        :return: ``{"refreshed": int, "unchanged": int, "refused": int, "failed": int,
            "orders": [row, ...]}`` with a row an order: ``id``, ``name``, ``status``,
            ``code`` of the guard that refused, ``message``, ``date_start``,
            ``date_finished``, ``date_deadline``, ``late``, ``changes``, ``warnings``,
            ``inbound_picking_ids``, ``capacity``. Dates are strings in UTC, what is
            missing is False.
        :rtype: dict
        :raises UserError: an option is unknown or wrong; the text names it
        :raises AccessError: the user may not write these orders
        """
        self._refuse_positional(args)
        return self.env["mrp.production.refresh.pipeline"]._run(self, options)

    @takes_options
    def preview_refresh(self, /, *args, **options):
        """Return what :meth:`refresh_production_orders` would do, without doing it.

        Takes the same options, returns the same report, writes nothing.

        :return: the report, with ``refreshed`` for what would be refreshed
        :rtype: dict
        :raises UserError: an option is unknown or wrong; the text names it
        :raises AccessError: the user may not read these orders
        """
        self._refuse_positional(args)
        return self.env["mrp.production.refresh.pipeline"]._run(
            self, options, preview=True
        )

    @takes_options
    def refresh_in_background(self, /, *args, **options):
        """Have these orders refreshed unattended, and return at once.

        For programs: XML-RPC and JSON-2. Takes the same options as
        :meth:`refresh_production_orders`; they are checked at once, the orders later,
        each with the rights of the user who calls. What becomes of them is in the
        model ``mrp.production.refresh.run``: its ``state`` (``queued``, ``running``,
        ``done``, ``cancelled``), ``progress`` in percent, ``count_refreshed``,
        ``count_unchanged``, ``count_refused``, ``count_failed``, and a record of
        ``line_ids`` an order with ``state``, ``code`` and ``message``.

        :return: ``{"run_id": int, "run_ids": [int, ...], "orders": int}``; orders of
            several companies get a run each, ``run_id`` is the first
        :rtype: dict
        :raises UserError: there is no order, or an option is unknown or wrong
        :raises AccessError: the user may not write these orders
        """
        self._refuse_positional(args)
        runs = self.env["mrp.production.refresh.run"]._start_runs(self, options)
        return {
            "run_id": runs[0].id,
            "run_ids": runs.ids,
            "orders": sum(runs.mapped("count_total")),
        }

    def _refresh_in_background(self, **options):
        """Queue these orders and return their runs, see
        :meth:`refresh_in_background`.
        """
        return self.env["mrp.production.refresh.run"]._start_runs(self, options)

    def _refuse_positional(self, args):
        """Refuse options without a name in words. Python would do it with a TypeError,
        and XML-RPC hands its traceback to the client.
        """
        if args:
            raise UserError(
                self.env._(
                    "Pass the options by name, for example "
                    "scheduling_direction='forward', after the list of ids."
                )
            )

    @api.model
    def _cron_refresh_production_orders(self, domain=None, **options):
        """Refresh the orders of ``domain`` for a scheduled action, in batches.

        In a scheduled action each batch is committed, and what time does not allow is
        left for the next run; called otherwise the transaction is the caller's.
        *Scheduled Refreshes* are the way for planners: they leave a run to look at.

        :param domain: default: every draft or confirmed order
        """
        pipeline = self.env["mrp.production.refresh.pipeline"]
        # a mistake shows at once, not in the night when there is an order
        pipeline._read_options(options, self.env.company)
        orders = self.search(domain or [("state", "in", ("draft", "confirmed"))])
        cron = self.env["ir.cron"]
        in_cron = bool(self.env.context.get("ir_cron_progress_id"))
        if in_cron:
            cron._commit_progress(remaining=len(orders))
        size = pipeline._get_batch_size()
        for start in range(0, len(orders), size):
            batch = orders[start : start + size]
            batch.exists().refresh_production_orders(**options)
            if in_cron and not cron._commit_progress(len(batch)):
                break

    def action_update_bom(self):
        """Go through Refresh where the company wants it, else as Odoo does."""
        refreshed = self.filtered(
            lambda order: order.company_id.refresh_update_bom and order.bom_id
        )
        for order in refreshed:
            order._refresh_for_update_bom()
        by_odoo = self - refreshed
        result = super(MrpProduction, by_odoo).action_update_bom()
        pipeline = self.env["mrp.production.refresh.pipeline"]
        for order in by_odoo:
            if order.state not in ("done", "cancel"):
                order.refresh_baseline = pipeline._get_updated_baseline(order)
        return result

    def _refresh_for_update_bom(self):
        """Refresh one order for *Update BoM*: everything, reservation restored."""
        self.ensure_one()
        options = {
            "calculate_lines": True,
            "calculate_routings": True,
            "calculate_components": True,
            "restore_reservation": True,
        }
        if not self.date_deadline:
            options["scheduling_direction"] = "forward"
        row = self.refresh_production_orders(**options)["orders"][0]
        if row["status"] in ("refused", "failed"):
            raise UserError(row["message"])

    def action_plan_with_components_availability(self):
        """Have orders planned from the day on that their components are expected,
        which Odoo writes to their start: none begins before, to end at its due date.
        """
        orders = self.with_context(refresh_by_availability=True)
        return super(MrpProduction, orders).action_plan_with_components_availability()

    def _plan_workorders(self, replan=False):
        """Plan with the scheduler of Refresh where the company wants it."""
        self.ensure_one()
        if not self.company_id.refresh_update_bom or not self.workorder_ids:
            return super()._plan_workorders(replan=replan)
        pipeline = self.env["mrp.production.refresh.pipeline"]
        forward = self.env.context.get("refresh_by_availability") and any(
            self.move_raw_ids.mapped("forecast_expected_date")
        )
        return pipeline._replan(self, replan=replan, forward=forward)
