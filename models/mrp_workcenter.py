import time
from collections import defaultdict
from datetime import datetime, timedelta

import pytz

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import localized

from ..planning.worktime import WorkHours, WorkTime, to_datetime, to_seconds

ADVISORY_NAMESPACE = 0x6D727072  # "mrpr": keeps our advisory locks from those of others
FIRST_WINDOW = timedelta(weeks=4)  # each further one is twice as long as the last
LAST_WINDOW = 7  # 19 years in all: a later due date is a slip of the pen
DAYS_PER_ITERATION = 14
LOCK_PAUSE = 0.02  # seconds between two attempts


class MrpWorkcenter(models.Model):
    _inherit = "mrp.workcenter"

    def _get_free_time(self, date_from, release=None, extra_env=None):
        """Return the free time of the work centers as ``{id: WorkTime}``.

        One query reads all bookings and time off; working hours are read window by
        window when a search needs them, for all work centers of a calendar at once.

        :param date_from: naive UTC; hours before it do not exist for the searches
        :param release: ``resource.calendar.leaves`` whose slots count as free
        :param extra_env: another environment, on a cursor opened after the locks of
            :meth:`_lock_for_planning`: what it sees is booked too. Our own transaction
            does not see what others committed since it began (repeatable read). What
            we have changed or deleted ourselves it sees as it was: that counts no more.
        """
        # A slot is taken whoever may read it: time off of a calendar shared between
        # companies carries the company of the person who planned, hence sudo.
        workcenters = self.sudo()
        released = set(release.ids) if release else set()
        rows = workcenters._read_calendar_leaves(self.env, date_from)
        if extra_env:
            others = workcenters._read_calendar_leaves(extra_env, date_from)
            ours = self.env["resource.calendar.leaves"]._get_changed_here()
            rows = rows | {row for row in others if row[0] not in ours}
        bookings, time_off = self._split_calendar_leaves(rows, released)
        start = to_seconds(date_from, up=True)
        hours = workcenters._get_work_hours(start, time_off)
        horizon = self._get_planning_horizon()
        return {
            workcenter.id: WorkTime(
                workcenter.id,
                hours[workcenter.id],
                bookings[workcenter.resource_id.id]
                + bookings[
                    False, workcenter.resource_calendar_id.id, workcenter.company_id.id
                ]
                + bookings[False, False, workcenter.company_id.id],
                horizon,
                pytz.timezone(workcenter.resource_calendar_id.tz or "UTC"),
            )
            for workcenter in workcenters
        }

    def _get_planning_horizon(self):
        """Return how far Odoo's own planning looks, in seconds."""
        iterations = int(
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("mrp.workcenter_max_planning_iterations", "50")
        )
        days = DAYS_PER_ITERATION * max(iterations, 1)
        return int(timedelta(days=days).total_seconds())

    # ------------------------------------------------------- bookings and time off

    def _read_calendar_leaves(self, env, date_from):
        """Return what keeps the work centers from being free after ``date_from``.

        :return: a set of ``(id, time type, resource id, calendar id, company id,
            first second, last second)``. Slots of a work center count whatever calendar
            they carry: Odoo drops those of a calendar that it no longer has.
        """
        Leaves = env["resource.calendar.leaves"].sudo()
        domain = Domain("date_to", ">", date_from) & (
            Domain("resource_id", "in", self.resource_id.ids)
            | Domain("resource_id", "=", False)
            & Domain("calendar_id", "in", [False, *self.resource_calendar_id.ids])
        )
        query = Leaves._search(domain)
        names = ("id", "time_type", "resource_id", "calendar_id", "company_id")
        columns = [
            Leaves._field_to_sql(query.table, name, query)
            for name in (*names, "date_from", "date_to")
        ]
        return {
            (*row[:-2], to_seconds(row[-2]), to_seconds(row[-1], up=True))
            for row in env.execute_query(query.select(*columns))
        }

    def _split_calendar_leaves(self, rows, released):
        """Return the spans of bookings and of time off, each by whom they concern.

        The key is a resource id, or ``(False, calendar id, company id)`` for all work
        centers of a calendar, as in Odoo only for those of the company it carries.
        """
        bookings, time_off = defaultdict(list), defaultdict(list)
        for leave_id, kind, resource_id, calendar_id, company_id, start, stop in rows:
            if leave_id in released:
                continue
            spans = bookings if kind == "other" else time_off
            key = resource_id or (False, calendar_id or False, company_id or False)
            spans[key].append((start, stop))
        return bookings, time_off

    # ---------------------------------------------------------------- working hours

    def _get_work_hours(self, start, time_off):
        """Return the working hours of each work center; equal ones are one object."""
        hours, result = {}, {}
        for calendar, workcenters in self.grouped("resource_calendar_id").items():
            reader = _CalendarReader(calendar, start)
            for workcenter in workcenters:
                resource = workcenter.resource_id
                own = resource.id if resource.id in time_off else False
                key = (calendar.id, resource.company_id.id, own)
                if key not in hours:
                    if calendar:
                        load, farthest = reader.loader(resource), reader.farthest
                    else:
                        load = _always_open(
                            start,
                            time_off[resource.id]
                            + time_off[False, False, resource.company_id.id],
                        )
                        farthest = _window_edge(start, LAST_WINDOW + 1)
                    hours[key] = WorkHours(load, start, farthest)
                result[workcenter.id] = hours[key]
        return result

    def _has_working_hours(self):
        """Return whether the calendar has any hours, time off left aside."""
        self.ensure_one()
        calendar = self.resource_calendar_id
        if not calendar:
            return True
        if calendar.flexible_hours:
            return calendar.hours_per_day > 0
        return any(
            not hours.display_type
            and hours.day_period != "lunch"
            and hours.hour_to > hours.hour_from
            for hours in calendar.attendance_ids
        )

    # ----------------------------------------------------------------------- locking

    def _lock_for_planning(self, timeout_seconds=5.0):
        """Reserve the right to plan on the work centers until the transaction ends.

        Waits at most so long, and never in a ring with another planner: a work center
        is waited for only when all with a lower id are ours. What others committed
        while we waited is read through a new cursor: :meth:`_get_free_time`.

        :return: the work centers that are not ours; the others stay reserved
        """
        ids = sorted(self.ids)
        waited = 0.0
        while True:
            ids = ids[self._try_planning_locks(ids) :]
            if not ids or waited >= timeout_seconds:
                break
            self._pause_for_lock(LOCK_PAUSE)
            waited += LOCK_PAUSE
        missed = [id_ for id_ in ids if not self._try_planning_locks([id_])]
        return self.browse(missed)

    def _pause_for_lock(self, seconds):
        time.sleep(seconds)

    def _try_planning_locks(self, ids):
        """Lock in the order of the ids up to the first that is taken; return how many.

        Trying raises no error, so that the transaction goes on without a savepoint.
        """
        if not ids:
            return 0
        query = SQL(
            """
            WITH RECURSIVE attempt(place, locked) AS (
                SELECT 0, TRUE
                UNION ALL
                SELECT place + 1, pg_try_advisory_xact_lock(%s, (%s)[place + 1])
                FROM attempt
                WHERE locked AND place < %s
            )
            SELECT COUNT(*) FILTER (WHERE locked) - 1 FROM attempt
            """,
            ADVISORY_NAMESPACE,
            SQL("%s::int[]", list(ids)),
            len(ids),
        )
        self.env.cr.execute(query)
        return self.env.cr.fetchone()[0]


