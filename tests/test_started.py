"""An order on which something was recorded: every entry point leaves it as it is."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_run import RunCase
from .snapshot import all_values


@tagged("post_install", "-at_install")
class TestStarted(RunCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.refresh_update_bom = True
        cls.cake, cls.flour, cls.egg, cls.crumb = cls.make_products(
            "Cake", "Flour", "Egg", "Crumb"
        )
        cls.oven = cls.make_workcenter("Oven")
        cls.bom = cls.make_bom(
            cls.cake,
            [(cls.flour, 2), (cls.egg, 3)],
            [{"name": "Bake", "workcenter": cls.oven, "minutes": 30}],
            byproducts=[(cls.crumb, 1)],
        )
        cls.put_in_stock(cls.flour, 100)

    # what is recorded

    def consume(self, order):
        order.move_raw_ids[0].write({"quantity": 1, "picked": True})

    def make_byproduct(self, order):
        order.move_byproduct_ids.write({"quantity": 1, "picked": True})

    def track_time(self, order):
        losses = self.env["mrp.workcenter.productivity.loss"]
        self.env["mrp.workcenter.productivity"].create(
            {
                "workorder_id": order.workorder_ids.id,
                "workcenter_id": self.oven.id,
                "loss_id": losses.search(
                    [("loss_type", "=", "productive")], limit=1
                ).id,
                "date_start": self.now,
                "date_end": self.now + timedelta(minutes=5),
            }
        )

    def start_work(self, order):
        order.workorder_ids.button_start()

    def finish_work(self, order):
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()

    def scrap_at_work(self, order):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.flour.id,
                "scrap_qty": 1,
                "production_id": order.id,
                "workorder_id": order.workorder_ids.id,
            }
        )
        scrap.action_validate()

    def set_quantity_producing(self, order):
        with Form(order) as form:
            form.qty_producing = 2

    # ways to refresh

    def by_program(self, order):
        row = self.refresh_one(
            order, "refused", user=self.planner, restore_reservation=True
        )
        self.assertEqual(row["code"], "started")

    def by_dialog(self, order):
        action = order.with_user(self.planner).action_refresh()
        wizard = self.env[action["res_model"]].with_user(self.planner)
        with Form(wizard.with_context(**action["context"])) as form:
            form.restore_reservation = True
        with self.assertRaisesRegex(UserError, "has been started"):
            form.record.action_apply()

    def by_update_bom(self, order):
        with self.assertRaisesRegex(UserError, "has been started"):
            order.with_user(self.planner).action_update_bom()

    def by_run(self, order):
        run = self.start(order, restore_reservation=True)
        self.process()
        self.assertRecordValues(run.line_ids, [{"state": "refused", "code": "started"}])

    def by_scheduled_code(self, order):
        self.env["mrp.production"]._cron_refresh_production_orders(
            [("id", "in", order.ids)], restore_reservation=True
        )

    def by_scheduled_refresh(self, order):
        scheduled = self.env["mrp.production.refresh.scheduled"].search([])
        scheduled.active = False
        with Form(scheduled.browse().with_user(self.planner)) as form:
            form.name = "Every night"
            form.domain = f"[('id', '=', {order.id})]"
        run = form.record.sudo()._start()
        self.process()
        self.assertRecordValues(run.line_ids, [{"state": "refused", "code": "started"}])

    def by_server_action(self, order):
        action = self.env.ref("mrp_production_refresh.ir_actions_server_refresh")
        action.with_user(self.planner).with_context(
            active_model="mrp.production", active_ids=order.ids
        ).run()

    def make_started_order(self, record):
        order = self.make_confirmed_order(self.bom, 5)
        record(order)
        return order

    def test_nothing_is_lost_by_any_way(self):
        records = (
            self.consume,
            self.make_byproduct,
            self.track_time,
            self.start_work,
            self.finish_work,
            self.scrap_at_work,
            self.set_quantity_producing,
        )
        ways = (
            self.by_program,
            self.by_dialog,
            self.by_update_bom,
            self.by_run,
            self.by_scheduled_code,
            self.by_scheduled_refresh,
            self.by_server_action,
        )
        orders = {record: self.make_started_order(record) for record in records}
        # so that a refresh would have something to lose
        self.bom.bom_line_ids[0].unlink()
        self.bom.bom_line_ids.product_qty = 9
        self.bom.byproduct_ids.unlink()
        self.bom.operation_ids.unlink()
        for record, order in orders.items():
            before = all_values(order)
            for way in ways:
                with self.subTest(record=record.__name__, way=way.__name__):
                    way(order)
                    self.assertEqual(all_values(order), before)

    def test_work_that_a_backorder_has_behind_it_is_not_done_again(self):
        self.add_operation(self.bom, "Pack", self.oven, sequence=9)
        order = self.make_confirmed_order(self.bom, 5)
        bake, pack = order.workorder_ids
        bake.button_start()
        bake.button_finish()
        pack.button_start()
        order.qty_producing = 3
        order._set_qty_producing()
        action = order.with_context(skip_consumption=True).button_mark_done()
        self.env[action["res_model"]].with_context(**action["context"]).create(
            {}
        ).action_backorder()
        backorder = order.production_group_id.production_ids - order
        self.assertRecordValues(
            backorder.workorder_ids,
            [
                {"state": "cancel", "qty_reported_from_previous_wo": 2},
                {"state": "ready", "qty_reported_from_previous_wo": 0},
            ],
        )
        before = all_values(backorder)
        self.by_program(backorder)
        self.assertEqual(all_values(backorder), before)
