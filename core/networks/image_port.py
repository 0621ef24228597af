"""The image that a network takes: how its tensor holds it, and pixels laid out for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .runner import Network

_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)


@dataclass(frozen=True)
class ImagePort:
    """One image as a network takes it: numpy type, width and height in pixels (None for any), channels.

    It is 1 x channels x height x width, or 1 x height x width x channels where channels_last.
    """

    type: str
    width: int | None
    height: int | None
    channels: int
    channels_last: bool

    def sized(self, usual: int | None, sides: tuple[int, int]) -> ImagePort | None:
        """The same with the usual side where any will do; None where a side is unknown, or not within two sides."""
        width, height = self.width or usual, self.height or usual
        if width is None or height is None or not all(sides[0] <= side <= sides[1] for side in (width, height)):
            return None
        return replace(self, width=width, height=height)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a port that has them."""
        assert self.width and self.height
        return self.width, self.height

    def laid_out(self, image: np.ndarray) -> np.ndarray:
        """The network's input of an image (h, w, channels)."""
        ordered = image if self.channels_last else image.transpose(2, 0, 1)
        return np.ascontiguousarray(ordered[None], self.type)


def image_port(
    network: Network, channels: tuple[int, ...] = (3,), types: tuple[str, ...] = ("float32",)
) -> ImagePort | None:
    """The image that a network takes, or None where that is not all it takes. Channels of any number are three."""
    if len(network.inputs) != 1:
        return None
    port = network.inputs[0]
    if len(port.shape) != 4 or port.type not in types or port.shape[0] not in (1, None):
        return None
    first, last = port.shape[1], port.shape[3]
    if first in channels or (first is None and last != 3):
        return ImagePort(port.type, last, port.shape[2], first or 3, channels_last=False)
    if last == 3:
        return ImagePort(port.type, port.shape[2], first, 3, channels_last=True)
    return None


def normalised(rgb: np.ndarray) -> np.ndarray:
    """(..., 3) float32 of encoded sRGB (..., 3) uint8 by the mean and deviation of ImageNet's images."""
    values: np.ndarray = (rgb.astype(np.float32) / 255 - _MEAN) / _DEVIATION
    return values
