from odoo.tests import HttpCase, tagged

from .common_browser import BrowserCase


class LooksCase(BrowserCase):
    def run_tour(self, name):
        order = self.make_changed_order()
        self.start_tour(
            f"/odoo/manufacturing/{order.id}",
            name,
            login=self.planner.login,
        )
        self.assertEqual(self.leg_quantity(order), 8)


@tagged("post_install", "-at_install")
class TestTourDark(LooksCase, HttpCase):
    def test_single_order_in_the_dark(self):
        self.go_dark()
        self.run_tour("mrp_production_refresh")


@tagged("post_install", "-at_install")
class TestTourPhone(LooksCase, HttpCase):
    browser_size = "360x740"
    touch_enabled = True

    def test_single_order_on_a_phone(self):
        self.run_tour("mrp_production_refresh_phone")
