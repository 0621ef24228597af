"""What a running conversion has laid so far, drawn over the 3D views.

It is drawn, not added: the file, its undo steps and what is saved meanwhile never hold any of it.
"""

from __future__ import annotations

from typing import Any

import bpy
import gpu
import numpy as np
from gpu_extras.batch import batch_for_shader
from mathutils import Matrix


class _Drawn:
    """The draft that the views show: its handler, the scene it is in, its place, what to draw, and that as a batch."""

    handler: Any = None
    scene: str = ""
    matrix: Matrix = Matrix()
    boxes: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    batch: Any = None


def show_draft(scene: str, boxes: tuple[np.ndarray, np.ndarray, np.ndarray], matrix: Matrix) -> None:
    """Draw a draft in all views of a scene, in place of the last one. boxes: of core.sketch; matrix: moves them."""
    if _Drawn.boxes is boxes:
        return
    _Drawn.scene, _Drawn.matrix, _Drawn.boxes, _Drawn.batch = scene, matrix, boxes, None
    if _Drawn.handler is None:
        _Drawn.handler = bpy.types.SpaceView3D.draw_handler_add(_draw, (), "WINDOW", "POST_VIEW")


def hide_draft() -> None:
    """Draw none any more."""
    if _Drawn.handler is not None:
        bpy.types.SpaceView3D.draw_handler_remove(_Drawn.handler, "WINDOW")
    _Drawn.handler, _Drawn.boxes, _Drawn.batch = None, None, None


def _draw() -> None:
    if _Drawn.boxes is None or bpy.context.scene.name != _Drawn.scene:
        return
    shader = gpu.shader.from_builtin("FLAT_COLOR")
    if _Drawn.batch is None:  # made here, where there always is a GPU context
        vertices, colours, triangles = _Drawn.boxes
        _Drawn.batch = batch_for_shader(shader, "TRIS", {"pos": vertices, "color": colours}, indices=triangles)
    # The source lies in the same place; without its depths the bricks are not lost in it.
    gpu.state.active_framebuffer_get().clear(depth=1.0)
    gpu.state.depth_test_set("LESS_EQUAL")
    gpu.state.depth_mask_set(True)
    gpu.matrix.push()
    gpu.matrix.multiply_matrix(_Drawn.matrix)
    _Drawn.batch.draw(shader)
    gpu.matrix.pop()
    gpu.state.depth_mask_set(False)
    gpu.state.depth_test_set("NONE")
