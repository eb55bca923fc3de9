"""Calendars, work centers and leaves for the tests that read free time from Odoo."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase

from ..planning.worktime import to_datetime, to_seconds

NOW = datetime(2027, 1, 4)  # a Monday
WEEKDAYS = range(5)


class FreeTimeCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.Calendar = cls.env["resource.calendar"]
        cls.Workcenter = cls.env["mrp.workcenter"]
        cls.Leave = cls.env["resource.calendar.leaves"]

    @classmethod
    def make_calendar(cls, attendances, tz="UTC", **values):
        """Make a calendar of ``(weekday, from, to)``, each with its week type."""
        lines = [
            Command.create(
                {
                    "name": "Hours",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": stop,
                    "day_period": "morning",
                    **({"week_type": str(week[0])} if week else {}),
                }
            )
            for day, start, stop, *week in attendances
        ]
        calendar = cls.Calendar.create(
            {
                "name": "Calendar",
                "tz": tz,
                "company_id": False,
                "attendance_ids": [Command.clear(), *lines],
                **values,
            }
        )
        calendar.tz = tz  # computed from the company's calendar when there is one
        return calendar

    @classmethod
    def make_office(cls, *hours, tz="UTC", days=WEEKDAYS, **values):
        """Make a calendar with the same hours on each of the days."""
        attendances = [(day, *span) for day in days for span in hours]
        return cls.make_calendar(attendances, tz, **values)

    @classmethod
    def make_workcenter(cls, calendar=None, **values):
        workcenter = cls.Workcenter.create({"name": "Center", **values})
        workcenter.resource_calendar_id = calendar
        return workcenter

    @classmethod
    def make_leave(cls, where, start, stop, time_type="other", **values):
        """Book a work center, or all those of a calendar (company in the values)."""
        concerns = "calendar_id"
        if where and where._name == "mrp.workcenter":
            where, concerns = where.resource_id, "resource_id"
        return cls.Leave.create(
            {
                "name": "Leave",
                concerns: where and where.id,
                "date_from": start,
                "date_to": stop,
                "time_type": time_type,
                **values,
            }
        )

    def first(self, worktime, start, hours):
        slot = worktime.first_slot(to_seconds(start), int(hours * 3600))
        return slot and tuple(map(to_datetime, slot))

    def last(self, worktime, end, hours, not_before=NOW):
        slot = worktime.last_slot(
            to_seconds(end), int(hours * 3600), to_seconds(not_before)
        )
        return slot and tuple(map(to_datetime, slot))

    def first_free(self, workcenter, start, hours, **options):
        """Return the first slot of a work center whose free time is read for it."""
        times = workcenter._get_free_time(options.pop("now", NOW), **options)
        return self.first(times[workcenter.id], start, hours)

    def last_free(self, workcenter, end, hours, **options):
        times = workcenter._get_free_time(options.pop("now", NOW), **options)
        return self.last(times[workcenter.id], end, hours)


def day(days, hour=0, minute=0):
    """Return a moment so many days after NOW."""
    return NOW + timedelta(days=days, hours=hour, minutes=minute)
