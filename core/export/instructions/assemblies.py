"""Parts that are put together apart from the model: their own small steps, and equal ones made at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...catalogue.parts import Catalogue
from ...layout import extents
from ...structure.order import building_steps

_NEAR = 12  # steps: what is needed later than that is not made in advance


@dataclass(frozen=True)
class Callout:
    """A sub-assembly of one step.

    layout: its parts in the order of its own steps; ends: after how many parts each of these is done. copies: how many
    are needed in all; made_in: row of the step in which it was made with others of its kind, None for the first.
    """

    layout: np.ndarray
    ends: tuple[int, ...]
    copies: int = 1
    made_in: int | None = None


def callouts(
    layout: np.ndarray, catalogue: Catalogue, assembly: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> list[Callout | None]:
    """For every step, from `starts` to before `ends`, its sub-assembly if it is one.

    assembly (N,): parts of one number go to their place together. Equal ones that follow soon, turned or not, are made
    with the first.
    """
    size = np.bincount(assembly)[assembly]
    shapes = [
        _shape(layout[first:last], catalogue) if size[first] > 1 else None
        for first, last in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    latest: dict[bytes, int] = {}
    first_of = np.full(len(shapes), -1)
    for row, shape in enumerate(shapes):
        if shape is not None:
            if row - latest.get(shape, -_NEAR - 1) > _NEAR:
                latest[shape] = row
            first_of[row] = latest[shape]
    copies = np.bincount(first_of[first_of >= 0], minlength=len(shapes))
    found: list[Callout | None] = []
    for row, first in enumerate(first_of.tolist()):
        if first < 0:
            found.append(None)
            continue
        own, steps = _own_steps(layout[starts[row] : ends[row]], catalogue)
        found.append(Callout(own, steps, int(copies[first]), first if first != row else None))
    return found


def _own_steps(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, tuple[int, ...]]:
    own = layout.copy()
    own["section"] = 0
    ordered, _ = building_steps(own, catalogue)
    ends = np.flatnonzero(np.diff(ordered["step"], append=-1)) + 1
    return ordered, tuple(ends.tolist())


def _shape(layout: np.ndarray, catalogue: Catalogue) -> bytes:
    """The same for layouts that differ only by where they are and by quarter turns."""
    distinct = np.array([len(catalogue.turns(part)) for part in layout["part"].tolist()])
    low = np.stack([layout["x"], layout["y"]], axis=1).astype(np.int64)
    high = low + extents(layout, catalogue)[:, :2]
    found = []
    for quarter in range(4):
        corner = low - low.min(axis=0)
        turn = (layout["turn"] + quarter) % distinct
        rows = np.column_stack([layout["z"] - layout["z"].min(), corner, layout["part"], layout["colour"], turn])
        found.append(rows[np.lexsort(rows.T)].tobytes())
        low, high = np.column_stack([-high[:, 1], low[:, 0]]), np.column_stack([-low[:, 1], high[:, 0]])
    return min(found)
