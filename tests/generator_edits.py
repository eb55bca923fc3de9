"""What people do to the BoM of an order, and to what it names, between two
calculations. What they do by hand on the order is in `generator_hand`.

Each function takes a `Scenario`, makes one random change and returns what it did in
words, or None where there is nothing to change.
"""

from odoo.exceptions import UserError

from .generator import BATCHES, NAMES, QUANTITIES


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


# Routes


def change_route(scenario):
    """Have a component that is made to order taken from stock, or the other way round;
    what was picked stays, so not after that.
    """
    products = scenario.boms.bom_line_ids.product_id
    made = products.filtered(lambda product: product in scenario.world.to_order)
    if (product := scenario.one_of(made)) and not scenario.picked:
        scenario.change_route(product)
        return f"{product.name}: {product.route_ids.mapped('name')}"


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
    change_route,
    change_route,
)


def edit_bom(scenario):
    """Make one to five random changes of the BoM and its kits."""
    for _number in range(scenario.pick(1, 1, 2, 3, 5)):
        try_edit(scenario, "BoM", scenario.rng.choice(BOM_EDITS))


def try_edit(scenario, kind, edit, *args):
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
