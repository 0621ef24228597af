"""Linear programs: the least clutch that a model needs, and Luo's measure of how far it is from falling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_matrix, eye, hstack

from ...catalogue.parts import Catalogue
from .constants import Constants
from .contacts import Kind, Springs, X, Y, Z, joined, mated_studs, points_of, presses, shared_faces, shears, uniform
from .equilibrium import GRAMS_PER_KILOGRAM, Model, balance_matrix, centroids

LUO = Constants(clutch=0.071658 * 9.8)  # what Luo et al. measured
_INFEASIBLE = 2
_SIMPLEX_ROWS = 2000  # larger programs are faster by the interior point method
_SIX = 6  # rows a part in Luo's program


@dataclass(frozen=True)
class LeastCapacity:
    """theta: least share of the clutch that balances all parts, inf if none does, None where the solver gave up."""

    theta: float | None
    force: np.ndarray


def least_capacity(model: Model, seconds: float | None = None) -> LeastCapacity:
    """theta = min c / T such that A f + b = 0 with points f >= -c has a solution, and such forces (F,).

    The decision of StableLego's program, with one more variable (Kollsker and Malaguti's and StableLego's columns,
    without their penalties). Points are f = g - theta T, g >= 0, so that all rows are balances.
    """
    bounded = np.isfinite(model.pull)
    clutch = np.where(bounded, model.pull, 0)
    column = csc_matrix(-(model.matrix @ clutch)[:, None])
    matrix = hstack([model.matrix, column]).tocsc()
    cost = np.zeros(matrix.shape[1])
    cost[-1] = 1
    bounds = np.stack([np.where(np.append(bounded, True), 0, -np.inf), np.full(len(cost), np.inf)], axis=1)
    method = "highs-ds" if matrix.shape[0] < _SIMPLEX_ROWS else "highs-ipm"
    limit = {} if seconds is None else {"time_limit": seconds}
    solved = linprog(cost, A_eq=matrix, b_eq=-model.weight, bounds=bounds, method=method, options=limit)
    if solved.status == _INFEASIBLE:
        return LeastCapacity(np.inf, np.zeros(len(clutch)))
    if solved.status:
        return LeastCapacity(None, np.zeros(len(clutch)))
    return LeastCapacity(float(solved.x[-1]), solved.x[:-1] - solved.x[-1] * clutch)


def luo_capacity(layout: np.ndarray, catalogue: Catalogue, constants: Constants = LUO) -> float | None:
    """C_M in grams of Luo et al. 2015: how much more (below 0: less) the weakest joint could hold; None: no balance.

    Their program: six rows a part; normals at the corners of the rectangle around the studs of a mated pair, one
    sideways force a pair, drags d at contact points, presses at the corners of shared faces.
    max m   s.t.   A F = -b,  d + m <= T
    """
    springs, drags = _luo_springs(layout, catalogue, constants)
    middle = centroids(layout, catalogue, constants)
    balance = hstack([balance_matrix(springs, middle, _SIX), -balance_matrix(drags, middle, _SIX)])
    weight = np.zeros((len(layout), _SIX))
    weight[:, Z] = -catalogue.grams[layout["part"]] / GRAMS_PER_KILOGRAM * constants.gravity
    count, dragged = balance.shape[1] + 1, len(drags.axis)
    limits = hstack([csc_matrix((dragged, count - 1 - dragged)), eye(dragged), csc_matrix(np.ones((dragged, 1)))])
    bounds = np.zeros((count, 2))
    bounds[:, 1] = np.inf
    bounds[:-1][np.append(springs.kind == Kind.SHEAR, np.zeros(dragged, bool)), 0] = -np.inf
    bounds[-1, 0] = -np.inf
    cost = np.zeros(count)
    cost[-1] = -1
    equal = hstack([balance, csc_matrix((balance.shape[0], 1))]).tocsc()
    held = np.full(dragged, constants.clutch)
    solved = linprog(cost, limits.tocsc(), held, equal, -weight.ravel(), bounds, method="highs")
    return None if solved.status else float(solved.x[-1]) / constants.gravity * GRAMS_PER_KILOGRAM


def _luo_springs(layout: np.ndarray, catalogue: Catalogue, constants: Constants) -> tuple[Springs, Springs]:
    """All forces but the drags, and the drags."""
    studs = mated_studs(layout, catalogue)
    pair, shown, of_stud = np.unique(
        studs.lower.astype(np.int64) * len(layout) + studs.upper, return_index=True, return_inverse=True
    )
    of_stud = of_stud.ravel()
    lower, upper = studs.lower[shown], studs.upper[shown]
    ends = np.zeros((2, 2, len(pair)))  # low and high, of x and of y
    for axis, cell in ((X, studs.x), (Y, studs.y)):
        ends[0, axis], ends[1, axis] = np.inf, -np.inf
        np.minimum.at(ends[0, axis], of_stud, cell)
        np.maximum.at(ends[1, axis], of_stud, cell + 1)
    level = studs.z[shown] * constants.plate_pitches
    count = np.bincount(of_stud)
    mean = [np.bincount(of_stud, cell + 0.5) / count for cell in (studs.x, studs.y)]
    groups = [
        uniform(Kind.POINT, Z, lower, upper, np.stack([ends[i, X], ends[j, Y], level], axis=1))
        for i in (0, 1)
        for j in (0, 1)
    ]
    groups += shears(lower, upper, np.stack([*mean, level], axis=1))
    faces = shared_faces(layout, catalogue)
    corners = [(across, edge) for across in (faces.start, faces.end) for edge in (faces.low, faces.high)]
    groups += [presses(faces, faces.places(across, edge, constants)) for across, edge in corners]
    return joined(groups), points_of(studs, layout, catalogue, constants)