class _CalendarReader:
    """Reads the hours of a calendar for several resources, a window at a time.

    Windows begin on a Monday at midnight in the calendar's zone: flexible hours count
    weeks from where Odoo is asked to begin (`_attendance_intervals_batch`, 19.0).
    """

    def __init__(self, calendar, start):
        self.calendar = calendar
        self.resources = calendar.env["resource.resource"]
        self.windows = {}
        self.zone = pytz.timezone(calendar.tz or "UTC")
        local = localized(to_datetime(start)).astimezone(self.zone)
        self.monday = datetime(local.year, local.month, local.day)
        self.monday -= timedelta(days=local.weekday())

    @property
    def farthest(self):
        return _seconds(self._edge(LAST_WINDOW + 1))

    def loader(self, resource):
        """Return ``load`` of :class:`WorkHours` for a resource of the calendar."""
        self.resources |= resource
        return lambda number: self._load(number, resource)

    def _load(self, number, resource):
        if number > LAST_WINDOW:
            return None
        if number not in self.windows:
            start, stop = self._edge(number), self._edge(number + 1)
            spans = self.calendar._work_intervals_batch(
                start, stop, resources=self.resources, tz=self.zone
            )
            self.windows[number] = _seconds(start), _seconds(stop), spans
        start, stop, spans = self.windows[number]
        return (
            start,
            stop,
            [
                (_seconds(begin), _seconds(end))
                for begin, end, _who in spans[resource.id]
            ],
        )

    def _edge(self, number):
        return self.zone.localize(self.monday + FIRST_WINDOW * (2**number - 1))


def _always_open(start, time_off):
    """Return ``load`` for a work center without calendar: open but for its time off."""

    def load(number):
        if number > LAST_WINDOW:
            return None
        first, stop = (_window_edge(start, edge) for edge in (number, number + 1))
        spans, opening = [], first
        for begin, end in sorted(time_off):
            spans.append((opening, min(begin, stop)))
            opening = max(opening, end)
        spans.append((opening, stop))
        return first, stop, [span for span in spans if span[0] < span[1]]

    return load


def _window_edge(start, number):
    return start + int(FIRST_WINDOW.total_seconds()) * (2**number - 1)


def _seconds(moment):
    """Return an aware datetime as seconds, rounded: Odoo's days end at 23:59:59.999999.

    A public holiday that ends at 23:59:59 leaves its last second to work, as in Odoo.
    """
    naive = moment.astimezone(pytz.utc).replace(tzinfo=None)
    return to_seconds(naive + timedelta(milliseconds=500))
