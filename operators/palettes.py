"""Palettes of the user's own come in, and palettes go out as files."""

from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ..core.catalogue.colours import Palette
from ..core.colour.palette_files import KINDS, palette_text, read_palette
from ..core.colour.palettes import PALETTES, load_palette
from ..core.errors import BadPalette, CannotWrite
from ..core.export.files import file_name, write_whole
from ..scene.bricks import is_bricks, read_plan
from ..scene.user_files import kept_folder
from .chosen_settings import settings_from
from .preferred import first_place
from .reporting import reports_errors, warn

_GLOB = ";".join(f"*{kind}" for kind in KINDS)


class ImportPalette(bpy.types.Operator, ImportHelper):
    """Keep the colours of a .json, .csv or .gpl file as a palette of your own, for all files, and choose it"""

    bl_idname = "brickprint.import_palette"
    bl_label = "Import Palette"
    bl_options = {"REGISTER", "UNDO"}

    filter_glob: bpy.props.StringProperty(default=_GLOB, options={"HIDDEN"})

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it, keep it, choose it."""
        path = Path(bpy.path.abspath(self.filepath))
        palette = read_palette(path)
        name = file_name(path.stem)
        if name in PALETTES:
            raise BadPalette(f"{name} is the name of a palette that Brickprint has itself; give the file another one.")
        write_whole(kept_folder("palette") / f"{name}.json", palette_text(replace(palette, name=name), ".json"))
        context.scene.brickprint.palette = name
        self.report({"INFO"}, rpt_("Palette {name}: {count} colours").format(name=name, count=len(palette.colours)))
        warn(self, palette.warnings)
        return {"FINISHED"}


class ExportPalette(bpy.types.Operator, ExportHelper):
    """Write colours as a .json, .csv or .gpl file: for other computers, for GIMP, Inkscape and Krita"""

    bl_idname = "brickprint.export_palette"
    bl_label = "Export Palette"

    filename_ext = ".json"
    filter_glob: bpy.props.StringProperty(default=_GLOB, options={"HIDDEN"})
    check_extension = None  # the ending that is typed says what is written
    colours: bpy.props.EnumProperty(
        name="Colours",
        description="Which colours are written",
        items=[
            ("CHOSEN", "Chosen", "The palette that is chosen, with what is added and without what is left out"),
            ("MODEL", "Of the Model", "The colours that the active brick model is built in"),
        ],
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask where to; beside a brick model its colours are proposed."""
        model = context.active_object if is_bricks(context.active_object) else None
        self.colours = "MODEL" if model else "CHOSEN"
        name = model.name if model else Path(context.scene.brickprint.palette).stem
        self.filepath = first_place(f"{file_name(name)}{self.filename_ext}")
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the file."""
        path = Path(bpy.path.abspath(self.filepath))
        if not path.name:
            raise CannotWrite("No file name was given; choose one.")
        palette = _palette_of(context, self.colours)
        write_whole(path, palette_text(replace(palette, name=path.stem), path.suffix.lower()))
        self.report({"INFO"}, rpt_("Wrote {path}").format(path=path))
        return {"FINISHED"}


def _palette_of(context: bpy.types.Context, colours: str) -> Palette:
    """The chosen palette, or that of the active model. Raises BadPalette, CannotRead."""
    if colours == "MODEL":
        if not is_bricks(context.active_object):
            raise BadPalette("There is no model to take the colours of; select one that Brickprint made.")
        plan = read_plan(context.active_object)
        used = sorted(set(plan.layout["colour"].tolist()))
        return replace(plan.palette, colours=tuple(plan.palette.colours[row] for row in used))
    settings = settings_from(context.scene.brickprint)
    return load_palette(settings.palette, settings.without, include=settings.include)


CLASSES = (ImportPalette, ExportPalette)
