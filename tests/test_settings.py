from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestSettings(RefreshCase):
    def test_company_defaults_are_those_of_the_design(self):
        company = self.env["res.company"].create({"name": "New company"})
        self.assertRecordValues(
            company,
            [
                {
                    "refresh_scheduling_direction": "back",
                    "refresh_calculate_lines": True,
                    "refresh_calculate_routings": True,
                    "refresh_calculate_components": True,
                    "refresh_create_inbound_request": False,
                    "refresh_restore_reservation": False,
                    "refresh_update_bom": False,
                }
            ],
        )

    def test_company_refuses_lines_without_routings(self):
        with self.assertRaisesRegex(ValidationError, "Routings must be calculated"):
            self.env.company.refresh_calculate_routings = False

    def test_company_refuses_lines_without_component_need(self):
        with self.assertRaisesRegex(
            ValidationError, "Component Need must be calculated"
        ):
            self.env.company.refresh_calculate_components = False

    def test_company_takes_routings_alone(self):
        self.env.company.write(
            {"refresh_calculate_lines": False, "refresh_calculate_components": False}
        )
        self.assertTrue(self.env.company.refresh_calculate_routings)

    def test_settings_page_writes_the_company(self):
        with Form(self.env["res.config.settings"]) as form:
            form.refresh_scheduling_direction = "forward"
            form.refresh_restore_reservation = True
            form.refresh_calculate_lines = False
            form.refresh_calculate_routings = False
        form.record.execute()
        self.assertRecordValues(
            self.env.company,
            [
                {
                    "refresh_scheduling_direction": "forward",
                    "refresh_restore_reservation": True,
                    "refresh_calculate_lines": False,
                    "refresh_calculate_routings": False,
                    "refresh_calculate_components": True,
                }
            ],
        )

    def test_lines_tick_the_other_two_on_the_settings_page(self):
        self.env.company.write(
            {
                "refresh_calculate_lines": False,
                "refresh_calculate_routings": False,
                "refresh_calculate_components": False,
            }
        )
        form = Form(self.env["res.config.settings"])
        form.refresh_calculate_lines = True
        self.assertTrue(form.refresh_calculate_routings)
        self.assertTrue(form.refresh_calculate_components)
        with self.assertRaises(AssertionError):  # readonly
            form.refresh_calculate_routings = False

    def test_planner_cannot_change_the_defaults(self):
        planner = self.make_planner()
        company = self.env.company.with_user(planner)
        self.assertEqual(company.refresh_scheduling_direction, "back")
        with self.assertRaises(AccessError):
            company.refresh_scheduling_direction = "forward"
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(planner).create({}).execute()
