"""Whether a model stands at every step of its building: one certificate for each prefix of the steps.

Any admissible forces that balance all parts certify a prefix, so those of one prefix are grown into those of the next:
the parts laid since are balanced upon what stood before as upon firm ground, and what they press on it with is led to
the ground by one linear system, factorised once for many steps:

    d f = -D A^T (A D A^T)^-1 r

r is what is out of balance, and D falls with the square of the distance from the bounds, so that forces near theirs
change little. Only where a bound is still passed are the forces of the whole prefix sought anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree
from threadpoolctl import threadpool_limits

from ...catalogue.parts import Catalogue
from ...progress import SILENT, Progress
from ..sections import sections_of
from .certificate import ACCEPTED, BALANCED, certify
from .constants import CONSTANTS, Constants
from .contacts import GROUND, Kind, Springs
from .equilibrium import ROWS, UPRIGHT, Model, Situation, imbalance, model_of
from .factor import elimination
from .rigid import toppling

_MOST_NEW = 64  # parts that are balanced upon the others before these are factorised again
_STEPS_NEW = 10  # of a search among them
_STEPS_ALL = 20  # of one among all
_LONGEST_WAIT = 15  # twice the steps, and one, that are passed over at most
_REFINED = 2  # times at most
_FREE = 0.3  # N from its bound a force is as free to change as any


@dataclass(frozen=True)
class Prefixes:
    """Of each step (K,), in order: whether what is laid by then is certified to stand, loose parts left aside.

    loose (K,): how many parts have no way to the ground yet; utilisation (K,): largest tension over clutch, inf where
    it is not certified.
    """

    certified: np.ndarray
    loose: np.ndarray
    utilisation: np.ndarray


@dataclass(frozen=True)
class _Growing:
    """A model whose parts and springs are in the order in which they are laid, those that never stand last.

    parts, springs (K,): how many of them there are after every step.
    """

    model: Model
    parts: np.ndarray
    springs: np.ndarray

    def prefix(self, step: int) -> Model:
        """What stands after a step, as a model of its own."""
        parts, springs = int(self.parts[step]), int(self.springs[step])
        whole, old = self.model, self.model.springs
        own = Springs(*(getattr(old, name)[:springs] for name in ("kind", "axis", "first", "second", "place")))
        matrix = _columns(whole.matrix, 0, springs, parts * ROWS)
        return Model(own, matrix, whole.weight[: parts * ROWS], whole.pull[:springs], whole.middle[:parts])


@dataclass(frozen=True)
class _Base:
    """Forces (F,) that balance a prefix, and what leads more weight through it: soft (F,) is D, transposed A^T."""

    model: Model
    force: np.ndarray
    soft: np.ndarray
    transposed: csr_matrix
    solve: Callable[[np.ndarray], np.ndarray]


def certify_prefixes(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    constants: Constants = CONSTANTS,
    progress: Progress = SILENT,
) -> Prefixes:
    """Certifies what is laid after every step of a layout, with 1 / safety of the clutch.

    Every prefix is judged by the balance of all its parts. While prefixes fail, ever more of them are passed over
    before the next is looked at; of those only the last ones are looked at later, and others that stand may pass for
    not certified. Loads act from the step on that lays the part they lie on. Raises BadSetting for a load beside the
    model, Cancelled.
    """
    model, capacity = model_of(layout, catalogue, situation, constants), 1 / safety
    step = np.unique(layout["step"], return_inverse=True)[1].ravel()
    count = int(step.max(initial=-1)) + 1
    enters = held_since(model, step)
    growing = _growing(model, enters, count)
    # One thread: the fronts are small, and others' threads on the same processors would hold up each of them.
    with threadpool_limits(limits=1, user_api="blas"):
        certified, utilisation = _looked_through(growing, capacity, progress)
    laid = np.cumsum(np.bincount(step, minlength=count))
    return Prefixes(certified, laid - growing.parts, utilisation)


def _looked_through(growing: _Growing, capacity: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Which prefixes are certified (K,), and how much of the clutch they use (K,)."""
    count = len(growing.parts)
    certified, utilisation = np.zeros(count, bool), np.full(count, np.inf)
    base = None
    looked, wait = -1, 0
    for now in range(count):
        progress.at(now / count, f"step {now + 1} of {count}")
        if now - looked <= wait // 2 and now < count - 1:
            continue
        before = base
        base, force = _next(growing, base, now, capacity)
        # Of those passed over, the last ones may stand as well.
        for passed in range(now, looked, -1):
            if passed < now:
                force = _next(growing, before, passed, capacity)[1]
            if force is None:
                break
            certified[passed], utilisation[passed] = True, _utilisation(growing.model, force)
        wait = 0 if certified[now] else min(2 * wait + 1, _LONGEST_WAIT)
        looked = now
    return certified, utilisation


