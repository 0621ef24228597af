"""Files of a brick model: everything that can be written without a picture being taken, in one go."""

from pathlib import Path
from typing import Any

import bpy

from ..core.errors import CannotWrite
from ..core.export.files import file_name
from ..core.export.formats import CLOSING_WRITERS, WRITERS, write_format
from ..core.export.options import ExportOptions
from ..core.libraries import lacking_for_format
from ..scene.bricks import read_plan
from .models import OfBrickModel
from .reporting import reports_errors

_WORDS = (*WRITERS, *CLOSING_WRITERS)
_FIRST = {"ldr", "xml", "csv"}  # chosen before the user chooses


class ExportFiles(OfBrickModel, bpy.types.Operator):
    """Write the active brick model in several formats into a folder of its name: for other programs, shops, builders"""

    bl_idname = "brickprint.export_files"
    bl_label = "Export Brick Model"

    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    formats: bpy.props.EnumProperty(
        name="Formats",
        description="What is written",
        options={"ENUM_FLAG"},
        items=[(word, word, f"As --formats {word} writes it", 2**row) for row, word in enumerate(_WORDS)],
        default=_FIRST,
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask where to, and what."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the files."""
        if not self.directory:
            raise CannotWrite("No folder was given; choose one.")
        plan = read_plan(context.active_object)
        folder = Path(bpy.path.abspath(self.directory)) / file_name(plan.name)
        for word in _WORDS:
            if word in self.formats:
                for warning in write_format(word, plan, folder, ExportOptions()):
                    self.report({"WARNING"}, warning)
        self.report({"INFO"}, f"Wrote {folder}")
        return {"FINISHED"}

    def draw(self, _context: bpy.types.Context) -> None:
        """The formats."""
        draw_formats(self.layout.column(align=True), self)


def draw_formats(layout: bpy.types.UILayout, owner: Any) -> None:
    """The formats of this operator's properties; one that can't be written here is greyed and says what it needs."""
    for word in _WORDS:
        lacking = ", ".join(lacking_for_format(word))
        row = layout.row(align=True)
        row.enabled = not lacking
        row.prop_enum(owner, "formats", word, text=f"{word} (needs {lacking})" if lacking else word)


CLASSES = (ExportFiles,)


def _in_export_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(ExportFiles.bl_idname, text="Brick Model (.mpd, .lxf, lists to buy from, ...)")


def add() -> None:
    """Appear in File > Export."""
    bpy.types.TOPBAR_MT_file_export.append(_in_export_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.TOPBAR_MT_file_export.remove(_in_export_menu)
