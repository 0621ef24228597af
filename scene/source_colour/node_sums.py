"""The sums of Blender's colour and math nodes, on linear arrays (..., C)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Sum = Callable[[np.ndarray, np.ndarray], np.ndarray]

BLENDS: dict[str, Sum] = {
    "MIX": lambda a, b: b,
    "ADD": np.add,
    "SUBTRACT": np.subtract,
    "MULTIPLY": np.multiply,
    "SCREEN": lambda a, b: 1 - (1 - a) * (1 - b),
    "DIFFERENCE": lambda a, b: np.abs(a - b),
    "DARKEN": np.minimum,
    "LIGHTEN": np.maximum,
    "OVERLAY": lambda a, b: np.where(a < 0.5, 2 * a * b, 1 - 2 * (1 - a) * (1 - b)),
}

NUMBER_SUMS: dict[str, Sum] = {
    "ADD": np.add,
    "SUBTRACT": np.subtract,
    "MULTIPLY": np.multiply,
    "DIVIDE": lambda a, b: np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b != 0),
    "POWER": lambda a, b: np.nan_to_num(np.power(a, b)),
    "MINIMUM": np.minimum,
    "MAXIMUM": np.maximum,
    "LESS_THAN": lambda a, b: (a < b) * 1.0,
    "GREATER_THAN": lambda a, b: (a > b) * 1.0,
    "ROUND": lambda a, b: np.floor(a + 0.5),
}


def mixed(share: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """From first (share 0) to second (share 1)."""
    return first + share * (second - first)


def brightened(colour: np.ndarray, bright: np.ndarray, contrast: np.ndarray) -> np.ndarray:
    """The Brightness/Contrast node: contrast turns about 0.5."""
    return np.maximum(colour * (1 + contrast) + bright - contrast / 2, 0)


def hue_shifted(
    colour: np.ndarray, hue: np.ndarray, saturation: np.ndarray, value: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """The Hue/Saturation/Value node; hue 0.5 leaves the hue as it is."""
    old_hue, old_saturation, old_value = np.moveaxis(_to_hsv(colour), -1, 0)
    shifted = np.stack(
        [
            (old_hue + hue[..., 0] + 0.5) % 1.0,
            np.clip(old_saturation * saturation[..., 0], 0, 1),
            old_value * value[..., 0],
        ],
        axis=-1,
    )
    return np.maximum(mixed(share, colour, _from_hsv(shifted)), 0)


def _to_hsv(colour: np.ndarray) -> np.ndarray:
    red, green, blue = np.moveaxis(colour, -1, 0)
    value = colour.max(axis=-1)
    span = value - colour.min(axis=-1)
    divisor = np.where(span > 0, span, 1)
    sixth = np.select(
        [value == red, value == green],
        [(green - blue) / divisor, 2 + (blue - red) / divisor],
        4 + (red - green) / divisor,
    )
    saturation = span / np.where(value > 0, value, 1)
    return np.stack([np.where(span > 0, sixth / 6 % 1.0, 0), saturation, value], axis=-1)


def _from_hsv(hsv: np.ndarray) -> np.ndarray:
    """Each channel is a trapezoid over the hue, shifted by a third of the circle."""
    hue, saturation, value = hsv[..., :1], hsv[..., 1:2], hsv[..., 2:]
    distance = np.abs(hue * 6 - np.array([3.0, 2.0, 4.0]))
    trapezoid = np.clip(np.array([-1.0, 2.0, 2.0]) + distance * np.array([1.0, -1.0, -1.0]), 0, 1)
    return value * (1 + saturation * (trapezoid - 1))
