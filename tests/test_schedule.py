"""Scheduling on real orders; the core has tests of its own."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RefreshCase


@tagged("post_install", "-at_install")
class TestSchedule(RefreshCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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

    def spans(self, order):
        return [
            (wo.workcenter_id.name, wo.date_start, wo.date_finished)
            for wo in order.workorder_ids.sorted("sequence")
        ]

    def orders(self, count, **values):
        values.setdefault("date_deadline", self.due)
        orders = [
            self.make_confirmed_order(self.bom, 1, **values) for _ in range(count)
        ]
        return self.env["mrp.production"].concat(*orders)

    # reference figures of Business Central: Monday to Friday, UTC, quantity 10

    def make_reference(self, minutes):
        centers = {
            name: self.make_workcenter(
                name, self.make_calendar(name, range(5), hours), tz="UTC"
            )
            for name, hours in (("A", (9, 14)), ("B", (8, 16)), ("C", (8, 23)))
        }
        bom = self.make_bom(
            self.make_product("Reference"),
            [(self.part, 1)],
            [
                {"name": name, "workcenter": centers[name], "minutes": duration}
                for name, duration in minutes
            ],
        )
        return self.make_confirmed_order(
            bom, 10, date_deadline=datetime(2027, 9, 27, 23)
        )

    @freeze_time("2027-09-01 08:00:00")
    def test_reference_back(self):
        order = self.make_reference((("A", 60), ("B", 120), ("C", 180)))
        self.refresh_one(order)
        self.assertEqual(
            [start for _name, start, _end in self.spans(order)],
            [
                datetime(2027, 9, 17, 12),
                datetime(2027, 9, 21, 12),
                datetime(2027, 9, 24, 8),
            ],
        )
        self.assertEqual(order.date_start, datetime(2027, 9, 17, 12))
        self.assertEqual(order.date_finished, datetime(2027, 9, 27, 23))

    @freeze_time("2027-09-01 08:00:00")
    def test_reference_forward(self):
        order = self.make_reference((("C", 180), ("B", 120), ("A", 60)))
        row = self.refresh_one(
            order,
            scheduling_direction="forward",
            start_date="2027-09-17 12:00:00",
        )
        self.assertEqual(
            [start for _name, start, _end in self.spans(order)],
            [
                datetime(2027, 9, 17, 12),
                datetime(2027, 9, 21, 12),
                datetime(2027, 9, 24, 9),
            ],
        )
        self.assertEqual(order.date_finished, datetime(2027, 9, 27, 14))
        self.assertFalse(row["late"])

    # around others

    def test_slots_of_others_are_respected_and_own_ones_are_reused(self):
        first, second = self.orders(2)
        self.refresh_one(first)
        leaves = first.workorder_ids.leave_id
        self.refresh_one(second)
        self.assertEqual(
            second.workorder_ids[1].date_finished, first.workorder_ids[1].date_start
        )
        first.date_deadline = self.due - timedelta(days=1)
        self.refresh_one(first)
        self.assertEqual(first.workorder_ids.leave_id, leaves, "in place")
        self.assertEqual(first.date_finished, self.due - timedelta(days=1))

    def test_forward_moves_earlier_when_capacity_becomes_free(self):
        first, second = self.orders(2, date_start=datetime(2030, 1, 8, 8))
        for order in (first, second):
            self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(second.date_start, datetime(2030, 1, 8, 12))
        for _turn in range(2):
            self.refresh_one(second, "unchanged", scheduling_direction="forward")
        first.action_cancel()
        self.refresh_one(second, scheduling_direction="forward")
        self.assertEqual(second.date_start, datetime(2030, 1, 8, 8))

    def test_started_work_of_others_keeps_its_slot(self):
        first, second = self.orders(2, date_start=self.now)
        self.refresh_one(first, scheduling_direction="forward")
        first.workorder_ids[0].button_start()
        slot = first.workorder_ids[0].date_start, first.workorder_ids[0].date_finished
        self.refresh(first | second, scheduling_direction="forward")
        self.assertEqual(
            slot,
            (first.workorder_ids[0].date_start, first.workorder_ids[0].date_finished),
        )
        self.assertEqual(second.workorder_ids[0].date_start, slot[1])

    def test_an_order_without_slot_keeps_its_own_and_the_others_avoid_it(self):
        first, second = self.orders(2)
        self.refresh(first | second)
        spans = self.spans(first)
        self.operations(self.bom, "One").copy(
            {"bom_id": self.bom.id, "time_cycle_manual": 10**7}
        )
        endless = self.bom.operation_ids.filtered(lambda op: op.time_cycle_manual > 999)
        result = self.refresh(first | second)
        self.assertEqual({row["code"] for row in result["orders"]}, {"no_slot"})
        self.assertEqual(self.spans(first), spans)
        endless.unlink()
        self.refresh_one(first, "unchanged")

    # alternatives

    def test_alternatives_and_back_home(self):
        other = self.make_workcenter("Other", self.office_hours, time_efficiency=50)
        self.first.alternative_workcenter_ids = other
        first, second = self.orders(2, date_start=datetime(2030, 1, 8, 8))
        for order in (first, second):
            self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(
            self.spans(second)[0],
            ("First", datetime(2030, 1, 8, 12), datetime(2030, 1, 8, 16)),
            "as early at home as at the slower one",
        )
        other.time_efficiency = 100
        self.refresh_one(second, scheduling_direction="forward")
        self.assertEqual(
            self.spans(second)[0],
            ("Other", datetime(2030, 1, 8, 8), datetime(2030, 1, 8, 12)),
        )
        self.assertEqual(
            second.workorder_ids[0].leave_id.resource_id, other.resource_id
        )
        self.refresh_one(second, "unchanged", scheduling_direction="forward")
        first.action_cancel()
        row = self.refresh_one(second, scheduling_direction="forward")
        self.assertEqual(self.spans(second)[0][0], "First")
        self.assertFalse(any(change["manual"] for change in row["changes"]))

    # report

    def test_capacity_lists_days_before_and_after(self):
        order = self.orders(1)
        row = self.refresh_one(order)
        self.assertEqual(
            [
                (line["workcenter_id"], line["date"], line["minutes_after"])
                for line in row["capacity"]
            ],
            [
                (self.first.id, "2030-01-16", 240),
                (self.second.id, "2030-01-16", 120),
            ],
        )

    def test_pressing_twice_is_unchanged_though_the_clock_goes_on(self):
        order = self.orders(1, date_start=self.now - timedelta(days=3))
        with freeze_time(self.now + timedelta(seconds=50)):
            self.refresh_one(order, scheduling_direction="forward")
            self.assertEqual(order.date_start, self.now + timedelta(minutes=1))
        with freeze_time(self.now + timedelta(seconds=70)):
            self.refresh_one(order, "unchanged", scheduling_direction="forward")
        with freeze_time(self.now + timedelta(minutes=30)):
            self.refresh_one(order, scheduling_direction="forward")
            self.assertEqual(order.date_start, self.now + timedelta(minutes=30))

    # Odoo's own buttons

    def test_plan_and_replan_use_the_scheduler_where_the_company_wants_it(self):
        self.env.company.refresh_update_bom = True
        order = self.orders(1)
        order.button_plan()
        self.assertEqual(order.date_finished, self.due)
        self.assertEqual(order.date_start, self.due - timedelta(hours=6))
        order.date_deadline = self.due - timedelta(days=1)
        order.workorder_ids[0].action_replan()
        self.assertEqual(order.date_finished, self.due - timedelta(days=1))
        order.button_unplan()
        self.env.company.refresh_scheduling_direction = "forward"
        order.date_start = datetime(2030, 1, 9, 10)
        order.button_plan()
        self.assertEqual(order.date_start, datetime(2030, 1, 9, 10))
        self.first.resource_calendar_id = self.make_calendar("Never", ())
        with self.assertRaises(UserError):
            order.workorder_ids[0].action_replan()

    def test_plan_is_odoos_own_without_the_setting(self):
        order = self.orders(1, date_start=datetime(2030, 1, 9, 10))
        order.button_plan()
        self.assertEqual(order.date_start, datetime(2030, 1, 9, 10))

    def test_replan_goes_on_after_work_that_has_begun(self):
        self.env.company.refresh_update_bom = True
        order = self.orders(1, date_start=self.now)
        order.button_plan()
        order.workorder_ids[0].button_start()
        end = order.workorder_ids[0].date_finished
        order.workorder_ids[1].action_replan()
        self.assertGreaterEqual(order.workorder_ids[1].date_start, end)

    def test_replan_does_not_wait_for_the_start_asked_for_once_work_has_begun(self):
        self.env.company.refresh_update_bom = True
        order = self.orders(1, date_start=self.now + timedelta(days=2))
        order.button_plan()
        first, second = order.workorder_ids
        first.button_start()
        with freeze_time(self.now + timedelta(hours=1)):
            first.button_finish()
            second.action_replan()
        self.assertEqual(second.date_start, self.now + timedelta(hours=1))

    def test_plan_dates_components_as_a_refresh_does(self):
        self.env.company.refresh_update_bom = True
        self.add_line(
            self.bom, self.make_product("Bolt"), operation=self.bom.operation_ids[1]
        )
        order = self.orders(1)
        order.button_plan()
        starts = order.workorder_ids.mapped("date_start")
        bolt = order.move_raw_ids.filtered("operation_id")
        self.assertEqual((bolt.date, bolt.date_deadline), (starts[1], starts[1]))
        self.assertEqual((order.move_raw_ids - bolt).date, starts[0])
        self.refresh_one(order, "unchanged")
