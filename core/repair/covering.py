"""A weak place covered anew: window after window, each kept only when the place then needs less clutch."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from ..packing.built import Built
from ..packing.recovering import PART, candidates_of, cheapest_cover, meeting, recovered
from ..packing.shortage import count, shortage
from ..packing.task import PackingTask
from ..structure.statics.certificate import State, least_clutch
from ..structure.statics.contacts import GROUND
from ..structure.statics.equilibrium import Model
from .bearing import Place, Site, lift_of, model_at, tension
from .strains import Strains, strains_of
from .work import Limits

# How far windows reach around a joint in each try, in studs; after each success they begin anew.
_REACHES = (1, 2, 2, 3, 3, 4, 5, 6, 3, 4)
_LARGEST = 160  # units of a window
_LOOSE = 2 * PART  # what a piece costs that nothing ties
_SPAN = (0.4, 1.5)  # what spanning the widest gap is worth, in parts, in one try and the next
_FADES = 0.7  # of a gap from one success to the next, as a place must not give way there again
_WORST = 0.9  # of the greatest tension, from which on a joint is as weak as the weakest
_BETTER = 0.99  # of the need before, that is worth a change
_SECONDS = 1.0  # for one integer program


@dataclass(frozen=True)
class Mended:
    """The layout and the place in it after some tries, what the place needed and needs, and how many parts came."""

    state: Built
    place: Place
    before: float
    after: float
    changed: int = 0
    laid: int = 0


def covered_anew(state: Built, place: Place, site: Site, limits: Limits, rng: np.random.Generator) -> Mended:
    """The layout with windows of one place covered anew, as far as the place then needs less clutch.

    Cells and colours stay, pieces and what the stock lacks do not grow. Ends when no try of a row helps.
    """
    bears = model_at(place, state.layout, site)
    found = least_clutch(bears)
    mended = Mended(state, place, place.need(found), place.need(found))
    if mended.before <= limits.need:
        return mended
    strains, number, known = _strains(mended, bears, found), 0, {_signature(state.layout)}
    while number < len(_REACHES) and mended.after > limits.need and time.monotonic() < limits.end:
        anew = _tried(mended, site.task, _windows(mended, bears, found, number, rng), strains, number, limits, rng)
        number += 1
        cover = b"" if anew is None else _signature(anew.state.layout)
        if anew is None or cover in known:
            continue
        known.add(cover)
        model = model_at(anew.place, anew.state.layout, site)
        now = least_clutch(model)
        need = anew.place.need(now)
        if need < _BETTER * mended.after:
            mended, bears, found, number = replace(anew, after=need), model, now, 0
            known.clear()
            strains = strains.faded(_strains(mended, bears, found), _FADES)
    return mended


def _signature(layout: np.ndarray) -> bytes:
    """The same for layouts with the same parts at the same places."""
    return np.sort(layout[["z", "y", "x", "part", "turn"]]).tobytes()


def _strains(mended: Mended, bears: Model, found: State) -> Strains:
    return strains_of(mended.state, mended.place.rows, bears, lift_of(bears, found))


def _windows(mended: Mended, bears: Model, found: State, number: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Units around one of the weakest joints: those on the level above it, below it, or both, by turns."""
    tense = tension(bears, found.force)
    if not tense.max(initial=0.0):
        return []
    spring = int(rng.choice(np.flatnonzero(tense >= _WORST * tense.max())))
    x, y = np.floor(bears.springs.place[spring, :2])
    state, place = mended.state, mended.place
    ends = {0: [bears.springs.second], 1: [bears.springs.first]}.get(
        number % 3, [bears.springs.second, bears.springs.first]
    )
    replaceable = np.zeros(len(state.layout), bool)
    replaceable[place.rows[place.inner]] = True
    windows = []
    for part in (int(end[spring]) for end in ends):
        if part == GROUND:
            continue
        own = np.flatnonzero(state.owner == place.rows[part])
        under = own[(state.units.x[own] == x) & (state.units.y[own] == y)]
        window = state.window(under, _REACHES[number])
        window = window[replaceable[state.owner[window]]]
        if 0 < len(window) <= _LARGEST:
            windows.append(window)
    return windows


def _tried(
    mended: Mended,
    task: PackingTask,
    windows: list[np.ndarray],
    strains: Strains,
    number: int,
    limits: Limits,
    rng: np.random.Generator,
) -> Mended | None:
    """With the windows covered anew; None where that gives nothing new, more pieces, or too many parts."""
    if not windows:
        return None
    state = mended.state
    gone = np.zeros(len(state.layout), bool)
    gone[state.owner[np.concatenate(windows)]] = True
    around = state.units.around(state.pieces(gone)[state.owner])
    candidates = candidates_of(task, state.units, windows)
    met = meeting(candidates.owner, candidates.unit, around)
    bonus = _SPAN[number % 2] * PART * strains.spanned(candidates)
    loose = np.full(len(candidates.placements), _LOOSE)
    seconds = min(_SECONDS, limits.end - time.monotonic())
    chosen = cheapest_cover(candidates, met, loose, rng, seconds, bonus)
    if not len(chosen):
        return None
    anew = recovered(state, windows, candidates, chosen, np.ones(len(windows), bool))
    if len(anew.layout) > max(limits.most, len(state.layout)) or int(anew.pieces().max()) > int(state.pieces().max()):
        return None
    if lacks_more(anew.layout, state.layout, task):
        return None
    return Mended(
        anew,
        _with_others(mended.place, gone, len(chosen)),
        mended.before,
        mended.after,
        mended.changed + int(gone.sum()),
        mended.laid + len(chosen),
    )


def lacks_more(anew: np.ndarray, layout: np.ndarray, task: PackingTask) -> bool:
    """Whether a new layout lacks more parts of the task's stock, if there is one, than the layout before."""
    if task.stock is None:
        return False
    return count(shortage(anew, task.stock)) > count(shortage(layout, task.stock))


def _with_others(place: Place, gone: np.ndarray, new: int) -> Place:
    """The place in the layout from which some parts (N,) bool went and to whose end new ones came."""
    number = np.cumsum(~gone) - 1
    stays = ~gone[place.rows]
    rows = np.concatenate([number[place.rows[stays]], np.count_nonzero(~gone) + np.arange(new)])
    outside = np.concatenate([place.outside[stays], np.zeros((new, place.outside.shape[1]))])
    inner = np.append(place.inner[stays], np.ones(new, bool))
    anchor = int(np.count_nonzero(stays[: place.anchor])) if place.anchor >= 0 else -1
    return replace(place, rows=rows, outside=outside, inner=inner, anchor=anchor)
