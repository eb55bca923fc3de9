"""Seeded random orders: master data, an order and what people do to both.

`World` is the master data that all orders share, built once. `Scenario` is one order
with its own bill of materials, made from a seed; what it did stands in `steps`, so
that a failure can be read and repeated. Edits are in `generator_edits`
and `generator_hand`.
"""

import random
from datetime import timedelta

NAMES = ("Cut", "Weld", "Paint", "Check", "Pack")
QUANTITIES = (0, 0.01, 0.333, 0.5, 1, 1, 1, 2, 2, 2.5, 3, 7, 12, 100)
BATCHES = (1, 1, 1, 1, 2, 3, 5, 10, 12, 0.5)
ORDERED = (1, 1, 2, 3, 4, 5, 7, 10, 12, 24, 2.5, 0.75)


class World:
    """Products, units, work centers and warehouses; nothing here is changed later
    but by a scenario, which is rolled back."""

    def __init__(self, case):
        self.case = case
        self.env = case.env
        pack = case.env.ref("uom.product_uom_pack_6")
        self.count_units = [case.unit, case.dozen, pack]
        self.weight_units = [case.kg, case.gram]
        make = case.make_product
        self.materials = [make(name) for name in ("Bolt", "Plate", "Hinge", "Wheel")]
        self.materials += [make(name, uom=case.kg) for name in ("Sand", "Resin")]
        self.materials += [
            make("Salt", uom=case.gram),
            make("Egg", uom=case.dozen),
            make("Glue", is_storable=False),
            make("Inspection", type="service", is_storable=False),
        ]
        self.chip = make("Chip", tracking="lot")
        self.materials.append(self.chip)
        self.scraps = [make("Chips", uom=case.gram), make("Off-cut"), make("Rim")]
        self.kits = [make(f"Kit {number}") for number in range(4)]
        self.kits += [make("Kit mix", uom=case.kg)]
        self.kit_template = case.make_template("Kit in sizes", Size=["S", "L"])
        self.kits += self.kit_template.product_variant_ids
        self.to_order = [
            case.make_mto_product(
                name, bom={"lines": [(self.materials[0], 2)], "qty": qty}
            )
            for name, qty in (("Motor", 1), ("Pump", 4))
        ]
        self.to_order.append(
            case.make_mto_product("Gearbox", bom={"lines": [(self.to_order[0], 3)]})
        )
        self.template = case.make_template(
            "Machine",
            Colour=["Red", "Blue"],
            Size=["Small", "Large"],
            never_Gift=["Yes", "No"],
            never_Card=["Plain", "Gold"],
        )
        self.goods = [make("Table"), make("Paste", uom=case.kg)]
        self.goods += [make("Cups", uom=case.dozen), make("Lamp", tracking="serial")]
        self.workcenters = self._make_workcenters()
        self.warehouses = {1: case.warehouse}
        for steps in (2, 3):
            self.warehouses[steps] = case.make_warehouse(steps, code=f"FZ{steps}")

    def _make_workcenters(self):
        make, case = self.case.make_workcenter, self.case
        saw, oven, bench, line = (
            make("Saw"),
            make("Oven", time_start=10, time_stop=5),
            make("Bench", calendar=case.office_hours, time_efficiency=80),
            make("Line", time_start=3, time_efficiency=125),
        )
        rows = [
            (oven, False, case.unit, 4),
            (line, False, case.unit, 10),
            (line, self.goods[0], case.unit, 3),
            (line, False, case.kg, 2.5),
        ]
        case.env["mrp.workcenter.capacity"].create(
            [
                {
                    "workcenter_id": center.id,
                    "product_id": product and product.id,
                    "product_uom_id": uom.id,
                    "capacity": capacity,
                    "time_start": 7,
                    "time_stop": 2,
                }
                for center, product, uom, capacity in rows
            ]
        )
        return saw | oven | bench | line

    def stock(self, warehouse):
        """Put plenty of everything into a warehouse's stock."""
        lot = self.env["stock.lot"].create({"product_id": self.chip.id, "name": "L1"})
        products = self.env["product.product"].union(*self.materials, *self.kits)
        products = products.filtered(lambda product: not product.is_kits)
        self.env["stock.quant"].create(
            [
                {
                    "product_id": product.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "quantity": 10_000_000,
                    "lot_id": product == self.chip and lot.id,
                }
                for product in products
                if product.is_storable
            ]
        )

    def units_of(self, product):
        """Return the units in which a product can be counted."""
        for units in (self.count_units, self.weight_units):
            if product.uom_id in units:
                return units
        return [product.uom_id]


