"""The CIEDE2000 difference of two colours, and quick bounds of it."""

from __future__ import annotations

import numpy as np

_FULL_CHROMA = 25.0**7  # the chroma terms switch over at chroma 25
_HALF_TURN = np.pi + 1e-12  # opposite hues stay so whichever way their angles were rounded


def ciede2000(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """CIEDE2000 difference of CIE Lab colours (..., 3), broadcast against each other: (...) float64.

    G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 color-difference formula", Color Research and Application
    30 (2005), equations 2 to 22, with kL = kC = kH = 1.
    """
    (l1, a1, b1), (l2, a2, b2) = _axes(first), _axes(second)
    stretch = _stretch(0.5 * (np.hypot(a1, b1) + np.hypot(a2, b2)))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.arctan2(b1, a1) % (2 * np.pi), np.arctan2(b2, a2) % (2 * np.pi)
    chroma, hue = 0.5 * (c1 + c2), _mean_hue(h1, h2, c1 * c2 == 0)
    lightness_step = (l2 - l1) / _lightness_weight(0.5 * (l1 + l2))
    chroma_step = (c2 - c1) / (1 + 0.045 * chroma)
    # sin(h / 2) changes its sign where the difference of the angles jumps by a full turn.
    turn = np.where(np.abs(h2 - h1) > _HALF_TURN, -1.0, 1.0)
    hue_step = 2 * np.sqrt(c1 * c2) * turn * np.sin(0.5 * (h2 - h1)) / (1 + 0.015 * chroma * _hue_weight(hue))
    rotation = -2 * _chroma_share(chroma) * np.sin(2 * _blue_turn(hue))
    return np.sqrt(lightness_step**2 + chroma_step**2 + hue_step**2 + rotation * chroma_step * hue_step)


def _axes(lab: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lab = np.asarray(lab, np.float64)
    return lab[..., 0], lab[..., 1], lab[..., 2]


def _chroma_share(chroma: np.ndarray) -> np.ndarray:
    """Rises from 0 for greys to 1 for vivid colours."""
    cubed = chroma * chroma * chroma
    seventh = cubed * cubed * chroma
    return np.sqrt(seventh / (seventh + _FULL_CHROMA))


def _stretch(chroma: np.ndarray) -> np.ndarray:
    """1 + G: how much a* counts near grey."""
    return 1.5 - 0.5 * _chroma_share(chroma)


def _mean_hue(h1: np.ndarray, h2: np.ndarray, grey: np.ndarray) -> np.ndarray:
    """The hue in the middle of the shorter arc, radians in 0..2 pi. A grey has hue 0 and leaves the other's."""
    across = np.where(np.abs(h1 - h2) > _HALF_TURN, np.pi, 0.0)
    return np.where(grey, h1 + h2, (0.5 * (h1 + h2) + across) % (2 * np.pi))


def _lightness_weight(lightness: np.ndarray) -> np.ndarray:
    from_middle = (lightness - 50) ** 2
    return 1 + 0.015 * from_middle / np.sqrt(20 + from_middle)


def _hue_weight(hue: np.ndarray) -> np.ndarray:
    return (
        1
        - 0.17 * np.cos(hue - np.pi / 6)
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.pi / 30)
        - 0.20 * np.cos(4 * hue - np.radians(63))
    )


def _blue_turn(hue: np.ndarray) -> np.ndarray:
    """The angle, radians, by which the ellipses of equal difference are turned; it matters near blue only."""
    return np.pi / 6 * np.exp(-(((hue - np.radians(275)) / np.radians(25)) ** 2))


def ciede2000_bounds(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squares of a lower bound of `ciede2000` and of a guess near it, without trigonometry: (...) float64 each.

    With u and v the weighted chroma and hue steps, u^2 + v^2 + R u v >= (1 - |R| / 2) (u^2 + v^2); the guess
    takes R = 0. The unweighted hue step is what the chroma step leaves of the distance in the (a', b) plane, and
    its weight is at most 1 + 0.015 * 1.93 C', 1.93 being the sum of T's amplitudes. |R| is at most
    2 sin(60 deg) share(C'); where neither colour has a negative b, their mean hue is 95 deg or more away from
    275 deg, and |R| < 1e-6.
    """
    (l1, a1, b1), (l2, a2, b2) = _axes(first), _axes(second)
    stretch = _stretch(0.5 * (np.hypot(a1, b1) + np.hypot(a2, b2)))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.sqrt(a1 * a1 + b1 * b1), np.sqrt(a2 * a2 + b2 * b2)
    chroma, chroma_step = 0.5 * (c1 + c2), (c2 - c1) ** 2
    hue_step = (a2 - a1) ** 2 + (b2 - b1) ** 2 - chroma_step
    lightness = ((l2 - l1) / _lightness_weight(0.5 * (l1 + l2))) ** 2
    plane = chroma_step / (1 + 0.045 * chroma) ** 2 + hue_step / (1 + 0.015 * 1.93 * chroma) ** 2
    rotation = np.where((b1 >= 0) & (b2 >= 0), 1e-6, np.sqrt(3) * _chroma_share(chroma))
    return lightness + (1 - rotation / 2) * plane, lightness + plane
