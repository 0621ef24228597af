"""The model as one closed surface, for printing: its cells with studs, without anything inside.

Every edge has exactly two triangles. Where cells touch only along an edge or in a corner, as parts that nothing holds
together do, the surface keeps them apart by a hair, so that a file without topology (STL) stays manifold, too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..catalogue.parts import SLOPING, Catalogue
from ..errors import TooLarge
from ..grid import enclosed
from ..layout import extents, footprint_cells, owners
from ..units import PLATE_MM, STUD_DIAMETER_MM, STUD_HEIGHT_MM, STUD_MM

_CELL_MM = np.array([STUD_MM, STUD_MM, PLATE_MM])
_MOST_CELLS = 400_000_000
_HAIR_MM = 0.05  # along each axis; finer than printers print, coarser than STL's numbers
_SHAPED = (*SLOPING, "round plate", "round tile")
_STUD_SIDES = 16  # a multiple of four, for the corners of the cell

# Corners (6, 4, 3) x, y, z of a cell's faces, counter-clockwise from outside; and where the next cell is.
_FACES = np.array(
    [
        [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)],
        [(0, 0, 0), (0, 1, 0), (1, 1, 0), (1, 0, 0)],
        [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)],
        [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)],
        [(0, 1, 0), (0, 1, 1), (1, 1, 1), (1, 1, 0)],
        [(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)],
    ]
)
_BEYOND = np.array([(0, 0, 1), (0, 0, -1), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0)])
_TOP = 0  # row of both


@dataclass(frozen=True)
class Shell:
    """A closed surface: vertices (V, 3) float64, mm; triangles (T, 3) int32, counter-clockwise from outside.

    colour (T,) int16: palette row.
    """

    vertices: np.ndarray
    triangles: np.ndarray
    colour: np.ndarray


@dataclass(frozen=True)
class _Faces:
    """Faces of cells on the outside: cell (F, 3) x, y, z; side (F,): row of _FACES; studded (F,) bool."""

    cell: np.ndarray
    side: np.ndarray
    studded: np.ndarray


def is_shaped(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) bool: parts whose body is not that of their cells, which `outer_shell` leaves out."""
    return np.array([part.kind in _SHAPED for part in catalogue.parts], bool)[layout["part"]]


def outer_shell(layout: np.ndarray, catalogue: Catalogue) -> Shell:
    """The outside of all parts together, in the layout's place; cavities are filled, and `is_shaped` parts left out.

    Raises TooLarge where parts lie very far apart.
    """
    shaped = is_shaped(layout, catalogue)
    if shaped.all():
        return Shell(np.zeros((0, 3)), np.zeros((0, 3), np.int32), np.zeros(0, np.int16))
    layout, low = _moved_to_origin(layout)
    owner = _owners(layout, catalogue)
    taken = owner >= 0
    solid = (taken & ~shaped[owner]) | enclosed(taken)
    faces = _outside(solid, _free_studs(layout[~shaped], catalogue, taken))
    shell = _closed(faces, layout["colour"][owner[tuple(faces.cell.T[::-1])]])
    return Shell(shell.vertices + low * _CELL_MM, shell.triangles, shell.colour)


def pieces(layout: np.ndarray, catalogue: Catalogue) -> int:
    """In how many pieces the parts are once those that share faces of cells are one. Raises TooLarge."""
    return int(ndimage.label(_owners(_moved_to_origin(layout)[0], catalogue) >= 0)[1]) if len(layout) else 0


