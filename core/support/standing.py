"""Asks the statics what supports should hold besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..catalogue.parts import Catalogue
from ..progress import SILENT, Progress
from ..structure.links import stud_links
from ..structure.statics.certificate import certify, falling
from ..structure.statics.equilibrium import UPRIGHT, Situation, model_of, part_of_model
from ..structure.statics.prefixes import Prefixes, falling_while_built
from ..structure.statics.rigid import toppling

# (N,): how fast parts fall that nothing holds in balance, the fastest 1; all 0 where the layout is certified to stand.
Unbalanced = Callable[[np.ndarray, Catalogue], np.ndarray]
Order = Callable[[np.ndarray, Catalogue], tuple[np.ndarray, np.ndarray]]  # the layout in steps, and its rows before


def unbalanced_parts(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> np.ndarray:
    """(N,) 1 for loose parts; of the others, where no balance is found for them, how fast they fall, the fastest 1.

    safety: only 1 / safety of the clutch may be used. Raises Cancelled.
    """
    fast = stud_links(layout, catalogue).floating.astype(float)
    held = np.flatnonzero(fast == 0)
    model, _ = part_of_model(model_of(layout, catalogue, situation), held)
    fast[held] = toppling(model, 1 / safety)
    if not fast[held].any():
        fast[held] = falling(model, certify(model, 1 / safety, progress=progress))
    return fast


def unbalanced_in(
    layout: np.ndarray,
    catalogue: Catalogue,
    situations: Sequence[Situation],
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> np.ndarray:
    """(N,) what `unbalanced_parts` says of the first situation in which some fall. Raises Cancelled."""
    fast = np.zeros(len(layout))
    for situation in situations:
        fast = unbalanced_parts(layout, catalogue, situation, safety, progress)
        if fast.any():
            break
    return fast


def topples(layout: np.ndarray, catalogue: Catalogue, situation: Situation = UPRIGHT, safety: float = 1.0) -> bool:
    """Whether nothing is loose, and all would fall even as one body: only other feet or supports can help."""
    if stud_links(layout, catalogue).floating.any():
        return False
    return bool(toppling(model_of(layout, catalogue, situation), 1 / safety).any())


def unbalanced_while_built(
    layout: np.ndarray,
    catalogue: Catalogue,
    order: Order,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> tuple[np.ndarray, Prefixes | None]:
    """(N,) how fast parts fall after some step of building, the fastest of a step 1; and, if none do, the steps.

    order: in which the layout is built. Raises Cancelled.
    """
    ordered, rows = order(layout, catalogue)
    fast = np.zeros(len(layout))
    fast[rows], found = falling_while_built(ordered, catalogue, situation, safety, progress)
    return fast, found
