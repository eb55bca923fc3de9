from datetime import datetime
from functools import lru_cache

import babel.dates
import pytz

from odoo import fields, models
from odoo.exceptions import MissingError
from odoo.tools import babel_locale_parse, float_repr, get_lang
from odoo.tools.misc import format_duration, formatLang

# What a reader does not miss: links, the order of lines, and what the row's name says.
TECHNICAL_FIELDS = {"bom_line_id", "byproduct_id", "sequence"}
NAMING_FIELDS = {"product_id", "name"}
USUAL_FIELDS = {
    "cost_mode",
    "location_id",
    "location_dest_id",
    "location_final_id",
    "operation_id",
    "warehouse_id",
}
SPAN_FIELDS = {"date_start", "date_finished"}
QUANTITY_FIELDS = {"product_uom_qty", "product_uom"}
ACTION_LOOKS = {
    "add": ("fa-plus", "success"),
    "update": ("fa-pencil", "info"),
    "schedule": ("fa-calendar-check-o", "success"),
    "move": ("fa-clock-o", "info"),
    "remove": ("fa-trash-o", "danger"),
}
KINDS = ("finished", "component", "byproduct", "operation")
# The zero of languages in which the web client writes dates in digits of their own.
ZEROS = {"ar_001": "٠", "ar_SY": "٠", "bn_IN": "০"}


@lru_cache(maxsize=4096)
def _get_local(moment, zone):
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))


@lru_cache
def _get_digits(lang):
    """Return a table for ``str.translate`` from 0 to 9 to the digits of a language."""
    zero = ord(ZEROS.get(lang, "0"))
    return {ord("0") + number: zero + number for number in range(10)}


@lru_cache(maxsize=4096)
def _format_time(moment, zone, lang):
    return babel.dates.format_time(
        _get_local(moment, zone),
        "short",
        tzinfo=pytz.timezone(zone),
        locale=babel_locale_parse(lang),
    )


@lru_cache(maxsize=4096)
def _format_day(moment, zone, lang, with_year):
    return babel.dates.format_skeleton(
        "yMMMEd" if with_year else "MMMEd",
        _get_local(moment, zone),
        tzinfo=pytz.timezone(zone),
        locale=babel_locale_parse(lang),
    )


