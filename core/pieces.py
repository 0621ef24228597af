"""Work in short pieces, for a thread that must not be held: a generator that may be left between any two of them."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")


class News(NamedTuple):
    """What the next piece does, and how far the whole is (0..1). long: that piece can't be cut and may take a while."""

    fraction: float
    text: str
    long: bool = False


Pieces = Generator[News, None, Result]  # gives news before every piece, and returns the result


def whole(pieces: Pieces[Result]) -> Result:
    """All pieces one after the other."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            result: Result = end.value
            return result
