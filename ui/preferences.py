"""The add-on's preferences, and what keeps them in force."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..core.parallel import limit_threads
from ..core.settings import DEFAULTS
from ..operators.preferred import preference
from ..scene.user_files import ROOT_PACKAGE, Kind, kept
from .icons import draw_operator
from .properties import suggested


def _threads_changed(preferences: bpy.types.AddonPreferences, _context: bpy.types.Context) -> None:
    limit_threads(preferences.threads)


def _palette_changed(_preferences: bpy.types.AddonPreferences, _context: bpy.types.Context) -> None:
    begin_with_palette()


class BrickprintPreferences(bpy.types.AddonPreferences):
    """What the user prefers in all files."""

    bl_idname = ROOT_PACKAGE

    palette: bpy.props.StringProperty(
        name="Default Palette",
        description="The palette that new files begin with",
        default=DEFAULTS.palette,
        search=lambda _self, _context, typed: suggested("palette", typed),
        search_options={"SUGGESTION"},
        update=_palette_changed,
    )
    files_folder: bpy.props.StringProperty(
        name="Folder for Files",
        description="Where files are written to, unless another folder is chosen; beside the .blend file if it is "
        "empty or gone",
        subtype="DIR_PATH",
    )
    threads: bpy.props.IntProperty(
        name="Threads",
        description="How many processors a conversion may keep busy; 0 stands for all of them",
        min=0,
        max=1024,
        update=_threads_changed,
    )

    face_networks: bpy.props.StringProperty(
        name="Face Networks",
        description="The folder with two ONNX files for heads from portraits: a face detector (UltraFace: takes "
        "1 x 3 x height x width float32, gives scores 1 x N x 2 and boxes 1 x N x 4), and a face mesh (MediaPipe: "
        "takes 1 x 3 x 192 x 192 float32, gives 1404 numbers and a logit)",
        subtype="DIR_PATH",
    )
    vrn_network: bpy.props.StringProperty(
        name="VRN",
        description="The ONNX file of VRN: takes 1 x 3 x 192 x 192 float32, RGB 0 to 255, gives 1 x 200 x 192 x 192",
        subtype="FILE_PATH",
    )
    volume_network: bpy.props.StringProperty(
        name="Other Network",
        description="Any ONNX file that takes an image, 1 x 3 x height x width, and gives a volume, 1 x slices x "
        "height x width or 1 x 1 x z x y x x",
        subtype="FILE_PATH",
    )
    matte_network: bpy.props.StringProperty(
        name="Background Network",
        description="An ONNX file that tells an object from its background (U2-Net: takes 1 x 3 x 320 x 320 float32, "
        "gives 1 x 1 x 320 x 320)",
        subtype="FILE_PATH",
    )

    def draw(self, context: bpy.types.Context) -> None:
        """The preferences, what is kept for all files, and the asset library."""
        layout = self.layout
        column = layout.column()
        column.use_property_split = True
        column.prop(self, "palette")
        column.prop(self, "files_folder")
        column.prop(self, "threads")
        box = layout.box()
        box.label(text="Networks of Your Own")
        column = box.column()
        column.use_property_split = True
        for name in ("face_networks", "vrn_network", "volume_network", "matte_network"):
            column.prop(self, name)
        row = layout.row()
        _draw_kept(row.box(), "palette", "Palettes of Your Own", "brickprint.import_palette")
        _draw_kept(row.box(), "stock", "Stocks of Parts", "brickprint.import_stock")
        draw_operator(layout, "brickprint.make_asset_library")


def _draw_kept(box: bpy.types.UILayout, kind: Kind, title: str, importer: str) -> None:
    """What is kept of a kind, each with a button that deletes it, and one that brings in more."""
    box.label(text=title)
    column = box.column(align=True)
    for name in kept(kind):
        row = column.row(align=True)
        row.label(text=name, translate=False)
        remove = draw_operator(row, "brickprint.remove_kept", text="")
        remove.kind, remove.name = kind, name
    draw_operator(box, importer)


@persistent
def begin_with_palette(*_: Any) -> None:
    """Handler: a new file begins with the preferred palette, where none was chosen yet."""
    wanted = preference("palette", DEFAULTS.palette)
    for scene in [] if bpy.data.filepath else bpy.data.scenes:
        if not scene.brickprint.is_property_set("palette") and scene.brickprint.palette != wanted:
            scene.brickprint.palette = wanted


CLASSES = (BrickprintPreferences,)


def add() -> None:
    """Put the preferences in force."""
    limit_threads(preference("threads", 0))
    bpy.app.handlers.load_post.append(begin_with_palette)


def take_away() -> None:
    """Undo `add`."""
    bpy.app.handlers.load_post.remove(begin_with_palette)
    limit_threads(0)
