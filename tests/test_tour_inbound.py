from odoo.tests import HttpCase, tagged

from .common_inbound import InboundCase


@tagged("post_install", "-at_install")
class TestTourInbound(InboundCase, HttpCase):
    def test_ask_for_components_bring_them_and_reserve(self):
        planner = self.make_planner("inbound_planner", password="inbound_planner")
        self.manu_type.reservation_method = "at_confirm"
        self.outlet.putaway_processing = "none"
        self.put_in_stock(self.leg, 100)
        self.put_in_stock(self.glue, 100)
        order = self.make_workshop_order(user_id=planner.id)
        self.start_tour(
            f"/odoo/manufacturing/{order.id}",
            "mrp_production_refresh_inbound",
            login=planner.login,
        )
        self.assertEqual(self.requests(order).state, "done")
        self.assertEqual(order.reservation_state, "assigned")
