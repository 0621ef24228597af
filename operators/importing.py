"""Brick models of other programs come into the scene as ours."""

from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras.io_utils import ImportHelper

from ..core.errors import CannotRead
from ..core.export.files import file_name
from ..core.export.foreign import plan_of_file
from ..scene.bricks import show_plan
from .beside import require_now
from .polled import InMode
from .reporting import reports_errors, warn

_KINDS = (".ldr", ".mpd", ".lxf")


class ImportBrickModel(InMode, bpy.types.Operator, ImportHelper):
    """Show an LDraw or LEGO Digital Designer file as a brick model; parts that are off its grid are left out"""

    bl_idname = "brickprint.import_model"
    bl_label = "Import Brick Model"
    bl_options = {"REGISTER", "UNDO"}

    filter_glob: bpy.props.StringProperty(default=";".join(f"*{kind}" for kind in _KINDS), options={"HIDDEN"})

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read the file, show its bricks and make them active."""
        require_now(self, context)
        path = Path(bpy.path.abspath(self.filepath))
        if path.suffix.lower() not in _KINDS or not path.is_file():
            raise CannotRead(f"{path} is no brick model; choose a file of one of these kinds: {' '.join(_KINDS)}.")
        plan = plan_of_file(path, file_name(path.stem))
        bricks = show_plan(context, plan)
        bpy.ops.object.select_all(action="DESELECT")
        bricks.select_set(True)
        context.view_layer.objects.active = bricks
        parts, supports = plan.report["parts"]["total"], plan.report["supports"]["parts"]
        told = (
            rpt_("{name}: {parts:,} parts and {supports:,} of supports")
            if supports
            else rpt_("{name}: {parts:,} parts")
        )
        self.report({"INFO"}, told.format(name=plan.name, parts=parts, supports=supports))
        warn(self, plan.report["warnings"])
        return {"FINISHED"}


CLASSES = (ImportBrickModel,)


def _in_import_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(ImportBrickModel.bl_idname, text="LDraw Model (.ldr, .mpd, .lxf) as Bricks")


def add() -> None:
    """Appear in File > Import."""
    bpy.types.TOPBAR_MT_file_import.append(_in_import_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.TOPBAR_MT_file_import.remove(_in_import_menu)
