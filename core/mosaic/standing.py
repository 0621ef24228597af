"""Whether a mosaic stands: its sections are not joined, so each is asked by itself, and equal ones once."""

from __future__ import annotations

import numpy as np

from ..building import Proved
from ..catalogue.parts import Catalogue
from ..progress import Progress
from ..settings import Settings
from ..structure.demand import demand_of, situations
from ..structure.sections import sections_of
from ..structure.statics.prefixes import certify_sections
from ..structure.statics.verdict import Stability, Verdict, assess_all

_PLACED = ("part", "x", "y", "z", "turn")  # what the statics of a part depend on
_WORST_FIRST = (Verdict.FALLS, Verdict.NOT_CERTIFIED, Verdict.STANDS)


def mosaic_stands(layout: np.ndarray, catalogue: Catalogue, standing: Settings, progress: Progress) -> Proved:
    """The statics of a layout whose sections stand on base plates of their own, as far as `standing` asks for it."""
    if standing.prove == "none":
        return Proved()
    demand = demand_of(standing)
    whole, steps = (progress.part(progress.stage, half, 0.5) for half in (0.0, 0.5))
    if demand.weights:  # they lie on the highest parts of all sections together
        asked = situations(demand, layout, catalogue)
        stability = assess_all(layout, catalogue, asked, standing.safety, whole)
    else:
        stability = _by_sections(layout, catalogue, standing, whole)
    if standing.prove == "model":
        return Proved(stability)
    return Proved(stability, certify_sections(layout, catalogue, demand.while_built, standing.safety, steps))


def _by_sections(layout: np.ndarray, catalogue: Catalogue, standing: Settings, progress: Progress) -> Stability:
    kept: dict[bytes, Stability] = {}
    found = list[Stability]()
    sections = sections_of(layout)
    for number, rows in enumerate(sections):
        own = layout[rows].copy()
        own["x"] -= own["x"].min()
        own["y"] -= own["y"].min()
        key = b"".join(own[name].tobytes() for name in _PLACED)
        if key not in kept:
            part = progress.part(progress.stage, number / len(sections), 1 / len(sections))
            asked = situations(demand_of(standing), own, catalogue)
            kept[key] = assess_all(own, catalogue, asked, standing.safety, part)
        found.append(kept[key])
    back = np.argsort(np.concatenate(sections))
    loose, utilisation, residual = (
        np.concatenate([getattr(each, name) for each in found])[back] for name in ("loose", "utilisation", "residual")
    )
    word = min((each.verdict for each in found), key=_WORST_FIRST.index)
    return Stability(word, min(each.margin for each in found), loose, utilisation, residual)
