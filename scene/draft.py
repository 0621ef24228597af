"""What a running conversion has laid so far, drawn over the 3D views.

It is drawn, not added: the file, its undo steps and what is saved meanwhile never hold any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix

_CHUNK = 2**18  # vertices that go to the graphics card at one drawing
_CORNERS, _TRIANGLES = 24, 12  # of a box

Boxes = tuple[np.ndarray, np.ndarray, np.ndarray]  # of core.sketch


@dataclass
class _Drawn:
    """The draft that the views show: its handler, the scene it is in, its place, and its batches.

    coming: the batches of `boxes` that are made already; they are shown when `chunks` has no more to give.
    """

    handler: Any = None
    scene: int = 0  # its session_uid
    matrix: Matrix = field(default_factory=Matrix)
    boxes: Boxes | None = None
    batches: list[Any] = field(default_factory=list)
    coming: list[Any] = field(default_factory=list)
    chunks: Iterator[tuple[Any, bool]] | None = None


_drawn = _Drawn()


def show_draft(scene: int, boxes: Boxes, matrix: Matrix) -> None:
    """Draw a draft in all views of a scene, in place of the last one.

    scene: its session_uid. boxes: of core.sketch. matrix: moves them.
    """
    if _drawn.boxes is boxes:
        return
    _drawn.scene, _drawn.matrix, _drawn.boxes = scene, matrix, boxes
    _drawn.coming, _drawn.chunks = [], _chunks(boxes)
    if _drawn.handler is None:
        _drawn.handler = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def hide_draft() -> None:
    """Draw none any more."""
    if _drawn.handler is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_drawn.handler, "WINDOW")
    vars(_drawn).update(vars(_Drawn()))


def _chunks(boxes: Boxes) -> Iterator[tuple[Any, bool]]:
    """Batches of some boxes each, and whether it is the last; made while drawing, where there is a GPU context."""
    vertices, colours, triangles = boxes
    shader, count = gpu.shader.from_builtin("FLAT_COLOR"), _CHUNK // _CORNERS
    for first in range(0, len(triangles) // _TRIANGLES, count):
        rows = slice(first * _CORNERS, (first + count) * _CORNERS)
        corners = triangles[first * _TRIANGLES : (first + count) * _TRIANGLES] - np.int32(rows.start)
        batch = batch_for_shader(shader, "TRIS", {"pos": vertices[rows], "color": colours[rows]}, indices=corners)
        yield batch, rows.stop >= len(vertices)


def _bring_chunk() -> None:
    """Make the next batch of the newest draft, which is shown once all of it is there."""
    if _drawn.chunks is None:
        return
    batch, last = next(_drawn.chunks, (None, True))
    _drawn.coming += [batch] if batch is not None else []
    if last:
        _drawn.batches, _drawn.coming, _drawn.chunks = _drawn.coming, [], None


def _draw() -> None:
    if bpy.context.scene.session_uid != _drawn.scene:
        return
    first = not _drawn.batches
    _bring_chunk()
    if first:  # drawn next time: to make a shader and to draw with it for the first time take long enough by themselves
        return
    # The source lies in the same place; without its depths the bricks are not lost in it.
    gpu.state.active_framebuffer_get().clear(depth=1.0)
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    gpu.matrix.push()
    gpu.matrix.multiply_matrix(_drawn.matrix)
    for batch in _drawn.batches:
        batch.draw(gpu.shader.from_builtin("FLAT_COLOR"))
    gpu.matrix.pop()
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")
