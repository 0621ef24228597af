"""The meshes of single parts, in millimetres.

Origin: the centre of the footprint, at the underside; the long side lies along x, studs point to +z. A part is
joined from closed surfaces, so that every edge has exactly two faces; studs and tubes reach a little into the
body instead of only touching it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import bpy
import numpy as np

from ..core.catalogue.parts import Part
from ..core.units import PART_GAP_MM, PLATE_MM, STUD_DIAMETER_MM, STUD_HEIGHT_MM, STUD_MM

# These sizes follow from the pitch: what stands between studs touches them.
WALL_MM = (STUD_MM - STUD_DIAMETER_MM) / 2 - PART_GAP_MM
TUBE_MM = STUD_MM * 2**0.5 - STUD_DIAMETER_MM
PIN_MM = STUD_MM - STUD_DIAMETER_MM
CEILING_MM = 1.2
SUNK_MM = 0.2  # how far studs and tubes reach into the body


@dataclass(frozen=True)
class Look:
    """How finely parts are shaped.

    stud_sides: corners of a stud's outline; edge_mm: width of rounded edges; edge_rows: rows of faces across
    such an edge; hollow: open underside with walls and tubes.
    """

    stud_sides: int
    edge_mm: float
    edge_rows: int
    stud_edge_mm: float
    hollow: bool


LOOKS = {
    "light": Look(stud_sides=8, edge_mm=0.4, edge_rows=1, stud_edge_mm=0.0, hollow=False),
    "full": Look(stud_sides=24, edge_mm=0.3, edge_rows=3, stud_edge_mm=0.2, hollow=True),
}


@dataclass(frozen=True)
class Surface:
    """Polygons, counter-clockwise seen from outside.

    vertices (V, 3) float64, mm; corners (C,) int32: the vertices of one face after the other; sizes (F,) int32: how
    many corners each face has; smooth (F,) bool: shaded round.
    """

    vertices: np.ndarray
    corners: np.ndarray
    sizes: np.ndarray
    smooth: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """(F,) int32: where the corners of each face begin."""
        return (np.cumsum(self.sizes) - self.sizes).astype(np.int32)


@lru_cache(maxsize=256)
def part_surface(part: Part, look: str) -> Surface:
    """The surface of a part; look: "light" for many bricks, "full" with rounded edges and tubes inside."""
    return _SHAPES[part.kind](part, LOOKS[look])


def brick_mesh(part: Part, look: str) -> bpy.types.Mesh:
    """A new mesh, without material, of `part_surface`."""
    surface = part_surface(part, look)
    mesh = bpy.data.meshes.new(part.name)
    mesh.vertices.add(len(surface.vertices))
    mesh.vertices.foreach_set("co", surface.vertices.astype(np.float32).ravel())
    mesh.loops.add(len(surface.corners))
    mesh.loops.foreach_set("vertex_index", surface.corners)
    mesh.polygons.add(len(surface.sizes))
    mesh.polygons.foreach_set("loop_start", surface.starts)
    mesh.polygons.foreach_set("use_smooth", surface.smooth)
    mesh.update(calc_edges=True)
    return mesh


def _studded_box(part: Part, look: Look) -> Surface:
    """A rectangular brick or plate."""
    height = part.plates * PLATE_MM
    pieces = [_body(part, height, look), _repeat(_stud(height, look), _stud_centres(part.studs_x, part.studs_y))]
    if look.hollow:
        pieces.extend(_underside(part, height, look))
    return _joined(pieces)


# One function a kind of part; slopes, tiles and corners join here.
_SHAPES: dict[str, Callable[[Part, Look], Surface]] = {"brick": _studded_box, "plate": _studded_box}


def _body(part: Part, height: float, look: Look) -> Surface:
    half = np.array([part.studs_x, part.studs_y]) * STUD_MM / 2 - PART_GAP_MM
    inset, rise = _rounding(look.edge_mm, look.edge_rows)
    outline = [_rectangle(half, look, inset=x) for x in inset]
    lower = list(zip(outline[::-1], look.edge_mm - rise[::-1], strict=True))
    upper = list(zip(outline, height - look.edge_mm + rise, strict=True))
    rings = lower + upper
    rounded = [True] * look.edge_rows + [False] + [True] * look.edge_rows
    if look.hollow:
        cavity = _rectangle(half - WALL_MM, look, inset=0.0)
        rings = [(cavity, height - CEILING_MM), (cavity, 0.0), *rings]
        rounded = [False, False, *rounded]
    # Edges between two corners of the outline are flat, those within a corner are round.
    turning = np.arange(len(outline[0])) % (look.edge_rows + 1) < look.edge_rows
    return _loft(rings, np.array(rounded)[:, None] | turning)


def _stud(height: float, look: Look) -> Surface:
    radius = STUD_DIAMETER_MM / 2
    top = height + STUD_HEIGHT_MM
    rings = [(_circle(radius, look.stud_sides), height - SUNK_MM)]
    if look.stud_edge_mm:
        inset, rise = _rounding(look.stud_edge_mm, look.edge_rows)
        rings += [
            (_circle(radius - x, look.stud_sides), top - look.stud_edge_mm + z)
            for x, z in zip(inset, rise, strict=True)
        ]
    else:
        rings.append((_circle(radius, look.stud_sides), top))
    return _loft(rings, np.ones((len(rings) - 1, 1), bool))


def _underside(part: Part, height: float, look: Look) -> list[Surface]:
    """Tubes between four studs, or pins between two."""
    top = height - CEILING_MM + SUNK_MM
    if part.studs_y > 1:
        centres = _stud_centres(part.studs_x - 1, part.studs_y - 1)
        outer, inner = (_circle(diameter / 2, look.stud_sides) for diameter in (TUBE_MM, STUD_DIAMETER_MM))
        tube = _ring_of([(inner, top), (inner, 0.0), (outer, 0.0), (outer, top)], np.array([[1], [0], [1], [0]], bool))
        return [_repeat(tube, centres)]
    if part.studs_x > 1:
        outline = _circle(PIN_MM / 2, look.stud_sides)
        pin = _loft([(outline, 0.0), (outline, top)], np.ones((1, 1), bool))
        return [_repeat(pin, _stud_centres(part.studs_x - 1, 1))]
    return []


def _stud_centres(count_x: int, count_y: int) -> np.ndarray:
    """(N, 2) float64: centres of a block of studs around the origin."""
    x = (np.arange(count_x) - (count_x - 1) / 2) * STUD_MM
    y = (np.arange(count_y) - (count_y - 1) / 2) * STUD_MM
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def _circle(radius: float, sides: int) -> np.ndarray:
    """(sides, 2) float64, counter-clockwise."""
    angle = (np.arange(sides) + 0.5) * (2 * np.pi / sides)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _rounding(width: float, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """A quarter circle from a wall to a top: how far in and how far up its rows + 1 points are."""
    angle = np.linspace(0, np.pi / 2, rows + 1)
    return width * (1 - np.cos(angle)), width * np.sin(angle)


def _rectangle(half: np.ndarray, look: Look, inset: float) -> np.ndarray:
    """(4 * (rows + 1), 2) float64: a rectangle of half sizes (2,), `inset` smaller, with rounded corners."""
    radius = look.edge_mm - inset * 0.7  # never quite a point, so that no two vertices coincide
    along, across = _rounding(radius, look.edge_rows)
    corner = np.stack([half[0] - inset - along, half[1] - inset - radius + across], axis=-1)
    mirror = corner[::-1]
    return np.concatenate([corner, mirror * (-1, 1), -corner, mirror * (1, -1)])


def _loft(rings: Sequence[tuple[np.ndarray, float]], smooth: np.ndarray) -> Surface:
    """Outlines (M, 2), each at its height, joined by quads and closed by the first and the last one."""
    side = _quads(rings, len(rings) - 1, smooth)
    count = len(rings[0][0])
    first = np.arange(count, dtype=np.int32)[::-1]
    last = np.arange(count, dtype=np.int32) + (len(rings) - 1) * count
    return Surface(
        side.vertices,
        np.concatenate([side.corners, first, last]),
        np.append(side.sizes, np.array([count, count], np.int32)),
        np.append(side.smooth, [False, False]),
    )


def _ring_of(rings: Sequence[tuple[np.ndarray, float]], smooth: np.ndarray) -> Surface:
    """As _loft, but the last outline is joined to the first: a tube."""
    return _quads(rings, len(rings), smooth)


def _quads(rings: Sequence[tuple[np.ndarray, float]], rows: int, smooth: np.ndarray) -> Surface:
    """The quads of `rows` rows; smooth broadcasts to (rows, M)."""
    vertices = np.array([np.column_stack([outline, np.full(len(outline), z)]) for outline, z in rings])
    number = np.arange(vertices.shape[0] * vertices.shape[1], dtype=np.int32).reshape(vertices.shape[:2])
    above = np.roll(number, -1, axis=0)
    quads = np.stack([number, np.roll(number, -1, axis=1), np.roll(above, -1, axis=1), above], axis=-1)[:rows]
    count = quads.shape[0] * quads.shape[1]
    return Surface(
        vertices.reshape(-1, 3),
        quads.ravel(),
        np.full(count, 4, np.int32),
        np.broadcast_to(smooth, quads.shape[:2]).ravel(),
    )


def _repeat(surface: Surface, centres: np.ndarray) -> Surface:
    """A copy of the surface at every centre (N, 2)."""
    copies = len(centres)
    offset = np.column_stack([centres, np.zeros(copies)])
    first = np.arange(copies, dtype=np.int32) * np.int32(len(surface.vertices))
    return Surface(
        (surface.vertices + offset[:, None]).reshape(-1, 3),
        (surface.corners + first[:, None]).ravel(),
        np.tile(surface.sizes, copies),
        np.tile(surface.smooth, copies),
    )


def _joined(surfaces: Sequence[Surface]) -> Surface:
    """All surfaces as one, each still closed by itself."""
    first = np.cumsum([0] + [len(surface.vertices) for surface in surfaces[:-1]])
    return Surface(
        np.concatenate([surface.vertices for surface in surfaces]),
        np.concatenate([surface.corners + np.int32(start) for surface, start in zip(surfaces, first, strict=True)]),
        np.concatenate([surface.sizes for surface in surfaces]),
        np.concatenate([surface.smooth for surface in surfaces]),
    )
