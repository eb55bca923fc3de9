"""An explosion of bills of materials written for the tests, from field reads only.

Calls neither `mrp.bom.explode` nor anything of the add-on, so that what it says is
evidence. It answers: which lines would a new order of this header have? `snapshot`
describes an order in the same words; `snapshot.differences` compares the two.

Odd rules of Odoo 19 for a new order, followed here and named where they are used:
by-products, unlike components, count whole hundredths of the BoM's unit; an operation
of a kit lasts as long as the quantity of the order, not of the kit, says; a line with
several "never" attributes applies when one of them matches.
"""

import math
from dataclasses import dataclass, field

DIGITS = 2  # decimal accuracy of *Product Unit* and of minutes in a new database


def label(record):
    """Name and id of a record, in one word that a person can look up."""
    return f"{record.display_name}#{record.id}" if record else ""


def convert(qty, unit, to_unit):
    """Convert without rounding."""
    return qty if unit == to_unit else qty * unit.factor / to_unit.factor


def round_up(value, digits=DIGITS):
    return math.ceil(value * 10**digits * (1 - 1e-12)) / 10**digits


def round_half_up(value, digits=DIGITS):
    return math.floor(value * 10**digits * (1 + 1e-12) + 0.5) / 10**digits


def applies(line, product, never_values):
    """Say if a line, by-product or operation is for this variant.

    Of each attribute that it names the variant must have one of the values named. Of
    the attributes that create no variant, one that matches is enough (Odoo 19).
    """
    named = line.bom_product_template_attribute_value_ids
    never = named.filtered(lambda v: v.attribute_id.create_variant == "no_variant")
    has = product.product_template_attribute_value_ids
    for attribute in (named - never).attribute_id:
        if not any(v in has for v in named if v.attribute_id == attribute):
            return False
    return not never or any(value in never_values for value in never)


@dataclass
class Node:
    """A BoM that the order needs: its own one or a kit, `times` of it."""

    bom: object
    product: object
    times: float
    parent_line: object = None
    depth: int = 0


