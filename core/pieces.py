"""Work in short pieces, for a thread that must not be held: a generator that may be left between any two of them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")

# Yields, after every piece, how far it is (0..1) and a line of text; returns the result.
Pieces = Generator[tuple[float, str], None, Result]


def whole(pieces: Pieces[Result]) -> Result:
    """All pieces one after the other."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            result: Result = end.value
            return result
