"""Whether a model stands at every step of its building: one certificate for each prefix of the steps."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ...catalogue.parts import Catalogue
from ...progress import SILENT, Progress
from .certificate import ACCEPTED, State, certify
from .constants import CONSTANTS, Constants
from .contacts import GROUND, Kind
from .equilibrium import ROWS, UPRIGHT, Model, Situation, imbalance, model_of, part_of_model

# Pitches around a step's new parts within which forces are balanced anew, before the whole prefix is.
_RADII = (8.0, 16.0)
_MOST_NEAR = 0.5  # share of the prefix that these may be
_STEPS_NEAR = 5  # of a search among them: it ends after 2 where it ends well
_STEPS_ALL = 20  # of one among all
_LONGEST_WAIT = 7  # twice the steps, and one, that are passed over at most


@dataclass(frozen=True)
class Prefixes:
    """Of each step (K,), in order: whether what is laid by then is certified to stand, loose parts left aside.

    loose (K,): how many parts have no way to the ground yet; utilisation (K,): largest tension over clutch, inf where
    it is not certified.
    """

    certified: np.ndarray
    loose: np.ndarray
    utilisation: np.ndarray


def certify_prefixes(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    constants: Constants = CONSTANTS,
    progress: Progress = SILENT,
) -> Prefixes:
    """Certifies what is laid after every step of a layout, with 1 / safety of the clutch.

    The forces of one prefix are kept for the next, and only around its new parts they are found anew; where that
    fails, in the whole prefix. Every prefix is judged by the balance of all its parts. While prefixes fail, ever more
    of them are passed over, as not certified, before the next is looked at; the last never is. Loads act from the
    step on that lays the part they lie on. Raises BadSetting for a load beside the model, Cancelled.
    """
    model, capacity = model_of(layout, catalogue, situation, constants), 1 / safety
    step = np.unique(layout["step"], return_inverse=True)[1].ravel()
    count = int(step.max(initial=-1)) + 1
    enters = held_since(model, step)
    certified, utilisation = np.zeros(count, bool), np.full(count, np.inf)
    force = np.zeros(len(model.pull))
    due, wait = 0, 0
    for now in range(count):
        progress.at(now / count, f"step {now + 1} of {count}")
        if now < due and now < count - 1:
            continue
        parts, fresh = np.flatnonzero(enters <= now), np.flatnonzero(enters == now)
        if len(fresh) or wait:
            force = _extended(model, force, capacity, parts, np.zeros(0, np.intp) if wait else fresh)
        certified[now] = bool(imbalance(model, force)[parts].max(initial=0.0) < ACCEPTED)
        if certified[now]:
            utilisation[now] = model.utilisation(force).max(initial=0.0)
        wait = 0 if certified[now] else min(2 * wait + 1, _LONGEST_WAIT)
        due = now + 1 + wait // 2
    laid = np.cumsum(np.bincount(step, minlength=count))
    held = np.cumsum(np.bincount(enters, minlength=count)[:count])
    return Prefixes(certified, laid - held, utilisation)


def held_since(model: Model, step: np.ndarray) -> np.ndarray:
    """(N,): the first step after which each part has a way to the ground by studs; for those without, one too many."""
    joints = model.springs.kind == Kind.SHEAR
    first, second = model.springs.first[joints], model.springs.second[joints]
    ground, count = model.parts, int(step.max(initial=-1)) + 1
    first = np.where(first == GROUND, ground, first)
    laid = np.append(step, 0)
    since = np.maximum(laid[first], laid[second])
    enters = np.full(ground, count)
    for now in range(count):
        here = since <= now
        graph = coo_matrix((np.ones(here.sum(), np.int8), (first[here], second[here])), shape=(ground + 1, ground + 1))
        label = connected_components(graph, directed=False)[1]
        enters[(label[:-1] == label[-1]) & (enters == count)] = now
    return enters


def _extended(model: Model, force: np.ndarray, capacity: float, parts: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    """Forces (F,) that balance these parts, if they are found; fresh: those that the forces before do not balance."""
    for radius in _RADII if len(fresh) else ():
        distance, _ = cKDTree(model.middle[fresh, :2]).query(model.middle[parts, :2], p=np.inf)
        near = parts[distance <= radius]
        if len(near) < _MOST_NEAR * len(parts):
            piece, columns = _amid_forces(model, force, near)
            found = certify(piece, capacity, most_steps=_STEPS_NEAR)
            if found.balanced:
                return _merged(force, found, columns)
    piece, columns = part_of_model(model, parts)
    return _merged(force, certify(piece, capacity, most_steps=_STEPS_ALL), columns)


def _amid_forces(model: Model, force: np.ndarray, parts: np.ndarray) -> tuple[Model, np.ndarray]:
    """The model of some parts on which all others go on pressing with given forces, and its springs' places."""
    piece, columns = part_of_model(model, parts)
    rows = (parts[:, None] * ROWS + np.arange(ROWS)).ravel()
    acting = (model.matrix @ force + model.weight)[rows] - piece.matrix @ force[columns]
    return replace(piece, weight=acting), columns


def _merged(force: np.ndarray, found: State, columns: np.ndarray) -> np.ndarray:
    force = force.copy()
    force[columns] = found.force
    return force
