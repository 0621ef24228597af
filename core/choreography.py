"""When each part of a build animation comes, from where, and when it goes: numbers for every part, made once.

Time runs from 0, nothing built, to 1, the end of the film. Sections are built one after the other; each but the first
stands beside the model until it is complete, and is then lifted onto its place. Supports that come off go at the end,
but for those that the next section would close in: they go when their own section is complete.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import NothingToBuild
from .layout import extents
from .plan import Plan
from .settings import Settings
from .structure.sections import sections_of
from .support.coming_off import coming_off, coming_off_early
from .units import BRICK_MM, PLATE_MM, STUD_MM

STAYS = 2.0  # a time after the end

# Shares of the film.
_HOLD = 0.12  # the finished model, at the end
_GOING = 0.10  # all supports that come off
_EMPTYING = 0.08  # those that come off when their section is complete
_ALL_EMPTYING = 0.2  # at most, of all sections together
_LEAVING = 0.05  # one of them
_JOINING = 0.07  # one section moves to its place
_ALL_JOINING = 0.35  # at most, all sections together
_LONGEST_FLIGHTS = 0.5  # of the time to build; flights are shortened to it

_GAP_MM = 4 * STUD_MM  # between the model and what stands beside it
_GOLDEN_ANGLE = np.pi * (3 - 5**0.5)
_HEAP_LOOSENESS = 1.6  # the volume of a heap against that of its parts
_HEAP_SLOPE = 0.6  # height to radius
_HEAP_TILT = 0.7  # radians


@dataclass(frozen=True)
class Choreography:
    """Times in shares of the film; ways in mm, from a part's place.

    arrive (N,): a part's flight begins; leave (N,): it begins to go, STAYS where it does not; join (N,): its section
    begins to move, -1 where it is built in its place. way (N, 3): where the flight begins; tumble (N, 3): Euler angles
    there; off (N, 3): where it goes; aside (N, 3): where its section is built. flight, leaving, joining: how long
    these take. hop: how much higher than a straight line a flight goes, mm; lift: how high sections are lifted above
    their place, mm. waiting: parts are seen before their flight; growing: flights are a growth in place.
    """

    arrive: np.ndarray
    leave: np.ndarray
    join: np.ndarray
    way: np.ndarray
    tumble: np.ndarray
    off: np.ndarray
    aside: np.ndarray
    flight: float
    leaving: float
    joining: float
    hop: float
    lift: float
    waiting: bool
    growing: bool


def choreograph(plan: Plan, settings: Settings) -> Choreography:
    """The build animation of a plan, of which the settings give the length and the manner. Raises NothingToBuild."""
    layout = plan.layout
    if not len(layout):
        raise NothingToBuild(f"Model {plan.name!r} has no bricks to animate; convert it again.")
    goes, early = coming_off(plan), coming_off_early(plan)
    sections = sections_of(layout)
    joining = min(_JOINING, _ALL_JOINING / len(sections))
    at_last = goes & ~early
    emptying = np.array([min(_EMPTYING, _ALL_EMPTYING / len(sections)) * early[rows].any() for rows in sections])
    pauses = emptying.sum() + joining * (len(sections) - 1)
    building = 1 - _HOLD - (_GOING if at_last.any() else 0.0) - pauses
    flight = min(settings.flight / settings.frames, _LONGEST_FLIGHTS * building / len(sections))
    arrive, complete, join = _times(layout, sections, building, flight, joining, emptying, settings.pace)
    leave = np.full(len(layout), STAYS)
    leave[at_last] = _leaving_times(arrive[at_last], 1 - _HOLD - _GOING, _GOING)
    for rows, begin, length in zip(sections, complete, emptying, strict=True):
        leave[rows[early[rows]]] = _leaving_times(arrive[rows[early[rows]]], begin, length)
    low, high = boxes_mm(plan)
    order = np.argsort(arrive, kind="stable")
    heap = settings.fly_in == "pile"
    height = float(np.ptp([low[:, 2].min(), high[:, 2].max()]))
    aside = _asides(low, high, sections)
    way, tumble = _ways(settings.fly_in, low, high, order)
    return Choreography(
        arrive=arrive,
        leave=leave,
        join=join,
        way=way - aside if heap else way,
        tumble=tumble,
        off=np.where(goes[:, None], _outwards(low, high) * _radius(low, high), 0.0),
        aside=aside,
        flight=flight,
        leaving=_LEAVING,
        joining=joining,
        hop=max(8 * BRICK_MM, 0.5 * height) if heap else 0.0,
        lift=max(4 * BRICK_MM, 0.2 * height),
        waiting=heap,
        growing=settings.fly_in == "grow",
    )


def boxes_mm(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) and (N, 3): the lowest and the highest corner of every part, without its studs."""
    layout = plan.layout
    unit = (STUD_MM, STUD_MM, PLATE_MM)
    low = np.stack([layout["x"], layout["y"], layout["z"]], axis=-1) * unit
    return low, low + extents(layout, plan.catalogue) * unit


