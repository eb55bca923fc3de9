from odoo import api, models
from odoo.fields import Command


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Transfers within the warehouse, in 2 and 3 steps, bring what an order's lines
    need, no more and no less; what was picked already is brought back.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _follow_transfers(self, plan, order, product, location, deltas, removed):
        """Bring what the transfers of an order carry to what its lines need.

        The transfers themselves are counted, in the product's unit: what went wrong
        earlier is put right too. What was picked already is brought back.

        :return: procurements to run
        """
        unit = product.uom_id
        into, back = self._get_transfer_moves(order, product, location)
        lines = self._get_component_moves(order, product, location) - removed
        scraps = self._get_scrap_moves(order, product, location)
        missing = self._get_missing_transfer(into, back, lines, scraps)
        smaller = self.env["stock.move"].union(*(m for m in deltas if deltas[m] < 0))
        # first what serves removed lines, then lines that need less, then the newest
        open_into = into.filtered(lambda move: move.state != "done").sorted(
            lambda move: (
                bool(move.move_dest_ids - removed),
                not move.move_dest_ids & smaller,
                -move.id,
            )
        )
        open_back = back.filtered(lambda move: move.state != "done").sorted(
            "id", reverse=True
        )
        staying = lines.filtered(lambda line: line.state not in ("done", "cancel"))
        # nothing is brought and taken back at the same time
        both = min(
            sum(open_into.mapped("product_qty")), sum(open_back.mapped("product_qty"))
        )
        self._reduce_moves(plan, open_back, max(missing, 0.0) + both)
        self._reduce_moves(plan, open_into, max(-missing, 0.0) + both)
        counted = into, back, lines, scraps
        missing = self._reduce_rounded(plan, open_into, counted)
        if unit.compare(missing, 0) > 0:
            missing -= self._raise_moves(into, missing)
            if self._take_product_unit(into):
                missing = self._reduce_rounded(plan, open_into, counted)
        elif unit.compare(missing, 0) < 0:
            self._tell_pickers(plan, order, open_into.filtered("picked"))
        if not any(line.product_uom_qty for line in staying):
            self._cancel_rests(plan, open_into)
        self._cancel_rests(plan, open_back.exists())
        enough = unit.compare(missing, 0) <= 0
        alone = self._link_transfers(into, staying, removed, enough)
        if unit.is_zero(missing):
            return self._prepare_small_procurements(alone, location)
        if missing < 0 and self._is_kit(product, order.company_id):
            # Odoo moves the components of a kit, not the kit that was picked
            self._tell_pickers(plan, order, into)
            return []
        move = max(deltas, key=lambda m: (deltas[m] * missing, m not in removed))
        if missing > 0 and move in removed and staying:
            move = staying[0]
        procurement = self._prepare_procurement(move, missing, location)
        if missing > 0 and procurement.values["move_dest_ids"]:
            procurement.values["move_dest_ids"] |= alone
        return [procurement]

    @api.model
    def _reduce_rounded(self, plan, moves, counted):
        """Take off open transfers what they carry too much because each is rounded, and
        so is what they carry together.

        :param counted: the arguments of :meth:`_get_missing_transfer`
        :return: what is missing then
        """
        missing = self._get_still_missing(*counted)
        if missing >= 0:
            return missing
        left = moves.exists().filtered(lambda move: move.state != "cancel")
        self._reduce_moves(plan, left, -missing)
        return self._get_still_missing(*counted)

    @api.model
    def _prepare_small_procurements(self, lines, location):
        """Return procurements for lines whose need is nothing in the product's unit, in
        their own, as a new order has a few grams of kilograms brought.
        """
        return [
            self._prepare_procurement(line, 0, location)._replace(
                product_qty=line.product_uom_qty, product_uom=line.product_uom
            )
            for line in lines
            if not line.product_uom.is_zero(line.product_uom_qty)
        ]

    @api.model
    def _is_kit(self, product, company):
        found = self.env["mrp.bom"]._bom_find(
            product, company_id=company.id, bom_type="phantom"
        )
        return bool(found[product])

    @api.model
    def _link_transfers(self, into, lines, removed, enough):
        """Make lines that lost their transfer wait for a transfer again.

        Odoo makes a line to stock when the transfer that supplied it is cancelled.

        :param enough: whether no other transfer will be made
        :return: the lines that must wait for the transfer that will be made
        """
        lost = lines.filtered(lambda line: line.procure_method != "make_to_order")
        lost._adjust_procure_method()
        orphans = into.filtered(
            lambda m: m.state != "cancel" and not m.move_dest_ids - removed
        )
        if orphans and lines:
            (lost or lines)[0].move_orig_ids = [Command.link(m.id) for m in orphans]
        # nothing is brought for these alone: they share what others wait for
        alone = lines.filtered(self._waits_for_nothing)
        shared = into.filtered(lambda m: m.state != "cancel")
        if enough and alone and shared:
            alone.move_orig_ids = [Command.link(m.id) for m in shared]
        return alone.filtered(self._waits_for_nothing)

    @api.model
    def _waits_for_nothing(self, move):
        """Return whether a line waits for a supply that is not there."""
        return move.procure_method == "make_to_order" and not move.move_orig_ids

    @api.model
    def _cancel_rests(self, plan, moves):
        """Cancel transfers that serve no line but are too small to count in the
        product's unit: Odoo 19 takes as many grams back as it was to bring kilograms.
        """
        for move in moves:
            too_small = move.product_id.uom_id.is_zero(move.product_qty)
            if move.state != "cancel" and not move.picked and too_small:
                self._reduce_move(plan, move, move.product_qty)

    @api.model
    def _tell_pickers(self, plan, order, moves):
        """Ask for a look at transfers of which more was picked than is needed still."""
        moves = moves.exists().filtered(lambda move: move.state != "cancel")
        for picking in moves.picking_id.sudo():
            self._leave_activity(plan, order, picking, picking.user_id)

    @api.model
    def _get_missing_transfer(self, into, back, lines, scraps):
        """Return how much more transfers must bring (less than zero: take back) in the
        product's unit.

        :param into, back: the moves to and from the components location
        :param lines: the component lines that take the product from there
        :param scraps: the moves that took it away as scrap, replaced ones first
        """
        missing = self._get_carried(lines | back) - self._get_carried(into)
        for move in scraps:
            quantity = self._get_done_quantity(move)
            if move.scrap_id.should_replenish:
                missing += quantity
            elif missing < 0:
                # it is not there to be taken back
                missing = min(missing + quantity, 0.0)
        return missing

    @api.model
    def _get_still_missing(self, into, back, lines, scraps):
        """Return the same after transfers were made smaller, cancelled or deleted."""
        into, back = (
            moves.exists().filtered(lambda move: move.state != "cancel")
            for moves in (into, back)
        )
        return self._get_missing_transfer(into, back, lines, scraps)

    @api.model
    def _get_carried(self, moves):
        """Return what moves of a product carry together, rounded once in its unit:
        hundredths of a kilogram that each rounds to grams add up.
        """
        open_moves = moves.filtered(lambda move: move.state != "done")
        carried = sum(map(self._get_done_quantity, moves - open_moves))
        carried += sum(
            move.product_uom._compute_quantity(
                move.product_uom_qty, move.product_id.uom_id, round=False
            )
            for move in open_moves
        )
        return moves.product_id.uom_id.round(carried) if moves else 0.0

    @api.model
    def _get_scrap_moves(self, order, product, location):
        """Return what an order and its backorders scrapped of a component where they
        take it from, replaced ones first.
        """
        orders = self._get_parts(order)
        scraps = self.env["stock.scrap"].search(
            [
                ("production_id", "in", orders.ids),
                ("product_id", "=", product.id),
                ("location_id", "=", location.id),
                ("state", "=", "done"),
            ],
            order="should_replenish desc, id",
        )
        return scraps.move_ids

    @api.model
    def _get_done_quantity(self, move):
        """Return what a move carried if it is done, else what it shall carry."""
        if move.state != "done":
            return move.product_qty
        return move.product_uom._compute_quantity(
            move.quantity, move.product_id.uom_id, rounding_method="HALF-UP"
        )

    @api.model
    def _get_transfer_moves(self, order, product, location, memory=None):
        """Return the moves that procurement made to and from the components location
        for an order and its backorders.

        :param memory: of a plan, when nothing has been written since it began: the
            moves of all its orders are read together
        """
        group = self._get_group(order)
        moves = self._get_moves_of_groups(group, memory).get((group, product))
        moves = moves or self.env["stock.move"]
        into = moves.filtered(lambda move: move.location_dest_id == location)
        return into, moves.filtered(lambda move: move.location_id == location) - into

    @api.model
    def _get_moves_of_groups(self, group, memory):
        """Return the transfer moves by (production group, product): of one group, or
        with a memory, of all that were read with it.
        """
        if memory is None:
            return self._search_transfer_moves(group)
        known = memory.setdefault("transfers", {})
        if group not in known:
            groups = group.browse(group._prefetch_ids) | group
            known.update(dict.fromkeys(groups, self._search_transfer_moves(groups)))
        return known.get(group, {})

    @api.model
    def _search_transfer_moves(self, groups):
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "in", groups.ids),
                ("state", "!=", "cancel"),
                ("raw_material_production_id", "=", False),
                ("production_id", "=", False),
                ("rule_id", "!=", False),
            ]
        )
        return moves.grouped(lambda move: (move.production_group_id, move.product_id))

    @api.model
    def _get_component_moves(self, order, product, location):
        """Return the lines of an order, and of its other parts, that take a product
        from a place; not yet those of a part that was moved there and not refreshed.
        """
        houses = order.picking_type_id.warehouse_id | location.warehouse_id
        return self._get_parts(order).move_raw_ids.filtered(
            lambda move: (
                move.product_id == product
                and move.location_id == location
                and move.state != "cancel"
                and (
                    move.raw_material_production_id == order
                    or move.warehouse_id in houses
                )
            )
        )

    @api.model
    def _raise_moves(self, moves, quantity):
        """Let an open one of some moves bring up to ``quantity`` (product's unit) more
        of what was made or bought for them already.

        :return: how much more it brings
        """
        moves = moves.exists().filtered(lambda move: move.state != "cancel")
        surplus = self._get_supplied(moves) - sum(map(self._get_done_quantity, moves))
        part = min(quantity, surplus)
        open_moves = moves.filtered(lambda move: move.state != "done")
        if not open_moves or open_moves.product_id.uom_id.compare(part, 0) <= 0:
            return 0.0
        move = open_moves.sorted(lambda m: (not m.move_orig_ids, m.id))[0]
        move.product_uom_qty = move.product_id.uom_id._compute_quantity(
            move.product_qty + part, move.product_uom, rounding_method="HALF-UP"
        )
        move._action_assign()
        return part

    @api.model
    def _reduce_moves(self, plan, moves, quantity):
        """Take ``quantity`` (product's unit) off open moves, in their order.

        :return: how much was taken off; what a worker has picked already stays
        """
        left = quantity
        for move in moves:
            unit = move.product_id.uom_id
            cut = min(left, self._get_open_quantity(move))
            if unit.compare(cut, 0) <= 0:
                continue
            if not move.move_orig_ids and move.procure_method == "make_to_order":
                # Odoo 19 makes more of a child order without a link to the new transfer
                made = (moves - move).move_orig_ids.filtered("production_id")
                move.move_orig_ids = made
            self._reduce_move(plan, move, cut)
            left -= cut
            if unit.compare(left, 0) <= 0:
                break
        return quantity - left

    @api.model
    def _get_open_quantity(self, move):
        """Return what of an open move no worker has picked, in the product's unit."""
        if not move.picked:
            return move.product_qty
        return move.product_qty - move.product_uom._compute_quantity(
            move.quantity, move.product_id.uom_id, rounding_method="HALF-UP"
        )

    @api.model
    def _reduce_move(self, plan, move, cut):
        """Take ``cut`` (product's unit) off an open transfer and what supplies it."""
        unit = move.product_id.uom_id
        if unit.compare(cut, move.product_qty) >= 0:
            # else the component that it was for would be cancelled with it
            move.propagate_cancel = False
            self._reduce_sources(plan, move, cut, goes=True)
            move._action_cancel()
            return
        self._write_transfer(
            move, self._prepare_transfer_vals(move, move.product_qty - cut)
        )
        self._reduce_sources(plan, move, cut)

    @api.model
    def _prepare_transfer_vals(self, move, quantity):
        """Return the values with which a move carries ``quantity`` (product's unit): in
        its own unit, or where that cannot say it, in the product's.
        """
        unit = move.product_id.uom_id
        own = unit._compute_quantity(
            quantity, move.product_uom, rounding_method="HALF-UP"
        )
        said = move.product_uom._compute_quantity(own, unit, rounding_method="HALF-UP")
        if move.picked or unit.compare(said, quantity) == 0:
            return {"product_uom_qty": own}
        return {"product_uom_qty": quantity, "product_uom": unit.id}

    @api.model
    def _write_transfer(self, move, vals):
        """Change an open transfer; it keeps reserved what it needs still."""
        assigned = move.state in ("assigned", "partially_available")
        less = move.product_uom.compare(move.quantity, vals["product_uom_qty"]) > 0
        held = {}
        if not move.picked and (less or "product_uom" in vals):
            # Odoo 19 would let go of all of it, with the lots that somebody chose
            held = self._release_reservation(move)
        move.write(vals)
        self._reserve_again(move, held.get(move, ()))
        if assigned:
            self._reserve_rest(move)
            move._action_assign()

    @api.model
    def _take_product_unit(self, moves):
        """Have open transfers count in the product's unit, as what is procured next:
        Odoo joins only transfers of one unit.

        :return: the moves that did not, each rounded by itself now
        """
        others = moves.exists().filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and not move.picked
                and move.product_uom != move.product_id.uom_id
            )
        )
        for move in others:
            unit = move.product_id.uom_id
            vals = {"product_uom_qty": move.product_qty, "product_uom": unit.id}
            self._write_transfer(move, vals)
        return others
