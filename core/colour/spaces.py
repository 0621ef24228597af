"""From sRGB to linear light to CIE Lab (D65, 2 degree observer) and back, and to DIN99o.

Arrays keep their leading axes.
"""

from __future__ import annotations

import numpy as np

# IEC 61966-2-1 primaries; rows give X, Y, Z.
_RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE_D65 = _RGB_TO_XYZ.sum(axis=1)
LUMA = np.array([0.299, 0.587, 0.114])  # of encoded RGB, how bright it is (ITU-R BT.601)


def srgb_to_linear(encoded: np.ndarray) -> np.ndarray:
    """Linear light from encoded sRGB, both 0..1 (IEC 61966-2-1)."""
    encoded = np.asarray(encoded)
    return np.where(encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: np.ndarray) -> np.ndarray:
    """Encoded sRGB from linear light, both 0..1; what lies outside is clipped."""
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def decode_srgb_bytes(texture: np.ndarray) -> np.ndarray:
    """(..., 4) uint8 with encoded RGB and straight alpha -> (..., 4) float32 in linear light."""
    table = srgb_to_linear(np.arange(256) / 255).astype(np.float32)
    alpha = texture[..., 3:].astype(np.float32) / np.float32(255)
    return np.concatenate([table[texture[..., :3]], alpha], axis=-1)


def linear_to_lab(linear: np.ndarray) -> np.ndarray:
    """CIE Lab of linear RGB (..., 3): L 0..100 (CIE 15)."""
    ratio = np.clip(linear, 0.0, 1.0) @ _RGB_TO_XYZ.T / _WHITE_D65
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def srgb_to_lab(encoded: np.ndarray) -> np.ndarray:
    """CIE Lab of encoded sRGB (..., 3) in 0..1."""
    return linear_to_lab(srgb_to_linear(encoded))


def lab_to_linear(lab: np.ndarray) -> np.ndarray:
    """Linear RGB of CIE Lab colours (..., 3); what lies outside 0..1 is clipped."""
    lightness, a, b = np.moveaxis(np.asarray(lab), -1, 0)
    middle = (lightness + 16) / 116
    f = np.stack([middle + a / 500, middle, middle - b / 200], axis=-1)
    ratio = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return np.clip((ratio * _WHITE_D65) @ np.linalg.inv(_RGB_TO_XYZ).T, 0.0, 1.0)


def lab_to_din99o(lab: np.ndarray) -> np.ndarray:
    """DIN99o lightness, redness and yellowness of CIE Lab colours (..., 3).

    G. Cui, M. R. Luo, B. Rigg, G. Roesler, K. Witt, "Uniform colour spaces based on the DIN99 colour-difference
    formula", Color Research and Application 27 (2002), as in DIN 6176, with kE = kCH = 1.
    """
    lightness, a, b = np.moveaxis(np.asarray(lab), -1, 0)
    turn = np.radians(26)
    redness = a * np.cos(turn) + b * np.sin(turn)
    yellowness = 0.83 * (b * np.cos(turn) - a * np.sin(turn))
    chroma = np.log1p(0.075 * np.hypot(redness, yellowness)) / 0.0435
    hue = np.arctan2(yellowness, redness) + turn
    return np.stack([303.67 * np.log1p(0.0039 * lightness), chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
