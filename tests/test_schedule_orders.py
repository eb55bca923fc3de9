"""Several orders, dates and what hangs on them: scheduling as a planner meets it."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common_schedule import ScheduleCase

MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestDueDates(ScheduleCase):
    def test_due_outside_working_hours_ends_at_the_last_closing(self):
        for due in (self.at(16, 23), self.at(17, 3), self.at(17, 8)):
            order = self.make(date_deadline=due)
            row = self.refresh_one(order, user=self.planner)
            self.assertEqual(
                self.span(order, "Join"), (self.at(16, 15), self.at(16, 16))
            )
            self.assertEqual(order.date_finished, self.at(16, 16))
            self.assertFalse(row["late"])
            order.action_cancel()

    def test_due_within_an_operation_of_hours(self):
        order = self.make(date_deadline=self.at(16, 8, 30))
        self.refresh_one(order)
        self.assertEqual(
            self.span(order, "Join"), (self.at(15, 15, 30), self.at(16, 8, 30))
        )
        self.assertEqual(
            self.span(order, "Cut"), (self.at(15, 13, 30), self.at(15, 15, 30))
        )

    def test_due_on_a_weekend_ends_on_friday(self):
        order = self.make(date_deadline=self.at(20, 12))
        self.refresh_one(order)
        self.assertEqual(order.date_finished, self.at(18, 16))

    def test_due_in_the_past_is_late_from_now(self):
        order = self.make(date_deadline=datetime(2029, 12, 1, 8))
        row = self.refresh_one(order, user=self.planner)
        self.assertTrue(row["late"])
        self.assertEqual(order.date_start, self.now)
        self.assertEqual(order.date_finished, self.now + timedelta(hours=3))
        self.assertTrue(any("37 d 3 h" in text for text in row["warnings"]))
        self.refresh_one(order, "unchanged")

    def test_just_in_time_is_not_turned(self):
        order = self.make(date_deadline=self.now + timedelta(hours=3))
        row = self.refresh_one(order)
        self.assertFalse(row["late"] or row["warnings"])
        self.assertEqual(order.date_start, self.now)
        order.date_deadline -= MINUTE
        row = self.refresh_one(order)
        self.assertTrue(row["late"])
        self.assertEqual(order.date_start, self.now)
        self.assertIn("1 min", " ".join(row["warnings"]))

    def test_forward_says_late_too(self):
        order = self.make(date_deadline=self.at(9, 9))
        row = self.refresh_one(
            order, scheduling_direction="forward", start_date=self.at(9, 8)
        )
        self.assertTrue(row["late"])
        self.assertEqual(order.date_finished, self.at(9, 11))
        self.assertIn("2 h", " ".join(row["warnings"]))

    def test_forward_without_due_date(self):
        order = self.make(date_deadline=False)
        order.move_finished_ids.date_deadline = False
        order.date_deadline = False
        row = self.refresh_one(order, scheduling_direction="forward")
        self.assertFalse(row["late"])
        self.assertEqual(row["date_deadline"], False)

    def test_due_date_that_was_cleared_does_not_come_back(self):
        order = self.make()
        self.refresh_one(order)
        order.date_deadline = False
        self.add_byproduct(self.bom, self.make_product("Sawdust"))
        preview = order.preview_refresh(scheduling_direction="forward")["orders"][0]
        row = self.refresh_one(order, scheduling_direction="forward")
        self.assertFalse(order.date_deadline)
        self.assertEqual(preview["date_deadline"], row["date_deadline"])

    def test_dates_of_the_result_are_those_of_the_order(self):
        order = self.make()
        row = self.refresh_one(order, due_date="2030-01-18 12:00:00")
        for name in ("date_start", "date_finished", "date_deadline"):
            self.assertEqual(row[name], str(order[name]))
        self.assertEqual(
            order.date_start, min(order.workorder_ids.mapped("date_start"))
        )
        self.assertEqual(
            order.date_finished, max(order.workorder_ids.mapped("date_finished"))
        )
        self.assertEqual(order.date_deadline, self.at(18, 12))


@tagged("post_install", "-at_install")
class TestSeveralOrders(ScheduleCase):
    def ends(self, orders):
        return orders.mapped("date_finished")

    def test_priority_goes_before_due_date_and_id(self):
        first, urgent, early = self.make(3)
        urgent.priority = "1"
        early.date_deadline = self.due - timedelta(hours=1)
        self.refresh(first | urgent | early)
        self.assertEqual(urgent.date_finished, self.due)
        self.assertEqual(early.date_finished, self.due - timedelta(hours=1))
        self.assertEqual(first.date_finished, self.due - timedelta(hours=2))

    def test_equal_due_dates_go_by_id_however_they_are_selected(self):
        orders = self.make(3)
        self.refresh(orders[::-1])
        hours = [self.due - timedelta(hours=number) for number in range(3)]
        self.assertEqual(self.ends(orders), hours)
        result = self.refresh(orders)
        self.assertEqual(result["unchanged"], 3)

    def test_batches_give_what_one_call_gives(self):
        apart, together = self.make(5), self.make(5)
        for order in apart:
            self.refresh_one(order)
        spans = [(self.span(order, "Cut"), self.span(order, "Join")) for order in apart]
        apart.action_cancel()
        self.refresh(together)
        self.assertEqual(
            spans,
            [(self.span(order, "Cut"), self.span(order, "Join")) for order in together],
        )

    def test_all_give_up_their_slots_before_any_is_placed(self):
        first, second = self.make(2)
        self.refresh(first | second)
        self.assertEqual(second.date_finished, self.due - timedelta(hours=1))
        second.priority = "1"
        self.refresh(first | second)
        self.assertEqual(second.date_finished, self.due)
        self.assertEqual(first.date_finished, self.due - timedelta(hours=1))

    def test_slot_that_somebody_deleted_is_booked_again(self):
        order = self.make()
        self.refresh_one(order)
        spans = self.span(order, "Cut"), self.span(order, "Join")
        order.workorder_ids.leave_id.unlink()
        row = self.refresh_one(order, user=self.planner)
        self.assertEqual((self.span(order, "Cut"), self.span(order, "Join")), spans)
        self.assertFalse(any(c["before"]["date_start"] for c in row["changes"]))
        self.refresh_one(order, "unchanged")

    def test_cancelled_order_frees_its_slots(self):
        first, second = self.make(2)
        self.refresh(first | second)
        first.action_cancel()
        self.refresh_one(second)
        self.assertEqual(second.date_finished, self.due)

    def test_unrelated_order_changes_nothing(self):
        first, second = self.make(2)
        self.refresh_one(first)
        before = first.read(["date_start", "date_finished", "write_date"])
        self.refresh_one(second)
        self.assertEqual(
            first.read(["date_start", "date_finished", "write_date"]), before
        )

    def test_capacity_of_a_day_counts_all_orders_of_the_call(self):
        first, second = self.make(2)
        result = self.refresh(first | second)
        for row in result["orders"]:
            minutes = {
                line["workcenter_id"]: (line["minutes_before"], line["minutes_after"])
                for line in row["capacity"]
            }
            self.assertEqual(minutes, {self.saw.id: (0, 240), self.bench.id: (0, 120)})


@tagged("post_install", "-at_install")
class TestComponentDates(ScheduleCase):
    def component(self, order, product):
        return order.move_raw_ids.filtered(lambda move: move.product_id == product)

    def test_component_is_due_when_its_operation_starts(self):
        paper = self.make_product("Paper")
        self.add_line(self.bom, paper)
        order = self.make()
        self.refresh_one(order)
        for product, start in (
            (self.part, self.at(16, 13)),
            (self.glue, self.at(16, 15)),
            (paper, self.at(16, 13)),
        ):
            move = self.component(order, product)
            self.assertEqual((move.date, move.date_deadline), (start, start))
        finished = order.move_finished_ids
        self.assertEqual((finished.date, finished.date_deadline), (self.due, self.due))

    def test_picks_follow(self):
        for house in self.houses:
            order = self.make(warehouse=house)
            picks = order.picking_ids.move_ids
            self.assertEqual(len(picks), 2)
            self.refresh_one(order)
            for product, start in (
                (self.part, self.at(16, 13)),
                (self.glue, self.at(16, 15)),
            ):
                pick = picks.filtered(lambda move, p=product: move.product_id == p)
                self.assertEqual(pick.date_deadline, start)
                self.assertLessEqual(pick.date, start)
            order.date_deadline += timedelta(days=1)
            self.refresh_one(order)
            pick = picks.filtered(lambda move: move.product_id == self.part)
            self.assertEqual(pick.date_deadline, self.at(17, 13))
            order.action_cancel()


@tagged("post_install", "-at_install")
class TestStartAskedFor(ScheduleCase):
    def test_never_drifts_through_plan_replan_and_refresh(self):
        for wanted in (False, True):
            self.env.company.refresh_update_bom = wanted
            self.env.company.refresh_scheduling_direction = "forward"
            order = self.make(date_start=self.at(9, 8))
            asked = self.at(9, 8)
            order.button_plan()
            for turn in range(3):
                order.workorder_ids[0].action_replan()
                self.refresh(order, scheduling_direction=("back", "forward")[turn % 2])
                order.button_unplan()
                order.button_plan()
                self.assertEqual(order.date_start_requested, asked)
            self.refresh(order, scheduling_direction="forward")
            self.assertEqual(order.date_start, asked)
            order.action_cancel()

    def test_dragging_a_planned_order_asks_for_its_new_start(self):
        order = self.make(plan=True)
        order.with_user(self.planner).date_start = self.at(10, 9)
        self.assertEqual(order.date_start_requested, self.at(10, 9))
        self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(order.date_start, self.at(10, 9))

    def test_dragging_a_work_order_asks_for_nothing(self):
        order = self.make(plan=True)
        asked = order.date_start_requested
        order.workorder_ids[0].write(
            {"date_start": self.at(10, 9), "date_finished": self.at(10, 11)}
        )
        self.assertEqual(order.date_start, self.at(10, 9))
        self.assertEqual(order.date_start_requested, asked)

    def test_copy_split_and_backorder_ask_for_their_own_start(self):
        order = self.make(qty=2, date_start=self.at(9, 8))
        self.refresh_one(order)
        copy = order.copy()
        self.assertEqual(copy.date_start_requested, copy.date_start)

    def test_orders_older_than_the_add_on_do_not_drift(self):
        for plan in (self.refresh, lambda order, **_options: order.button_plan()):
            first, second = self.make(2, date_start=self.at(9, 8))
            second.date_start_requested = False
            self.refresh(first, scheduling_direction="forward")
            plan(second, scheduling_direction="forward")
            self.assertGreater(second.date_start, self.at(9, 8))
            first.action_cancel()
            self.refresh(second, scheduling_direction="forward")
            self.assertEqual(second.date_start, self.at(9, 8))
            second.action_cancel()

    def test_back_does_not_forget_the_start_asked_for(self):
        order = self.make(date_start=self.at(9, 8))
        self.refresh_one(order)
        self.assertEqual(order.date_finished, self.due)
        self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(order.date_start, self.at(9, 8))

    def test_start_in_the_past_is_now(self):
        order = self.make(date_start=self.now - timedelta(days=9))
        self.refresh_one(order, scheduling_direction="forward")
        self.assertEqual(order.date_start, self.now)
        self.assertEqual(order.date_start_requested, self.now - timedelta(days=9))
        with freeze_time(self.now + timedelta(days=1)):
            self.refresh_one(order, scheduling_direction="forward")
            self.assertEqual(order.date_start, self.now + timedelta(days=1))
