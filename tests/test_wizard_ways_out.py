from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_wizard import WizardCase


@tagged("post_install", "-at_install")
class TestWizardWaysOut(WizardCase):
    """A refused order: the dialog says why, and has a button that leads on."""

    def make_reserved_order(self):
        self.put_in_stock(self.leg, 100)
        order = self.make_confirmed_order(self.bom, qty=2)
        order.action_assign()
        return order

    def open_refused(self, order, code):
        """Return the dialog, saved as a button saves it."""
        wizard = self.open_wizard(order)
        self.assertEqual(wizard.preview_code, code)
        self.assertTrue(wizard.preview_message)
        return wizard.save()

    def check_solved(self, wizard, action):
        self.assertEqual(action["res_id"], wizard.id)
        self.assertFalse(wizard.preview_code)
        self.assertFalse(wizard.preview_message)
        wizard.action_apply()
        self.assertTrue(wizard.production_ids.refresh_date)

    def test_unreserve(self):
        order = self.make_reserved_order()
        wizard = self.open_refused(order, "reserved")
        self.check_solved(wizard, wizard.action_unreserve())
        self.assertFalse(sum(order.move_raw_ids.mapped("quantity")))

    def test_restore_the_reservation(self):
        order = self.make_reserved_order()
        wizard = self.open_refused(order, "reserved")
        self.check_solved(wizard, wizard.action_restore_reservation())
        self.assertEqual(sum(order.move_raw_ids.mapped("quantity")), 8)

    def test_schedule_forward_without_a_due_date(self):
        order = self.make_order(self.bom, date_deadline=False)
        wizard = self.open_refused(order, "no_due_date")
        self.check_solved(wizard, wizard.action_schedule_forward())

    def test_try_again(self):
        order = self.make_order(self.bom, date_deadline=False)
        wizard = self.open_refused(order, "no_due_date")
        order.date_deadline = self.now
        self.check_solved(wizard, wizard.action_try_again())

    def test_create_the_bill_of_materials(self):
        product = self.make_product("Without")
        order = self.env["mrp.production"].create({"product_id": product.id})
        wizard = self.open_refused(order, "no_bom")
        action = wizard.action_create_bom()
        self.assertFalse(action["res_id"])
        bom = self.env["mrp.bom"].with_context(**action["context"]).create({})
        self.assertEqual(bom.product_tmpl_id, product.product_tmpl_id)

    def test_open_the_archived_bill_of_materials(self):
        order = self.make_order(self.bom)
        self.bom.active = False
        wizard = self.open_refused(order, "bom_archived")
        self.assertEqual(wizard.action_open_bom()["res_id"], self.bom.id)

    def test_open_the_work_centers_without_working_hours(self):
        order = self.make_order(self.bom)
        self.workcenter.resource_calendar_id = self.make_calendar("Closed", days=())
        wizard = self.open_refused(order, "no_calendar")
        action = wizard.action_open_workcenters()
        found = self.env["mrp.workcenter"].search(action["domain"])
        self.assertEqual(found, self.workcenter)

    def test_confirm_a_draft_to_ask_the_warehouse(self):
        order = self.make_order(self.bom)
        wizard = self.open_wizard(order)
        self.assertEqual(wizard.production_state, "draft")
        wizard = wizard.save()
        action = wizard.action_confirm_order()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(order.state, "confirmed")


@tagged("post_install", "-at_install")
class TestWaysOutOfSeveral(WizardCase):
    """Several orders: the row of a refused one has buttons of its own."""

    def get_ways_out(self, orders, order):
        rows = self.open_wizard(orders).order_rows["rows"]
        return next(row["ways_out"] for row in rows if row["id"] == order.id)

    def take(self, order, method, user=None):
        dialog = self.env["mrp.production.refresh"].with_user(user or self.planner)
        return dialog.take_way_out(order.id, method)

    def test_unreserve_one_order_only(self):
        self.put_in_stock(self.leg, 100)
        orders = self.make_confirmed_order(self.bom) + self.make_confirmed_order(
            self.bom
        )
        orders.action_assign()
        restore, unreserve = self.get_ways_out(orders, orders[0])
        self.assertEqual(restore["values"], {"restore_reservation": True})
        self.assertFalse(self.take(orders[0], unreserve["method"]))
        reserved = [sum(order.move_raw_ids.mapped("quantity")) for order in orders]
        self.assertFalse(reserved[0])
        self.assertTrue(reserved[1])
        self.assertFalse(self.get_ways_out(orders, orders[0]))

    def test_every_other_way_opens_what_it_is_about(self):
        without_due = self.make_order(self.bom, date_deadline=False)
        product = self.make_product("Without")
        without_bom = self.env["mrp.production"].create({"product_id": product.id})
        orders = without_due + without_bom
        for order, model in (
            (without_due, "mrp.production"),
            (without_bom, "mrp.bom"),
        ):
            (way,) = self.get_ways_out(orders, order)
            self.assertEqual(self.take(order, way["method"])["res_model"], model)

    def test_every_way_is_a_method(self):
        dialog = self.env["mrp.production.refresh"]
        for method in dialog._get_way_out_methods():
            self.assertTrue(callable(getattr(dialog, method, None)), method)

    def test_nothing_else_can_be_called(self):
        with self.assertRaisesRegex(ValueError, "unlink"):
            self.take(self.make_order(self.bom), "unlink")

    def test_outsider_cannot_unreserve(self):
        order = self.make_confirmed_order(self.bom)
        with self.assertRaises(AccessError):
            self.take(order, "action_unreserve", self.make_outsider())
