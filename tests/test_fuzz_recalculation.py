"""Random orders, changed at random, refreshed and judged.

Each order is compared with the explosion of the tests (`oracle`) and with a twin: a
new order of Odoo itself with the same BoM, quantity and variant. A failure names its
seed: `REFRESH_FUZZ_SEED=17 REFRESH_FUZZ=1` repeats it, `REFRESH_FUZZ` says how many.
"""

from odoo.tests import tagged

from .common_fuzz import FuzzCase
from .generator import Scenario
from .generator_edits import edit_bom, edit_order
from .snapshot import snapshot


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
        rows = self.refresh_as_planner(scenario, orders, options)
        found = self.refused(orders, rows)
        if found:
            return found
        for order, row in zip(orders, rows, strict=True):
            found += self.compare(scenario, order)
            if row["status"] == "unchanged" and before[order] != snapshot(order):
                found.append("says unchanged, but lines changed")
        found += self.refresh_again(scenario, orders, options)
        if scenario.stage == "draft" and not found:
            orders.action_confirm()
            scenario.stage = "confirmed"
            scenario.say("confirm")
            for order in orders:
                found += self.compare(scenario, order)
        return found
