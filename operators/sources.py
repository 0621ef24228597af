"""Which objects a conversion is made of; a selected brick model stands for the objects it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy

from ..core.errors import NothingToBuild
from ..scene.bricks import is_bricks, remove_bricks

_SOURCES_PROPERTY = "brickprint_sources"


@dataclass(frozen=True)
class Selection:
    """Names of the objects to convert, and of the brick models that the new one replaces. Pointers die on undo."""

    sources: tuple[str, ...]
    replaced: tuple[str, ...]

    def objects(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        """The objects to convert that are still in the scene."""
        return _named(context, self.sources)

    def remove_replaced(self, context: bpy.types.Context) -> None:
        """Take the old models away."""
        for model in _named(context, self.replaced):
            if is_bricks(model):
                remove_bricks(model)


def selection(context: bpy.types.Context) -> Selection:
    """What to convert. Raises NothingToBuild when the objects of a selected brick model are gone."""
    models = [obj for obj in context.selected_objects if is_bricks(obj)]
    plain = [obj.name for obj in context.selected_objects if not is_bricks(obj)]
    behind = [name for model in models for name in json.loads(model.get(_SOURCES_PROPERTY, "[]"))]
    sources = tuple(dict.fromkeys([*plain, *behind]))
    if not _named(context, sources):
        raise NothingToBuild("What this brick model was made from is gone; select the object to convert.")
    return Selection(sources, tuple(model.name for model in models))


def remember_sources(bricks: bpy.types.Object, sources: Iterable[bpy.types.Object]) -> None:
    """Note on a brick model what it was made from, so that it can be converted again with other settings."""
    bricks[_SOURCES_PROPERTY] = json.dumps([source.name for source in sources])


@contextmanager
def visible(context: bpy.types.Context, objects: Iterable[bpy.types.Object]) -> Iterator[None]:
    """Show hidden objects for a while: Blender does not evaluate what it does not show."""
    hidden = [obj for obj in objects if obj.hide_get()]
    for obj in hidden:
        obj.hide_set(False)
    try:
        yield
    finally:
        for obj in hidden:
            obj.hide_set(True)


def _named(context: bpy.types.Context, names: Iterable[str]) -> list[bpy.types.Object]:
    objects = context.view_layer.objects
    return [objects[name] for name in names if name in objects]
