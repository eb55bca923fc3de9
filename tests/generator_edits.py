"""What people do between two calculations of an order: to its BoM and by hand.

Each function takes a `Scenario`, makes one random change and returns what it did in
words, or None where there is nothing to change.
"""

from odoo import Command
from odoo.exceptions import UserError

from .generator import BATCHES, NAMES, ORDERED, QUANTITIES


def some_bom(scenario, kits=True):
    return scenario.one_of(scenario.boms if kits else scenario.bom)


def some_line(scenario):
    return scenario.one_of(scenario.boms.bom_line_ids)


def some_operation(scenario):
    return scenario.one_of(scenario.boms.operation_ids)


# Components


def add_line(scenario):
    line = scenario.add_line(some_bom(scenario), depth=2)
    return f"add line {line.product_id.display_name}"


def remove_line(scenario):
    if line := some_line(scenario):
        name = line.product_id.display_name
        line.unlink()
        return f"remove line {name}"


def replace_product(scenario):
    if line := some_line(scenario):
        old = line.product_id.display_name
        product = scenario.component_of(line.bom_id, depth=2)
        line.write({"product_id": product.id, "product_uom_id": product.uom_id.id})
        return f"replace {old} by {product.display_name} on line {line.id}"


def change_line_quantity(scenario):
    if line := some_line(scenario):
        line.product_qty = scenario.pick(*QUANTITIES)
        return f"line {line.id}: quantity {line.product_qty:g}"


def change_line_unit(scenario):
    if line := some_line(scenario):
        line.product_uom_id = scenario.rng.choice(
            scenario.world.units_of(line.product_id)
        )
        return f"line {line.id}: unit {line.product_uom_id.name}"


def change_line_operation(scenario):
    if line := some_line(scenario):
        line.operation_id = (
            scenario.chance(0.7) and scenario.one_of(line.bom_id.operation_ids) or False
        )
        return f"line {line.id}: operation {line.operation_id.name}"


def resequence_lines(scenario):
    if line := some_line(scenario):
        line.sequence = scenario.pick(0, 2, 9)
        return f"line {line.id}: sequence {line.sequence}"


def kit_becomes_component(scenario):
    kits = scenario.boms - scenario.bom
    if kit := scenario.one_of(kits.filtered(lambda bom: bom.type == "phantom")):
        name = kit.product_tmpl_id.name
        if scenario.chance(0.5):
            kit.type = "normal"
        else:
            scenario.boms -= kit
            kit.unlink()
        return f"{name} is a kit no more"


def component_becomes_kit(scenario):
    products = scenario.boms.bom_line_ids.product_id
    products = products.filtered(lambda p: p in scenario.world.kits)
    kits = scenario.boms.filtered(lambda bom: bom.type == "phantom").product_tmpl_id
    for bom in scenario.boms.filtered(
        lambda b: b.product_tmpl_id in products.product_tmpl_id
    ):
        if bom.type == "normal" and bom != scenario.bom:
            bom.type = "phantom"
            return f"{bom.product_tmpl_id.name} is a kit again"
    product = scenario.one_of(
        products.filtered(lambda p: p.product_tmpl_id not in kits)
    )
    if product:
        scenario.make_kit(product, depth=2)
        return f"{product.display_name} becomes a kit"


# Conditions on variants


def change_condition(scenario):
    bom = scenario.one_of(scenario.boms.filtered("product_tmpl_id.attribute_line_ids"))
    if not bom or bom.product_id:
        return None
    rows = [*bom.bom_line_ids, *bom.operation_ids, *bom.byproduct_ids]
    if not rows:
        return None
    row = scenario.rng.choice(rows)
    row.bom_product_template_attribute_value_ids = scenario.variants(bom)
    values = row.bom_product_template_attribute_value_ids.mapped("name")
    return f"{row._name} {row.id} only for {values}"


# Operations


def add_operation(scenario):
    operation = scenario.add_operation(some_bom(scenario))
    return f"add operation {operation.name}"


def remove_operation(scenario):
    if operation := some_operation(scenario):
        name = operation.name
        operation.unlink()
        return f"remove operation {name}"


def archive_operation(scenario):
    if operation := some_operation(scenario):
        operation.action_archive()
        return f"archive operation {operation.name}"


