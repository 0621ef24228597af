"""Bricks inside: thicker walls and pillars where covering anew is not enough, and for pieces that hang on nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .bearing import bearing_of
from .covering import lacks_more
from .filling import filled_more, pillar_at, pillars_for_loose, wall_at
from .work import Change, Limits, Work, change_at, parts_in_words

_BETTER = 0.99  # of the need before, that is worth bricks inside
_LOOSE_PIECES = 16  # loose pieces for which no wall is found, after which no more are looked at
_WALLS = (1, 2, 4)  # studs from a loose piece to where walls get thicker, in one try after the other


def with_bricks_inside(work: Work, spots: list[np.ndarray], limits: Limits, rng: np.random.Generator) -> Work:
    """With thicker walls or pillars at some spots, if less clutch is needed then; else as it was."""
    finders: tuple[tuple[str, bool, Callable[[np.ndarray], np.ndarray | None]], ...] = (
        ("Walls one stud thicker inside", True, lambda spot: wall_at(work.site.task, spot)),
        ("Pillars inside", False, lambda spot: pillar_at(work.state, work.site.task, work.bearing, spot)),
    )
    for what, mixed, find in finders:
        found = [cells for cells in map(find, spots) if cells is not None]
        if not found or time.monotonic() > limits.end:
            continue
        anew = _more(work, np.any(found, axis=0), mixed, limits, rng)
        if anew is None:
            continue
        anew = replace(anew, bearing=bearing_of(anew.state.layout, anew.site))
        if anew.bearing.loose > work.bearing.loose or anew.bearing.need >= _BETTER * work.bearing.need:
            continue
        if anew.bears(limits):
            words = f"{what} ({_laid(work, anew)})"
            change = change_at(words, _middle(found), work.bearing.need, anew.bearing.need)
            return replace(anew, changes=(*work.changes, change))
    return work


def _middle(found: list[np.ndarray]) -> np.ndarray:
    """(3,) x, y, z amid the first of some sets of cells (Z, Y, X) bool."""
    return np.argwhere(found[0]).mean(axis=0)[::-1] + (0.5, 0.5, 0)


def with_loose_held(work: Work, limits: Limits, rng: np.random.Generator) -> Work:
    """With thicker walls, or else pillars, that join loose pieces to the others; as it was if all then bears less."""
    here, failed = work, 0
    while time.monotonic() < limits.end and failed < min(_LOOSE_PIECES, int(here.component.max())):
        layout = here.state.layout[here.component == failed + 1]
        anew = _with_wall_to(here, np.array([layout[axis].mean() for axis in "xyz"]), limits, rng)
        failed += anew is here
        here = anew
    cells = pillars_for_loose(here.state, here.site.task, here.component)
    if cells.any() and time.monotonic() < limits.end:
        held = _more(here, cells, False, limits, rng)
        here = _if_fewer_loose("Pillars inside", _middle([cells]), here, held)
    if here is work:
        return work
    here = replace(here, bearing=bearing_of(here.state.layout, here.site))
    return here if here.bears(limits) else work


def _with_wall_to(work: Work, spot: np.ndarray, limits: Limits, rng: np.random.Generator) -> Work:
    for reach in _WALLS:
        cells = wall_at(work.site.task, spot, reach)
        if cells is not None:
            anew = _if_fewer_loose("Walls thicker inside", spot, work, _more(work, cells, True, limits, rng))
            if anew is not work:
                return anew
    return work


def _if_fewer_loose(what: str, spot: np.ndarray, work: Work, anew: Work | None) -> Work:
    held = 0 if anew is None else work.loose - anew.loose
    if anew is None or held <= 0:
        return work
    words = f"{what} ({_laid(work, anew)}) hold {parts_in_words(held)} that hung on nothing"
    x, y, z = spot.tolist()
    return replace(anew, changes=(*work.changes, Change(words, (x, y, z), -np.inf, 1 - work.bearing.need)))


def _laid(work: Work, anew: Work) -> str:
    more = len(anew.state.layout) - len(work.state.layout)
    return f"{parts_in_words(abs(more))} {'fewer' if more < 0 else 'more'}"


def _more(work: Work, cells: np.ndarray, mixed: bool, limits: Limits, rng: np.random.Generator) -> Work | None:
    """With bricks in some cells, its bearing as before; None where there would be too many parts or more pieces."""
    task = work.site.task
    filled = filled_more(work.state, task, cells, rng, mixed)
    if filled is None or len(filled.state.layout) > limits.most_inside:
        return None
    if int(filled.state.pieces().max()) > int(work.state.pieces().max()):
        return None
    if lacks_more(filled.state.layout, work.state.layout, task):
        return None
    return replace(work, state=filled.state, site=replace(work.site, task=filled.task))
