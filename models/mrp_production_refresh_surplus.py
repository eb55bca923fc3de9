from odoo import api, models

from .mrp_production_refresh_moves import SUPPLIED


class MrpProductionRefreshPipeline(models.AbstractModel):
    """Goods that transfers carry, and child orders make, beyond the need of lines that
    do not change; and transfers that somebody cancelled, made smaller or returned.

    Odoo 19 brings nothing back when its own button lowers an order after the pick
    (``stock.move._run_procurement``), and leaves child orders as they are.
    """

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _plan_components(self, order, plan):
        result = super()._plan_components(order, plan)
        plan.surplus = self._get_surplus(order, plan)
        return result

    @api.model
    def _get_surplus(self, order, plan):
        """Return the ids of moves, one a product, whose transfers carry too much or
        too little, whose child orders make too much, or that wait for none any more.
        """
        changed = {
            change.product_id
            for change in plan.components
            if change.action == "remove"
            or (change.action == "update" and SUPPLIED & change.after.keys())
        }
        lowered = plan.baseline.get("quantity", 0.0) > order.product_qty
        lines = [
            move
            for move in order.move_raw_ids
            if order.state != "draft"
            and (
                move.move_orig_ids
                or self._lost_transfer(move)
                or self._misses_transfer(move)
                or (lowered and self._waits_for_nothing(move))
            )
            and move.state not in ("done", "cancel")
            and move.product_id.id not in changed
            and move.rule_id.procure_method != "mts_else_mto"
        ]
        surplus, seen = [], set()
        for move in lines:
            key = (move.product_id, move.location_id)
            if key in seen:
                continue
            if (
                lowered and self._makes_too_much(order, move.product_id)
            ) or self._is_carried_wrongly(order, move, plan.memory):
                seen.add(key)
                surplus.append(move.id)
        return surplus

    @api.model
    def _makes_too_much(self, order, product):
        none = self.env["stock.move"]
        _children, surplus = self._get_child_surplus(order, product, none)
        unlinked = self._get_unlinked_askers(order, product)
        surplus = max(surplus, *(self._get_unlinked_surplus(m)[1] for m in unlinked), 0)
        return product.uom_id.compare(surplus, 0) > 0

    @api.model
    def _get_unlinked_askers(self, order, product):
        """Return the open lines of an order, and the transfers that bring them, for
        which child orders make a product without a link to them.
        """
        lines = order.move_raw_ids.filtered(lambda move: move.product_id == product)
        moves = lines | lines.move_orig_ids.filtered(lambda orig: orig._is_transfer())
        return moves & self._search_unlinked(product, lines.reference_ids)

    @api.model
    def _balance_unlinked(self, plan, order, product):
        """Take off child orders of others too what they made for an order whose
        quantity somebody has lowered since.
        """
        factor = plan.baseline["quantity"] / order.product_qty - 1
        for move in self._get_unlinked_askers(order, product):
            self._reduce_unlinked(plan, move, move.product_qty * factor)

    @api.model
    def _is_carried_wrongly(self, order, move, memory):
        if not self._has_transfer(move):
            return self._misses_transfer(move) or (
                self._lost_transfer(move)
                and move.state != "assigned"
                and self._is_supplied_by_transfer(move)
            )
        place = move.product_id, move.location_id, memory
        return (
            self._lost_transfer(move)
            or self._carries_too_much(order, *place)
            or self._goes_both_ways(order, *place)
            or self._carries_too_little(order, *place)
            and self._is_supplied_by_transfer(move)
        )

    @api.model
    def _has_transfer(self, move):
        return any(origin.picking_id for origin in move.move_orig_ids)

    @api.model
    def _misses_transfer(self, move):
        """Return whether a line waits for a transfer that is not there: Odoo 19 takes
        back what was never brought when its own button lowers an order after somebody
        cancelled the pick.
        """
        return (
            self._waits_for_nothing(move)
            and move.product_id.uom_id.compare(move.product_qty, 0) > 0
            and self._is_supplied_by_transfer(move)
        )

    @api.model
    def _carries_too_much(self, order, product, location, memory=None):
        """Return whether more comes than is needed, beyond the rounding of units."""
        into, back = self._get_transfer_moves(order, product, location, memory)
        lines = self._get_component_moves(order, product, location)
        none = self.env["stock.move"]
        step = self._get_rounding(into | back | lines)
        if -self._get_missing_transfer(into, back, lines, none) <= step:
            return False
        scraps = self._get_scrap_moves(order, product, location)
        return -self._get_missing_transfer(into, back, lines, scraps) > step

    @api.model
    def _carries_too_little(self, order, product, location, memory=None):
        """Return whether less comes than is needed, and is not reserved either."""
        into, back = self._get_transfer_moves(order, product, location, memory)
        lines = self._get_component_moves(order, product, location)
        if all(line.state in ("assigned", "done") for line in lines):
            return False
        step = self._get_rounding(into | back | lines)
        none = self.env["stock.move"]
        return self._get_missing_transfer(into, back, lines, none) > step

    @api.model
    def _get_rounding(self, moves):
        """Return how far moves of a product may be off, in its unit."""
        steps = [
            move.product_uom._compute_quantity(
                move.product_uom.rounding, move.product_id.uom_id, round=False
            )
            for move in moves
        ]
        return max(steps, default=0.0) + 1e-9

    @api.model
    def _goes_both_ways(self, order, product, location, memory=None):
        """Return whether goods are to be brought and to be taken back, beyond what a
        worker has picked: Odoo 19 takes back what is still to be picked when its own
        button lowers an order and the pick has another unit than the line.
        """
        return all(
            any(
                move.state != "done"
                and product.uom_id.compare(self._get_open_quantity(move), 0) > 0
                for move in moves
            )
            for moves in self._get_transfer_moves(order, product, location, memory)
        )

    @api.model
    def _get_served(self, plans):
        """Return ``{order: products}`` of lines to add whose goods were on their way
        to the order before: for a line that somebody removed.
        """
        orders, added = self._get_orders(plans), {}
        for plan in plans:
            ids = [c.product_id for c in plan.components if c.action == "add"]
            added[self._get_order(plan)] = self.env["product.product"].browse(ids)
        products = self.env["product.product"].union(*added.values())
        if not products:
            return {}
        moves = self.env["stock.move"].search(
            [
                ("production_group_id", "in", orders.production_group_id.ids),
                ("product_id", "in", products.ids),
                ("state", "!=", "cancel"),
                ("raw_material_production_id", "=", False),
                ("production_id", "=", False),
            ]
        )
        carried = moves.grouped("production_group_id")
        return {
            order: wanted & carried[order.production_group_id].product_id
            for order, wanted in added.items()
            if order.production_group_id in carried
        }

    @api.model
    def _get_made_for(self, plans):
        """Return ``{order: products}`` of lines to add that child orders are made for
        already: for a line that somebody cancelled. Odoo 19 makes more of them.
        """
        made = {}
        for plan in plans:
            ids = {c.product_id for c in plan.components if c.action == "add"}
            if ids:
                order = self._get_order(plan)
                # a planner may not read every child: it was made by the superuser too
                children = order.production_group_id.sudo().child_ids.production_ids
                children = children.filtered(lambda child: child.state != "cancel")
                wanted = self.env["product.product"].browse(ids)
                made[order] = wanted & children.product_id
        return made

    @api.model
    def _get_served_twice(self, order, products):
        """Return lines, one a product, that got a transfer though one was there, or
        took over one that does not bring what they need.
        """
        lines = order.move_raw_ids.filtered(
            lambda move: (
                move.product_id in (products or ())
                and move.move_orig_ids
                and move.state not in ("draft", "done", "cancel")
            )
        )
        latest = {
            (line.product_id, line.location_id): line for line in lines.sorted("id")
        }
        return lines.browse(
            line.id
            for key, line in latest.items()
            if self._carries_too_much(order, *key)
            or self._goes_both_ways(order, *key)
            or self._carries_too_little(order, *key)
        )

    @api.model
    def _apply_components(self, plans):
        served, made = self._get_served(plans), self._get_made_for(plans)
        result = super()._apply_components(plans)
        procurements, none, seen = [], self.env["stock.move"], set()
        for plan in plans:
            order = self._get_order(plan)
            gone = order.move_raw_ids.filtered(lambda move: move.state == "cancel")
            twice = self._get_served_twice(order, served.get(order))
            for move in self._get_moves(plan.surplus) | twice:
                product = move.product_id
                # the parts of a split order share what brings their components
                key = (order.production_group_id or order, product, move.location_id)
                if key not in seen and (
                    self._has_transfer(move)
                    or self._misses_transfer(move)
                    or self._lost_transfer(move)
                    and self._is_supplied_by_transfer(move)
                ):
                    seen.add(key)
                    procurements += self._follow_transfers(
                        plan, order, product, move.location_id, {move: 0.0}, gone
                    )
                if plan.baseline.get("quantity", 0.0) > order.product_qty:
                    self._balance_children(plan, order, product, none)
                    self._balance_unlinked(plan, order, product)
            for product in made.get(order, ()):
                self._balance_children(plan, order, product, gone)
        if procurements:
            self._procure({plan.order_id: plan for plan in plans}, procurements)
        return result
