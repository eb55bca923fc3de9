from datetime import datetime, timedelta

import pytz

from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from ..planning.schedule import schedule_orders
from ..planning.worktime import to_seconds
from .common_free_time import NOW, FreeTimeCase, day
from .common_planning import chain, order


@tagged("post_install", "-at_install")
class TestHours(FreeTimeCase):
    """Working hours are those of Odoo's calendars."""

    def test_lunch_break_is_spanned(self):
        center = self.make_workcenter(self.make_office((8, 12), (13, 17)))
        self.assertEqual(
            self.first_free(center, day(0, 11), 2), (day(0, 11), day(0, 14))
        )
        self.assertEqual(
            self.last_free(center, day(0, 14), 2), (day(0, 11), day(0, 14))
        )

    def test_public_holiday_is_of_its_company_only(self):
        office = self.make_office((8, 16))
        center = self.make_workcenter(office)
        other = self.env["res.company"].create({"name": "Other"})
        leave = self.make_leave(office, day(0), day(1), "leave")
        leave.company_id = other
        self.assertEqual(self.first_free(center, day(0), 1)[0], day(0, 8))
        leave.company_id = self.env.company
        self.assertEqual(self.first_free(center, day(0), 1)[0], day(1, 8))

    def test_time_off_of_one_work_center(self):
        office = self.make_office((8, 16))
        away, here = self.make_workcenter(office), self.make_workcenter(office)
        self.make_leave(away, day(0, 10), day(1, 12), "leave")
        times = (away | here)._get_free_time(NOW)
        self.assertEqual(
            self.first(times[away.id], day(0, 9), 2), (day(0, 9), day(1, 13))
        )
        self.assertEqual(
            self.first(times[here.id], day(0, 9), 2), (day(0, 9), day(0, 11))
        )
        self.assertIsNot(times[away.id].hours, times[here.id].hours)

    def test_work_centers_of_a_calendar_share_its_hours(self):
        office = self.make_office((8, 16))
        centers = self.make_workcenter(office) | self.make_workcenter(office)
        one, other = centers._get_free_time(NOW).values()
        self.assertIs(one.hours, other.hours)

    def test_work_center_without_calendar_is_always_open(self):
        center = self.make_workcenter()
        self.assertFalse(center.resource_calendar_id)
        self.make_leave(center, day(1), day(2), "leave")
        self.make_leave(center, day(3), day(4))
        self.assertEqual(
            self.first_free(center, day(0, 3), 40), (day(0, 3), day(2, 19))
        )
        self.assertEqual(self.last_free(center, day(5), 24 * 1.5), (day(0, 12), day(3)))
        self.assertEqual(
            self.first_free(center, day(600), 24 * 90), (day(600), day(690))
        )

    def test_company_wide_time_off_closes_what_is_always_open(self):
        center = self.make_workcenter()
        self.make_leave(False, day(0), day(1), "leave", calendar_id=False)
        self.assertEqual(self.first_free(center, day(0), 1)[0], day(1))

    def test_calendar_without_hours_is_refused(self):
        center = self.make_workcenter(self.make_calendar([]))
        times = center._get_free_time(NOW)
        for direction in ("back", "forward"):
            [plan] = schedule_orders(
                [
                    order(
                        *chain((center.id, 60)),
                        direction=direction,
                        due=day(30),
                        now=NOW,
                    )
                ],
                times,
            )
            self.assertEqual(plan.refusal.code, "no_calendar")
            self.assertEqual(plan.refusal.date_to, day(700))

    def test_two_week_calendar_alternates(self):
        center = self.make_workcenter(
            self.make_calendar([(0, 8, 16, 0), (1, 8, 16, 1)], two_weeks_calendar=True)
        )
        Attendance = self.env["resource.calendar.attendance"]
        monday_first = Attendance.get_week_type(NOW) == 0
        expected = [day(0, 8), day(8, 8)] if monday_first else [day(1, 8), day(7, 8)]
        times = center._get_free_time(NOW)
        self.assertEqual(self.first(times[center.id], day(0), 1)[0], expected[0])
        self.assertEqual(self.first(times[center.id], day(2), 1)[0], expected[1])
        self.assertEqual(
            self.last(times[center.id], day(14), 9),
            (expected[0] + timedelta(hours=7), expected[1] + timedelta(hours=8)),
        )

    def test_flexible_hours_are_centered_at_noon(self):
        center = self.make_workcenter(self.make_flexible())
        self.assertEqual(self.first_free(center, day(0), 12), (day(0, 8), day(1, 12)))

    def test_flexible_hours_do_not_depend_on_where_a_search_begins(self):
        # Odoo's own count five days from the start: from a Wednesday on, it works on
        # Saturday and Sunday and not on Monday (_attendance_intervals_batch, 19.0)
        center = self.make_workcenter(self.make_flexible())
        odoo, _end = center._get_first_available_slot(day(5), 60)
        self.assertEqual(odoo, day(5, 8))
        self.assertEqual(self.first_free(center, day(5), 1)[0], day(7, 8))
        for begin in (0, 2, 4):
            self.assertEqual(
                self.first_free(center, day(begin), 40, now=day(begin))[1],
                day(begin + (4 if not begin else 6), 16),
            )

    def make_flexible(self):
        return self.make_calendar(
            [],
            schedule_type="flexible",
            hours_per_day=8,
            full_time_required_hours=40,
        )

    def test_hours_follow_the_clock_change(self):
        office = self.make_office((8, 16), tz="Europe/Brussels")
        center = self.make_workcenter(office)
        times = center._get_free_time(NOW)[center.id]
        spring, autumn = datetime(2027, 3, 26), datetime(2027, 10, 29)  # Fridays
        for friday, before, after in ((spring, 7, 6), (autumn, 6, 7)):
            start = friday + timedelta(hours=before + 7)
            end = friday + timedelta(days=3, hours=after + 1)
            self.assertEqual(self.first(times, start, 2), (start, end))
            self.assertEqual(self.last(times, end, 2), (start, end))

    def test_a_day_is_as_long_as_the_clock_makes_it(self):
        center = self.make_workcenter(
            self.make_office((0, 24), tz="Europe/Brussels", days=(6,))
        )
        times = center._get_free_time(NOW)[center.id]
        for sunday, hours in (
            (datetime(2027, 3, 28), 23),
            (datetime(2027, 10, 31), 25),
        ):
            zone = pytz.timezone("Europe/Brussels")
            midnight = zone.localize(sunday).astimezone(pytz.utc).replace(tzinfo=None)
            self.assertEqual(
                self.first(times, midnight, hours),
                (midnight, midnight + timedelta(hours=hours)),
            )
            self.assertGreater(
                self.first(times, midnight, hours + 1)[1], midnight + timedelta(days=2)
            )

    def test_hours_in_the_hour_that_does_not_exist(self):
        center = self.make_workcenter(
            self.make_office((2.25, 2.75), (10, 11), tz="Europe/Brussels", days=(6,))
        )
        theirs = center._get_first_available_slot(datetime(2027, 3, 28), 60)
        self.assertEqual(self.first_free(center, datetime(2027, 3, 28), 1), theirs)

    def test_calendar_of_another_zone(self):
        center = self.make_workcenter(self.make_office((8, 16), tz="Asia/Kolkata"))
        self.assertEqual(
            self.first_free(center, day(0), 8), (day(0, 2, 30), day(0, 10, 30))
        )

    def test_nothing_before_date_from(self):
        center = self.make_workcenter(self.make_office((8, 16)))
        times = center._get_free_time(day(2, 10))[center.id]
        self.assertEqual(self.first(times, day(0), 1)[0], day(2, 10))
        self.assertIsNone(self.last(times, day(2, 11), 2, day(0)))

    def test_search_goes_as_far_as_odoo_s_parameter(self):
        center = self.make_workcenter(self.make_office((8, 16)))
        self.make_leave(center, day(0), day(28))
        self.assertEqual(self.first_free(center, day(0), 1)[0], day(28, 8))
        self.env["ir.config_parameter"].set_param(
            "mrp.workcenter_max_planning_iterations", "2"
        )
        self.assertIsNone(self.first_free(center, day(0), 1))
        self.assertEqual(self.first_free(center, day(1), 1)[0], day(28, 8))

    def test_due_in_two_years(self):
        center = self.make_workcenter(self.make_office((8, 16)))
        self.assertEqual(
            self.last_free(center, day(728), 1), (day(725, 15), day(725, 16))
        )


