"""Inbound requests: what to put away, and how an open transfer gets there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

KINDS = ("components", "output")


@dataclass(frozen=True, slots=True)
class Request:
    """What one transfer has to put away.

    ``wanted`` is product id -> ``(quantity in the product's unit, date)``.
    """

    kind: str
    source_id: int
    destination_id: int
    wanted: Mapping[int, tuple[float, datetime]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of an open transfer, quantities in the product's unit. ``picked`` is
    what a worker has taken already.
    """

    id: int
    product_id: int
    quantity: float
    picked: float = 0.0


def settle_lines(wanted: Mapping[int, float], lines: Iterable[OpenLine]):
    """Return what each open line has to carry, and what no line carries yet.

    What was picked stays. A product keeps one line beside the picked ones.

    :return: ``({line id: quantity}, {product id: quantity})``

    >>> settle_lines({7: 5.0, 8: 2.0}, [OpenLine(1, 7, 9.0), OpenLine(2, 9, 1.0)])
    ({1: 5.0, 2: 0.0}, {8: 2.0})
    >>> settle_lines({7: 5.0}, [OpenLine(1, 7, 4.0, 3.0), OpenLine(2, 7, 4.0)])
    ({1: 3.0, 2: 2.0}, {})
    >>> settle_lines({7: 1.0}, [OpenLine(1, 7, 4.0, 3.0)])
    ({1: 3.0}, {})
    """
    lines = list(lines)
    targets = {line.id: line.picked for line in lines}
    new = {}
    for product_id, quantity in wanted.items():
        own = [line for line in lines if line.product_id == product_id]
        rest = round(quantity - sum(line.picked for line in own), 6)
        if rest <= 0:
            continue
        if own:
            # the line that nobody has begun with, else the one that somebody has
            line = min(own, key=lambda line: (line.picked > 0, line.id))
            targets[line.id] += rest
        else:
            new[product_id] = quantity
    return targets, new
