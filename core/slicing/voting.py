"""The colour of a unit by the longest trajectory through it and its neighbours, spec 3.7 and 3.8 (T).

Trajectories are cut at cell borders and each piece takes the palette colour of the surface it lies on. What a run of
pieces within one cell is long in a colour counts for that cell's unit, and for the units of the run before and after
it on the same loop: three cells at most. The greatest length wins. Units that no trajectory passes, under level
surfaces, keep the colour they have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..grid import Surface
from ..mesh import Mesh
from ..units import STUD_MM
from .closing import Closed
from .contours import link
from .coverage import split
from .surface import Samples, visible_samples
from .trajectories import cut


@dataclass(frozen=True)
class Trajectories:
    """Coloured pieces of trajectories in the order of their loops: samples (weight: mm), loop (N,) number."""

    samples: Samples
    loop: np.ndarray


def coloured_trajectories(mesh: Mesh, closed: Closed, heights: np.ndarray) -> Trajectories:
    """The loops of a closed mesh at `heights`, in pieces within one cell; caps have no colour and are left out."""
    contours = link(cut(closed.corners, heights), len(heights))
    loop = np.repeat(np.arange(len(contours.plane)), np.diff(contours.offsets))
    following = np.roll(np.arange(len(loop)), -1)
    following[contours.offsets[1:] - 1] = contours.offsets[:-1]
    number, start, end = np.arange(len(loop)), contours.points, contours.points[following]
    for axis in (0, 1):
        number, start, end = (np.asarray(part) for part in split(number, start / STUD_MM, end / STUD_MM, axis))
        start, end = start * STUD_MM, end * STUD_MM
    triangle = closed.source[contours.triangle[number]]
    real = triangle >= 0
    number, start, end, triangle = number[real], start[real], end[real], triangle[real]
    along = end - start
    length = np.hypot(*along.T)
    outwards = np.column_stack([along[:, 1], -along[:, 0], np.zeros(len(along))]) / np.maximum(length, 1e-12)[:, None]
    middle = np.column_stack([(start + end) / 2, heights[contours.plane[loop[number]]]])
    colour = mesh.colour_at(triangle, barycentric(mesh.corners[triangle], middle), STUD_MM / 2)
    return Trajectories(Samples(middle, outwards, length, colour, triangle), loop[number])


def barycentric(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 3) weights of the corners (N, 3, 3) at points (N, 3) of their planes."""
    a, b, c = np.moveaxis(corners, 1, 0)
    normal = np.cross(b - a, c - a)
    square = np.maximum(np.einsum("ij,ij->i", normal, normal), 1e-30)
    weights = [np.einsum("ij,ij->i", np.cross(v - u, points - u), normal) / square for u, v in ((b, c), (c, a), (a, b))]
    return np.clip(np.stack(weights, axis=1), 0.0, 1.0)


def vote(
    trajectories: Trajectories, row: np.ndarray, filled: np.ndarray, surface: Surface, present: np.ndarray
) -> np.ndarray:
    """(N,) palette row of each visible unit by the longest trajectory; ties go to the colour the model has more of.

    row (pieces,): palette row of each piece; filled (Z, Y, X): cells; present (N,): what units without votes keep.
    """
    cell, weight = visible_samples(trajectories.samples, filled, surface.cells)
    found = cell >= 0
    unit, loop, row, weight = surface.unit[cell[found]], trajectories.loop[found], row[found], weight[found]
    if not len(unit):
        return present
    first = np.flatnonzero((np.diff(unit, prepend=-1) != 0) | (np.diff(loop, prepend=-1) != 0))
    run = np.repeat(np.arange(len(first)), np.diff(first, append=len(unit)))
    run_unit, run_loop = unit[first], loop[first]
    colours = int(max(row.max(), present.max())) + 1
    lengths = np.zeros(len(present) * colours)
    for step in (-1, 0, 1):
        other = _neighbour(run_loop, step)
        lengths += np.bincount(run_unit[other[run]] * colours + row, weight, len(lengths))
    lengths = lengths.reshape(len(present), colours)
    common = np.bincount(row, weight, colours)
    # Palette order decides what is equal even then: argmax takes the first.
    tied = lengths >= lengths.max(axis=1, keepdims=True) * (1 - 1e-9)
    winner = np.argmax(np.where(tied, common + 1.0, 0.0), axis=1)
    return np.where(lengths.any(axis=1), winner, present)


def _neighbour(loop: np.ndarray, step: int) -> np.ndarray:
    """(R,) the run `step` places on along the same loop, whose ends meet."""
    starts = np.flatnonzero(np.diff(loop, prepend=-1))
    size = np.diff(starts, append=len(loop))
    start, length = np.repeat(starts, size), np.repeat(size, size)
    return start + (np.arange(len(loop)) - start + step) % length
