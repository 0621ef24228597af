"""Asks the statics what supports should hold besides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..catalogue.parts import Catalogue
from ..progress import SILENT, Progress
from ..structure.links import stud_links
from ..structure.statics.certificate import certify
from ..structure.statics.equilibrium import UPRIGHT, Situation, model_of, part_of_model

# (N,) bool: parts that nothing holds in balance; none where the layout is certified to stand.
Unbalanced = Callable[[np.ndarray, Catalogue], np.ndarray]
_SHARE = 0.1  # of the greatest imbalance: parts with less follow those with more


def unbalanced_parts(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> np.ndarray:
    """(N,) bool: loose parts, and those that the search for a balance leaves furthest out of it; none if it stands.

    safety: only 1 / safety of the clutch may be used. Raises Cancelled.
    """
    weak = stud_links(layout, catalogue).floating.copy()
    held = np.flatnonzero(~weak)
    model, _ = part_of_model(model_of(layout, catalogue, situation), held)
    state = certify(model, 1 / safety, progress=progress)
    if not state.balanced:
        weak[held] = state.residual > _SHARE * state.residual.max()
    return weak