@tagged("post_install", "-at_install")
class TestBookings(FreeTimeCase):
    """What is booked is taken: whoever booked it, whatever calendar it carries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.make_office((8, 16))
        cls.center = cls.make_workcenter(cls.office)

    def test_booking_is_taken_unless_it_is_released(self):
        leave = self.make_leave(self.center, day(0, 8), day(0, 10))
        self.make_leave(self.center, day(0, 10), day(0, 11))
        self.assertEqual(self.first_free(self.center, day(0), 1)[0], day(0, 11))
        self.assertEqual(
            self.first_free(self.center, day(0), 1, release=leave)[0], day(0, 8)
        )

    def test_booking_of_another_work_center_is_none_of_ours(self):
        self.make_leave(self.make_workcenter(self.office), day(0), day(1))
        self.assertEqual(self.first_free(self.center, day(0), 1)[0], day(0, 8))

    def test_booking_of_all_work_centers_of_a_calendar(self):
        booking = self.make_leave(self.office, day(0), day(1))
        self.assertEqual(self.first_free(self.center, day(0), 1)[0], day(1, 8))
        booking.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.first_free(self.center, day(0), 1)[0], day(0, 8))

    def test_booking_survives_a_change_of_calendar(self):
        booking = self.make_leave(self.center, day(0, 8), day(0, 10))
        other = self.make_office((8, 20))
        self.center.resource_calendar_id = other
        # a module or an import may leave the booking with the calendar it had
        booking.calendar_id = self.office
        self.env.flush_all()
        odoo, _end = self.center._get_first_available_slot(day(0), 60)
        self.assertEqual(odoo, day(0, 8), "Odoo books it twice")
        self.assertEqual(self.first_free(self.center, day(0), 1)[0], day(0, 10))

    def test_booking_that_the_planner_may_not_read(self):
        company = self.env["res.company"].create({"name": "Other"})
        booking = self.make_leave(self.center, day(0, 8), day(0, 10))
        booking.company_id = company
        planner = mail_new_test_user(
            self.env, "free_time_planner", groups="mrp.group_mrp_user"
        )
        self.env.invalidate_all()
        center = self.center.with_user(planner)
        self.assertNotIn(
            booking, self.Leave.with_user(planner).search([("id", "=", booking.id)])
        )
        self.assertEqual(self.first_free(center, day(0), 1)[0], day(0, 10))

    def test_booking_not_yet_written_to_the_database(self):
        self.make_leave(self.center, day(0, 8), day(0, 9)).date_to = day(0, 12)
        self.assertEqual(self.first_free(self.center, day(0), 1)[0], day(0, 12))

    def test_odoo_begins_in_closed_hours_after_a_booking_that_ends_there(self):
        self.make_leave(self.center, day(0, 17), day(0, 18))
        theirs = self.center._get_first_available_slot(day(0, 15), 180)
        self.assertEqual(theirs, (day(0, 18), day(0, 21)))  # closed: 16 to 8 o'clock
        self.assertEqual(
            self.first_free(self.center, day(0, 15), 3), (day(1, 8), day(1, 11))
        )

    # what it costs

    def count_queries(self, count, searches):
        """Return the queries of reading free time and searching in it."""
        centers = self.Workcenter.browse(self.centers.ids[:count])
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        times = centers._get_free_time(NOW)
        for number in range(searches):
            for worktime in times.values():
                slot = worktime.first_slot(to_seconds(day(number)), 3600)
                worktime.book(*slot)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        self.centers = self.Workcenter.create(
            [
                {"name": f"Center {number}", "resource_calendar_id": self.office.id}
                for number in range(20)
            ]
        )
        for number, center in enumerate(self.centers):
            self.make_leave(center, day(number), day(number, 12))
            self.make_leave(center, day(number, 12), day(number, 13), "leave")
        self.count_queries(20, 1)  # what Odoo keeps for all calls is read by now
        one = self.count_queries(1, 1)
        self.assertLessEqual(one, 10)
        self.assertEqual(self.count_queries(20, 1), one)
        self.assertEqual(self.count_queries(20, 20), one)

    def test_hours_of_two_years_are_read_in_few_windows(self):
        times = self.center._get_free_time(NOW)[self.center.id]
        times.first_slot(to_seconds(NOW), 3600)
        before = self.env.cr.sql_log_count
        times.last_slot(to_seconds(day(720)), 3600, to_seconds(NOW))
        self.assertLessEqual(self.env.cr.sql_log_count - before, 10)
