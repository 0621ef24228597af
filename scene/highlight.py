"""Frames around the parts that are picked, and the one under the mouse, in all 3D views."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader

from ..core.layout import extents
from ..core.units import PLATE_MM, STUD_MM
from .brick_points import locked_parts, positions
from .bricks import is_bricks, read_plan
from .picking import picked_parts

_PICKED, _LOCKED, _HOVERED = (1.0, 0.55, 0.1, 1.0), (0.3, 0.65, 1.0, 1.0), (1.0, 1.0, 1.0, 1.0)
_WIDTH = 2.0  # pixels
_ROOM_MM = 0.4  # by which frames are larger than their parts
_CORNERS = np.array(list(product((0, 1), repeat=3)))
_EDGES = np.array([(a, b) for a in range(8) for b in range(a) if np.abs(_CORNERS[a] - _CORNERS[b]).sum() == 1])


@dataclass
class Highlight:
    """What is shown besides what is picked: the part under the mouse, if any, and locked parts while `picking`."""

    picking: bool = False
    hovered: int | None = None


HIGHLIGHT = Highlight()
_kept: dict[str, Any] = {}  # "handler": Blender's, while the extension is on; "key", "batches": what was drawn last


def _draw() -> None:
    bricks = bpy.context.active_object
    if bpy.context.mode != "OBJECT" or not is_bricks(bricks) or not bricks.visible_get():
        return
    chosen = picked_parts(bricks)
    if not (chosen.any() or HIGHLIGHT.picking):
        return
    places = positions(bricks.data)
    locked = locked_parts(bricks.data) if HIGHLIGHT.picking else None
    marks = b"" if locked is None else locked.tobytes()
    key = (bricks.name, chosen.tobytes(), places[chosen].tobytes(), marks, HIGHLIGHT.hovered)
    if _kept.get("key") != key:
        _kept["key"], _kept["batches"] = key, _batches(bricks, chosen, locked)
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    shader.uniform_float("viewportSize", gpu.state.viewport_get()[2:])
    shader.uniform_float("lineWidth", _WIDTH)
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.matrix.push()
    gpu.matrix.multiply_matrix(bricks.matrix_world)
    for batch, colour in _kept["batches"]:
        shader.uniform_float("color", colour)
        batch.draw(shader)
    gpu.matrix.pop()
    gpu.state.depth_test_set("NONE")


def _batches(
    bricks: bpy.types.Object, chosen: np.ndarray, locked: np.ndarray | None
) -> list[tuple[Any, tuple[float, ...]]]:
    """Lines to draw, and the colour of each lot."""
    plan = read_plan(bricks)
    size = extents(plan.layout, plan.catalogue) * (STUD_MM, STUD_MM, PLATE_MM)
    low = positions(bricks.data) - size * (0.5, 0.5, 0.0)
    hovered = np.zeros(len(low), bool)
    if HIGHLIGHT.hovered is not None and HIGHLIGHT.hovered < len(low):
        hovered[HIGHLIGHT.hovered] = True
    locked = np.zeros(len(low), bool) if locked is None else locked
    shader = gpu.shader.from_builtin("POLYLINE_UNIFORM_COLOR")
    found = []
    for rows, colour in ((locked & ~chosen, _LOCKED), (chosen, _PICKED), (hovered, _HOVERED)):
        if rows.any():
            corners = (low[rows] - _ROOM_MM)[:, None] + _CORNERS * (size[rows] + 2 * _ROOM_MM)[:, None]
            lines = corners[:, _EDGES.ravel()].reshape(-1, 3).astype(np.float32)
            found.append((batch_for_shader(shader, "LINES", {"pos": lines}), colour))
    return found


def add() -> None:
    """Draw from now on."""
    if not bpy.app.background:
        _kept["handler"] = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def take_away() -> None:
    """Undo `add`."""
    if "handler" in _kept:
        bpy.types.SpaceView3D.draw_handler_remove(_kept["handler"], "WINDOW")
    _kept.clear()
