from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_run import RunCase


@tagged("post_install", "-at_install")
class TestRunRights(RunCase):
    def test_planner_cannot_start_a_run_as_somebody_else(self):
        run = self.run_model.with_user(self.planner).create(
            {"user_id": self.env.ref("base.user_admin").id, "state": "queued"}
        )
        self.assertRecordValues(run, [{"user_id": self.planner.id, "state": "draft"}])
        for vals in ({"user_id": self.env.uid}, {"state": "queued"}):
            with self.assertRaises(AccessError):
                run.write(vals)

    def test_context_does_not_do_what_values_may_not(self):
        order = self.make_stale_orders(1)
        context = {
            "default_user_id": self.env.ref("base.user_root").id,
            "default_state": "queued",
            "default_date_start": self.now,
            "default_message": "Well done",
            "default_attempts": 3,
        }
        run = (
            self.run_model.with_user(self.planner)
            .with_context(**context)
            .create({"line_ids": [(0, 0, {"production_id": order.id})]})
        )
        self.assertRecordValues(
            run, [{"user_id": self.planner.id, "state": "draft", "date_start": False}]
        )
        self.assertRecordValues(
            run.line_ids, [{"state": "pending", "message": False, "attempts": 0}]
        )

    def test_line_of_a_draft_is_not_moved_to_a_started_run(self):
        orders = self.make_stale_orders(2)
        started = self.start(orders[0], self.make_planner("other_planner"))
        draft = self.run_model.with_user(self.planner).create(
            {"line_ids": [(0, 0, {"production_id": orders[1].id})]}
        )
        with self.assertRaises(UserError):
            draft.line_ids.run_id = started

    def test_archived_user_refreshes_nothing(self):
        order = self.make_stale_orders(1)
        run = self.start(order)
        self.planner.active = False
        self.process()
        self.assertRecordValues(run, [{"state": "done", "count_failed": 1}])
        self.assertIn("is archived", run.line_ids.message)
        self.assertFalse(order.refresh_date)

    def test_planner_cannot_change_what_was_started(self):
        orders = self.make_stale_orders(2)
        run = self.start(orders[0]).with_user(self.planner)
        with self.assertRaises(UserError):
            run.scheduling_direction = "forward"
        with self.assertRaises(AccessError):
            run.line_ids.state = "refreshed"
        with self.assertRaises(UserError):
            run.line_ids.unlink()
        with self.assertRaises(UserError):
            run.line_ids = [(0, 0, {"production_id": orders[1].id})]

    def test_who_starts_a_draft_of_another_one_lends_the_own_rights(self):
        order = self.make_stale_orders(1)
        run = self.run_model.with_user(self.planner).create(
            {"line_ids": [(0, 0, {"production_id": order.id})]}
        )
        other = self.make_planner("other_planner")
        run.with_user(other).action_start()
        self.assertEqual(run.user_id, other)

    def test_outsider_sees_and_starts_nothing(self):
        order = self.make_stale_orders(1)
        outsider = self.make_outsider()
        with self.assertRaises(AccessError):
            order.with_user(outsider).refresh_in_background()
        with self.assertRaises(AccessError):
            self.run_model.with_user(outsider).search([])

    def test_companies_are_kept_apart(self):
        company = self.env["res.company"].create({"name": "Other company"})
        company.refresh_scheduling_direction = "forward"
        self.env.user.company_ids += company
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        order = self.make_stale_orders(1)
        theirs = self.make_order(
            order.bom_id, warehouse=warehouse, company_id=company.id
        )
        both = self.make_planner(
            "both", company_ids=[(6, 0, (self.env.company + company).ids)]
        )
        orders = (
            (order | theirs)
            .with_user(both)
            .with_context(allowed_company_ids=(self.env.company + company).ids)
        )
        runs = orders._refresh_in_background().sudo()
        self.assertRecordValues(
            runs,
            [
                {"company_id": self.env.company.id, "scheduling_direction": "back"},
                {"company_id": company.id, "scheduling_direction": "forward"},
            ],
        )
        mine = self.run_model.with_user(self.planner)
        self.assertEqual(mine.search([("id", "in", runs.ids)]), runs[0])
        self.assertEqual(
            self.env["mrp.production.refresh.run.line"]
            .with_user(self.planner)
            .search([("run_id", "in", runs.ids)]),
            runs[0].line_ids,
        )
        with self.assertRaises(AccessError):
            runs[1].with_user(self.planner).action_cancel()
        self.process()
        self.assertRecordValues(
            runs.line_ids, [{"state": "refreshed"}, {"state": "unchanged"}]
        )
