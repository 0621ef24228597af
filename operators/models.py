"""What can be done with a brick model in the scene: real objects, removal."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import bpy

from ..scene.bricks import is_bricks, is_linked, is_of_library, remove_bricks
from ..scene.real_objects import real_objects
from ..scene.source.chosen import show_again, sources_of
from .polled import InMode
from .reporting import reports_errors


class OfBrickModel(InMode):
    """An operator that acts on the active brick model.

    changes: what of the model. Of one from another file, nothing is kept that is changed here; of a library override
    the object can be changed, but neither its parts nor the modifiers that it has from its library.
    """

    changes: ClassVar[Literal["parts", "object", "nothing"]] = "parts"

    @staticmethod
    def replaces(_bricks: bpy.types.Object) -> bpy.types.Modifier | None:
        """The modifier of a model that would be replaced or removed, if there is one."""
        return None

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """No brick model is active, or it is of another file."""
        yield from super().refusals(context)
        bricks = context.active_object
        if not is_bricks(bricks):
            yield "Select a brick model that Brickprint made first"
        if cls.changes == "parts":
            fixed = is_linked(bricks)
        else:
            fixed = cls.changes == "object" and (not bricks.is_editable or is_of_library(bricks, cls.replaces(bricks)))
        if fixed:
            yield "The model is linked from another file; change it there, or make it local first"


class MakeRealObjects(OfBrickModel, bpy.types.Operator):
    """Make every brick of the active model an object of its own; for small models"""

    bl_idname = "brickprint.real_objects"
    bl_label = "Make Real Objects"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"  # which is hidden

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make the objects and select them."""
        made = real_objects(context, context.active_object)
        for obj in context.selected_objects:
            obj.select_set(False)
        for obj in made:
            obj.select_set(True)
        context.view_layer.objects.active = made[0]
        self.report({"INFO"}, f"{len(made):,} objects")
        return {"FINISHED"}


class RemoveBrickModel(OfBrickModel, bpy.types.Operator):
    """Remove the active brick model, and show again what it was made from"""

    bl_idname = "brickprint.remove"
    bl_label = "Remove Brick Model"
    bl_options = {"REGISTER", "UNDO"}
    changes = "nothing"  # it goes as a whole

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove it with everything that only it uses."""
        bricks = context.active_object
        # A hidden model has given way to something else, real objects for instance.
        sources = [] if bricks.hide_get() else sources_of(context, bricks)
        remove_bricks(bricks)
        show_again(context, sources)
        return {"FINISHED"}


CLASSES = (MakeRealObjects, RemoveBrickModel)
