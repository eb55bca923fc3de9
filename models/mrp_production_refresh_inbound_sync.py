from dataclasses import replace

from markupsafe import Markup

from odoo import api, models
from odoo.fields import Command

from ..planning.inbound import OpenLine, settle_lines


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Bring the open transfer of a request to what is to be put away."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _diff_request(self, order, request, dates=True):
        """Return what an open transfer has to change for a request.

        :param dates: follow the dates of the request as well
        :return: ``{"updates": {move: vals}, "removed": moves, "added": {product id:
            quantity}}``
        """
        moves = self._get_open_request_moves(order, request.kind)
        stray = moves.filtered(
            lambda move: (
                move.location_id.id != request.source_id
                or move.location_dest_id.id != request.destination_id
            )
        )
        # what was begun with elsewhere is ended there
        moves -= stray.filtered(lambda move: move._get_inbound_picked_qty())
        removed = stray & moves
        moves -= removed
        targets, added = settle_lines(
            {product_id: row[0] for product_id, row in request.wanted.items()},
            [
                OpenLine(
                    move.id,
                    move.product_id.id,
                    move.product_qty,
                    move._get_inbound_picked_qty(),
                )
                for move in moves
            ],
        )
        updates = {}
        for move in moves:
            if move.product_id.uom_id.is_zero(targets[move.id]):
                removed |= move
                continue
            vals = self._prepare_request_update(move, targets[move.id])
            date = request.wanted.get(move.product_id.id, (0, False))[1]
            if dates and date and move.date != date and not move.picked:
                vals["date"] = date
            if vals:
                updates[move] = vals
        return {"updates": updates, "removed": removed, "added": added}

    @api.model
    def _prepare_request_update(self, move, quantity):
        unit = move.product_id.uom_id
        if not unit.compare(quantity, move.product_qty):
            return {}
        return {"product_uom_qty": unit._compute_quantity(quantity, move.product_uom)}

    @api.model
    def _sync_request(self, order, request, dates=True, cancel=False):
        """Make, change or remove the transfer of a request.

        :param dates: follow the dates of the request as well
        :param cancel: cancel what is not needed, instead of deleting it
        :return: whether anything was written
        """
        diff = self._diff_request(order, request, dates=dates)
        pickings = self._get_open_requests(order, request.kind)
        touched = self.env["stock.move"]
        for move, vals in diff["updates"].items():
            if "product_uom_qty" in vals:
                touched |= move
            move.write(vals)
        if diff["added"]:
            touched |= self._add_request_moves(order, request, diff["added"])
            pickings |= touched.picking_id
        linked = request.kind == "output" and self._link_output(order)
        removed = diff["removed"]
        removed._action_cancel()
        if not cancel:
            removed.unlink()
            pickings.filtered(lambda picking: not picking.move_ids).unlink()
        touched.filtered(self._is_request_reserved_at_once)._action_assign()
        return bool(diff["updates"] or diff["added"] or removed or linked)

    @api.model
    def _is_request_reserved_at_once(self, move):
        return move.move_orig_ids or move._should_assign_at_confirm()

    @api.model
    def _add_request_moves(self, order, request, quantities):
        """Add lines to the open transfer of a request, a new one if there is none."""
        pickings = self._get_open_requests(order, request.kind).filtered(
            lambda picking: (
                picking.location_id.id == request.source_id
                and picking.location_dest_id.id == request.destination_id
            )
        )
        picking = pickings[:1] or self._create_request(order, request)
        moves = self.env["stock.move"].create(
            [
                self._prepare_request_move_vals(
                    order, request, picking, product_id, quantity
                )
                for product_id, quantity in quantities.items()
            ]
        )
        if request.kind == "output":
            self._link_output(order, moves)
        return moves._action_confirm(merge=False)

    @api.model
    def _create_request(self, order, request):
        picking = self.env["stock.picking"].create(
            self._prepare_request_vals(order, request)
        )
        picking.message_post_with_source(
            "mail.message_origin_link",
            render_values={"self": picking, "origin": order},
            subtype_xmlid="mail.mt_note",
        )
        order._message_log(
            body=Markup(self.env._("Inbound request: %s")) % picking._get_html_link()
        )
        return picking

    @api.model
    def _prepare_request_vals(self, order, request):
        location = self._get_request_location(order, request.kind)
        return {
            "picking_type_id": location.warehouse_id.int_type_id.id,
            "location_id": request.source_id,
            "location_dest_id": request.destination_id,
            "company_id": order.company_id.id,
            "origin": order.name,
            "user_id": False,
            "inbound_production_id": order.id,
            "inbound_kind": request.kind,
        }

    @api.model
    def _prepare_request_move_vals(self, order, request, picking, product_id, quantity):
        product = self.env["product.product"].browse(product_id)
        is_output = request.kind == "output"
        return {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "product_uom": product.uom_id.id,
            "location_id": request.source_id,
            "location_dest_id": request.destination_id,
            "picking_id": picking.id,
            "picking_type_id": picking.picking_type_id.id,
            "warehouse_id": picking.picking_type_id.warehouse_id.id,
            "company_id": order.company_id.id,
            "origin": order.name,
            "date": request.wanted[product_id][1],
            "production_group_id": order.production_group_id.id,
            "reference_ids": [Command.set(order.reference_ids.ids)],
            "procure_method": "make_to_order" if is_output else "make_to_stock",
            "propagate_cancel": False,
        }

    @api.model
    def _link_output(self, order, moves=None):
        """Chain open output lines to the moves that bring what they put away.

        :return: whether anything was written
        """
        sources = self._get_output_moves(order)
        changed = False
        if moves is None:
            moves = self._get_open_request_moves(order, "output")
        for move in moves:
            missing = (
                sources.filtered(
                    lambda source, m=move: source.product_id == m.product_id
                )
                - move.move_orig_ids
            )
            if missing:
                move.write(
                    {
                        "move_orig_ids": [
                            Command.link(source.id) for source in missing
                        ],
                        "procure_method": "make_to_order",
                    }
                )
                self._keep_output_together(move, missing)
                changed = True
        return changed

    @api.model
    def _keep_output_together(self, move, sources):
        """Take back the shelves that Odoo chose when the order was confirmed: what goes
        to a shelf of the same location is put there by the request.
        """
        if move.location_dest_id == move.location_id:
            lines = sources.filtered(
                lambda source: source.state != "done"
            ).move_line_ids
            lines.location_dest_id = move.location_id

    @api.model
    def _leave_activity(self, plan, parent, document, *args, **kwargs):
        """A request follows by itself, or its planner is warned: nobody has to look."""
        if document._name == "stock.picking" and document.inbound_kind:
            return None
        return super()._leave_activity(plan, parent, document, *args, **kwargs)

    # what happens to an order besides a refresh

    @api.model
    def _follow_inbound_output(self, orders, cancel=False):
        """Let open output requests follow what orders really make."""
        for order in orders:
            if self._get_open_requests(order, "output"):
                request = self._get_inbound_request(order, "output")
                self._sync_request(order, request, dates=False, cancel=cancel)

    @api.model
    def _follow_inbound_components(self, orders):
        """Share out what was asked for: each order has its own request."""
        for order in orders.sorted("id"):
            if self._can_request(order, "components"):
                request = self._get_inbound_request(order, "components")
                self._sync_request(order, request, dates=False)

    @api.model
    def _gather_requests(self, order, pickings):
        """Make one order the owner of open requests, one transfer of each kind."""
        pickings.write({"inbound_production_id": order.id, "origin": order.name})
        for kind in set(pickings.mapped("inbound_kind")):
            own = pickings.exists().filtered(
                lambda picking, k=kind: picking.inbound_kind == k
            )
            own.move_ids.origin = order.name
            first, others = own[:1], own[1:]
            moves = others.move_ids.filtered(
                lambda move: (
                    move.state not in ("done", "cancel")
                    and not move._get_inbound_picked_qty()
                )
            )
            moves.picking_id = first
            moves.move_line_ids.picking_id = first
            others.filtered(lambda picking: not picking.move_ids).unlink()
            request = self._get_inbound_request(order, kind)
            if not self._can_request(order, kind):
                request = replace(request, wanted={})
            self._sync_request(order, request)

    @api.model
    def _can_request(self, order, kind):
        location = self._get_request_location(order, kind)
        return (
            self._has_requests(order)
            and location._get_putaway_processing(kind) == "required"
            and not self._get_inbound_obstacle(order, kind)
        )
