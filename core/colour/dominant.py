"""The few colours that make up most of a surface, found by k-means.

They are found in some colours and given to others: in the colours of the visible units, as for a face, or in those of
the whole surface, as for a figure with a texture. Rare colours are swallowed by the nearest of the common ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ..errors import BadSetting
from ..libraries import DOMINANT, load
from ..mesh import Mesh
from ..slicing.surface import sample_surface
from .spaces import lab_to_linear, linear_to_lab, linear_to_srgb, srgb_to_linear

# Where distances are taken: encoded sRGB, as the literature does, or the more even CIE Lab. To and from linear RGB, and
# the side of the boxes in which colours are gathered, half of an 8-bit step of texture at most.
_SPACES = {
    "rgb": (linear_to_srgb, srgb_to_linear, 1 / 255),
    "lab": (linear_to_lab, lab_to_linear, 0.5),
}
_STARTS = 3  # different first centres that are tried


@dataclass(frozen=True)
class DominantColours:
    """Centres to which colours are drawn: linear (K, 3) float64 linear RGB; space: where nearness is measured."""

    linear: np.ndarray
    space: str
    warnings: tuple[str, ...] = ()

    def replace(self, linear: np.ndarray) -> np.ndarray:
        """Linear RGB colours (N, 3), each replaced by its nearest centre: (N, 3) of the same dtype."""
        to_space = _SPACES[self.space][0]
        row = cKDTree(to_space(self.linear)).query(to_space(linear))[1]
        return self.linear[row].astype(np.asarray(linear).dtype)


def dominant_colours(
    linear: np.ndarray, weight: np.ndarray | None, k: int, space: str = "rgb", seed: int = 0
) -> DominantColours:
    """The k (1 or more) dominant colours of linear RGB colours (N, 3), N > 0, that weigh (N,), or all the same.

    Where there are fewer different colours, all of them are taken, with a warning. The same seed gives the same.
    Raises BadSetting for an unknown space or a k below 1, MissingLibrary when scikit-learn is absent.
    """
    if space not in _SPACES:
        raise BadSetting(f"The colour space {space} is unknown for dominant colours; use one of: {', '.join(_SPACES)}.")
    if k < 1:
        raise BadSetting(f"{k} dominant colours can't be; ask for at least 1.")
    to_space, to_linear, side = _SPACES[space]
    points, weights = _gathered(to_space(np.asarray(linear, np.float64)), weight, side)
    if k >= len(points):
        few = f"{k} dominant colours were asked for, but the surface has only {len(points)}; all of them are used."
        return DominantColours(to_linear(points), space, (few,) if k > len(points) else ())
    return DominantColours(to_linear(_centres(points, weights, k, seed)), space)


def surface_colours(mesh: Mesh, opacity: float = 0.0, count: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    """Linear RGB (N, 3) of a mesh's surface and the area (N,) each stands for, at about `count` points.

    What is more transparent than `opacity` is left out, unless all is.
    """
    spacing = np.sqrt(mesh.areas.sum() / count)
    samples = sample_surface(mesh, np.zeros(len(mesh.triangles), bool), float(spacing))
    opaque = samples.colour[:, 3] >= opacity
    chosen = opaque if opaque.any() else ~opaque
    return samples.colour[chosen, :3], samples.weight[chosen]


def _gathered(points: np.ndarray, weight: np.ndarray | None, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 3) gathered in boxes: their weighted means (M, 3) and weights (M,), in the order of the boxes."""
    weight = np.ones(len(points)) if weight is None else np.asarray(weight, np.float64)
    box = np.rint(points / side).astype(np.int64) - np.rint(points / side).astype(np.int64).min(axis=0)
    key = np.ravel_multi_index(tuple(box.T), tuple(box.max(axis=0) + 1))
    boxes, which = np.unique(key, return_inverse=True)
    total = np.bincount(which.reshape(-1), weight, len(boxes))
    sums = [np.bincount(which.reshape(-1), weight * points[:, axis], len(boxes)) for axis in range(3)]
    seen = total > 0
    return np.stack(sums, axis=1)[seen] / total[seen, None], total[seen]


def _centres(points: np.ndarray, weights: np.ndarray, k: int, seed: int) -> np.ndarray:
    """The k means of weighted points; one thread, because the order of sums must not depend on their race."""
    _, threads = load(DOMINANT)
    from sklearn.cluster import KMeans

    with threads.threadpool_limits(limits=1):
        fitted = KMeans(n_clusters=k, n_init=_STARTS, random_state=seed).fit(points, sample_weight=weights)
    return fitted.cluster_centers_
