"""Faces in an image, by UltraFace or a network of its tensors.

Linzaer, "Ultra-Light-Fast-Generic-Face-Detector-1MB" (2019): 1 x 3 x height x width float32, RGB as (v - 127) / 128,
gives scores (1 x N x 2, the second is the face's) and boxes (1 x N x 4: left, top, right, bottom, 0 to 1).
"""

from __future__ import annotations

import numpy as np

from ...images import resized
from ..image_port import image_port
from ..runner import Network

SCORE = 0.7  # of UltraFace's own examples; less brings faces in coins and stones
_OVERLAP = 0.3  # boxes that share more of their area show the same face
DETECTOR = (
    "a face detector (UltraFace): 1 x 3 x height x width float32 -> scores 1 x N x 2 and boxes 1 x N x 4, such as "
    "ultraface-RFB-320.onnx"
)


def is_detector(network: Network) -> bool:
    """Whether a network has a face detector's tensors."""
    given, shapes = image_port(network), [port.shape for port in network.outputs]
    sized = given is not None and None not in (given.width, given.height)
    return sized and [len(shape) for shape in shapes] == [3, 3] and _rows(shapes)


def _rows(shapes: list[tuple[int | None, ...]]) -> bool:
    return sorted(shape[2] or 0 for shape in shapes) == [2, 4]


def find_faces(network: Network, rgb: np.ndarray) -> np.ndarray:
    """(N, 4) float64 left, top, right, bottom in pixels of the faces in (H, W, 3) uint8, the largest first."""
    port = image_port(network)
    assert port
    small = resized(rgb, *port.size).astype(np.float32)
    made = network.run(**{network.inputs[0].name: port.laid_out((small - 127) / 128)})
    scores, boxes = sorted(made.values(), key=lambda array: array.shape[-1])
    likely = scores[0, :, 1] >= SCORE
    found = boxes[0][likely].astype(np.float64) * np.tile([rgb.shape[1], rgb.shape[0]], 2)
    return _apart(found, scores[0, likely, 1])


def _apart(boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The boxes without those that overlap a likelier one (non-maximum suppression), the largest first."""
    kept: list[np.ndarray] = []
    for box in boxes[np.argsort(-scores, kind="stable")]:
        if all(_shared(box, other) <= _OVERLAP for other in kept):
            kept.append(box)
    kept.sort(key=lambda box: -_area(box))
    return np.array(kept).reshape(-1, 4)


def _area(box: np.ndarray) -> float:
    return float(np.prod(np.maximum(box[2:] - box[:2], 0)))


def _shared(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two boxes."""
    both = _area(np.concatenate([np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])]))
    return both / max(_area(one) + _area(other) - both, 1e-9)
