"""What can be done with chosen parts by hand. Each change gives the plan as it is then, and the parts to go on with.

Locked parts are refused, and cells outside the chosen parts stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from ..errors import BadEdit
from ..packing.recovering import Candidates
from ..packing.stacking import plates_to_bricks
from ..plan import Plan
from .covering import covered_anew, groups_of, in_place
from .renewing import Edited, renewed
from .site import Site, site_of

Into = Literal["halves", "ones"]
_A_PART = 1e7  # what one more part costs, against unequal or long ones


def recoloured(plan: Plan, rows: np.ndarray, colour: int, split: bool = False) -> Edited:
    """The chosen parts (N,) bool in another colour of the palette.

    split: parts that were never made in it are split into those that were; else BadEdit is raised. Raises BadEdit.
    """
    _require_free(plan, rows)
    made = plan.catalogue.made_in(plan.palette)
    unmade = rows & ~made[plan.layout["part"], colour]
    painted = plan.layout.copy()
    painted["colour"][rows] = colour
    if not unmade.any():
        return renewed(plan, painted, locks_of(plan), rows)
    word = plan.palette.colours[colour].name
    named = _named(plan, unmade)
    if not split:
        raise BadEdit(f"{named} not made in {word}; choose another colour, or Recolour and Split.")
    site = site_of(plan)
    windows = [np.array([row]) for row in np.flatnonzero(unmade & site.regular)]
    wanted = np.full(len(painted), colour)
    anew = covered_anew(site, windows, wanted, _fewest) if windows else None
    if anew is None or not anew.done.all() or (unmade & ~site.regular).any():
        raise BadEdit(f"{named} not made in {word}, nor are smaller parts; choose another colour.")
    site.layout["colour"][rows] = colour
    return _exchanged(plan, site, unmade, anew.new, anew.of, rows)


def split(plan: Plan, rows: np.ndarray, into: Into) -> Edited:
    """The chosen parts (N,) bool in smaller ones of their colour: two like halves where there are, or all 1x1.

    Those that are 1x1 stay. Raises BadEdit.
    """
    _require_free(plan, rows)
    site = site_of(plan)
    windows = [np.array([row]) for row in np.flatnonzero(rows & site.regular)]
    if not windows:
        raise BadEdit(f"{_named(plan, rows)} no brick or plate that can be split; choose others.")
    # What nobody sees may change its colour where it has to.
    anew = covered_anew(site, windows, site.layout["colour"], _CHOICES[into])
    if not anew.done.all():
        hidden = covered_anew(site, windows, None, _CHOICES[into])
        anew = hidden if hidden.done.sum() > anew.done.sum() else anew
    if not anew.done.any():
        raise BadEdit(f"There are no smaller parts in the colour of what was chosen: {_named(plan, rows)} too small.")
    gone = np.zeros(len(plan.layout), bool)
    gone[[int(window[0]) for window, done in zip(windows, anew.done, strict=True) if done]] = True
    return _exchanged(plan, site, gone, anew.new, anew.of, rows)


def merged(plan: Plan, rows: np.ndarray) -> Edited:
    """The chosen parts (N,) bool in fewer ones on the same cells, whose colours stay where they are seen.

    Three like plates that fill a brick layer become a brick. Raises BadEdit where no fewer do.
    """
    _require_free(plan, rows)
    if np.count_nonzero(rows) < 2:
        raise BadEdit("One part can't be merged; choose more.")
    site = site_of(plan)
    windows = groups_of(site, np.flatnonzero(rows & site.regular))
    gone = np.zeros(len(plan.layout), bool)
    new, of = site.layout[:0], np.zeros(0, np.intp)
    if windows:
        gone[np.concatenate(windows)] = True
        new, of = _stacked(site, *_fewer(site, windows))
    if len(new) >= np.count_nonzero(gone):
        raise BadEdit(
            f"{np.count_nonzero(rows)} parts can't be merged, as no fewer have their shape and their colours; choose "
            "bricks or plates side by side in one colour."
        )
    return _exchanged(plan, site, gone, new, of, rows)


def _fewer(site: Site, windows: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """As `Anew.new` and `Anew.of`, of windows; where no fewer parts do, the old ones."""
    anew = covered_anew(site, windows, None, _fewest)
    window_of = np.full(len(site.layout), -1)
    for number, window in enumerate(windows):
        window_of[window] = number
    count = np.bincount(window_of[anew.of], minlength=len(windows))
    better = anew.done & (count < [len(window) for window in windows])
    fresh = better[window_of[anew.of]]
    old = np.flatnonzero((window_of >= 0) & ~better[window_of])
    return np.concatenate([anew.new[fresh], site.layout[old]]), np.concatenate([anew.of[fresh], old])


def _stacked(site: Site, new: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """New parts, three like plates of one role and section as bricks, and the rows in whose place they are."""
    kept, rows = [], []
    kind = np.stack([new["role"], new["section"]], axis=1)
    for one in np.unique(kind, axis=0):
        mine = np.flatnonzero((kind == one).all(axis=1))
        # The step, which is found anew anyway, carries the number of each part.
        numbered = new[mine]
        numbered["step"] = mine
        whole = plates_to_bricks(numbered, site.catalogue, site.made)
        rows.append(of[whole["step"]])
        kept.append(whole)
    return np.concatenate(kept), np.concatenate(rows)


def deleted(plan: Plan, rows: np.ndarray) -> Edited:
    """The plan without the chosen parts (N,) bool. Raises BadEdit."""
    _require_free(plan, rows)
    if rows.all():
        raise BadEdit(f"Nothing would be left of {plan.name}; delete fewer parts, or remove the model.")
    left = plan.layout[~rows]
    return renewed(plan, left, locks_of(plan)[~rows], np.zeros(len(left), bool))


def locked(plan: Plan, rows: np.ndarray, lock: bool) -> Edited:
    """The plan with the chosen parts (N,) bool locked, or not any more. Raises BadEdit."""
    _require_some(rows)
    marks = np.where(rows, lock, locks_of(plan))
    return Edited(replace(plan, locked=marks if marks.any() else None), rows)


def locks_of(plan: Plan) -> np.ndarray:
    """(N,) bool: which parts are locked."""
    return np.zeros(len(plan.layout), bool) if plan.locked is None else plan.locked


def _exchanged(plan: Plan, site: Site, gone: np.ndarray, new: np.ndarray, of: np.ndarray, rows: np.ndarray) -> Edited:
    """The plan with new parts in the place of some; to go on with: these, and the other chosen ones."""
    layout = site.back(in_place(site, gone, new, of))
    marks = np.concatenate([locks_of(plan)[~gone], np.zeros(len(new), bool)])
    return renewed(plan, layout, marks, np.concatenate([rows[~gone], np.ones(len(new), bool)]))


def _fewest(candidates: Candidates, _: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = len(candidates.placements)
    return np.ones(count, bool), np.ones(count)


def _halves(candidates: Candidates, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parts smaller than the whole; few, then of like size, then compact."""
    area, wide, deep = (candidates.placements[name].astype(float) for name in ("area", "wide", "deep"))
    return area < cells, _A_PART + 100 * area**2 + wide + deep


def _ones(candidates: Candidates, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    area = candidates.placements["area"]
    return (area == 1) & (cells > 1), np.ones(len(area))


_CHOICES = {"halves": _halves, "ones": _ones}


def _require_some(rows: np.ndarray) -> None:
    if not rows.any():
        raise BadEdit("No part is chosen; pick parts first.")


def _require_free(plan: Plan, rows: np.ndarray) -> None:
    _require_some(rows)
    stay = rows & locks_of(plan)
    if stay.any():
        raise BadEdit(f"{_named(plan, stay)} locked; unlock them first, or choose others.")


def _named(plan: Plan, rows: np.ndarray) -> str:
    """How many parts, and the first of them, with the verb."""
    chosen = np.flatnonzero(rows)
    part = plan.layout[chosen[0]]
    first = f"{plan.catalogue.parts[part['part']].name} at stud {part['x'] + 1}, {part['y'] + 1}, plate {part['z'] + 1}"
    return f"{first} is" if len(chosen) == 1 else f"{len(chosen)} parts (the first: {first}) are"
