"""How high each stud of a relief lies: from an image's brightness, an image of depth, or a depth network."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..colour.spaces import LUMA
from ..errors import BadSetting
from ..images import Picture, read_image
from ..progress import SILENT, Progress
from .pooling import cropped, pooled, working_image
from .settings import MosaicSettings

_NETWORK = ".onnx"


def depth_of(picture: Picture, settings: MosaicSettings, progress: Progress = SILENT) -> np.ndarray | None:
    """Where heights are taken from, of the image's proportions: None for the image's own brightness.

    (H, W, 1) float64, 0..255, from a network; (H, W, 4) uint8 of a depth image. Raises CannotRead, TooLarge,
    MissingLibrary, Cancelled, BadSetting for a depth image of other proportions.
    """
    if settings.depth == "brightness":
        return None
    path = Path(settings.depth)
    if path.suffix.lower() == _NETWORK:
        from ..networks.depth import depth_of_image

        progress.at(0.0, "Looking for depth")
        depth = depth_of_image(path, working_image(picture.pixels)).astype(np.float64)[..., None]
        progress.at(1.0)
        return depth
    pixels = read_image(path).pixels
    (high, wide), (own_high, own_wide) = pixels.shape[:2], picture.pixels.shape[:2]
    if abs(wide * own_high - high * own_wide) > max(wide * own_wide, high * own_high) / 50 + max(wide, high):
        raise BadSetting(
            f"--depth {path} is {wide} x {high} pixels, and the image {own_wide} x {own_high}; use a depth image of "
            "the same proportions."
        )
    return pixels


def levels_of(working: np.ndarray, depth: np.ndarray | None, settings: MosaicSettings) -> np.ndarray:
    """(down, across) int64: plates by which each stud is raised, all 0 for a flat mosaic.

    working (h, w, 3) uint8: what is cropped of the image, over white; depth: as `depth_of` gives it.
    """
    across, down = settings.studs
    if not settings.relief:
        return np.zeros((down, across), np.int64)
    if depth is not None and depth.shape[-1] == 1:
        seen = cropped(depth, settings)
    else:
        seen = ((working if depth is None else working_image(cropped(depth, settings))) @ LUMA)[..., None]
    return level_of(pooled(seen, (across, down), "average")[..., 0], settings.relief)


def level_of(depth: np.ndarray, levels: int) -> np.ndarray:
    """How many of the thresholds floor(255 (i + 1) / levels) lie below each depth, 0..255."""
    thresholds = 255 * np.arange(1, levels) // levels
    return np.searchsorted(thresholds, depth, side="left")
