"""Random orders, changed at random, refreshed and judged.

Each order is compared with the explosion of the tests (`oracle`) and with a twin: a
new order of Odoo itself with the same BoM, quantity and variant. A failure names its
seed: `REFRESH_FUZZ_SEED=17 REFRESH_FUZZ=1` repeats it, `REFRESH_FUZZ` says how many.
"""

from datetime import timedelta

from odoo.tests import tagged

from .common_fuzz import FuzzCase
from .generator import Scenario
from .generator_edits import edit_bom
from .generator_hand import edit_order
from .snapshot import descendants, snapshot


@tagged("post_install", "-at_install")
class TestFuzzRecalculation(FuzzCase):
    scenario_class = Scenario

    def test_random_orders_equal_new_orders(self):
        self.play_scenarios()

    def judge(self, scenario):
        for _number in range(scenario.pick(1, 1, 1, 2)):
            scenario.orders |= scenario.make_order()
        orders = scenario.orders
        for order in orders:
            scenario.do_picks(order)
            edit_order(scenario, order)
        edit_bom(scenario)
        before = {order: snapshot(order) for order in orders}
        options = {
            "scheduling_direction": scenario.pick("back", "forward"),
            "restore_reservation": True,
        }
        scenario.say(f"refresh {options['scheduling_direction']}")
        family = self.choose_family(scenario)
        rows = self.refresh_as_planner(scenario, family, options)
        gone = (family - orders).filtered(lambda order: order.state == "cancel")
        found = self.refused(
            family - gone, [r for r in rows if r["id"] not in gone.ids]
        )
        if found:
            return found
        for order, row in zip(family, rows, strict=True):
            if order not in orders:
                continue
            found += self.compare(scenario, order)
            if row["status"] == "unchanged" and before[order] != snapshot(order):
                found.append("says unchanged, but lines changed")
        found += self.refresh_again(scenario, family - gone, options)
        if scenario.stage == "draft" and not found:
            found += self.confirm(scenario, options)
            for order in orders:
                found += self.compare(scenario, order)
        return found

    def confirm(self, scenario, options):
        """Confirm the orders. Those that Odoo counts in another unit then, for serial
        numbers, are refreshed: it makes their lines anew, without an operation of a kit
        that another line of the same kit does not need.
        """
        units = {order: order.product_uom_id for order in scenario.orders}
        scenario.orders.action_confirm()
        scenario.stage = "confirmed"
        scenario.say("confirm")
        anew = scenario.orders.filtered(lambda o: o.product_uom_id != units[o])
        if not anew:
            return []
        scenario.say(f"refresh {anew.mapped('name')}")
        return self.refused(anew, self.refresh_as_planner(scenario, anew, options))

    def choose_family(self, scenario):
        """Return the orders, at times with those made for them, in any order; some of
        these are due at a time of their own.
        """
        family = scenario.orders
        if scenario.chance(0.5):
            for order in scenario.orders:
                family |= descendants(order)
            made = family - scenario.orders
            if made:
                scenario.say(f"with {made.mapped('name')}")
            for child in made:
                if scenario.chance(0.5):
                    child.date_deadline -= timedelta(days=scenario.pick(1, 10, 60))
        return family.browse(scenario.rng.sample(family.ids, len(family)))
