"""The free gaps between the bookings of one work center, found without walking them.

Everything here is an ``int`` on one axis of *worked seconds*: closed hours have no
length on it (see :mod:`.worktime`), so a gap is as long as the work that fits in it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import sub

BLOCK = 64  # bookings; a block is cut in two when it has grown to twice that


class _Block:
    """Up to ``2 * BLOCK`` neighbouring bookings and the widest gap before any of them.

    ``before`` is where the booking before the first one of the block ends.
    """

    __slots__ = ("before", "ends", "starts", "widest")

    def __init__(self, starts: list[int], ends: list[int], before: int):
        self.starts = starts
        self.ends = ends
        self.before = before
        self.measure()

    def measure(self) -> None:
        first = self.starts[0] - self.before
        self.widest = max(first, max(map(sub, self.starts[1:], self.ends), default=0))


class GapIndex:
    """Disjoint bookings in order; finds the first or last gap that is wide enough.

    >>> index = GapIndex()
    >>> index.add(10, 20)
    >>> index.add(25, 30)
    >>> index.first(8, 5, 100), index.first(8, 6, 100), index.first(8, 6, 35)
    (20, 30, None)
    >>> index.last(28, 5, 0), index.last(28, 6, 0), index.last(28, 6, 5)
    (25, 10, None)
    >>> index.remove(10, 20)
    >>> index.first(8, 6, 100)
    8
    """

    __slots__ = ("_blocks", "_ends", "_starts")

    def __init__(self):
        self._blocks: list[_Block] = []
        self._starts: list[int] = []  # first start of each block
        self._ends: list[int] = []  # last end of each block

    def __iter__(self):
        for block in self._blocks:
            yield from zip(block.starts, block.ends, strict=True)

    # ------------------------------------------------------------------ search

    def first(self, at: int, need: int, limit: int) -> int | None:
        """Return the first ``x >= at`` with ``x .. x + need`` free and within limit."""
        blocks = self._blocks
        number = bisect_right(self._starts, at) - 1
        if number >= 0:
            block = blocks[number]
            place = bisect_right(block.starts, at)
            found = self._first_in(block, place, max(at, block.ends[place - 1]), need)
            if found is not None:
                return found if found + need <= limit else None
            at = max(at, block.ends[-1])
        elif blocks and blocks[0].starts[0] - at >= need:
            return at if at + need <= limit else None
        for block in blocks[max(number + 1, 0) :]:
            if at + need > limit:
                return None
            if block.widest >= need:
                found = self._first_in(block, 0, at, need)
                if found is not None:
                    return found if found + need <= limit else None
            at = block.ends[-1]
        return at if at + need <= limit else None

    @staticmethod
    def _first_in(block: _Block, place: int, at: int, need: int) -> int | None:
        starts, ends = block.starts, block.ends
        for index in range(place, len(starts)):
            if starts[index] - at >= need:
                return at
            at = ends[index]
        return None

    def last(self, at: int, need: int, floor: int) -> int | None:
        """Return the last ``x <= at`` with ``x - need .. x`` free and above floor."""
        blocks = self._blocks
        number = bisect_left(self._ends, at)
        if number < len(blocks):
            block = blocks[number]
            place = bisect_left(block.ends, at)
            at = min(at, block.starts[place])
            found = self._last_in(block, place, at, need)
            if found is not None:
                return found if found - need >= floor else None
            at = block.starts[0]
        elif not blocks or at - blocks[-1].ends[-1] >= need:
            return at if at - need >= floor else None
        for index in range(number - 1, -1, -1):
            if at - need < floor:
                return None
            block = blocks[index]
            if block.widest >= need:
                found = self._last_in(
                    block, len(block.starts) - 1, block.starts[-1], need
                )
                if found is not None:
                    return found if found - need >= floor else None
            at = block.starts[0]
        return None

    @staticmethod
    def _last_in(block: _Block, place: int, at: int, need: int) -> int | None:
        starts, ends = block.starts, block.ends
        for index in range(place, 0, -1):
            if at - ends[index - 1] >= need:
                return at
            at = starts[index - 1]
        return at if at - block.before >= need else None

    # ----------------------------------------------------------------- changes

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether no booking overlaps ``start .. end``; touching is free."""
        return self.first(start, end - start, end) == start

    def add(self, start: int, end: int) -> None:
        """Add a booking that overlaps no other one."""
        if not self._blocks:
            self._blocks.append(_Block([start], [end], _LOWEST))
            self._starts, self._ends = [start], [end]
            return
        number = max(bisect_right(self._starts, start) - 1, 0)
        block = self._blocks[number]
        # a booking without length (in closed hours) goes before what starts there
        bisect = bisect_right if end > start else bisect_left
        place = bisect(block.starts, start)
        block.starts.insert(place, start)
        block.ends.insert(place, end)
        if len(block.starts) > 2 * BLOCK:
            half = _Block(block.starts[BLOCK:], block.ends[BLOCK:], 0)
            del block.starts[BLOCK:], block.ends[BLOCK:]
            self._blocks.insert(number + 1, half)
            self._starts.insert(number + 1, 0)
            self._ends.insert(number + 1, 0)
            self._measure(number + 1)
        self._measure(number)

    def remove(self, start: int, end: int) -> None:
        """Remove a booking that was added as exactly this; ValueError if none was."""
        number = bisect_right(self._starts, start) - 1
        block = self._blocks[number] if number >= 0 else None
        place = bisect_right(block.starts, start) - 1 if block else 0
        if not block or (block.starts[place], block.ends[place]) != (start, end):
            raise ValueError(f"nothing is booked as {start} .. {end}")
        del block.starts[place], block.ends[place]
        if not block.starts:
            del self._blocks[number], self._starts[number], self._ends[number]
            number -= 1
        self._measure(number)

    def _measure(self, number: int) -> None:
        """Measure a changed block, and the next one, whose first gap begins in it."""
        for index in (number, number + 1):
            if 0 <= index < len(self._blocks):
                block = self._blocks[index]
                block.before = self._blocks[index - 1].ends[-1] if index else _LOWEST
                block.measure()
                self._starts[index], self._ends[index] = (
                    block.starts[0],
                    block.ends[-1],
                )


_LOWEST = -(1 << 62)
