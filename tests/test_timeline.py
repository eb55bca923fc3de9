"""What the time line and the capacity bars of the dialog are drawn from."""

from datetime import datetime, timedelta

from odoo import Command
from odoo.tests import Form, tagged

from ..planning.worktime import to_datetime, to_seconds
from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestTimeline(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = cls.make_planner()
        cls.product, cls.part = cls.make_products("Product", "Part")
        cls.first = cls.make_workcenter("First", cls.office_hours)
        cls.second = cls.make_workcenter("Second", cls.office_hours)
        cls.bom = cls.make_bom(
            cls.product,
            [(cls.part, 1)],
            [
                {"name": "One", "workcenter": cls.first, "minutes": 240},
                {"name": "Two", "workcenter": cls.second, "minutes": 120},
            ],
        )
        cls.due = datetime(2030, 1, 16, 16, 0)

    def make_scheduled_order(self, due=None, **values):
        order = self.make_confirmed_order(
            self.bom, date_deadline=due or self.due, **values
        )
        self.refresh_one(order)
        return order

    def preview(self, order, **options):
        """Return the time line of a preview, as the planner gets it."""
        orders = order.with_user(self.planner)
        row = orders.preview_refresh(**options)["orders"][0]
        text = self.env["mrp.production.refresh.format"].with_user(self.planner)
        return text._prepare_timeline(row)

    def slots(self, timeline, side):
        """Return the slots of a side by operation, for people."""
        names = {row["id"]: row["name"] for row in timeline["workcenters"]}
        return {
            op["name"]: op[side]
            and (
                names[op[side]["workcenter_id"]],
                to_datetime(op[side]["start"]),
                to_datetime(op[side]["end"]),
            )
            for op in timeline["operations"]
        }

    def test_operations_before_and_after(self):
        order = self.make_scheduled_order()
        order.date_deadline = self.due - timedelta(days=1)
        timeline = self.preview(order)
        day = timedelta(days=1)
        before = {
            "One": ("First", datetime(2030, 1, 16, 10), datetime(2030, 1, 16, 14)),
            "Two": ("Second", datetime(2030, 1, 16, 14), self.due),
        }
        self.assertEqual(self.slots(timeline, "before"), before)
        self.assertEqual(
            self.slots(timeline, "after"),
            {name: (wc, a - day, b - day) for name, (wc, a, b) in before.items()},
        )
        self.assertEqual({op["action"] for op in timeline["operations"]}, {"move"})
        self.assertFalse(any(op["late"] for op in timeline["operations"]))
        self.assertEqual(to_datetime(timeline["due"]), order.date_deadline)
        self.assertEqual(to_datetime(timeline["now"]), self.now)

    def test_what_does_not_move_is_shown_too(self):
        order = self.make_scheduled_order()
        timeline = self.preview(order)
        self.assertEqual(self.slots(timeline, "before"), self.slots(timeline, "after"))
        self.assertEqual([op["action"] for op in timeline["operations"]], ["keep"] * 2)

    def test_added_and_removed_operations_have_one_side(self):
        order = self.make_scheduled_order()
        order.workorder_ids[0].unlink()
        order.workorder_ids = [
            Command.create(
                {
                    "name": "By hand",
                    "workcenter_id": self.first.id,
                    "duration_expected": 30,
                }
            )
        ]
        by_hand = order.workorder_ids.filtered(lambda wo: wo.name == "By hand")
        by_hand.write(
            {
                "date_start": datetime(2030, 1, 9, 9),
                "date_finished": datetime(2030, 1, 9, 9, 30),
            }
        )
        timeline = self.preview(order)
        actions = {op["name"]: op["action"] for op in timeline["operations"]}
        self.assertEqual(actions["One"], "add")
        self.assertEqual(actions["By hand"], "remove")
        self.assertFalse(self.slots(timeline, "before")["One"])
        self.assertTrue(self.slots(timeline, "before")["By hand"])
        self.assertFalse(self.slots(timeline, "after")["By hand"])

    def test_late_operations_are_marked(self):
        order = self.make_scheduled_order()
        order.date_deadline = self.now + timedelta(hours=5)
        timeline = self.preview(order)
        self.assertEqual(
            {op["name"]: op["late"] for op in timeline["operations"]},
            {"One": False, "Two": True},
        )

    def test_working_hours_are_inside_the_window_and_shared(self):
        timeline = self.preview(self.make_scheduled_order())
        self.assertEqual(len(timeline["hours"]), 1, "both have office hours")
        spans = timeline["hours"][0]
        self.assertIn(
            [to_seconds(datetime(2030, 1, 16, 8)), to_seconds(self.due)], spans
        )
        for start, end in spans:
            self.assertLessEqual(timeline["start"], start)
            self.assertLess(start, end)
            self.assertLessEqual(end, timeline["end"])

    def test_bookings_of_other_orders_are_spans_without_names(self):
        other = self.make_scheduled_order(self.due)
        order = self.make_scheduled_order(self.due)
        timeline = self.preview(order)
        first = timeline["workcenters"][0]
        self.assertEqual(first["name"], "First")
        one = other.workorder_ids.filtered(lambda wo: wo.name == "One")
        self.assertEqual(
            first["bookings"],
            [[to_seconds(one.date_start), to_seconds(one.date_finished)]],
        )
        self.assertNotIn(other.name, str(timeline))

    def test_far_away_now_does_not_shrink_the_bars(self):
        due = self.due + timedelta(days=364)
        timeline = self.preview(self.make_scheduled_order(due))
        self.assertGreater(timeline["start"], timeline["now"])
        self.assertGreater(timeline["end"], timeline["due"])

    def test_refused_order_has_none(self):
        order = self.make_scheduled_order()
        order.action_cancel()
        self.assertFalse(self.preview(order))

    def test_order_without_operations_has_none(self):
        bom = self.make_bom(self.make_product("Plain"), [(self.part, 1)])
        self.assertFalse(self.preview(self.make_order(bom)))

    def test_report_after_the_refresh_gives_the_same(self):
        order = self.make_scheduled_order()
        order.workorder_ids[0].unlink()
        order.date_deadline = self.due - timedelta(days=1)
        seen = self.preview(order)
        row = self.refresh_one(order)
        text = self.env["mrp.production.refresh.format"]
        done = text._prepare_timeline(row)
        for side in ("before", "after"):
            self.assertEqual(self.slots(done, side), self.slots(seen, side))

    def test_queries_do_not_grow_with_the_work_centers(self):
        counts = []
        for count in (2, 12):
            bom = self.make_bom(
                self.make_product(f"Of {count}"),
                operations=[
                    {
                        "name": str(n),
                        "workcenter": self.make_workcenter(str(n), self.office_hours),
                    }
                    for n in range(count)
                ],
            )
            order = self.make_confirmed_order(bom, date_deadline=self.due)
            row = order.preview_refresh()["orders"][0]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["mrp.production.refresh.format"]._prepare_timeline(row)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    # the dialog

    def open_wizard(self, orders):
        action = orders.with_user(self.planner).action_refresh()
        wizard = self.env[action["res_model"]].with_user(self.planner)
        return Form(wizard.with_context(**action["context"]))

    def test_dialog_follows_the_options(self):
        order = self.make_scheduled_order()
        wizard = self.open_wizard(order)
        self.assertEqual(wizard.timeline["due"], to_seconds(self.due))
        wizard.due_date = self.due - timedelta(days=2)
        self.assertEqual(
            self.slots(wizard.timeline, "after")["Two"][2],
            self.due - timedelta(days=2),
        )
        self.assertEqual(
            {row["date"] for row in wizard.capacity}, {"2030-01-14", "2030-01-16"}
        )

    def test_dialog_of_several_orders_has_none(self):
        orders = self.make_scheduled_order() | self.make_scheduled_order()
        wizard = self.open_wizard(orders)
        self.assertFalse(wizard.timeline)
        self.assertFalse(wizard.capacity)
