"""An order in comparable words, and a readable list of differences."""

from collections import defaultdict

from .oracle import convert, label

SECTIONS = ("components", "byproducts", "finished", "operations")
KEYS = {
    "components": ("line", "product"),
    "byproducts": ("line", "product"),
    "finished": ("product",),
    "operations": ("operation", "name"),
}


def snapshot(order):
    """Return the lines of an order by section, as `oracle.wanted_lines` words them.

    Besides, for a comparison with another order: what the lines hang on (locations,
    supply method, place), transfers summed per product and child orders.
    """
    order = order.sudo()
    by_products = order.move_finished_ids.filtered(
        lambda move: move.product_id != order.product_id
    )
    return {
        "components": [_component(move) for move in order.move_raw_ids],
        "byproducts": [_by_product(move) for move in by_products],
        "finished": [_move(move) for move in order.move_finished_ids - by_products],
        "operations": _work_orders(order),
        "picks": picks(order),
        "picks_slack": pick_slack(order),
        "children": children(order),
        "children_slack": children_slack(order),
    }


def all_values(order):
    """Return every field of an order and of all that is recorded on it."""
    order.env.flush_all()
    order.env.invalidate_all()
    return (
        order.read(),
        (order.move_raw_ids | order.move_finished_ids).read(),
        order.move_raw_ids.move_line_ids.read(),
        order.move_finished_ids.move_line_ids.read(),
        order.workorder_ids.read(),
        order.workorder_ids.leave_id.read(),
        order.workorder_ids.time_ids.read(),
        order.message_ids.ids,
    )


def _move(move):
    owner = move.raw_material_production_id or move.production_id
    return {
        "product": label(move.product_id),
        "qty": move.product_uom_qty,
        "uom": label(move.product_uom),
        "draft": move.state == "draft",
        "cancelled": move.state == "cancel",
        "from": label(move.location_id),
        "to": label(move.location_dest_id),
        "kind": label(move.picking_type_id),
        "warehouse": label(move.warehouse_id),
        "company": label(move.company_id),
        "supply": move.procure_method,
        "rule": label(move.rule_id),
        "own_group": move.production_group_id == owner.production_group_id,
        "own_references": move.reference_ids == owner.reference_ids,
        "own_name": move.reference == owner.name,
        "propagate_cancel": move.propagate_cancel,
        "price_unit": move.price_unit,
    }


def _component(move):
    return {
        **_move(move),
        "line": move.bom_line_id.id,
        "operation": label(move.operation_id),
        "work_order": label(move.workorder_id.operation_id),
        "manual": move.manual_consumption,
        "sequence": move.sequence,
        "unit_factor": round(move.unit_factor, 4),
        "origin": move.origin == move.raw_material_production_id._get_origin(),
    }


def _by_product(move):
    return {
        **_move(move),
        "line": move.byproduct_id.id,
        "operation": label(move.operation_id),
        "work_order": label(move.workorder_id.operation_id),
        "cost_share": move.cost_share,
        "held": round(move.quantity, 2),
        "final": label(move.location_final_id),
    }


def _work_orders(order):
    work_orders = order.workorder_ids.sorted(lambda wo: (wo.sequence, wo.id))
    return [
        {
            "operation": label(wo.operation_id),
            "name": wo.name,
            "rank": rank,
            "workcenter": label(wo.workcenter_id),
            "minutes": round(wo.duration_expected, 2),
            "blocked_by": sorted(
                label(other.operation_id) for other in wo.blocked_by_workorder_ids
            ),
            "state": wo.state,
            "cost_mode": wo.cost_mode,
            "qty": wo.qty_production,
        }
        for rank, wo in enumerate(work_orders)
    ]


def pick_moves(order):
    """Return the moves between stock and the place where the order's needs lie."""
    place = order.location_src_id
    if place == order.warehouse_id.lot_stock_id:
        return order.env["stock.move"]
    return order.env["stock.move"].search(
        [
            ("production_group_id", "=", order.production_group_id.id),
            ("raw_material_production_id", "=", False),
            ("production_id", "=", False),
            ("state", "!=", "cancel"),
            ("picking_id.inbound_kind", "=", False),
            "|",
            ("location_id", "=", place.id),
            ("location_dest_id", "=", place.id),
        ]
    )


def picks(order):
    """Sum the transfers of components per product, in its unit; what goes back less."""
    total = defaultdict(float)
    for move in pick_moves(order):
        if move.state == "done" and move.product_id.is_kits:
            continue  # Odoo cannot bring back what has become a kit since
        qty = move.quantity if move.state == "done" else move.product_uom_qty
        qty = convert(qty, move.product_uom, move.product_id.uom_id)
        back = move.location_id == order.location_src_id
        total[label(move.product_id)] += -qty if back else qty
    return {name: round(qty, 4) for name, qty in total.items()}


def pick_slack(order):
    """How far transfers may be off: a hundredth of the greatest unit they are in."""
    slack = defaultdict(float)
    for move in pick_moves(order) | order.move_raw_ids:
        name, unit = label(move.product_id), move.product_id.uom_id
        step = max(0.01, convert(0.01, move.product_uom, unit)) + 0.0001
        slack[name] = max(slack[name], step)
    return slack