def write_operation(scenario):
    """Rename, re-sequence, move to another work center, or give another duration."""
    if operation := some_operation(scenario):
        values = scenario.pick(
            {"name": scenario.pick(*NAMES, "Varnish")},
            {"sequence": scenario.pick(0, 2, 3, 60)},
            {"workcenter_id": scenario.one_of(scenario.world.workcenters).id},
            {"time_cycle_manual": scenario.pick(0, 2, 12.5, 40)},
        )
        operation.write(values)
        return f"operation {operation.id}: {values}"


def change_dependencies(scenario):
    bom = some_bom(scenario)
    operations = bom.operation_ids.sorted("id")
    if len(operations) < 2 or scenario.chance(0.3):
        bom.allow_operation_dependencies = not bom.allow_operation_dependencies
        return f"BoM {bom.id}: dependencies {bom.allow_operation_dependencies}"
    operation = scenario.one_of(operations[1:])
    before = operations.filtered(lambda op: op.id < operation.id)
    before = before.filtered(lambda _op: scenario.chance(0.5))
    operation.blocked_by_operation_ids = before
    return f"operation {operation.id} after {before.ids}"


def change_capacity(scenario):
    center = scenario.one_of(scenario.world.workcenters)
    if center.capacity_ids and scenario.chance(0.5):
        row = scenario.one_of(center.capacity_ids)
        row.write({"capacity": scenario.pick(0, 1, 2, 6), "time_start": 4})
        return f"capacity of {center.name}: {row.capacity:g}"
    values = {"time_efficiency": scenario.pick(50, 100, 120)}
    values.update(time_start=scenario.pick(0, 6), time_stop=scenario.pick(0, 1))
    center.write(values)
    return f"{center.name}: {values}"


# By-products


def change_byproduct(scenario):
    rows = scenario.bom.byproduct_ids
    if not rows or scenario.chance(0.25):
        row = scenario.add_byproduct(scenario.bom)
        return f"add by-product {row.product_id.name}"
    row = scenario.one_of(rows)
    if scenario.chance(0.25):
        row.unlink()
        return "remove a by-product"
    values = scenario.pick(
        {"product_qty": scenario.pick(*QUANTITIES)},
        {"cost_share": scenario.pick(0, 4, 7.25)},
        {"operation_id": scenario.one_of(scenario.bom.operation_ids).id},
        {
            "product_uom_id": scenario.rng.choice(
                scenario.world.units_of(row.product_id)
            ).id
        },
    )
    row.write(values)
    return f"by-product {row.id}: {values}"


# Header of a BoM


def change_bom_quantity(scenario):
    bom = some_bom(scenario)
    bom.product_qty = scenario.pick(*BATCHES)
    return f"BoM {bom.id}: makes {bom.product_qty:g}"


def change_bom_unit(scenario):
    bom = some_bom(scenario)
    units = scenario.world.units_of(bom.product_tmpl_id)
    bom.product_uom_id = scenario.rng.choice(units)
    return f"BoM {bom.id}: in {bom.product_uom_id.name}"


BOM_EDITS = (
    add_line,
    add_line,
    remove_line,
    replace_product,
    change_line_quantity,
    change_line_quantity,
    change_line_unit,
    change_line_operation,
    resequence_lines,
    kit_becomes_component,
    component_becomes_kit,
    change_condition,
    change_condition,
    add_operation,
    remove_operation,
    archive_operation,
    write_operation,
    write_operation,
    change_dependencies,
    change_capacity,
    change_byproduct,
    change_byproduct,
    change_bom_quantity,
    change_bom_unit,
)


# By hand, on the order


def hand_quantity(scenario, order):
    if move := scenario.one_of(order.move_raw_ids):
        move.product_uom_qty = move.product_uom_qty + scenario.pick(-0.5, 1, 2, 10)
        if move.product_uom_qty < 0:
            move.product_uom_qty = 1
        return f"component {move.product_id.name}: quantity {move.product_uom_qty:g}"


def hand_unit(scenario, order):
    if move := scenario.one_of(order.move_raw_ids):
        units = scenario.world.units_of(move.product_id)
        move.write({"product_uom_qty": 2, "product_uom": scenario.rng.choice(units).id})
        return f"component {move.product_id.name}: in {move.product_uom.name}"


def hand_add_component(scenario, order):
    product = scenario.rng.choice(scenario.world.materials[:8])
    values = {"product_id": product.id, "product_uom": product.uom_id.id}
    values["product_uom_qty"] = scenario.pick(1, 3)
    order.write({"move_raw_ids": [Command.create(values)]})
    return f"add component {product.name}"


