"""Properties of the scheduler that hold in every small world one can think of."""

import os
import random
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..planning import gaps
from ..planning.schedule import Operation, Order, schedule_orders
from ..planning.worktime import WorkHours, WorkTime, to_seconds
from .common_planning import MONDAY, BruteForce

DAY = 24 * 60
DAYS = 12
SIZE = DAYS * DAY  # minutes of a world; it ends where its hours end
CENTERS = (1, 2, 3)

# `make fuzz` asks for more; derandomized: a run finds what the run before it found
fuzz = settings(
    max_examples=int(os.environ.get("REFRESH_FUZZ", "100")),
    deadline=None,
    derandomize=not os.environ.get("REFRESH_FUZZ"),
    suppress_health_check=list(HealthCheck),
    database=None,
)

minutes = st.integers(0, SIZE)
lengths = st.integers(1, 500)


def span(longest):
    return st.tuples(minutes, st.integers(1, longest)).map(
        lambda pair: (pair[0], min(pair[0] + pair[1], SIZE))
    )


daily = st.lists(st.integers(0, 48), min_size=2, max_size=4, unique=True).map(sorted)


@st.composite
def working_hours(draw):
    """Return the same hours on some days of the week, or always."""
    if draw(st.booleans()) and draw(st.booleans()):
        return [(0, SIZE)]
    edges = draw(daily)
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    return [
        (day * DAY + start * 30, day * DAY + stop * 30)
        for day in range(DAYS)
        if day % 7 in days
        for start, stop in zip(edges[::2], edges[1::2], strict=False)
    ]


centers = st.fixed_dictionaries(
    {
        number: st.tuples(working_hours(), st.lists(span(900), max_size=12))
        for number in CENTERS
    }
)


@st.composite
def operations(draw, allowed=CENTERS):
    """Return up to five operations: each waits for some of those before it."""
    found = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        places = draw(st.lists(st.sampled_from(allowed), min_size=1, max_size=2))
        found.append(
            Operation(
                number,
                tuple((place, draw(lengths)) for place in dict.fromkeys(places)),
                tuple(
                    draw(st.sets(st.integers(1, number - 1)) if number > 1 else none)
                ),
                draw(st.integers(0, 3)),
            )
        )
    return tuple(found)


none = st.just(set())


@st.composite
def orders(draw, allowed=CENTERS, most=4):
    return [
        Order(
            number,
            draw(operations(allowed)),
            draw(st.sampled_from(("back", "forward"))),
            moment(draw(st.integers(0, 2 * DAY))),
            moment(draw(minutes)),
            moment(draw(minutes)),
            draw(st.integers(0, 1)),
        )
        for number in range(1, draw(st.integers(1, most)) + 1)
    ]


def moment(minute):
    return MONDAY + timedelta(minutes=minute)


