"""Bricks for the asset browser."""

from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.catalogue.colours import load_colours
from ..core.colour.names import ldraw_codes_of
from ..core.errors import CannotWrite
from ..core.units import STUD_MM
from ..scene.brick_assets import write_asset_library
from .preferred import first_place
from .reporting import reports_errors

_LIBRARY = "Brickprint Bricks"


class MakeAssetLibrary(bpy.types.Operator):
    """Write all parts and colours as assets into a folder, and add it to the asset browser's libraries"""

    bl_idname = "brickprint.make_asset_library"
    bl_label = "Make Brick Asset Library"

    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    colour: bpy.props.StringProperty(
        name="Colour",
        description="Colour of the parts, which can be changed by dropping another one onto them",
        default="Light Bluish Grey",
        search=lambda _self, _context, typed: [
            colour.name for colour in load_colours() if typed.lower() in colour.name.lower()
        ],
        search_options={"SUGGESTION"},
    )
    look: bpy.props.EnumProperty(
        name="Look",
        description="How finely the parts are shaped",
        items=[
            ("light", "Light", "For many bricks"),
            ("full", "Full", "With rounded edges, and tubes inside"),
        ],
        default="full",
    )
    stud: bpy.props.FloatProperty(
        name="Stud",
        description="How wide a stud is in the scene; real ones have 8 mm",
        subtype="DISTANCE",
        default=STUD_MM / 1000,
        min=0.0001,
        soft_max=10.0,
        precision=4,
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask where to."""
        self.directory = first_place()
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the library and tell Blender of it."""
        if not self.directory:
            raise CannotWrite("No folder was given; choose one.")
        folder = Path(bpy.path.abspath(self.directory))
        code = min(ldraw_codes_of(self.colour))
        colour = next(colour for colour in load_colours() if colour.ldraw == code)
        parts, colours = write_asset_library(folder, colour, self.look, self.stud)
        libraries = context.preferences.filepaths.asset_libraries
        if not any(Path(library.path).resolve() == folder.resolve() for library in libraries if library.path):
            libraries.new(name=_LIBRARY, directory=str(folder))
            context.preferences.is_dirty = True
        told = rpt_("Wrote {path}: {parts} parts and {colours} colours")
        self.report({"INFO"}, told.format(path=folder, parts=parts, colours=colours))
        return {"FINISHED"}


CLASSES = (MakeAssetLibrary,)
