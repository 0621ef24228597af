"""Makes a layout stand by itself: weak places are covered anew; where that is not enough, bricks are put inside."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from ..grid import Grid
from ..packing.built import built
from ..packing.hidden import colour_hidden
from ..packing.shortage import coloured_from_stock
from ..packing.task import PackingTask
from ..progress import SILENT, Progress
from ..structure.statics.equilibrium import UPRIGHT, Situation
from .bearing import Place, Site, bearing_of, decisive, place_at
from .covering import Mended, covered_anew
from .inside import with_bricks_inside, with_loose_held
from .work import WORSE, Change, Limits, Work, change_at, parts_in_words

_MORE_PARTS = 0.01  # share of the parts that may be added by covering anew
_MORE_INSIDE = 0.03  # the same with bricks inside
_FEW = 2  # parts that may be added to a model however small
_ROUNDS = 24
_AT_ONCE = 8  # places of a round
_DECIDES = 0.05  # of the multiplier of the point that decides most, from which on a place is looked at
_JOINED = 1.05  # how much more clutch may be needed once loose parts weigh on the others
# Seconds after which no search begins, at most: about what the best packer takes.
_SECONDS, _SECONDS_A_PART = 2.0, 1 / 400


@dataclass(frozen=True)
class Repaired:
    """The layout and its cells after repair, every change, and the margin (`Stability.margin`) before and after."""

    layout: np.ndarray
    grid: Grid
    changes: tuple[Change, ...]
    before: float
    after: float


def repaired(
    layout: np.ndarray,
    task: PackingTask,
    safety: float = 1.0,
    situation: Situation = UPRIGHT,
    progress: Progress = SILENT,
) -> Repaired:
    """The layout, mended until it stands with 1 / safety of the clutch, or nothing more is found.

    The layout covers task.grid; so does the result, whose grid may have more cells inside. Colours that show stay, and
    there are no more pieces. The share of the clutch that is needed, 1 - margin, never grows by more than two searches
    for the same differ (0.2 %), but where loose parts, which the margin leaves out, are held then (5 %). Parts grow by
    1 % by covering anew, and by 3 % with bricks inside. Loads of the situation are given by place. No search begins
    that would end after task.deadline, or after some seconds by the number of parts; only where this time runs out, the
    result depends on the machine. Raises Cancelled.
    """
    began = time.monotonic()
    if not len(layout):
        return Repaired(layout, task.grid, (), -np.inf, -np.inf)
    site, little = Site(task, situation), 1 / safety
    first = bearing_of(layout, site, progress.part(progress.stage, 0.0, 0.1))
    before = 1 - first.need
    nothing = Repaired(layout, task.grid, (), before, before)
    if not first.loose and first.need <= little:
        return nothing
    # What hung on nothing has weight too, once it is held.
    whole = max(first.need, little) * _JOINED if first.loose else first.need * (1 + WORSE)
    # A search that begins should end in time as well.
    search = time.monotonic() - began
    end = began + min(task.deadline, _SECONDS + _SECONDS_A_PART * len(layout)) - search
    most, most_inside = (int(len(layout) * (1 + more)) + _FEW for more in (_MORE_PARTS, _MORE_INSIDE))
    limits = Limits(little, whole, most, most_inside, end)
    work = Work(built(layout, task.grid, task.catalogue), site, first)
    rng = np.random.default_rng(task.seed)
    if first.loose:
        work = with_loose_held(work, limits, rng)
    work = _strengthened(work, limits, rng, progress.part(progress.stage, 0.1, 0.9))
    if not work.changes:
        return nothing
    last = bearing_of(work.state.layout, replace(work.site, given_up=()))
    if last.need > whole:
        return nothing
    return Repaired(_coloured(work), work.site.task.grid, work.changes, before, 1 - last.need)


def _coloured(work: Work) -> np.ndarray:
    layout, task = work.state.layout, work.site.task
    if task.stock is not None:
        return coloured_from_stock(layout, task.stock)
    return colour_hidden(layout, task.catalogue, task.made)


def _strengthened(work: Work, limits: Limits, rng: np.random.Generator, progress: Progress) -> Work:
    """Rounds in which the places that decide are covered anew, or get bricks inside, or are given up.

    So what is weak besides them decides in the next round.
    """
    for turn in range(_ROUNDS):
        need = work.bearing.need
        progress.at(turn / _ROUNDS, f"{need:.2f} of the clutch is needed")
        if need <= limits.need or time.monotonic() > limits.end:
            break
        places = _places(work)
        if not places:
            break
        anew = _covered(work, places, limits, rng)
        if anew is work:
            anew = with_bricks_inside(work, [place.spot for place in places], limits, rng)
        if anew is work and time.monotonic() > limits.end:
            break
        if anew is work:
            site = replace(work.site, given_up=(*work.site.given_up, *(place.spot for place in places)))
            anew = replace(work, site=site, bearing=bearing_of(work.state.layout, site))
        work = anew
    return work


def _covered(work: Work, places: list[Place], limits: Limits, rng: np.random.Generator) -> Work:
    """With some places covered anew, if some need less clutch then, and the whole no more; else as it was."""
    tried = _mended_places(work, places, limits, rng)
    better = [one for one in tried if one.after < one.before]
    if not better:
        return work
    state = better[-1].state
    bearing = bearing_of(state.layout, work.site)
    if bearing.need > work.bearing.need * (1 + WORSE) or bearing.loose > work.bearing.loose:
        return work
    return replace(work, state=state, bearing=bearing, changes=(*work.changes, *map(_change_of, better)))


def _change_of(mended: Mended) -> Change:
    what = f"{parts_in_words(mended.changed)} laid anew as {mended.laid}"
    return change_at(what, mended.place.spot, mended.before, mended.after)


def _mended_places(work: Work, places: list[Place], limits: Limits, rng: np.random.Generator) -> list[Mended]:
    """Places without common parts, each covered anew in the layout that the one before left."""
    state, found = work.state, []
    # Parts that stay are found again by their first units.
    first = np.unique(state.owner, return_index=True)[1]
    for place in places:
        now = replace(place, rows=state.owner[first[place.rows]])
        found.append(covered_anew(state, now, work.site, limits, rng))
        state = found[-1].state
    return found


def _places(work: Work) -> list[Place]:
    """Places without common parts around the joints that decide how much clutch is needed, the foremost first."""
    bearing, layout = work.bearing, work.state.layout
    decides = decisive(bearing.model, bearing.state)
    taken = np.zeros(len(layout), bool)
    found: list[Place] = []
    for spring in np.argsort(-decides, kind="stable").tolist():
        if decides[spring] <= _DECIDES * decides.max() or len(found) == _AT_ONCE:
            break
        if taken[bearing.rows[bearing.model.springs.second[spring]]]:
            continue
        place = place_at(spring, bearing, layout, work.site)
        if not taken[place.rows].any():
            found.append(place)
        taken[place.rows] = True
    return found
