"""Does the model stand? One of three words, and how hard each part is pulled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ...catalogue.parts import Catalogue
from ...errors import BadSetting, NothingToBuild
from ...progress import SILENT, Progress
from ..links import stud_links
from .certificate import State, certify, least_clutch
from .constants import CONSTANTS, Constants
from .equilibrium import ROWS, UPRIGHT, Model, Situation, imbalance, model_of, part_of_model
from .program import LeastCapacity, least_capacity
from .rigid import as_blocks, rigid_blocks

# Springs that slip less than this share of the greatest slip are taken as firm, to ask whether what is left falls.
_FIRM = (0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4)
_MOST_BLOCKS = 600  # of a linear program of these: it takes seconds
_MOST_SOUGHT = 6000  # parts of a model whose least clutch is sought: it takes about 5 s there
_MOST_PARTS = 1500  # of a linear program: it takes minutes there
_SECONDS = 60.0  # of one linear program, which cannot be stopped; a machine too slow for it says "not certified"
_SECONDS_BLOCKS = 20.0  # of one of blocks
_PROVED = 1e-5  # relative, by which a need must exceed the clutch: above the program's own tolerance


class Verdict(StrEnum):
    """What is known."""

    STANDS = "stands"  # there are admissible forces: certified
    FALLS = "falls"  # there are none, or parts are loose: proved
    NOT_CERTIFIED = "not certified"


@dataclass(frozen=True)
class Stability:
    """verdict; loose (N,) bool: parts without a way to the ground.

    margin: the share of the clutch that no point needs, 1 - theta (of large models only what the factor of safety
    leaves is known), negative where more would be needed than there is, -inf where no clutch was found to do; of the
    parts that are not loose, and without the factor of safety.
    utilisation (N,): tension over the full clutch at the worst point of each part, inf for loose ones, in the state
    that needs the least clutch. residual (N,): how far that state leaves each part out of balance, in N; the loose
    have their weight.
    """

    verdict: Verdict
    margin: float
    loose: np.ndarray
    utilisation: np.ndarray
    residual: np.ndarray


def assess(
    layout: np.ndarray,
    catalogue: Catalogue,
    situation: Situation = UPRIGHT,
    safety: float = 1.0,
    constants: Constants = CONSTANTS,
    progress: Progress = SILENT,
) -> Stability:
    """Whether the parts stand with 1 / safety of the clutch.

    Loose parts fall by the stud graph, and the others are examined without them. Raises NothingToBuild for an empty
    layout, BadSetting for a load beside the model or a safety that is not above 0, Cancelled.
    """
    if not len(layout):
        raise NothingToBuild("There are no parts, so nothing can stand or fall; build a model first.")
    if not 0 < safety < np.inf:
        raise BadSetting(f"The factor of safety is {safety:g}; it must be above 0, 1 for none.")
    model = model_of(layout, catalogue, situation, constants)
    loose = stud_links(layout, catalogue).floating
    held = np.flatnonzero(~loose)
    standing, _ = part_of_model(model, held)
    word, state = _judged(standing, 1 / safety, progress)
    utilisation = np.full(len(layout), np.inf)
    utilisation[held] = standing.utilisation(state.force)
    residual = abs(model.weight).reshape(-1, ROWS).max(axis=1)
    residual[held] = state.residual
    margin = 1 - state.capacity if state.balanced else -np.inf
    return Stability(Verdict.FALLS if loose.any() else word, margin, loose, utilisation, residual)


def assess_all(
    layout: np.ndarray,
    catalogue: Catalogue,
    situations: Sequence[Situation],
    safety: float = 1.0,
    progress: Progress = SILENT,
) -> Stability:
    """What holds in all of one or more situations: the worst word and margin, and each part's worst figures.

    Where the model falls in one, those after it are not looked at. Raises as `assess` does.
    """
    worst = None
    for number, situation in enumerate(situations):
        part = progress.part(progress.stage, number / len(situations), 1 / len(situations))
        found = assess(layout, catalogue, situation, safety, progress=part)
        worst = _worse(worst, found) if worst else found
        if worst.verdict == Verdict.FALLS:
            break
    assert worst is not None
    return worst


def _worse(one: Stability, other: Stability) -> Stability:
    return Stability(
        min(one.verdict, other.verdict, key=(Verdict.FALLS, Verdict.NOT_CERTIFIED, Verdict.STANDS).index),
        min(one.margin, other.margin),
        one.loose,
        np.maximum(one.utilisation, other.utilisation),
        np.maximum(one.residual, other.residual),
    )


def _judged(model: Model, capacity: float, progress: Progress) -> tuple[Verdict, State]:
    """The word on a model without loose parts, and the best state found."""
    # The least clutch takes several searches; in a large model one has to do, for as much as may be used.
    large = model.parts > _MOST_SOUGHT
    first, second = progress.part(progress.stage, 0.0, 0.6), progress.part(progress.stage, 0.6, 0.3)
    state = certify(model, capacity, progress=first) if large else least_clutch(model, first)
    if state.balanced and state.capacity <= capacity:
        return Verdict.STANDS, state
    # The least clutch is sought among small forces; larger ones may do with a little less.
    closer = state if large else certify(model, capacity, progress=second)
    if closer.balanced:
        return Verdict.STANDS, closer
    if _falls(model, [closer, state], capacity, progress):
        return Verdict.FALLS, state
    if model.parts <= _MOST_PARTS:
        return _settled(model, state, capacity, progress)
    return Verdict.NOT_CERTIFIED, state


def _falls(model: Model, searched: list[State], capacity: float, progress: Progress) -> bool:
    """Whether the model is proved to fall even with all that hardly slips in the searches taken as one body."""
    for share in _FIRM:
        for state in searched:
            blocks, count = rigid_blocks(model, state.slip, share * state.slip.max(initial=0.0))
            if 0 < count <= _MOST_BLOCKS:
                progress.at(0.9, f"{count} blocks are looked at more closely")
                if _needs_more(least_capacity(as_blocks(model, blocks, count), _SECONDS_BLOCKS), capacity):
                    return True
    return False


def _needs_more(least: LeastCapacity, capacity: float) -> bool:
    return least.theta is not None and least.theta > capacity * (1 + _PROVED)


def _settled(model: Model, state: State, capacity: float, progress: Progress) -> tuple[Verdict, State]:
    """The word by the linear program of all parts; state: what is known without it."""
    progress.at(0.95, f"{model.parts} parts are looked at more closely")
    least = least_capacity(model, _SECONDS)
    if _needs_more(least, capacity):
        return Verdict.FALLS, state
    force = np.maximum(least.force, -capacity * model.pull)
    solved = replace(state, force=force, capacity=capacity, residual=imbalance(model, force))
    if least.theta is not None and solved.balanced:
        return Verdict.STANDS, solved
    return Verdict.NOT_CERTIFIED, state
