from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import NOW
from .common_wizard import WizardCase


@tagged("post_install", "-at_install")
class TestWizard(WizardCase):
    # Defaults and rules of the options

    def test_options_come_from_the_company_of_the_orders(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.company.write(
            {
                "refresh_scheduling_direction": "forward",
                "refresh_restore_reservation": True,
            }
        )
        order = self.make_order(self.bom)
        self.planner.company_ids += other
        wizard = self.open_wizard(
            order.with_context(allowed_company_ids=[other.id, order.company_id.id])
        )
        self.assertEqual(wizard.scheduling_direction, "forward")
        self.assertTrue(wizard.restore_reservation)
        self.assertTrue(wizard.calculate_lines)
        self.assertFalse(wizard.create_inbound_request)
        self.assertFalse(wizard.due_date)
        self.assertFalse(wizard.start_date)

    def test_lines_tick_routings_and_component_need(self):
        self.env.company.write(
            {
                "refresh_calculate_lines": False,
                "refresh_calculate_routings": False,
                "refresh_calculate_components": False,
            }
        )
        wizard = self.open_wizard(self.make_order(self.bom))
        self.assertFalse(wizard.calculate_routings)
        wizard.calculate_lines = True
        self.assertTrue(wizard.calculate_routings)
        self.assertTrue(wizard.calculate_components)
        for name in ("calculate_routings", "calculate_components"):
            with self.assertRaises(AssertionError):  # readonly in the view
                setattr(wizard, name, False)

    def test_lines_need_routings_and_component_need(self):
        wizard = self.open_wizard(self.make_order(self.bom)).save()
        with self.assertRaisesRegex(
            ValidationError, "Routings must be calculated when lines are calculated"
        ):
            wizard.write({"calculate_routings": False})
        with self.assertRaisesRegex(
            ValidationError, "Component Need must be calculated when lines"
        ):
            wizard.write({"calculate_routings": True, "calculate_components": False})

    def test_every_field_of_the_dialog_explains_itself(self):
        fields = self.env["mrp.production.refresh"].fields_get()
        for name in self.env["mrp.production.refresh"]._get_option_names():
            self.assertGreater(len(fields[name].get("help") or ""), 40, name)

    # Preview

    def test_preview_shows_what_will_change(self):
        order = self.make_changed_order()
        preview = str(self.open_wizard(order).preview)
        self.assertIn("Leg", preview)
        self.assertIn("99 Units", preview)
        self.assertIn("8 Units", preview)
        self.assertIn('data-kind="component"', preview)
        self.assertIn("Changed", preview)
        self.assertIn("made by hand will be lost", preview)

    def test_preview_writes_nothing(self):
        order = self.make_changed_order()

        def read():
            return (
                order.read(),
                order.move_raw_ids.read(),
                order.workorder_ids.read(),
                order.message_ids.ids,
            )

        self.env.flush_all()
        before = read()
        wizard = self.open_wizard(order)
        wizard.scheduling_direction = "forward"
        wizard.due_date = NOW.replace(day=30)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(read(), before)

    def test_preview_follows_the_options(self):
        order = self.make_changed_order()
        wizard = self.open_wizard(order)
        wizard.calculate_lines = False
        wizard.calculate_components = False
        self.assertNotIn("99 Units", str(wizard.preview))
        wizard.calculate_components = True
        self.assertIn("99 Units", str(wizard.preview))

    def test_preview_escapes_what_people_typed(self):
        order = self.make_changed_order()
        self.leg.name = "<script>alert(1)</script>"
        preview = str(self.open_wizard(order).preview)
        self.assertIn("&lt;script&gt;", preview)
        self.assertNotIn("<script>", preview)

    def test_preview_says_why_an_order_is_refused(self):
        order = self.make_order(self.bom, date_deadline=False)
        wizard = self.open_wizard(order)
        self.assertEqual(wizard.preview_code, "no_due_date")
        self.assertIn("due date", wizard.preview_message)
        wizard.due_date = NOW.replace(day=30)
        self.assertFalse(wizard.preview_code)

    # One order

    def test_apply_refreshes_and_tells(self):
        order = self.make_changed_order()
        action = self.open_wizard(order).save().action_apply()
        self.assertEqual(self.leg_quantity(order), 8)
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(order.name, action["params"]["title"])
        self.assertIn("Components (changed: 1)", action["params"]["message"])
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(
            action["params"]["next"], {"type": "ir.actions.act_window_close"}
        )

    def test_apply_says_how_late(self):
        order = self.make_changed_order(date_deadline=NOW)
        action = self.open_wizard(order).save().action_apply()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("after the due date", action["params"]["message"])

    def test_apply_twice_says_up_to_date(self):
        order = self.make_changed_order()
        self.open_wizard(order).save().action_apply()
        action = self.open_wizard(order).save().action_apply()
        self.assertIn("up to date", action["params"]["title"])

    def test_due_date_of_the_dialog_becomes_the_orders(self):
        order = self.make_changed_order()
        wizard = self.open_wizard(order)
        wizard.due_date = NOW.replace(day=30)
        wizard.save().action_apply()
        self.assertEqual(order.date_deadline, NOW.replace(day=30))
        self.assertLessEqual(order.date_finished, order.date_deadline)

    def test_single_refused_order_raises_its_reason(self):
        order = self.make_order(self.bom, date_deadline=False)
        wizard = self.open_wizard(order).save()
        with self.assertRaisesRegex(UserError, "due date"):
            wizard.action_apply()

    # The form

    def test_form_counts_lines_changed_by_hand(self):
        order = self.make_order(self.bom, qty=2).with_user(self.planner)
        self.assertEqual(order.refresh_handwork_count, 0)
        order.move_raw_ids[0].product_uom_qty += 1
        # mrp_account lets no planner delete one: it reads analytic lines
        order.sudo().workorder_ids.unlink()
        order.invalidate_recordset(["refresh_handwork_count"])
        self.assertEqual(order.refresh_handwork_count, 2)
        self.refresh(order)
        order.invalidate_recordset(["refresh_handwork_count"])
        self.assertEqual(order.refresh_handwork_count, 0)

    def test_form_of_a_new_order_opens(self):
        order = self.make_order_by_form(self.bom, qty=2)
        with Form(order) as form:
            self.assertEqual(form.refresh_handwork_count, 0)
            form.date_deadline = NOW.replace(day=30)
        self.assertEqual(order.date_deadline, NOW.replace(day=30))

    # Rights

    def test_planner_refreshes_by_the_dialog(self):
        order = self.make_changed_order()
        self.open_wizard(order, self.planner).save().action_apply()
        self.assertEqual(self.leg_quantity(order), 8)

    def test_outsider_is_kept_out(self):
        outsider = self.make_outsider()
        order = self.make_order(self.bom)
        with self.assertRaises(AccessError):
            order.with_user(outsider).action_refresh()
        with self.assertRaises(AccessError):
            self.env["mrp.production.refresh"].with_user(outsider).create(
                {"production_ids": order.ids}
            )

    def test_no_order_selected_says_so(self):
        with self.assertRaisesRegex(UserError, "Select the manufacturing orders"):
            self.env["mrp.production"].action_refresh()

    def test_action_menu_opens_the_dialog(self):
        order = self.make_order(self.bom)
        server_action = self.env.ref(
            "mrp_production_refresh.mrp_production_action_refresh"
        )
        action = server_action.with_user(self.planner).with_context(
            active_model="mrp.production", active_ids=order.ids, active_id=order.id
        )
        self.assertEqual(action.run()["res_model"], "mrp.production.refresh")
