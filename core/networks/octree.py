"""One picture of an object becomes a volume, by the octree network of [I], which the project trained itself.

An encoder makes 256 latent values of a grey picture, a decoder makes cells of them at 4, 8, 16 and 32 a side
(training/octree_networks.py). There are two: one has seen objects in one set pose, the other in several. Both look; the
one whose cells, seen from its pose, cover the object in the picture best is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from ..colour.spaces import linear_to_srgb, srgb_to_linear
from ..errors import BadSetting, NothingToBuild
from ..grid import visible
from ..images import resized
from ..progress import SILENT, Progress
from .poses import POSES, SET_POSE, Pose, in_camera, on_picture
from .runner import Network, Port, load_network
from .volume import Volume

PIXELS = 128
SIDES = (4, 8, 16, 32)
# Which file was trained on which poses.
NETWORKS: dict[str, tuple[Pose, ...]] = {"octree-set-pose.onnx": (SET_POSE,), "octree-poses.onnx": POSES}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear sRGB
_FLOOR = 0.15  # the darkest object is still brighter than the background
_MARGIN = 1.0  # pixels around the object
THRESHOLD = 0.35  # of 0.2, 0.25, ... 0.6 the best for the objects that watch the training
_SPECK = 0.02  # pieces with a smaller share of the cells are nothing
_COARSE = 64  # pixels a side of the pictures in which cells are compared with the image: there they lie side by side


@dataclass(frozen=True)
class Seen:
    """What a network found: occupancy (32, 32, 32) float32 [z, y, x] in 0..1, the pose that fits, and how well.

    fit: how much of the object in the picture and of the cells seen from there is both, 0..1.
    """

    occupancy: np.ndarray
    pose: Pose
    fit: float


def volume_of_image(pixels: np.ndarray, progress: Progress = SILENT) -> Volume:
    """The volume of square pixels (S, S, 4) uint8, encoded sRGB and straight alpha, which says what the object is.

    Colours are those of the picture where it shows a cell, elsewhere of the nearest cell that it shows. Raises
    NothingToBuild for a picture that is transparent or in which nothing is found, CannotRead, MissingLibrary,
    Cancelled.
    """
    framed, warnings = framed_object(pixels)
    progress.at(0.1, "Running the networks")
    best = look(_input_of(framed))
    if best.fit == 0.0:
        raise NothingToBuild("The network found no object in the image; cut it out, or choose another image.")
    progress.at(0.8, "Colouring the volume")
    occupancy = without_specks(best.occupancy)
    colour = _colours(occupancy > THRESHOLD, framed, best.pose)
    return Volume("octree", occupancy, THRESHOLD, colour, warnings=warnings)


def occupancy_of_image(pixels: np.ndarray, side: int = 32, network: str = "octree-poses.onnx") -> np.ndarray:
    """(side, side, side) float32 [z, y, x]: how likely each cell of an object in square pixels (S, S, 4) is full.

    side: 4, 8, 16 or 32. Raises what `volume_of_image` does, and BadSetting for another side.
    """
    if side not in SIDES:
        raise BadSetting(f"The octree network has no {side} cells a side; ask for 4, 8, 16 or 32.")
    framed, _ = framed_object(pixels)
    return chances(_input_of(framed), network)[side]


def chances(picture: np.ndarray, network: str) -> dict[int, np.ndarray]:
    """How likely cells are full, by cells a side, in a picture (128, 128) as `network_input` makes it."""
    made = _loaded(network).run(picture=picture.astype(np.float32)[None, None])
    return {side: made[f"cells_{side}"][0] for side in SIDES}


@cache
def _loaded(network: str) -> Network:
    outputs = tuple(Port(f"cells_{side}", (1, side, side, side)) for side in SIDES)
    return load_network(Path(__file__).with_name(network), (Port("picture", (1, 1, PIXELS, PIXELS)),), outputs)


def network_input(grey: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """(H, W) in 0..1: greys where the object is, nothing elsewhere. grey (sRGB), alpha (H, W) in 0..1."""
    return alpha * (_FLOOR + (1.0 - _FLOOR) * grey)


def framed_object(pixels: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """(128, 128, 4) uint8: what is not transparent fills the picture but for a pixel; and warnings.

    Raises NothingToBuild where everything is transparent.
    """
    there = pixels[..., 3] > 127
    if not there.any():
        raise NothingToBuild("The image is transparent throughout; choose one that shows an object.")
    warnings: tuple[str, ...] = ()
    if there.all():
        warnings = (
            "The image has no transparent background, so that all of it was taken for the object; cut the object out.",
        )
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    high, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    spare = int(np.ceil(max(high, wide) * _MARGIN / (PIXELS - 2 * _MARGIN)))
    side = max(high, wide) + 2 * spare
    square = np.zeros((side, side, 4), np.uint8)
    top, left = (side - high) // 2, (side - wide) // 2
    square[top : top + high, left : left + wide] = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return resized(square, PIXELS, PIXELS), warnings


def look(picture: np.ndarray) -> Seen:
    """What the network finds that fits a picture (128, 128) best, and from which of its poses; the first of equals."""
    found = []
    for network, poses in NETWORKS.items():
        occupancy = chances(picture, network)[SIDES[-1]]
        found.append(Seen(occupancy, *best_pose(occupancy, picture, poses)))
    return max(found, key=lambda seen: seen.fit)


def best_pose(occupancy: np.ndarray, picture: np.ndarray, poses: tuple[Pose, ...]) -> tuple[Pose, float]:
    """From which pose the filled cells cover the object in a picture (128, 128) best, and how well (see Seen)."""
    cells = occupancy > THRESHOLD
    if not cells.any():
        return poses[0], 0.0
    finer = PIXELS // _COARSE
    there = picture.reshape(_COARSE, finer, _COARSE, finer).mean(axis=(1, 3)) > _FLOOR / 2
    fits = [_overlap(_outline(cells, pose), there) for pose in poses]
    best = int(np.argmax(fits))
    return poses[best], fits[best]


def without_specks(occupancy: np.ndarray) -> np.ndarray:
    """The occupancy without pieces that are too small to mean anything."""
    label, count = ndimage.label(occupancy > THRESHOLD)
    size = np.bincount(label.ravel(), minlength=count + 1)
    size[0] = 0
    speck = (size < _SPECK * size.sum())[label] & (label > 0)
    return np.where(speck, np.float32(0.0), occupancy)


def _input_of(framed: np.ndarray) -> np.ndarray:
    """(128, 128) float64 of pixels (128, 128, 4)."""
    grey = linear_to_srgb(srgb_to_linear(framed[..., :3] / 255) @ LUMINANCE)
    return network_input(grey, framed[..., 3] / 255)


def _outline(cells: np.ndarray, pose: Pose) -> np.ndarray:
    """(64, 64) bool: where a camera sees cells."""
    place, _ = _projected(cells, pose)
    seen = np.zeros((_COARSE, _COARSE), bool)
    seen[place[:, 1], place[:, 0]] = True
    return ndimage.binary_closing(np.pad(seen, 1), np.ones((3, 3), bool))[1:-1, 1:-1]


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.count_nonzero(a & b) / np.count_nonzero(a | b))


def _projected(cells: np.ndarray, pose: Pose) -> tuple[np.ndarray, np.ndarray]:
    """Column and row (N, 2) in the coarse picture, and distance (N,) in cells, of the middles of the filled cells."""
    seen = in_camera(np.argwhere(cells)[:, ::-1] + 0.5, pose)
    place, inverse = on_picture(seen, _COARSE, _MARGIN * _COARSE / PIXELS)
    return np.clip(place.astype(np.intp), 0, _COARSE - 1), 1.0 / inverse


def _colours(cells: np.ndarray, framed: np.ndarray, pose: Pose) -> np.ndarray:
    """(Z, Y, X, 3) uint8 encoded sRGB of the filled cells, black elsewhere."""
    outside = cells & visible(cells)
    place, away = _projected(outside, pose)
    pixel = place[:, 1] * _COARSE + place[:, 0]
    nearest = np.full(_COARSE * _COARSE, np.inf)
    np.minimum.at(nearest, pixel, away)
    small = resized(framed, _COARSE, _COARSE)[place[:, 1], place[:, 0]]
    shown = (away < nearest[pixel] + 1.5) & (small[:, 3] > 200)
    if not shown.any():
        shown[:] = True
    where, filled = np.argwhere(outside), np.argwhere(cells)
    nearest_shown = cKDTree(where[shown]).query(filled)[1]
    colour = np.zeros((*cells.shape, 3), np.uint8)
    colour[tuple(filled.T)] = small[shown, :3][nearest_shown]
    return colour
