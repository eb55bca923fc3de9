from odoo import api, models
from odoo.fields import Command

ASKED = ("draft", "sent", "to approve")


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Purchases of components follow their need, with `purchase_stock` installed."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_supplied(self, moves):
        """Count what is asked of vendors too; receipts are there when it is ordered."""
        supplied = super()._get_supplied(moves)
        if "created_purchase_line_ids" in moves._fields:
            # planners may not read purchases
            lines = moves.sudo().created_purchase_line_ids
            for line in lines.filtered(lambda line: line.state in ASKED):
                others = (line.move_dest_ids - moves).filtered(
                    lambda other: other.state != "cancel"
                )
                supplied += line.product_uom_id._compute_quantity(
                    line.product_qty, line.product_id.uom_id
                ) - sum(map(self._get_done_quantity, others))
        return supplied

    @api.model
    def _reduce_purchases(self, plan, move, cut, goes):
        """Take ``cut`` (product's unit) off what is bought for a move: requests for
        quotation first, what was sent to a vendor is for its buyer to change.

        :return: how much was taken off or is left to a buyer
        """
        # planners may not read purchases, procurement makes them as superuser too
        lines = move.sudo().created_purchase_line_ids
        lines = lines.filtered(lambda line: line.state != "cancel")
        left = cut
        for line in lines.sorted(lambda line: (line.state != "draft", -line.id)):
            if move.product_id.uom_id.compare(left, 0) <= 0:
                break
            left -= self._reduce_purchase(plan, line, left, goes and move)
        return cut - left

    @api.model
    def _reduce_purchase(self, plan, line, cut, gone):
        """Take up to ``cut`` (product's unit) off a purchase line.

        :param gone: the move that no longer needs it, if any
        :return: how much was taken off or is left to the buyer
        """
        unit = line.product_id.uom_id
        quantity = line.product_uom_id._compute_quantity(line.product_qty, unit)
        part = min(cut, quantity)
        purchase = line.order_id
        parent = self.env["mrp.production"].browse(plan.order_id)
        if line.state != "draft":
            self._leave_activity(plan, parent, purchase, purchase.user_id)
            return part
        if gone:
            # else Odoo cancels it, and all that it is for, with the purchase
            line.move_dest_ids -= gone
        if unit.compare(part, quantity) < 0:
            line.product_qty = unit._compute_quantity(
                quantity - part, line.product_uom_id, rounding_method="HALF-UP"
            )
        elif self._is_awaited_by_others(line):
            # somebody bought less than is needed
            self._leave_activity(plan, parent, purchase, purchase.user_id)
        else:
            line.move_dest_ids = [Command.clear()]
            if len(purchase.order_line) > 1:
                line.unlink()
            else:
                purchase.button_cancel()
        return part

    @api.model
    def _is_awaited_by_others(self, line):
        """Return whether open moves have nothing but this purchase line to come."""
        return any(
            move.state not in ("done", "cancel")
            and not (move.created_purchase_line_ids - line).filtered(
                lambda other: other.state != "cancel"
            )
            for move in line.move_dest_ids
        )
