from odoo import api, models
from odoo.fields import Command

from .mrp_production_refresh_purchase import ASKED


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What is bought for components, and Odoo 19 does not link with them: for the parts
    of an order that was split, for orders that were merged, for lines that somebody
    removed, and by rules that take from stock first.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _follow_needs(self, plans, needs, removed):
        self._link_purchases(self.env["stock.move"].union(*needs))
        return super()._follow_needs(plans, needs, removed)

    @api.model
    def _leave_sources(self, plan, moves, place):
        self._link_purchases(moves, place)
        return super()._leave_sources(plan, moves, place)

    @api.model
    def _get_source_action(self, move):
        if self._get_purchase_states(move):
            return "buy"
        return super()._get_source_action(move)

    @api.model
    def _has_begun_source(self, move):
        states = self._get_purchase_states(move)
        return states != {"draft"} if states else super()._has_begun_source(move)

    @api.model
    def _get_purchase_states(self, move):
        """Return the states of what vendors are asked for, or were, for a move."""
        if "created_purchase_line_ids" not in move._fields:
            return set()
        # planners may not read purchases
        lines = move.sudo().created_purchase_line_ids
        return {*lines.mapped("state")} - {"cancel"}

    # split and merged orders

    @api.model
    def _link_purchases(self, moves, place=None):
        """Link what was bought for an order with the lines of its other parts, or of
        the order that it was merged into.

        Odoo 19 links it with one part of an order that is split, and with none of one
        that is merged where it is received at the stock of the components
        (``mrp.production._prepare_merge_orig_links``).

        :param place: where the moves were supplied, if not where they take from
        """
        if "created_purchase_line_ids" not in moves._fields:
            return
        moves = moves.sudo()
        parts = self._search_lines_of_parts(moves)
        bought = parts.filtered("created_purchase_line_ids")
        for lost in parts.filtered(self._lost_purchase) if bought else ():
            alike = bought.filtered(
                lambda part, lost=lost: (
                    part.production_group_id == lost.production_group_id
                    and part.product_id == lost.product_id
                )
            )
            source = lost in moves and place or lost.location_id
            self._link_purchase(lost, alike, source.warehouse_id)

    @api.model
    def _search_lines_of_parts(self, moves):
        """Return the lines of the products of moves on all parts of their orders, also
        on those that were merged into others.
        """
        # other parts need not be of this planner; planners may not read purchases
        return moves.sudo().search(
            [
                ("production_group_id", "in", moves.production_group_id.ids),
                ("product_id", "in", moves.product_id.ids),
                ("raw_material_production_id", "!=", False),
            ]
        )

    @api.model
    def _lost_bought(self, move):
        """Return whether a line is linked with nothing, and something is bought for
        other parts of its order.
        """
        return (
            "created_purchase_line_ids" in move._fields
            and self._lost_purchase(move.sudo())
            and bool(self._search_lines_of_parts(move).created_purchase_line_ids)
        )

    @api.model
    def _lost_purchase(self, move):
        """Return whether a line waits for something, and nothing says for what."""
        return (
            move.procure_method == "make_to_order"
            and move.state in ("waiting", "confirmed", "partially_available")
            and not move.move_orig_ids
            and not move.created_purchase_line_ids
        )

    @api.model
    def _link_purchase(self, move, parts, warehouse):
        """Have a line wait for what was bought for other parts of its order."""
        none = warehouse.browse()
        lines = parts.created_purchase_line_ids.filtered(
            lambda line: (
                line.state != "cancel"
                # what goes to a subcontractor is of no warehouse
                and line.order_id.picking_type_id.warehouse_id in (warehouse, none)
            )
        )
        if not lines:
            return
        move.created_purchase_line_ids = [Command.link(line.id) for line in lines]
        received = parts.move_orig_ids.filtered(
            lambda orig: orig.state != "cancel" and not orig.production_id
        )
        if received:
            move.move_orig_ids = [Command.link(orig.id) for orig in received]
            move._recompute_state()

    # lines that somebody removed

    @api.model
    def _apply_components(self, plans):
        added = self._get_added_products(plans)
        left = self._get_left_purchases(added)
        before = self._get_orders(plans).move_raw_ids
        result = super()._apply_components(plans)
        for plan in added if left else ():
            lines = self._get_order(plan).move_raw_ids - before
            # with 2 or 3 steps, goods are bought for the transfers
            for move in lines | lines.move_orig_ids:
                self._take_over_purchases(plan, move, left)
        return result

    @api.model
    def _get_added_products(self, plans):
        """Return ``{plan: product ids}`` of what orders get a line for."""
        added = {}
        for plan in plans:
            ids = {c.product_id for c in plan.components if c.action == "add"}
            if ids and self._get_order(plan).state != "draft":
                added[plan] = ids
        return added

    @api.model
    def _get_left_purchases(self, added):
        """Return ``{purchase line: quantity}`` in the product's unit of what is bought
        for orders and nothing waits for any more.

        Odoo 19 leaves a purchase as it is when the component that it is for is removed
        in the form or cancelled, and buys as much again for the one that comes back.
        """
        if (
            not added
            or "created_purchase_line_ids" not in self.env["stock.move"]._fields
        ):
            return {}
        orders = self._get_orders(added)
        lines = self.env["purchase.order.line"].sudo()
        lines = lines.search(
            [
                ("product_id", "in", list(set().union(*added.values()))),
                ("order_id.reference_ids", "in", orders.reference_ids.ids),
                ("state", "!=", "cancel"),
                ("orderpoint_id", "=", False),
            ]
        )
        return {
            line: line.product_uom_id._compute_quantity(
                line.product_qty, line.product_id.uom_id
            )
            for line in lines
            if set(line.move_dest_ids.mapped("state")) <= {"cancel"}
            # what was ordered with no component in sight is its buyer's
            and (line.move_dest_ids or line.state in ASKED)
        }

    @api.model
    def _take_over_purchases(self, plan, move, left):
        """Have a new line, or its transfer, wait for what was bought for the one of
        before, and take off what was bought for it as well.

        :param left: see :meth:`_get_left_purchases`; what is taken over goes off it
        """
        # planners may not read purchases
        move_sudo = move.sudo()
        unit = move.product_id.uom_id
        cut = 0.0
        for line in move_sudo.created_purchase_line_ids and left:
            part = min(left[line], move.product_qty - cut)
            if (
                line.product_id == move.product_id
                and line.company_id == move.company_id
                and line.order_id.reference_ids & move_sudo.reference_ids
                and unit.compare(part, 0) > 0
            ):
                left[line] -= part
                cut += part
                move_sudo.created_purchase_line_ids |= line
                move_sudo.move_orig_ids |= line.move_ids.filtered(
                    lambda receipt: receipt.state != "cancel"
                )
        if cut:
            self._reduce_purchases(plan, move, cut, False)
            move._recompute_state()
            move._action_assign()

    # from stock, and bought only what stock does not have

    @api.model
    def _reduce_purchases(self, plan, move, cut, goes):
        taken = super()._reduce_purchases(plan, move, cut, goes)
        left = self._get_bought_beyond_stock(move, cut - taken, goes)
        unit = move.product_id.uom_id
        if unit.compare(left, 0) <= 0:
            return taken
        for line in self._search_unlinked_purchases(move):
            if unit.compare(left, 0) > 0:
                part = self._reduce_purchase(plan, line, left, False)
                taken, left = taken + part, left - part
        return taken

    @api.model
    def _get_bought_beyond_stock(self, move, cut, goes):
        """Return how much of a need that fell by ``cut`` stock did not have, of moves
        for which only that is bought, in the product's unit.
        """
        if move.rule_id.procure_method != "mts_else_mto":
            return 0.0
        lines = move.production_group_id.production_ids.move_raw_ids.filtered(
            lambda line: line.product_id == move.product_id
        )
        takers = self._get_takers(lines | move, ()).filtered(
            lambda taker: taker.location_id == move.location_id
        )
        need, stock = sum(takers.mapped("product_qty")), self._get_stock(takers)
        before, after = (need, need - cut) if goes else (need + cut, need)
        return max(before - stock, 0.0) - max(after - stock, 0.0)

    @api.model
    def _search_unlinked_purchases(self, move):
        """Return purchase lines of an order's references that nothing is linked with,
        the latest first, requests for quotation before what was sent to a vendor.
        """
        # planners may not read purchases, procurement makes them as superuser too
        lines = self.env["purchase.order.line"].sudo()
        lines = lines.search(
            [
                ("product_id", "=", move.product_id.id),
                ("company_id", "=", move.company_id.id),
                ("order_id.reference_ids", "in", move.reference_ids.ids),
                ("state", "in", ASKED),
                ("move_dest_ids", "=", False),
                ("orderpoint_id", "=", False),
            ]
        )
        return lines.sorted(lambda line: (line.state != "draft", -line.id))
