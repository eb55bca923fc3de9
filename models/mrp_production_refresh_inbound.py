from dataclasses import replace

from odoo import api, models

from ..planning.inbound import KINDS


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Inbound requests: transfers that put away what an order needs and makes, at
    locations that require it. One open transfer for each order and kind.

    What is to be put away is counted in ``mrp_production_refresh_inbound_need``,
    transfers are written in ``mrp_production_refresh_inbound_sync``.
    """

    _inherit = "mrp.production.refresh.pipeline"

    # guard

    @api.model
    def _get_guards(self):
        return (*super()._get_guards(), "no_inbound_route")

    @api.model
    def _guard_no_inbound_route(self, order, plan):
        if not plan.options.create_inbound_request or not self._has_requests(order):
            return None
        for kind in KINDS:
            location = self._get_request_location(order, kind)
            if location._get_putaway_processing(kind) == "required":
                message = self._get_inbound_obstacle(order, kind)
                if message:
                    return message
        return None

    @api.model
    def _has_requests(self, order):
        return order.state in ("confirmed", "progress", "to_close")

    @api.model
    def _get_request_location(self, order, kind):
        """Return the location whose setting decides."""
        return order.location_src_id if kind == "components" else order.location_dest_id

    @api.model
    def _get_inbound_obstacle(self, order, kind):
        """Return why no transfer can be made at a location that requires put-away."""
        location = self._get_request_location(order, kind)
        warehouse = location.warehouse_id
        names = {"location": location.display_name, "order": order.name}
        if not warehouse:
            return self.env._(
                "%(location)s requires put-away, but it belongs to no warehouse that "
                "could do it for %(order)s. Move the location below a warehouse, or "
                "set its Put-away Processing to None.",
                **names,
            )
        if not warehouse.int_type_id.active:
            return self.env._(
                "%(location)s requires put-away, but the internal transfers of the "
                "warehouse %(warehouse)s are archived, so none can be made for "
                "%(order)s. Restore that operation type.",
                warehouse=warehouse.name,
                **names,
            )
        if kind == "output":
            return None
        source = location.effective_inbound_source_location_id
        if not source.active or source.usage not in ("internal", "transit"):
            return self.env._(
                "%(location)s requires put-away, but there is no way from its Inbound "
                "Source %(from)s: it is archived or holds no stock. Set another one on "
                "the location, or refresh %(order)s without inbound request.",
                **{**names, "from": source.display_name or ""},
            )
        if source.company_id and source.company_id != order.company_id:
            return self.env._(
                "%(location)s requires put-away, but its Inbound Source %(from)s "
                "belongs to %(company)s and not to the company of %(order)s. Set "
                "another one on the location.",
                **{
                    **names,
                    "from": source.display_name,
                    "company": source.company_id.name,
                },
            )
        return None

    # the step

    @api.model
    def _apply_plans(self, plans):
        """Write the requests along with the rest of an order: all of it or nothing."""
        res = super()._apply_plans(plans)
        for plan in plans:
            if plan.options.create_inbound_request:
                self._make_requests(plan, self._get_order(plan))
        return res

    @api.model
    def _inbound(self, plans, preview=False):
        """Make or update the inbound requests of orders that ask for them, and report
        about those of the others.
        """
        plans = [plan for plan in plans if plan.open]
        with_requests = self._get_orders_with_requests(plans)
        self._read_requests(with_requests)
        for plan in plans:
            order = self._get_order(plan)
            asked = plan.options.create_inbound_request
            if not asked and order not in with_requests:
                continue
            with self._catch(plan):
                if not asked:
                    self._check_requests_fit(plan, order, preview)
                elif preview:
                    self._preview_requests(plan, order)
                elif not plan.writes:  # else they are made with the rest
                    with self.env.cr.savepoint():
                        self._make_requests(plan, order)
                        self.env.flush_all()
                plan.inbound_picking_ids = [
                    picking.id
                    for kind in KINDS
                    for picking in self._get_open_requests(order, kind)
                ]

    @api.model
    def _get_orders_with_requests(self, plans):
        """Return those of the orders whose group has an open request."""
        orders = self._get_orders(plans)
        groups = orders.production_group_id
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "in", groups.ids),
                ("picking_id.inbound_kind", "!=", False),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        found = moves.production_group_id
        return orders.filtered(lambda order: order.production_group_id in found)

    @api.model
    def _read_requests(self, orders):
        """Read what is to be compared of several orders together."""
        moves = orders.inbound_picking_ids.move_ids
        moves |= orders.move_finished_ids.move_dest_ids.picking_id.move_ids
        moves.move_line_ids.mapped("picked")
        moves.move_orig_ids.mapped("state")

    @api.model
    def _make_requests(self, plan, order):
        plan.inbound_changed, plan.inbound_notes = False, []
        kinds = self._get_required_kinds(plan, order)
        self._drop_requests(plan, order, kinds)
        for kind in kinds:
            request = self._get_inbound_request(order, kind)
            if self._sync_request(order, request):
                plan.inbound_changed = True
            plan.inbound_notes.append(self._get_request_note(order, request))

    @api.model
    def _preview_requests(self, plan, order):
        """Say what would be made, without making it."""
        plan.inbound_changed, plan.inbound_notes = False, []
        kinds = self._get_required_kinds(plan, order)
        self._drop_requests(plan, order, kinds, preview=True)
        for kind in kinds:
            request = self._get_inbound_request(order, kind, plan)
            if any(self._diff_request(order, request).values()):
                plan.inbound_changed = True
            plan.inbound_notes.append(self._get_request_note(order, request, True))

    @api.model
    def _get_required_kinds(self, plan, order):
        """Return the kinds of requests that are made; warn about those that are not."""
        if not self._has_requests(order):
            self._warn(
                plan,
                self.env._(
                    "No inbound request is made for %(order)s, which is a draft: "
                    "confirm it first.",
                    order=order.name,
                ),
            )
            return []
        kinds = []
        for kind in KINDS:
            location = self._get_request_location(order, kind)
            processing = location._get_putaway_processing(kind)
            if processing == "required":
                kinds.append(kind)
            else:
                self._warn(plan, self._get_no_request_text(kind, location, processing))
        return kinds

    @api.model
    def _drop_requests(self, plan, order, required, preview=False):
        """Remove open requests at locations that require put-away no more, but for
        what a worker has begun with.
        """
        for kind in KINDS:
            pickings = self._get_open_requests(order, kind)
            if kind in required or not pickings:
                continue
            request = self._get_empty_request(order, kind)
            diff = self._diff_request(order, request)
            open_moves = self._get_open_request_moves(order, kind)
            kept = (open_moves - diff["removed"]).picking_id
            if kept:
                self._warn(plan, self._get_kept_text(order, kind, kept))
            if kept != pickings:
                text = self._get_dropped_text(order, kind, pickings - kept)
                plan.inbound_notes.append(text)
            if any(diff.values()):
                plan.inbound_changed = True
                if not preview:
                    self._sync_request(order, request)

    @api.model
    def _get_empty_request(self, order, kind):
        return replace(self._get_inbound_request(order, kind), wanted={})

    @api.model
    def _check_requests_fit(self, plan, order, preview):
        """Warn about an open request that no longer is what the order needs."""
        if not self._has_requests(order):
            return
        for kind in KINDS:
            pickings = self._get_open_requests(order, kind)
            if not pickings:
                continue
            location = self._get_request_location(order, kind)
            if location._get_putaway_processing(kind) != "required":
                self._warn(plan, self._get_needless_text(order, kind, pickings))
                continue
            request = self._get_inbound_request(order, kind, plan if preview else None)
            if any(self._diff_request(order, request, dates=False).values()):
                self._warn(
                    plan,
                    self.env._(
                        "%(transfer)s no longer fits what %(order)s needs. Refresh the "
                        "order with Create Inbound Request to update it.",
                        transfer=", ".join(pickings.mapped("name")),
                        order=order.name,
                    ),
                )

    # texts

    @api.model
    def _warn(self, plan, message):
        if message not in plan.warnings:
            plan.warnings.append(message)

    @api.model
    def _get_no_request_text(self, kind, location, processing):
        names = {"location": location.display_name}
        if processing == "directed":
            if kind == "components":
                return self.env._(
                    "No transfer is made to bring components: the warehouse's own "
                    "transfers fill %(location)s.",
                    **names,
                )
            return self.env._(
                "No transfer is made to put the output away: the warehouse's own "
                "transfers empty %(location)s.",
                **names,
            )
        if kind == "components":
            return self.env._(
                "No transfer is made to bring components: put-away is not required at "
                "%(location)s.",
                **names,
            )
        return self.env._(
            "No transfer is made to put the output away: put-away is not required at "
            "%(location)s.",
            **names,
        )

    @api.model
    def _get_dropped_text(self, order, kind, pickings):
        return self.env._(
            "%(transfer)s is removed: put-away is no longer required at %(location)s.",
            transfer=", ".join(pickings.mapped("name")),
            location=self._get_request_location(order, kind).display_name,
        )

    @api.model
    def _get_kept_text(self, order, kind, pickings):
        return self.env._(
            "Put-away is no longer required at %(location)s, but somebody has begun "
            "with %(transfer)s: what was picked stays. Validate or cancel the "
            "transfer.",
            transfer=", ".join(pickings.mapped("name")),
            location=self._get_request_location(order, kind).display_name,
        )

    @api.model
    def _get_needless_text(self, order, kind, pickings):
        """Return what is said of open requests that only a refresh with the option
        would remove.
        """
        request = self._get_empty_request(order, kind)
        if not any(self._diff_request(order, request).values()):
            return self._get_kept_text(order, kind, pickings)
        return self.env._(
            "%(transfer)s is open, but put-away is no longer required at %(location)s. "
            "Refresh %(order)s with Create Inbound Request to remove it.",
            transfer=", ".join(pickings.mapped("name")),
            location=self._get_request_location(order, kind).display_name,
            order=order.name,
        )

    @api.model
    def _get_request_note(self, order, request, preview=False):
        """Return in a sentence what a transfer puts away."""
        location = self.env["stock.location"]
        names = {
            "order": order.name,
            "from": location.browse(request.source_id).display_name,
            "destination": location.browse(request.destination_id).display_name,
            "lines": ", ".join(
                self._format_request_line(product_id, row[0])
                for product_id, row in request.wanted.items()
            ),
        }
        if not request.wanted:
            if request.kind == "components":
                return self.env._(
                    "No component is missing at %(destination)s: nothing to put away.",
                    **names,
                )
            return self.env._("%(order)s leaves no output to put away.", **names)
        pickings = self._get_open_requests(order, request.kind)
        names["transfer"] = ", ".join(pickings.mapped("name"))
        if pickings:
            return self.env._(
                "%(transfer)s puts away from %(from)s into %(destination)s: %(lines)s.",
                **names,
            )
        if preview:
            return self.env._(
                "A transfer will put away from %(from)s into %(destination)s: "
                "%(lines)s.",
                **names,
            )
        return ""

    @api.model
    def _format_request_line(self, product_id, quantity):
        product = self.env["product.product"].browse(product_id)
        number = self.env["mrp.production.refresh.format"]._format_value(
            "stock.move", "product_uom_qty", quantity
        )
        return f"{number} {product.uom_id.name} {product.display_name}"