@dataclass
class Explosion:
    """The wanted lines of an order, from its header and the master data."""

    order: object
    nodes: list = field(default_factory=list)
    lines: list = field(default_factory=list)  # (BoM line, quantity, kit line)

    def __post_init__(self):
        order = self.order = self.order.sudo()
        self.bom = order.bom_id
        self.never = order.never_product_template_attribute_value_ids
        self.batches = (
            convert(order.product_qty, order.product_uom_id, self.bom.product_uom_id)
            / self.bom.product_qty
        )
        self._walk(Node(self.bom, order.product_id, self.batches))

    def _walk(self, node):
        assert node.depth < 20, "kits in a circle"
        self.nodes.append(node)
        for line in node.bom.bom_line_ids.sorted(lambda li: (li.sequence, li.id)):
            if not applies(line, node.product, self.never):
                continue
            qty = node.times * line.product_qty
            kit = self._kit_of(line.product_id)
            if not kit:
                self.lines.append((line, round_up(qty), node.parent_line))
                continue
            times = convert(qty, line.product_uom_id, kit.product_uom_id)
            times /= kit.product_qty
            self._walk(Node(kit, line.product_id, times, line, node.depth + 1))

    def _kit_of(self, product):
        """Return the kit BoM that this order would explode the product by."""
        kits = self.bom.search(
            [
                ("type", "=", "phantom"),
                ("product_tmpl_id", "=", product.product_tmpl_id.id),
                ("product_id", "in", [False, product.id]),
            ]
        )
        if company := self.bom.company_id:
            kits = kits.filtered(
                lambda bom: bom.company_id in (company.browse(), company)
            )
        if kind := self.bom.picking_type_id:
            kits = kits.filtered(lambda b: b.picking_type_id in (kind.browse(), kind))
        return kits.sorted(lambda b: (b.sequence, not b.product_id, b.id))[:1]

    def wanted(self):
        """Return the lines by section, in the words of `snapshot.snapshot`."""
        return {
            "components": self.components(),
            "byproducts": self.byproducts(),
            "finished": self.finished(),
            "operations": self.work_orders(),
        }

    def components(self):
        return [
            {
                "line": line.id,
                "product": label(line.product_id),
                "qty": qty,
                "uom": label(line.product_uom_id),
                "operation": label(
                    line.operation_id or (kit_line and kit_line.operation_id)
                ),
                "manual": bool(line.operation_id),
                "work_order": self._work_order_of(
                    line.operation_id or (kit_line and kit_line.operation_id)
                ),
            }
            for line, qty, kit_line in self.lines
            if line.product_id.type == "consu"
        ]

    def byproducts(self):
        order = self.order
        whole = order.product_qty
        if order.product_uom_id != self.bom.product_uom_id:
            # Odoo 19 rounds here, before it divides, where components are not
            whole = convert(whole, order.product_uom_id, self.bom.product_uom_id)
            whole = round_up(whole)
        factor = (whole if whole else 0.0) / self.bom.product_qty
        return [
            {
                "line": line.id,
                "product": label(line.product_id),
                "qty": round_half_up(line.product_qty * factor),
                "uom": label(line.product_uom_id),
                "operation": label(line.operation_id),
                "cost_share": line.cost_share,
                "work_order": self._work_order_of(line.operation_id),
            }
            for line in self.bom.byproduct_ids
            if applies(line, order.product_id, self.never)
        ]

    def finished(self):
        order = self.order
        return [
            {
                "product": label(order.product_id),
                "qty": order.product_qty,
                "uom": label(order.product_uom_id),
            }
        ]

    def operations(self):
        """Return the operations of the order and its kits, those of kits first."""
        own, of_kits = [], []
        for node in self.nodes:
            operations = node.bom.operation_ids.filtered("active")
            for operation in operations.sorted(lambda op: (op.sequence, op.id)):
                if applies(operation, node.product, self.never):
                    (of_kits if node.parent_line else own).append(operation)
        return of_kits + own

    def work_orders(self):
        operations = self.operations()
        rows = []
        for rank, operation in enumerate(operations):
            if self.bom.allow_operation_dependencies:
                blocked_by = operation.blocked_by_operation_ids.filtered(
                    lambda op: op in operations
                )
            else:
                blocked_by = operations[rank - 1] if rank else operation.browse()
            rows.append(
                {
                    "operation": label(operation),
                    "name": operation.name,
                    "rank": rank,
                    "workcenter": label(operation.workcenter_id),
                    "minutes": self._minutes(operation),
                    "blocked_by": sorted(label(op) for op in blocked_by),
                }
            )
        return rows

    def _work_order_of(self, operation):
        """Name the operation of the work order that a line is linked to."""
        return label(operation) if operation in self.operations() else ""

    def _minutes(self, operation):
        """Expected duration: set-up, clean-up and a cycle for each full capacity."""
        workcenter = operation.workcenter_id
        capacity, setup, cleanup = self._capacity(workcenter)
        cycles = round_up(self.order.product_qty / capacity, 0)
        cycle = operation.time_cycle_manual * 100.0 / workcenter.time_efficiency
        return round_half_up(setup + cleanup + cycles * cycle)

    def _capacity(self, workcenter):
        """What a work center makes at once, in the order's unit, and its set-up.

        A capacity of the product goes before one of the order's unit, and that before
        one of the product's unit; else it is the BoM's quantity, whatever its unit.
        """
        order = self.order
        own_unit, unit = order.product_id.uom_id, order.product_uom_id
        none = order.product_id.browse()
        for product, uom in (
            (order.product_id, own_unit),
            (none, unit),
            (none, own_unit),
        ):
            for row in workcenter.capacity_ids:
                if row.product_id != product or row.product_uom_id != uom:
                    continue
                capacity = self.bom.product_qty
                if row.capacity >= 0.5:
                    capacity = convert(row.capacity, uom, unit)
                    capacity = round_up(capacity) if uom != unit else capacity
                return capacity, row.time_start, row.time_stop
        return self.bom.product_qty, workcenter.time_start, workcenter.time_stop


def wanted_lines(order):
    """Return what a freshly created and confirmed order of this header would have."""
    return Explosion(order).wanted()
