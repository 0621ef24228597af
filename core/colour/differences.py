"""How different two colours look, in every metric, and which palette colour is nearest.

| metric | works in | difference |
| --- | --- | --- |
| ciede2000 | CIE Lab | CIEDE2000: Lab with its known unevenness taken out; what the report judges by |
| cie94 | CIE Lab | CIE 1994 for graphic arts; the mesh's colour is the standard, so it is not symmetric |
| cie76 | CIE Lab | straight line |
| din99o | DIN99o | straight line, in a space bent so that this is nearly even |
| rgb | encoded sRGB, 0..255 | straight line |
| manhattan | encoded sRGB, 0..255 | sum of the three absolute differences |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import BadSetting
from ..parallel import in_order
from .ciede2000 import ciede2000, ciede2000_bounds
from .spaces import lab_to_din99o, linear_to_lab, linear_to_srgb

_PAIRS_AT_ONCE = 1 << 16  # the temporary arrays of so many pairs stay within a core's cache
_ROUNDING = 1e-9  # far above the rounding of a bound, far below what an eye sees


def euclidean(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Length of the straight line between coordinates (..., 3), broadcast against each other: (...) float64."""
    x, y, z = np.moveaxis(np.subtract(first, second), -1, 0)
    return np.sqrt(x * x + y * y + z * z)


def manhattan(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Sum of the absolute differences of coordinates (..., 3), broadcast against each other: (...) float64."""
    x, y, z = np.moveaxis(np.abs(np.subtract(first, second)), -1, 0)
    return x + y + z


def cie94(standard: np.ndarray, other: np.ndarray) -> np.ndarray:
    """CIE 1994 difference of CIE Lab colours (..., 3), broadcast against each other: (...) float64.

    CIE 116-1995 with the weights for graphic arts: kL = kC = kH = 1, K1 = 0.045, K2 = 0.015.
    """
    lightness, a, b = np.moveaxis(np.subtract(standard, other), -1, 0)
    chroma = np.hypot(standard[..., 1], standard[..., 2])
    chroma_step = chroma - np.hypot(other[..., 1], other[..., 2])
    hue_square = np.maximum(a * a + b * b - chroma_step**2, 0)
    chroma_step = chroma_step / (1 + 0.045 * chroma)
    return np.sqrt(lightness**2 + chroma_step**2 + hue_square / (1 + 0.015 * chroma) ** 2)


def _srgb_255(linear: np.ndarray) -> np.ndarray:
    return 255 * linear_to_srgb(linear)


def _din99o(linear: np.ndarray) -> np.ndarray:
    return lab_to_din99o(linear_to_lab(linear))


Pairwise = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Metric:
    """A way to measure how different two colours look.

    space: linear RGB (..., 3) -> the coordinates it works in; measure: coordinates (..., 3) of the mesh's colours and
    of others -> differences (...), broadcast; bounds: squares of a quick lower bound and of a guess near the
    difference, for a measure slow enough to need them.
    """

    space: Callable[[np.ndarray], np.ndarray]
    measure: Pairwise
    bounds: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]] | None = None


# By the names that the settings use; the table above says what each is.
METRICS: dict[str, Metric] = {
    "ciede2000": Metric(linear_to_lab, ciede2000, ciede2000_bounds),
    "cie94": Metric(linear_to_lab, cie94),
    "cie76": Metric(linear_to_lab, euclidean),
    "din99o": Metric(_din99o, euclidean),
    "rgb": Metric(_srgb_255, euclidean),
    "manhattan": Metric(_srgb_255, manhattan),
}


def metric_named(name: str) -> Metric:
    """One of METRICS. Raises BadSetting for an unknown name."""
    if name not in METRICS:
        raise BadSetting(f"The colour metric {name} is unknown; use one of: {', '.join(METRICS)}.")
    return METRICS[name]


def difference(linear: np.ndarray, other_linear: np.ndarray, metric: str = "ciede2000") -> np.ndarray:
    """How different linear RGB colours (..., 3) look, one by one, broadcast: (...) float64.

    `linear` are the mesh's colours, where a metric is not symmetric. Raises BadSetting for an unknown metric.
    """
    chosen = metric_named(metric)
    return chosen.measure(_coordinates(chosen, linear), _coordinates(chosen, other_linear))


def nearest_colours(
    linear: np.ndarray, palette_linear: np.ndarray, metric: str = "ciede2000"
) -> tuple[np.ndarray, np.ndarray]:
    """The nearest palette row (N,) int64 and its difference (N,) float64 for linear RGB colours (N, 3).

    palette_linear (C, 3), C > 0; of equally near colours the lower row is taken. Raises BadSetting for an
    unknown metric.
    """
    chosen = metric_named(metric)
    search = _full_search if chosen.bounds is None else _bounded_search
    palette = _coordinates(chosen, palette_linear)
    step = max(1, _PAIRS_AT_ONCE // len(palette))
    chunks = [slice(start, start + step) for start in range(0, len(linear), step)]
    found = in_order(lambda chunk: search(_coordinates(chosen, linear[chunk]), palette, chosen), chunks)
    rows, distances = np.zeros(len(linear), np.int64), np.zeros(len(linear))
    for chunk, (row, distance) in zip(chunks, found, strict=True):
        rows[chunk], distances[chunk] = row, distance
    return rows, distances


def _coordinates(metric: Metric, linear: np.ndarray) -> np.ndarray:
    return metric.space(np.asarray(linear, np.float64))


def _full_search(colours: np.ndarray, palette: np.ndarray, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
    distances = metric.measure(colours[:, None], palette)
    return distances.argmin(axis=1), distances.min(axis=1)


def _bounded_search(colours: np.ndarray, palette: np.ndarray, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
    """As the full search, but the metric is taken only where its lower bound leaves a chance to win."""
    assert metric.bounds is not None
    bound, guess = metric.bounds(colours[:, None], palette)
    likely = metric.measure(colours, palette[guess.argmin(axis=1)])
    point, row = np.nonzero(bound <= ((1 + _ROUNDING) * likely**2 + _ROUNDING)[:, None])
    distances = np.full(bound.shape, np.inf)
    distances[point, row] = metric.measure(colours[point], palette[row])
    return distances.argmin(axis=1), distances.min(axis=1)


@dataclass(frozen=True)
class Choice:
    """What one metric chooses from a palette: row (N,), and how far that is from the mesh.

    mean, greatest: in the metric itself; mean_ciede2000, greatest_ciede2000: the same choice as CIEDE2000 sees it.
    """

    metric: str
    row: np.ndarray
    mean: float
    greatest: float
    mean_ciede2000: float
    greatest_ciede2000: float


def compare_metrics(linear: np.ndarray, palette_linear: np.ndarray) -> tuple[Choice, ...]:
    """What every metric chooses for linear RGB colours (N, 3), N > 0, side by side.

    None has a smaller mean_ciede2000 than CIEDE2000 itself.
    """
    choices = []
    for metric in METRICS:
        row, own = nearest_colours(linear, palette_linear, metric)
        judged = difference(linear, np.asarray(palette_linear)[row])
        choices.append(
            Choice(metric, row, float(own.mean()), float(own.max()), float(judged.mean()), float(judged.max()))
        )
    return tuple(choices)
