"""Some parts of a site in other parts: the cheapest exact cover of their cells, each window by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..layout import LAYOUT_DTYPE, extents
from ..packing.diving import dived
from ..packing.exact import cheapest, program_of
from ..packing.hidden import colour_hidden
from ..packing.placements import HIDDEN
from ..packing.recovering import Candidates, candidates_of
from ..packing.task import laid
from .site import Site

_MANY = 200  # units; to prove that no cover of more is cheaper may take long
_SECONDS = 10.0  # for one change
# (candidates, cells of the window of each) -> which may be laid (K,) bool, and what each costs (K,), in whole numbers.
Choice = Callable[[Candidates, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Anew:
    """Parts in the place of others.

    new (K,) LAYOUT_DTYPE: in the site's grid, with role and section of what was there; of (K,): a row of the site's
    layout whose place each takes, at least in part; done (W,) bool: the windows that could be covered.
    """

    new: np.ndarray
    of: np.ndarray
    done: np.ndarray


def covered_anew(site: Site, windows: list[np.ndarray], colour: np.ndarray | None, choice: Choice) -> Anew:
    """The cheapest parts on the cells of windows, each the rows of regular parts of one height, role and section.

    colour (N,): the colour that each part's cells must get; None: that of what is seen, and any where nothing is.
    """
    rows = np.concatenate(windows)
    state = site.state(rows)
    window_of = np.repeat(np.arange(len(windows)), [len(window) for window in windows])[state.owner]
    units = state.units
    if colour is not None:
        units = replace(units, code=colour[rows][state.owner].astype(np.int32) + 1)
    by_window = [np.flatnonzero(window_of == number) for number in range(len(windows))]
    found = candidates_of(site.task(np.isin(np.arange(len(site.layout)), rows)), units, by_window)
    allowed, cost = choice(found, np.bincount(window_of, minlength=len(windows))[found.window])
    reached = np.zeros(len(window_of), bool)
    reached[found.unit[allowed[found.owner]]] = True
    done = np.ones(len(windows), bool)
    done[window_of[~reached]] = False
    taken = np.flatnonzero(allowed & done[found.window])
    number = np.full(len(allowed), -1)
    number[taken] = np.arange(len(taken))
    under = number[found.owner] >= 0
    owner, unit = number[found.owner[under]], found.unit[under]
    chosen = _cheapest(owner, unit, cost[taken]) if len(taken) else None
    if chosen is None:
        return Anew(np.zeros(0, LAYOUT_DTYPE), np.zeros(0, np.intp), np.zeros(len(windows), bool))
    new = laid(found.placements[taken[chosen]], 0)
    new["z"] = found.z[taken[chosen]]
    first = np.zeros(len(taken), np.intp)
    first[owner] = unit
    of = rows[state.owner[first[chosen]]]
    for name in ("role", "section"):
        new[name] = site.layout[name][of]
    return Anew(new, of, done)


def _cheapest(owner: np.ndarray, unit: np.ndarray, cost: np.ndarray) -> np.ndarray | None:
    """Rows of the placements of the cheapest cover, or of nearly the cheapest where there are many units."""
    program = program_of(owner, unit, cost)
    if program.matrix.shape[0] > _MANY:
        return dived(program, time.monotonic() + _SECONDS).chosen
    cover = cheapest(program, _SECONDS)
    return None if cover is None else cover.chosen


def in_place(site: Site, gone: np.ndarray, new: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The site's parts without some, (N,) bool, and with new ones behind them, all in a colour.

    of (K,): rows of what was in the new ones' place: a part that nobody sees keeps that colour, if it was made in it.
    """
    old = site.layout["colour"][of]
    keep = (new["colour"] == HIDDEN) & site.made[new["part"], old]
    new = new.copy()
    new["colour"][keep] = old[keep]
    return colour_hidden(np.concatenate([site.layout[~gone], new]), site.catalogue, site.made)


def groups_of(site: Site, rows: np.ndarray) -> list[np.ndarray]:
    """Rows of a layout by what one part can cover: lowest plate, height, role and section are the same."""
    if not len(rows):
        return []
    layout = site.layout[rows]
    height = extents(layout, site.catalogue)[:, 2]
    key = np.stack([layout["z"], height, layout["role"], layout["section"]], axis=1)
    group = np.unique(key, axis=0, return_inverse=True)[1].reshape(-1)
    order = np.argsort(group, kind="stable")
    return np.split(rows[order], np.flatnonzero(np.diff(group[order])) + 1)
