"""What can be done with a brick model in the scene: real objects, removal."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..scene.bricks import is_bricks, is_linked, is_of_library, remove_bricks
from ..scene.real_objects import real_objects
from ..scene.source.chosen import sources_of
from ..scene.source.hiding import hidden_sources, show_again
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
        self.report({"INFO"}, rpt_("{count:,} objects").format(count=len(made)))
        return {"FINISHED"}


class RemoveBrickModel(OfBrickModel, bpy.types.Operator):
    """Remove the active brick model, and show again what no other model was made from"""

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


class ShowHiddenSources(InMode, bpy.types.Operator):
    """Show again, and select, what was converted to brick models that were deleted since"""

    bl_idname = "brickprint.show_sources"
    bl_label = "Show Hidden Sources"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """Nothing is hidden in vain."""
        yield from super().refusals(context)
        if not hidden_sources(context):
            yield "Nothing is hidden that a deleted brick model was made from"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Show them as they were before, and select nothing else."""
        sources = hidden_sources(context)
        bpy.ops.object.select_all(action="DESELECT")
        show_again(context, sources)
        words = rpt_("{count} object shown again") if len(sources) == 1 else rpt_("{count:,} objects shown again")
        self.report({"INFO"}, words.format(count=len(sources)))
        return {"FINISHED"}


CLASSES = (MakeRealObjects, RemoveBrickModel, ShowHiddenSources)
