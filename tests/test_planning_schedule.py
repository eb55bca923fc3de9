from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ..planning.schedule import Operation, schedule_orders
from ..planning.worktime import to_seconds
from .common_planning import MONDAY, chain, order, worktime

A, B, C = 1, 2, 3


def september(day, hour=0, minute=0):
    return datetime(2027, 9, day, hour, minute)


def starts(schedule):
    return [slot.start for slot in schedule.slots]


def ends(schedule):
    return [slot.end for slot in schedule.slots]


@tagged("post_install", "-at_install")
class TestReferenceFigures(BaseCase):
    """Business Central's own results; A 09-14, B 08-16, C 08-23, Monday to Friday."""

    def setUp(self):
        super().setUp()
        self.worktimes = {
            A: worktime(A, (9, 14)),
            B: worktime(B, (8, 16)),
            C: worktime(C, (8, 23)),
        }

    def place(self, *orders):
        return schedule_orders(orders, self.worktimes)

    def test_back_from_due_date(self):
        [plan] = self.place(
            order(
                *chain((A, 600), (B, 1200), (C, 1800)),
                direction="back",
                due=september(27, 23),
            )
        )
        self.assertEqual(
            starts(plan), [september(17, 12), september(21, 12), september(24, 8)]
        )
        self.assertEqual(plan.start, september(17, 12))
        self.assertEqual(plan.end, september(27, 23))
        self.assertFalse(plan.turned or plan.late or plan.refusal)

    def test_forward_from_start_asked_for(self):
        [plan] = self.place(
            order(*chain((C, 1800), (B, 1200), (A, 600)), start=september(17, 12))
        )
        self.assertEqual(
            starts(plan), [september(17, 12), september(21, 12), september(24, 9)]
        )
        self.assertEqual(plan.end, september(27, 14))

    def test_parallel_branches_each_as_late_as_they_can(self):
        # 1 and 2 feed 3, which feeds 4: a graph, not a chain
        operations = (
            Operation(1, ((A, 60),)),
            Operation(2, ((B, 120),)),
            Operation(3, ((C, 60),), (1, 2)),
            Operation(4, ((C, 60),), (3,)),
        )
        [plan] = self.place(order(*operations, direction="back", due=september(8, 12)))
        self.assertEqual(
            starts(plan),
            [september(8, 9), september(8, 8), september(8, 10), september(8, 11)],
        )

    def test_parallel_branches_each_as_early_as_they_can(self):
        operations = (
            Operation(1, ((A, 60),)),
            Operation(2, ((B, 120),)),
            Operation(3, ((C, 60),), (1, 2)),
        )
        [plan] = self.place(order(*operations, start=september(8)))
        self.assertEqual(
            starts(plan), [september(8, 9), september(8, 8), september(8, 10)]
        )


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    def test_forward_never_starts_before_now(self):
        [plan] = schedule_orders(
            [order(*chain((A, 60)), start=september(1), now=september(3, 10, 30))],
            {A: worktime(A, (8, 16))},
        )
        self.assertEqual(starts(plan), [september(3, 10, 30)])

    def test_back_in_the_past_turns_forward_from_now_and_is_late(self):
        [plan] = schedule_orders(
            [
                order(
                    *chain((A, 480), (A, 480)),
                    direction="back",
                    due=september(7, 12),
                    start=september(20),
                    now=september(6, 12),
                )
            ],
            {A: worktime(A, (8, 16))},
        )
        self.assertTrue(plan.turned)
        self.assertEqual(plan.start, september(6, 12))
        self.assertEqual(plan.end, september(8, 12))
        self.assertEqual(plan.late, timedelta(days=1))

    def test_turned_order_may_be_in_time(self):
        # placed late, 3 takes the only gap on A that is wide enough for 1
        operations = (
            Operation(1, ((A, 90),), position=1),
            Operation(2, ((B, 60),), (1,), position=2),
            Operation(3, ((A, 60),), position=3),
        )
        [plan] = schedule_orders(
            [
                order(
                    *operations,
                    direction="back",
                    due=september(6, 17),
                    now=september(6, 13),
                )
            ],
            {
                A: worktime(
                    A, (8, 16), bookings=[(september(6, 14), september(6, 14, 30))]
                ),
                B: worktime(B, (8, 17)),
            },
        )
        self.assertTrue(plan.turned)
        self.assertEqual(
            starts(plan), [september(6, 14, 30), september(6, 16), september(6, 13)]
        )
        self.assertEqual(plan.end, september(6, 17))
        self.assertIsNone(plan.late)

    def test_turned_order_gives_back_what_it_tried(self):
        worktimes = {A: worktime(A, (8, 16)), B: worktime(B, (8, 16))}
        options = {"direction": "back", "due": september(1, 16)}
        plans = schedule_orders(
            [
                order(*chain((B, 960), (A, 60)), id=1, now=september(1, 8), **options),
                order(*chain((A, 60)), id=2, **options),
            ],
            worktimes,
        )
        self.assertEqual(starts(plans[0]), [september(1, 8), september(3, 8)])
        self.assertEqual(ends(plans[1]), [september(1, 16)])

    def test_lateness_of_a_forward_order(self):
        [plan] = schedule_orders(
            [order(*chain((A, 60)), due=MONDAY + timedelta(hours=8, minutes=40))],
            {A: worktime(A, (8, 16))},
        )
        self.assertEqual(plan.late, timedelta(minutes=20))

    def test_order_without_operations(self):
        lead, now = timedelta(hours=3), september(6, 8)
        cases = (
            ({"direction": "back", "due": september(6, 12)}, 9, 12, False),
            ({"direction": "back", "due": september(6, 11)}, 8, 11, False),
            ({"direction": "back", "due": september(6, 10)}, 8, 11, True),
            ({"start": september(6, 9)}, 9, 12, False),
            ({"start": september(6, 7)}, 8, 11, False),
        )
        for options, start, end, turned in cases:
            [plan] = schedule_orders([order(now=now, lead=lead, **options)], {})
            self.assertEqual(plan.start, september(6, start))
            self.assertEqual(plan.end, september(6, end))
            self.assertEqual(plan.turned, turned)
            self.assertEqual(bool(plan.late), turned)

    def test_one_work_center_is_never_booked_twice_in_an_order(self):
        operations = [Operation(number, ((A, 90),)) for number in (1, 2, 3)]
        for direction, first in (("forward", 1), ("back", 3)):
            [plan] = schedule_orders(
                [order(*operations, direction=direction, due=september(3, 16))],
                {A: worktime(A, (8, 16))},
            )
            slots = sorted(plan.slots, key=lambda slot: slot.start)
            self.assertEqual(
                [slot.end for slot in slots[:-1]], [slot.start for slot in slots[1:]]
            )
            first_placed = slots[0] if direction == "forward" else slots[-1]
            self.assertEqual(first_placed.operation_id, first)

    def test_unknown_predecessor_does_not_count(self):
        [plan] = schedule_orders(
            [order(Operation(1, ((A, 60),), (99,)))], {A: worktime(A, (8, 16))}
        )
        self.assertEqual(plan.start, MONDAY + timedelta(hours=8))

    def test_circle_of_operations_is_an_error_and_books_nothing(self):
        worktimes = {A: worktime(A, (8, 16))}
        circle = (
            Operation(7, ((A, 60),), (9,)),
            Operation(8, ((A, 60),), (7,)),
            Operation(9, ((A, 60),), (8,)),
            Operation(10, ((A, 60),)),
        )
        good = order(*chain((A, 60)), id=1)
        with self.assertRaisesRegex(ValueError, "order 2.*: 7, 8, 9$"):
            schedule_orders([good, order(*circle, id=2)], worktimes)
        [plan] = schedule_orders([good], worktimes)
        self.assertEqual(plan.start, MONDAY + timedelta(hours=8))
        with self.assertRaisesRegex(ValueError, ": 1$"):
            schedule_orders([order(Operation(1, ((A, 60),), (1,)))], worktimes)

    def test_unusable_orders_are_errors(self):
        for bad in (
            order(*chain((A, 60)), direction="back"),
            order(*chain((A, 60)), direction="sideways"),
            order(Operation(1, ())),
        ):
            with self.assertRaises(ValueError):
                schedule_orders([bad], {A: worktime(A, (8, 16))})

    def test_duration_is_at_least_a_second_and_may_be_part_of_a_minute(self):
        for minutes, seconds in ((0, 1), (0.5, 30), (61.508, 3690)):
            [plan] = schedule_orders(
                [order(*chain((A, minutes)))], {A: worktime(A, (8, 16))}
            )
            self.assertEqual((plan.end - plan.start).total_seconds(), seconds)
            self.assertEqual(plan.slots[0].minutes, minutes)

    # several orders

    def test_orders_are_placed_by_priority_then_due_date_then_id(self):
        due = september(1, 16)
        orders = [
            order(*chain((A, 60)), id=5),
            order(*chain((A, 60)), id=4, due=due),
            order(*chain((A, 60)), id=3, due=due),
            order(*chain((A, 60)), id=2, due=due - timedelta(days=1)),
            order(*chain((A, 60)), id=6, priority=1),
        ]
        plans = schedule_orders(orders, {A: worktime(A, (8, 16))})
        self.assertEqual([plan.order_id for plan in plans], [6, 2, 3, 4, 5])
        self.assertEqual([plan.start.hour for plan in plans], [8, 9, 10, 11, 12])

    def test_order_keeps_its_own_now(self):
        worktimes = {A: worktime(A, (8, 16))}
        plans = schedule_orders(
            [
                order(*chain((A, 60)), id=1, now=MONDAY + timedelta(hours=11)),
                order(*chain((A, 60)), id=2, now=MONDAY + timedelta(hours=9)),
            ],
            worktimes,
        )
        self.assertEqual([plan.start.hour for plan in plans], [11, 9])

    def test_batches_in_the_order_of_placing_give_the_same_plan(self):
        def orders():
            for number in range(12):
                direction = "back" if number % 3 else "forward"
                due = september(1 + number, 16)
                yield order(
                    *chain((A, 95), ((B, 60), (A, 50))),
                    id=number,
                    direction=direction,
                    due=due,
                )

        def worktimes():
            return {key: worktime(key, (8, 16)) for key in (A, B)}

        whole = schedule_orders(orders(), worktimes())
        shared, batches = worktimes(), []
        for single in orders():
            batches += schedule_orders([single], shared)
        self.assertEqual(whole, batches)

    # alternatives

    def alternatives(self, direction, *bookings, minutes=(60, 60, 60)):
        worktimes = {
            key: worktime(key, (8, 16), bookings=booked)
            for key, booked in zip((A, B, C), bookings, strict=True)
        }
        candidates = tuple(zip((A, B, C), minutes, strict=True))
        [plan] = schedule_orders(
            [
                order(
                    Operation(1, candidates),
                    direction=direction,
                    due=MONDAY + timedelta(hours=16),
                )
            ],
            worktimes,
        )
        return plan.slots[0]

    def test_tie_stays_with_the_own_work_center(self):
        self.assertEqual(self.alternatives("forward", (), (), ()).workcenter_id, A)
        self.assertEqual(self.alternatives("back", (), (), ()).workcenter_id, A)

    def test_tie_of_alternatives_stays_with_the_one_listed_first(self):
        day = [(MONDAY, MONDAY + timedelta(days=1))]
        self.assertEqual(self.alternatives("forward", day, (), ()).workcenter_id, B)

    def test_forward_takes_the_earliest_end_though_it_starts_later(self):
        hour = [(MONDAY, MONDAY + timedelta(hours=8, minutes=15))]
        slot = self.alternatives("forward", (), (), hour, minutes=(60, 60, 30))
        self.assertEqual((slot.workcenter_id, slot.minutes), (C, 30))
        self.assertEqual(slot.start, MONDAY + timedelta(hours=8, minutes=15))

    def test_back_takes_the_latest_start_though_it_ends_earlier(self):
        hour = [(MONDAY + timedelta(hours=15.75), MONDAY + timedelta(hours=16))]
        slot = self.alternatives("back", (), (), hour, minutes=(60, 60, 30))
        self.assertEqual((slot.workcenter_id, slot.minutes), (C, 30))
        self.assertEqual(slot.end, MONDAY + timedelta(hours=15.75))

    # refusals

    def test_refused_order_books_nothing_and_the_others_go_on(self):
        worktimes = {
            A: worktime(A, (8, 16)),
            B: worktime(
                B, (8, 16), bookings=[(MONDAY, september(30))], horizon=7 * 24 * 3600
            ),
        }
        refused = order(*chain((A, 60), (B, 60)), id=1)
        plans = schedule_orders([refused, order(*chain((A, 60)), id=2)], worktimes)
        refusal = plans[0].refusal
        self.assertEqual((refusal.code, refusal.workcenter_id), ("no_slot", B))
        self.assertEqual(refusal.operation_id, 2)
        self.assertEqual(refusal.date_from, MONDAY + timedelta(hours=9))
        self.assertEqual(refusal.date_to, MONDAY + timedelta(days=7, hours=9))
        self.assertEqual((plans[0].slots, plans[0].start), ((), None))
        self.assertEqual(plans[1].start, MONDAY + timedelta(hours=8))

    def test_work_center_without_hours_is_no_calendar(self):
        for direction in ("back", "forward"):
            [plan] = schedule_orders(
                [order(*chain((A, 60)), direction=direction, due=september(9))],
                {A: worktime(A, (8, 16), days=())},
            )
            self.assertEqual(plan.refusal.code, "no_calendar")

    def test_alternative_with_hours_makes_it_no_slot(self):
        worktimes = {
            A: worktime(A, (8, 16), days=()),
            B: worktime(B, (8, 16), bookings=[(MONDAY, MONDAY + timedelta(800))]),
        }
        [plan] = schedule_orders([order(*chain(((A, 60), (B, 60))))], worktimes)
        self.assertEqual(plan.refusal.code, "no_slot")
        self.assertEqual(plan.refusal.workcenter_id, A)

    def test_due_date_beyond_all_hours_is_refused(self):
        [plan] = schedule_orders(
            [order(*chain((A, 60)), direction="back", due=datetime(2227, 9, 1))],
            {A: worktime(A, (8, 16), limit=60)},
        )
        self.assertEqual(plan.refusal.code, "no_slot")
        self.assertEqual(plan.refusal.date_to, datetime(2227, 9, 1))

    def test_hours_are_not_read_to_refuse_what_lies_beyond_them(self):
        far = datetime(2127, 9, 1)
        for options in ({"start": far}, {"direction": "back", "due": far}):
            time = worktime(A, (8, 16), limit=60)
            time.hours.farthest = to_seconds(MONDAY + timedelta(weeks=120))
            [plan] = schedule_orders([order(*chain((A, 60)), **options)], {A: time})
            self.assertEqual(plan.refusal.code, "no_slot")
            self.assertLess(time.hours.stop, to_seconds(MONDAY + timedelta(weeks=110)))
