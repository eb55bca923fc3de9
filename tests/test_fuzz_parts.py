"""Random orders that are split and merged, changed at random, refreshed and judged.

Each part is compared with the explosion of the tests and with a new order of Odoo, what
supplies all parts with what supplies all of the new orders. How to repeat a failure:
see `test_fuzz_recalculation`.
"""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_fuzz import FuzzCase
from .generator import Scenario
from .generator_edits import edit_bom
from .generator_hand import edit_order
from .oracle import convert, label
from .snapshot import differences, snapshot

SHARED = ("picks", "children")  # by all parts of an order


def rounding_steps(order, off=0.0):
    """How far the supply of an order may be off, per product, in its unit.

    Odoo's split rounds the lines of each part up and leaves their child orders alone:
    a hundredth of a line's unit, and what follows from it further down.

    :param off: how far the quantity of the order may be off, in its product's unit
    """
    total = defaultdict(float)
    for line in order.move_raw_ids:
        step = convert(0.01, line.product_uom, line.product_id.uom_id)
        step += line.product_qty * off / order.product_uom_qty
        total[label(line.product_id)] += step
        for child in order._get_children():
            if child.product_id == line.product_id:
                for product, more in rounding_steps(child, step).items():
                    total[product] += more
    return total


class PartsScenario(Scenario):
    """An order that is split and of which parts are merged; never a draft."""

    def __init__(self, world, seed):
        super().__init__(world, seed)
        if self.stage == "draft":
            self.stage = "confirmed"

    def split(self, order):
        quantity = order.product_qty
        share = round(quantity * self.pick(0.25, 0.5, 0.6), 2)
        if not 0 < share < quantity:
            return order
        parts = order._split_productions({order: [quantity - share, share]})
        self.say(f"split into {parts.mapped(lambda o: (o.name, o.product_qty))}")
        return parts

    def merge(self, orders):
        due = max(orders.mapped("date_deadline"))
        try:
            with self.env.cr.savepoint():
                merged = orders.browse(orders.action_merge()["res_id"])
        except UserError:  # Odoo merges no orders with lines of their own
            return orders
        except KeyError as error:
            # nor, with this error, ones that a by-product was removed from
            if error.args[0] not in orders.bom_id.byproduct_ids.ids:
                raise
            return orders
        merged.date_deadline = due
        self.say(f"{orders.mapped('name')} merged into {merged.name}")
        return merged


@tagged("post_install", "-at_install")
class TestFuzzParts(FuzzCase):
    scenario_class = PartsScenario
    share = 0.3

    def test_parts_of_random_orders_equal_new_orders(self):
        self.play_scenarios()

    def judge(self, scenario):
        order = scenario.make_order()
        scenario.do_picks(order)
        parts = self.divide(scenario, order)
        for part in parts:
            edit_order(scenario, part)
        if scenario.chance(0.3):
            parts = self.divide(scenario, parts)
        edit_bom(scenario)
        scenario.orders = parts
        options = {
            "scheduling_direction": scenario.pick("back", "forward"),
            "restore_reservation": True,
        }
        return self.refresh_parts(scenario, parts, options)

    def divide(self, scenario, orders):
        """Split some of the orders, merge two."""
        for order in orders:
            if scenario.chance(0.8):
                orders |= scenario.split(order)
        kinds = orders.mapped("picking_type_id")
        # Odoo 19 forgets the values that were chosen for merged orders, not their picks
        chosen = orders.never_product_template_attribute_value_ids
        # and makes 20 g of 12 g: hundredths of the product's own unit
        rounded = self.gram in orders.product_uom_id
        # what was moved and not refreshed, is supplied where nobody can tell any more
        alike = len(kinds) == 1 and not (chosen or rounded or scenario.renamed)
        if len(orders) > 1 and alike and scenario.chance(0.4):
            two = orders.browse(scenario.rng.sample(orders.ids, 2))
            orders = (orders - two) | scenario.merge(two)
        scenario.forget_cache()
        return orders

    def refresh_parts(self, scenario, parts, options):
        calls = [parts]
        if scenario.chance(0.5):
            calls = scenario.rng.sample(list(parts), len(parts))
        found = []
        for orders in calls:
            scenario.say(f"refresh {orders.mapped('name')}")
            rows = self.refresh_as_planner(scenario, orders, options)
            found += self.refused(orders, rows)
        if found:
            return found
        found = self.compare_parts(scenario, parts)
        for orders in calls:
            found += self.refresh_again(scenario, orders, options)
        return found

    def compare_parts(self, scenario, parts):
        """Return the differences of each part, and of what all of them share."""
        found, wanted = [], {name: defaultdict(float) for name in SHARED}
        slack = {f"{name}_slack": defaultdict(float) for name in SHARED}
        for part in parts:
            for product, step in rounding_steps(part).items():
                slack["children_slack"][product] += step
            shown = {**snapshot(part), **{name: {} for name in SHARED}}
            twin = snapshot(scenario.make_order(like=part))
            found += [
                f"{part.name}: {text}"
                for text in self.compare_lines(scenario, part, twin, shown)
            ]
            for name in SHARED:
                for key, quantity in twin[name].items():
                    wanted[name][key] += quantity
                for key, quantity in twin[f"{name}_slack"].items():
                    slack[f"{name}_slack"][key] += quantity
        actual = self.read_shared(parts)
        for name, steps in slack.items():
            for key, quantity in actual[name].items():
                steps[key] = max(steps[key], quantity * len(parts))
        return found + differences(wanted, {**actual, **slack})

    def read_shared(self, parts):
        """Return what supplies all parts, once for each group that shares it."""
        total = {name: defaultdict(float) for name in SHARED}
        total.update({f"{name}_slack": defaultdict(float) for name in SHARED})
        seen = set()
        for part in parts:
            group = part.production_group_id
            place = {"picks": part.location_src_id, "children": True}
            for name, values in snapshot(part).items():
                kind = name.removesuffix("_slack")
                if kind in SHARED and (name, group, place[kind]) not in seen:
                    seen.add((name, group, place[kind]))
                    for key, quantity in values.items():
                        total[name][key] += quantity
        return total

    def compare_lines(self, scenario, part, twin, shown):
        bare = {**twin, **{name: {} for name in SHARED}}
        skip = ["origin"]  # names the order as it was when a line was confirmed
        # what Odoo splits to nothing keeps the hundredth that it held
        skip += ["held", *(["state"] if scenario.picked else [])]
        return differences(bare, shown, skip=skip)
