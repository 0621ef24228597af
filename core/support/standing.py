"""Asks the statics what supports should hold besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..catalogue.parts import Catalogue
from ..progress import SILENT, Progress
from ..structure.links import stud_links
from ..structure.statics.certificate import certify
from ..structure.statics.equilibrium import UPRIGHT, Situation, model_of, part_of_model
from ..structure.statics.prefixes import Prefixes, certify_sections
from ..structure.statics.rigid import toppling

# (N,) bool: parts that nothing holds in balance; none where the layout is certified to stand.
Unbalanced = Callable[[np.ndarray, Catalogue], np.ndarray]
Order = Callable[[np.ndarray, Catalogue], tuple[np.ndarray, np.ndarray]]  # the layout in steps, and its rows before


def unbalanced_parts(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> np.ndarray:
    """(N,) bool: loose parts, and those that fall fastest where the search finds no balance; none if it stands.

    safety: only 1 / safety of the clutch may be used. Raises Cancelled.
    """
    weak = stud_links(layout, catalogue).floating.copy()
    held = np.flatnonzero(~weak)
    model, _ = part_of_model(model_of(layout, catalogue, situation), held)
    weak[held] = toppling(model, 1 / safety)
    if not weak[held].any():
        weak[held] = certify(model, 1 / safety, progress=progress).falling()
    return weak


def unbalanced_in(
    layout: np.ndarray,
    catalogue: Catalogue,
    situations: Sequence[Situation],
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> np.ndarray:
    """(N,) bool: what `unbalanced_parts` says of the first situation in which it finds some. Raises Cancelled."""
    weak = np.zeros(len(layout), bool)
    for situation in situations:
        weak = unbalanced_parts(layout, catalogue, situation, safety, progress)
        if weak.any():
            break
    return weak


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
) -> tuple[np.ndarray, Prefixes]:
    """(N,) bool: parts that are furthest out of balance after steps of building; and which of these stand.

    Of steps that follow each other and do not stand, the last is looked at, which has the most to bear. order: in
    which the layout is built. Raises Cancelled.
    """
    ordered, rows = order(layout, catalogue)
    found = certify_sections(ordered, catalogue, situation, safety, progress)
    weak = np.zeros(len(layout), bool)
    failing = np.flatnonzero(~found.certified)
    for step in failing[np.diff(failing, append=-1) != 1].tolist():
        section = ordered["section"][np.searchsorted(ordered["step"], step)]
        laid = np.flatnonzero((ordered["step"] <= step) & (ordered["section"] == section))
        built = ordered[laid]
        out = unbalanced_parts(built, catalogue, situation, safety, progress) & ~stud_links(built, catalogue).floating
        weak[rows[laid[out]]] = True
    return weak, found
