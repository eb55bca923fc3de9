from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ..planning.inbound import Request


class MrpProductionRefreshPipeline(models.AbstractModel):
    """What is to be put away for an order: quantities in the product's unit."""

    _inherit = "mrp.production.refresh.pipeline"

    @api.model
    def _get_inbound_request(self, order, kind, plan=None):
        """Return what is to be put away.

        :param kind: ``components`` or ``output``
        :param plan: count as if this plan were written already
        """
        if kind == "components":
            location = order.location_src_id
            source = location.effective_inbound_source_location_id
            return Request(kind, source.id, location.id, self._get_missing(order, plan))
        location = order.location_dest_id
        stock = location.warehouse_id.lot_stock_id
        return Request(kind, location.id, stock.id, self._get_output(order, plan))

    @api.model
    def _get_open_requests(self, order, kind):
        """Return the open transfers that put away for an order.

        The output of an order and of its backorders is put away by one transfer: Odoo
        chains a backorder as it chains the order.
        """
        pickings = order.inbound_picking_ids
        if kind == "output":
            pickings |= order.move_finished_ids.move_dest_ids.picking_id
        return pickings.filtered(
            lambda picking: picking._is_inbound_open() and picking.inbound_kind == kind
        ).sorted("id")

    @api.model
    def _get_open_request_moves(self, order, kind):
        moves = self._get_open_requests(order, kind).move_ids
        return moves.filtered(lambda move: move.state not in ("done", "cancel"))

    # components

    @api.model
    def _get_missing(self, order, plan=None):
        """Return ``{product id: (quantity, date)}`` of what the order still needs at
        its components location: its need, less what is reserved for it, supplied to
        order or free there.
        """
        location = order.location_src_id
        needs, freed, dates = self._get_unreserved(order, plan)
        own = self._get_open_request_moves(order, "components").move_line_ids
        free = {}
        for product in self.env["product.product"].browse(needs):
            free[product.id] = freed[product.id]
            free[product.id] += self.env["stock.quant"]._get_available_quantity(
                product, location
            )
            # what a request holds at the location itself stays there
            free[product.id] += sum(
                line.quantity_product_uom
                for line in own
                if line.product_id == product and line.location_id._child_of(location)
            )
        claims = self._get_sibling_claims(order)
        for product_id, quantity in self._get_earlier_claims(order, free).items():
            claims[product_id] += quantity
        missing = {}
        for product in self.env["product.product"].browse(needs):
            unit = product.uom_id
            rest = max(free[product.id], 0.0) - claims[product.id]
            quantity = unit.round(needs[product.id] - max(rest, 0.0))
            if unit.compare(quantity, 0) > 0:
                missing[product.id] = (quantity, dates[product.id])
        return missing

    @api.model
    def _get_unreserved(self, order, plan=None):
        """Return three dicts by product id: what the lines of an order at its
        components location need beyond what is reserved or supplied for them, what the
        plan will free there, and when it is needed first.
        """
        needs, freed, dates = defaultdict(float), defaultdict(float), {}
        changes = {change.id: change for change in plan.components} if plan else {}
        for move in order.move_raw_ids:
            if move.state in ("draft", "done", "cancel"):
                continue
            change = changes.get(move.id)
            after = change.after if change else {}
            need = self._get_quantity(move, after)
            if change and change.action == "remove":
                need = 0.0
            place = after.get("location_id") or move.location_id.id
            if not self._is_put_away(order, move.product_id, place):
                continue
            held = sum(move.move_line_ids.mapped("quantity_product_uom"))
            freed[move.product_id.id] += max(0.0, held - need)
            if need and move.procure_method != "make_to_order":
                incoming = move.move_orig_ids.filtered(
                    lambda orig: orig.state not in ("done", "cancel")
                )
                need -= held + sum(incoming.mapped("product_qty"))
                date = move.date
                if plan and plan.schedule:
                    operation_id = self._get_operation_id(plan, move)
                    date = self._get_component_date(plan, operation_id)
                self._add_need(needs, dates, move.product_id, need, date)
        for change in plan.components if plan else ():
            if change.action == "add":
                vals = plan.component_vals[change.index]
                product = self.env["product.product"].browse(vals["product_id"])
                if self._is_put_away(order, product, vals["location_id"]):
                    date = self._get_component_date(plan, vals.get("operation_id"))
                    need = self._get_quantity(self.env["stock.move"], vals, product)
                    self._add_need(needs, dates, product, need, date)
        return needs, freed, dates

    @api.model
    def _add_need(self, needs, dates, product, need, date):
        if product.uom_id.compare(need, 0) > 0:
            needs[product.id] += need
            dates[product.id] = min(date, dates.get(product.id, date))

    @api.model
    def _is_put_away(self, order, product, location_id):
        """Return whether a line takes stock at the order's components location."""
        location = self.env["stock.location"].browse(location_id)
        return product.is_storable and location._child_of(order.location_src_id)

    @api.model
    def _get_quantity(self, move, after, product=None):
        """Return the quantity of a line after a change, in the product's unit."""
        product = product or move.product_id
        unit = self.env["uom.uom"].browse(
            after.get("product_uom") or move.product_uom.id
        )
        quantity = after.get("product_uom_qty", move.product_uom_qty)
        return unit._compute_quantity(
            quantity, product.uom_id, rounding_method="HALF-UP"
        )

    @api.model
    def _get_sibling_claims(self, order):
        """Return by product id what the free stock at the components location has to
        serve first: the order's earlier backorders, as far as nothing is asked for
        them. Negative when more was asked for them than they need.
        """
        claims = defaultdict(float)
        siblings = order.production_group_id.production_ids - order
        for sibling in siblings.filtered(
            lambda other: other.location_src_id == order.location_src_id
        ):
            balance = defaultdict(float, self._get_unreserved(sibling)[0])
            for move in self._get_open_request_moves(sibling, "components"):
                balance[move.product_id.id] -= move.product_qty
            for product_id, quantity in balance.items():
                if quantity < 0 or sibling.id < order.id:
                    claims[product_id] += quantity
        return claims

    @api.model
    def _get_earlier_claims(self, order, free):
        """Return by product id what the free stock at the components location has to
        serve first: earlier orders there that have neither reserved what they need nor
        asked for it.

        :param free: ``{product id: free quantity}``; nothing is read where none is
        """
        claims = defaultdict(float)
        product_ids = [key for key, quantity in free.items() if quantity > 0]
        if not product_ids:
            return claims
        earlier = (
            Domain("id", "<", order.id)
            & Domain("state", "in", ("confirmed", "progress", "to_close"))
            & Domain("location_src_id", "=", order.location_src_id.id)
            & Domain("production_group_id", "!=", order.production_group_id.id)
        )
        of_products = Domain("product_id", "in", product_ids)
        waiting = (
            of_products
            & Domain("state", "in", ("confirmed", "partially_available"))
            & Domain("procure_method", "!=", "make_to_order")
            & Domain("location_id", "child_of", order.location_src_id.id)
            & Domain("raw_material_production_id", "any", earlier)
        )
        asked = (
            of_products
            & Domain("state", "not in", ("done", "cancel"))
            & Domain("picking_id.inbound_kind", "=", "components")
        )
        # summed by the database: each order of a call asks for all before it
        Move = self.env["stock.move"]
        key, total = ("production_group_id", "product_id"), ("product_qty:sum",)
        needs = {
            (group.id, product.id): quantity
            for group, product, quantity in Move._read_group(waiting, key, total)
        }
        partly = waiting & Domain("state", "=", "partially_available")
        for move in Move.search(partly if needs else Domain.FALSE):
            held = sum(move.move_line_ids.mapped("quantity_product_uom"))
            needs[move.production_group_id.id, move.product_id.id] -= held
        asked &= Domain("production_group_id", "in", [group for group, _id in needs])
        for group, product, quantity in Move._read_group(asked, key, total):
            if (group.id, product.id) in needs:
                needs[group.id, product.id] -= quantity
        for (_group_id, product_id), quantity in needs.items():
            claims[product_id] += max(quantity, 0.0)
        return claims

    # output

    @api.model
    def _get_output_moves(self, order):
        """Return the moves that bring the output of an order, and of the backorders
        that share its request, to the finished-products location.
        """
        own = order.move_finished_ids
        requests = own.move_dest_ids | self._get_open_requests(order, "output").move_ids
        requests = requests.filtered(
            lambda move: move.picking_id.inbound_kind == "output"
        )
        moves = (own | requests.move_orig_ids).filtered(
            lambda move: move.production_id and move.state not in ("draft", "cancel")
        )
        return moves.filtered(
            lambda move: (
                move.product_id.is_storable
                and move.location_dest_id._child_of(order.location_dest_id)
            )
        )

    @api.model
    def _get_output(self, order, plan=None):
        """Return ``{product id: (quantity, date)}`` of what the order makes and nobody
        has put away yet.
        """
        moves = self._get_output_moves(order)
        changes = {change.id: change for change in plan.finished} if plan else {}
        made = defaultdict(float)
        for move in moves:
            change = changes.get(move.id)
            if change and change.action == "remove":
                continue
            if change:
                quantity = self._get_quantity(move, change.after)
            else:
                quantity = self._get_done_quantity(move)
            made[move.product_id] += max(0.0, quantity - self._get_claimed(move))
        for change in plan.finished if plan else ():
            if change.action == "add":
                vals = plan.finished_vals[change.index]
                product = self.env["product.product"].browse(vals["product_id"])
                if product.is_storable:
                    none = self.env["stock.move"]
                    made[product] += self._get_quantity(none, vals, product)
        requests = moves.move_dest_ids.filtered(
            lambda move: move.picking_id.inbound_kind == "output"
        )
        for move in requests.filtered(lambda move: move.state == "done"):
            made[move.product_id] -= self._get_done_quantity(move)
        for product, quantity in self._get_unbuilt(order, moves).items():
            made[product] -= quantity
        date = self._get_output_date(order, moves, plan)
        return {
            product.id: (product.uom_id.round(quantity), date)
            for product, quantity in made.items()
            if product.uom_id.compare(quantity, 0) > 0
            and not self._is_pushed(order, product)
        }

    @api.model
    def _get_output_date(self, order, moves, plan=None):
        """Return the end of the order, of the first one if backorders are open too."""
        end = plan.schedule.end if plan and plan.schedule else order.date_finished
        others = moves.production_id - order
        ends = [
            other.date_finished
            for other in others
            if other.state not in ("done", "cancel") and other.date_finished
        ]
        return min([end, *ends]) if end else min(ends, default=order.date_start)

    @api.model
    def _get_claimed(self, move):
        """Return what others wait for, of what a move brings: it is theirs, in the
        product's unit.
        """
        others = move.move_dest_ids.filtered(
            lambda dest: (
                dest.state != "cancel" and dest.picking_id.inbound_kind != "output"
            )
        )
        return sum(map(self._get_done_quantity, others))

    @api.model
    def _get_unbuilt(self, order, moves):
        """Return by product what was taken apart again before it was put away."""
        unbuilt = defaultdict(float)
        done = moves.filtered(lambda move: move.state == "done")
        if done:
            for move in self.env["stock.move"].search(
                [
                    ("origin_returned_move_id", "in", done.ids),
                    ("unbuild_id", "!=", False),
                    ("state", "=", "done"),
                ]
            ):
                if move.location_id._child_of(order.location_dest_id):
                    unbuilt[move.product_id] += self._get_done_quantity(move)
        return unbuilt

    @api.model
    def _is_pushed(self, order, product):
        """Return whether a push rule takes a product away from the finished-products
        location already.
        """
        location = order.location_dest_id
        Rule = self.env["stock.rule"]
        actions = Domain("action", "in", ("push", "pull_push"))
        # Odoo looks for the rules of each product at each parent of the location
        if not Rule.search_count(
            actions & Domain("location_src_id", "parent_of", location.id), limit=1
        ):
            return False
        return bool(
            Rule._get_push_rule(
                product, location, {"warehouse_id": location.warehouse_id}
            )
        )