def minute_of(when):
    return int((when - MONDAY).total_seconds() // 60)


def second_of(minute):
    return to_seconds(MONDAY) + minute * 60


def make_worktime(number, hours, bookings, step=SIZE):
    """Return a work center whose hours are read in windows of so many minutes."""

    def load(index):
        start, stop = index * step, min((index + 1) * step, SIZE)
        if start >= SIZE:
            return None
        inside = [
            (second_of(max(a, start)), second_of(min(b, stop)))
            for a, b in hours
            if a < stop and b > start
        ]
        return second_of(start), second_of(stop), inside

    return WorkTime(
        number,
        WorkHours(load, second_of(0)),
        [(second_of(start), second_of(stop)) for start, stop in bookings],
    )


def make_worktimes(world, step=SIZE):
    return {number: make_worktime(number, *world[number], step) for number in world}


def in_minutes(slot):
    return slot and tuple((second - second_of(0)) // 60 for second in slot)


class FuzzCase(BaseCase):
    def setUp(self):
        super().setUp()
        # so that the few bookings of a small world fill several blocks and strides
        self.patch(gaps, "BLOCK", 2)
        self.patch(gaps, "STRIDE", 2)


@tagged("post_install", "-at_install")
class TestFuzzSlots(FuzzCase):
    """A single slot, against brute force; windows of any length are no matter."""

    @fuzz
    @given(
        working_hours(),
        st.lists(span(900), max_size=15),
        minutes,
        minutes,
        lengths,
        st.integers(100, SIZE),
    )
    def test_slots_are_those_of_brute_force(
        self, hours, booked, one, other, need, step
    ):
        slow = BruteForce(SIZE, hours, booked)
        fast = make_worktime(1, hours, booked, step)
        first = in_minutes(fast.first_slot(second_of(one), need * 60))
        self.assertEqual(first, slow.first(one, need))
        last = in_minutes(
            fast.last_slot(second_of(one), need * 60, second_of(min(one, other)))
        )
        self.assertEqual(last, slow.last(one, need, min(one, other)))

    @fuzz
    @given(st.data(), st.integers(0, 60))
    def test_gap_index_is_a_list_of_bookings(self, data, steps):
        pick = random.Random(data.draw(st.integers(0, 1 << 32)))
        index, booked = gaps.GapIndex(), []
        for _step in range(steps):
            real = [pair for pair in booked if pair[0] < pair[1]]
            start = pick.randrange(150)
            stop = start + pick.choice((0, 1, 2, 5, 8))
            if real and pick.random() < 0.3:
                gone = pick.choice(real)
                booked.remove(gone)
                index.remove(*gone)
            elif not any(a < stop and b > start for a, b in booked) and not any(
                a < start < b for a, b in booked
            ):
                booked.append((start, stop))
                index.add(start, stop)
            self.assertEqual(list(index), sorted(booked))
            self._compare(index, booked, pick)

    def _compare(self, index, booked, pick):
        at, need = pick.randrange(160), pick.randint(1, 20)
        limit, floor = pick.randrange(180), pick.randrange(160)

        def free(begin):
            return not any(a < begin + need and b > begin for a, b in booked)

        after = (x for x in range(at, limit - need + 1) if free(x))
        before = (x for x in range(at, floor + need - 1, -1) if free(x - need))
        self.assertEqual(index.first(at, need, limit), next(after, None))
        self.assertEqual(index.last(at, need, floor), next(before, None))


@tagged("post_install", "-at_install")
class TestFuzzSchedule(FuzzCase):
    @fuzz
    @given(centers, orders())
    def test_rules_hold_and_nothing_better_is_possible(self, world, asked):
        plans = schedule_orders(asked, make_worktimes(world))
        taken = {number: list(world[number][1]) for number in world}
        for plan in plans:
            for slot in plan.slots:
                taken[slot.workcenter_id].append(self._edges(slot))
        by_id = {order.id: order for order in asked}
        for plan in plans:
            order = by_id[plan.order_id]
            if plan.refusal:
                self.assertFalse(plan.slots)
                continue
            self._check_dates(order, plan)
            for op, slot in zip(order.operations, plan.slots, strict=True):
                self.assertEqual(op.id, slot.operation_id)
                self.assertIn((slot.workcenter_id, slot.minutes), op.candidates)
                self._check_slot(world[slot.workcenter_id], slot)
                self._check_best(world, order, plan, op, slot, taken)
        for number in world:
            self._check_disjoint(plans, number, world[number][1])

    @staticmethod
    def _edges(slot):
        return minute_of(slot.start), minute_of(slot.end)

    def _check_dates(self, order, plan):
        self.assertEqual(plan.start, min(slot.start for slot in plan.slots))
        self.assertEqual(plan.end, max(slot.end for slot in plan.slots))
        self.assertGreaterEqual(plan.start, order.now)
        late = max(plan.end - order.due, timedelta(0)) or None
        self.assertEqual(plan.late, late)
        if order.direction == "back" and not plan.turned:
            self.assertIsNone(late)
        if order.direction == "forward":
            self.assertGreaterEqual(plan.start, order.start)
        by_id = {slot.operation_id: slot for slot in plan.slots}
        for op in order.operations:
            for before in op.predecessors:
                self.assertLessEqual(by_id[before].end, by_id[op.id].start)

    def _check_slot(self, center, slot):
        hours, _bookings = center
        start, end = self._edges(slot)
        inside = sum(max(0, min(b, end) - max(a, start)) for a, b in hours)
        self.assertEqual(inside, slot.minutes)
        self.assertTrue(any(a <= start < b for a, b in hours))
        self.assertTrue(any(a < end <= b for a, b in hours))

    def _check_best(self, world, order, plan, op, slot, taken):
        """Where all other slots stay, no candidate offers this one a better place."""
        by_id = {one.operation_id: one for one in plan.slots}
        back = order.direction == "back" and not plan.turned
        found = []
        for number, length in op.candidates:
            others = list(taken[number])
            if number == slot.workcenter_id:
                others.remove(self._edges(slot))
            slow = BruteForce(SIZE, world[number][0], others)
            if back:
                after = [
                    by_id[o.id] for o in order.operations if op.id in o.predecessors
                ]
                bound = min([order.due, *(one.start for one in after)])
                edges = minute_of(bound), length, minute_of(order.now)
                best = slow.last(*edges) if edges[0] >= edges[2] else None
            else:
                start = order.now if plan.turned else max(order.start, order.now)
                ends = [by_id[key].end for key in op.predecessors]
                best = slow.first(minute_of(max([start, *ends])), length)
            if best:
                found.append(best)
        if back:
            self.assertEqual(max(best[0] for best in found), minute_of(slot.start))
        else:
            self.assertEqual(min(best[1] for best in found), minute_of(slot.end))

    def _check_disjoint(self, plans, number, bookings):
        slots = sorted(
            self._edges(slot)
            for plan in plans
            for slot in plan.slots
            if slot.workcenter_id == number
        )
        for one, other in pairwise(slots):
            self.assertLessEqual(one[1], other[0])
        for start, end in slots:
            self.assertFalse(any(a < end and b > start for a, b in bookings))

    @fuzz
    @given(centers, operations(), minutes)
    def test_back_is_forward_in_a_mirror(self, world, ops, start):
        def mirrored(pairs):
            return [(SIZE - stop, SIZE - begin) for begin, stop in pairs]

        followers = {op.id: [] for op in ops}
        for op in ops:
            for before in op.predecessors:
                followers[before].append(-op.id)
        image = tuple(
            Operation(-op.id, op.candidates, tuple(followers[op.id]), -op.position)
            for op in ops
        )
        [forward] = schedule_orders(
            [Order(1, ops, "forward", moment(start))], make_worktimes(world)
        )
        [back] = schedule_orders(
            [Order(1, image, "back", MONDAY, due=moment(SIZE - start))],
            make_worktimes({key: tuple(map(mirrored, world[key])) for key in world}),
        )
        self.assertEqual(bool(forward.refusal), bool(back.turned or back.refusal))
        if forward.refusal:
            return
        for there, here in zip(forward.slots, back.slots, strict=True):
            self.assertEqual(there.workcenter_id, here.workcenter_id)
            self.assertEqual(mirrored([self._edges(there)]), [self._edges(here)])

    @fuzz
    @given(centers, orders((1, 2)), orders((3,), 2))
    def test_unrelated_order_changes_nothing(self, world, asked, unrelated):
        alone = schedule_orders(asked, make_worktimes(world))
        more = [
            Order(
                one.id + 100,
                one.operations,
                one.direction,
                one.now,
                one.start,
                one.due,
                one.priority,
            )
            for one in unrelated
        ]
        together = schedule_orders([*more, *asked], make_worktimes(world))
        self.assertEqual(alone, [plan for plan in together if plan.order_id < 100])

    @fuzz
    @given(centers, orders(), st.randoms(use_true_random=False), st.integers(300, SIZE))
    def test_neither_sequence_nor_batches_nor_windows_matter(
        self, world, asked, pick, step
    ):
        plans = schedule_orders(asked, make_worktimes(world))
        shuffled = list(asked)
        pick.shuffle(shuffled)
        self.assertEqual(schedule_orders(shuffled, make_worktimes(world, step)), plans)
        by_id = {order.id: order for order in asked}
        shared = make_worktimes(world, step)
        single = [schedule_orders([by_id[p.order_id]], shared)[0] for p in plans]
        self.assertEqual(single, plans)

    @fuzz
    @given(centers, orders())
    def test_refused_orders_leave_no_trace(self, world, asked):
        plans = schedule_orders(asked, make_worktimes(world))
        refused = {plan.order_id for plan in plans if plan.refusal}
        others = [order for order in asked if order.id not in refused]
        self.assertEqual(
            schedule_orders(others, make_worktimes(world)),
            [plan for plan in plans if not plan.refusal],
        )
