"""Bricks where they do, plates where the surface needs them, in one lattice.

A brick cell may be built from three plate cells instead. It gains where only one or two of its plates are at least
half inside the mesh (a terrace), or where the surface changes colour within its height. Terraces are judged by region:
cells of one layer that share edges and the same plates. A large region gains much with few large plates; a small one
costs as many parts as it has cells. `fineness` says how small a region may be.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .colour.spaces import linear_to_lab
from .grid import Surface, units_of, with_face_on
from .slicing.closing import Closed
from .slicing.contours import link
from .slicing.marking import differs, marked_cells
from .slicing.trajectories import cut
from .units import BRICK_MM, PLATES_PER_BRICK

# Share of its length or area by which a polygon differs from its neighbour when fineness is 1/2, and at least.
_CHANGE = 0.1
_LEAST_CHANGE = 0.01
_ALONG_Z = np.zeros((3, 3, 3), bool)
_ALONG_Z[:, 1, 1] = True
# How far (CIE 1976) a plate's colour may be from the mean of its brick when fineness is 1.
_LEAST_STEP = 7.0


def least_region(fineness: float) -> float:
    """How many cells a region must have to be built from plates: none is enough at 0, 28 at 1/4, 2 at 1/2, 1 at 1."""
    return np.inf if fineness <= 0 else 1 + (1 / fineness - 1) ** 3


def terraces(target: np.ndarray, fineness: float) -> np.ndarray:
    """(Z / 3, Y, X) bool: brick cells to be built from plates for the shape's sake.

    target (Z, Y, X) bool: plate cells at least half inside.
    """
    least = least_region(fineness)
    by_brick = target.reshape(-1, PLATES_PER_BRICK, *target.shape[1:])
    pattern = (by_brick * np.array([1, 2, 4], np.uint8)[:, None, None]).sum(axis=1)
    chosen = np.zeros(pattern.shape, bool)
    in_layer = np.zeros((3, 3, 3), bool)
    in_layer[1] = ndimage.generate_binary_structure(2, 1)
    for plates in range(1, 7):
        label, count = ndimage.label(pattern == plates, in_layer)
        worth = np.bincount(label.ravel(), minlength=count + 1) >= least
        worth[0] = False
        chosen |= worth[label]
    return chosen


def colour_steps(surface: Surface, shape: tuple[int, ...], fineness: float) -> np.ndarray:
    """(Z / 3, Y, X) bool: brick cells to be built from plates because the surface changes colour within their height.

    surface: of the target, cell by cell; shape: Z, Y, X.
    """
    bricks = np.zeros((shape[0] // PLATES_PER_BRICK, *shape[1:]), bool)
    lab = linear_to_lab(surface.of_cell.astype(np.float64))
    cell, row = units_of(surface.cells, bricks)
    mean = np.stack([np.bincount(row, lab[:, i]) for i in range(3)], axis=1) / np.bincount(row)[:, None]
    far = np.linalg.norm(lab - mean[row], axis=1) > _LEAST_STEP / max(fineness, 1e-9)
    z, y, x = cell[np.bincount(row, far) > 0].T
    bricks[z // PLATES_PER_BRICK, y, x] = True
    return bricks


def polygon_steps(closed: Closed, heights: np.ndarray, shape: tuple[int, ...], fineness: float) -> np.ndarray:
    """(Z / 3, Y, X) bool: brick cells to be built from plates because slices next to each other differ, spec 3.9 (T).

    A slice differs from the next in the number of its polygons, or in the length or area of one of them by a tenth
    (at fineness 1/2; nothing is marked at 0).
    """
    if fineness <= 0:
        return np.zeros((shape[0] // PLATES_PER_BRICK, *shape[1:]), bool)
    contours = link(cut(closed.corners, heights), len(heights))
    change = max(_CHANGE * (1 / fineness - 1), _LEAST_CHANGE)
    marked = marked_cells(contours, differs(contours, change, change).marked, (shape[1], shape[2]))
    layers = np.arange(shape[0] // PLATES_PER_BRICK) * BRICK_MM
    return np.logical_or.reduceat(marked, np.searchsorted(heights, layers), axis=0)


def with_holds(target: np.ndarray, bricks: np.ndarray, plates: np.ndarray) -> np.ndarray:
    """(Z / 3, Y, X) bool: `plates`, and brick cells beside that are to be plates too so that fewer parts come loose.

    target, bricks: as in `built`. A column of plates that neither reaches the ground nor meets a brick can only be held
    from its side, by plates that reach over to it from a column that does, and still does without this brick.
    """
    filled, fine = built(target, bricks, plates), np.repeat(plates, PLATES_PER_BRICK, axis=0)
    column, count = ndimage.label(filled, _ALONG_Z)
    thick = np.bincount(column[filled & ~fine], minlength=count + 1)
    grounded = np.zeros(count + 1, bool)
    grounded[column[0]] = True
    hanging = filled & ~(grounded | (thick > 0))[column]
    firm = filled & ~fine & (grounded | (thick > PLATES_PER_BRICK))[column]
    beside = with_face_on(firm, hanging, axes=(1, 2))
    return plates | beside.reshape(-1, PLATES_PER_BRICK, *target.shape[1:]).any(axis=1)


def superposed(target: np.ndarray) -> np.ndarray:
    """(Z / 3, Y, X) bool: brick cells of which two plates of three are filled, spec 3.11 (T).

    Along any direction that puts the border where two of the slices have it, or else in the middle of the three.
    """
    return target.reshape(-1, PLATES_PER_BRICK, *target.shape[1:]).sum(axis=1) * 2 > PLATES_PER_BRICK


def built(target: np.ndarray, bricks: np.ndarray, plates: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: the cells that are filled when brick cells `plates` follow the target and others are whole.

    bricks (Z / 3, Y, X) bool: brick cells that are filled where they are whole.
    """
    whole = np.repeat(bricks & ~plates, PLATES_PER_BRICK, axis=0)
    return whole | (target & np.repeat(plates, PLATES_PER_BRICK, axis=0))