def hand_remove_component(scenario, order):
    move = scenario.one_of(order.move_raw_ids)
    if not move or move.move_orig_ids or move.move_dest_ids:
        return None
    if order.state != "draft" and len(order.move_raw_ids) == 1:
        return None  # Odoo 19 cancels an order whose last component goes
    name = move.product_id.name
    order.write({"move_raw_ids": [Command.delete(move.id)]})
    return f"remove component {name}"


def hand_component_operation(scenario, order):
    if (move := scenario.one_of(order.move_raw_ids)) and order.workorder_ids:
        move.operation_id = scenario.one_of(order.workorder_ids.operation_id)
        move.manual_consumption = not move.manual_consumption
        return f"component {move.product_id.name}: in {move.operation_id.name}"


def hand_byproduct(scenario, order):
    moves = order.move_byproduct_ids
    if not moves or scenario.chance(0.3):
        product = scenario.rng.choice(scenario.world.scraps)
        values = {"product_id": product.id, "product_uom": product.uom_id.id}
        values["product_uom_qty"] = 2
        order.write({"move_byproduct_ids": [Command.create(values)]})
        return f"add by-product {product.name}"
    move = scenario.one_of(moves)
    if scenario.chance(0.3):
        order.write({"move_byproduct_ids": [Command.delete(move.id)]})
        return "remove a by-product"
    move.write({"product_uom_qty": 9, "cost_share": 3})
    return f"by-product {move.product_id.name}: quantity 9"


def hand_work_order(scenario, order):
    """Give another duration, work center or name, add a work order, remove one."""
    work_order = scenario.one_of(order.workorder_ids)
    center = scenario.one_of(scenario.world.workcenters)
    if not work_order or scenario.chance(0.3):
        values = {"name": "By hand", "workcenter_id": center.id}
        order.write({"workorder_ids": [Command.create(values)]})
        return "add a work order"
    if scenario.chance(0.3):
        name = work_order.name
        order.write({"workorder_ids": [Command.delete(work_order.id)]})
        return f"remove work order {name}"
    values = scenario.pick(
        {"duration_expected": 111},
        {"workcenter_id": center.id},
        {"name": "Renamed"},
        {"sequence": 77},
    )
    work_order.write(values)
    return f"work order {work_order.id}: {values}"


def change_order_quantity(scenario, order):
    quantity = scenario.pick(*ORDERED)
    if order.state == "draft" or scenario.chance(0.4):
        order.product_qty = quantity
        return f"order: quantity {quantity:g}"
    scenario.case.change_quantity(order, quantity)
    return f"order: quantity {quantity:g} by its button"


def change_never_values(scenario, order):
    template = order.product_id.product_tmpl_id
    values = template.attribute_line_ids.product_template_value_ids.filtered(
        lambda value: value.attribute_id.create_variant == "no_variant"
    )
    if values:
        value = scenario.one_of(values)
        order.never_product_template_attribute_value_ids = value
        return f"order: {value.display_name}"


def change_operation_type(scenario, order):
    """Send the order to work in another warehouse, of other steps."""
    houses = scenario.world.warehouses.values()
    types = [
        house.manu_type_id
        for house in houses
        if house.manu_type_id != order.picking_type_id
    ]
    kind = scenario.rng.choice(types)
    order.picking_type_id = kind
    scenario.renamed = True
    return f"order: made in {kind.warehouse_id.name}"


HAND_EDITS = (
    hand_quantity,
    hand_unit,
    hand_add_component,
    hand_remove_component,
    hand_component_operation,
    hand_byproduct,
    hand_work_order,
    hand_work_order,
    change_order_quantity,
    change_order_quantity,
    change_never_values,
    change_operation_type,
)


def edit_bom(scenario):
    """Make one to five random changes of the BoM and its kits."""
    for _number in range(scenario.pick(1, 1, 2, 3, 5)):
        _try(scenario, "BoM", scenario.rng.choice(BOM_EDITS))


def edit_order(scenario, order):
    """Make up to three random changes on the order by hand."""
    for _number in range(scenario.pick(0, 1, 1, 2, 3)):
        _try(scenario, "by hand", scenario.rng.choice(HAND_EDITS), order)


def _try(scenario, kind, edit, *args):
    """Make a change unless Odoo refuses it, as it does circles of work orders."""
    boms = scenario.boms
    try:
        with scenario.env.cr.savepoint():
            text = edit(scenario, *args)
    except UserError:
        scenario.boms = boms
        text = None
    scenario.forget_cache()
    if text:
        scenario.say(f"{kind}: {text}")
