"""What the candidate layouts of a layer are really worth, measured: the labels that the classifier learns from."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from brickprint.core.catalogue.parts import Catalogue
from brickprint.core.layout import LAYOUT_DTYPE, footprint_cells
from brickprint.core.packing.candidates import ByLayer, Candidates, features, packed_by_all
from brickprint.core.packing.choosing import cells_of
from brickprint.core.packing.exact import exact_cover
from brickprint.core.packing.learned import parts_under
from brickprint.core.packing.pieces import labelled
from brickprint.core.packing.task import Layer, PackingTask, layers_of
from brickprint.core.packing.touching import Tops
from brickprint.core.progress import SILENT
from brickprint.core.structure.links import stud_links
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

# What faults cost, in parts: a piece that does not hang together with the ground (yet; most are tied from above, or
# by connecting at no cost), and a part that one stud or none holds from below.
LOOSE_PIECE = 0.5
WEAK_JOINT = 0.1
# Grades by how much more a candidate costs than the best of its layer, as a share of the fewest parts possible.
GRADE_ENDS = (0.0, 0.05, 0.15)
PROOF_SECONDS = 3.0  # for the exact cover of a piece of a layer; most take a hundredth of a second


class Tower:
    """The layers laid so far: what is on top, and group (N,): the connected piece of each part, 0 on the ground."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        """shape: Y, X of the layers."""
        self.tops, self.group, self.ground = Tops(shape), np.zeros(0, np.int32), 0

    def lay(self, parts: np.ndarray, layer: Layer, catalogue: Catalogue) -> np.ndarray:
        """Add the parts of a layer; gives the studs (N,) that hold each from below."""
        row, x, y = footprint_cells(parts, catalogue)
        carrier = self.tops.at(layer.z)[y, x]
        self.tops.lay(layer.z, layer.plates, row, y.astype(np.intp) * layer.cells.shape[1] + x)
        held = carrier >= 0
        if not len(self.group):
            self.ground = layer.z
        if layer.z == self.ground:
            self.group = np.zeros(len(self.group) + len(parts), np.int32)
        else:
            groups = int(self.group.max()) + 1
            ends = groups + row[held], self.group[carrier[held]]
            links = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(groups + len(parts),) * 2)
            label = connected_components(links, directed=False)[1]
            self.group = label[np.concatenate([self.group, groups + np.arange(len(parts))])]
        return np.bincount(row, weights=held, minlength=len(parts))


@dataclass(frozen=True)
class Choice:
    """A layer to choose for: its candidates, the parts they would lie on, and the tower built so far."""

    layer: Layer
    candidates: Candidates
    below: np.ndarray
    tower: Tower
    ground: int


def walk(task: PackingTask, sources: list[np.ndarray], choose: Callable[[Choice], int]) -> np.ndarray:
    """The layout in which `choose` has said, from the ground up, which candidate of each layer is laid."""
    candidates_of = ByLayer(sources, task.catalogue)
    tower, laid, ground = Tower(task.grid.shape[1:]), [np.zeros(0, LAYOUT_DTYPE)], None
    for layer in layers_of(task):
        ground = layer.z if ground is None else ground
        below = parts_under(laid, layer.z, task.catalogue)
        candidates = candidates_of.of(layer)
        laid.append(candidates.of(choose(Choice(layer, candidates, below, tower, ground))))
        tower.lay(laid[-1], layer, task.catalogue)
    return np.concatenate(laid)


def costs(choice: Choice, catalogue: Catalogue) -> np.ndarray:
    """(K,) parts, loose pieces and weak joints of each candidate of a layer, in parts."""
    return np.array([_cost(choice, number, catalogue) for number in range(choice.candidates.count)])


def _cost(choice: Choice, number: int, catalogue: Catalogue) -> float:
    parts, tower = choice.candidates.of(number), deepcopy(choice.tower)
    held = tower.lay(parts, choice.layer, catalogue)
    weak = 0 if choice.layer.z == choice.ground else np.count_nonzero(held <= 1)
    return len(parts) + LOOSE_PIECE * (len(np.unique(tower.group)) - 1) + WEAK_JOINT * weak


def model_cost(layout: np.ndarray, catalogue: Catalogue) -> float:
    """Parts, loose pieces and weak joints of a whole layout, in parts."""
    links = stud_links(layout, catalogue)
    held = np.bincount(links.upper, weights=links.studs, minlength=len(layout))
    weak = np.count_nonzero((held <= 1) & (layout["z"] > layout["z"].min()))
    return len(layout) + LOOSE_PIECE * (links.components - 1) + WEAK_JOINT * weak


def fewest_parts(choice: Choice, catalogue: Catalogue) -> float:
    """The least number of parts that can build the layer; the least of the candidates where that can't be proved."""
    layer = choice.layer
    label = labelled(layer).ravel()
    owner, cell = cells_of(layer.placements, catalogue, layer.cells.shape[1])
    piece = label[cell[np.searchsorted(owner, np.arange(len(layer.placements)))]]
    least = 0.0
    for number in range(1, int(label.max()) + 1):
        rows = np.flatnonzero(piece == number)
        owner, cell = cells_of(layer.placements[rows], catalogue, layer.cells.shape[1])
        cover = exact_cover(owner, cell, np.ones(len(rows)), PROOF_SECONDS)
        if cover is None or cover.bound < cover.cost - 0.5:
            return float(np.bincount(choice.candidates.number).min())
        least += cover.cost
    return least


def grades_of(cost: np.ndarray, minimum: float) -> np.ndarray:
    """(K,) 0..3 by GRADE_ENDS, 0 the best."""
    return np.searchsorted(GRADE_ENDS, (cost - cost.min()) / minimum - 1e-9)


@dataclass(frozen=True)
class Samples:
    """Candidates of layers: features (N, 4), grades (N,), and the layer (N,) each is of, by number."""

    features: np.ndarray
    grade: np.ndarray
    layer: np.ndarray


def samples_of(task: PackingTask, wanted: int, seed: int) -> Samples:
    """At least `wanted` samples of a model, on towers of candidates that were chosen by chance."""
    sources, rng = packed_by_all(task, SILENT), np.random.default_rng(seed)
    minima: dict[tuple[int, int], float] = {}
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def choose(choice: Choice) -> int:
        place = choice.layer.z, choice.layer.plates
        if place not in minima:
            minima[place] = fewest_parts(choice, task.catalogue)
        grade = grades_of(costs(choice, task.catalogue), minima[place])
        values = features(choice.candidates, choice.below, task.catalogue, choice.ground)
        found.append((values, grade, np.full(len(grade), list(minima).index(place))))
        return int(rng.integers(choice.candidates.count))

    while sum(len(grade) for _, grade, _ in found) < wanted:
        walk(task, sources, choose)
    return Samples(*(np.concatenate(column) for column in zip(*found, strict=True)))
