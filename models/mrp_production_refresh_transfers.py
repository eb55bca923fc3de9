from odoo import api, models


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Writing the quantity of an open transfer within the warehouse."""

    _inherit = "mrp.production.refresh.pipeline"

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
            move._action_assign()

    @api.model
    def _take_product_unit(self, moves):
        """Have open transfers count in the product's unit, as what is procured next:
        Odoo joins only transfers of one unit.
        """
        for move in moves.exists():
            unit = move.product_id.uom_id
            if move.state in ("done", "cancel") or move.picked:
                continue
            if move.product_uom != unit:
                vals = {"product_uom_qty": move.product_qty, "product_uom": unit.id}
                self._write_transfer(move, vals)
