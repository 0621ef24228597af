"""How high each stud of a relief lies: from an image's brightness, an image of depth, or a depth network."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import BadSetting
from ..images import Picture, read_image
from .pooling import cropped, pooled, working_image
from .settings import MosaicSettings

_LIGHT = np.array([0.299, 0.587, 0.114])  # Rec. 601: brightness of encoded RGB
_NETWORK = ".onnx"


def levels_of(picture: Picture, settings: MosaicSettings) -> np.ndarray:
    """(down, across) int64: plates by which each stud is raised, all 0 for a flat mosaic.

    Raises CannotRead, TooLarge, MissingLibrary, BadSetting for a depth image of other proportions.
    """
    across, down = settings.studs
    if not settings.relief:
        return np.zeros((down, across), np.int64)
    depth = _depth(picture, settings)
    return level_of(pooled(cropped(depth, settings), settings.studs, "average")[..., 0], settings.relief)


def level_of(depth: np.ndarray, levels: int) -> np.ndarray:
    """How many of the thresholds floor(255 (i + 1) / levels) lie below each depth, 0..255."""
    thresholds = 255 * np.arange(1, levels) // levels
    return np.searchsorted(thresholds, depth, side="left")


def _depth(picture: Picture, settings: MosaicSettings) -> np.ndarray:
    """(H, W, 1) float64, 0..255, as large as the picture, or of its proportions."""
    if settings.depth == "brightness":
        return _brightness(picture)
    path = Path(settings.depth)
    if path.suffix.lower() == _NETWORK:
        from ..networks.depth import depth_of_image

        return depth_of_image(path, np.ascontiguousarray(picture.rgb)).astype(np.float64)[..., None]
    depth = read_image(path)
    (high, wide), (own_high, own_wide) = depth.pixels.shape[:2], picture.pixels.shape[:2]
    if abs(wide * own_high - high * own_wide) > max(wide * own_wide, high * own_high) / 50 + max(wide, high):
        raise BadSetting(
            f"--depth {path} is {wide} x {high} pixels, and the image {own_wide} x {own_high}; use a depth image of "
            "the same proportions."
        )
    return _brightness(depth)


def _brightness(picture: Picture) -> np.ndarray:
    high, wide = picture.pixels.shape[:2]
    working = working_image(picture.pixels) if max(high, wide) > 2048 else picture.rgb
    return (working.astype(np.float64) @ _LIGHT)[..., None]
