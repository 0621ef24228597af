"""Which colour each stud of a mosaic takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from ..colour.differences import difference
from ..colour.spaces import srgb_to_linear
from ..parallel import in_order
from ..progress import Progress
from .afar import seen_from_afar
from .diffusing import diffused
from .ranking import greedy, greedy_gaussian, two_phase
from .settings import DITHERERS, MosaicSettings
from .studs import Studs, require_studs
from .ties import tie_pattern
from .transport import Transport, least_cost

_ROUND = 255 * np.pi / 4 // 1 / 255  # of the light of its square a round piece shows: white becomes 200 of 255
_ROWS_AT_ONCE = 4096
_ROUNDS = 3  # in which prices and spread errors are fitted to each other
_MATCHED, _STARTED = 0.2, 0.3  # shares of the time: of all differences; of what is then looked at from afar
_SPREAD = "floyd-steinberg"


@dataclass(frozen=True)
class Chosen:
    """columns (down, across): palette row of each stud.

    nearest: the mean difference if there were enough of every colour; bound: the least mean that the stock allows,
    where it was proved.
    """

    columns: np.ndarray
    nearest: float
    bound: float | None = None


@dataclass(frozen=True)
class _Matching:
    """shown (C, 3): what the columns look like, encoded 0..255."""

    shown: np.ndarray
    metric: str

    def costs(self, colours: np.ndarray) -> np.ndarray:
        """(N, C) differences of encoded colours (N, 3), 0..255 or, cut off, beyond."""
        linear = srgb_to_linear(np.clip(colours, 0, 255) / 255)
        columns = srgb_to_linear(self.shown / 255)
        chunks = [slice(start, start + _ROWS_AT_ONCE) for start in range(0, len(linear), _ROWS_AT_ONCE)]
        found = in_order(lambda chunk: difference(linear[chunk, None], columns[None], self.metric), chunks)
        return np.concatenate(list(found))

    def cheapest(self, price: np.ndarray, colours: np.ndarray) -> np.ndarray:
        """(N,) columns: the least difference and price (C,) for encoded colours (N, 3)."""
        return (self.costs(colours) + price).argmin(axis=1)


def looks(studs: Studs, settings: MosaicSettings) -> np.ndarray:
    """(C, 3) float64: what each colour of the studs looks like in the mosaic, encoded 0..255."""
    return 255 * studs.palette.srgb * (_ROUND if settings.darker else 1.0)


def choose_colours(target: np.ndarray, studs: Studs, settings: MosaicSettings, progress: Progress) -> Chosen:
    """The colours of all studs for an image (down, across, 3) of encoded colours 0..255.

    Raises OutOfStock, Cancelled.
    """
    shape = target.shape[:2]
    count = shape[0] * shape[1]
    require_studs(studs, count)
    matching = _Matching(looks(studs, settings), settings.metric)
    progress.at(0.0, "Matching colours")
    costs = matching.costs(target.reshape(-1, 3))
    nearest = float(costs.min(axis=1).mean())
    stock = studs.counts if studs.limited else np.full(len(studs.counts), count)
    ties = tie_pattern(settings.ties, shape, settings.blocking, settings.seed)
    progress.at(_MATCHED, "Choosing studs")
    choosing = progress.part(progress.stage, _MATCHED, 1 - _MATCHED)
    if settings.method == "exact" and not settings.distance:
        columns, found = exact(target, costs, stock, ties, choosing)
        return Chosen(columns, nearest, found.bound / count)
    return Chosen(_by_other_ways(target, matching, costs, stock, ties, settings, choosing), nearest)


def _by_other_ways(
    target: np.ndarray,
    matching: _Matching,
    costs: np.ndarray,
    stock: np.ndarray,
    ties: np.ndarray,
    settings: MosaicSettings,
    progress: Progress,
) -> np.ndarray:
    if settings.method == "exact":
        start = _exact_diffused(target, matching, stock, ties, progress.part(progress.stage, 0.0, _STARTED))
        left = progress.part(progress.stage, _STARTED, 1 - _STARTED)
        return seen_from_afar(target, start, matching.shown, stock, settings.distance, left)
    if settings.method in DITHERERS:
        free = np.zeros(len(stock))
        return diffused(target, matching.shown, partial(matching.cheapest, free), settings.method, progress).chosen
    if settings.method == "exact-diffused":
        return _exact_diffused(target, matching, stock, ties, progress)
    if settings.method == "greedy-gaussian":
        return greedy_gaussian(target, matching.shown, matching.costs, stock, ties, progress)
    if settings.method == "greedy":
        return greedy(costs, stock, ties.ravel(), progress).reshape(ties.shape)
    return two_phase(costs, stock, ties.ravel(), progress).reshape(ties.shape)


def exact(
    target: np.ndarray, costs: np.ndarray, stock: np.ndarray, ties: np.ndarray, progress: Progress
) -> tuple[np.ndarray, Transport]:
    """(down, across) columns with the least sum of costs (N, C), and the proof. Equal colours share by the ties."""
    _, first, kind = np.unique(target.reshape(-1, 3), axis=0, return_index=True, return_inverse=True)
    kind = kind.reshape(-1)
    found = least_cost(costs[first], np.bincount(kind), stock, progress)
    # The studs of a kind, in the order of their ties, take its columns one after the other.
    order = np.lexsort((ties.ravel(), kind))
    columns = np.empty(len(costs), np.int64)
    columns[order] = np.repeat(np.tile(np.arange(len(stock)), len(first)), found.flow.ravel())
    return columns.reshape(ties.shape), found


def _exact_diffused(
    target: np.ndarray, matching: _Matching, stock: np.ndarray, ties: np.ndarray, progress: Progress
) -> np.ndarray:
    """(down, across): errors are spread while colours have prices, then the best for what is wanted in each place.

    The prices are those of the round before, so that the colours that run short are spread over the whole image.
    """
    price = np.zeros(len(stock))
    for number in range(_ROUNDS):
        half = 0.5 / _ROUNDS
        first, second = (progress.part(progress.stage, (2 * number + n) * half, half) for n in (0, 1))
        spread = diffused(target, matching.shown, partial(matching.cheapest, price), _SPREAD, first)
        if (np.bincount(spread.chosen.ravel(), minlength=len(stock)) <= stock).all():
            return spread.chosen
        costs = matching.costs(spread.wanted.reshape(-1, 3))
        columns, found = exact(spread.wanted, costs, stock, ties, second)
        price = found.price
    return columns
