from odoo import api, models
from odoo.fields import Command


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What was made or bought for a transfer that somebody cancelled or returned goes
    on with the one that takes its place; so do transfers for a cancelled line.

    Odoo 19 leaves child orders and purchases as they are when their transfer is
    cancelled, without a link, and makes or buys as much again for the next one. It
    leaves transfers so when the line that they are for is cancelled.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _take_over_transfers(self, lines):
        """Have new lines, before they are confirmed, wait for the transfers to their
        place that nothing waits for any more.

        A line that has such a transfer procures nothing. Were it to, what vendors were
        asked for meanwhile, or somebody has begun to make, could not be taken back.
        """
        lines = lines.filtered(self._waits_for_nothing)
        if not lines:
            return
        idle = {
            key: moves.filtered(
                lambda move: set(move.move_dest_ids.mapped("state")) <= {"cancel"}
            )
            for key, moves in self._search_transfer_moves(
                lines.production_group_id
            ).items()
        }
        for line in lines:
            moves = idle.get((line.production_group_id, line.product_id), lines[:0])
            into = moves.filtered(
                lambda move, place=line.location_id: move.location_dest_id == place
            )
            line.move_orig_ids = [Command.link(move.id) for move in into]

    @api.model
    def _follow_transfers(self, plan, order, product, location, deltas, removed):
        procurements = super()._follow_transfers(
            plan, order, product, location, deltas, removed
        )
        if not procurements or procurements[0].product_qty < 0:
            return procurements
        into, back = self._get_transfer_moves(order, product, location)
        if set(into.mapped("state")) - {"done"}:
            return procurements
        cancelled = self._get_cancelled_transfers(order, product, location)
        returned = back.filtered(lambda move: move.state == "done")
        if not cancelled and not returned:
            return procurements
        self._procure({plan.order_id: plan}, procurements)
        now, _back = self._get_transfer_moves(order, product, location)
        for move in now - into:
            self._take_over_supply(plan, order, move, cancelled, returned)
        return []

    @api.model
    def _get_cancelled_transfers(self, order, product, location):
        """Return the cancelled moves that were to bring a product to the components
        location for an order and its backorders.
        """
        return self.env["stock.move"].search(
            [
                ("production_group_id", "=", self._get_group(order).id),
                ("product_id", "=", product.id),
                ("location_dest_id", "=", location.id),
                ("state", "=", "cancel"),
                ("raw_material_production_id", "=", False),
                ("production_id", "=", False),
                ("rule_id", "!=", False),
            ]
        )

    @api.model
    def _take_over_supply(self, plan, order, move, cancelled, returned):
        """Have a new transfer take what was made or bought for cancelled ones and what
        was returned, and take off what was made or bought for it as well.
        """
        if move.procure_method != "make_to_order":
            return
        # planners may read neither every child order nor purchases
        origs = self._get_group(order).sudo().child_ids.production_ids.move_finished_ids
        if "created_purchase_line_ids" in move._fields:
            bought = cancelled.sudo().created_purchase_line_ids
            bought = bought.filtered(lambda line: line.state != "cancel")
            move.sudo().created_purchase_line_ids |= bought
            origs |= bought.move_ids
        origs = self._get_last_moves(origs | returned.sudo(), move).sudo(False)
        if origs:
            move.move_orig_ids = [Command.link(orig.id) for orig in origs]
        cut = sum(map(self._get_done_quantity, cancelled | returned))
        cut = min(move.product_qty, cut)
        if move.rule_id.procure_method != "mts_else_mto":
            self._reduce_sources(plan, move, cut)
        move._recompute_state()
        move._action_assign()

    @api.model
    def _get_last_moves(self, origs, move):
        """Return the moves that bring what some moves make or receive to where a
        transfer takes it.
        """
        found, seen = origs.browse(), origs.browse()
        while origs:
            origs = origs.filtered(
                lambda orig: (
                    orig.product_id == move.product_id and orig.state != "cancel"
                )
            )
            found |= origs.filtered(
                lambda orig: (
                    orig.location_dest_id._child_of(move.location_id)
                    # Odoo 19 makes the transfer that stores it when it is done
                    or orig.state != "done"
                    and orig.location_final_id._child_of(move.location_id)
                )
            )
            seen |= origs
            origs = (origs - found).move_dest_ids - seen
        return found
