"""The main job: orders in every state through the public methods."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestRefresh(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.table, cls.top, cls.leg, cls.paint = cls.make_products(
            "Table", "Top", "Leg", "Paint"
        )
        cls.cutting = cls.make_workcenter("Cutting", cls.office_hours)
        cls.assembly = cls.make_workcenter("Assembly", cls.office_hours)
        cls.bom = cls.make_bom(
            cls.table,
            [
                {"product": cls.top, "qty": 1},
                {"product": cls.leg, "qty": 4, "operation": "Assemble"},
            ],
            [
                {"name": "Cut", "workcenter": cls.cutting, "minutes": 60},
                {"name": "Assemble", "workcenter": cls.assembly, "minutes": 120},
            ],
        )
        cls.due = datetime(2030, 1, 16, 16, 0)
        cls.planner = cls.make_planner()

    def line(self, order, product):
        return order.move_raw_ids.filtered(lambda move: move.product_id == product)

    # states

    def test_confirmed_order_follows_changed_quantity_of_bom_line(self):
        order = self.make_confirmed_order(self.bom, 2, date_deadline=self.due)
        leg = self.line(order, self.leg)
        self.bom.bom_line_ids[1].product_qty = 3
        row = self.refresh_one(order, user=self.planner)
        self.assertEqual(self.line(order, self.leg), leg, "updated in place")
        self.assertEqual(leg.product_uom_qty, 6)
        self.assertEqual(
            [
                (c["kind"], c["action"], c["before"], c["after"], c["manual"])
                for c in row["changes"]
                if c["kind"] == "component"
            ],
            [
                (
                    "component",
                    "update",
                    {"product_uom_qty": 8.0},
                    {"product_uom_qty": 6.0},
                    False,
                )
            ],
        )

    def test_draft_and_confirmed_are_scheduled_back_from_due_date(self):
        for confirm in (False, True):
            with self.subTest(confirmed=confirm):
                order = self.make_order(self.bom, 1, date_deadline=self.due)
                if confirm:
                    order.action_confirm()
                self.refresh_one(order)
                cut, assemble = order.workorder_ids.sorted("sequence")
                self.assertEqual(assemble.date_finished, self.due)
                self.assertEqual(assemble.date_start, self.due - timedelta(hours=2))
                self.assertEqual(cut.date_finished, assemble.date_start)
                self.assertEqual(order.date_start, cut.date_start)
                self.assertEqual(order.date_finished, self.due)
                self.assertEqual(self.line(order, self.leg).date, assemble.date_start)
                self.assertEqual(self.line(order, self.top).date, cut.date_start)
                order.action_cancel()

    def test_second_refresh_says_unchanged_and_writes_nothing(self):
        for order in (
            self.make_order(self.bom, 3, date_deadline=self.due),
            self.make_confirmed_order(self.bom, 3, date_deadline=self.due, plan=True),
        ):
            self.refresh_one(order)
            messages = order.message_ids
            self.env.flush_all()
            before = order.write_date, order.move_raw_ids.mapped("write_date")
            row = self.refresh_one(order, "unchanged")
            self.assertEqual(row["changes"], [])
            self.assertEqual(order.message_ids, messages)
            self.assertEqual(
                before, (order.write_date, order.move_raw_ids.mapped("write_date"))
            )

    def test_handwork_is_cancelled_and_marked(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        self.line(order, self.leg).product_uom_qty = 7
        self.line(order, self.top)._action_cancel()
        self.line(order, self.top).unlink()
        order.write(
            {
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.paint.id,
                            "product_uom_qty": 2,
                            "product_uom": self.paint.uom_id.id,
                        }
                    )
                ]
            }
        )
        row = self.refresh_one(order)
        self.assertRecordValues(
            order.move_raw_ids.sorted("sequence"),
            [
                {"product_id": self.top.id, "product_uom_qty": 1},
                {"product_id": self.leg.id, "product_uom_qty": 4},
            ],
        )
        changes = [c for c in row["changes"] if c["kind"] == "component"]
        self.assertEqual(
            sorted((c["action"], c["product_id"], c["manual"]) for c in changes),
            sorted(
                [
                    ("add", self.top.id, True),
                    ("update", self.leg.id, True),
                    ("remove", self.paint.id, True),
                ]
            ),
        )

    def test_operations_follow_master_data(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        cut, assemble = order.workorder_ids.sorted("sequence")
        self.operations(self.bom, "Cut").write({"active": False})
        self.operations(self.bom, "Assemble").write(
            {"name": "Put together", "time_cycle_manual": 30}
        )
        self.add_operation(self.bom, "Pack", self.cutting, minutes=15, sequence=9)
        self.refresh_one(order)
        self.assertFalse(cut.exists())
        self.assertRecordValues(
            order.workorder_ids.sorted("sequence"),
            [
                {"name": "Put together", "duration_expected": 30},
                {"name": "Pack", "duration_expected": 15},
            ],
        )
        self.assertEqual(order.workorder_ids.sorted("sequence")[0], assemble)
        pack = order.workorder_ids.sorted("sequence")[1]
        self.assertEqual(pack.blocked_by_workorder_ids, assemble)
        self.assertEqual(pack.state, "blocked")
        self.assertEqual(assemble.state, "ready")
        self.assertEqual(pack.date_finished, self.due)

    def test_new_quantity_of_confirmed_order_scales_lines(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        order.product_qty = 5
        row = self.refresh_one(order)
        self.assertEqual(self.line(order, self.leg).product_uom_qty, 20)
        self.assertEqual(order.move_finished_ids.product_uom_qty, 5)
        self.assertEqual(
            order.workorder_ids.sorted("sequence").mapped("duration_expected"),
            [300, 600],
        )
        self.assertFalse(any(change["manual"] for change in row["changes"]))

    def test_forward_starts_at_the_start_asked_for(self):
        order = self.make_confirmed_order(self.bom, 1)
        order.date_start = datetime(2030, 1, 8, 10, 0)
        self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(order.date_start, datetime(2030, 1, 8, 10, 0))
        self.assertEqual(order.date_finished, datetime(2030, 1, 8, 13, 0))
        self.assertEqual(order.date_start_requested, datetime(2030, 1, 8, 10, 0))
        row = self.refresh_one(
            order, scheduling_direction="forward", start_date="2030-01-09 06:00:00"
        )
        self.assertEqual(row["date_start"], "2030-01-09 08:00:00")
        self.assertEqual(order.date_start_requested, datetime(2030, 1, 9, 6, 0))

    def test_back_into_the_past_goes_forward_and_says_late(self):
        due = self.now + timedelta(hours=1)
        order = self.make_confirmed_order(self.bom, 1, date_deadline=due)
        row = self.refresh_one(order)
        self.assertTrue(row["late"])
        self.assertEqual(len(row["warnings"]), 2)
        self.assertEqual(order.date_start, self.now)
        self.assertEqual(order.date_finished, self.now + timedelta(hours=3))

    def test_order_without_operations_takes_its_lead_time(self):
        bom = self.make_bom(self.paint, [(self.leg, 1)], produce_delay=2)
        order = self.make_confirmed_order(bom, 1, date_deadline=self.due)
        self.refresh_one(order)
        self.assertEqual(order.date_finished, self.due)
        self.assertEqual(order.date_start, self.due - timedelta(days=2))
        self.refresh_one(order, "unchanged")

    # preview

    def test_preview_tells_what_refresh_does_and_writes_nothing(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        self.bom.bom_line_ids[1].product_qty = 3
        self.operations(self.bom, "Cut").unlink()
        self.add_operation(self.bom, "Pack", self.cutting, minutes=15, sequence=9)
        self.env.flush_all()
        snapshot = order.read(), order.move_raw_ids.read(), order.workorder_ids.read()
        preview = order.with_user(self.planner).preview_refresh()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            snapshot,
            (order.read(), order.move_raw_ids.read(), order.workorder_ids.read()),
        )
        result = self.refresh(order)
        self.assertEqual(preview, result)

    # options

    def test_wrong_options_are_named(self):
        order = self.make_order(self.bom)
        for options, text in (
            ({"colour": "red"}, "colour"),
            ({"scheduling_direction": "sideways"}, "scheduling_direction"),
            ({"calculate_lines": "yes"}, "calculate_lines"),
            ({"due_date": "soon"}, "due_date"),
            ({"calculate_routings": False}, "Routings must be calculated when lines"),
            ({"calculate_components": False}, "Component"),
        ):
            with self.subTest(options=options), self.assertRaisesRegex(UserError, text):
                order.refresh_production_orders(**options)

    def test_nothing_calculated_changes_nothing(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        self.bom.bom_line_ids[1].product_qty = 3
        self.refresh_one(
            order,
            "unchanged",
            calculate_lines=False,
            calculate_routings=False,
            calculate_components=False,
        )
        self.assertEqual(self.line(order, self.leg).product_uom_qty, 4)

    def test_each_part_alone(self):
        order = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        self.bom.bom_line_ids[1].product_qty = 3
        self.operations(self.bom, "Cut").name = "Saw"
        off = {"calculate_lines": False}
        self.refresh_one(order, **off, calculate_components=False)
        self.assertEqual(self.line(order, self.leg).product_uom_qty, 4)
        self.assertEqual(order.workorder_ids.sorted("sequence")[0].name, "Saw")
        self.assertTrue(order.is_planned, "any part reschedules")
        self.operations(self.bom, "Cut").name = "Cut"
        self.refresh_one(order, **off, calculate_routings=False)
        self.assertEqual(self.line(order, self.leg).product_uom_qty, 3)
        self.assertEqual(order.workorder_ids.sorted("sequence")[0].name, "Saw")

    # several orders

    def test_one_refused_order_does_not_stop_the_others(self):
        good = self.make_confirmed_order(self.bom, 1, date_deadline=self.due)
        done = self.make_order(self.bom, 1)
        done.action_cancel()
        result = self.refresh(done | good)
        self.assertEqual(
            [(row["id"], row["status"], row["code"]) for row in result["orders"]],
            [(done.id, "refused", "cancelled"), (good.id, "refreshed", "")],
        )
        self.assertEqual((result["refused"], result["refreshed"]), (1, 1))

    def test_orders_of_a_call_are_placed_by_priority_due_date_and_id(self):
        orders = self.env["mrp.production"].concat(
            *(
                self.make_confirmed_order(
                    self.bom,
                    1,
                    date_deadline=self.due - timedelta(hours=hours),
                    priority=priority,
                )
                for hours, priority in ((0, "0"), (1, "0"), (0, "1"))
            )
        )
        self.refresh(orders)
        late, early, urgent = orders
        self.assertEqual(urgent.date_finished, self.due)
        self.assertEqual(early.date_finished, urgent.workorder_ids[1].date_start)
        self.assertEqual(late.date_finished, early.workorder_ids[1].date_start)

    # rights

    def test_outsider_may_not_refresh(self):
        order = self.make_order(self.bom)
        outsider = self.make_outsider()
        for method in ("refresh_production_orders", "preview_refresh"):
            with self.assertRaises(AccessError):
                getattr(order.with_user(outsider), method)()

    def test_deleted_order_is_a_row(self):
        order = self.make_order(self.bom)
        order_id = order.id
        order.unlink()
        row = self.refresh_one(order.browse(order_id), "failed")
        self.assertIn(str(order_id), row["message"])

    def test_draft_keeps_its_finished_moves(self):
        self.add_byproduct(self.bom, self.paint, 2, cost_share=5)
        order = self.make_order(self.bom, 1, date_deadline=self.due)
        finished = order.move_finished_ids
        self.bom.product_qty = 2
        self.operations(self.bom, "Cut").unlink()
        scrap = self.make_product("Scrap wood")
        self.add_byproduct(self.bom, scrap, 1, cost_share=1)
        self.refresh_one(order)
        self.assertLess(finished, order.move_finished_ids)
        self.assertRecordValues(
            order.move_finished_ids.sorted("id"),
            [
                {"product_id": self.table.id, "product_uom_qty": 1, "cost_share": 0},
                {"product_id": self.paint.id, "product_uom_qty": 1, "cost_share": 5},
                {"product_id": scrap.id, "product_uom_qty": 0.5, "cost_share": 1},
            ],
        )
        self.refresh_one(order, "unchanged")
