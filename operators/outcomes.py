"""How runs without a window end: exit codes, and failures that stay with the input they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import BrickprintError
from .telling import Telling

DONE, FAULT, REFUSED, STOPPED = 0, 1, 2, 130  # exit codes; the last as shells have it after Ctrl-C


def worst(codes: Sequence[int]) -> int:
    """The exit code of several inputs: a fault of ours outweighs a refused one."""
    return FAULT if FAULT in codes else max(codes, default=DONE)


@contextmanager
def failures_noted(path: Path, codes: list[int], telling: Telling) -> Iterator[None]:
    """Say what went wrong with one input and note its exit code; the others go on."""
    try:
        yield
    except BrickprintError as error:
        telling.complain(f"{path}: {error}")
        codes.append(REFUSED)
    except Exception:
        telling.fault()
        telling.complain(f"{path}: stopped by a fault of Brickprint, shown above; please report it.")
        codes.append(FAULT)
