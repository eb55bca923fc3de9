from odoo.tests import Form, tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestRunWizard(RunCase):
    def open_dialog(self, orders):
        action = orders.with_user(self.planner).action_refresh()
        wizard = self.env["mrp.production.refresh"].with_user(self.planner)
        return Form(wizard.with_context(**action["context"]))

    def test_more_orders_than_the_limit_go_to_the_background(self):
        self.env.company.refresh_background_limit = 2
        orders = self.make_stale_orders(3)
        form = self.open_dialog(orders)
        self.assertTrue(form.in_background)
        form.scheduling_direction = "forward"
        action = form.save().action_apply()
        run = self.run_model.browse(action["res_id"])
        self.assertRecordValues(
            run,
            [
                {
                    "count_pending": 3,
                    "user_id": self.planner.id,
                    "scheduling_direction": "forward",
                }
            ],
        )
        self.assertFalse(any(orders.mapped("refresh_date")))

    def test_few_orders_go_there_when_asked_for(self):
        orders = self.make_stale_orders(2)
        form = self.open_dialog(orders)
        self.assertFalse(form.in_background)
        action = form.save().action_apply_in_background()
        self.assertEqual(self.run_model.browse(action["res_id"]).count_pending, 2)

    def test_limit_of_zero_never_does(self):
        self.env.company.refresh_background_limit = 0
        self.assertFalse(self.open_dialog(self.make_stale_orders(3)).in_background)
