"""Candidate layouts of each layer, taken from models that other packers laid, and what their energies say of them.

What a layer's cells and colours ask of its parts does not depend on other layers, so layers of several layouts of one
model go together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import LAYOUT_DTYPE, extents
from ..progress import Progress
from ..structure.energies import gauss_normalised, layer_energies
from .deterministic import pack_deterministic
from .fast import pack_fast
from .restarts import pack_restarts
from .scored import pack_scored
from .task import Layer, PackingTask

# Packers and start values whose layouts are the candidates. The best packer is not among them: what it finds is the
# truth that the classifier has learned to tell from four numbers.
_FAST_SEEDS = 4
SOURCES: tuple[tuple[Callable[..., np.ndarray], int], ...] = (
    *((pack_fast, seed) for seed in range(_FAST_SEEDS)),
    (pack_deterministic, 0),
    (pack_scored, 0),
    (pack_restarts, 0),
)
_LONGEST = 16  # studs; nothing that cells are packed of is longer
FEATURES = 4  # E_m, stability E_v + E_h, symmetry E_s, efficiency E_e


@dataclass(frozen=True)
class Candidates:
    """Layouts of one layer: parts (N,) LAYOUT_DTYPE, the candidate (N,) each belongs to, and how many there are."""

    parts: np.ndarray
    number: np.ndarray
    count: int

    def of(self, number: int) -> np.ndarray:
        """The parts of one candidate."""
        return self.parts[self.number == number]


def packed_by_all(task: PackingTask, progress: Progress) -> list[np.ndarray]:
    """The task's layouts by SOURCES. Raises BadSetting when the parts can't fill the model, Cancelled."""
    layouts = []
    for i, (pack, seed) in enumerate(SOURCES):
        part = progress.part(progress.stage, i / len(SOURCES), 1 / len(SOURCES))
        layouts.append(pack(replace(task, seed=task.seed + seed), part))
    return layouts


class ByLayer:
    """Layouts by the layers they build: rows that begin at one height and are equally high lie together."""

    def __init__(self, layouts: list[np.ndarray], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._layouts = []
        for layout in layouts:
            key = _layer_key(layout["z"], extents(layout, catalogue)[:, 2])
            order = np.argsort(key, kind="stable")
            self._layouts.append((key[order], layout[order]))

    def of(self, layer: Layer) -> Candidates:
        """The layouts of a layer that cover it; one that builds it by higher or lower parts too does not."""
        key = _layer_key(np.int64(layer.z), layer.plates)
        area = self._catalogue.spots("cells").count
        found = []
        for keys, layout in self._layouts:
            rows = layout[np.searchsorted(keys, key) : np.searchsorted(keys, key, side="right")]
            if area[rows["part"], rows["turn"]].sum() == np.count_nonzero(layer.cells):
                found.append(rows)
        number = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
        return Candidates(np.concatenate([np.zeros(0, LAYOUT_DTYPE), *found]), number, len(found))


def _layer_key(z: np.ndarray | np.int64, plates: np.ndarray | int) -> np.ndarray:
    return np.asarray(z).astype(np.int64) * 2**8 + plates


def features(candidates: Candidates, below: np.ndarray, catalogue: Catalogue, ground: int) -> np.ndarray:
    """(K, 4) float32 in 0..1: the energies of each candidate on the parts `below`, against those of the others.

    E_m, E_v + E_h, E_s and E_e, each Gauss-normalised by its mean and deviation over the layer's candidates. Above
    there is nothing yet. ground: height of the ground.
    """
    # The candidates lie side by side, each on a copy of what is below, too far apart to meet.
    parts, shift = candidates.parts.copy(), _width(candidates.parts, below) + 2
    parts["x"] += candidates.number * shift
    under = np.tile(below, candidates.count)
    under["x"] += np.repeat(np.arange(candidates.count), len(below)) * shift
    layer = np.concatenate([candidates.number, np.full(len(under), -1)])
    energies = layer_energies(np.concatenate([parts, under]), catalogue, layer, ground)
    columns = ("units", None, "symmetry", "efficiency")
    values = [energies[name] if name else energies["vertical"] + energies["horizontal"] for name in columns]
    return np.stack([gauss_normalised(v, v.mean(), _deviation(v)) for v in values], axis=1).astype(np.float32)


def _width(parts: np.ndarray, below: np.ndarray) -> int:
    """More than any part reaches along x."""
    both = np.concatenate([parts["x"], below["x"]])
    return int(both.max(initial=0) - both.min(initial=0)) + _LONGEST


def _deviation(values: np.ndarray) -> float:
    """The standard deviation, without what rounding leaves of equal values."""
    found = float(values.std())
    return found if found > 1e-9 else 0.0