class MrpProductionRefreshFormat(models.AbstractModel):
    """Turns the report of a refresh into words and rows for a person.

    The report is the result of ``refresh_production_orders`` or ``preview_refresh``:
    plain values with Odoo's field names. Everything here is in the language and the
    time zone of the user.
    """

    _name = "mrp.production.refresh.format"
    _description = "Refresh Production Order: Report for People"

    # --- words -----------------------------------------------------------------------

    def _get_status_labels(self, preview):
        return {
            "refreshed": self.env._("Will change")
            if preview
            else self.env._("Refreshed"),
            "unchanged": self.env._("Up to date"),
            "refused": self.env._("Refused"),
            "failed": self.env._("Failed"),
        }

    def _get_status_look(self, status):
        """Return (icon, Bootstrap colour) of a status; never the colour alone."""
        return {
            "refreshed": ("fa-refresh", "primary"),
            "unchanged": ("fa-check", "success"),
            "refused": ("fa-ban", "warning"),
        }.get(status, ("fa-exclamation-triangle", "danger"))

    def _get_action_look(self, action):
        """Return (icon, colour, label) of what happens to a line."""
        label = {
            "add": self.env._("Added"),
            "update": self.env._("Changed"),
            "schedule": self.env._("Scheduled"),
            "move": self.env._("Moved"),
            "remove": self.env._("Removed"),
        }[action]
        return (*ACTION_LOOKS[action], label)

    def _get_kind_labels(self):
        return {
            "finished": self.env._("Finished Product"),
            "component": self.env._("Components"),
            "byproduct": self.env._("By-products"),
            "operation": self.env._("Operations"),
        }

    # --- values ----------------------------------------------------------------------

    def _get_zone(self):
        """Return the name of the time zone that dates are shown in; UTC when a program
        names one that there is not.
        """
        return self.env.tz.zone

    def _get_lang(self):
        """Return the language of the reader, looked up once a transaction: one report
        asks for it with every date.
        """
        cache, lang = self.env.cr.cache, self.env.context.get("lang")
        key = ("mrp_production_refresh.lang", lang, self.env.uid)
        if key not in cache:
            cache[key] = get_lang(self.env)
        return cache[key]

    def _format_moment(self, value, with_date=True):
        """Return a short local date and time, with the weekday that planners need."""
        value = fields.Datetime.to_datetime(value)
        if not value:
            return ""
        zone, lang = self._get_zone(), self._get_lang().code
        digits = _get_digits(lang)
        time = _format_time(value, zone, lang).translate(digits)
        if not with_date:
            return time
        this_year = datetime.now(pytz.timezone(zone)).year
        with_year = _get_local(value, zone).year != this_year
        return f"{_format_day(value, zone, lang, with_year).translate(digits)}, {time}"

    def _format_span(self, start, end):
        """Return `start – end`, the date once when both are on one day."""
        if not start and not end:
            return ""
        if not start or not end:
            return self._format_moment(start or end)
        days = {
            _get_local(fields.Datetime.to_datetime(moment), self._get_zone()).date()
            for moment in (start, end)
        }
        last = self._format_moment(end, with_date=len(days) > 1)
        return f"{self._format_moment(start)} – {last}"

    def _format_lateness(self, date_finished, date_deadline):
        """Return by how much an order ends after its due date, or an empty string."""
        end = fields.Datetime.to_datetime(date_finished)
        due = fields.Datetime.to_datetime(date_deadline)
        if not end or not due or end <= due:
            return ""
        return self._format_delay(end - due)

    def _format_delay(self, delay):
        """Return a duration in the two largest units that a planner reads."""
        minutes = int(delay.total_seconds() // 60)
        days, minutes = divmod(minutes, 24 * 60)
        hours, minutes = divmod(minutes, 60)
        if days and hours:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if days:
            return self.env._("%(days)s d", days=days)
        if hours and not minutes:
            return self.env._("%(hours)s h", hours=hours)
        if hours:
            return self.env._(
                "%(hours)s h %(minutes)s min", hours=hours, minutes=minutes
            )
        return self.env._("%(minutes)s min", minutes=minutes)

    def _format_value(self, model_name, field_name, value):
        """Return the text of one value of a change.

        ``value`` is as in the report: an id or ids for a relation, minutes for an
        expected duration, Odoo's string for a datetime, False for nothing.
        """
        field = self.env[model_name]._fields.get(field_name)
        if field is None:
            return str(value or "")
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if field_name in ("duration_expected", "duration") and value is not False:
            return format_duration((value or 0) / 60)
        if field.type in ("float", "integer", "monetary"):
            return self._format_number(field, value)
        if not value:
            return ""
        if field.type == "datetime":
            return self._format_moment(value)
        if field.relational:
            return self._format_records(field.comodel_name, value)
        if field.type == "selection":
            selection = dict(field._description_selection(self.env))
            return selection.get(value, str(value))
        return str(value)

    def _format_number(self, field, value):
        value = value or 0.0
        digits = field.get_digits(self.env) if field.type == "float" else None
        decimals = digits[1] if digits else 2
        text = float_repr(value, decimals)
        if "." in text:  # 3.00 reads better as 3, 2.50 as 2.5
            decimals = len(text.rstrip("0").rpartition(".")[2])
        return formatLang(self.env, value, digits=decimals)

    def _format_records(self, model_name, value):
        """Return display names for an id, ids or an (id, name) pair."""
        if isinstance(value, list | tuple):
            if len(value) == 2 and isinstance(value[1], str):
                return value[1]
            ids = list(value)
        else:
            ids = [value] if value else []
        try:
            names = self.env[model_name].browse(ids).mapped("display_name")
        except MissingError:  # a report may be older than what it names
            return ""
        return ", ".join(name for name in names if name)

    # --- rows ------------------------------------------------------------------------

    def _format_sections(self, changes, lines=None):
        """Return the changes of an order grouped for a reader.

        :param lines: of several orders, see :meth:`_get_lines`, when they are read
        :return: list of ``{"kind", "label", "rows"}``; a row is ``{"action", "icon",
            "color", "label", "name", "manual", "cells"}`` and a cell is ``{"label",
            "before", "after"}``, texts all.
        """
        labels = self._get_kind_labels()
        if lines is None:
            lines = self._get_lines(changes)
        sections = []
        for kind in KINDS:
            rows = [
                self._format_change(change, lines)
                for change in changes
                if change["kind"] == kind
            ]
            if rows:
                sections.append({"kind": kind, "label": labels[kind], "rows": rows})
        return sections

    def _get_lines(self, changes):
        """Return the lines that changes are about, of those that are there: by model,
        then by id.
        """
        ids = {"stock.move": [], "mrp.workorder": []}
        for change in changes:
            if change.get("id"):
                ids[self._get_line_model(change)].append(change["id"])
        return {
            model: {line.id: line for line in self.env[model].browse(found).exists()}
            for model, found in ids.items()
        }

    def _get_line_model(self, change):
        return "mrp.workorder" if change["kind"] == "operation" else "stock.move"

    def _format_change(self, change, lines):
        model = self._get_line_model(change)
        line = lines[model].get(change.get("id"), self.env[model])
        action = self._get_change_action(change)
        icon, color, label = self._get_action_look(action)
        return {
            "action": change["action"],
            "icon": icon,
            "color": color,
            "label": label,
            "name": self._get_change_name(change),
            "manual": change.get("manual", False),
            "cells": self._format_cells(change, line),
        }

    def _get_change_action(self, change):
        """Return the change's action; of an operation that only gets other times,
        whether it had any.
        """
        before = change.get("before") or {}
        touched = set(before) | set(change.get("after") or {})
        if (
            change["kind"] == "operation"
            and change["action"] == "update"
            and touched
            and touched <= SPAN_FIELDS
        ):
            return "move" if any(before.values()) else "schedule"
        return change["action"]

    def _get_change_name(self, change):
        if change.get("name"):
            return change["name"]
        if change.get("product_id"):
            return self._format_records("product.product", change["product_id"])
        return self._format_records(
            "mrp.routing.workcenter", change.get("operation_id")
        )

    def _format_cells(self, change, record):
        """Return what is different on one line as (label, before, after) texts."""
        before = change.get("before") or {}
        after = change.get("after") or {}
        names = [*before, *(name for name in after if name not in before)]
        hidden = TECHNICAL_FIELDS | {
            name
            for name in NAMING_FIELDS
            if before.get(name, False) == after.get(name, False)
            or change["action"] != "update"
        }
        shown = [name for name in names if name not in hidden] or names
        cells = []
        for group, formatter in (
            (QUANTITY_FIELDS, self._format_quantity),
            (SPAN_FIELDS, self._format_change_span),
        ):
            if group & set(shown):
                cell = {
                    "label": "",
                    "before": formatter(before, {}, record),
                    "after": formatter(after, before, record),
                }
                if cell["before"] or cell["after"]:
                    cells.append(cell)
        for name in shown:
            if name in QUANTITY_FIELDS or name in SPAN_FIELDS:
                continue
            if change["action"] != "update" and (
                name in USUAL_FIELDS or not (before or after)[name]
            ):
                continue  # what a new line has anyway is no news
            field = record._fields.get(name)
            cell = {"label": field._description_string(self.env) if field else name}
            for key, values in (("before", before), ("after", after)):
                cell[key] = (
                    self._format_value(record._name, name, values[name])
                    if name in values
                    else ""
                )
            if cell["before"] != cell["after"]:
                cells.append(cell)
        return cells

    def _format_quantity(self, values, fallback, record):
        """Return `3 kg`; what the change leaves out comes from the line as it is."""
        if not values:
            return ""
        values = {**fallback, **values}
        quantity = values.get("product_uom_qty", record.product_uom_qty)
        unit = values.get("product_uom") or record.product_uom.id
        unit_name = self._format_records("uom.uom", unit) if unit else ""
        number = self._format_value("stock.move", "product_uom_qty", quantity)
        return f"{number} {unit_name}".strip()

    def _format_change_span(self, values, fallback, record):
        if not values:
            return ""
        values = {**fallback, **values}
        return self._format_span(
            values.get("date_start", record.date_start),
            values.get("date_finished", record.date_finished),
        )
