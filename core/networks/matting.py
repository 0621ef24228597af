"""A matte, what of an image is its object, by a network that the user has, such as U2-Net's.

X. Qin et al., "U2-Net: going deeper with nested U-structure for salient object detection", Pattern Recognition 106
(2020).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import CannotRead
from ..images import resized
from .graph import certainties
from .image_port import image_port, normalised
from .runner import Network, open_network, ports_in_words

_USUAL_SIDE = 320  # of U2-Net, for networks of any size
_SIDES = (16, 2048)


def matte_by_network(file: Path, rgb: np.ndarray) -> np.ndarray:
    """(H, W) float32, 0 (background) to 1, of an image (H, W, 3) uint8; fed by ImageNet's mean and deviation.

    Raises CannotRead for a file that is missing, damaged, or another network; MissingLibrary.
    """
    network = open_network(file)
    port = image_port(network)
    port = port and port.sized(_USUAL_SIDE, _SIDES)
    if port is None:
        raise _other(network)
    wide, high = port.size
    made = np.squeeze(network.answer(port.laid_out(normalised(resized(rgb, wide, high)))))
    if made.shape != (high, wide):
        raise _other(network)
    matte = np.clip(certainties(made, network), 0, 1).astype(np.float32)
    return resized(np.rint(matte * 255).astype(np.uint8), rgb.shape[1], rgb.shape[0]).astype(np.float32) / 255


def _other(network: Network) -> CannotRead:
    return CannotRead(
        f"{network.file} tells no object from its background: it has {ports_in_words(network)}. It must take "
        "1 x 3 x 320 x 320 float32 (U2-Net; other sizes, too) and give 1 x 1 x height x width, 1 where the object is."
    )
