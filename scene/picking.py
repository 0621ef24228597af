"""Parts of a model picked by hand: its points, selected in either mode, and what lies under a ray."""

from __future__ import annotations

import bpy
import numpy as np
from mathutils import Vector

from ..core.plan import Plan
from .brick_points import positions
from .bricks import parts_shown
from .dressing import dress_updated

_NEAR_MM = 1.0  # by which a brick may be off its point; one that flies in an animation is farther


def picked_parts(bricks: bpy.types.Object) -> np.ndarray:
    """(N,) bool: the parts that are picked."""
    if bricks.mode == "EDIT":
        bricks.update_from_editmode()
    chosen = np.zeros(len(bricks.data.vertices), bool)
    bricks.data.vertices.foreach_get("select", chosen)
    return chosen


def pick_parts(bricks: bpy.types.Object, chosen: np.ndarray) -> None:
    """Pick these parts (N,) bool and no others; in Object Mode."""
    bricks.data.vertices.foreach_set("select", chosen)
    bricks.data.update()


def part_under(context: bpy.types.Context, bricks: bpy.types.Object, origin: Vector, direction: Vector) -> int | None:
    """The row of the brick that a ray in the scene meets first; None where it meets nothing, or something else."""
    hit, _, _, _, thing, matrix = context.scene.ray_cast(context.evaluated_depsgraph_get(), origin, direction)
    if not hit or thing.name not in {source.name for source in parts_shown(bricks)}:
        return None
    place = bricks.matrix_world.inverted_safe() @ matrix.translation
    away = np.abs(positions(bricks.data) - np.array(place)).max(axis=1)
    row = int(away.argmin())
    return row if away[row] < _NEAR_MM else None


def rewrite(bricks: bpy.types.Object, plan: Plan, chosen: np.ndarray) -> None:
    """Put a changed plan in the place of a model's own, and pick parts (N,) bool; in Object Mode.

    What the model is shown by, and what plays, stays as `dress_updated` keeps it. Raises CannotRead.
    """
    dress_updated(bricks, plan, plan.settings.get("look", "light"))
    pick_parts(bricks, chosen)