def _times(
    layout: np.ndarray,
    sections: list[np.ndarray],
    building: float,
    flight: float,
    joining: float,
    emptying: np.ndarray,
    pace: str,
) -> tuple[np.ndarray, list[float], np.ndarray]:
    """(N,) when parts arrive; when each section is complete; (N,) when it joins. Parts share the time to build evenly.

    emptying (S,): how long supports go out of each section then.
    """
    arrive, join = np.empty(len(layout)), np.full(len(layout), -1.0)
    complete = []
    spare = building - flight * len(sections)
    begin = 0.0
    for number, rows in enumerate(sections):
        place = np.empty(len(rows), np.int64)
        if pace == "step":
            place = np.unique(layout["step"][rows], return_inverse=True)[1].reshape(-1)
        else:
            place[np.lexsort((layout["z"][rows], layout["step"][rows]))] = np.arange(len(rows))
        length = spare * len(rows) / len(layout)
        arrive[rows] = begin + length * place / max(int(place.max()), 1)
        begin += length + flight
        complete.append(begin)
        begin += emptying[number]
        if number:
            join[rows] = begin
            begin += joining
    return arrive, complete, join


def _leaving_times(arrive: np.ndarray, begin: float, length: float) -> np.ndarray:
    """(N,): what came last goes first, all within a length of time; arrive (N,): of those that go."""
    turn = np.empty(len(arrive))
    turn[np.argsort(-arrive, kind="stable")] = np.arange(len(arrive))
    return begin + max(length - _LEAVING, 0.0) * turn / max(len(arrive) - 1, 1)


def _asides(low: np.ndarray, high: np.ndarray, sections: list[np.ndarray]) -> np.ndarray:
    """(N, 3) mm: every section but the first is built on the ground, beside the model."""
    aside = np.zeros_like(low)
    right, ground = high[:, 0].max(), low[:, 2].min()
    for rows in sections[1:]:
        aside[rows, 0] = right + _GAP_MM - low[rows, 0].min()
        aside[rows, 2] = ground - low[rows, 2].min()
    return aside


def _ways(fly_in: str, low: np.ndarray, high: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) mm from each part's place to where it comes from; (N, 3) its Euler angles there. order: of arriving."""
    still = np.zeros_like(low)
    height = float(high[:, 2].max() - low[:, 2].min())
    if fly_in == "above":
        return still + (0, 0, max(8 * BRICK_MM, 0.6 * height)), still
    if fly_in == "outside":
        return _outwards(low, high) * _radius(low, high) + (0, 0, 0.15 * height), still
    if fly_in == "pile":
        return _heap(low, high, order)
    return still, still


def _outwards(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """(N, 3): level directions of length 1, away from the model's axis."""
    middle = (low.min(axis=0) + high.max(axis=0)) / 2
    away = ((low + high) / 2 - middle) * (1, 1, 0)
    length = np.linalg.norm(away, axis=-1, keepdims=True)
    turn = np.arange(len(low)) * _GOLDEN_ANGLE  # parts on the axis go any way, each another
    spread = np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=-1)
    return np.where(length > STUD_MM / 4, away / np.maximum(length, STUD_MM / 4), spread)


def _radius(low: np.ndarray, high: np.ndarray) -> float:
    """Mm: half the model's level diagonal, and some more."""
    return float(np.linalg.norm(high.max(axis=0) - low.min(axis=0))) / 2 + _GAP_MM


def _heap(low: np.ndarray, high: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ways from a cone of parts in front of the model, and their angles; what is used first lies on top."""
    random = np.random.default_rng(0)
    size = high - low
    volume = _HEAP_LOOSENESS * float(size.prod(axis=-1).sum())
    radius = (3 * volume / (np.pi * _HEAP_SLOPE)) ** (1 / 3) + STUD_MM
    distance = radius * np.sqrt(random.random(len(low)))
    angle = 2 * np.pi * random.random(len(low))
    above = (radius - distance) * _HEAP_SLOPE * random.random(len(low))
    top_first = np.argsort(-above, kind="stable")
    front = low[:, 1].min() - _GAP_MM - radius
    across = (low[:, 0].min() + high[:, 0].max()) / 2
    centre = np.array([across, front, low[:, 2].min()])
    heap = centre + np.stack([distance * np.cos(angle), distance * np.sin(angle), above], axis=-1)
    start = np.empty_like(low)
    start[order] = heap[top_first]
    tumble = random.uniform(-1, 1, low.shape) * (_HEAP_TILT, _HEAP_TILT, np.pi)
    start[:, 2] += np.abs(np.sin(tumble[:, :2])).sum(axis=-1) * size[:, :2].max(axis=-1) / 4  # not into the floor
    place = (low + high) / 2 * (1, 1, 0) + low * (0, 0, 1)
    return start - place, tumble
