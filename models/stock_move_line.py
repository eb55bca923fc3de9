from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _apply_putaway_strategy(self):
        """What a request puts away into the same location is not put on a shelf by the
        order already: the worker does it.
        """
        awaited = self.filtered(
            lambda line: (
                line.move_id.production_id
                and any(
                    move.picking_id.inbound_kind == "output"
                    and move.state not in ("done", "cancel")
                    and move.location_dest_id == line.move_id.location_dest_id
                    for move in line.move_id.move_dest_ids
                )
            )
        )
        return super(StockMoveLine, self - awaited)._apply_putaway_strategy()
