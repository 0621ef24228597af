"""The background of an image goes: by its colour, that of the image's border, or by a network of the user's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from .colour.common import common_colours, distance_to
from .colour.spaces import srgb_to_lab
from .images import Picture, resized
from .networks.matting import matte_by_network

WAYS = ("keep", "colour")  # or the file of a network
_BORDER = 0.01  # of the shorter side: how wide the border is whose colours are the background's
_COMMON = 0.05  # of the border: colours of less are the object's, where it reaches the border
_CRUMB = 0.05  # of the largest piece that is left: smaller ones are background too
_ALIKE = 9.0  # in CIELAB: a border's own colours are always nearer; what an eye tells apart at once is farther
_LARGEST = 1024  # pixels along a side that are looked at
_LEAST = 0.02  # of the image that must be left, and must go


def without_background(picture: Picture, way: str) -> Picture:
    """The image with what is behind its object made transparent, besides what its alpha hides already.

    way: one of WAYS, or an ONNX file. Raises CannotRead for a file that is missing, or no such network.
    """
    if way == "keep":
        return picture
    matte = matte_by_colour(picture.pixels) if way == "colour" else matte_by_network(Path(way), picture.rgb)
    gone = float((matte < 0.5).mean())
    if not _LEAST <= gone <= 1 - _LEAST:
        what = "everything" if gone > 0.5 else "nothing"
        told = f"In {picture.name} {what} looks like background, so that all of it was kept; cut it out by hand."
        return replace(picture, warnings=(*picture.warnings, told))
    alpha = np.rint(picture.pixels[..., 3] * matte).astype(np.uint8)
    return replace(picture, pixels=np.concatenate([picture.rgb, alpha[..., None]], axis=-1))


def matte_by_colour(pixels: np.ndarray) -> np.ndarray:
    """(H, W) float32: 0 where pixels (H, W, 4) uint8 are like the border's, and joined to it by such pixels; else 1."""
    high, wide = pixels.shape[:2]
    step = max(high, wide) / _LARGEST
    small = pixels if step <= 1 else resized(pixels, max(1, round(wide / step)), max(1, round(high / step)))
    lab = srgb_to_lab(small[..., :3] / 255).astype(np.float32)
    lab = ndimage.gaussian_filter(lab, (1, 1, 0))  # grain of the camera
    edge = max(1, round(_BORDER * min(lab.shape[:2])))
    border = np.ones(lab.shape[:2], bool)
    border[edge:-edge, edge:-edge] = False
    alike = distance_to(common_colours(lab[border], _COMMON), lab) < _ALIKE
    label, _ = ndimage.label(alike)
    behind = alike & np.isin(label, np.unique(label[border & alike]))
    inside = ndimage.binary_erosion(~behind, border_value=1)  # the edge, which the grain's filter mixed with the rest
    pieces, _ = ndimage.label(inside)
    size = np.bincount(pieces.ravel())
    size[0] = 0
    matte = (size >= max(1.0, _CRUMB * size.max()))[pieces] * np.uint8(255)
    return resized(matte, wide, high).astype(np.float32) / 255