class Scenario:
    """One random bill of materials with an order, and what happens to them."""

    def __init__(self, world, seed):
        self.world, self.case, self.env = world, world.case, world.env
        self.seed = seed
        self.rng = random.Random(seed)
        self.steps = []
        self.boms = self.env["mrp.bom"]  # the order's own and its kits
        self.product = None
        self.never = self.env["product.template.attribute.value"]
        self.bom = self._make_top_bom()
        self.stage = self.pick("draft", "confirmed", "confirmed", "planned")
        self.ways = self.pick(1, 1, 2, 3)
        self.warehouse = world.warehouses[self.ways]
        self.orders = self.env["mrp.production"]
        self.picked = False
        self.renamed = False
        if self.chance(0.4):
            world.stock(self.warehouse)
            self.say("with stock")
        if self.chance(0.3):
            self.change_route(self.rng.choice(world.to_order))

    # Dice

    def pick(self, *choices):
        return self.rng.choice(choices)

    def chance(self, probability):
        return self.rng.random() < probability

    def one_of(self, records):
        """Return one record of a recordset, or nothing of an empty one."""
        return self.rng.choice(list(records)) if records else records

    def say(self, text):
        self.steps.append(text)

    def forget_cache(self):
        """Read what comes next from the database, in its order, as a new request."""
        self.env.invalidate_all()

    # Master data of this scenario

    def _make_top_bom(self):
        world = self.world
        if self.chance(0.45):
            self.product = self.one_of(world.template.product_variant_ids)
            owner = world.template
            values = owner.attribute_line_ids.product_template_value_ids
            never = values.filtered(
                lambda v: v.attribute_id.create_variant == "no_variant"
            )
            for attribute in never.attribute_id:
                if self.chance(0.6):
                    self.never |= self.one_of(
                        never.filtered(lambda v, a=attribute: v.attribute_id == a)
                    )
        else:
            self.product = owner = self.rng.choice(world.goods)
        bom = self._make_bom(owner)
        if self.chance(0.6):
            for _number in range(self.pick(1, 1, 2)):
                self.add_byproduct(bom)
        return bom

    def _make_bom(self, owner, kit=False, depth=0):
        """Make a BoM with operations and lines; kits of its lines at most 3 deep."""
        bom = self.case.make_bom(
            owner,
            kit=kit,
            qty=self.pick(*BATCHES),
            uom=self.rng.choice(self.world.units_of(owner)),
        )
        self.boms |= bom
        bom.allow_operation_dependencies = self.chance(0.35)
        for _number in range(self.pick(0, 1, 2, 3) if kit else self.pick(0, 1, 2, 4)):
            self.add_operation(bom)
        for _number in range(self.pick(1, 2, 3) if kit else self.pick(0, 2, 3, 5)):
            self.add_line(bom, depth)
        return bom

    def add_operation(self, bom):
        """Add an operation, at times like another one, at times after others."""
        others = bom.operation_ids
        return self.case.add_operation(
            bom,
            name=self.pick(*NAMES),
            workcenter=self.one_of(self.world.workcenters),
            minutes=self.pick(0, 1, 7.5, 15, 30),
            sequence=self.pick(1, 2, 3, 3, 50),
            variants=self.variants(bom),
            blocked_by_operation_ids=[other.id for other in others if self.chance(0.4)],
        )

    def add_line(self, bom, depth=0, product=None):
        product = product or self.component_of(bom, depth)
        return self.case.add_line(
            bom,
            product,
            qty=self.pick(*QUANTITIES),
            uom=self.rng.choice(self.world.units_of(product)),
            operation=self.one_of(bom.operation_ids) if self.chance(0.4) else None,
            variants=self.variants(bom),
            sequence=self.pick(1, 2, 2, 3),
        )

    def add_byproduct(self, bom):
        product = self.rng.choice(self.world.scraps)
        return self.case.add_byproduct(
            bom,
            product,
            qty=self.pick(*QUANTITIES),
            uom=self.rng.choice(self.world.units_of(product)),
            operation=self.one_of(bom.operation_ids) if self.chance(0.4) else None,
            variants=self.variants(bom),
            cost_share=self.pick(0, 1, 2.5),
        )

    def component_of(self, bom, depth=0):
        """Return a component that makes no circle: a kit only uses later kits."""
        world = self.world
        roll = self.rng.random()
        if roll < 0.1 and bom.type == "normal":
            return self.rng.choice(world.to_order)
        if roll < 0.45 and depth < 3:
            products = self.free_kits(bom)
            if products:
                product = self.rng.choice(products)
                if self.chance(0.85):
                    self.make_kit(product, depth)
                return product
        return self.rng.choice(world.materials)

    def free_kits(self, bom):
        """Kit products later in the list than the BoM's own, mostly not used yet."""
        kits = self.world.kits
        owner = bom.product_tmpl_id
        templates = [kit.product_tmpl_id for kit in kits]
        first = templates.index(owner) + 1 if owner in templates else 0
        used = owner
        if not self.chance(0.15):
            used |= self.boms.bom_line_ids.product_id.product_tmpl_id
        return [kit for kit in kits[first:] if kit.product_tmpl_id not in used]

    def make_kit(self, product, depth=0):
        """Make a product a kit unless it is one; of a template for all its sizes."""
        template = product.product_tmpl_id
        if not self.boms.filtered(lambda b: b.product_tmpl_id == template):
            many = len(template.product_variant_ids) > 1 and self.chance(0.75)
            self._make_bom(template if many else product, kit=True, depth=depth + 1)

    def change_route(self, product):
        """Have a product made to order, or if it is, taken from stock."""
        routes, to_order = product.route_ids, self.case.mto_route
        product.route_ids = (
            routes - to_order if to_order in routes else routes | to_order
        )

    def variants(self, bom):
        """Return attribute values for a condition, mostly none."""
        none = self.env["product.template.attribute.value"]
        lines = bom.product_tmpl_id.attribute_line_ids
        if bom.product_id or not lines or self.chance(0.5):
            return none
        found = none
        for line in self.rng.sample(list(lines), self.pick(1, 1, min(2, len(lines)))):
            values = list(line.product_template_value_ids)
            found |= none.union(*self.rng.sample(values, self.pick(1, 1, len(values))))
        return found

    # Orders

    def make_order(self, like=None):
        """Make the order, or a new one with the header of another, and confirm it.

        The new one is due later than anything planned so far, so that both can be
        planned; dates are no part of the comparison.
        """
        values = {
            "qty": self.pick(*ORDERED),
            "product": self.product,
            "uom": self.rng.choice(self.world.units_of(self.product)),
        }
        never = self.never
        self.forget_cache()
        if like:
            values["qty"] = like.product_qty
            values["uom"] = like.product_uom_id
            never = like.never_product_template_attribute_value_ids
            values["warehouse"] = like.picking_type_id.warehouse_id
        order = self.case.make_order(
            self.bom,
            never_product_template_attribute_value_ids=never.ids,
            **{**self.order_values(), **values},
        )
        if self.stage != "draft":
            order.action_confirm()
        if self.stage == "planned" and not like:
            order.button_plan()
        if not like:
            self.say(
                f"{self.stage} order in {self.ways} steps: {order.product_qty:g}"
                f" {order.product_uom_id.name} of {order.product_id.display_name}"
            )
        return order

    def order_values(self):
        """Return what all orders of the scenario have in common."""
        return {
            "warehouse": self.warehouse,
            "date_deadline": self.case.now + timedelta(days=90),
        }

    def do_picks(self, order):
        """Do some of the transfers of components, in whole or in part."""
        pickings = order.picking_ids.filtered(
            lambda picking: (
                picking.state == "assigned"
                and picking.location_dest_id == order.location_src_id
            )
        )
        if not pickings or self.chance(0.5):
            return
        moves = pickings.move_ids.filtered("quantity")
        if self.chance(0.4):
            moves = moves.filtered(lambda _move: self.chance(0.5))
        for move in moves:
            if self.chance(0.3) and move.product_id != self.world.chip:
                move.quantity = round(move.quantity / 2, 2)
        moves.picked = True
        moves._action_done()
        self.picked = True
        self.say(f"picked {moves.mapped('product_id.name')}")
        self.forget_cache()
