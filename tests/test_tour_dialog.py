from odoo.tests import HttpCase, tagged

from .common_wizard import WizardCase

LIST = "/odoo/action-mrp_production_refresh.mrp_production_action_refreshable"


@tagged("post_install", "-at_install")
class TestTourDialog(WizardCase, HttpCase):
    """A planner with the dialog on orders of each kind, in a real browser."""

    def run_tour(self, name, order=None):
        self.start_tour(
            f"/odoo/manufacturing/{order.id}" if order else LIST,
            f"mrp_production_refresh_{name}",
            login=self.planner.login,
        )

    def test_refused_order_is_led_out(self):
        order = self.make_order(self.bom, date_deadline=False)
        self.run_tour("refused", order)
        self.assertTrue(order.refresh_date)

    def test_reserved_order_keeps_its_reservation(self):
        self.put_in_stock(self.leg, 200)
        order = self.make_confirmed_order(self.bom, qty=2)
        self.refresh(order)
        legs = order.move_raw_ids.filtered(lambda move: move.product_id == self.leg)
        legs.product_uom_qty = 99
        order.action_assign()
        self.assertEqual(legs.quantity, 99)
        self.run_tour("reserved", order)
        self.assertEqual((legs.product_uom_qty, legs.quantity), (8, 8))

    def test_late_order_says_by_how_much(self):
        order = self.make_order(self.bom, date_deadline=self.now)
        self.run_tour("late", order)
        self.assertGreater(order.date_finished, order.date_deadline)

    def test_refused_rows_are_led_out(self):
        self.env["mrp.production"].search([]).unlink()
        self.put_in_stock(self.leg, 200)
        chair, shelf = self.make_products("Chair", "Shelf")
        boms = [self.make_bom(product, [(self.leg, 4)]) for product in (chair, shelf)]
        orders = [self.make_confirmed_order(bom, qty=2) for bom in boms]
        for order in orders:
            order.action_assign()
            order.move_raw_ids.product_uom_qty = 9
        self.make_order(self.bom, date_deadline=False)
        self.run_tour("ways_out")
        reserved = [sum(order.move_raw_ids.mapped("quantity")) for order in orders]
        self.assertEqual(reserved, [0, 9])

    def test_several_orders(self):
        self.env["mrp.production"].search([]).unlink()
        table = self.make_changed_order()
        chair, shelf = self.make_products("Chair", "Shelf")
        refused = self.make_order(
            self.make_bom(chair, [(self.leg, 4)]), date_deadline=False
        )
        left_out = self.make_order(self.make_bom(shelf, [(self.top, 2)]))
        left_out.move_raw_ids.product_uom_qty = 50
        self.run_tour("several")
        self.assertEqual(self.leg_quantity(table), 8)
        self.assertEqual(left_out.move_raw_ids.product_uom_qty, 50)
        self.assertFalse((left_out + refused).filtered("refresh_date"))
