"""Random orders that work at locations with any put-away processing.

Components lie in `Parts`, beside the stock, or in `Corner`, inside it; output goes to
`Outlet`. The workers of the warehouse do some of what is asked of them.
"""

from collections import defaultdict

from .generator import Scenario

PROCESSINGS = ("required", "required", "required", "directed", "none", False)


class InboundScenario(Scenario):
    def __init__(self, world, seed):
        super().__init__(world, seed)
        house = self.warehouse
        house.int_type_id.active = True
        self.processing = {
            kind: self.pick(*PROCESSINGS) for kind in ("components", "output")
        }
        parent = self.pick(house.view_location_id, house.lot_stock_id)
        parts = self._make_location("Parts", parent, self.processing["components"])
        parent = house.view_location_id
        outlet = self._make_location("Outlet", parent, self.processing["output"])
        self._make_location("Shelf", parts)
        self.header = {"location_src_id": parts.id, "location_dest_id": outlet.id}
        self.say(f"{self.processing}, {parts.display_name}")
        if self.chance(0.5):
            self._put_some_there(parts)

    def _make_location(self, name, parent, processing=False):
        return self.env["stock.location"].create(
            {
                "name": name,
                "location_id": parent.id,
                "usage": "internal",
                "putaway_processing": processing,
            }
        )

    def _put_some_there(self, location):
        products = [p for p in self.world.materials if p.tracking == "none"]
        for product in self.rng.sample(products, 4):
            if product.is_storable:
                quantity = self.pick(1, 2.5, 6, 40)
                place = self.pick(location, location.child_ids)
                self.case.put_in_stock(product, quantity, place)
                self.say(f"{quantity:g} {product.name} in {place.name}")

    def order_values(self):
        return {**super().order_values(), **self.header}

    def requests(self, order, kind):
        """Return the open transfers that were asked for an order."""
        return self.env["stock.picking"].search(
            [
                ("inbound_production_id", "=", order.id),
                ("inbound_kind", "=", kind),
                ("state", "not in", ("done", "cancel")),
            ]
        )

    def do_requests(self, order):
        """Let workers begin with what is asked for, and end some of it."""
        pickings = self.requests(order, "components")
        pickings.move_ids._action_assign()
        moves = pickings.move_ids.filtered(
            lambda move: move.quantity and move.product_id.tracking == "none"
        )
        moves = moves.filtered(lambda _move: self.chance(0.6))
        if not moves or self.chance(0.3):
            return
        for move in moves:
            if self.chance(0.4):
                move.quantity = round(move.quantity / 2, 2)
        moves = moves.filtered("quantity")
        moves.picked = True
        done = self.chance(0.5)
        if done:
            moves._action_done()
            self.picked = True
        names = moves.mapped("product_id.name")
        self.say(f"{'brought' if done else 'began with'} {names}")
        self.forget_cache()


def request_faults(scenario, order):
    """Name what is wrong with the requests of an order that was just refreshed."""
    faults = []
    for kind, wanted in (
        ("components", missing_components(order)),
        ("output", open_output(order)),
    ):
        pickings = scenario.requests(order, kind)
        if len(pickings) > 1:
            faults.append(f"{kind}: {len(pickings)} open requests")
        if order.state == "draft" or scenario.processing[kind] != "required":
            if pickings:
                faults.append(f"{kind}: a request where none is required")
            continue
        faults += [f"{kind}: {text}" for text in _line_faults(pickings, wanted)]
    return faults


def _line_faults(pickings, wanted):
    asked, picked = defaultdict(float), defaultdict(float)
    for move in pickings.move_ids:
        if move.state not in ("done", "cancel"):
            asked[move.product_id] += move.product_qty
            lines = move.move_line_ids.filtered("picked")
            picked[move.product_id] += sum(lines.mapped("quantity_product_uom"))
    for product in set(asked) | set(wanted):
        need = max(wanted.get(product, 0.0), picked[product])
        if abs(asked[product] - need) > 0.011:
            yield f"{asked[product]:g} {product.display_name} asked, {need:g} needed"


def missing_components(order):
    """Return what lies not at the components location yet, by product."""
    place = order.location_src_id
    needs = defaultdict(float)
    for move in order.move_raw_ids:
        is_here = move.location_id._child_of(place) and move.product_id.is_storable
        if is_here and move.procure_method != "make_to_order":
            reserved = sum(move.move_line_ids.mapped("quantity_product_uom"))
            incoming = move.move_orig_ids.filtered(
                lambda orig: orig.state not in ("done", "cancel")
            )
            reserved += sum(incoming.mapped("product_qty"))
            needs[move.product_id] += max(0.0, move.product_qty - reserved)
    requests = order.env["stock.picking"].search(
        [("inbound_production_id", "=", order.id), ("state", "!=", "cancel")]
    )
    own = requests.move_line_ids.filtered(
        lambda line: line.state != "done" and line.location_id._child_of(place)
    )
    missing = {}
    for product, need in needs.items():
        quants = order.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        )
        free = sum(quants.mapped("quantity")) - sum(quants.mapped("reserved_quantity"))
        free += sum(
            line.quantity_product_uom for line in own if line.product_id == product
        )
        missing[product] = max(0.0, need - max(0.0, free))
    return missing


def open_output(order):
    made = defaultdict(float)
    for move in order.move_finished_ids:
        if move.product_id.is_storable and move.state != "cancel":
            made[move.product_id] += move.product_qty
    return made
