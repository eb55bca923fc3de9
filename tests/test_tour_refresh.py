from odoo.tests import HttpCase, tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestTourRefresh(RefreshCase, HttpCase):
    def test_press_refresh_and_see_the_result(self):
        planner = self.make_planner(password="refresh_planner")
        table, leg = self.make_products("Table", "Leg")
        bom = self.make_bom(table, [(leg, 4)], [{"name": "Assemble"}])
        order = self.make_order(bom, qty=2)
        self.refresh(order)
        order.move_raw_ids.product_uom_qty = 99
        order.user_id = planner
        self.start_tour(
            f"/odoo/manufacturing/{order.id}",
            "mrp_production_refresh",
            login=planner.login,
        )
        self.assertEqual(order.move_raw_ids.product_uom_qty, 8)
