"""The balance of all parts: A f + b = 0, five rows a part (the forces x, y, z, and the torques about x and y).

Torques are divided by the pitch, so every row is in N and levers are in pitches. Turning about the upright axis is
left out: a single stud would not hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix

from ...catalogue.parts import Catalogue
from ...errors import BadSetting
from ...layout import extents, footprint_cells
from .constants import CONSTANTS, Constants
from .contacts import GROUND, Kind, Springs, X, Y, Z, springs_of

ROWS = 5
GRAMS_PER_KILOGRAM = 1000.0
# Of a force along each axis: its force row, and the torque rows it has, with the lever's axis and sign.
_TORQUES = {
    X: ((4, Z, 1.0), (5, Y, -1.0)),
    Y: ((3, Z, -1.0), (5, X, 1.0)),
    Z: ((3, Y, 1.0), (4, X, -1.0)),
}


@dataclass(frozen=True)
class Load:
    """A weight put upon the model: grams, on the middle of a part, or on what is topmost at x, y (in pitches)."""

    grams: float
    part: int | None = None
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class Situation:
    """What the model has to bear.

    ground_holds: the lowest studs are held, as on a baseplate; else they only rest on a table. down: the direction of
    gravity, (0, 0, -1) upright; other lengths mean stronger or weaker gravity. loads: weights put upon it.
    """

    ground_holds: bool = True
    down: tuple[float, float, float] = (0.0, 0.0, -1.0)
    loads: Sequence[Load] = ()


UPRIGHT = Situation()


@dataclass(frozen=True)
class Model:
    """Springs and weights of a layout of N parts.

    matrix (5 N, F): A; weight (5 N,): b, in N; pull (F,): largest force against the spring's sense, in N: the clutch
    at points, none at presses, any at shears. middle (N, 3): the parts' centroids, in pitches.
    """

    springs: Springs
    matrix: csc_matrix
    weight: np.ndarray
    pull: np.ndarray
    middle: np.ndarray

    @property
    def parts(self) -> int:
        """How many."""
        return len(self.weight) // ROWS

    def utilisation(self, force: np.ndarray) -> np.ndarray:
        """(N,): tension over clutch at the worst point of each part; points that hold nothing do not count."""
        points = np.flatnonzero((self.springs.kind == Kind.POINT) & (self.pull > 0))
        tension = np.maximum(-force[points] / self.pull[points], 0)
        worst = np.zeros(self.parts + 1)  # the last entry is the ground's
        np.maximum.at(worst, self.springs.first[points], tension)
        np.maximum.at(worst, self.springs.second[points], tension)
        return worst[:-1]


def model_of(
    layout: np.ndarray, catalogue: Catalogue, situation: Situation = UPRIGHT, constants: Constants = CONSTANTS
) -> Model:
    """The model of a layout. Raises BadSetting for loads that lie beside it."""
    springs = springs_of(layout, catalogue, constants)
    middle = centroids(layout, catalogue, constants)
    matrix = balance_matrix(springs, middle)
    pull = np.full(len(springs.kind), np.inf)
    pull[springs.kind == Kind.POINT] = constants.clutch
    pull[springs.kind == Kind.PRESS] = 0
    if not situation.ground_holds:
        pull[(springs.kind == Kind.POINT) & (springs.first == GROUND)] = 0
    weight = _weights(layout, catalogue, middle, situation, constants)
    return Model(springs, matrix, weight, pull, middle)


def imbalance(model: Model, force: np.ndarray) -> np.ndarray:
    """(N,): how far forces leave each part out of balance, in N: the worst of its rows."""
    return abs(model.matrix @ force + model.weight).reshape(-1, ROWS).max(axis=1)


def part_of_model(model: Model, parts: np.ndarray) -> tuple[Model, np.ndarray]:
    """The model of some parts (rows) with the others taken away, and its springs' places in the whole."""
    number = np.full(model.parts + 1, GROUND)  # the last entry is the ground's
    number[parts] = np.arange(len(parts))
    old = model.springs
    first, second = number[old.first], number[old.second]
    columns = np.flatnonzero((second != GROUND) & ((first != GROUND) | (old.first == GROUND)))
    rows = (parts[:, None] * ROWS + np.arange(ROWS)).ravel()
    springs = Springs(old.kind[columns], old.axis[columns], first[columns], second[columns], old.place[columns])
    matrix = model.matrix[:, columns].tocsr()[rows].tocsc()
    return Model(springs, matrix, model.weight[rows], model.pull[columns], model.middle[parts]), columns


