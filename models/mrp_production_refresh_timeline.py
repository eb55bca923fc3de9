from datetime import timedelta

from odoo import fields, models

from ..planning.worktime import to_datetime, to_seconds

# How much longer than the operations the window may get for "now" or the due date.
STRETCH = 2
# Bookings of others closer to each other than this part of the window are one shade.
GRAIN = 10000
SHORTEST_WINDOW = timedelta(hours=4)
MARGIN = 2 * 3600  # seconds on both sides at least


class MrpProductionRefreshFormat(models.AbstractModel):
    _inherit = "mrp.production.refresh.format"

    # --- time line -------------------------------------------------------------------

    def _prepare_timeline(self, row):
        """Return what the component ``RefreshTimeline`` draws of one order.

        Moments are whole seconds since 1970 in UTC, spans are ``[start, end]``.

        :param row: the order's row of the report, of a preview or of a refresh
        :return: False when there is nothing to draw, else ``{"name", "zone", "now",
            "due" (or False), "start", "end" (of the window), "hours": [spans],
            "workcenters": [{"id", "name", "hours" (position in hours), "bookings"
            (spans of other orders)}], "operations": [{"key", "name", "action",
            "label", "before", "after", "late"}]}``; ``before`` and ``after`` are
            False or ``{"workcenter_id", "start", "end"}``
        """
        if row["status"] not in ("refreshed", "unchanged"):
            return False
        operations = self._prepare_timeline_operations(row)
        slots = [op[side] for op in operations for side in ("before", "after")]
        slots = [slot for slot in slots if slot]
        if not slots:
            return False
        due = fields.Datetime.to_datetime(row.get("date_deadline"))
        now = to_seconds(fields.Datetime.now())
        due = to_seconds(due) if due else False
        for operation in operations:
            after = operation["after"]
            operation["late"] = bool(due and after and after["end"] > due)
        start, end = self._get_timeline_window(slots, now, due)
        return {
            "name": row["name"],
            "zone": self._get_zone(),
            "now": now,
            "due": due,
            "start": start,
            "end": end,
            **self._prepare_timeline_workcenters(row, slots, start, end),
            "operations": operations,
        }

    def _prepare_timeline_operations(self, row):
        """Return the operations before and after, in the order in which they start."""
        order = self.env["mrp.production"].browse(row["id"]).exists()
        changes = [c for c in row.get("changes") or () if c["kind"] == "operation"]
        changed = {change["id"]: change for change in changes if change["id"]}
        added = [change for change in changes if not change["id"]]
        # after a refresh the added ones are there
        known = {
            (
                change["operation_id"],
                change["after"].get("workcenter_id"),
                change["after"].get("date_start"),
            )
            for change in added
        }
        result = []
        for workorder in order.workorder_ids:
            change = changed.pop(workorder.id, None)
            present = {
                "workcenter_id": workorder.workcenter_id.id,
                "date_start": workorder.date_start,
                "date_finished": workorder.date_finished,
            }
            start = fields.Datetime.to_string(workorder.date_start)
            origin = (workorder.operation_id.id, workorder.workcenter_id.id, start)
            if change is None and origin in known:
                continue
            result.append(
                self._prepare_timeline_operation(
                    change, workorder.name, present, workorder.id
                )
            )
        result += [
            self._prepare_timeline_operation(
                change,
                self._get_change_name(change),
                {},
                change["id"] or f"new_{index}",
            )
            for index, change in enumerate([*changed.values(), *added])
        ]
        return sorted(
            result,
            key=lambda op: (op["after"] or op["before"] or {"start": 0})["start"],
        )

    def _prepare_timeline_operation(self, change, name, present, key):
        action = self._get_change_action(change) if change else "keep"
        sides = {}
        for side in ("before", "after"):
            values = change[side] if change else {}
            values = {**present, **values} if present or values else {}
            if (action, side) in (("add", "before"), ("remove", "after")):
                values = {}
            start = fields.Datetime.to_datetime(values.get("date_start"))
            end = fields.Datetime.to_datetime(values.get("date_finished"))
            sides[side] = bool(start and end) and {
                "workcenter_id": values["workcenter_id"],
                "start": to_seconds(start),
                "end": to_seconds(end),
            }
        label = (
            self.env._("Unchanged")
            if action == "keep"
            else self._get_action_look(action)[2]
        )
        if change and change["after"].get("name"):
            name = change["after"]["name"]
        return {"key": str(key), "name": name, "action": action, "label": label} | sides

    def _get_timeline_window(self, slots, now, due):
        """Return the first and the last second to show: all slots, and the present
        moment and the due date when that does not make the slots too small to see.
        """
        start = min(slot["start"] for slot in slots)
        end = max(slot["end"] for slot in slots)
        room = STRETCH * max(end - start, int(SHORTEST_WINDOW.total_seconds()))
        marks = [m for m in (now, due) if m and start - room <= m <= end + room]
        start, end = min([start, *marks]), max([end, *marks])
        margin = max((end - start) // 40, MARGIN)
        return start - margin, end + margin

    def _prepare_timeline_workcenters(self, row, slots, start, end):
        """Return the work centers of the slots with their hours and the bookings of
        others in the window. Reads as often for one work center as for many.
        """
        workcenters = self.env["mrp.workcenter"].browse(
            dict.fromkeys(slot["workcenter_id"] for slot in slots)
        )
        own = self.env["mrp.production"].browse(row["id"]).exists().workorder_ids
        times = workcenters._get_free_time(to_datetime(start), own.leave_id)
        grain = (end - start) // GRAIN
        positions, hours, rows = {}, [], []
        for workcenter in workcenters:
            time = times[workcenter.id]
            if time.hours not in positions:
                time.hours.reach(end)
                positions[time.hours] = len(hours)
                hours.append([list(span) for span in time.hours.between(start, end)])
            rows.append(
                {
                    "id": workcenter.id,
                    "name": workcenter.name,
                    "hours": positions[time.hours],
                    "bookings": self._get_shades(time.bookings, start, end, grain),
                }
            )
        return {"workcenters": rows, "hours": hours}

    def _get_shades(self, spans, start, end, grain):
        """Return the spans inside the window, joined where nobody sees the gap."""
        shades = []
        for begin, stop in spans:
            begin, stop = max(begin, start), min(stop, end)
            if begin >= stop:
                continue
            if shades and begin - shades[-1][1] <= grain:
                shades[-1][1] = max(shades[-1][1], stop)
            else:
                shades.append([begin, stop])
        return shades

    # --- capacity --------------------------------------------------------------------

    def _prepare_capacity(self, row):
        """Return what the component ``RefreshCapacity`` draws: the capacity rows of the
        report, by work center and day, or False when there are none.

        ``overlap_before`` and ``overlap_after`` are minutes that were or will be booked
        more than once.
        """
        return row.get("capacity") or False
