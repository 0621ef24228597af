"""Looks for forces that balance every part within their bounds; such a state proves that the model stands.

The static theorem of plasticity: what can be balanced by admissible forces stands. Sought is

    min  C theta + sum f_i^2 / 2    s.t.  A f + b = 0,  f_i >= -theta T (points),  f_i >= 0 (presses)

with theta, the share of the clutch that may be used, given (`certify`) or sought (`least_clutch`), by a primal-dual
interior-point method with Mehrotra's predictor and corrector (Nocedal and Wright, Numerical Optimization, 2nd
edition, algorithm 16.4) and Gondzio's further correctors (1996): with the distances d from the bounds and their
multipliers z, every step is one system A D A^T du = r, D = 1 / (1 + z / d), with several right sides. It begins with
the forces that would balance all parts without bounds, brought inside these, which most of them are. All forces stay
strictly within their bounds; once little is out of balance, the last system leads it to the ground, and where that
passes no bound, `certify` ends: typically after 1 to 6 systems, where Newton's method on the displacements alone takes
6 to 60 on the same models, because its set of active bounds flickers. Where nothing balances, the displacements tell
so after a few systems (`_out_of_reach`), and how the model falls (`falling`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_matrix
from threadpoolctl import threadpool_limits

from ...progress import SILENT, Progress
from .equilibrium import ROWS, Model, imbalance
from .factor import Elimination, elimination

BALANCED = 1e-7  # N: residual at which the search ends
ACCEPTED = 1e-6  # N: residual up to which a state counts as balanced
_HARDLY = 0.1  # of the fastest fall: slower parts follow those
_STEPS = 40
_STALLED = 8  # steps in a row that mend less than the share below
_LEAST_STEP = 0.02
_FAR = 3.0  # times the forces that the search is at
# Steps in a row that go so much of their way and yet leave so much out of balance: some parts move freely.
_MOVING = 3
_MOST_OF_WAY = 0.5
_MOST_LEFT = 0.9
_DISTANCE = 0.1  # N inside their bounds, at least, that forces begin
# N^2 of distance x multiplier there, for a given share of the clutch and for the least. Of products from 3 to 3000 the
# first needs the fewest systems; with less than the second the least is missed.
_PRODUCT, _PRODUCT_LEAST = 30.0, 300.0
_TO_BOUND = 0.99  # share of the way to the nearest bound
_NEAR_BALANCE = 0.8  # share of the way to balance, after which the rest is tried at once
# Correctors: how many at most; how much further each aims, by a factor and a share; between which multiples of the
# complementarity aimed at it keeps all; what share of the hoped gain it must bring.
_CORRECTORS = 2
_FURTHER = (1.08, 0.08)
_LIKE = (0.3, 5.0)
_GAIN = 0.1
_CENTRED = 0.05  # least share of the complementarity kept in a step
# C, in N^2: the more, the closer to the least theta (0.1 % above it on 1,000 parts), and the more steps it takes.
_COST = 1e5
_CENTRED_LEAST = 1e-3
_EXACT = 1e-4  # theta is known to this where the search for the least ends
_STEPS_LEAST = 60
_NEARLY = 1e-3  # N out of balance, with which a search for the least clutch may end for its rounding
_MORE = 1.01  # times the clutch that it ended with is tried then


@dataclass(frozen=True)
class State:
    """Forces (F,), in N, within the bounds of capacity theta; residual (N,): largest imbalance of each part, in N.

    slip (F,): how far the springs have moved apart or along each other, and lift (5 N,): how far the parts have moved
    against their weight, in no unit of use but for comparing them where the search fails; steps: systems solved.
    """

    force: np.ndarray
    capacity: float
    residual: np.ndarray
    slip: np.ndarray
    lift: np.ndarray
    steps: int

    @property
    def balanced(self) -> bool:
        """Whether every part is in balance: then the state is a certificate."""
        return bool(self.residual.max(initial=0.0) < ACCEPTED)


@dataclass(frozen=True)
class _Iterate:
    """Forces (F,), displacements (5 N,), theta, distances from the bounds (B,) and their multipliers (B,)."""

    force: np.ndarray
    lift: np.ndarray
    theta: float
    distance: np.ndarray
    multiplier: np.ndarray

    def moved(self, change: _Iterate, share: float, other_share: float) -> _Iterate:
        """What bears load goes one share of the change; displacements and multipliers go the other."""
        return _Iterate(
            self.force + share * change.force,
            self.lift + other_share * change.lift,
            self.theta + share * change.theta,
            self.distance + share * change.distance,
            self.multiplier + other_share * change.multiplier,
        )


@dataclass(frozen=True)
class _Problem:
    """transposed: A^T; bounded (B,): springs with a bound, pull (B,) the clutch in it; cost: C, None if theta is given.

    plan: how its systems are solved.
    """

    model: Model
    transposed: csc_matrix
    bounded: np.ndarray
    pull: np.ndarray
    cost: float | None
    plan: Elimination


@dataclass(frozen=True)
class _System:
    """The linear system of one step. soft (F,): D; residual (5 N,), mismatch (F,): what is left of the two balances.

    rate: what everything changes by for each unit of theta; None if theta is given.
    """

    problem: _Problem
    at: _Iterate
    soft: np.ndarray
    residual: np.ndarray
    mismatch: np.ndarray
    solve: Callable[[np.ndarray], np.ndarray]
    rate: _Iterate | None = None

    def direction(self, product: np.ndarray) -> _Iterate:
        """The change that balances all parts and makes distance x multiplier grow by `product` (B,)."""
        at, bounded = self.at, self.problem.bounded
        drive = self.mismatch.copy()
        drive[bounded] += product / at.distance
        change = self._change(self.residual, drive, product, 0.0)
        if self.rate is None or self.problem.cost is None:
            return change
        pull = self.problem.pull
        lack = self.problem.cost - pull @ (at.multiplier + change.multiplier)
        return change.moved(self.rate, *(2 * [float(lack / (pull @ self.rate.multiplier))]))

    def with_rate(self) -> _System:
        """Prepared to change theta too."""
        pushed = np.zeros(len(self.soft))
        pushed[self.problem.bounded] = -self.problem.pull * self.at.multiplier / self.at.distance
        nothing = np.zeros(len(self.problem.pull))
        return replace(self, rate=self._change(np.zeros(len(self.residual)), pushed, nothing, 1.0))

    def _change(self, residual: np.ndarray, drive: np.ndarray, product: np.ndarray, theta: float) -> _Iterate:
        at, problem = self.at, self.problem
        lift = self.solve(residual - problem.model.matrix @ (self.soft * drive))
        force = self.soft * (problem.transposed @ lift + drive)
        distance = force[problem.bounded] + theta * problem.pull
        return _Iterate(force, lift, theta, distance, (product - at.multiplier * distance) / at.distance)


def certify(
    model: Model,
    capacity: float = 1.0,
    most_steps: int = _STEPS,
    near: np.ndarray | None = None,
    progress: Progress = SILENT,
) -> State:
    """Admissible forces with at most `capacity` times the clutch, if the search finds them.

    near (F,): forces that nearly are. A state that is not balanced proves nothing. Raises Cancelled.
    """
    return _searched(_problem(model, None), capacity, most_steps, near, progress)


def least_clutch(model: Model, progress: Progress = SILENT) -> State:
    """Admissible forces that need nearly the least share of the clutch; there is one such state.

    A balanced state certifies its capacity, and hardly less would do; where no clutch does, the search ends unbalanced.
    Raises Cancelled.
    """
    clutched = (model.pull[np.isfinite(model.pull)] > 0).any()
    first, second = (progress.part(progress.stage, half, 0.5) for half in (0.0, 0.5))
    found = _searched(_problem(model, _COST if clutched else None), 1.0, _STEPS_LEAST, None, first)
    if not found.balanced and found.residual.max() < _NEARLY:
        found = certify(model, _MORE * float(model.utilisation(found.force).max(initial=0.0)), progress=second)
    pulled = model.utilisation(found.force).max(initial=0.0)
    return replace(found, capacity=float(pulled))


def falling(model: Model, state: State) -> np.ndarray:
    """(N,) how fast each part falls along its weight in the way that a search found, the fastest 1.

    0 for parts that hardly do, and for all if the state is balanced. Where nothing falls in the way found, it is how
    far parts are out of balance.
    """
    if state.balanced:
        return np.zeros(model.parts)
    weight = model.weight.reshape(-1, ROWS)
    size = np.maximum(np.linalg.norm(weight, axis=1), np.finfo(float).tiny)
    fast = -(weight * state.lift.reshape(-1, ROWS)).sum(axis=1) / size
    if fast.max() <= 0:
        fast = state.residual
    return np.where(fast > _HARDLY * fast.max(), fast / fast.max(), 0.0)


def _problem(model: Model, cost: float | None) -> _Problem:
    bounded = np.flatnonzero(np.isfinite(model.pull))
    springs = model.springs
    plan = elimination(model.matrix, springs.first, springs.second, model.middle)
    return _Problem(model, model.matrix.T.tocsr(), bounded, model.pull[bounded], cost, plan)


def _searched(
    problem: _Problem, capacity: float, most_steps: int, near: np.ndarray | None, progress: Progress
) -> State:
    model = problem.model
    steps = stalled = moving = 0
    # One thread: the fronts are small, and others' threads on the same processors would hold up each of them.
    with threadpool_limits(limits=1, user_api="blas"):
        at = _beginning(problem, capacity, near)
        residual = -(model.matrix @ at.force + model.weight)
        while not _done(problem, at, residual) and steps < most_steps and stalled < _STALLED and moving < _MOVING:
            before = abs(residual).max()
            progress.at(steps / most_steps, f"{before:.1e} N out of balance")
            at, share = _stepped(problem, at, residual)
            residual = -(model.matrix @ at.force + model.weight)
            steps += 1
            if problem.cost is None and _out_of_reach(problem, at):
                break
            stalled = stalled + 1 if share < _LEAST_STEP else 0
            left = abs(residual).max() > max(_MOST_LEFT * before, ACCEPTED)
            moving = moving + 1 if problem.cost is None and share > _MOST_OF_WAY and left else 0
    return State(at.force, capacity, imbalance(model, at.force), abs(problem.transposed @ at.lift), at.lift, steps)


def _out_of_reach(problem: _Problem, at: _Iterate) -> bool:
    """Whether only forces far greater than those now could balance all parts.

    By Farkas: with u the displacements and z the multipliers, forces f that balance all have

        -b u - theta T z <= f (A^T u + z)
    """
    opened = problem.transposed @ at.lift
    opened[problem.bounded] += at.multiplier
    gained = -(problem.model.weight @ at.lift) - at.theta * (problem.pull @ at.multiplier)
    return bool(gained > _FAR * np.linalg.norm(opened) * np.linalg.norm(at.force))


def _done(problem: _Problem, at: _Iterate, residual: np.ndarray) -> bool:
    if abs(residual).max(initial=0.0) >= BALANCED:
        return False
    return problem.cost is None or bool(at.distance @ at.multiplier < _EXACT * problem.cost)


def _beginning(problem: _Problem, capacity: float, near: np.ndarray | None) -> _Iterate:
    """Forces that are near, or else the least that balance all parts if nothing were bounded, brought inside bounds.

    Nearly all of them stay as they are; from nothing but weights, models of 18,000 parts took up to 33 systems, not 3.
    """
    model, bounded = problem.model, problem.bounded
    if near is None:
        near = problem.transposed @ -problem.plan.solver(np.ones(len(model.pull)))(model.weight)
    force = near.copy()
    low = -capacity * problem.pull
    distance = np.maximum(force[bounded] - low, _DISTANCE)
    force[bounded] = low + distance
    product = _PRODUCT if problem.cost is None else _PRODUCT_LEAST
    return _Iterate(force, np.zeros(len(model.weight)), capacity, distance, product / distance)


def _system(problem: _Problem, at: _Iterate, residual: np.ndarray) -> _System:
    mismatch = problem.transposed @ at.lift - at.force
    mismatch[problem.bounded] += at.multiplier
    hardness = np.ones(len(at.force))
    hardness[problem.bounded] += at.multiplier / at.distance
    soft = 1 / hardness
    system = _System(problem, at, soft, residual, mismatch, problem.plan.solver(soft))
    return system if problem.cost is None else system.with_rate()


def _stepped(problem: _Problem, at: _Iterate, residual: np.ndarray) -> tuple[_Iterate, float]:
    """The next iterate, and which share of the way to balance it went."""
    system = _system(problem, at, residual)
    product = at.distance * at.multiplier
    mean = product.mean()
    change = system.direction(-product)
    reached = at.moved(change, *_shares(at, change))
    left = (reached.distance * reached.multiplier).mean()
    aim = max((left / mean) ** 3, _CENTRED if problem.cost is None else _CENTRED_LEAST) * mean
    change, shares = _corrected(system, aim, aim - product - change.distance * change.multiplier)
    at = at.moved(change, *shares)
    if problem.cost is None and shares[0] > _NEAR_BALANCE:
        at = _balanced(system, at)
    return at, shares[0]


def _corrected(system: _System, aim: float, wanted: np.ndarray) -> tuple[_Iterate, tuple[float, float]]:
    """The change that makes the products grow as wanted (B,), corrected while it may then go further; and its shares.

    Of the products reached further on, those far from the aim are wanted nearer to it.
    """
    at = system.at
    change = system.direction(wanted)
    shares = _shares(at, change)
    for _ in range(_CORRECTORS):
        hoped = at.moved(change, *(min(1.0, _FURTHER[0] * share + _FURTHER[1]) for share in shares))
        product = hoped.distance * hoped.multiplier
        nearer = np.clip(product, _LIKE[0] * aim, _LIKE[1] * aim) - product
        wanted = wanted + np.maximum(nearer, -_LIKE[1] * aim)
        other = system.direction(wanted)
        gained = _shares(at, other)
        if gained[0] < shares[0] + _GAIN * _FURTHER[1]:
            break
        change, shares = other, gained
    return change, shares


def _balanced(system: _System, at: _Iterate) -> _Iterate:
    """The iterate with what is left out of balance led on by the last system, if no force passes its bound by that."""
    problem = system.problem
    lift = system.solve(-(problem.model.matrix @ at.force + problem.model.weight))
    change = system.soft * (problem.transposed @ lift)
    distance = at.distance + change[problem.bounded]
    return at if (distance <= 0).any() else replace(at, force=at.force + change, distance=distance)


def _shares(at: _Iterate, change: _Iterate) -> tuple[float, float]:
    """How far what bears load may go along a change, and how far the multipliers may."""
    return _share(at.distance, change.distance), _share(at.multiplier, change.multiplier)


def _share(value: np.ndarray, change: np.ndarray) -> float:
    """How far a positive value may change, at most all the way, before it comes close to zero."""
    falling = change < 0
    return min(1.0, _TO_BOUND * float((-value[falling] / change[falling]).min(initial=np.inf)))
