"""How a layout, or a place in one, bears its weight: the forces, and how the parts would give way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix, hstack
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import Catalogue
from ..layout import extents
from ..packing.task import PackingTask
from ..progress import SILENT, Progress
from ..structure.links import stud_links
from ..structure.statics.certificate import State, least_clutch
from ..structure.statics.constants import CONSTANTS
from ..structure.statics.contacts import GROUND, Kind, Springs, X, joined, uniform
from ..structure.statics.equilibrium import ROWS, Model, Situation, model_of, part_of_model
from ..structure.statics.factor import elimination

# Half the size of a place, in studs, studs and plates: what is further away goes on pressing as before.
_REACH = np.array([8, 8, 15])
_SLIGHT = 1e-5  # N: what a balance found may leave
_IDLE = 1e-3  # N: what an anchor may hold, as what balances leave sums up over all parts
_SAME = 1e-3  # relative, by which a force and a slip may differ where a spring gives way to its force alone
_NOTHING = 1e-9  # N


@dataclass(frozen=True)
class Site:
    """What is built, what it has to bear, and the spots (x, y in studs, z in plates) around which any clutch will do.

    These were given up, so that what else is weak can be found. The situation's loads are given by place.
    """

    task: PackingTask
    situation: Situation
    given_up: tuple[np.ndarray, ...] = ()

    def with_any_clutch(self, model: Model) -> Model:
        """The model with boundless clutch around the spots given up."""
        pull, place = model.pull.copy(), model.springs.place / (1, 1, CONSTANTS.plate_pitches)
        for spot in self.given_up:
            near = (abs(place - spot) <= _REACH).all(axis=1)
            pull[near & (model.springs.kind == Kind.POINT)] = np.inf
        return replace(model, pull=pull)


@dataclass(frozen=True)
class Bearing:
    """The parts (rows of the layout) with a way to the ground, their model, and the state that needs least clutch.

    loose: how many parts have no way to the ground.
    """

    rows: np.ndarray
    model: Model
    state: State
    loose: int

    @property
    def need(self) -> float:
        """The share of the clutch that is needed, inf where no balance was found."""
        return need_of(self.state)


def need_of(state: State) -> float:
    """The share of the clutch that a state certifies, inf where it is none."""
    return state.capacity if state.balanced else np.inf


def bearing_of(layout: np.ndarray, site: Site, progress: Progress = SILENT) -> Bearing:
    """How a layout of at least one part bears its weight. Raises Cancelled."""
    floating = stud_links(layout, site.task.catalogue).floating
    rows = np.flatnonzero(~floating)
    model, _ = part_of_model(model_of(layout, site.task.catalogue, site.situation), rows)
    model = site.with_any_clutch(model)
    return Bearing(rows, model, least_clutch(model, progress), int(floating.sum()))


def tension(model: Model, force: np.ndarray) -> np.ndarray:
    """(F,): tension over clutch of the contact points that hold something; 0 for all other springs."""
    holds = (model.springs.kind == Kind.POINT) & (model.pull > 0)
    return np.where(holds, np.maximum(-force, 0) / np.where(holds, model.pull, 1), 0.0)


def decisive(model: Model, state: State) -> np.ndarray:
    """(F,): how much each contact point decides that no less clutch will do, in no unit: its multiplier.

    At its bound a spring's slip goes beyond its force by the multiplier.
    """
    binds = tension(model, state.force) > 0
    return np.where(binds, np.maximum(state.slip - abs(state.force), 0), 0.0)


def lift_of(model: Model, state: State) -> np.ndarray:
    """(N, 5): how the parts would move: along x, y and z, and turned about x and y, in no unit.

    The search's displacements u are found again from its slips |A^T u|: where a spring is at its bound it slips away
    from it, else it follows its force.
    """
    follows = state.slip <= state.force * (1 + _SAME) + _NOTHING
    free = ~np.isfinite(model.pull)
    along = np.where(free, np.sign(state.force), np.where(follows, 1.0, -1.0)) * state.slip
    plan = elimination(model.matrix, model.springs.first, model.springs.second, model.middle)
    return plan.solver(np.ones(len(along)))(model.matrix @ along).reshape(-1, ROWS)


def moved(lift: np.ndarray, middle: np.ndarray, place: np.ndarray) -> np.ndarray:
    """(K, 3): how points (K, 3) move with parts of these lifts (K, 5) and middles (K, 3), in pitches."""
    lever = place - middle
    turn_x, turn_y = lift[:, 3], lift[:, 4]
    turned = [turn_y * lever[:, 2], -turn_x * lever[:, 2], turn_x * lever[:, 1] - turn_y * lever[:, 0]]
    return lift[:, :3] + np.stack(turned, axis=1)


@dataclass(frozen=True)
class Place:
    """Parts near a spot that hang together, and how all others press on them.

    rows (K,) of the layout; outside (K, 5): what acts on each from elsewhere, in N; inner (K,) bool: nothing does, so
    that the part may be replaced. anchor: one of `rows` that is held, which takes no force, as all that acts is in
    balance; -1 where the ground holds some part. spot (3,): x, y in studs, z in plates.
    """

    rows: np.ndarray
    outside: np.ndarray
    inner: np.ndarray
    anchor: int
    spot: np.ndarray

    def need(self, state: State) -> float:
        """The share of the clutch that a state of this place certifies, inf where it is none."""
        held = state.force[len(state.force) - ROWS :] if self.anchor >= 0 else np.zeros(0)
        return need_of(state) if abs(held).max(initial=0.0) < _IDLE else np.inf


def place_at(spring: int, bearing: Bearing, layout: np.ndarray, site: Site) -> Place:
    """The place around a spring of a layout whose balance was found."""
    model, force = bearing.model, bearing.state.force
    spot = model.springs.place[spring] / (1, 1, CONSTANTS.plate_pitches)
    near = _together(model, _near(spot, layout[bearing.rows], site.task.catalogue), int(model.springs.second[spring]))
    parts = np.flatnonzero(near)
    piece, columns = part_of_model(model, parts)
    rows = (parts[:, None] * ROWS + np.arange(ROWS)).ravel()
    acting = ((model.matrix @ force + model.weight)[rows] - piece.matrix @ force[columns]).reshape(-1, ROWS)
    own = _own_model(layout[bearing.rows[parts]], site).weight.reshape(-1, ROWS)
    inner = ~_pressed(model, near)[parts] & (abs(acting - own) < _SLIGHT).all(axis=1)
    outside, anchor = np.where(inner[:, None], 0.0, acting - own), -1
    if (piece.springs.first != GROUND).all() and not inner.all():
        # The balance leaves a trace, which in sum no forces within the piece could balance.
        edge = np.flatnonzero(~inner)
        left = _sums(piece.middle) @ (own + outside).ravel()
        outside[edge] -= np.linalg.lstsq(_sums(piece.middle[edge]), left, rcond=None)[0].reshape(-1, ROWS)
        anchor = int(edge[0])
    return Place(bearing.rows[parts], outside, inner, anchor, spot)


def _near(spot: np.ndarray, layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    low = np.stack([layout[axis] for axis in "xyz"], axis=1)
    return ((low - _REACH <= spot) & (low + extents(layout, catalogue) + _REACH >= spot)).all(axis=1)


def _together(model: Model, near: np.ndarray, part: int) -> np.ndarray:
    """(N,) bool: those of the parts near (N,) bool that studs join to a part by way of others of them."""
    springs = model.springs
    joint = (springs.kind == Kind.SHEAR) & (springs.first != GROUND)
    ends = np.stack([springs.first, springs.second])[:, joint]
    ends = ends[:, near[ends].all(axis=0)]
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(model.parts,) * 2)
    label = connected_components(graph, directed=False)[1]
    return near & (label == label[part])


def _sums(middle: np.ndarray) -> np.ndarray:
    """(5, 5 K): the sums of forces and torques of parts with these middles (K, 3), about the origin."""
    sums = np.tile(np.eye(ROWS), len(middle)).reshape(ROWS, len(middle), ROWS)
    x, y, z = middle.T
    sums[3, :, 2], sums[3, :, 1] = y, -z
    sums[4, :, 0], sums[4, :, 2] = z, -x
    return sums.reshape(ROWS, -1)


def _pressed(model: Model, near: np.ndarray) -> np.ndarray:
    """(N,) bool: parts that touch one that is not near (N,) bool."""
    first, second = model.springs.first, model.springs.second
    both = first != GROUND
    first, second = first[both], second[both]
    pressed = np.zeros(model.parts, bool)
    pressed[first[~near[second]]] = True
    pressed[second[~near[first]]] = True
    return pressed


def _own_model(layout: np.ndarray, site: Site) -> Model:
    return model_of(layout, site.task.catalogue, replace(site.situation, loads=()))


def model_at(place: Place, layout: np.ndarray, site: Site) -> Model:
    """The model of a place's parts alone, on which all outside goes on pressing; its last springs are the anchor."""
    own = layout[place.rows]
    model = _own_model(own, site)
    springs = model.springs
    stays = np.arange(len(springs.first))
    if own["z"].min() > layout["z"].min():
        # The lowest of these parts do not stand on the ground.
        stays = stays[springs.first != GROUND]
    names = ("kind", "axis", "first", "second", "place")
    kept = Springs(*(getattr(springs, name)[stays] for name in names))
    part = np.repeat(np.array([place.anchor] if place.anchor >= 0 else [], np.intp), ROWS)
    held = uniform(Kind.SHEAR, X, np.full(len(part), GROUND), part, model.middle[part])
    entry = part * ROWS + np.arange(len(part))
    matrix = csc_matrix((np.ones(len(part)), (entry, np.arange(len(part)))), shape=(len(model.weight), len(part)))
    held_model = Model(
        joined([kept, held]),
        hstack([model.matrix[:, stays], matrix]).tocsc(),
        model.weight + place.outside.ravel(),
        np.concatenate([model.pull[stays], np.full(len(part), np.inf)]),
        model.middle,
    )
    return site.with_any_clutch(held_model)
