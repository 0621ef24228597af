"""From an image to a colour for every stud: crop, pooling, adjustments."""

from __future__ import annotations

import numpy as np

from ..colour.spaces import linear_to_srgb, srgb_to_linear
from ..images import resized
from .settings import MosaicSettings

WORKING = 512  # pixels of the longer side, to which what is cropped is made smaller first


def cropped(pixels: np.ndarray, settings: MosaicSettings) -> np.ndarray:
    """The part of an image (H, W, C) that the mosaic shows, in its proportions, up to rounding: (h, w, C)."""
    high, wide = pixels.shape[:2]
    studs_wide, studs_high = settings.studs
    scale = min(wide / studs_wide, high / studs_high) / settings.zoom
    width, height = (
        min(max(1, round(scale * studs)), most) for studs, most in ((studs_wide, wide), (studs_high, high))
    )
    left = round((wide - width) * (settings.across + 1) / 2)
    top = round((high - height) * (settings.down + 1) / 2)
    return pixels[top : top + height, left : left + width]


def working_image(pixels: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8 of what is cropped (H, W, 4): over white, its longer side at most WORKING."""
    high, wide = pixels.shape[:2]
    if max(high, wide) > WORKING:  # before alpha is applied, which takes several times the memory; hidden colours
        share = WORKING / max(high, wide)  # do not count in the means
        pixels = resized(np.ascontiguousarray(pixels), max(1, round(wide * share)), max(1, round(high * share)))
    colour, alpha = pixels[..., :3], pixels[..., 3:].astype(np.uint16)
    return ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def pooled(working: np.ndarray, studs: tuple[int, int], pooling: str) -> np.ndarray:
    """(down, across, C) float64, 0..255: each stud's share of an image (H, W, C) uint8.

    light: exact area means of linear light. Else of the pixels from floor(i n / studs) to before ceil((i + 1) n /
    studs) along both axes: their average, least, greatest, or (dual) in each channel the least where the average is
    nearer to it, else the greatest.
    """
    across, down = studs
    if pooling == "light":
        linear = srgb_to_linear(np.arange(256) / 255)[working]
        return 255 * linear_to_srgb(_area_means(_area_means(linear, down).swapaxes(0, 1), across).swapaxes(0, 1))
    values = working.astype(np.float64)
    least, greatest = _over(values, down, across, np.minimum), _over(values, down, across, np.maximum)
    if pooling == "min":
        return least
    if pooling == "max":
        return greatest
    average = _over(values, down, across, np.add) / (
        np.diff(_windows(len(values), down))[:, :, None] * np.diff(_windows(values.shape[1], across)).T[:, :, None]
    )
    if pooling == "average":
        return average
    return np.where(average - least < greatest - average, least, greatest)


def adjusted(values: np.ndarray, settings: MosaicSettings) -> np.ndarray:
    """(..., 3) of encoded sRGB 0..255 after hue, saturation and value, then brightness, then contrast, clamped."""
    values = np.clip(values, 0, 255)
    if settings.hue or settings.saturation or settings.value:
        hue, saturation, value = _to_hsv(values / 255)
        saturation = np.clip(saturation + settings.saturation / 100, 0, 1)
        value = np.clip(value + settings.value / 100, 0, 1)
        values = 255 * _from_hsv((hue + settings.hue / 60) % 6, saturation, value)
    values = np.clip(values + settings.brightness, 0, 255)
    # The usual formula; at -128..128 its divisor does not come near 0.
    factor = 259 * (255 + settings.contrast) / (255 * (259 - settings.contrast))
    return np.clip(factor * (values - 128) + 128, 0, 255)


def _windows(length: int, parts: int) -> np.ndarray:
    """(parts, 2): the first pixel of each window, and the one after its last."""
    i = np.arange(parts)
    return np.stack([i * length // parts, -(-(i + 1) * length // parts)], axis=1)


def _over(values: np.ndarray, down: int, across: int, what: np.ufunc) -> np.ndarray:
    """(down, across, C): `what` over the windows of (H, W, C)."""
    return _along(_along(values, down, what).swapaxes(0, 1), across, what).swapaxes(0, 1)


def _along(values: np.ndarray, parts: int, what: np.ufunc) -> np.ndarray:
    # An index past the end is not allowed in reduceat; a last, empty segment is cut off.
    windows = _windows(len(values), parts)
    neutral = {np.add: 0.0, np.minimum: np.inf, np.maximum: -np.inf}[what]
    padded = np.concatenate([values, np.full_like(values[:1], neutral)])
    return what.reduceat(padded, windows.ravel(), axis=0)[::2]


def _area_means(values: np.ndarray, parts: int) -> np.ndarray:
    """(parts, ...): means of equal shares of an axis of pixels (n, ...), which may end within pixels."""
    sums = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
    edges = np.linspace(0, len(values), parts + 1)
    below = np.minimum(edges.astype(np.int64), len(values) - 1)
    share = (edges - below).reshape(-1, *[1] * (values.ndim - 1))
    at = sums[below] + share * values[below]
    return np.diff(at, axis=0) * (parts / len(values))


def _to_hsv(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hue in sixths of a turn, saturation and value 0..1."""
    red, green, blue = np.moveaxis(rgb, -1, 0)
    value, least = rgb.max(axis=-1), rgb.min(axis=-1)
    chroma = value - least
    safe = np.where(chroma > 0, chroma, 1)
    hue = np.select(
        [value == red, value == green],
        [(green - blue) / safe, 2 + (blue - red) / safe],
        4 + (red - green) / safe,
    )
    return np.where(chroma > 0, hue % 6, 0.0), np.where(value > 0, chroma / np.where(value > 0, value, 1), 0.0), value


def _from_hsv(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> np.ndarray:
    channels = []
    for offset in (5, 3, 1):
        place = (offset + hue) % 6
        channels.append(value - value * saturation * np.clip(np.minimum(place, 4 - place), 0, 1))
    return np.stack(channels, axis=-1)