def certify_sections(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> Prefixes:
    """Certifies what is laid after every step, in its section, which stands by itself while it is built."""
    found = []
    for rows in sections_of(layout):
        part = progress.part(progress.stage, rows[0] / len(layout), len(rows) / len(layout))
        found.append(certify_prefixes(layout[rows], catalogue, situation, safety, progress=part))
    columns = zip(*((one.certified, one.loose, one.utilisation) for one in found), strict=True)
    return Prefixes(*(np.concatenate(column) for column in columns))


def held_since(model: Model, step: np.ndarray) -> np.ndarray:
    """(N,): the first step after which each part has a way to the ground by studs; for those without, one too many.

    The way that is there first is that of a least spanning tree, in which joints weigh what step they are made in.
    """
    joints = model.springs.kind == Kind.SHEAR
    first, second = model.springs.first[joints], model.springs.second[joints]
    ground, count = model.parts, int(step.max(initial=-1)) + 1
    first = np.where(first == GROUND, ground, first)
    laid = np.append(step, 0)
    pair, at = np.unique(first * np.int64(ground + 1) + second, return_index=True)
    since = np.maximum(laid[first[at]], laid[second[at]]) + 1.0  # a weight of 0 would be no joint
    ends = pair // (ground + 1), pair % (ground + 1)
    tree = minimum_spanning_tree(coo_matrix((since, ends), shape=(ground + 1, ground + 1)).tocsr())
    order, before = breadth_first_order(tree, ground, directed=False)
    either = (tree + tree.T).tocsr()
    enters = np.full(ground + 1, count)
    enters[ground] = 0
    joined = np.asarray(either[order[1:], before[order[1:]]]).ravel().astype(np.int64) - 1
    for part, holder, made in zip(order[1:].tolist(), before[order[1:]].tolist(), joined.tolist(), strict=True):
        enters[part] = max(enters[holder], made)
    return enters[:-1]


def _growing(model: Model, enters: np.ndarray, count: int) -> _Growing:
    """The model in the order in which its parts enter (N,) what stands, in `count` steps."""
    old = model.springs
    since = np.maximum(np.append(enters, 0)[old.first], np.append(enters, 0)[old.second])  # GROUND is the last
    parts, columns = np.argsort(enters, kind="stable"), np.argsort(since, kind="stable")
    number = np.append(np.argsort(parts), GROUND)
    springs = Springs(
        old.kind[columns],
        old.axis[columns],
        number[old.first[columns]],
        number[old.second[columns]],
        old.place[columns],
    )
    rows = (parts[:, None] * ROWS + np.arange(ROWS)).ravel()
    matrix = model.matrix[:, columns].tocsr()[rows].tocsc()
    moved = Model(springs, matrix, model.weight[rows], model.pull[columns], model.middle[parts])
    of_parts, of_springs = (np.cumsum(np.bincount(found, minlength=count)[:count]) for found in (enters, since))
    return _Growing(moved, of_parts, of_springs)


def _next(growing: _Growing, base: _Base | None, now: int, capacity: float) -> tuple[_Base | None, np.ndarray | None]:
    """What the next steps may be grown from, and forces that balance what stands after this one, if they are found."""
    model = growing.prefix(now)
    force = _grown(base, model, capacity) if base else None
    if base and force is not None and _holds(model, force, capacity):
        far = model.parts - base.model.parts > _MOST_NEW
        return _base(model, force, capacity) if far else base, force
    if toppling(model, capacity).any():
        return base, None
    state = certify(model, capacity, most_steps=_STEPS_ALL, near=force)
    return (_base(model, state.force, capacity), state.force) if state.balanced else (base, None)


def _base(model: Model, force: np.ndarray, capacity: float) -> _Base:
    bounded = np.isfinite(model.pull)
    soft = np.ones(len(force))
    distance = force[bounded] + capacity * model.pull[bounded]
    soft[bounded] = np.clip(distance / _FREE, 0, 1) ** 2
    springs = model.springs
    solve = elimination(model.matrix, springs.first, springs.second, model.middle).solver(soft)
    return _Base(model, force, soft, model.matrix.T.tocsr(), solve)


def _grown(base: _Base, model: Model, capacity: float) -> np.ndarray | None:
    """Forces (F,) that balance a prefix, or nearly do, made of those of an earlier one.

    Of those, some may pass their bounds. None if the parts laid since cannot be balanced upon the others.
    """
    parts, springs = base.model.parts, len(base.force)
    if parts == model.parts:
        return base.force
    added = _columns(model.matrix, springs, len(model.pull), model.parts * ROWS).tocsr()
    new = _balanced(_upon(model, parts, springs, added[parts * ROWS :].tocsc()), capacity)
    if new is None:
        return None
    force = base.force
    pressed = base.model.weight + added[: parts * ROWS] @ new
    for _ in range(_REFINED):
        left = base.model.matrix @ force + pressed
        if abs(left).max() < BALANCED:
            break
        force = force - base.soft * (base.transposed @ base.solve(left))
    return np.concatenate([force, new])


def _holds(model: Model, force: np.ndarray, capacity: float) -> bool:
    """Whether forces are within their bounds, and balance all parts."""
    bounded = np.isfinite(model.pull)
    within = (force[bounded] >= -capacity * model.pull[bounded]).all()
    return bool(within and imbalance(model, force).max(initial=0.0) < ACCEPTED)


def _balanced(model: Model, capacity: float) -> np.ndarray | None:
    """Admissible forces (F,) for a few parts: the least there are without pressure on sides, if those will do."""
    soft = (model.springs.kind != Kind.PRESS).astype(float)
    springs = model.springs
    solve = elimination(model.matrix, springs.first, springs.second, model.middle).solver(soft)
    force = -soft * (model.matrix.T @ solve(model.weight))
    if _holds(model, force, capacity):
        return force
    found = certify(model, capacity, most_steps=_STEPS_NEW)
    return found.force if found.balanced else None


def _upon(model: Model, parts: int, springs: int, matrix: csc_matrix) -> Model:
    """The model whose ground is what the first parts are too; matrix: the balance of the others in its springs."""
    old = model.springs
    ends = np.stack([old.first[springs:], old.second[springs:]]) - parts
    first, second = np.maximum(ends.min(axis=0), GROUND), ends.max(axis=0)
    own = Springs(old.kind[springs:], old.axis[springs:], first, second, old.place[springs:])
    return Model(own, matrix, model.weight[parts * ROWS :], model.pull[springs:], model.middle[parts:])


def _columns(matrix: csc_matrix, begin: int, end: int, rows: int) -> csc_matrix:
    """Some columns that follow each other and have entries in the first rows only."""
    limits = matrix.indptr[begin : end + 1]
    inner = slice(limits[0], limits[-1])
    return csc_matrix((matrix.data[inner], matrix.indices[inner], limits - limits[0]), shape=(rows, end - begin))


def _utilisation(model: Model, force: np.ndarray) -> float:
    """Largest tension over clutch of the first springs, which have these forces."""
    pull = model.pull[: len(force)]
    points = np.flatnonzero((model.springs.kind[: len(force)] == Kind.POINT) & (pull > 0))
    return float((-force[points] / pull[points]).max(initial=0.0))
