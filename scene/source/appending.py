"""The active scene of another .blend file, appended to the current scene."""

from __future__ import annotations

import logging
from pathlib import Path

import bpy

from .reading import can_be_read

_LOG = logging.getLogger(__name__)


def append_scene(context: bpy.types.Context, path: Path) -> None:
    """Link the objects of the file's active scene into the current one, and go to its frame.

    Only visible objects with geometry stay visible; the others may be parents or targets of modifiers.
    Raises OSError or RuntimeError when Blender can't read the file.
    """
    with bpy.data.libraries.load(str(path), link=False) as (source, target):
        active = _active_scene(path, list(source.scenes))
        target.scenes = [active] if active else []
        target.objects = [] if active else source.objects
    for scene in target.scenes:
        _move_objects(scene, context.scene, context.view_layer)
    for item in target.objects:  # a file of assets without any scene
        context.scene.collection.objects.link(item)


def _active_scene(path: Path, names: list[str]) -> str | None:
    """The scene that was open when the file was saved."""
    if len(names) < 2:
        return names[0] if names else None
    try:
        from blend_render_info import read_blend_rend_chunk

        active = [name for _, _, name in read_blend_rend_chunk(str(path))]
    except ImportError as error:  # a compressed file where Python's zstandard is missing
        _LOG.warning("%s: can't tell the active scene (%s); the first one is taken", path, error)
        active = []
    return next((name for name in active if name in names), names[0])


def _move_objects(scene: bpy.types.Scene, target: bpy.types.Scene, shown_in: bpy.types.ViewLayer) -> None:
    view_layer = scene.view_layers[0]
    view_layer.update()
    shown = {item: item.visible_get(view_layer=view_layer) and can_be_read(item) for item in scene.objects}
    for item, visible in shown.items():
        target.collection.objects.link(item)
        if not visible:
            item.hide_render = True
            item.hide_set(True, view_layer=shown_in)
    target.frame_set(scene.frame_current)
    bpy.data.scenes.remove(scene)