def _moved_to_origin(layout: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The layout with its lowest corner at the origin, and where that was, (3,) in cells."""
    moved = layout.copy()
    low = np.array([layout[axis].min() for axis in "xyz"])
    for axis, least in zip("xyz", low, strict=True):
        moved[axis] -= least
    return moved, low


def _owners(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """`layout.owners` in the least grid from the origin on."""
    corner = np.stack([layout[axis] for axis in "xyz"], axis=-1)
    wide, deep, high = map(int, (corner + extents(layout, catalogue)).max(axis=0))
    if wide * deep * high > _MOST_CELLS:
        raise TooLarge("The parts lie too far apart to become one mesh; move stray bricks back to the model.")
    return owners(layout, catalogue, (high, deep, wide))


def _free_studs(layout: np.ndarray, catalogue: Catalogue, taken: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: cells with a stud on top and nothing over it."""
    row, x, y = footprint_cells(layout, catalogue, "studs")
    z = layout["z"][row] + extents(layout, catalogue)[row, 2] - 1
    studded = np.zeros(taken.shape, bool)
    studded[z, y, x] = True
    studded[:-1] &= ~taken[1:]
    return studded


def _outside(solid: np.ndarray, studded: np.ndarray) -> _Faces:
    around = np.pad(solid, 1)
    high, deep, wide = solid.shape
    cells, sides = [], []
    for side, (x, y, z) in enumerate(_BEYOND.tolist()):
        beyond = around[1 + z : 1 + z + high, 1 + y : 1 + y + deep, 1 + x : 1 + x + wide]
        cells.append(np.argwhere(solid & ~beyond)[:, ::-1])
        sides.append(np.full(len(cells[-1]), side))
    cell, side = np.concatenate(cells), np.concatenate(sides)
    return _Faces(cell, side, (side == _TOP) & studded[tuple(cell.T[::-1])])


def _closed(faces: _Faces, colour: np.ndarray) -> Shell:
    """The surface of all faces. colour (F,)."""
    corner = (faces.cell[:, None] + _FACES[faces.side]).reshape(-1, 3)  # of side i of face f: row 4 f + i
    pairs, crossed = _pairs(corner, faces.cell)
    vertex, places = _vertices(corner, faces.cell, pairs)
    # Where two pairs of faces share an edge, each has a corner of its own in the middle.
    middles = pairs[crossed]
    middle = np.full(len(corner), -1)
    middle[middles] = (len(places) + np.arange(len(middles)))[:, None]
    after = _next(middles[:, 0])
    between = (corner[middles[:, 0]] + corner[after]) / 2
    inwards = np.sign(faces.cell[middles[:, 0] // 4] + 0.5 - between)
    places = np.concatenate([places, between * _CELL_MM + _HAIR_MM * inwards])

    fanned = faces.studded | (middle.reshape(-1, 4) >= 0).any(axis=1)
    plain = vertex.reshape(-1, 4)[~fanned]
    flat = np.concatenate([plain[:, [0, 1, 2]], plain[:, [0, 2, 3]]])
    drawn = [(flat, np.tile(np.flatnonzero(~fanned), 2))]
    hub = np.zeros(len(corner), np.int64)  # the point to which each side of a fanned face is joined
    bare = np.flatnonzero(fanned & ~faces.studded)
    hub.reshape(-1, 4)[bare] = (len(places) + np.arange(len(bare)))[:, None]
    places = np.concatenate([places, (faces.cell[bare] + _FACES[faces.side[bare]].mean(axis=1)) * _CELL_MM])
    topped = np.flatnonzero(faces.studded)
    ring = len(places) + np.arange(len(topped))[:, None] * (2 * _STUD_SIDES + 1)
    quarter = _STUD_SIDES // 4
    hub.reshape(-1, 4)[topped] = ring + quarter * np.arange(4) + quarter // 2
    places = np.concatenate([places, _stud_points((faces.cell[topped] + (0.5, 0.5, 1.0)) * _CELL_MM)])
    drawn.append(_fans(vertex, middle, hub, np.flatnonzero(np.repeat(fanned, 4))))
    drawn.append(_studs(vertex.reshape(-1, 4)[topped], ring, topped))
    triangles, of_face = (np.concatenate(each) for each in zip(*drawn, strict=True))
    return Shell(places, triangles.astype(np.int32), colour[of_face].astype(np.int16))


def _next(side: np.ndarray) -> np.ndarray:
    """The side that follows on the same face."""
    return side // 4 * 4 + (side + 1) % 4


def _pairs(corner: np.ndarray, cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(E, 2): the sides that meet in each edge; (E,) bool: whether another pair meets in the same.

    Then each pair is of one cell, so that the two cells, which share this edge only, stay apart.
    """
    reach = corner.max(axis=0) + 2 if len(corner) else np.ones(3, np.int64)
    number = np.ravel_multi_index(tuple(corner.T), tuple(reach))
    side = np.arange(len(corner))
    ends = np.sort(np.stack([number, number[_next(side)]], axis=-1), axis=1)
    owner = np.ravel_multi_index(tuple(cell.T), tuple(reach))[side // 4]
    pairs = np.lexsort((owner, ends[:, 1], ends[:, 0])).reshape(-1, 2)
    edge = ends[pairs[:, 0]]
    same = (edge[1:] == edge[:-1]).all(axis=1)
    return pairs, np.append(same, False) | np.append(False, same)


def _vertices(corner: np.ndarray, cell: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vertex of every corner (4 F,), and the places of all, mm.

    Corners are one vertex where faces round it are joined by edges; several in one place are moved into their cells.
    """
    first, second = pairs.T
    joined = np.concatenate([first, _next(first)]), np.concatenate([_next(second), second])
    graph = coo_matrix((np.ones(len(joined[0]), bool), joined), (len(corner),) * 2)
    count, vertex = connected_components(graph, directed=False)
    place = np.zeros((count, 3), np.int64)
    place[vertex] = corner
    inwards = np.repeat(cell, 4, axis=0) + 0.5 - corner
    corners = np.bincount(vertex, minlength=count)
    lean = np.stack([np.bincount(vertex, along, count) for along in inwards.T], axis=-1) / corners[:, None]
    _, at, times = np.unique(place, axis=0, return_inverse=True, return_counts=True)
    shared = times[at.reshape(-1)] > 1
    return vertex, place * _CELL_MM + np.where(shared[:, None], 2 * _HAIR_MM * lean, 0.0)


def _fans(vertex: np.ndarray, middle: np.ndarray, hub: np.ndarray, sides: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles from sides to their hubs, and the face of each."""
    whole, parted = sides[middle[sides] < 0], sides[middle[sides] >= 0]
    ends = vertex[_next(parted)]
    triangles = np.concatenate(
        [
            np.stack([vertex[whole], vertex[_next(whole)], hub[whole]], axis=-1),
            np.stack([vertex[parted], middle[parted], hub[parted]], axis=-1),
            np.stack([middle[parted], ends, hub[parted]], axis=-1),
        ]
    )
    return triangles, np.concatenate([whole, parted, parted]) // 4


def _stud_points(centre: np.ndarray) -> np.ndarray:
    """(M * (2 _STUD_SIDES + 1), 3) mm: of each stud the lower circle, from the cell's first corner, upper, centre."""
    angle = np.radians(225) + np.arange(_STUD_SIDES) * (2 * np.pi / _STUD_SIDES)
    flat = STUD_DIAMETER_MM / 2 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    circles = [np.column_stack([flat, np.full(_STUD_SIDES, height)]) for height in (0.0, STUD_HEIGHT_MM)]
    points = np.concatenate([*circles, [(0.0, 0.0, STUD_HEIGHT_MM)]])
    return (centre[:, None] + points).reshape(-1, 3)


def _studs(corners: np.ndarray, ring: np.ndarray, face: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Triangles of all studs (M), the fans of their faces apart, and the face of each.

    corners (M, 4): vertices of the face; ring (M, 1): first of the `_stud_points`; face (M,).
    """
    low = np.arange(_STUD_SIDES)
    ahead = (low + 1) % _STUD_SIDES
    wall = [np.stack([low, ahead, ahead + _STUD_SIDES]), np.stack([low, ahead + _STUD_SIDES, low + _STUD_SIDES])]
    cap = np.stack([low + _STUD_SIDES, ahead + _STUD_SIDES, np.full(_STUD_SIDES, 2 * _STUD_SIDES)])
    round_it = np.concatenate([*wall, cap], axis=1).T
    own = (ring[:, None] + round_it).reshape(-1, 3)
    # Between the circle and the corner that is nearest.
    quarter = _STUD_SIDES // 4
    nearest = (low + quarter // 2) // quarter % 4
    foot = np.stack([corners[:, nearest], ring + ahead, ring + low], axis=-1).reshape(-1, 3)
    return np.concatenate([own, foot]), np.concatenate([np.repeat(face, len(round_it)), np.repeat(face, _STUD_SIDES)])
