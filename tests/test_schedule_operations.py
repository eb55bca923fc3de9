"""Durations of operations, and what they wait for, as a planner meets them."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common_schedule import ScheduleCase

MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestDurations(ScheduleCase):
    def test_set_up_clean_up_and_capacity_of_a_product(self):
        self.saw.write({"time_start": 10, "time_stop": 5, "time_efficiency": 80})
        self.saw.capacity_ids = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "product_uom_id": self.unit.id,
                    "capacity": 2,
                    "time_start": 20,
                    "time_stop": 10,
                }
            )
        ]
        order = self.make(qty=3)
        self.refresh_one(order)
        cut = order.workorder_ids[0]
        self.assertEqual(cut.duration_expected, 20 + 10 + 2 * 120 / 0.8)
        start, end = self.span(order, "Cut")
        # 330 minutes: eight hours a day, and 180 on the bench before the due date
        self.assertEqual((start, end), (self.at(15, 15, 30), self.at(16, 13)))

    def test_operation_of_no_time(self):
        self.operations(self.bom, "Join").time_cycle_manual = 0
        for direction in ("back", "forward"):
            order = self.make()
            self.refresh_one(order, scheduling_direction=direction)
            self.assertLessEqual(
                self.span(order, "Cut")[1], self.span(order, "Join")[0]
            )
            self.assertLessEqual(order.date_finished, self.due)
            order.action_cancel()

    def test_alternative_with_another_efficiency_and_capacity(self):
        fast = self.make_workcenter(
            "Fast saw", self.office_hours, time_efficiency=200, time_start=6
        )
        self.saw.alternative_workcenter_ids = fast
        order = self.make()
        self.refresh_one(order)
        cut = order.workorder_ids[0]
        self.assertEqual((cut.workcenter_id, cut.duration_expected), (fast, 66))
        self.assertEqual(
            self.span(order, "Cut"), (self.at(16, 13, 54), self.at(16, 15))
        )
        self.refresh_one(order, "unchanged")
        fast.active = False
        self.refresh_one(order)
        self.assertEqual((cut.workcenter_id, cut.duration_expected), (self.saw, 120))

    def test_home_again_though_only_components_are_calculated(self):
        other = self.make_workcenter("Other saw", self.office_hours)
        self.saw.alternative_workcenter_ids = other
        first, second = self.make(2)
        self.refresh(first | second)
        cut = second.workorder_ids[0]
        self.assertEqual(cut.workcenter_id, other)
        first.action_cancel()
        self.refresh_one(second, calculate_lines=False, calculate_routings=False)
        self.assertEqual(cut.workcenter_id, self.saw)
        self.assertEqual(cut.duration_expected, 120)

    def test_slot_lasts_as_long_as_the_work_order_says(self):
        self.saw.time_efficiency = 160
        self.operations(self.bom, "Cut").time_cycle_manual = 5.35
        order = self.make()
        self.refresh_one(order)
        self.assertEqual(order.workorder_ids[0].duration_expected, 3.34)  # not 3.34375
        self.refresh_one(
            order, "unchanged", calculate_lines=False, calculate_routings=False
        )


@tagged("post_install", "-at_install")
class TestGraphs(ScheduleCase):
    def make_graph(self):
        paint = self.make_workcenter("Paint", self.office_hours)
        bom = self.make_bom(
            self.make_product("Table"),
            [(self.part, 1)],
            [
                {"name": "Legs", "workcenter": self.saw, "minutes": 180},
                {"name": "Top", "workcenter": self.bench, "minutes": 60},
                {"name": "Join", "workcenter": paint, "after": ("Legs", "Top")},
            ],
        )
        return self.make_confirmed_order(bom, date_deadline=self.due)

    def test_branches_end_as_late_as_they_can(self):
        order = self.make_graph()
        self.refresh_one(order)
        self.assertEqual(self.span(order, "Join"), (self.at(16, 15), self.at(16, 16)))
        self.assertEqual(self.span(order, "Top"), (self.at(16, 14), self.at(16, 15)))
        self.assertEqual(self.span(order, "Legs"), (self.at(16, 12), self.at(16, 15)))
        self.assertEqual(order.date_start, self.at(16, 12))

    def test_branches_start_as_early_as_they_can(self):
        order = self.make_graph()
        self.refresh_one(
            order, scheduling_direction="forward", start_date=self.at(9, 8)
        )
        self.assertEqual(self.span(order, "Legs"), (self.at(9, 8), self.at(9, 11)))
        self.assertEqual(self.span(order, "Top"), (self.at(9, 8), self.at(9, 9)))
        self.assertEqual(self.span(order, "Join"), (self.at(9, 11), self.at(9, 12)))

    def test_links_made_by_hand_stay_with_the_routings(self):
        order = self.make_graph()
        legs, top, join = order.workorder_ids
        varnish = self.make_workorder(order, "Varnish", self.bench, 30)
        varnish.blocked_by_workorder_ids = join
        top.blocked_by_workorder_ids = legs
        join.blocked_by_workorder_ids = top
        order.bom_id.allow_operation_dependencies = False
        keep = {"calculate_lines": False, "calculate_routings": False}
        row = self.refresh_one(order, **keep)
        self.assertFalse(
            [c for c in row["changes"] if "blocked_by_workorder_ids" in c["after"]]
        )
        self.assertTrue(order.allow_workorder_dependencies)
        self.assertEqual(
            [wo.blocked_by_workorder_ids for wo in (legs, top, join, varnish)],
            [legs.browse(), legs, top, join],
        )
        self.assertEqual(
            self.span(order, "Varnish"), (self.at(16, 15, 30), self.at(16, 16))
        )
        self.assertEqual(join.date_finished, varnish.date_start)
        self.assertEqual(top.date_finished, join.date_start)
        self.assertEqual(legs.date_finished, top.date_start)
        self.refresh_one(order, "unchanged", **keep)
        self.refresh_one(order)
        self.assertFalse(varnish.exists())
        self.assertEqual(join.blocked_by_workorder_ids, top)

    def make_workorder(self, order, name, workcenter, minutes):
        return self.env["mrp.workorder"].create(
            {
                "name": name,
                "production_id": order.id,
                "workcenter_id": workcenter.id,
                "product_uom_id": order.product_uom_id.id,
                "duration_expected": minutes,
            }
        )
