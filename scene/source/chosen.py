"""Which objects a conversion is made of; a chosen brick model stands for the objects it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy

from ...core.errors import NothingToBuild
from ..bricks import is_bricks, is_changed, is_linked, remove_bricks
from ..contours import is_contours
from .state import state_of

_SOURCES_PROPERTY = "brickprint_sources"  # on a brick model: pointers to the objects, which follow new names
_STATE_PROPERTY = "brickprint_state"  # on a brick model: the state of these objects when they were read

GONE = "Its source is gone"
ELSEWHERE = "Its source is not in this view layer"


@dataclass(frozen=True)
class Selection:
    """Session ids of the objects to convert, and of the brick models that the new one replaces.

    Pointers die on undo, and an object of this file and one of a linked file can have one name.
    """

    sources: tuple[int, ...]
    replaced: tuple[int, ...] = ()

    def objects(self, context: bpy.types.Context) -> list[bpy.types.Object]:
        """The objects to convert that are still in the scene."""
        return numbered(context, self.sources)

    def changed_by_hand(self, context: bpy.types.Context) -> list[str]:
        """The names of the old models whose parts were changed or locked by hand, which a new one knows nothing of."""
        models = [model for model in numbered(context, self.replaced) if is_bricks(model)]
        return [model.name for model in models if is_changed(model)]

    def remove_replaced(self, context: bpy.types.Context) -> None:
        """Take the old models away."""
        for model in numbered(context, self.replaced):
            if is_bricks(model):
                remove_bricks(model)


def numbered(context: bpy.types.Context, numbers: Iterable[int]) -> list[bpy.types.Object]:
    """The objects with these session ids, as far as they still are in the view layer."""
    objects = {item.session_uid: item for item in context.view_layer.objects}
    return [objects[number] for number in numbers if number in objects]


def one_numbered(context: bpy.types.Context, number: int) -> bpy.types.Object | None:
    """The object with this session id; None where it is not in the view layer any more."""
    return next(iter(numbered(context, [number])), None)


def chosen_objects(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The selected objects but drawn slices; where nothing is selected, the active brick model, as just converted."""
    selected = [obj for obj in context.selected_objects if not is_contours(obj)]
    return selected or [obj for obj in [context.active_object] if is_bricks(obj)]


def selection(context: bpy.types.Context) -> Selection:
    """What to convert. Raises NothingToBuild when a chosen brick model has nothing that it could be built from."""
    chosen = chosen_objects(context)
    models = [obj for obj in chosen if is_bricks(obj)]
    plain = [obj for obj in chosen if not is_bricks(obj)]
    behind = [source for model in models for source in sources_of(context, model)]
    numbers = tuple(dict.fromkeys(source.session_uid for source in [*plain, *behind]))
    for model in models:
        why = without_source(context, model)
        if why == ELSEWHERE:  # part of it may be here, but built from that alone it would not be this model
            raise NothingToBuild(f"{model.name!r}: {why}; show its collection there.")
        if not numbers:
            raise NothingToBuild(f"{model.name!r}: {why}; select the object to convert.")
    return Selection(numbers, tuple(model.session_uid for model in models))


def remember_sources(bricks: bpy.types.Object, sources: Iterable[bpy.types.Object], state: str) -> None:
    """Note on a brick model what it was made from, and in what state that was when it was read."""
    bricks[_SOURCES_PROPERTY] = {str(number): source for number, source in enumerate(sources)}
    bricks[_STATE_PROPERTY] = state


def sources_of(context: bpy.types.Context, bricks: bpy.types.Object) -> list[bpy.types.Object]:
    """What a brick model was made from, as far as it still is in the view layer."""
    return [source for source in remembered_by(bricks) if source is not None and _is_in_view_layer(context, source)]


def without_source(context: bpy.types.Context, bricks: bpy.types.Object) -> str:
    """Why a brick model can't be built anew as it was made, in words for the user; "" where it can be.

    One whose source is gone in part can be built from the rest.
    """
    noted = remembered_by(bricks)
    if not noted:
        return "It was not made from an object"
    absent = [source for source in noted if source is not None and not _is_in_view_layer(context, source)]
    # What was deleted here is in no collection any more; the sources of a linked model still are in its own file.
    if any(source.users_collection or is_linked(bricks) for source in absent):
        return ELSEWHERE
    return "" if sources_of(context, bricks) else GONE


def is_up_to_date(context: bpy.types.Context, bricks: bpy.types.Object) -> tuple[bool, frozenset[int]]:
    """Whether a model's source still is as it was read, and the session ids of all datablocks that this hangs on."""
    now = state_of(sources_of(context, bricks))
    return bricks.get(_STATE_PROPERTY) == now.text, now.blocks


def remembered_by(bricks: bpy.types.Object) -> list[bpy.types.Object | None]:
    """What a model was made from; None for what was taken out of the file."""
    return list(bricks.get(_SOURCES_PROPERTY, {}).values())


def _is_in_view_layer(context: bpy.types.Context, item: bpy.types.Object) -> bool:
    objects = context.view_layer.objects
    found = objects.get(item.name)
    return found == item or (found is not None and item in objects.values())  # another of its name, from another file
