"""A plan's parts as cells that can be covered anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..catalogue.parts import Catalogue, load_parts
from ..errors import BadEdit, BrickprintError
from ..grid import Grid, Surface, units_of, visible
from ..layout import Role, extents, owners
from ..packing.built import Built, built
from ..packing.task import PackingTask
from ..plan import Plan
from ..structure.loads import apart, near
from ..support.removal import is_support
from ..units import PLATES_PER_BRICK


@dataclass(frozen=True)
class Site:
    """The parts of a plan (N), in a grid that holds them all.

    layout: LAYOUT_DTYPE, moved by `low` (3,), in studs, studs and plates, to where the grid begins. shape: of the grid.
    made (P, C) bool: what may be laid. regular (N,) bool: bricks and plates that fill whole units, so that their cells
    can be covered anew; seen (N,) bool: parts that are seen from outside, once supports have come off.
    """

    layout: np.ndarray
    low: np.ndarray
    shape: tuple[int, int, int]
    catalogue: Catalogue
    made: np.ndarray
    regular: np.ndarray

    @cached_property
    def visible(self) -> np.ndarray:
        """(Z, Y, X) bool: cells of the model that are seen."""
        model = self.layout[~is_support(self.layout)]
        return visible(owners(model, self.catalogue, self.shape) >= 0)

    @cached_property
    def seen(self) -> np.ndarray:
        """See the class; supports are seen too."""
        seen = is_support(self.layout)
        seen[self.owner[self.visible]] = True
        return seen

    @cached_property
    def owner(self) -> np.ndarray:
        """(Z, Y, X): the part on each cell, -1 for none."""
        return owners(self.layout, self.catalogue, self.shape)

    def grid(self, rows: np.ndarray) -> Grid:
        """The cells of some regular parts (N,) bool; what is seen of them has their colours."""
        taken = np.append(rows, False)[self.owner]
        low_plates = np.append(rows & (extents(self.layout, self.catalogue)[:, 2] == 1), False)[self.owner]
        plates = low_plates.reshape(-1, PLATES_PER_BRICK, *self.shape[1:]).any(axis=1)
        cells = np.argwhere(taken & self.visible).astype(np.int32)
        seen, unit = units_of(cells, plates)
        black = np.zeros((len(cells), 3), np.float32)
        surface = Surface(cells, unit, black, seen, black[: len(seen)])
        return Grid(taken, plates, surface, self.layout["colour"][self.owner[tuple(seen.T)]].astype(np.int16))

    def state(self, rows: np.ndarray, held: int = 0) -> Built:
        """Some regular parts, given by number, on their units; held: how many of the first of them stay."""
        chosen = np.zeros(len(self.layout), bool)
        chosen[rows] = True
        return built(self.layout[rows], self.grid(chosen), self.catalogue, held)

    def task(self, rows: np.ndarray, **rest: int | float) -> PackingTask:
        """The cells of some regular parts (N,) bool, to be packed anew."""
        return PackingTask(self.grid(rows), self.catalogue, self.made, **rest)  # type: ignore[arg-type]

    def back(self, layout: np.ndarray) -> np.ndarray:
        """Parts in the grid -> parts in the plan."""
        moved = layout.copy()
        for axis, start in zip("xyz", self.low, strict=True):
            moved[axis] += start
        return moved


def site_of(plan: Plan) -> Site:
    """The site of a plan. Raises BadEdit where parts take each other's place, or lie far from the others."""
    layout, catalogue = plan.layout, plan.catalogue
    sound = in_own_place(plan)
    if not sound.all():
        count = np.count_nonzero(~sound)
        raise BadEdit(
            f"{count} {'part of' if count == 1 else 'parts of'} {plan.name} {'lies' if count == 1 else 'lie'} in the "
            "place of others, or far from them; undo what moved them, or convert the model again."
        )
    low, high = _box(layout, catalogue)
    moved = layout.copy()
    for axis, start in zip("xyz", low, strict=True):
        moved[axis] -= start
    wide, deep, tall = (high - low).tolist()
    return Site(moved, low, (tall, deep, wide), catalogue, _made(plan), _regular(layout, catalogue))


def in_own_place(plan: Plan) -> np.ndarray:
    """(N,) bool: parts that take no cell of an earlier one, and do not lie far from the others."""
    sound = near(plan.layout)
    sound[sound] = apart(plan.layout[sound], plan.catalogue)
    return sound


def _box(layout: np.ndarray, catalogue: Catalogue) -> tuple[np.ndarray, np.ndarray]:
    """The corners of the grid, which begins and ends with brick layers."""
    corners = np.stack([layout[axis] for axis in "xyz"], axis=1).reshape(-1, 3).astype(np.int64)
    if not len(corners):
        return np.zeros(3, np.int64), np.array([1, 1, PLATES_PER_BRICK])
    low, high = corners.min(axis=0), (corners + extents(layout, catalogue)).max(axis=0)
    low[2] -= low[2] % PLATES_PER_BRICK
    high[2] += -(high[2] - low[2]) % PLATES_PER_BRICK
    return low, high


def _regular(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    brick, plate = (np.isin(layout["part"], catalogue.packable(plates)) for plates in (PLATES_PER_BRICK, 1))
    return plate | (brick & (layout["z"] % PLATES_PER_BRICK == 0))


def _made(plan: Plan) -> np.ndarray:
    """(P, C) bool: of the parts that the model may be built from, in which colours they were made."""
    made = plan.catalogue.made_in(plan.palette)
    try:
        chosen = load_parts(str(plan.settings.get("parts", "all"))).parts
    except BrickprintError:  # the file of the part set is gone
        return made
    own = np.array([part in chosen for part in plan.catalogue.parts], bool)
    own[plan.layout["part"][plan.layout["role"] == Role.MODEL]] = True
    made[~own] = False
    return made
