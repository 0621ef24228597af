"""A matte, what of an image is its object, by a network that the user has, such as U2-Net's.

X. Qin et al., "U2-Net: going deeper with nested U-structure for salient object detection", Pattern Recognition 106
(2020).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import CannotRead
from ..images import resized
from .runner import Network, open_network, ports_in_words

_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
_USUAL_SIDE = 320  # of U2-Net, for networks of any size
_SIDES = (16, 2048)


def matte_by_network(file: Path, rgb: np.ndarray) -> np.ndarray:
    """(H, W) float32, 0 (background) to 1, of an image (H, W, 3) uint8; fed by ImageNet's mean and deviation.

    Raises CannotRead for a file that is missing, damaged, or another network; MissingLibrary.
    """
    network = open_network(file)
    port = network.inputs[0]
    known = len(network.inputs) == 1 and port.type == "float32" and len(port.shape) == 4 and port.shape[1] == 3
    if not known or port.shape[0] not in (1, None):
        raise _other(network)
    high, wide = (side or _USUAL_SIDE for side in port.shape[2:])
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in (high, wide)):
        raise _other(network)
    values = (resized(rgb, wide, high).astype(np.float32) / 255 - _MEAN) / _DEVIATION
    made = np.squeeze(network.answer(np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32)))
    if made.shape != (high, wide):
        raise _other(network)
    matte = made.astype(np.float32)
    if matte.min() < 0 or matte.max() > 1:  # logits
        from scipy.special import expit

        matte = expit(matte)
    return resized(np.rint(matte * 255).astype(np.uint8), rgb.shape[1], rgb.shape[0]).astype(np.float32) / 255


def _other(network: Network) -> CannotRead:
    return CannotRead(
        f"{network.file} tells no object from its background: it has {ports_in_words(network)}. It must take "
        "1 x 3 x 320 x 320 float32 (U2-Net; other sizes, too) and give 1 x 1 x height x width, 1 where the object is."
    )
