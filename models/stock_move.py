from odoo import api, fields, models

DATES = {"date", "date_deadline"}


class StockMove(models.Model):
    _inherit = "stock.move"

    rule_supply_method = fields.Selection(
        selection="_get_rule_supply_methods",
        string="Supply Method of Rule",
        readonly=True,
        help="What the rule of this move said when it was applied. A refresh compares "
        "it with what the rule says now.",
    )

    @api.model
    def _get_rule_supply_methods(self):
        return (
            self.env["stock.rule"]
            ._fields["procure_method"]
            .get_description(self.env, ["selection"])["selection"]
        )

    def _adjust_procure_method(self, picking_type_code=False):
        """Remember what the rules say of moves that they supply now."""
        result = super()._adjust_procure_method(picking_type_code)
        applied = self.filtered(
            lambda move: move.state == "draft" or not move.rule_supply_method
        )
        for method, moves in applied.grouped(
            lambda move: move.rule_id.procure_method or "make_to_stock"
        ).items():
            moves.rule_supply_method = method
        return result

    def write(self, vals):
        """Leave the dates of an order's lines to Refresh, which writes them itself,
        while it writes those of the order (context key `refresh_dates_lines`).

        A deadline that Odoo 19 passes on from the lines that Refresh dates
        (`_set_date_deadline`) ends before the lines that have one of their own
        (context key `refresh_deadlines_of`): lines that one transfer or one order
        supplies would date each other.
        """
        context = self.env.context
        if context.get("refresh_dates_lines") and vals.keys() <= DATES:
            return True
        dated = context.get("refresh_deadlines_of")
        if dated and vals.keys() == {"date_deadline"}:
            return super(StockMove, self - self._get_dated_apart(dated)).write(vals)
        return super().write(vals)

    def _get_dated_apart(self, dated):
        """Return the moves whose deadline does not follow from that of others, but is
        written by Refresh.

        :param dated: ``components``, whose deadline reaches what supplies them, or
            ``finished``, whose deadline reaches what leaves the factory
        """
        components = self.filtered(
            lambda move: (
                move.raw_material_production_id
                or (
                    move._is_transfer()
                    and move.move_dest_ids.raw_material_production_id
                )
            )
        )
        if dated == "components":
            return components
        return components | self.filtered("production_id")

    def _is_transfer(self):
        """Return whether the move is to bring something from another place still, as a
        rule wants it.
        """
        self.ensure_one()
        return (
            bool(self.picking_id)
            and self.state not in ("done", "cancel")
            and self.rule_id.action in ("pull", "pull_push")
        )

    def _update_reserved_quantity_vals(self, need, location_id, *args, **kwargs):
        """A request that fills a part of the location it takes from does not take from
        that part.
        """
        self.ensure_one()
        move, place = self, self.location_dest_id
        if (
            self.picking_id.inbound_kind == "components"
            and place != location_id
            and place._child_of(location_id)
        ):
            move = self.with_context(inbound_filled_location_id=place.id)
        return super(StockMove, move)._update_reserved_quantity_vals(
            need, location_id, *args, **kwargs
        )

    def _get_inbound_picked_qty(self):
        """Return how much of an open request a worker has taken, in the product's
        unit.
        """
        self.ensure_one()
        lines = self.move_line_ids.filtered("picked")
        return sum(lines.mapped("quantity_product_uom"))

    def _update_orderpoints(self):
        """Leave reordering rules for later while a refresh writes many moves.

        Odoo looks for the rules after each write; the context key
        `refresh_orderpoints` carries a set that collects the moves instead.
        """
        collected = self.env.context.get("refresh_orderpoints")
        if collected is None:
            return super()._update_orderpoints()
        collected.update(self.ids)
        return None
