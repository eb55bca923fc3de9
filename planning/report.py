"""The result of a refresh as plain data that JSON and XML-RPC can carry."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

DATETIME_FORMAT = "%Y-%m-%d %H:%M:%S"
STATUSES = ("refreshed", "unchanged", "refused", "failed")


def plain(value):
    """Return ``value`` without anything that XML-RPC cannot carry.

    >>> plain({1: None, "when": datetime(2027, 9, 27, 23)})
    {'1': False, 'when': '2027-09-27 23:00:00'}
    """
    if isinstance(value, (str, int, float)):
        return value
    if value is None:
        return False
    if isinstance(value, datetime):
        return value.strftime(DATETIME_FORMAT)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value


def change_row(change):
    """Return the row of one :class:`~.diff.Change`."""
    return plain(change_values(change))


def change_values(change):
    """Return the row of one :class:`~.diff.Change` with dates as they are."""
    row = {
        "kind": change.kind,
        "action": change.action,
        "id": change.id,
        "name": change.name,
        "manual": bool(change.manual),
        "before": change.before,
        "after": change.after,
    }
    if change.kind == "operation":
        row["operation_id"] = change.operation_id
    else:
        row["product_id"] = change.product_id
    return row


def summary(rows: Iterable[Mapping]):
    """Return the whole result for the rows of its orders."""
    rows = list(rows)
    counts = {status: 0 for status in STATUSES}
    for row in rows:
        counts[row["status"]] += 1
    return {**counts, "orders": plain(rows)}
