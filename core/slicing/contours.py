"""Trajectories as linked loops: ordered, measured, sorted, and nested in each other.

Every segment ends where another one of its plane begins; following that relation closes all loops at once, because
it is a permutation. Where several loops meet in one point, which of them goes on as which is arbitrary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .trajectories import Segments

_STEPS = 2**30  # points closer than the slices' extent / 2^30 are one
_HAIR_MM = 1e-6  # loops that are no wider enclose nothing


@dataclass(frozen=True)
class Contours:
    """Loops by ascending plane, in each plane by falling area: parents stand before their children.

    points (N, 2) float64, mm; triangle (N,) int: that of the segment which begins at each point; offsets (L + 1,): a
    loop's points are points[offsets[i]:offsets[i + 1]]; plane (L,) int; planes: how many there are. area (L,), mm2:
    positive for outer loops (counter-clockwise), negative for inner ones; length (L,), mm; parent (L,): the smallest
    loop around it, -1 for none; depth (L,): 0 outside, 1 for what a loop of depth 0 contains, ...
    """

    points: np.ndarray
    triangle: np.ndarray
    offsets: np.ndarray
    plane: np.ndarray
    planes: int
    area: np.ndarray
    length: np.ndarray
    parent: np.ndarray
    depth: np.ndarray

    def __len__(self) -> int:
        """How many loops there are."""
        return len(self.plane)

    @property
    def sizes(self) -> np.ndarray:
        """(L,) int: how many points each loop has."""
        return np.diff(self.offsets)

    @cached_property
    def loop(self) -> np.ndarray:
        """(N,) int: the loop of each point."""
        return np.repeat(np.arange(len(self)), self.sizes)

    @cached_property
    def following(self) -> np.ndarray:
        """(N,) int: the next point along the loop."""
        return following_points(self.offsets)

    @property
    def segments(self) -> Segments:
        """The loops as segments again, in order."""
        return Segments(self.plane[self.loop], self.points, self.points[self.following], self.triangle)

    def only(self, chosen: np.ndarray, turned: np.ndarray | None = None) -> Segments:
        """Segments of the loops `chosen` (L,) bool; those of `turned` (L,) bool run the other way round."""
        kept = chosen[self.loop]
        start, end = self.points[kept], self.points[self.following][kept]
        if turned is not None:
            back = turned[self.loop][kept, None]
            start, end = np.where(back, end, start), np.where(back, start, end)
        return Segments(self.plane[self.loop][kept], start, end, self.triangle[kept])


def link(segments: Segments, planes: int) -> Contours:
    """The closed loops of segments that have the solid on their left, on planes 0 .. planes - 1.

    Loops that enclose nothing are left out. Segments without a neighbour, of meshes that are not closed, are joined
    to the next such one.
    """
    real = np.flatnonzero((segments.start != segments.end).any(axis=1))
    plane, start, end = segments.plane[real], segments.start[real], segments.end[real]
    order, offsets = _along_cycles(*_successors(plane, start, end))
    return _sorted_contours(start[order], segments.triangle[real][order], offsets, plane[order], planes)


def _successors(plane: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(S,) the segment that follows each one, and (S,) all segments by plane and place of their starts."""
    count = len(plane)
    both = np.concatenate([end, start])
    if not count:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    low = both.min(axis=0)
    step = np.rint((both - low) * (_STEPS / max(float((both - low).max()), 1e-300))).astype(np.int64)
    place, level = (step[:, 0] << 31) | step[:, 1], np.concatenate([plane, plane])
    order = np.lexsort((place, level))
    new = (np.diff(place[order], prepend=-1) != 0) | (np.diff(level[order], prepend=-1) != 0)
    group = np.cumsum(new) - 1
    is_end = order < count
    ends, starts = order[is_end], order[~is_end] - count
    free_end, free_start = _without_partner(group[is_end], group[~is_end], int(group[-1]) + 1)
    following = np.zeros(count, np.intp)
    # Partners stand at the same place of both lists; those left over are as many of either kind in each plane.
    following[ends[~free_end]] = starts[~free_start]
    following[ends[free_end]] = starts[free_start]
    return following, starts


