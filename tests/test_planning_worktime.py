from datetime import datetime, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..planning.capacity import capacity
from ..planning.gaps import GapIndex
from ..planning.worktime import WorkHours, WorkTime, merge, to_datetime, to_seconds
from .common_planning import MONDAY, WEEK, spans, weekly_hours, worktime

HOUR = 3600
NEXT = MONDAY + WEEK


def at(day, hour=0, minute=0):
    """Return a moment of the week that begins on MONDAY."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@tagged("post_install", "-at_install")
class TestWorkTime(BaseCase):
    def first(self, time, start, hours):
        slot = time.first_slot(to_seconds(start), int(hours * HOUR))
        return slot and tuple(map(to_datetime, slot))

    def last(self, time, end, hours, not_before=MONDAY):
        slot = time.last_slot(
            to_seconds(end), int(hours * HOUR), to_seconds(not_before)
        )
        return slot and tuple(map(to_datetime, slot))

    def test_slot_spans_closed_hours(self):
        time = worktime(1, (8, 12), (13, 17))
        self.assertEqual(self.first(time, at(0, 10), 8), (at(0, 10), at(1, 10)))
        self.assertEqual(self.last(time, at(1, 10), 8), (at(0, 10), at(1, 10)))

    def test_start_at_closing_moves_to_next_opening(self):
        time = worktime(1, (8, 12), (13, 17))
        self.assertEqual(self.first(time, at(0, 12), 1), (at(0, 13), at(0, 14)))
        self.assertEqual(self.first(time, at(4, 17), 1), (at(7, 8), at(7, 9)))

    def test_end_at_closing_stays(self):
        time = worktime(1, (8, 12), (13, 17))
        self.assertEqual(self.first(time, at(0, 8), 4), (at(0, 8), at(0, 12)))
        self.assertEqual(self.last(time, at(0, 12), 4), (at(0, 8), at(0, 12)))

    def test_end_at_opening_moves_to_previous_closing(self):
        time = worktime(1, (8, 12), (13, 17))
        self.assertEqual(self.last(time, at(1, 8), 1), (at(0, 16), at(0, 17)))
        self.assertEqual(self.last(time, at(0, 13), 1), (at(0, 11), at(0, 12)))

    def test_slot_does_not_span_a_booking_in_closed_hours(self):
        night = (at(0, 20), at(0, 21))
        time = worktime(1, (8, 16), bookings=[night])
        self.assertEqual(self.first(time, at(0, 14), 4), (at(1, 8), at(1, 12)))
        self.assertEqual(self.last(time, at(1, 10), 4), (at(0, 12), at(0, 16)))
        self.assertEqual(self.first(time, at(0, 14), 2), (at(0, 14), at(0, 16)))

    def test_start_after_a_booking_that_ends_in_closed_hours(self):
        time = worktime(1, (8, 16), bookings=[(at(0, 14), at(0, 19))])
        self.assertEqual(self.first(time, at(0, 15), 1), (at(1, 8), at(1, 9)))

    def test_slot_fits_exactly_between_bookings(self):
        booked = [(at(0, 8), at(0, 10)), (at(0, 12), at(0, 16))]
        time = worktime(1, (8, 16), bookings=booked)
        self.assertEqual(self.first(time, at(0), 2), (at(0, 10), at(0, 12)))
        self.assertEqual(self.first(time, at(0), 2.5), (at(1, 8), at(1, 10, 30)))
        self.assertEqual(self.last(time, at(0, 16), 2), (at(0, 10), at(0, 12)))
        self.assertIsNone(self.last(time, at(0, 16), 2.5))

    def test_bookings_that_overlap_and_touch_count_once(self):
        booked = [(at(0, 8), at(0, 11)), (at(0, 9), at(0, 10)), (at(0, 11), at(0, 12))]
        time = worktime(1, (8, 16), bookings=booked)
        self.assertEqual(self.first(time, at(0), 1), (at(0, 12), at(0, 13)))

    def test_booking_of_no_length_is_none(self):
        time = worktime(1, (8, 16), bookings=[(at(0, 10), at(0, 10))])
        self.assertEqual(self.first(time, at(0), 8), (at(0, 8), at(0, 16)))

    def test_last_slot_does_not_start_too_early(self):
        time = worktime(1, (8, 16))
        end = at(0, 12)
        self.assertEqual(self.last(time, end, 2, at(0, 10)), (at(0, 10), at(0, 12)))
        self.assertIsNone(self.last(time, end, 2, at(0, 10, 1)))

    def test_nothing_before_the_hours_begin(self):
        time = worktime(1)
        self.assertEqual(self.first(time, at(-3), 1), (at(0), at(0, 1)))
        self.assertIsNone(self.last(time, at(0, 2), 3, at(-3)))

    def test_always_open(self):
        time = worktime(1)
        self.assertEqual(self.first(time, at(5, 3), 100), (at(5, 3), at(9, 7)))
        self.assertEqual(self.last(time, at(9, 7), 100), (at(5, 3), at(9, 7)))

    def test_horizon_ends_the_search(self):
        booked = [(at(0), at(9))]
        for days, expected in ((9, None), (10, (at(9), at(9, 1)))):
            time = worktime(1, bookings=booked, horizon=days * 24 * HOUR)
            self.assertEqual(self.first(time, at(0), 1), expected)
        time = worktime(1, bookings=[(at(1), at(9))], horizon=8 * 24 * HOUR)
        self.assertIsNone(self.last(time, at(9), 1))

    def test_booking_longer_than_the_hours_known(self):
        time = worktime(1, (8, 16), bookings=[(at(0, 9), at(100))], weeks=1)
        self.assertEqual(self.first(time, at(0, 9), 1), (at(100, 8), at(100, 9)))
        self.assertEqual(self.first(time, at(0), 1), (at(0, 8), at(0, 9)))

    def test_hours_are_read_as_far_as_needed(self):
        asked = []
        hours = weekly_hours((8, 16), weeks=1)
        load = hours._load
        hours._load = lambda number: asked.append(number) or load(number)
        time = WorkTime(1, hours, spans((at(0), at(11))))
        self.assertEqual(asked, [])
        self.assertEqual(self.first(time, at(0), 8), (at(11, 8), at(11, 16)))
        self.assertEqual(asked, [0, 1])
        self.assertEqual(self.last(time, at(30), 8)[1], at(29, 16))
        self.assertEqual(asked, [0, 1, 2, 3, 4])

    def test_no_hours_beyond_the_last_window(self):
        time = worktime(1, (8, 16), weeks=1, limit=3, bookings=[(at(0), at(16))])
        self.assertEqual(self.first(time, at(0), 24), (at(16, 8), at(18, 16)))
        self.assertIsNone(self.first(time, at(0), 25))
        self.assertIsNone(self.first(time, at(50), 1))
        self.assertIsNone(self.last(time, at(50), 1))

    def test_hours_that_touch_are_one(self):
        minute = timedelta(minutes=1)
        pieces = [
            (MONDAY + minute * number, MONDAY + minute * (number + 1))
            for number in range(100)
        ]
        windows = [
            (to_seconds(MONDAY), to_seconds(MONDAY + minute * 50), spans(*pieces[:50])),
            (to_seconds(MONDAY + minute * 50), to_seconds(NEXT), spans(*pieces[50:])),
        ]
        hours = WorkHours(lambda n: windows[n] if n < 2 else None, to_seconds(MONDAY))
        self.assertTrue(hours.reach(to_seconds(NEXT)))
        self.assertEqual(
            list(hours.between(0, to_seconds(NEXT))),
            spans((MONDAY, MONDAY + minute * 100)),
        )

    def test_booked_slot_is_taken_until_released(self):
        time = worktime(1, (8, 16))
        slot = time.first_slot(to_seconds(at(0)), 2 * HOUR)
        time.book(*slot)
        self.assertEqual(self.first(time, at(0), 1), (at(0, 10), at(0, 11)))
        with self.assertRaises(ValueError):
            time.book(*slot)
        time.release(*slot)
        self.assertEqual(self.first(time, at(0), 1), (at(0, 8), at(0, 9)))
        with self.assertRaises(ValueError):
            time.release(*slot)

    def test_work_centers_share_hours_not_bookings(self):
        hours = weekly_hours((8, 16))
        one, other = WorkTime(1, hours), WorkTime(2, hours)
        one.book(*spans((at(0, 8), at(0, 16)))[0])
        self.assertEqual(self.first(one, at(0), 1)[0], at(1, 8))
        self.assertEqual(self.first(other, at(0), 1)[0], at(0, 8))

    def test_works_tells_working_time_booked_or_not(self):
        time = worktime(1, (8, 16), bookings=[(at(0), at(5))])
        self.assertTrue(time.works(*map(to_seconds, (at(0), at(1)))))
        self.assertFalse(time.works(*map(to_seconds, (at(5), at(7)))))


@tagged("post_install", "-at_install")
class TestGapIndex(BaseCase):
    def test_bookings_of_no_length_keep_their_order(self):
        index = GapIndex()
        for booking in ((5, 9), (5, 5), (3, 5), (9, 9), (5, 5)):
            index.add(*booking)
        self.assertEqual(list(index), [(3, 5), (5, 5), (5, 5), (5, 9), (9, 9)])
        self.assertEqual(index.first(0, 4, 99), 9)
        self.assertEqual(index.last(99, 4, 9), 99)
        self.assertEqual(index.last(10, 2, 0), 3)

    def test_many_blocks(self):
        index = GapIndex()
        for start in range(0, 10000, 10):
            index.add(start, start + 9 - (start == 7000))
        self.assertEqual(index.first(-5, 2, 99999), -5)
        self.assertEqual(index.first(-1, 2, 99999), 7008)
        self.assertEqual(index.first(7009, 2, 99999), 9999)
        self.assertEqual(index.last(9999, 2, -5), 7010)
        self.assertEqual(index.last(7009, 2, -5), 0)
        for start in range(0, 10000, 10):
            index.remove(start, start + 9 - (start == 7000))
        self.assertEqual((list(index), index.first(3, 5, 8)), ([], 3))
        with self.assertRaises(ValueError):
            index.remove(0, 9)


@tagged("post_install", "-at_install")
class TestCapacity(BaseCase):
    def rows(self, time, given_up, taken):
        number = time.workcenter_id
        change = (
            [(number, *span) for span in given_up],
            [(number, *span) for span in taken],
        )
        rows = capacity({number: time}, {7: change})[7]
        names = ("minutes_available", "minutes_before", "minutes_after")
        return [(row["date"], *(row[name] for name in names)) for row in rows]

    def test_minutes_by_day_before_and_after(self):
        time = worktime(1, (8, 16), bookings=[(at(1, 14), at(1, 16))])
        rows = self.rows(time, [(at(0, 15), at(1, 9))], [(at(1, 8), at(1, 10))])
        self.assertEqual(
            rows, [("2027-08-30", 480, 60, 0), ("2027-08-31", 480, 180, 240)]
        )

    def test_only_days_with_working_hours(self):
        time = worktime(1, (8, 16))
        rows = self.rows(time, [], [(at(4, 15), at(7, 9))])
        self.assertEqual([row[0] for row in rows], ["2027-09-03", "2027-09-06"])

    def test_time_off_is_not_available(self):
        time = worktime(1, (8, 12), (14, 16))
        self.assertEqual(
            self.rows(time, [], [(at(0, 11), at(0, 15))]),
            [("2027-08-30", 360, 0, 120)],
        )

    def test_booked_twice_counts_once(self):
        time = worktime(1, (8, 16), bookings=[(at(0, 8), at(0, 10))])
        self.assertEqual(
            self.rows(time, [(at(0, 9), at(0, 11))], []),
            [("2027-08-30", 480, 180, 120)],
        )

    def test_booked_twice_is_told(self):
        time = worktime(1, (8, 16), bookings=[(at(0, 8), at(0, 10))])
        change = [(1, at(0, 9), at(0, 11))], [(1, at(0, 11), at(0, 12))]
        (row,) = capacity({1: time}, {7: change})[7]
        self.assertEqual((row["overlap_before"], row["overlap_after"]), (60, 0))

    def test_orders_that_share_a_day_count_together(self):
        times = {1: worktime(1, (8, 16)), 2: worktime(2, (8, 16))}
        moved = [(1, at(0, 8), at(0, 9))], [(1, at(1, 8), at(1, 9))]
        new = [], [(1, at(1, 9), at(1, 11)), (2, at(1, 8), at(1, 9))]
        rows = capacity(times, {7: moved, 8: new})
        minutes = {
            order_id: [
                (row["workcenter_id"], row["minutes_before"], row["minutes_after"])
                for row in own
            ]
            for order_id, own in rows.items()
        }
        self.assertEqual(
            minutes, {7: [(1, 60, 0), (1, 0, 180)], 8: [(1, 0, 180), (2, 0, 60)]}
        )

    def test_orders_that_were_double_booked_overlap(self):
        slot = [(1, at(0, 8), at(0, 9))]
        rows = capacity({1: worktime(1, (8, 16))}, {7: (slot, []), 8: (slot, [])})
        (row,) = rows[7]
        self.assertEqual((row["minutes_before"], row["overlap_before"]), (60, 60))

    def test_days_are_those_of_the_zone(self):
        day = datetime(2027, 10, 31)  # 25 hours long in Brussels
        for zone, date, length in (
            (pytz.utc, "2027-10-31", 24 * 60),
            (pytz.timezone("Europe/Brussels"), "2027-10-31", 25 * 60),
            (pytz.timezone("Pacific/Auckland"), "2027-11-01", 24 * 60),
        ):
            time = WorkTime(1, weekly_hours(), zone=zone)
            slot = (day + timedelta(hours=12), day + timedelta(hours=13))
            self.assertEqual(self.rows(time, [], [slot]), [(date, length, 0, 60)])

    def test_slot_over_midnight_is_split(self):
        time = worktime(1)
        rows = self.rows(time, [], [(at(0, 22), at(2, 1))])
        self.assertEqual([row[-1] for row in rows], [120, 24 * 60, 60])

    def test_merge_keeps_order_and_joins(self):
        self.assertEqual(merge([]), [])
        self.assertEqual(merge([(3, 4), (1, 9), (9, 10)]), [(1, 10)])
