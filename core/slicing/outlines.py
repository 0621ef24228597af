"""Contours with as few points as a tolerance allows, and the slices of a mesh as they are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import NothingToBuild
from ..mesh import Mesh
from ..sizing import ModelSize
from .contours import Contours, link, loop_measures
from .heights import adaptive_heights
from .trajectories import cut


def outlines(mesh: Mesh, size: ModelSize, cusp_mm: float, chord_mm: float) -> tuple[Contours, np.ndarray]:
    """The contours of a mesh that stands in the grid, where a conversion cuts it, and the heights (P,) of their planes.

    cusp_mm: how far a slanted surface may leave its slices; chord_mm: how far a contour may be simplified.
    Raises UnusableMesh, NothingToBuild.
    """
    corners = mesh.closed.corners
    heights = adaptive_heights(corners, size.plates_z, cusp_mm).height
    contours = simplified(link(cut(corners, heights), len(heights)), chord_mm)
    if not len(contours):
        raise NothingToBuild(f"No slice meets {mesh.name} at this size; ask for more studs.")
    return contours, heights


def simplified(contours: Contours, chord_mm: float) -> Contours:
    """The loops with fewer points: none of those left out is further than `chord_mm` from the new loop.

    After Douglas and Peucker (1973), all loops at once. A loop that would vanish or turn round stays as it is; 0 or
    less leaves nothing out. Loops closer to each other than `chord_mm` may come to cross.
    """
    if chord_mm <= 0 or not len(contours):
        return contours
    kept = _kept_points(contours, chord_mm)
    area, length = _measures_of(contours, kept)
    spoiled = np.sign(area) != np.sign(contours.area)
    if spoiled.any():
        kept |= spoiled[contours.loop]
        area, length = _measures_of(contours, kept)
    offsets = _offsets_of(contours, kept)
    return replace(
        contours,
        points=contours.points[kept],
        triangle=contours.triangle[kept],
        offsets=offsets,
        area=area,
        length=length,
    )


def _offsets_of(contours: Contours, kept: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(contours.loop[kept], minlength=len(contours)))])


def _measures_of(contours: Contours, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return loop_measures(contours.points[kept], _offsets_of(contours, kept))


def _kept_points(contours: Contours, chord_mm: float) -> np.ndarray:
    """(N,) bool: the points that stay: spans are split at the point that is furthest from the chord."""
    points, first = contours.points, contours.offsets[:-1]
    kept = np.zeros(len(points), bool)
    kept[first] = True
    away = np.hypot(*(points - points[first[contours.loop]]).T)
    furthest = _first_greatest(away, first)
    kept[furthest] = True
    closed = np.append(points, points[:1], axis=0)
    # Spans from a to b; the last one of a loop ends at its first point.
    last = contours.offsets[1:]
    a, b = np.concatenate([first, furthest]), np.concatenate([furthest, last])
    goal = np.concatenate([furthest, first])
    limit = 0.0  # at first any point will do: loops keep an area
    while len(a):
        wide = b - a > 1
        a, b, goal = a[wide], b[wide], goal[wide]
        if not len(a):
            break
        inner = b - a - 1
        begin = np.cumsum(inner) - inner
        point = np.arange(inner.sum()) + np.repeat(a + 1 - begin, inner)
        away = _from_chord(closed[point], np.repeat(points[a], inner, axis=0), np.repeat(points[goal], inner, axis=0))
        worst = _first_greatest(away, begin)
        split = away[worst] > limit
        middle = point[worst[split]]
        kept[middle] = True
        a, b = np.concatenate([a[split], middle]), np.concatenate([middle, b[split]])
        goal = np.concatenate([middle, goal[split]])
        limit = chord_mm
    return kept


def _first_greatest(values: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Where the greatest value of each run stands, the first of equal ones; runs begin at ascending `begin`."""
    greatest = np.maximum.reduceat(values, begin)
    run = np.repeat(np.arange(len(begin)), np.diff(begin, append=len(values)))
    hits = np.flatnonzero(values == greatest[run])
    return hits[np.unique(run[hits], return_index=True)[1]]


def _from_chord(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N,) distance of points from the straight pieces a to b."""
    along = b - a
    square = np.einsum("ij,ij->i", along, along)
    share = np.clip(np.einsum("ij,ij->i", points - a, along) / np.maximum(square, 1e-300), 0.0, 1.0)
    return np.hypot(*(points - a - share[:, None] * along).T)