def _without_partner(ends: np.ndarray, starts: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of the ends and which of the starts, ascending groups, find no partner in their group."""
    ends_in, starts_in = np.bincount(ends, minlength=groups), np.bincount(starts, minlength=groups)
    end_number = np.arange(len(ends)) - (np.cumsum(ends_in) - ends_in)[ends]
    start_number = np.arange(len(starts)) - (np.cumsum(starts_in) - starts_in)[starts]
    return end_number >= starts_in[ends], start_number >= ends_in[starts]


def _along_cycles(following: np.ndarray, by_place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cycles of a permutation one after the other, each from its first element in `by_place` on; offsets."""
    count = len(following)
    links = coo_matrix((np.ones(count, bool), (np.arange(count), following)), (count, count))
    cycle = connected_components(links, directed=False)[1] if count else np.zeros(0, np.intp)
    size = np.bincount(cycle)
    root = np.zeros(count, bool)
    root[by_place[np.unique(cycle[by_place], return_index=True)[1]]] = True
    # Pointer doubling: after n rounds everyone has looked 2^n steps ahead, but not beyond the root.
    ahead, steps = np.where(root, np.arange(count), following), np.where(root, 0, 1)
    for _ in range(int(size.max(initial=1)).bit_length()):
        steps = steps + steps[ahead]
        ahead = ahead[ahead]
    offsets = np.concatenate([[0], np.cumsum(size)])
    order = np.zeros(count, np.intp)
    order[offsets[cycle] + np.where(root, 0, size[cycle] - steps)] = np.arange(count)
    return order, offsets


def _sorted_contours(
    points: np.ndarray, triangle: np.ndarray, offsets: np.ndarray, plane: np.ndarray, planes: int
) -> Contours:
    area, length = loop_measures(points, offsets)
    plane = plane[offsets[:-1]]
    order = np.lexsort((-np.abs(area), plane))
    order = order[np.abs(area[order]) > _HAIR_MM * length[order]]
    chosen, offsets = points_of(offsets, order)
    area, plane = area[order], plane[order]
    parent, depth = _nesting(points[chosen], offsets, plane, area)
    return Contours(points[chosen], triangle[chosen], offsets, plane, planes, area, length[order], parent, depth)


def loop_measures(points: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(L,) signed area and (L,) length of loops of points (N, 2)."""
    loop = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    here = points - points[offsets[loop]]  # near the origin, so that small loops are as exact as large ones
    there = here[following_points(offsets)]
    cross = here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0]
    reach = np.hypot(*(there - here).T)
    return np.bincount(loop, cross / 2, len(offsets) - 1), np.bincount(loop, reach, len(offsets) - 1)


def following_points(offsets: np.ndarray) -> np.ndarray:
    """(N,) int: the point after each one along its loop."""
    following = np.arange(1, int(offsets[-1]) + 1)
    following[offsets[1:] - 1] = offsets[:-1]
    return following


def points_of(offsets: np.ndarray, loops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The point numbers of some loops, one after the other, and their new offsets."""
    size = np.diff(offsets)[loops]
    new = np.concatenate([[0], np.cumsum(size)])
    return np.arange(new[-1]) + np.repeat(offsets[:-1][loops] - new[:-1], size), new


def _nesting(
    points: np.ndarray, offsets: np.ndarray, plane: np.ndarray, area: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(L,) parent and (L,) depth of loops that are sorted by plane and falling area."""
    count = len(plane)
    inner, outer = _surrounding(points, offsets, plane)
    larger = outer < inner  # crossing loops could else contain each other
    inner, outer = inner[larger], outer[larger]
    parent = np.full(count, -1, np.intp)
    np.maximum.at(parent, inner, outer)  # the last one before it is the smallest
    return parent, np.bincount(inner, minlength=count)


def _surrounding(points: np.ndarray, offsets: np.ndarray, plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of loops, inner and outer, where the outer one winds around a point of the inner one.

    From the middle of each loop's steepest segment a line runs to the left; what it crosses is counted.
    """
    count = len(plane)
    if not count:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    loop = np.repeat(np.arange(count), np.diff(offsets))
    ends = points[following_points(offsets)]
    rise = np.abs(ends[:, 1] - points[:, 1])
    steepest = np.lexsort((-rise, loop))[offsets[:-1]]
    eye = (points[steepest] + ends[steepest]) / 2
    # Planes one above the other in one long list of heights, so that one search serves all.
    low = points[:, 1].min()
    span = float(np.ptp(points[:, 1])) + 1.0
    lines = plane * span + eye[:, 1] - low
    order = np.argsort(lines, kind="stable")
    a, b = (plane[loop] * span + y - low for y in (points[:, 1], ends[:, 1]))
    first = np.searchsorted(lines[order], np.minimum(a, b))
    crossed = np.searchsorted(lines[order], np.maximum(a, b)) - first
    segment = np.repeat(np.arange(len(points)), crossed)
    line = order[np.arange(len(segment)) + np.repeat(first - (np.cumsum(crossed) - crossed), crossed)]
    share = (lines[line] - a[segment]) / (b - a)[segment]
    x = points[segment, 0] + share * (ends - points)[segment, 0]
    left = (x < eye[line, 0]) & (loop[segment] != line)
    pair, row = np.unique(line[left] * count + loop[segment[left]], return_inverse=True)
    winding = np.bincount(row.reshape(-1), np.where(b > a, 1, -1)[segment[left]], len(pair))
    around = pair[winding != 0]
    return around // count, around % count
