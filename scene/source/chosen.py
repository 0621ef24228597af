"""Which objects a conversion is made of; a chosen brick model stands for the objects it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import bpy

from ...core.errors import NothingToBuild
from ..bricks import is_bricks, remove_bricks
from ..contours import is_contours
from .state import state_of

_SOURCES_PROPERTY = "brickprint_sources"  # on a brick model: pointers to the objects, which follow new names
_STATE_PROPERTY = "brickprint_state"  # on a brick model: the state of these objects when they were read


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


def chosen_objects(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The selected objects but drawn slices; where nothing is selected, the active brick model, as just converted."""
    selected = [obj for obj in context.selected_objects if not is_contours(obj)]
    return selected or [obj for obj in [context.active_object] if is_bricks(obj)]


def selection(context: bpy.types.Context) -> Selection:
    """What to convert. Raises NothingToBuild when the objects of a chosen brick model are gone."""
    chosen = chosen_objects(context)
    models = [obj for obj in chosen if is_bricks(obj)]
    plain = [obj for obj in chosen if not is_bricks(obj)]
    behind = [source for model in models for source in sources_of(context, model)]
    names = tuple(dict.fromkeys(source.name for source in [*plain, *behind]))
    if not names:
        raise NothingToBuild("What this brick model was made from is gone; select the object to convert.")
    return Selection(names, tuple(model.name for model in models))


def remember_sources(bricks: bpy.types.Object, sources: Iterable[bpy.types.Object], state: str) -> None:
    """Note on a brick model what it was made from, and in what state that was when it was read."""
    bricks[_SOURCES_PROPERTY] = {str(number): source for number, source in enumerate(sources)}
    bricks[_STATE_PROPERTY] = state


def is_up_to_date(context: bpy.types.Context, bricks: bpy.types.Object) -> bool | None:
    """Whether what a model was made from still is as it was read; None where some of it is gone, or was never noted."""
    noted, sources = bricks.get(_SOURCES_PROPERTY, {}), sources_of(context, bricks)
    if _STATE_PROPERTY not in bricks or not sources or len(sources) != len(noted):
        return None
    return bool(bricks[_STATE_PROPERTY] == state_of(sources))


def sources_of(context: bpy.types.Context, bricks: bpy.types.Object) -> list[bpy.types.Object]:
    """What a brick model was made from, as far as it still is in the scene."""
    noted = bricks.get(_SOURCES_PROPERTY, {}).values()
    return [source for source in noted if source is not None and source.name in context.view_layer.objects]


def show_again(context: bpy.types.Context, sources: Iterable[bpy.types.Object]) -> None:
    """Undo the hiding of what a brick model replaced, and select it."""
    for source in sources:
        source.hide_render = False
        source.hide_set(False)
        source.select_set(True)
        context.view_layer.objects.active = source


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


def _named(context: bpy.types.Context, names: Iterable[str]) -> list[bpy.types.Object]:
    objects = context.view_layer.objects
    return [objects[name] for name in names if name in objects]
