"""Whether a model stands at every step of its building: one certificate for each prefix of the steps.

Any admissible forces that balance all parts certify a prefix, so those of one prefix are grown into those of the next:
the parts laid since are balanced upon what stood before as upon firm ground, and what they press on it with is led to
the ground by one linear system, factorised once for many steps:

    d f = -D A^T (A D A^T)^-1 r

r is what is out of balance, and D falls with the square of the distance from the bounds, so that forces near theirs
change little. Only where a bound is still passed are the forces of the whole prefix sought anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from threadpoolctl import threadpool_limits

from ...catalogue.parts import Catalogue
from ...progress import SILENT, Progress
from ..sections import sections_of
from .certificate import ACCEPTED, BALANCED, certify, falling
from .constants import CONSTANTS, Constants
from .contacts import GROUND, Kind, Springs
from .equilibrium import ROWS, UPRIGHT, Model, Situation, imbalance
from .factor import elimination
from .growing import Growing, columns_of, growing_model, holding
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
    growing, laid = growing_model(layout, catalogue, situation, constants)
    # One thread: the fronts are small, and others' threads on the same processors would hold up each of them.
    with threadpool_limits(limits=1, user_api="blas"):
        certified, utilisation = _looked_through(growing, 1 / safety, progress)
    return Prefixes(certified, laid - growing.parts, utilisation)


def _looked_through(growing: Growing, capacity: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
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
        base, force, _ = _next(growing, base, now, capacity)
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


def falling_while_built(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> tuple[np.ndarray, Prefixes | None]:
    """(N,) how fast parts fall after some step, in their section, the fastest 1; or that all steps stand, if they do.

    What falls is taken to be held from then on, as it will be by supports, so that what falls besides is found too.
    Raises as `certify_prefixes` does.
    """
    fast, found = np.zeros(len(layout)), []
    for rows, part in _sections(layout, progress):
        growing, laid = growing_model(layout[rows], catalogue, situation, CONSTANTS)
        with threadpool_limits(limits=1, user_api="blas"):
            fast[rows], utilisation = _sought_through(growing, 1 / safety, part)
        found.append(Prefixes(np.ones(len(laid), bool), laid - growing.parts, utilisation))
    return fast, None if fast.any() else _joined(found)


def _sought_through(growing: Growing, capacity: float, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """How fast parts fall (N,) after some step, and how much of the clutch every step uses (K,)."""
    count = len(growing.parts)
    fast, utilisation = np.zeros(growing.model.parts), np.zeros(count)
    base = None
    for now in range(count):
        progress.at(now / count, f"step {now + 1} of {count}")
        while growing.parts[now]:
            base, force, fall = _next(growing, base, now, capacity)
            if force is not None:
                utilisation[now] = _utilisation(growing.model, force)
                break
            fast[growing.row[: len(fall)]] = fall
            growing, base = holding(growing, np.flatnonzero(fall)), None
    return fast, utilisation


def certify_sections(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> Prefixes:
    """Certifies what is laid after every step, in its section, which stands by itself while it is built."""
    return _joined(
        [
            certify_prefixes(layout[rows], catalogue, situation, safety, progress=part)
            for rows, part in _sections(layout, progress)
        ]
    )


def _sections(layout: np.ndarray, progress: Progress) -> Iterator[tuple[np.ndarray, Progress]]:
    for rows in sections_of(layout):
        yield rows, progress.part(progress.stage, rows[0] / len(layout), len(rows) / len(layout))


def _joined(found: list[Prefixes]) -> Prefixes:
    columns = zip(*((one.certified, one.loose, one.utilisation) for one in found), strict=True)
    return Prefixes(*(np.concatenate(column) for column in columns))


def _next(
    growing: Growing, base: _Base | None, now: int, capacity: float
) -> tuple[_Base | None, np.ndarray | None, np.ndarray]:
    """What the next steps may be grown from, and forces that balance what stands after this one, if they are found.

    Third, how fast its parts fall if not.
    """
    model = growing.prefix(now)
    force = _grown(base, model, capacity) if base else None
    if base and force is not None and _holds(model, force, capacity):
        far = model.parts - base.model.parts > _MOST_NEW
        return _base(model, force, capacity) if far else base, force, np.zeros(model.parts)
    fall = toppling(model, capacity)
    if fall.any():
        return base, None, fall
    state = certify(model, capacity, most_steps=_STEPS_ALL, near=force)
    if not state.balanced:
        return base, None, falling(model, state)
    return _base(model, state.force, capacity), state.force, np.zeros(model.parts)


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
    added = columns_of(model.matrix, springs, len(model.pull), model.parts * ROWS).tocsr()
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


def _utilisation(model: Model, force: np.ndarray) -> float:
    """Largest tension over clutch of the first springs, which have these forces."""
    pull = model.pull[: len(force)]
    points = np.flatnonzero((model.springs.kind[: len(force)] == Kind.POINT) & (pull > 0))
    return float((-force[points] / pull[points]).max(initial=0.0))
