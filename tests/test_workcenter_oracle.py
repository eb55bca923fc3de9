import random
from datetime import timedelta

import pytz

from odoo.tests import tagged

from ..planning.schedule import to_work
from ..planning.worktime import to_datetime, to_seconds
from .common_free_time import NOW, FreeTimeCase
from .common_planning import BruteForce

ZONES = ("UTC", "Europe/Brussels", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
SEED = 19
WEEKS = 20
DAY = 24 * 60


def since_now(moment):
    """Return a naive UTC moment in minutes since NOW."""
    return round((moment - NOW).total_seconds() / 60)


def moments(slot):
    """Return a slot in minutes since NOW as moments; nothing for none."""
    return tuple(NOW + timedelta(minutes=minute) for minute in slot or ())


def utc(moment):
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestOracle(FreeTimeCase):
    """Random work centers: the first slot is Odoo's own, the last one brute force's."""

    CALENDARS = 50
    WORKCENTERS = 250
    CASES = 5200
    LENGTHS = (1, 7, 30, 61, 240, 480, 700)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(SEED)
        cls.calendars = cls.Calendar.concat(
            *(cls._random_calendar(index) for index in range(cls.CALENDARS))
        )
        cls.workcenters = cls.Workcenter.create(
            [
                {
                    "name": f"Center {index}",
                    "resource_calendar_id": cls.calendars[index % cls.CALENDARS].id,
                }
                for index in range(cls.WORKCENTERS)
            ]
        )
        leaves = [
            cls._random_leave(hours, kind, resource_id=workcenter.resource_id.id)
            for workcenter in cls.workcenters
            for hours, kind, most in ((72, "leave", 3), (10, "other", 30))
            for _index in range(cls.random.randint(0, most))
        ]
        leaves += [
            cls._random_leave(24, kind, calendar_id=calendar.id)
            for calendar in cls.calendars
            for kind in ("leave", "leave", "other")
        ]
        cls.leaves = cls.Leave.create(leaves)
        cls.free_time = cls.workcenters._get_free_time(NOW)

    @classmethod
    def _random_calendar(cls, index):
        pick, zone = cls.random, ZONES[index % len(ZONES)]
        if index % 10 == 7:
            return cls.make_office((0, 24), days=range(7), tz=zone)
        if index % 10 == 8:  # no zone that changes its clocks: see TestFreeTime
            return cls.make_calendar(
                [],
                pick.choice(("UTC", "Asia/Kolkata")),
                schedule_type="flexible",
                hours_per_day=pick.choice((6, 8, 12)),
                full_time_required_hours=pick.choice((30, 40)),
            )
        weeks = ((0,), (1,)) if index % 10 in (3, 4) else ((),)
        attendances = [
            (weekday, start / 4, stop / 4, *week)
            for week in weeks
            for weekday in pick.sample(range(7), pick.randint(2, 7))
            for start, stop in cls._random_hours()
        ]
        return cls.make_calendar(attendances, zone, two_weeks_calendar=len(weeks) == 2)

    @classmethod
    def _random_hours(cls):
        edges = sorted(cls.random.sample(range(97), 2 * cls.random.randint(1, 3)))
        return zip(edges[::2], edges[1::2], strict=True)

    @classmethod
    def _random_leave(cls, hours, time_type, **values):
        start = NOW + timedelta(minutes=cls.random.randrange(DAY, 120 * DAY))
        minutes = cls.random.randint(1, hours * 60)
        return {
            "name": "Leave",
            "date_from": start,
            "date_to": start + timedelta(minutes=minutes),
            "time_type": time_type,
            **values,
        }

    def _random_start(self, calendar):
        """Return a moment to search from; Odoo's flexible weeks begin where it is."""
        minutes = self.random.randrange(DAY, 100 * DAY)
        if not calendar.flexible_hours:
            return NOW + timedelta(minutes=minutes)
        monday = NOW + timedelta(weeks=minutes // (7 * DAY) + 1)
        zone = pytz.timezone(calendar.tz)
        return utc(zone.localize(monday))

    def _brute_force(self, workcenter):
        calendar, resource = workcenter.resource_calendar_id, workcenter.resource_id
        bookings = self.leaves.filtered(
            lambda leave: (
                leave.time_type == "other"
                and (leave.resource_id or resource) == resource
                and (leave.resource_id or leave.calendar_id == calendar)
            )
        )
        zone = pytz.timezone(calendar.tz)
        begin, end = zone.localize(NOW), zone.localize(NOW + timedelta(weeks=WEEKS))
        hours = calendar._work_intervals_batch(begin, end, resource, tz=zone)
        return BruteForce(
            WEEKS * 7 * DAY,
            [
                (since_now(utc(start)), since_now(utc(stop)))
                for start, stop, _attendances in hours[resource.id]
            ],
            [(since_now(one.date_from), since_now(one.date_to)) for one in bookings],
        )

    def test_first_slot_is_odoo_s(self):
        """The first slot is Odoo's, where Odoo keeps its own rules.

        It does not when a booking ends in closed hours: `_get_first_available_slot`
        (19.0) may then begin in them and count them as worked: brute force judges.
        """
        different, equal, broken = [], 0, 0
        for case in range(self.CASES):
            workcenter = self.workcenters[case % self.WORKCENTERS]
            worktime = self.free_time[workcenter.id]
            start = self._random_start(workcenter.resource_calendar_id)
            minutes = self.random.choice((*self.LENGTHS, 12.5))
            theirs = workcenter._get_first_available_slot(start, minutes)
            slot = tuple(
                to_seconds(moment + timedelta(milliseconds=500)) if moment else None
                for moment in theirs
                if theirs[0]
            )
            ours = worktime.first_slot(to_seconds(start), to_work(minutes)) or ()
            if slot and not self._keeps_the_rules(worktime, slot, minutes):
                broken += 1
                if minutes != 12.5:
                    slow = self._brute_force(workcenter)
                    expected = moments(slow.first(since_now(start), minutes))
                    self.assertEqual(tuple(map(to_datetime, ours)), expected)
                continue
            if ours != slot:
                different.append((workcenter, start, minutes, theirs, ours))
            equal += 1
        self.assertFalse(different)
        self.assertGreaterEqual(equal, 5000)
        self.assertTrue(broken, "Odoo keeps its rules now: compare all cases with it")

    def _keeps_the_rules(self, worktime, slot, minutes):
        """Tell whether a slot is in working hours, off bookings, and as long."""
        hours = list(worktime.hours.between(*slot))
        return (
            bool(hours)
            and (hours[0][0], hours[-1][1]) == slot
            and sum(stop - start for start, stop in hours) == to_work(minutes)
            and not any(
                start < slot[1] and stop > slot[0] for start, stop in worktime.bookings
            )
        )

    def test_last_slot_is_that_of_brute_force(self):
        found = 0
        for workcenter in self.workcenters:
            worktime = self.free_time[workcenter.id]
            slow = self._brute_force(workcenter)
            for _case in range(5):
                end = self._random_start(workcenter.resource_calendar_id)
                early = NOW + (end - NOW) * self.random.choice((0, 0.5, 0.9))
                early -= timedelta(seconds=early.second, microseconds=early.microsecond)
                length = self.random.choice(self.LENGTHS)
                edges = since_now(end), length, since_now(early)
                expected = moments(slow.last(*edges))
                actual = self.last(worktime, end, length / 60, early) or ()
                self.assertEqual(actual, expected, (workcenter, *edges))
                found += bool(expected)
        self.assertGreater(found, 1000)
