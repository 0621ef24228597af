"""Parts of a model picked by hand: its points, selected in either mode, and what lies under a ray."""

from __future__ import annotations

from collections.abc import Iterator

import bpy
import numpy as np
from mathutils import Matrix, Vector

from ..core.plan import Plan
from .brick_points import positions
from .bricks import parts_shown
from .dressing import dress_updated

_NEAR_MM = 1.0  # by which a brick may be off its point; one that flies in an animation is farther
_PAST = 1e-5  # of a place's distance from the origin: so far behind a surface that is not seen a ray goes on
_MOST_SURFACES = 1000  # that a ray goes through


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


def part_under(
    context: bpy.types.Context,
    bricks: bpy.types.Object,
    origin: Vector,
    direction: Vector,
    view: bpy.types.SpaceView3D | None = None,
) -> int | None:
    """The row of the brick that a ray in the scene meets first; None where it meets nothing, or something else.

    view: what this 3D view does not show is not met, a local view for instance shows few things.
    """
    if view is not None and not bricks.visible_get(viewport=view):
        return None
    ours = {source.name for source in parts_shown(bricks)}
    for thing, matrix in _met(context, origin, direction):
        row = _row_at(bricks, matrix) if thing.name in ours else None
        if row is not None:
            return row
        if view is None or _is_seen(context, thing, matrix, view):
            return None
    return None


def _met(context: bpy.types.Context, origin: Vector, direction: Vector) -> Iterator[tuple[bpy.types.Object, Matrix]]:
    """What a ray in the scene meets, surface by surface, and where that is placed."""
    depsgraph = context.evaluated_depsgraph_get()
    for _ in range(_MOST_SURFACES):
        hit, place, _, _, thing, matrix = context.scene.ray_cast(depsgraph, origin, direction)
        if not hit:
            return
        yield thing, matrix
        origin = place + direction * max(place.length, 1.0) * _PAST


def _row_at(bricks: bpy.types.Object, matrix: Matrix) -> int | None:
    """The row of a model's brick at the place of an instance."""
    place = bricks.matrix_world.inverted_safe() @ matrix.translation
    away = np.abs(positions(bricks.data) - np.array(place)).max(axis=1)
    row = int(away.argmin())
    return row if away[row] < _NEAR_MM else None


def _is_seen(context: bpy.types.Context, thing: bpy.types.Object, matrix: Matrix, view: bpy.types.SpaceView3D) -> bool:
    """Whether a 3D view shows what a ray met, which knows no views: an object itself, or an instance of it."""
    is_itself = context.view_layer.objects.get(thing.name) == thing and np.allclose(thing.matrix_world, matrix)
    if is_itself and thing.visible_get(viewport=view):
        return True
    instances = context.evaluated_depsgraph_get().object_instances
    shown = {item.name_full for item in context.view_layer.objects if item.visible_get(viewport=view)}
    return any(
        instance.is_instance
        and instance.parent.name_full in shown
        and instance.object.original == thing
        and np.allclose(instance.matrix_world, matrix)
        for instance in instances
    )


def rewrite(bricks: bpy.types.Object, plan: Plan, chosen: np.ndarray) -> None:
    """Put a changed plan in the place of a model's own, and pick parts (N,) bool; in Object Mode.

    What the model is shown by, and what plays, stays as `dress_updated` keeps it. Raises CannotRead.
    """
    dress_updated(bricks, plan, plan.settings.get("look", "light"))
    pick_parts(bricks, chosen)
