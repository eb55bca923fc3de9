"""Random orders, refreshed again and again with *Create Inbound Request*.

In between their workers do some of what was asked, and people change the bill of
materials and the orders. Seeds as in `common_fuzz`.
"""

from odoo.tests import tagged

from .common_fuzz import FuzzCase
from .generator_edits import edit_bom
from .generator_hand import edit_order
from .generator_inbound import InboundScenario, request_faults


@tagged("post_install", "-at_install")
class TestFuzzInbound(FuzzCase):
    scenario_class = InboundScenario
    share = 0.2

    def test_random_orders_have_one_request_of_what_they_need(self):
        self.play_scenarios()

    def judge(self, scenario):
        for _number in range(scenario.pick(1, 1, 2)):
            scenario.orders |= scenario.make_order()
        found = []
        for _round in range(scenario.pick(1, 2, 3)):
            for order in scenario.orders:
                edit_order(scenario, order)
                # Odoo 19 forgets them when a "never" value is chosen
                order.write(scenario.header)
            edit_bom(scenario)
            found = self.refresh_and_judge(scenario)
            if found:
                break
            for order in scenario.orders:
                scenario.do_requests(order)
        return found

    def refresh_and_judge(self, scenario):
        options = {
            "scheduling_direction": scenario.pick("back", "forward"),
            "restore_reservation": True,
            "create_inbound_request": True,
        }
        scenario.say("refresh with inbound request")
        orders = scenario.orders
        found = self.refused(orders, self.refresh_as_planner(scenario, orders, options))
        if found:
            return found
        for order in orders:
            found += request_faults(scenario, order)
        found += self.refresh_again(scenario, orders, options)
        # new orders would take what is free at the components location
        with self.env.cr.savepoint() as savepoint:
            for order in orders:
                found += self.compare(scenario, order)
            savepoint.rollback()
        scenario.forget_cache()
        return found