def descendants(order):
    """Return the orders made for this one, for those, and so on."""
    found = order.browse()
    todo = [order]
    while todo:
        made = todo.pop()._get_children().filtered(lambda mo: mo.state != "cancel")
        found |= made
        todo += list(made)
    return found


def children(order):
    """Sum the orders made for this one, and for those, per product, in its unit."""
    total = defaultdict(float)
    for child in descendants(order):
        total[label(child.product_id)] += child.product_uom_qty
    return {name: round(qty, 2) for name, qty in total.items() if round(qty, 2)}


def children_slack(order):
    """Any quantity is right where an activity says that the child must be looked at."""
    warned = descendants(order).filtered("activity_ids")
    for child in warned:
        warned |= descendants(child)
    return {label(child.product_id): float("inf") for child in warned}


def orphans(order):
    """Name what hangs on an order and should not: moves, slots, picks of nothing."""
    found = _returns_of_nothing(order) + _left_elsewhere(order)
    moves = order.env["stock.move"].search(
        [("production_group_id", "=", order.production_group_id.id)]
    )
    family = order | order.production_group_id.production_ids  # with its backorders
    own = family.move_raw_ids | family.move_finished_ids
    for move in moves - own:
        if move.state != "cancel" and not move.picking_id:
            found.append(f"move {move.id} of {label(move.product_id)} has no transfer")
    for move in pick_moves(order):
        is_back = move.location_id == order.location_src_id
        if move.state != "done" and not is_back and not (move.move_dest_ids & own):
            found.append(
                f"pick {move.id} of {move.product_qty:g} {label(move.product_id)}"
                f" ({move.state}) serves no line"
            )
    centers = order.env["mrp.workcenter"].search([]).resource_id
    slots = order.env["resource.calendar.leaves"].search(
        [("resource_id", "in", centers.ids), ("time_type", "=", "other")]
    )
    held = order.env["mrp.workorder"].search([("leave_id", "in", slots.ids)]).leave_id
    found += [f"slot {slot.id} {slot.name} has no work order" for slot in slots - held]
    return found


def _returns_of_nothing(order):
    """Name products that go back to stock though that much was never picked."""
    done, back = defaultdict(float), defaultdict(float)
    for move in pick_moves(order):
        if move.location_id == order.location_src_id:
            back[move.product_id] += move.product_qty
        elif move.state == "done":
            done[move.product_id] += move.product_qty
    return [
        f"{qty:g} {label(product)} go back, {done[product]:g} were picked"
        for product, qty in back.items()
        if qty > done[product] + 0.011
    ]


def _left_elsewhere(order):
    """Name what transfers bring to a place where the order does not work any more."""
    houses = order.env["stock.warehouse"].search([])
    places = houses.pbm_loc_id - order.location_src_id
    moves = order.env["stock.move"].search(
        [
            ("production_group_id", "=", order.production_group_id.id),
            ("raw_material_production_id", "=", False),
            ("state", "!=", "cancel"),
            "|",
            ("location_id", "in", places.ids),
            ("location_dest_id", "in", places.ids),
        ]
    )
    left = defaultdict(float)
    for move in moves:
        qty = move.quantity if move.state == "done" else move.product_uom_qty
        qty = convert(qty, move.product_uom, move.product_id.uom_id)
        into = move.location_dest_id in places
        place = move.location_dest_id if into else move.location_id
        left[place, move.product_id] += qty if into else -qty
    return [
        f"{qty:g} {label(product)} left in {place.complete_name}"
        for (place, product), qty in left.items()
        if abs(qty) > 0.011 and not product.is_kits
    ]


def differences(expected, actual, skip=()):
    """Return one line of text a difference; empty when `actual` is as expected.

    Compares the fields that `expected` has, without those named in `skip`.
    """
    found = []
    for section, wanted in expected.items():
        present = actual[section]
        if section.endswith("_slack"):
            continue
        if isinstance(wanted, dict):
            slack = actual[f"{section}_slack"]
            for key in sorted(set(wanted) | set(present)):
                want, have = wanted.get(key, 0), present.get(key, 0)
                if abs(want - have) > slack.get(key, 0.001):
                    found.append(f"{section} {key}: expected {want}, found {have}")
        else:
            found += _row_differences(section, wanted, present, skip)
    return found


def _row_differences(section, wanted, present, skip):
    names = {name for row in wanted for name in row} - set(skip)
    pools = defaultdict(list)
    for row in present:
        pools[tuple(row[key] for key in KEYS[section])].append(row)
    found = []
    for row in wanted:
        key = tuple(row[key] for key in KEYS[section])
        if not pools[key]:
            found.append(f"{section} {key}: missing {row}")
            continue
        twin = min(pools[key], key=lambda other: len(_unlike(row, other, names)))
        pools[key].remove(twin)
        for name in _unlike(row, twin, names):
            found.append(
                f"{section} {key}: {name} expected {row[name]!r}, found {twin[name]!r}"
            )
    for key, rows in pools.items():
        found += [f"{section} {key}: not expected {row}" for row in rows]
    return found


def _unlike(row, other, names):
    return sorted(
        name
        for name in names
        if name in row
        and (
            # of billions no float has hundredths
            abs(row[name] - other[name]) > max(0.0051, 1e-11 * abs(row[name]))
            if isinstance(row[name], float)
            else row[name] != other[name]
        )
    )
