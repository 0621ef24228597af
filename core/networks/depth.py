"""Depth of an image by a network that the user has: MiDaS, Depth Anything, or another of their interface.

R. Ranftl et al., "Towards robust monocular depth estimation", IEEE TPAMI 44 (2022); L. Yang et al., "Depth Anything",
CVPR 2024. Both give inverse depth, more is nearer, of RGB by ImageNet's mean and deviation, as they were trained.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import CannotRead
from ..images import resized
from .image_port import ImagePort, image_port, normalised
from .runner import Network, open_network, ports_in_words

_DEPTH_ANYTHING = ("image", "pixel_values")  # its input in public exports
_PATCH = 14  # its sides are multiples of this
_USUAL_SIDE = {"MiDaS": 256, "Depth Anything": 518}  # of exports that take any size
_SIDES = (16, 4096)


def depth_of_image(network_file: Path, rgb: np.ndarray) -> np.ndarray:
    """(H, W) float32, 0..255, of an image (H, W, 3) uint8 in encoded sRGB: 255 is nearest.

    Raises CannotRead for a file that is missing, damaged or another network, MissingLibrary.
    """
    network = open_network(Path(network_file))
    _, port = depth_interface(network)
    small = normalised(resized(rgb, *port.size))
    plane = _plane(network.answer(port.laid_out(small)), network)
    nearness = np.maximum(_stretched(plane, rgb.shape[1], rgb.shape[0]), 0)
    most = nearness.max()
    if most <= 0:
        raise CannotRead(f"The network {network_file} found no depth in the image; choose another one.")
    return nearness * (255 / most)


def depth_interface(network: Network) -> tuple[str, ImagePort]:
    """Which network it is, and what it is fed, from the names and shapes of its tensors.

    Raises CannotRead for other networks.
    """
    port = image_port(network)
    if port is None or not _has_plane(network):
        raise _other(network)
    sides = [side for side in (port.height, port.width) if side]
    if sides:  # MiDaS and its successors work on sides that 32 divides
        patched = all(side % _PATCH == 0 for side in sides) and any(side % 32 for side in sides)
    else:
        patched = network.inputs[0].name in _DEPTH_ANYTHING
    kind = "Depth Anything" if patched else "MiDaS"
    sized = port.sized(_USUAL_SIDE[kind], _SIDES)
    if sized is None:
        raise _other(network)
    return kind, sized


def _has_plane(network: Network) -> bool:
    """Whether the first output can be (1, H, W) or (1, 1, H, W), or with one channel last.

    A shape that the file does not tell is seen once the network has run.
    """
    port = network.outputs[0]
    if port.type != "float32" or len(port.shape) not in (0, 3, 4):
        return False
    single = not port.shape or port.shape[0] in (1, None)
    return single and (len(port.shape) != 4 or port.shape[1] in (1, None) or port.shape[3] in (1, None))


def _other(network: Network) -> CannotRead:
    return CannotRead(
        f"{network.file} is no depth network: it has {ports_in_words(network)}. It must take one image, "
        "1 x 3 x 256 x 256 float32 (MiDaS) or 1 x 3 x 518 x 518 (Depth Anything), and give 1 x height x width."
    )


def _plane(made: np.ndarray, network: Network) -> np.ndarray:
    """(h, w) float32 of what the network gave."""
    plane = np.squeeze(made)
    if plane.ndim != 2 or plane.size < 4:
        raise _other(network)
    return plane.astype(np.float32)


def _stretched(plane: np.ndarray, width: int, height: int) -> np.ndarray:
    """(height, width) float32 of a plane (h, w), linear between its pixels."""
    from PIL import Image

    return np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.BILINEAR), np.float32)
