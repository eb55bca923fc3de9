from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestRunScheduled(RunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nightly = cls.env.ref(
            "mrp_production_refresh.ir_cron_refresh_production_orders"
        )
        cls.env["mrp.production.refresh.scheduled"].search([]).active = False
        cls.orders = cls.make_stale_orders(3)
        cls.orders[0].priority = "1"

    def make_scheduled(self, user=None, **values):
        model = self.env["mrp.production.refresh.scheduled"]
        with Form(model.with_user(user or self.planner)) as form:
            form.name = "Every night"
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def get_runs(self):
        return self.run_model.search(
            [("line_ids.production_id", "in", self.orders.ids)]
        )

    def test_scheduled_action_is_off_when_installed(self):
        self.assertFalse(self.nightly.active)
        self.assertTrue(self.cron.active)

    def test_planner_picks_orders_and_options(self):
        scheduled = self.make_scheduled(
            domain="[('priority', '=', '1'), "
            "('create_date', '<=', context_today().strftime('%Y-%m-%d 23:59:59'))]",
            scheduling_direction="forward",
        )
        with self.enter_registry_test_mode():
            self.nightly.method_direct_trigger()
        run = self.get_runs()
        self.assertRecordValues(
            run,
            [
                {
                    "scheduled_id": scheduled.id,
                    "user_id": self.planner.id,
                    "scheduling_direction": "forward",
                    "count_total": 1,
                }
            ],
        )
        self.process()
        self.assertEqual(run.count_refreshed, 1)
        self.assertEqual(self.orders[0].refresh_user_id, self.planner)

    def test_orders_of_code_are_those_of_its_domain(self):
        self.make_scheduled()
        self.env["mrp.production"]._cron_refresh_production_orders(
            [("id", "in", self.orders[1:].ids)], restore_reservation=True
        )
        self.assertFalse(self.orders[0].refresh_date)
        self.assertTrue(all(self.orders[1:].mapped("refresh_date")))
        self.assertFalse(self.get_runs())

    def test_code_with_a_wrong_option_fails_without_orders_too(self):
        with self.assertRaisesRegex(UserError, "restore_reservations"):
            self.env["mrp.production"]._cron_refresh_production_orders(
                [("id", "in", [])], restore_reservations=True
            )

    def test_code_of_an_action_commits_batch_by_batch(self):
        action = self.nightly.copy({"name": "By code"})
        action.write(
            {
                "model_id": self.env["ir.model"]._get_id("mrp.production"),
                "code": "model._cron_refresh_production_orders("
                f"[('id', 'in', {self.orders.ids})], scheduling_direction='forward')",
            }
        )
        self.env["ir.config_parameter"].set_param(
            "mrp_production_refresh.batch_size", "2"
        )
        with self.enter_registry_test_mode():
            action.method_direct_trigger()
        self.assertTrue(all(self.orders.mapped("refresh_date")))

    def test_nothing_to_do_starts_no_run(self):
        self.make_scheduled(domain="[('id', '=', 0)]")
        self.env["mrp.production.refresh.scheduled"]._cron_start()
        self.assertFalse(self.get_runs())

    def test_one_that_fails_does_not_stop_the_other(self):
        fired = self.make_planner("fired_planner")
        self.make_scheduled(fired)
        fired.group_ids = self.env.ref("base.group_user")
        self.make_scheduled()
        with self.assertLogs("odoo.addons.mrp_production_refresh", "WARNING"):
            runs = self.env["mrp.production.refresh.scheduled"]._cron_start()
        self.assertEqual(runs.user_id, self.planner)

    def test_orders_that_cannot_be_found_any_more_are_told(self):
        users = (self.planner, self.make_planner("left_planner"), self.planner)
        broken, archived, whole = (self.make_scheduled(user).sudo() for user in users)
        archived.user_id.with_user(self.env.user).active = False
        # as when the add-on that brought the field is gone
        with patch.object(type(broken), "_validate_fields"):
            broken.domain = "[('speed', '=', 1)]"
        with self.assertLogs("odoo.addons.mrp_production_refresh", "WARNING"):
            runs = (broken | archived | whole)._start()
        self.assertEqual(runs.scheduled_id, whole)
        self.assertIn("speed", broken.message)
        self.assertIn("is archived", archived.message)
        self.assertFalse(whole.message)
        broken.domain = "[]"
        broken._start()
        self.assertFalse(broken.message)

    def test_wrong_domain_and_options_are_refused(self):
        for domain in ("[('speed', '=', 1)]", "[('state'", "env.cr.commit()"):
            with self.assertRaisesRegex(ValidationError, "cannot be found"):
                self.make_scheduled(domain=domain)
        with self.assertRaisesRegex(UserError, "Routings must be calculated"):
            self.make_scheduled().calculate_routings = False

    def test_it_runs_as_who_saved_it_last(self):
        scheduled = self.make_scheduled()
        other = self.make_planner("other_planner")
        scheduled.with_user(other).write(
            {"name": "Mine", "user_id": self.env.ref("base.user_admin").id}
        )
        self.assertEqual(scheduled.user_id, other)
        with self.assertRaises(AccessError):
            scheduled.with_user(self.make_outsider()).name = "Theirs"

    def test_refresh_now_runs_as_who_asks(self):
        other = self.make_planner("other_planner")
        action = self.make_scheduled().with_user(other).action_start()
        run = self.run_model.browse(action["res_id"])
        self.assertEqual(run.user_id, other)
        self.assertIn(self.orders[2], run.line_ids.production_id)

    def test_several_are_refreshed_now(self):
        both = self.make_scheduled() | self.make_scheduled()
        both.with_user(self.planner).action_start()
        self.assertEqual(self.get_runs().scheduled_id, both)

    def test_server_action_refreshes_its_records(self):
        action = self.env.ref("mrp_production_refresh.ir_actions_server_refresh")
        self.assertFalse(action.binding_model_id)
        action.with_context(
            active_model="mrp.production", active_ids=self.orders.ids
        ).run()
        self.assertEqual([len(order.move_raw_ids) for order in self.orders], [2] * 3)
