"""Sources give way to their brick models, and are shown again when no model stands in their place any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import bpy

from ..bricks import hide_from_view, is_bricks
from .chosen import remembered_by

_HIDDEN_PROPERTY = "brickprint_hidden"  # on an object that gave way: whether it was hidden in renders before


def hide_sources(context: bpy.types.Context, sources: Iterable[bpy.types.Object]) -> None:
    """Hide from view and render what a brick model stands in the place of, and note how it was."""
    for source in sources:
        if _HIDDEN_PROPERTY not in source or not source.hide_render:  # else an earlier model hid it
            source[_HIDDEN_PROPERTY] = source.hide_render
        hide_from_view(context, source)


def show_again(context: bpy.types.Context, sources: Iterable[bpy.types.Object]) -> None:
    """Undo the hiding of what no brick model stands in the place of any more, and select it."""
    needed = _in_place_of()
    for source in sources:
        if source.session_uid in needed:
            continue
        source.hide_render = bool(source.pop(_HIDDEN_PROPERTY, False))
        source.hide_set(False)
        source.select_set(True)
        context.view_layer.objects.active = source


def hidden_sources(context: bpy.types.Context) -> list[bpy.types.Object]:
    """What gave way to brick models that were deleted since, and still is hidden from the view or from renders."""
    noted = [item for item in context.view_layer.objects if _HIDDEN_PROPERTY in item]
    hidden = [item for item in noted if item.hide_get() or item.hide_render > item[_HIDDEN_PROPERTY]]
    needed = _in_place_of() if hidden else set()
    return [item for item in hidden if item.session_uid not in needed]


def _in_place_of() -> set[int]:
    """Session ids of what the brick models of the file stand in the place of; deleted ones are in no collection."""
    models = [item for item in bpy.data.objects if is_bricks(item) and item.users_collection]
    return {source.session_uid for model in models for source in remembered_by(model) if source is not None}


@contextmanager
def visible(objects: Iterable[bpy.types.Object]) -> Iterator[None]:
    """Show hidden objects for a while: Blender does not evaluate what it does not show."""
    hidden = [obj for obj in objects if obj.hide_get()]
    for obj in hidden:
        obj.hide_set(False)
    try:
        yield
    finally:
        for obj in hidden:
            obj.hide_set(True)
