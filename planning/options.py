"""Options of a refresh: what a caller passes in, checked and completed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timezone

DIRECTIONS = ("back", "forward")
# Dates outside these years are typing errors; calendars cannot be read there.
MIN_YEAR, MAX_YEAR = 1900, 9000


class OptionError(ValueError):
    """An option that a caller must correct.

    ``problem`` is one of ``unknown``, ``bool``, ``choice``, ``date``,
    ``lines_need_routings``, ``lines_need_components``.
    """

    def __init__(self, option, problem, value=None):
        super().__init__(f"{option}: {problem}")
        self.option = option
        self.problem = problem
        self.value = value


@dataclass(frozen=True, slots=True)
class Options:
    """How to refresh one order.

    ``due_date`` and ``start_date`` are naive UTC datetimes, or False to keep what
    the order has.
    """

    scheduling_direction: str = "back"
    calculate_lines: bool = True
    calculate_routings: bool = True
    calculate_components: bool = True
    create_inbound_request: bool = False
    restore_reservation: bool = False
    due_date: datetime | bool = False
    start_date: datetime | bool = False

    @property
    def calculates(self):
        """True when anything is recalculated, which also reschedules the order."""
        return (
            self.calculate_lines or self.calculate_routings or self.calculate_components
        )


NAMES = tuple(field.name for field in fields(Options))
DATES = ("due_date", "start_date")
FLAGS = tuple(n for n in NAMES if n not in DATES and n != "scheduling_direction")


def parse_options(values: Mapping, defaults: Mapping | None = None) -> Options:
    """Return the options that ``values`` ask for, completed from ``defaults``.

    :param values: option name -> value as a person or a program gave it
    :param defaults: option name -> value for what is not given
    :raises OptionError: names the first option that is unknown or wrong

    >>> parse_options({"due_date": "2027-09-27 23:00:00"}).due_date
    datetime.datetime(2027, 9, 27, 23, 0)
    >>> parse_options({"calculate_routings": False})
    Traceback (most recent call last):
    ...
    odoo.addons.mrp_production_refresh.planning.options.OptionError: \
calculate_lines: lines_need_routings
    """
    for name in values:
        if name not in NAMES:
            raise OptionError(str(name), "unknown")
    merged = {**(defaults or {}), **values}
    options = Options(**{name: _read(name, merged[name]) for name in merged})
    if options.calculate_lines and not options.calculate_routings:
        raise OptionError("calculate_lines", "lines_need_routings")
    if options.calculate_lines and not options.calculate_components:
        raise OptionError("calculate_lines", "lines_need_components")
    return options


def _read(name, value):
    if name in DATES:
        return _read_date(name, value)
    if name in FLAGS:
        # 0 and 1 are what some clients send for a boolean; 0 == False in Python
        if not isinstance(value, int) or value not in (0, 1):
            raise OptionError(name, "bool", value)
        return bool(value)
    if not isinstance(value, str) or value not in DIRECTIONS:
        raise OptionError(name, "choice", value)
    return value


def _read_date(name, value):
    """Return a naive UTC datetime without microseconds, or False."""
    if value is None or value is False or value == "":
        return False
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        except ValueError:
            raise OptionError(name, "date", value) from None
    elif not isinstance(value, datetime):
        if not isinstance(value, date):
            raise OptionError(name, "date", value)
        value = datetime(value.year, value.month, value.day)
    if not MIN_YEAR <= value.year < MAX_YEAR:
        raise OptionError(name, "date", value)
    if value.tzinfo:
        value = value.astimezone(timezone.utc).replace(tzinfo=None)
    return value.replace(microsecond=0)
