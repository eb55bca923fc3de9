"""Cutting many orders into batches that do not wait for each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders that are refreshed in one transaction.

    Batches of different lanes share no work center; those of one lane do, and come one
    after the other.
    """

    lane: int
    order_ids: tuple


def cut_batches(workcenters: Mapping[int, Iterable[int]], size: int) -> list[Batch]:
    """Return the batches of the orders, the most urgent orders' first.

    :param workcenters: order id -> ids of the work centers that it may use; the most
        urgent order first
    :param size: orders in a batch at most

    Orders that share a work center, directly or over others, stay together in one
    lane; lanes that fit share a batch.

    >>> [b.order_ids for b in cut_batches({1: [7], 2: [8], 3: [7], 4: []}, 2)]
    [(1, 3), (2, 4)]
    >>> [(b.lane, b.order_ids) for b in cut_batches({1: [7], 2: [7, 8], 3: [8]}, 2)]
    [(1, (1, 2)), (1, (3,))]
    """
    packs, room = [], None
    for group in _connected(workcenters):
        if len(group) > size:
            packs.append(group)
        elif room is not None and len(room) + len(group) <= size:
            room.extend(group)
        else:
            room = list(group)
            packs.append(room)
    rank = {order_id: number for number, order_id in enumerate(workcenters)}
    cut = []
    for lane, pack in enumerate(packs, 1):
        ids = sorted(pack, key=rank.__getitem__)
        cut += [
            Batch(lane, tuple(ids[start : start + size]))
            for start in range(0, len(ids), size)
        ]
    return sorted(cut, key=lambda batch: rank[batch.order_ids[0]])


def _connected(workcenters):
    """Return the orders in groups that share no work center."""
    parent = {}

    def find(key):
        parent.setdefault(key, key)
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for order_id, centers in workcenters.items():
        own = find(("order", order_id))
        for center in centers:
            parent[find(("workcenter", center))] = own
            own = find(own)
    groups = {}
    for order_id in workcenters:
        groups.setdefault(find(("order", order_id)), []).append(order_id)
    return list(groups.values())
