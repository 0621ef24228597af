"""Pieces picked in a finished mosaic: their studs, what is set of them by hand, and the mosaic made again with it."""

from __future__ import annotations

import numpy as np

from ..catalogue.colours import Colour
from ..catalogue.part_lists import shortened
from ..editing.renewing import Edited
from ..errors import BadEdit
from ..layout import Role, footprint_cells
from ..plan import CHANGES, Plan
from ..progress import SILENT, Progress
from ..settings import Settings
from .by_hand import NOTHING_BY_HAND, by_hand_of, set_at, without
from .making import MosaicMaking
from .settings import MosaicSettings


def coloured(plan: Plan, rows: np.ndarray, colour: str) -> np.ndarray:
    """The studs set by hand (N,) once those of the picked parts are in a colour, by its name. Raises BadEdit."""
    places, _ = _picked_studs(plan, rows)
    codes = {each.name: each.ldraw for each in plan.palette.colours if each.name in plan.report["mosaic"]["studs"]}
    if colour not in codes:
        raise BadEdit(f"{plan.name} has no studs in {colour}; choose another colour, or add it to the mosaic's studs.")
    return set_at(by_hand_of(plan.settings), places, "colour", codes[colour])


def lifted(plan: Plan, rows: np.ndarray, by: int) -> np.ndarray:
    """The studs set by hand (N,) once those of the picked parts are higher by some levels, as far as there are levels.

    Raises BadEdit for a flat mosaic, or where none can move.
    """
    places, levels = _picked_studs(plan, rows)
    highest = MosaicSettings.from_values(plan.settings).relief - 1
    if highest < 0:
        raise BadEdit(f"{plan.name} is flat; choose levels for a relief first.")
    moved = np.clip(levels + by, 0, highest)
    moves = moved != levels
    if not moves.any():
        end = f"the highest level, {highest}" if by > 0 else "the lowest level, 0"
        raise BadEdit(f"All picked studs are at {end}, already; pick others.")
    return set_at(by_hand_of(plan.settings), places[moves], "level", moved[moves])


def as_found(plan: Plan, rows: np.ndarray) -> np.ndarray:
    """The studs set by hand (N,) without those of the picked parts; where none is picked, none.

    Raises BadEdit where that changes nothing.
    """
    by_hand = by_hand_of(plan.settings)
    left = without(by_hand, _picked_studs(plan, rows)[0]) if rows.any() else NOTHING_BY_HAND
    if len(left) == len(by_hand):
        where = "Of the picked studs" if rows.any() else f"Of the studs of {plan.name}"
        raise BadEdit(f"{where} none was picked and set by hand before; all are as the choices want them.")
    return left


def colour_picked(plan: Plan, rows: np.ndarray) -> Colour:
    """The colour of the picked parts. Raises BadEdit where they have several."""
    _picked_studs(plan, rows)
    found = np.unique(plan.layout["colour"][rows & _is_seen(plan)])
    names = [plan.palette.colours[row].name for row in found.tolist()]
    if len(names) > 1:
        raise BadEdit(f"The picked studs have {len(names)} colours: {shortened(names)}; pick studs of one colour.")
    return plan.palette.colours[found[0]]


def is_as_made(plan: Plan) -> bool:
    """Whether a mosaic is as its stages made it: without parts changed or locked by hand in other ways than these."""
    return not plan.report.get(CHANGES) and plan.locked is None


def made_again(
    making: MosaicMaking, plan: Plan, by_hand: np.ndarray, rows: np.ndarray, progress: Progress = SILENT
) -> Edited:
    """A mosaic made again as it was, but with other studs set by hand; picked: what now lies on the picked studs only.

    Only the stages after the colours run, while the making remembers the others. Raises a BrickprintError.
    """
    settings, standing = MosaicSettings.from_values(plan.settings), Settings.from_values(plan.settings)
    made = making.run(settings, standing, progress, by_hand)
    shape = made.size[1], made.size[0]
    chosen = np.zeros(shape, bool)
    if rows.any():
        places, _ = _picked_studs(plan, rows)
        chosen[places[:, 1] - 1, places[:, 0] - 1] = True
    seen = np.flatnonzero(_is_seen(made))
    row, x, y = footprint_cells(made.layout[seen], made.catalogue)
    others = np.bincount(row, ~chosen[shape[0] - 1 - y, x], len(seen))
    picked = np.zeros(len(made.layout), bool)
    picked[seen[others == 0]] = True
    return Edited(made, picked)


def _picked_studs(plan: Plan, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(M, 2) x, y of the studs under the picked pieces, counted from 1 at the upper left; and (M,) their levels."""
    seen = plan.layout[rows & _is_seen(plan)]
    if not len(seen):
        raise BadEdit("No stud of the mosaic is picked; pick some of its pieces first, not the plates below them.")
    row, x, y = footprint_cells(seen, plan.catalogue)
    return np.stack([x + 1, plan.size[1] - y], axis=1), seen["z"][row] - 1


def _is_seen(plan: Plan) -> np.ndarray:
    return plan.layout["role"] == Role.MODEL
