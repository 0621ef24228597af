"""Closed surfaces, joined from rings of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Surface:
    """Polygons, counter-clockwise seen from outside.

    vertices (V, 3) float64, mm; corners (C,) int32: the vertices of one face after the other; sizes (F,) int32: how
    many corners each face has; smooth (F,) bool: shaded round; edges (F,) bool: on an edge, where outlines are drawn.
    """

    vertices: np.ndarray
    corners: np.ndarray
    sizes: np.ndarray
    smooth: np.ndarray
    edges: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """(F,) int32: where the corners of each face begin."""
        return (np.cumsum(self.sizes) - self.sizes).astype(np.int32)


def circle(radius: float, sides: int) -> np.ndarray:
    """(sides, 2) float64, counter-clockwise."""
    angle = (np.arange(sides) + 0.5) * (2 * np.pi / sides)
    return radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def rounding(width: float, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """A quarter circle from a wall to a top: how far in and how far up its rows + 1 points are."""
    angle = np.linspace(0, np.pi / 2, rows + 1)
    return width * (1 - np.cos(angle)), width * np.sin(angle)


def outline(corners: np.ndarray, radius: float, rows: int, inset: float) -> np.ndarray:
    """(K * (rows + 1), 2) float64: a polygon (K, 2), counter-clockwise, `inset` smaller, each corner an arc."""
    ahead = np.roll(corners, -1, axis=0) - corners
    ahead /= np.linalg.norm(ahead, axis=1)[:, None]
    before = np.roll(ahead, 1, axis=0)
    inwards = (ahead + before) @ np.array([[0.0, 1.0], [-1.0, 0.0]])
    moved = corners + inset * inwards / (1 + (ahead * before).sum(axis=1))[:, None]
    along, across = rounding(radius, rows)
    arcs = moved[:, None] - before[:, None] * (radius - across)[None, :, None] + ahead[:, None] * along[None, :, None]
    return arcs.reshape(-1, 2)


def loft(rings: Sequence[tuple[np.ndarray, float]], smooth: np.ndarray, edges: np.ndarray | bool = False) -> Surface:
    """Outlines (M, 2), each at its height, joined by quads and closed by the first and the last one.

    smooth, edges: of the quads, broadcast to (rings - 1, M).
    """
    side = _quads(rings, len(rings) - 1, smooth, edges)
    count = len(rings[0][0])
    first = np.arange(count, dtype=np.int32)[::-1]
    last = np.arange(count, dtype=np.int32) + (len(rings) - 1) * count
    return Surface(
        side.vertices,
        np.concatenate([side.corners, first, last]),
        np.append(side.sizes, np.array([count, count], np.int32)),
        np.append(side.smooth, [False, False]),
        np.append(side.edges, [False, False]),
    )


def ring_of(rings: Sequence[tuple[np.ndarray, float]], smooth: np.ndarray) -> Surface:
    """As loft, but the last outline is joined to the first: a tube."""
    return _quads(rings, len(rings), smooth, False)


def _quads(
    rings: Sequence[tuple[np.ndarray, float]], rows: int, smooth: np.ndarray, edges: np.ndarray | bool
) -> Surface:
    """The quads of `rows` rows; smooth and edges broadcast to (rows, M)."""
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
        np.broadcast_to(edges, quads.shape[:2]).ravel(),
    )


def repeat(surface: Surface, centres: np.ndarray) -> Surface:
    """A copy of the surface at every centre (N, 2)."""
    copies = len(centres)
    offset = np.column_stack([centres, np.zeros(copies)])
    first = np.arange(copies, dtype=np.int32) * np.int32(len(surface.vertices))
    return Surface(
        (surface.vertices + offset[:, None]).reshape(-1, 3),
        (surface.corners + first[:, None]).ravel(),
        np.tile(surface.sizes, copies),
        np.tile(surface.smooth, copies),
        np.tile(surface.edges, copies),
    )


def joined(surfaces: Sequence[Surface]) -> Surface:
    """All surfaces as one, each still closed by itself."""
    first = np.cumsum([0] + [len(surface.vertices) for surface in surfaces[:-1]])
    return Surface(
        np.concatenate([surface.vertices for surface in surfaces]),
        np.concatenate([surface.corners + np.int32(start) for surface, start in zip(surfaces, first, strict=True)]),
        np.concatenate([surface.sizes for surface in surfaces]),
        np.concatenate([surface.smooth for surface in surfaces]),
        np.concatenate([surface.edges for surface in surfaces]),
    )
