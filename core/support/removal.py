"""Which supports come off after the build, which must stay, and why (T, requirements 7.13 and 7.15)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from ..catalogue.parts import Catalogue
from ..grid import enclosed
from ..layout import Role, part_cells
from ..structure.links import Links, stud_links
from ..structure.sections import sections_of
from .standing import Unbalanced

_ONE_BY_ONE = 3  # questions to the statics after which all that may help goes back at once
_ALIKE = 2  # digits of speeds; of supports that are alike in these, the largest goes back first


class Reason(StrEnum):
    """Why supports must stay."""

    CLOSED_IN = "closed in"  # by the model: no way out
    HOLDS = "holds"  # parts would come loose
    STEADIES = "steadies"  # parts could not be balanced


@dataclass(frozen=True)
class Kept:
    """Supports that hang together and must stay.

    rows: their rows of the layout, the lowest first; parts_held: how many parts of the model would come loose with
    them, or those that can't be balanced without them.
    """

    rows: np.ndarray
    reason: Reason
    parts_held: int


@dataclass(frozen=True)
class Removal:
    """What happens to the supports after the build.

    comes_off (N,) bool: parts to take away; early (N,) bool: those of them that the sections close in when they are put
    on each other; kept: the others, by what hangs together of them without the model. stands: whether what is left is
    certified to stand; None where the statics was not asked.
    """

    comes_off: np.ndarray
    early: np.ndarray
    kept: tuple[Kept, ...]
    stands: bool | None = None


def is_support(layout: np.ndarray) -> np.ndarray:
    """(N,) bool: parts that are supports."""
    return np.isin(layout["role"], (Role.SUPPORT_OUTER, Role.SUPPORT_INNER))


def closed_in(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) bool: supports that no way leads to, not even while the sections of the model are still apart."""
    locked = np.zeros(len(layout), bool)
    if not (layout["role"] == Role.SUPPORT_INNER).any():
        return locked
    low = [int(layout[axis].min()) for axis in "zyx"]
    for rows in sections_of(layout):
        row, place = part_cells(layout[rows], catalogue)
        place = tuple(along - start for along, start in zip(place, low, strict=True))
        support = is_support(layout[rows])[row]
        filled = np.zeros([int(along.max()) + 1 for along in place], bool)
        filled[tuple(along[~support] for along in place)] = True
        inside = enclosed(filled)[tuple(along[support] for along in place)]
        locked[rows[row[support][inside]]] = True
    return locked


def _opened(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) bool: inner supports that come off before the sections are put together, if at all."""
    return (layout["role"] == Role.SUPPORT_INNER) & ~closed_in(layout, catalogue)


def removable(layout: np.ndarray, catalogue: Catalogue, unbalanced: Unbalanced | None = None) -> Removal:
    """Which supports come off, found by taking them away.

    Some are closed in (`closed_in`). Of the others as few stay as join the pieces of the model to the ground, to each
    other, or to supports that stay anyway; pieces that nothing joins to the ground need none to stay. unbalanced: how
    fast parts fall that the statics cannot balance; of the supports that touched some, those that joined the fastest to
    the slowest go back, until it finds none, and those that the later ones make needless come off after all. The order
    of the rows makes no difference.
    """
    order = np.lexsort([layout[column] for column in ("turn", "part", "x", "y", "z")])
    found = _removal(layout[order], catalogue, unbalanced)
    place = np.argsort(order)
    kept = tuple(replace(each, rows=order[each.rows]) for each in found.kept)
    return replace(found, comes_off=found.comes_off[place], early=found.early[place], kept=kept)


def _removal(layout: np.ndarray, catalogue: Catalogue, unbalanced: Unbalanced | None) -> Removal:
    """What `removable` says of a layout whose rows are sorted by place."""
    support = is_support(layout)
    links = stud_links(layout, catalogue)
    group = pieces_of_supports(links, support)
    kept = _kept_by_studs(layout, links, group, closed_in(layout, catalogue))
    early = _opened(layout, catalogue)
    comes_off = support.copy()
    for each in kept:
        comes_off[each.rows] = False
    if unbalanced is None or not comes_off.any():
        return Removal(comes_off, comes_off & early, kept)

    def falling_without(comes_off: np.ndarray) -> np.ndarray:
        falling = np.zeros(len(layout))
        for rows in _standing(layout, comes_off, early):
            left = rows[~links.floating[rows]]
            if len(left):
                falling[left] = np.maximum(falling[left], unbalanced(layout[left], catalogue))
        return falling

    steadying: list[Kept] = []
    for question in count():
        falling = falling_without(comes_off)
        slowest, fastest = _speeds_joined(layout, links, group, falling)
        back = np.flatnonzero(comes_off & (fastest > 0)[group])
        if not len(back):
            break
        numbers, sizes = np.unique(group[back], return_counts=True)
        if question < _ONE_BY_ONE:
            difference = np.round((fastest - slowest)[numbers], _ALIKE)
            numbers = numbers[[np.lexsort((sizes, difference))[-1]]]
        for number in numbers:
            rows = back[group[back] == number]
            steadying.append(Kept(rows, Reason.STEADIES, _touched(links, rows, falling > 0)))
            comes_off[rows] = False
    if not falling.any():
        for each in steadying[: _ONE_BY_ONE if len(steadying) > 1 else 0]:
            comes_off[each.rows] = True
            if falling_without(comes_off).any():
                comes_off[each.rows] = False
    kept += tuple(each for each in steadying if not comes_off[each.rows].any())
    return Removal(comes_off, comes_off & early, kept, not falling.any())


def _standing(layout: np.ndarray, comes_off: np.ndarray, early: np.ndarray) -> list[np.ndarray]:
    """Rows of all that must stand by itself: the finished model, and every section out of which supports are taken."""
    whole = np.flatnonzero(~comes_off)
    gone = comes_off & early
    return [whole, *(rows[~gone[rows]] for rows in sections_of(layout) if gone[rows].any())]


def _speeds_joined(
    layout: np.ndarray, links: Links, group: np.ndarray, falling: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(G,), (G,) how fast the slowest and the fastest fall (N,) of what each group of parts is joined to."""
    count = int(group.max()) + 1
    slowest, fastest = np.full(count, np.inf), np.zeros(count)
    apart = group[links.lower] != group[links.upper]
    ends = links.lower[apart], links.upper[apart]
    for own, other in (ends, ends[::-1]):
        np.minimum.at(slowest, group[own], falling[other])
        np.maximum.at(fastest, group[own], falling[other])
    slowest[group[layout["z"] == layout["z"].min()]] = 0  # the ground
    return slowest, fastest


