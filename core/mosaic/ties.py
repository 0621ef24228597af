"""Patterns over a mosaic by which equally good studs are told apart: a thousandth of a difference, and less."""

from __future__ import annotations

import numpy as np

_LEAST = 0.001


def tie_pattern(name: str, shape: tuple[int, ...], blocking: int = 1, seed: int = 0) -> np.ndarray:
    """(down, across) float64, by one of `settings.TIES`; a stud with more gives way first.

    blocking: places are counted in fields of so many studs. With t = 0.001, all is multiplied by t.
    """
    down, across = shape
    r = np.arange(down)[:, None] // blocking + np.zeros((1, across), np.int64)
    c = np.arange(across)[None] // blocking + np.zeros((down, 1), np.int64)
    noise = np.random.default_rng(seed).random(shape) if "nois" in name or name == "random" else np.zeros(shape)
    if name == "none":
        return np.zeros(shape)
    if name == "random":
        return _LEAST * noise
    along, against = r + c, r + across // blocking - c
    if "mod" in name:
        return _LEAST * (along % int(name[-1]) + _LEAST * noise)
    second, last = (along, along) if "cascading" in name else (against, against)
    fine = noise if "noisy" in name else last % 5
    return _LEAST * (along % 2 + (second % 3) * _LEAST + (along % 4) * _LEAST**2 + fine * _LEAST**3)
