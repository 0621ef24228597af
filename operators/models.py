"""What can be done with a brick model in the scene: export, real objects, removal."""

from pathlib import Path

import bpy
from bpy_extras.io_utils import ExportHelper

from ..core.errors import CannotWrite
from ..core.export.files import file_name, write_whole
from ..core.export.ldraw import ldraw_text
from ..scene.bricks import is_bricks, read_plan, real_objects, remove_bricks
from ..scene.source.chosen import show_again, sources_of
from .preferred import first_place
from .reporting import reports_errors


class OfBrickModel:
    """An operator that acts on the active brick model."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """A brick model is active, in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Return to Object Mode first")
        elif not is_bricks(context.active_object):
            cls.poll_message_set("Select a brick model that Brickprint made first")
        else:
            return True
        return False


class ExportLdraw(OfBrickModel, bpy.types.Operator, ExportHelper):
    """Write the active brick model as an LDraw file, for other brick programs"""

    bl_idname = "brickprint.export_ldr"
    bl_label = "Export LDraw"

    filename_ext = ".ldr"
    filter_glob: bpy.props.StringProperty(default="*.ldr", options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask where to; the model's own name is proposed, beside the .blend file."""
        self.filepath = first_place(file_name(read_plan(context.active_object).name) + self.filename_ext)
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the file."""
        path = Path(bpy.path.abspath(self.filepath))
        if not path.name:
            raise CannotWrite("No file name was given; choose one.")
        write_whole(path, ldraw_text(read_plan(context.active_object)))
        self.report({"INFO"}, f"Wrote {path}")
        return {"FINISHED"}


class MakeRealObjects(OfBrickModel, bpy.types.Operator):
    """Make every brick of the active model an object of its own; for small models"""

    bl_idname = "brickprint.real_objects"
    bl_label = "Make Real Objects"
    bl_options = {"REGISTER", "UNDO"}

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

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove it with everything that only it uses."""
        bricks = context.active_object
        # A hidden model has given way to something else, real objects for instance.
        sources = [] if bricks.hide_get() else sources_of(context, bricks)
        remove_bricks(bricks)
        show_again(context, sources)
        return {"FINISHED"}


CLASSES = (ExportLdraw, MakeRealObjects, RemoveBrickModel)


def _in_export_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(ExportLdraw.bl_idname, text="LDraw Brick Model (.ldr)")


def add() -> None:
    """Appear in File > Export."""
    bpy.types.TOPBAR_MT_file_export.append(_in_export_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.TOPBAR_MT_file_export.remove(_in_export_menu)
