"""The surface of a face as 468 points, by MediaPipe's face mesh in an ONNX file.

Y. Kartynnik et al., "Real-time facial surface geometry from monocular video on mobile GPUs", CVPR workshops 2019. Two
interfaces are known: 192 x 192 float32 with 468 points, and 256 x 256 float16 with 478, whose last ten are irises. Both
see RGB 0 to 1 of a square around the face, and give pixels of that square and how surely it shows a face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...errors import CannotRead
from ...libraries import IMAGES, load
from ..image_port import ImagePort, image_port
from ..runner import Network

POINTS = 468
_NUMBERS = (3 * POINTS, 3 * 478)
_MARGIN = 0.25  # of the face's box, on every side
_RIGHT_EYE, _LEFT_EYE = 33, 263  # outer corners, as the image shows them from left to right
LANDMARKS = (
    "a face mesh (MediaPipe): 1 x 3 x 192 x 192 float32 -> 1404 numbers (468 points x, y, z) and a face logit, such as "
    "face_landmark.onnx; or 1 x 3 x 256 x 256 float16 -> 1434 numbers and a logit"
)


@dataclass(frozen=True)
class Crop:
    """A square of an image, turned to stand upright: middle in pixels, side in pixels, turn in radians."""

    middle: np.ndarray
    side: float
    turn: float = 0.0


def is_face_mesh(network: Network) -> bool:
    """Whether a network has a face mesh's tensors."""
    port = _image(network)
    square = port is not None and port.width is not None and port.width == port.height
    return square and _points_port(network) is not None and _score_port(network) is not None


def face_points(network: Network, rgb: np.ndarray, box: np.ndarray) -> tuple[np.ndarray, float]:
    """The points of the face in a box (left, top, right, bottom), and the logit of its being one.

    Points are (468, 3) float64 in pixels of the image: to the right, downwards, away. Looked for twice: in the box,
    then in an upright square around what was found there. Raises CannotRead when the network fails.
    """
    low, high = box[:2], box[2:]
    points, score = _looked_at(network, rgb, Crop((low + high) / 2, float((high - low).max()) * (1 + 2 * _MARGIN)))
    if score <= 0:
        return points, score
    across = points[_LEFT_EYE] - points[_RIGHT_EYE]
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    side = float((high - low).max()) * (1 + 2 * _MARGIN)
    return _looked_at(network, rgb, Crop((low + high) / 2, side, math.atan2(across[1], across[0])))


def _looked_at(network: Network, rgb: np.ndarray, crop: Crop) -> tuple[np.ndarray, float]:
    port, points_port, score_port = _image(network), _points_port(network), _score_port(network)
    assert port and points_port and score_port
    side, _ = port.size
    seen = cut_out(rgb, crop, side).astype(np.float32) / 255
    made = network.run(**{network.inputs[0].name: port.laid_out(seen)})
    points = made[points_port].astype(np.float64).reshape(-1, 3)[:POINTS]
    score = float(made[score_port].reshape(-1)[0])
    if not np.isfinite(points).all() or not math.isfinite(score):
        raise CannotRead(f"The network {network.file} gave what is no number; choose another file.")
    turn = np.array([[math.cos(crop.turn), -math.sin(crop.turn)], [math.sin(crop.turn), math.cos(crop.turn)]])
    scale = crop.side / side
    flat = (points[:, :2] - side / 2) * scale @ turn.T + crop.middle
    return np.column_stack([flat, points[:, 2] * scale]), score


def cut_out(rgb: np.ndarray, crop: Crop, side: int) -> np.ndarray:
    """(side, side, 3) uint8 of a square of an image; what lies beyond the image is black."""
    load(IMAGES)
    from PIL import Image

    step = crop.side / side
    cos, sin = math.cos(crop.turn) * step, math.sin(crop.turn) * step
    left = crop.middle[0] - (cos - sin) * side / 2
    top = crop.middle[1] - (sin + cos) * side / 2
    image = Image.fromarray(np.ascontiguousarray(rgb))
    way = (cos, -sin, left, sin, cos, top)
    return np.asarray(image.transform((side, side), Image.Transform.AFFINE, way, Image.Resampling.BILINEAR))


def _image(network: Network) -> ImagePort | None:
    return image_port(network, types=("float32", "float16"))


def _points_port(network: Network) -> str | None:
    return next((port.name for port in network.outputs if _count(port.shape) in _NUMBERS), None)


def _score_port(network: Network) -> str | None:
    return next((port.name for port in network.outputs if _count(port.shape) == 1), None)


def _count(shape: tuple[int | None, ...]) -> int:
    return math.prod(length or 1 for length in shape) if shape else 0
