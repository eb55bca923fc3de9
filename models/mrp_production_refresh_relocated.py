from collections import defaultdict
from itertools import chain

from odoo import api, models
from odoo.fields import Command


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Orders that work somewhere else than their lines are supplied for: whose
    operation type was changed after they were confirmed.

    Odoo 19 moves the lines of such an order (``stock.move._compute_location_id``) and
    leaves what supplies them where it was.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _read_components(self, plan, moves):
        """Say of lines whose order has moved where they are supplied still."""
        lines = super()._read_components(plan, moves)
        order = plan.order
        if order.state == "draft":
            return lines
        place = order.location_src_id
        in_stock = self._is_in_stock(plan, place)
        # read together with those of other orders
        moves = moves.with_prefetch(order.move_raw_ids._prefetch_ids)
        for line, move in zip(lines, moves, strict=True):
            supplied = move.rule_id or move.move_orig_ids or not in_stock
            if supplied and move.location_id == place:
                line.values["location_id"] = self._get_supplied_place(plan, move).id
        return lines

    @api.model
    def _is_in_stock(self, plan, place):
        """Return whether lines at a place need no rule, as those at the stock."""
        key = ("in stock", place)
        if key not in plan.memory:
            stock = place.warehouse_id.lot_stock_id
            plan.memory[key] = not stock or place._child_of(stock)
        return plan.memory[key]

    @api.model
    def _get_supplied_place(self, plan, move):
        """Return where a line at its order's place is supplied: there, or where its
        order was before, or nowhere if it waits for no supply that it needs there.
        """
        place, source = move.location_id, move.rule_id.location_src_id
        # Odoo 19 finds a new rule when its button changes the quantity afterwards
        # (``stock.move._adjust_procure_method``), and leaves the links
        elsewhere = move.move_orig_ids.filtered(
            lambda orig: (
                orig.state != "cancel"
                and orig.location_dest_id.warehouse_id
                and orig.location_dest_id.warehouse_id != place.warehouse_id
            )
        )
        if elsewhere:
            return elsewhere[0].location_dest_id
        if source:
            return place if place._child_of(source) else source
        key = ("rule", move.product_id, place, move.location_dest_id)
        if key not in plan.memory:
            plan.memory[key] = self._find_rule(move)
        return place.browse() if plan.memory[key] else place

    @api.model
    def _find_rule(self, move, warehouse=None):
        """Return the rule that says how a new line is supplied (Odoo 19,
        ``stock.move._adjust_procure_method``).

        :param warehouse: if not that of the place where the line takes from
        """
        location, rule = move.location_id, self.env["stock.rule"]
        while location and not rule:
            rule = rule._search_rule(
                False,
                move.packaging_uom_id,
                move.product_id,
                warehouse or location.warehouse_id or move.picking_type_id.warehouse_id,
                [
                    ("location_src_id", "=", location.id),
                    ("location_dest_id", "=", move.location_dest_id.id),
                    ("action", "!=", "push"),
                ],
            )
            location = location.location_id
        return rule

    @api.model
    def _leave_old_places(self, plans):
        """Give up what supplies lines where their order worked before. What was picked
        there goes back to stock there.

        :return: ``{move: 0.0}`` of these lines: what they need is to be supplied anew
        """
        left, procurements = self._get_left_places(plans), []
        for (plan, product, place), deltas in left.items():
            moves = self.env["stock.move"].union(*deltas)
            if place and self._is_supplied_by_transfer(moves[0], place):
                order = self._get_order(plan)
                procurements += self._follow_transfers(
                    plan, order, product, place, deltas, moves
                )
            elif place:
                self._leave_sources(plan, moves, place)
        if procurements:
            self._procure({plan.order_id: plan for plan in plans}, procurements)
        for (_plan, _product, place), deltas in left.items():
            for move in deltas:
                self._come_to_new_place(move, place)
        moves = self.env["stock.move"].union(*chain(*left.values()))
        moves._adjust_procure_method()
        return dict.fromkeys(moves, 0.0)

    @api.model
    def _leave_sources(self, plan, moves, place):
        """Give up what is made or bought for lines at a place of before."""
        for move in moves:
            self._reduce_sources(plan, move, move.product_qty, goes=True)

    @api.model
    def _get_left_places(self, plans):
        """Return ``{(plan, product, old place): {move: less than zero what it needs}}``
        of lines that are at another place by now than where they are supplied.
        """
        left = defaultdict(dict)
        for plan in plans:
            for change in plan.components:
                if change.id and "location_id" in change.before:
                    move = self._get_moves(change.id)
                    place = move.location_id.browse(change.before["location_id"] or ())
                    if place != move.location_id:
                        key = plan, move.product_id, place
                        left[key][move] = -move.product_qty
        return left

    @api.model
    def _come_to_new_place(self, move, old_place):
        """Have a line be one of its new place, that only what goes there supplies."""
        place = move.location_id
        gone = move.move_orig_ids.filtered(
            lambda orig: (
                orig.location_dest_id.warehouse_id != place.warehouse_id
                or (old_place and orig.location_dest_id._child_of(old_place))
                # what goes back from there
                or (old_place and orig.location_id._child_of(old_place))
            )
        )
        move.write(
            {
                "warehouse_id": place.warehouse_id.id,
                "origin": move.raw_material_production_id._get_origin(),
                "rule_id": False,
                "rule_supply_method": False,
                "procure_method": "make_to_stock",
                "move_orig_ids": [Command.unlink(orig.id) for orig in gone],
            }
        )
