"""How a picture is cut, so that memory is bounded by the tile and no seam shows.

    window  |<- CONTEXT ->|<----- own part ----->|<- CONTEXT ->|
    kept         |<-FADE->|                      |<-FADE->|

The network sees the window. What it makes of the outermost pixels lacks context and is thrown away; where the kept
parts of two neighbours overlap, one fades into the other. Lengths in pixels of the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

CORE = 80
"""The longest own part of a tile. The network's time a pixel grows with its window, memory even more."""

CONTEXT = 12
"""What the network sees beyond the own part."""

FADE = 8
"""Half of the width over which neighbours are mixed."""


@dataclass(frozen=True, slots=True)
class Span:
    """One tile along one axis: from the first pixel up to, not including, the last."""

    start: int
    end: int
    kept: tuple[int, int]
    window: tuple[int, int]

    @property
    def fade(self) -> int:
        """How many kept pixels at the start are mixed with the tile before."""
        return 2 * (self.start - self.kept[0])


def spans(length: int, core: int = CORE) -> list[Span]:
    """Cut `length` pixels into tiles as equal as can be, none with an own part above `core` (at least 32)."""
    count = -(-length // core)
    edges = [length * index // count for index in range(count + 1)]

    def around(start: int, end: int, margin: int) -> tuple[int, int]:
        return max(0, start - margin), min(length, end + margin)

    return [Span(start, end, around(start, end, FADE), around(start, end, CONTEXT)) for start, end in pairwise(edges)]
