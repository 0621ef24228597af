"""The same work on many pieces, on all processors at once; numpy lets go of Python's lock in its long loops."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class _Allowed:
    threads = 0  # 0: as many as there are processors


def limit_threads(count: int) -> None:
    """Take at most so many threads from now on; 0: as many as there are processors."""
    _Allowed.threads = count


def threads() -> int:
    """How many pieces are worked on at a time."""
    return _Allowed.threads or os.cpu_count() or 1


def in_order(work: Callable[[Piece], Result], pieces: Iterable[Piece]) -> Iterator[Result]:
    """The result for each piece, in their order; an error of one, or of whoever asks for them, drops the rest."""
    with ThreadPoolExecutor(threads()) as pool:
        waiting = [pool.submit(work, piece) for piece in pieces]
        try:
            for one in waiting:
                yield one.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
