"""The free gaps between the bookings of one work center, found without walking them.

Everything here is an ``int`` on one axis of *worked seconds*: closed hours have no
length on it (see :mod:`.worktime`), so a gap is as long as the work that fits in it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import sub

BLOCK = 16  # bookings; a block is cut in two when it has grown to twice that
STRIDE = 32  # blocks passed over at once


class GapIndex:
    """Disjoint bookings in order; finds the first or last gap that is wide enough.

    Bookings stand in blocks; of each block the widest gap before any of its bookings
    is known, so that a search passes over the blocks where nothing can fit.

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

    __slots__ = ("_ends", "_firsts", "_lasts", "_starts", "_widest")

    def __init__(self):
        self._starts: list[list[int]] = []  # of the bookings, by block
        self._ends: list[list[int]] = []
        self._firsts: list[int] = []  # of each block: where its first booking starts,
        self._lasts: list[int] = []  # where its last one ends,
        self._widest: list[int] = []  # and the widest gap before one of its bookings

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for starts, ends in zip(self._starts, self._ends, strict=True):
            yield from zip(starts, ends, strict=True)

    # ------------------------------------------------------------------ search

    def first(self, at: int, need: int, limit: int) -> int | None:
        """Return the first ``x >= at`` with ``x .. x + need`` free and within limit."""
        found = self._find_first(at, need)
        return found if found + need <= limit else None

    def _find_first(self, at: int, need: int) -> int:
        number = bisect_right(self._firsts, at) - 1
        if number >= 0:
            if self._widest[number] >= need:
                place = bisect_right(self._starts[number], at)
                begin = max(at, self._ends[number][place - 1])
                found = self._first_in_block(number, place, begin, need)
                if found is not None:
                    return found
            at = max(at, self._lasts[number])
        number += 1
        if number == len(self._firsts) or self._firsts[number] - at >= need:
            return at
        for index in self._wide_blocks(number, need):
            begin = max(at, self._lasts[index - 1]) if index else at
            found = self._first_in_block(index, 0, begin, need)
            if found is not None:
                return found
        return self._lasts[-1]

    def _wide_blocks(self, number: int, need: int) -> Iterator[int]:
        """Yield the blocks from this one on that have a gap so wide.

        In strides, because Python finds the maximum of a slice far faster than a loop.
        """
        widest = self._widest
        for start in range(number, len(widest), STRIDE):
            stride = widest[start : start + STRIDE]
            if max(stride) >= need:
                for index, width in enumerate(stride, start):
                    if width >= need:
                        yield index

    def _first_in_block(
        self, number: int, place: int, at: int, need: int
    ) -> int | None:
        """Return where the first wide gap begins, from ``at`` before ``place`` on."""
        starts, ends = self._starts[number], self._ends[number]
        for index in range(place, len(starts)):
            if starts[index] - at >= need:
                return at
            at = ends[index]
        return None

    def last(self, at: int, need: int, floor: int) -> int | None:
        """Return the last ``x <= at`` with ``x - need .. x`` free and above floor."""
        found = self._find_last(at, need)
        return found if found - need >= floor else None

    def _find_last(self, at: int, need: int) -> int:
        number = bisect_left(self._lasts, at)
        if number < len(self._lasts):
            place = bisect_left(self._ends[number], at)
            begin = min(at, self._starts[number][place])
            found = self._last_in_block(number, place, begin, need)
            if found is not None:
                return found
        elif not self._lasts or at - self._lasts[-1] >= need:
            return at
        for index in self._wide_blocks_back(number, need):
            place = len(self._starts[index]) - 1
            begin = self._starts[index][place]
            found = self._last_in_block(index, place, begin, need)
            if found is not None:
                return found
        return min(at, self._firsts[0])

    def _wide_blocks_back(self, number: int, need: int) -> Iterator[int]:
        """Yield the blocks before this one that have a gap so wide, the last first."""
        widest = self._widest
        for stop in range(number, 0, -STRIDE):
            start = max(stop - STRIDE, 0)
            stride = widest[start:stop]
            if max(stride) >= need:
                for index in range(stop - 1, start - 1, -1):
                    if widest[index] >= need:
                        yield index

    def _last_in_block(self, number: int, place: int, at: int, need: int) -> int | None:
        """Return where the last wide gap ends, from ``at`` before ``place`` back."""
        starts, ends = self._starts[number], self._ends[number]
        for index in range(place, 0, -1):
            if at - ends[index - 1] >= need:
                return at
            at = starts[index - 1]
        if number and at - self._lasts[number - 1] >= need:
            return at
        return None

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether no booking overlaps ``start .. end``; touching is free."""
        number = bisect_left(self._firsts, end) - 1  # the last that begins before
        if number < 0:
            return True
        place = bisect_left(self._starts[number], end) - 1
        return self._ends[number][place] <= start

    # ----------------------------------------------------------------- changes

    def add(self, start: int, end: int) -> None:
        """Add a booking that overlaps no other one."""
        if not self._starts:
            self._insert_block(0, [start], [end])
            return
        number = max(bisect_right(self._firsts, start) - 1, 0)
        starts, ends = self._starts[number], self._ends[number]
        # a booking without length (in closed hours) goes before what starts there
        bisect = bisect_right if end > start else bisect_left
        place = bisect(starts, start)
        starts.insert(place, start)
        ends.insert(place, end)
        if len(starts) > 2 * BLOCK:
            self._insert_block(number + 1, starts[BLOCK:], ends[BLOCK:])
            del starts[BLOCK:], ends[BLOCK:]
        self._measure(number)

    def remove(self, start: int, end: int) -> None:
        """Remove a booking that was added as exactly this; ValueError if none was."""
        number = bisect_right(self._firsts, start) - 1
        place = bisect_right(self._starts[number], start) - 1 if number >= 0 else 0
        found = number >= 0 and (
            self._starts[number][place],
            self._ends[number][place],
        )
        if found != (start, end):
            raise ValueError(f"nothing is booked as {start} .. {end}")
        del self._starts[number][place], self._ends[number][place]
        if not self._starts[number]:
            for column in self._columns():
                del column[number]
            number -= 1
        self._measure(number)

    def _columns(self) -> tuple[list, ...]:
        return self._starts, self._ends, self._firsts, self._lasts, self._widest

    def _insert_block(self, number: int, starts: list[int], ends: list[int]) -> None:
        block = (starts, ends, starts[0], ends[-1], 0)
        for column, value in zip(self._columns(), block, strict=True):
            column.insert(number, value)

    def _measure(self, number: int) -> None:
        """Measure a changed block, and the next one, whose first gap begins in it."""
        for index in range(max(number, 0), min(number + 2, len(self._starts))):
            starts, ends = self._starts[index], self._ends[index]
            # the gap before the very first booking has no end: searches look there
            before = self._lasts[index - 1] if index else starts[0]
            self._firsts[index], self._lasts[index] = starts[0], ends[-1]
            inner = max(map(sub, starts[1:], ends), default=0)
            self._widest[index] = max(starts[0] - before, inner)
