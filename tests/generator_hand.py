"""What people do by hand on an order between two calculations.

Functions as those of `generator_edits`.
"""

from odoo import Command

from .generator import ORDERED
from .generator_edits import try_edit


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


def edit_order(scenario, order):
    """Make up to three random changes on the order by hand."""
    for _number in range(scenario.pick(0, 1, 1, 2, 3)):
        try_edit(scenario, "by hand", scenario.rng.choice(HAND_EDITS), order)
