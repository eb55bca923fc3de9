"""Which lines of an order change: match what is there with what is wanted."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from odoo.tools import float_compare


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order, as it is or as the master data want it.

    ``key`` identifies the master record (BoM line, by-product line, operation), False
    without one. ``product_id`` is False for operations. ``values`` holds what is
    compared, by Odoo field name; ``vals`` what else a new line is created with.
    ``id`` is False for a wanted line.
    """

    kind: str
    key: Hashable
    product_id: int | bool
    name: str
    values: Mapping
    id: int | bool = False
    vals: Mapping = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``index`` is the position of the wanted line, -1 if removed."""

    kind: str
    action: str
    name: str
    id: int | bool
    product_id: int | bool
    operation_id: int | bool
    before: Mapping
    after: Mapping
    manual: bool = False
    index: int = -1


def match_lines(present: Iterable[Line], wanted: Iterable[Line]):
    """Pair present lines with wanted ones: by master record and product, by master
    record alone for operations (they have no product), then by product.

    Of several candidates the one that differs least is taken, ties by sequence and id:
    a line that did not change keeps its record and its place, whatever order the lines
    come in.

    :return: ``(pairs, added, removed)``: pairs of (present, index of wanted), indexes
        of wanted lines without a partner, present lines without one
    """
    wanted = list(wanted)
    pairs, open_present = [], list(present)
    open_wanted = list(range(len(wanted)))
    for key in (_by_master, _by_product):
        groups = defaultdict(list)
        for index in open_wanted:
            group = key(wanted[index])
            if group:
                groups[group].append(index)
        found = defaultdict(list)
        for line in open_present:
            group = key(line)
            if group in groups:
                found[group].append(line)
        for group, lines in found.items():
            pairs += _closest(lines, groups[group], wanted)
        taken = {line.id for line, _index in pairs}
        open_present = [line for line in open_present if line.id not in taken]
        used = {index for _line, index in pairs}
        open_wanted = [index for index in open_wanted if index not in used]
    return pairs, open_wanted, open_present


def _by_master(line):
    return line.key and (line.key, line.product_id)


def _by_product(line):
    return line.product_id


def _closest(lines, indexes, wanted):
    """Pair lines and indexes one to one, fewest differences first."""
    if len(lines) == 1 and len(indexes) == 1:
        return [(lines[0], indexes[0])]
    ranked = sorted(
        (
            (
                len(differences(line.values, wanted[index].values)),
                line.values.get("sequence", 0),
                line.id,
                index,
                line,
            )
            for line in lines
            for index in indexes
        ),
        key=lambda row: row[:4],
    )
    pairs, seen_lines, seen_indexes = [], set(), set()
    for *_rank, index, line in ranked:
        if line.id not in seen_lines and index not in seen_indexes:
            seen_lines.add(line.id)
            seen_indexes.add(index)
            pairs.append((line, index))
    return pairs


def differences(before: Mapping, after: Mapping, digits: Mapping | None = None):
    """Return the names of the values in ``after`` that differ from ``before``.

    :param digits: field name -> decimals that count for floats; 6 where not given

    >>> differences({"a": 0.1 + 0.2, "b": 1}, {"a": 0.3, "b": 2})
    ['b']
    """
    return [
        name
        for name, value in after.items()
        if not same(before.get(name), value, (digits or {}).get(name, 6))
    ]


def same(before, after, digits=6):
    if isinstance(before, float) or isinstance(after, float):
        if isinstance(before, (int, float)) and isinstance(after, (int, float)):
            return float_compare(before, after, precision_digits=digits) == 0
        return False
    return before == after


def diff_lines(present, wanted, digits=None, is_manual=None):
    """Return the changes that turn ``present`` into ``wanted``, in wanted order, the
    removals last.

    :param is_manual: ``is_manual(present_line or None, wanted_line or None)`` says
        whether the difference is somebody's handwork
    """
    present, wanted = list(present), list(wanted)
    is_manual = is_manual or (lambda before, after: False)
    pairs, _added, removed = match_lines(present, wanted)
    partner = {index: line for line, index in pairs}
    changes = []
    for index, line in enumerate(wanted):
        old = partner.get(index)
        names = differences(old.values, line.values, digits) if old else ()
        if old and not names:
            continue
        changes.append(
            Change(
                kind=line.kind,
                action="update" if old else "add",
                name=line.name,
                id=old.id if old else False,
                product_id=line.product_id,
                operation_id=line.values.get("operation_id") or False,
                before={name: old.values.get(name) for name in names},
                after={name: line.values[name] for name in names}
                if old
                else dict(line.values),
                manual=is_manual(old, line),
                index=index,
            )
        )
    changes += [
        Change(
            kind=line.kind,
            action="remove",
            name=line.name,
            id=line.id,
            product_id=line.product_id,
            operation_id=line.values.get("operation_id") or False,
            before=dict(line.values),
            after={},
            manual=is_manual(line, None),
        )
        for line in removed
    ]
    return changes