def _touched(links: Links, rows: np.ndarray, weak: np.ndarray) -> int:
    """How many weak parts are joined to the supports in these rows."""
    above = links.upper[np.isin(links.lower, rows)]
    below = links.lower[np.isin(links.upper, rows)]
    return int(np.count_nonzero(weak[np.union1d(above, below)]))


def _kept_by_studs(layout: np.ndarray, links: Links, group: np.ndarray, locked: np.ndarray) -> tuple[Kept, ...]:
    support = is_support(layout)
    if not support.any():
        return ()
    groups = int(group.max()) + 1
    members = np.bincount(group, minlength=groups)
    of_support = np.zeros(groups, bool)
    of_support[group[support]] = True
    inner = np.zeros(groups, bool)
    inner[group[locked]] = True
    held = _held_below(layout, links, group, of_support & ~inner, np.where(of_support, 0, members))
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(members)
    found = []
    for number in np.flatnonzero(inner | (held > 0)).tolist():
        rows = order[ends[number] - members[number] : ends[number]]
        found.append(Kept(rows, Reason.CLOSED_IN if inner[number] else Reason.HOLDS, int(held[number])))
    return tuple(found)


def pieces_of_supports(links: Links, support: np.ndarray) -> np.ndarray:
    """(N,) parts that hang together among the supports, and among the others."""
    alike = support[links.lower] == support[links.upper]
    ends = links.lower[alike], links.upper[alike]
    shape = (len(support), len(support))
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=shape)
    return connected_components(graph, directed=False)[1]


def _held_below(
    layout: np.ndarray, links: Links, group: np.ndarray, can_go: np.ndarray, parts: np.ndarray
) -> np.ndarray:
    """(G,) parts of the model that only reach the ground by way of each group that can go; 0 for the others.

    A tree is spanned over the groups from the ground up, first without those, then with as few as it takes.
    """
    groups = len(can_go)
    standing = group[layout["z"] == layout["z"].min()]
    a = np.concatenate([group[links.lower], standing])
    b = np.concatenate([group[links.upper], np.full(len(standing), groups)])
    # What is joined without supports that can go is one, so that only ways through these are left.
    firm = ~np.append(can_go, False)
    fixed = firm[a] & firm[b]
    merged = connected_components(_graph(a[fixed], b[fixed], groups + 1), directed=False)[1]
    own = np.append(parts, 0)
    weight = np.bincount(merged, own)
    root = merged[groups]
    order, before = breadth_first_order(_graph(merged[a], merged[b], len(weight)), root, directed=False)
    below = weight.astype(np.int64)
    for node in order[:0:-1].tolist():
        below[before[node]] += below[node]
    return np.where(can_go, (below - weight)[merged[:groups]], 0)


def _graph(a: np.ndarray, b: np.ndarray, size: int) -> coo_matrix:
    return coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(size, size)).tocsr()


def supports_report(layout: np.ndarray, catalogue: Catalogue, removal: Removal) -> dict[str, Any]:
    """The supports' figures under the keys of report.json.

    parts, by_part, volume_share_by_part (of the supports' cells), grams; removable: whether all come off; kept: those
    that must stay, with the reason, the model's parts they hold, and the stud, stud and plate of the lowest one, from
    1; stands_without: whether the model is certified to stand without those that come off.
    """
    mine = layout[is_support(layout)]
    cells = catalogue.spots().count[mine["part"], mine["turn"]] * catalogue.sizes[mine["part"], 2]
    count = np.bincount(mine["part"], minlength=len(catalogue.parts))
    volume = np.bincount(mine["part"], cells, len(catalogue.parts))
    used = [row for row in np.argsort(-count, kind="stable").tolist() if count[row]]
    return {
        "parts": len(mine),
        "by_part": {catalogue.parts[row].name: int(count[row]) for row in used},
        "volume_share_by_part": {catalogue.parts[row].name: float(volume[row] / volume.sum()) for row in used},
        "grams": float(catalogue.grams[mine["part"]].sum()),
        "removable": not removal.kept if len(mine) else None,
        "kept": [_told(layout, each) for each in removal.kept],
        "stands_without": removal.stands,
    }


def _told(layout: np.ndarray, kept: Kept) -> dict[str, Any]:
    lowest = layout[kept.rows[0]]
    place = [int(lowest[name]) + 1 for name in ("x", "y", "z")]
    return {"parts": len(kept.rows), "reason": str(kept.reason), "holds_parts": kept.parts_held, "at": place}
