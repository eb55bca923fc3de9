from collections import defaultdict

from odoo import api, models
from odoo.fields import Command


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Child orders, and purchases, that supply make-to-order components."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _follow_source(self, plan, move, need, delta, goes):
        """Let child orders or purchases of a component follow a change of its need.

        :param goes: whether the component is about to be removed
        :return: procurements to run
        """
        unit = move.product_id.uom_id
        if unit.compare(delta, 0) > 0:
            if move.rule_id.procure_method == "mts_else_mto":
                delta = min(delta, self._get_stock_shortage(move))
            delta = min(delta, need - min(self._get_supplied(move), need))
            if unit.compare(delta, 0) > 0:
                return [self._prepare_procurement(move, delta)]
        elif unit.compare(delta, 0) < 0:
            self._reduce_sources(plan, move, -delta, goes)
        return []

    @api.model
    def _get_supplied(self, moves):
        """Return how much was made or bought for moves alone, or is about to be, in
        the product's unit.
        """
        # Odoo 19 links nobody with a move that it adds when a child order makes more
        origs = moves.move_orig_ids
        origs = (origs | origs.production_id.move_finished_ids).filtered(
            lambda orig: orig.product_id in moves.product_id and orig.state != "cancel"
        )
        others = (origs.move_dest_ids - moves).filtered(lambda m: m.state != "cancel")
        others |= self._get_unlinked(moves)
        supplied = sum(map(self._get_done_quantity, origs))
        return supplied - sum(map(self._get_done_quantity, others))

    @api.model
    def _get_unlinked(self, moves):
        """Return moves of other orders that wait for what supplies some moves, without
        a link to it.

        Odoo 19 makes more of a child order of the same references, for whoever asks
        (``stock.rule._make_mo_get_domain``), without a link to what asked.
        """
        group = moves.production_group_id
        # a child order that was merged has the references of all its parents
        references = (
            moves.reference_ids | moves.move_orig_ids.production_id.reference_ids
        )
        found = self._search_unlinked(moves.product_id, references)
        return found.filtered(
            lambda move: (
                move.production_group_id and move.production_group_id not in group
            )
        )

    @api.model
    def _search_unlinked(self, products, references):
        """Return moves that wait for products and nothing is linked with."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", products.ids),
                ("reference_ids", "in", references.ids),
                ("production_id", "=", False),
                ("procure_method", "=", "make_to_order"),
                ("move_orig_ids", "=", False),
                ("state", "in", ("waiting", "confirmed", "partially_available")),
            ]
        )
        if "created_purchase_line_ids" in moves._fields:
            # planners may not read purchases
            moves = moves.filtered(lambda m: not m.sudo().created_purchase_line_ids)
        return moves

    @api.model
    def _reduce_sources(self, plan, move, cut, goes=False):
        """Take ``cut`` (product's unit) off what supplies a move.

        :param goes: whether the move is about to be cancelled or deleted
        """
        if not move.move_orig_ids and move.procure_method == "make_to_order":
            self._reduce_unlinked(plan, move, cut, goes)
        if not goes and move.rule_id.procure_method != "mts_else_mto":
            # somebody may have made the supply smaller already
            cut = min(cut, self._get_supplied(move) - move.product_qty)
        moves = move.move_orig_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        made = moves.filtered("production_id")
        children = made.production_id.filtered(
            lambda child: child.product_id == move.product_id
        )
        parts = {}
        # others may share what was made for a move that goes
        left = min(cut, self._get_supplied(move)) if goes and children else cut
        for child in children.sorted("id", reverse=True):
            parts[child] = max(min(left, child.product_uom_qty), 0.0)
            left -= parts[child]
        cut -= sum(parts.values())
        if goes:
            staying = children.filtered(lambda c: parts[c] < c.product_uom_qty)
            self._hand_over(move, staying)
        for child, part in parts.items():
            if part:
                self._reduce_child(plan, child, part)
        if "created_purchase_line_ids" in move._fields:  # purchase_stock
            cut -= self._reduce_purchases(plan, move, cut, goes)
        # what was made or received already goes on to where it is stored
        transfers = (moves - made).filtered(
            lambda m: (
                not m.raw_material_production_id
                and "done" not in m.move_orig_ids.mapped("state")
            )
        )
        if "purchase_line_id" in transfers._fields:
            transfers = transfers.filtered(lambda move: not move.purchase_line_id)
        if transfers and cut > 0:
            newest = transfers.sorted("id", reverse=True)
            cut -= self._reduce_moves(plan, newest, cut)
        if move.product_id.uom_id.compare(cut, 0) > 0:
            self._tell_makers(plan, move)

    @api.model
    def _get_unlinked_surplus(self, move, goes=False):
        """Return the child orders that make a product for a move without a link to it,
        and what they make that nobody of its references needs, in the product's unit.
        """
        product = move.product_id
        unlinked = self._search_unlinked(product, move.reference_ids).sudo()
        # a planner may not write every child: it was made by the superuser too
        children = self.env["mrp.production"].sudo()
        if move not in unlinked:
            return children, 0.0
        children = children.search(
            [
                ("product_id", "=", product.id),
                ("reference_ids", "in", move.reference_ids.ids),
                ("company_id", "=", move.company_id.id),
                ("state", "!=", "cancel"),
            ],
            order="id desc",
        )
        if children.bom_id.filtered("enable_batch_size"):
            return children, 0.0
        finished = children.move_finished_ids.filtered(
            lambda m: m.product_id == product and m.state != "cancel"
        )
        waiting = finished.move_dest_ids.filtered(lambda m: m.state != "cancel")
        waiting |= unlinked
        need = sum(map(self._get_done_quantity, waiting - move if goes else waiting))
        return children, sum(map(self._get_done_quantity, finished)) - need

    @api.model
    def _reduce_unlinked(self, plan, move, cut, goes=False):
        """Take ``cut`` (product's unit) off the child orders that make a product for a
        move without a link to it, as far as nobody else of its references needs it.
        """
        children, surplus = self._get_unlinked_surplus(move, goes)
        cut = self._reduce_children(plan, children, min(cut, surplus), move.browse())
        if goes and children:
            # others that go in the same call do not count it any more
            move.procure_method = "make_to_stock"
        if move.product_id.uom_id.compare(cut, 0) > 0:
            parent = self.env["mrp.production"].browse(plan.order_id)
            for child in children.filtered(lambda child: child.state == "done"):
                self._leave_activity(plan, parent, child, child.user_id)

    @api.model
    def _hand_over(self, move, children):
        """Have child orders serve those who wait for them without a link, and no more
        the move that goes, for which they were made first.
        """
        finished = children.move_finished_ids.filtered(
            lambda made: (
                made.product_id == move.product_id
                and made.state not in ("done", "cancel")
            )
        )
        if not finished:
            return
        references = move.reference_ids | children.reference_ids
        waiting = self._search_unlinked(move.product_id, references) - move
        finished.move_dest_ids = [
            Command.unlink(move.id),
            *(Command.link(other.id) for other in waiting),
        ]
        move.procure_method = "make_to_stock"  # as of one whose supply was cancelled
        children.production_group_id.parent_ids |= waiting.production_group_id

    @api.model
    def _tell_makers(self, plan, move):
        """Leave an activity on the done child orders that made too much for a move."""
        parent = self.env["mrp.production"].browse(plan.order_id)
        origs, seen = move.move_orig_ids, move
        while origs:
            seen |= origs
            # a planner may not write every child: it was made by the superuser too
            for child in origs.production_id.sudo():
                if child.state == "done" and child.product_id == move.product_id:
                    self._leave_activity(plan, parent, child, child.user_id)
            origs = origs.move_orig_ids - seen

    @api.model
    def _balance_children(self, plan, order, product, removed):
        """Take off child orders what they make beyond the need of their only parent.

        Odoo 19 leaves child orders as they are when somebody lowers a line by hand.
        """
        children, surplus = self._get_child_surplus(order, product, removed)
        self._reduce_children(plan, children, surplus, removed)

    @api.model
    def _reduce_children(self, plan, children, cut, removed):
        """Take ``cut`` (product's unit) off open child orders, the newest first, and
        return what is left of it. First goes what each makes beyond its own lines.
        """
        for spared in (True, False):
            for child in children.sorted("id", reverse=True):
                part = min(cut, child.product_uom_qty)
                if spared:
                    part = min(part, self._get_own_surplus(child, removed))
                is_open = child.state not in ("done", "cancel")
                if is_open and child.product_id.uom_id.compare(part, 0) > 0:
                    self._reduce_child(plan, child, part)
                    cut -= part
        return cut

    @api.model
    def _get_own_surplus(self, child, removed):
        """Return what a child order makes beyond the need of the moves that are linked
        with it, in the product's unit.
        """
        finished = child.move_finished_ids.filtered(
            lambda move: move.product_id == child.product_id and move.state != "cancel"
        )
        served = (finished.move_dest_ids - removed).filtered(
            lambda move: move.state != "cancel"
        )
        return child.product_uom_qty - sum(map(self._get_done_quantity, served))

    @api.model
    def _get_child_surplus(self, order, product, removed):
        """Return the child orders that make a product for an order, and what they make
        beyond its need, in the product's unit.

        It is 0.0 for child orders that have other parents too, and for orders made in
        batches: they make what a batch is.
        """
        group = order.production_group_id
        children = group.sudo().child_ids.production_ids.filtered(
            lambda child: child.product_id == product and child.state != "cancel"
        )
        if not children or children.bom_id.filtered("enable_batch_size"):
            return children, 0.0
        if children.production_group_id.parent_ids != group:
            return children, 0.0
        served = children.move_finished_ids.move_dest_ids.filtered(
            lambda move: move.state != "cancel"
        )
        if any(move.production_group_id != group for move in served):
            return children, 0.0
        lines = (group.production_ids | order).move_raw_ids - removed
        need = sum(
            line.product_qty
            for line in lines
            if line.product_id == product and line.state != "cancel"
        )
        made_for = served.filtered(lambda move: move.product_id == product)
        need += sum(self._get_unlinked(made_for).mapped("product_qty"))
        lines = lines.filtered(lambda line: line.product_id == product)
        takers = self._get_takers(lines, children)
        if takers:
            surplus = -self._get_shortage(children, takers)
        else:
            surplus = sum(children.mapped("product_uom_qty")) - need
        return children, product.uom_id.round(surplus, rounding_method="HALF-UP")

    # from stock, and made to order only what stock does not have

    @api.model
    def _get_takers(self, lines, children):
        """Return the open ones among component lines, and the transfers that bring
        them, for which only what stock does not have is made; and those of others that
        the same child orders are made for.
        """
        moves = lines | lines.move_orig_ids.filtered("picking_id")
        takers = moves.filtered(
            lambda move: (
                move.rule_id.procure_method == "mts_else_mto"
                and move.state not in ("done", "cancel")
            )
        )
        if takers and children:
            takers |= takers.search(
                [
                    ("product_id", "in", takers.product_id.ids),
                    ("reference_ids", "in", children.reference_ids.ids),
                    ("rule_id.procure_method", "=", "mts_else_mto"),
                    ("production_id", "=", False),
                    ("state", "not in", ("draft", "done", "cancel")),
                ]
            )
        return takers

    @api.model
    def _get_stock_shortage(self, move):
        """Return how much more of a component must be made than stock has and child
        orders make, in the product's unit.
        """
        order, product = move.raw_material_production_id, move.product_id
        group = order.production_group_id
        children = group.sudo().child_ids.production_ids.filtered(
            lambda child: child.product_id == product and child.state != "cancel"
        )
        lines = (group.production_ids | order).move_raw_ids.filtered(
            lambda line: line.product_id == product
        )
        takers = self._get_takers(lines, children)
        return max(self._get_shortage(children, takers), 0.0)

    @api.model
    def _get_shortage(self, children, takers):
        """Return what open child orders make too little for moves that take from stock
        what it has, less than zero when they make too much, in the product's unit.
        """
        short = sum(
            max(sum(moves.mapped("product_qty")) - self._get_stock(moves), 0.0)
            for moves in takers.grouped("location_id").values()
        )
        coming = children.filtered(lambda child: child.state != "done")
        return short - sum(coming.mapped("product_uom_qty"))

    @api.model
    def _get_stock(self, moves):
        """Return how much of their product stock has for moves from one place."""
        # planners need not read quants to reserve them
        product = moves.product_id.sudo().with_context(location=moves.location_id.id)
        held = sum(moves.move_line_ids.mapped("quantity_product_uom"))
        return max(product.free_qty, 0.0) + held

    @api.model
    def _reduce_child(self, plan, child, cut):
        """Make a child order smaller by ``cut`` (product's unit), or cancel it, with
        its own children; leave an activity if somebody has begun with it.
        """
        # a planner may not write every child: it was made by the superuser too
        child = child.sudo()
        parent = self.env["mrp.production"].browse(plan.order_id)
        if child.state not in ("draft", "confirmed") or self._get_started_record(child):
            self._leave_activity(plan, parent, child, child.user_id)
            return
        unit = child.product_id.uom_id
        left = child.product_uom_qty - cut
        before = {move: move.product_qty for move in child.move_raw_ids}
        if unit.compare(left, 0) <= 0:
            for move, need in before.items():
                self._reduce_sources(plan, move, need, goes=True)
            self._note_going(plan, child)
            child.with_context(skip_activity=True).action_cancel()
            return
        quantity = unit._compute_quantity(
            left, child.product_uom_id, rounding_method="HALF-UP"
        )
        if child.state == "draft":
            child.product_qty = quantity
            return
        reserved = self._get_reserved_moves(child.move_raw_ids)
        self._write_quantity(child, quantity)
        # its supply follows here, by the same rules as that of the parent
        self.sudo()._follow_needs({child.id: plan}, before, self.env["stock.move"])
        reserved._action_assign()

    @api.model
    def _write_quantity(self, child, quantity):
        """Change the quantity of an order nobody has begun with, and of its lines.

        Odoo 19 (``change.production.qty``) adds a move when an order shall make more,
        and takes the wrong quantities off when there are several.
        """
        factor = quantity / child.product_qty
        child.with_context(no_procurement=True)._update_raw_moves(factor)
        groups = defaultdict(self.env["stock.move"].sudo().browse)
        for move in child.move_finished_ids.sorted("id"):
            if move.state not in ("done", "cancel"):
                groups[move.product_id, move.byproduct_id, move.product_uom] |= move
        for moves in groups.values():
            total = sum(moves.mapped("product_uom_qty")) * factor
            if len(moves) > 1:
                moves[0].move_dest_ids |= moves.move_dest_ids
                self._remove_moves(moves[1:])
            moves[0].with_context(no_procurement=True).product_uom_qty = total
        child.product_qty = quantity
        for workorder in child.workorder_ids:
            workorder.duration_expected = workorder._get_duration_expected(ratio=factor)
