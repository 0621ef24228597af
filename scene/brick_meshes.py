"""The meshes of single parts, not turned, in millimetres.

Origin: the centre of the footprint, at the underside of the box of cells; studs point to +z. A part is joined from
closed surfaces, so that every edge has exactly two faces; studs and tubes reach a little into the body instead of
only touching it. Slopes and round parts are closed below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import bpy
import numpy as np

from ..core.catalogue.parts import Part
from ..core.units import LDU_PER_PLATE, LDU_PER_STUD, PART_GAP_MM, PLATE_MM, STUD_DIAMETER_MM, STUD_HEIGHT_MM, STUD_MM
from .surfaces import Surface, circle, joined, loft, outline, repeat, ring_of, rounding

# These sizes follow from the pitch: what stands between studs touches them.
WALL_MM = (STUD_MM - STUD_DIAMETER_MM) / 2 - PART_GAP_MM
TUBE_MM = STUD_MM * 2**0.5 - STUD_DIAMETER_MM
PIN_MM = STUD_MM - STUD_DIAMETER_MM
CEILING_MM = 1.2
SUNK_MM = 0.2  # how far studs and tubes reach into the body
MM_PER_LDU = STUD_MM / LDU_PER_STUD
LIP_LDU = 4.0  # the low end of a slope is this high
BASEPLATE_MM = 1.6
CHEESE_SHORT_LDU = 0.4  # a cheese slope stays below the grid's plates
LINE_MM = 0.22  # width of an outline on each side of an edge; two parts side by side have 0.64 with their gap
FOOT_MM, FOOT_TOP_MM = 3.2, 1.2  # a round part's foot: its radius, and how far from the top it ends


@dataclass(frozen=True)
class Look:
    """How finely parts are shaped.

    stud_sides: corners of a stud's outline; edge_mm: width of rounded edges; edge_rows: rows of faces across
    such an edge; hollow: open underside with walls and tubes; round_sides: corners of a round part's outline;
    curve_points: those of a curved slope; outlined: faces along all edges and around the studs, for dark lines.
    """

    stud_sides: int
    edge_mm: float
    edge_rows: int
    stud_edge_mm: float
    hollow: bool
    round_sides: int
    curve_points: int
    outlined: bool = False


LOOKS = {
    "light": Look(8, edge_mm=0.4, edge_rows=1, stud_edge_mm=0.0, hollow=False, round_sides=16, curve_points=7),
    "full": Look(24, edge_mm=0.3, edge_rows=3, stud_edge_mm=0.2, hollow=True, round_sides=48, curve_points=17),
}


@lru_cache(maxsize=256)
def part_surface(part: Part, look: str, outlined: bool = False) -> Surface:
    """The surface of a part; look: "light" for many bricks, "full" with rounded edges and tubes inside."""
    chosen = LOOKS[look]
    if outlined:
        chosen = replace(chosen, edge_mm=LINE_MM, stud_edge_mm=LINE_MM, outlined=True)
    return _SHAPES[part.kind](part, chosen)


def brick_mesh(part: Part, look: str, outlined: bool = False) -> bpy.types.Mesh:
    """A new mesh of `part_surface`, without materials; outlines have the number 1, the rest 0."""
    surface = part_surface(part, look, outlined)
    mesh = bpy.data.meshes.new(part.name)
    mesh.vertices.add(len(surface.vertices))
    mesh.vertices.foreach_set("co", surface.vertices.astype(np.float32).ravel())
    mesh.loops.add(len(surface.corners))
    mesh.loops.foreach_set("vertex_index", surface.corners)
    mesh.polygons.add(len(surface.sizes))
    mesh.polygons.foreach_set("loop_start", surface.starts)
    mesh.polygons.foreach_set("use_smooth", surface.smooth)
    if outlined:
        mesh.polygons.foreach_set("material_index", surface.edges.astype(np.int32))
    mesh.update(calc_edges=True)
    return mesh


def _box(part: Part, look: Look) -> Surface:
    """A brick, plate, tile or support over any cells that hang together without a hole."""
    height = part.plates * PLATE_MM
    pieces = [_upright(_border(part), 0.0, height, look, look.hollow), *_studs(part, look)]
    if look.hollow:
        pieces.extend(_underside(part, height, look))
    return joined(pieces)


def _baseplate(part: Part, look: Look) -> Surface:
    """A sheet whose top is that of its cells."""
    top = part.plates * PLATE_MM
    return joined([_upright(_border(part), top - BASEPLATE_MM, top, look, hollow=False), *_studs(part, look)])


def _round(part: Part, look: Look) -> Surface:
    """A round plate, which stands on a narrower foot, or a round tile, which has no studs."""
    height, wide = part.plates * PLATE_MM, STUD_MM / 2 - PART_GAP_MM
    inset, rise = rounding(look.edge_mm, look.edge_rows)
    rings = [(circle(wide - x, look.round_sides), height - look.edge_mm + z) for x, z in zip(inset, rise, strict=True)]
    foot = circle(FOOT_MM, look.round_sides)
    step = height - FOOT_TOP_MM
    rings = [(foot, 0.0), (foot, step), (circle(wide, look.round_sides), step), *rings]
    rounded = np.array([True, False, *[True] * (len(rings) - 3)])
    edges = np.arange(len(rounded)) >= len(rounded) - look.edge_rows
    return joined([loft(rings, rounded[:, None], edges[:, None]), *_studs(part, look)])


def _profiled(part: Part, look: Look) -> Surface:
    """A slope of any kind: what is seen from the side, drawn out along x."""
    profile, curved = _PROFILES[part.kind](part, look)
    profile = profile * MM_PER_LDU
    deep = part.studs_y * STUD_MM
    profile[:, 0] = np.clip(profile[:, 0], PART_GAP_MM, deep - PART_GAP_MM) - deep / 2
    half = part.studs_x * STUD_MM / 2 - PART_GAP_MM
    side = _lofted(profile, -half, half, look, curved)
    # Drawn upwards along z, its outline in x and y; these become y and z, and z becomes x.
    body = Surface(side.vertices[:, [2, 0, 1]], side.corners, side.sizes, side.smooth, side.edges)
    return joined([body, *_studs(part, look)])


def _straight(part: Part, look: Look) -> tuple[np.ndarray, np.ndarray]:
    deep, high = _box_ldu(part)
    flat = deep - LDU_PER_STUD
    return _corners((0, 0), (deep, 0), (deep, high), (flat, high), (0, LIP_LDU))


def _inverted(part: Part, look: Look) -> tuple[np.ndarray, np.ndarray]:
    deep, high = _box_ldu(part)
    return _corners((deep - LDU_PER_STUD, 0), (deep, 0), (deep, high), (0, high), (0, high - LIP_LDU))


def _cheese(part: Part, look: Look) -> tuple[np.ndarray, np.ndarray]:
    deep, high = _box_ldu(part)
    return _corners((0, 0), (deep, 0), (deep, high - CHEESE_SHORT_LDU), (0, LIP_LDU))


def _curve(part: Part, look: Look) -> tuple[np.ndarray, np.ndarray]:
    """An eighth of an ellipse, level at its top; the high end is open below for a plate."""
    deep, high = _box_ldu(part)
    angle = np.linspace(np.pi / 4, 0, look.curve_points)
    rise = (high - LIP_LDU) / (2**0.5 - 1)
    y = deep * (1 - np.cos(angle) + np.sin(angle))
    z = LIP_LDU + rise * (np.cos(angle) + np.sin(angle) - 1)
    corners = [(0, 0), (deep - LDU_PER_STUD, 0), (deep - LDU_PER_STUD, LDU_PER_PLATE), (deep, LDU_PER_PLATE)]
    profile = np.concatenate([np.array(corners, float), np.column_stack([y, z])])
    return profile, (np.arange(len(profile)) >= len(corners)) & (np.arange(len(profile)) < len(profile) - 1)


def _corners(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(points, float), np.zeros(len(points), bool)


def _box_ldu(part: Part) -> tuple[int, int]:
    return part.studs_y * LDU_PER_STUD, part.plates * LDU_PER_PLATE


# What a slope looks like from the side: corners (K, 2) in y and z, LDraw units from the lower corner of the box of
# cells, counter-clockwise seen from +x; and which edges (K,), each from its corner to the next, are part of a curve.
_PROFILES: dict[str, Callable[[Part, Look], tuple[np.ndarray, np.ndarray]]] = {
    "slope": _straight,
    "inverted slope": _inverted,
    "cheese": _cheese,
    "curved slope": _curve,
}
_SHAPES: dict[str, Callable[[Part, Look], Surface]] = {
    "brick": _box,
    "plate": _box,
    "tile": _box,
    "support": _box,
    "baseplate": _baseplate,
    "round plate": _round,
    "round tile": _round,
    **dict.fromkeys(_PROFILES, _profiled),
}


def _border(part: Part) -> np.ndarray:
    """(K, 2) float64, mm: the corners of the cells' outline, counter-clockwise, the real part's gap inside it."""
    cells = np.pad(part.masks["cells"], 1)
    # An edge goes from corner to corner with the cell on its left; corners are counted from the padding's first one.
    after: dict[tuple[int, int], tuple[int, int]] = {}
    for y, x in np.argwhere(cells).tolist():
        around = [(y, x), (y, x + 1), (y + 1, x + 1), (y + 1, x)]
        beside = [cells[y - 1, x], cells[y, x + 1], cells[y + 1, x], cells[y, x - 1]]
        after |= {around[i]: around[(i + 1) % 4] for i in range(4) if not beside[i]}
    path = [next(iter(after))]
    while after[path[-1]] != path[0]:
        path.append(after[path[-1]])
    points = np.array(path, float)[:, ::-1] - 1
    ahead, before = np.roll(points, -1, axis=0) - points, points - np.roll(points, 1, axis=0)
    turns = (ahead != before).any(axis=1)
    corners = (points[turns] - (part.studs_x / 2, part.studs_y / 2)) * STUD_MM
    return outline(corners, 0.0, 0, PART_GAP_MM)


def _upright(border: np.ndarray, low: float, high: float, look: Look, hollow: bool) -> Surface:
    straight = np.zeros(len(border), bool)
    if not hollow:
        return _lofted(border, low, high, look, straight)
    cavity = outline(border, look.edge_mm, look.edge_rows, WALL_MM)
    return _lofted(border, low, high, look, straight, ((cavity, high - CEILING_MM), (cavity, low)))


def _lofted(
    border: np.ndarray,
    low: float,
    high: float,
    look: Look,
    curved: np.ndarray,
    inner: tuple[tuple[np.ndarray, float], ...] = (),
) -> Surface:
    """A polygon (K, 2) from low to high, with rounded edges; inner: rings before the first."""
    inset, rise = rounding(look.edge_mm, look.edge_rows)
    # The radius is never quite zero, so that no two vertices coincide.
    rings = [outline(border, look.edge_mm - 0.7 * x, look.edge_rows, x) for x in inset]
    lower = list(zip(rings[::-1], low + look.edge_mm - rise[::-1], strict=True))
    upper = list(zip(rings, high - look.edge_mm + rise, strict=True))
    rounded = [False] * len(inner) + [True] * look.edge_rows + [False] + [True] * look.edge_rows
    # Edges between two corners of the outline are flat, those within a corner or a curve are round.
    within = np.ones((len(border), look.edge_rows), bool)
    turning = np.column_stack([within, curved]).ravel()
    across = np.array(rounded)[:, None]
    sharp = np.column_stack([within & ~(curved & np.roll(curved, 1))[:, None], np.zeros(len(border), bool)]).ravel()
    return loft([*inner, *lower, *upper], across | turning, across | sharp)


def _studs(part: Part, look: Look) -> list[Surface]:
    centres = _centres(part.masks["studs"])
    return [repeat(_stud(part.plates * PLATE_MM, look), centres)] if len(centres) else []


def _stud(height: float, look: Look) -> Surface:
    radius, sides = STUD_DIAMETER_MM / 2, look.stud_sides
    top = height + STUD_HEIGHT_MM
    rings = [(circle(radius, sides), height - SUNK_MM)]
    if look.outlined:  # its foot is seen from above, too
        foot = circle(radius + LINE_MM + SUNK_MM, sides)
        rings = [(foot, height - SUNK_MM), (circle(radius, sides), height + LINE_MM)]
    feet = len(rings) - 1
    if look.stud_edge_mm:
        inset, rise = rounding(look.stud_edge_mm, look.edge_rows)
        rings += [(circle(radius - x, sides), top - look.stud_edge_mm + z) for x, z in zip(inset, rise, strict=True)]
    else:
        rings.append((circle(radius, sides), top))
    row = np.arange(len(rings) - 1)[:, None]
    return loft(rings, np.ones((len(rings) - 1, 1), bool), row != feet)


def _underside(part: Part, height: float, look: Look) -> list[Surface]:
    """Tubes between four studs, or pins between two in a single row."""
    cells = part.masks["tubes"]
    top = height - CEILING_MM + SUNK_MM
    if part.studs_y > 1:
        centres = _centres(cells[1:, 1:] & cells[1:, :-1] & cells[:-1, 1:] & cells[:-1, :-1])
        outer, inner = (circle(diameter / 2, look.stud_sides) for diameter in (TUBE_MM, STUD_DIAMETER_MM))
        smooth = np.array([[1], [0], [1], [0]], bool)
        post = ring_of([(inner, top), (inner, 0.0), (outer, 0.0), (outer, top)], smooth)
    else:
        centres = _centres(cells[:, 1:] & cells[:, :-1])
        border = circle(PIN_MM / 2, look.stud_sides)
        post = loft([(border, 0.0), (border, top)], np.ones((1, 1), bool))
    return [repeat(post, centres)] if len(centres) else []


def _centres(cells: np.ndarray) -> np.ndarray:
    """(N, 2) float64, mm: the middles of the marked cells of a block (Y, X) around the origin."""
    place = np.argwhere(cells)[:, ::-1]
    return (place - (np.array(cells.shape[::-1]) - 1) / 2) * STUD_MM
