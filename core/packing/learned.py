"""Packing by a trained classifier: of several layouts of each layer it takes the one that promises the best joints.

Paper T, rows 6.12 to 6.22. The layers come from other packers (candidates.py). From the ground up, each candidate's
four energies, given what is below, go to a support vector classifier that grades it (training/README.md); the best
grade is laid. Diagonal pairs of singles then become corner bricks where that is possible (corners.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from ..catalogue.parts import Catalogue
from ..layout import LAYOUT_DTYPE, extents
from ..networks.runner import Network, Port, load_network
from ..progress import SILENT, Progress
from .candidates import FEATURES, ByLayer, features, packed_by_all
from .corners import repair_corners
from .task import PackingTask, layers_of

NETWORK = Path(__file__).parents[1] / "networks" / "layouts.onnx"
# What each grade is worth, from a layer as good as the best of its candidates to a poor one.
WORTH = np.array([3.0, 2.0, 1.0, 0.0])
_SHARE_OF_CANDIDATES = 0.9  # of the time
_LAYERS_THAT_REACH = 4  # a brick ends three plates up; till then three layers of plates have begun


def pack_learned(task: PackingTask, progress: Progress = SILENT) -> np.ndarray:
    """A layout whose layers the classifier chose.

    Raises MissingLibrary without onnxruntime, BadSetting when the parts can't fill the model, Cancelled.
    """
    network = classifier()
    sources = packed_by_all(task, progress.part(progress.stage, 0.0, _SHARE_OF_CANDIDATES))
    choosing = progress.part(progress.stage, _SHARE_OF_CANDIDATES, 1 - _SHARE_OF_CANDIDATES)
    candidates_of = ByLayer(sources, task.catalogue)
    laid = [np.zeros(0, LAYOUT_DTYPE)]
    ground = None
    for layer in layers_of(task):
        ground = layer.z if ground is None else ground
        below = parts_under(laid, layer.z, task.catalogue)
        candidates = candidates_of.of(layer)
        score = grades(network, features(candidates, below, task.catalogue, ground)) @ WORTH
        chosen = candidates.of(int(np.argmax(score)))
        laid.append(repair_corners(chosen, layer, below, task))
        choosing.at((layer.z + 1) / task.grid.shape[0], layout=laid[-1])
    return np.concatenate(laid)


@cache
def classifier() -> Network:
    """The shipped network: features (N, 4) -> the chance of each grade (N, 4)."""
    ports = (Port("features", (None, FEATURES)),), (Port("probabilities", (None, len(WORTH))),)
    return load_network(NETWORK, *ports)


def grades(network: Network, values: np.ndarray) -> np.ndarray:
    """(N, 4) the chance of each grade, the best first."""
    return network.run(features=values)["probabilities"]


def parts_under(laid: list[np.ndarray], z: int, catalogue: Catalogue) -> np.ndarray:
    """The parts of the last layers that end at height z."""
    recent = np.concatenate(laid[-_LAYERS_THAT_REACH:])
    return recent[recent["z"] + extents(recent, catalogue)[:, 2] == z]