def centroids(layout: np.ndarray, catalogue: Catalogue, constants: Constants) -> np.ndarray:
    """(N, 3): the mean of each part's cells, half its height, in pitches."""
    row, x, y = footprint_cells(layout, catalogue)
    count = np.bincount(row, minlength=len(layout))
    middle = np.empty((len(layout), 3))
    middle[:, 0] = np.bincount(row, x, len(layout)) / count + 0.5
    middle[:, 1] = np.bincount(row, y, len(layout)) / count + 0.5
    middle[:, 2] = (layout["z"] + extents(layout, catalogue)[:, 2] / 2) * constants.plate_pitches
    return middle


def balance_matrix(springs: Springs, middle: np.ndarray, rows_each: int = ROWS) -> csc_matrix:
    """A (5 N, F), made column by column; with six rows each, the torque about the upright axis is the last.

    A force of direction e at q on a part with the centroid c adds e and (q - c) x e.
    """
    count = len(springs.axis)
    # Up to three entries for each of the two parts; the unused are left out.
    rows = np.zeros((count, 2, 3), np.int32)
    values = np.zeros((count, 2, 3))
    used = np.zeros((count, 2, 3), bool)
    for side, (part, sign) in enumerate(((springs.second, 1.0), (springs.first, -1.0))):
        lever = springs.place - middle[part]
        for axis, torques in _TORQUES.items():
            here = np.flatnonzero((springs.axis == axis) & (part != GROUND))
            for place, (row, lever_axis, turn) in enumerate([(axis, None, 1.0), *torques]):
                if row >= rows_each:
                    continue
                rows[here, side, place] = part[here] * rows_each + row
                values[here, side, place] = sign * turn * (1.0 if lever_axis is None else lever[here, lever_axis])
                used[here, side, place] = True
    starts = np.concatenate([[0], np.cumsum(used.sum(axis=(1, 2)))]).astype(np.int32)
    return csc_matrix((values[used], rows[used], starts), shape=(rows_each * len(middle), count))


def _weights(
    layout: np.ndarray, catalogue: Catalogue, middle: np.ndarray, situation: Situation, constants: Constants
) -> np.ndarray:
    """b (5 N,): gravity on every part and on the loads, as forces at the centroids and torques about them."""
    pull = constants.gravity / GRAMS_PER_KILOGRAM * np.array(situation.down)
    weight = np.zeros((len(layout), ROWS))
    weight[:, :3] = catalogue.grams[layout["part"], None] * pull
    for load in situation.loads:
        part, place = _bearer(load, layout, catalogue, middle, constants)
        force, lever = load.grams * pull, place - middle[part]
        weight[part, :3] += force
        weight[part, 3:] += np.cross(lever, force)[:2]
    return weight.ravel()


def _bearer(
    load: Load, layout: np.ndarray, catalogue: Catalogue, middle: np.ndarray, constants: Constants
) -> tuple[int, np.ndarray]:
    """The part that a load lies on, and where, in pitches."""
    tops = layout["z"] + extents(layout, catalogue)[:, 2]
    if load.at is None:
        if load.part is None or not 0 <= load.part < len(layout):
            raise BadSetting(f"A load lies on part {load.part}, but the parts are 0 to {len(layout) - 1}.")
        part, (x, y) = load.part, middle[load.part, :2]
    else:
        x, y = load.at
        row, across, along = footprint_cells(layout, catalogue)
        under = row[(across == np.floor(x)) & (along == np.floor(y))]
        if not len(under):
            raise BadSetting(f"A load lies at {x:g}, {y:g} (studs), where there is no part; put it over the model.")
        part = int(under[np.argmax(tops[under])])
    return part, np.array([x, y, tops[part] * constants.plate_pitches])
