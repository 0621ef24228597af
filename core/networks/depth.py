"""Depth of an image by a network that the user has: MiDaS, Depth Anything, or another of their interface.

R. Ranftl et al., "Towards robust monocular depth estimation", IEEE TPAMI 44 (2022); L. Yang et al., "Depth Anything",
CVPR 2024. Both give inverse depth: more is nearer.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import BadSetting, CannotRead
from ..images import resized
from .runner import Network, open_network, ports_in_words

FEEDS = ("imagenet", "bgr")  # RGB by ImageNet's mean and deviation; BGR as v / 128 - 1, as Lego Art Remix feeds it
_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
_DEPTH_ANYTHING = ("image", "pixel_values")  # its input in public exports
_PATCH = 14  # its sides are multiples of this
_USUAL_SIDE = {"MiDaS": 256, "Depth Anything": 518}  # of exports that take any size
_SIDES = (16, 4096)


@dataclass(frozen=True)
class DepthInterface:
    """What a depth network is fed: images (1, 3, height, width), or (1, height, width, 3) where channels come last."""

    kind: str
    width: int
    height: int
    channels_last: bool = False


def depth_of_image(network_file: Path, rgb: np.ndarray, feed: str = "imagenet") -> np.ndarray:
    """(H, W) float32, 0..255, of an image (H, W, 3) uint8 in encoded sRGB: 255 is nearest.

    feed: one of FEEDS; Depth Anything knows the first only. Raises CannotRead for a file that is missing, damaged or
    another network, MissingLibrary, BadSetting for another feed.
    """
    if feed not in FEEDS:
        raise BadSetting(f"{feed!r} is no way to feed a depth network; use one of: {', '.join(FEEDS)}.")
    network = open_network(Path(network_file))
    interface = depth_interface(network)
    small = resized(rgb, interface.width, interface.height)
    plane = _plane(network.answer(_fed(small, interface, feed)), network)
    nearness = np.maximum(_stretched(plane, rgb.shape[1], rgb.shape[0]), 0)
    most = nearness.max()
    if most <= 0:
        raise CannotRead(f"The network {network_file} found no depth in the image; choose another one.")
    return nearness * (255 / most)


def depth_interface(network: Network) -> DepthInterface:
    """What a network is fed, from the names and shapes of its tensors. Raises CannotRead for other networks."""
    if len(network.inputs) != 1:
        raise _other(network)
    port, shape = network.inputs[0], network.inputs[0].shape
    if port.type != "float32" or len(shape) != 4 or shape[0] not in (1, None) or not _has_plane(network):
        raise _other(network)
    channels_last = shape[3] == 3 and shape[1] != 3
    if not channels_last and shape[1] not in (3, None):
        raise _other(network)
    height, width = shape[1:3] if channels_last else shape[2:4]
    sides = [side for side in (height, width) if side]
    if sides:  # MiDaS and its successors work on sides that 32 divides
        patched = all(side % _PATCH == 0 for side in sides) and any(side % 32 for side in sides)
    else:
        patched = port.name in _DEPTH_ANYTHING
    kind = "Depth Anything" if patched else "MiDaS"
    usual = _USUAL_SIDE[kind]
    found = DepthInterface(kind, width or usual, height or usual, channels_last)
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in (found.width, found.height)):
        raise _other(network)
    return found


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


def _fed(rgb: np.ndarray, interface: DepthInterface, feed: str) -> np.ndarray:
    """The network's input of an image (h, w, 3) uint8."""
    if feed == "bgr" and interface.kind == "MiDaS":
        values = rgb[..., ::-1].astype(np.float32) / 128 - 1
    else:
        values = (rgb.astype(np.float32) / 255 - _MEAN) / _DEVIATION
    ordered = values if interface.channels_last else values.transpose(2, 0, 1)
    return np.ascontiguousarray(ordered[None], np.float32)


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
