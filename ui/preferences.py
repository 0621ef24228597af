"""The add-on's preferences, and what keeps them in force."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from ..core.parallel import limit_threads
from ..core.settings import DEFAULTS
from ..operators.preferred import preference
from ..scene.user_files import ROOT_PACKAGE, Kind, kept
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
        description="Where files are written to, unless another folder is chosen; beside the .blend file if empty",
        subtype="DIR_PATH",
    )
    threads: bpy.props.IntProperty(
        name="Threads",
        description="How many processors a conversion may keep busy; 0 stands for all of them",
        min=0,
        max=1024,
        update=_threads_changed,
    )

    def draw(self, context: bpy.types.Context) -> None:
        """The preferences, what is kept for all files, and the asset library."""
        layout = self.layout
        column = layout.column()
        column.use_property_split = True
        column.prop(self, "palette")
        column.prop(self, "files_folder")
        column.prop(self, "threads")
        row = layout.row()
        _draw_kept(row.box(), "palette", "Palettes of Your Own", "brickprint.import_palette")
        _draw_kept(row.box(), "stock", "Stocks of Parts", "brickprint.import_stock")
        layout.operator("brickprint.make_asset_library", icon="ASSET_MANAGER")


def _draw_kept(box: bpy.types.UILayout, kind: Kind, title: str, importer: str) -> None:
    """What is kept of a kind, each with a button that deletes it, and one that brings in more."""
    box.label(text=title)
    column = box.column(align=True)
    for name in kept(kind):
        row = column.row(align=True)
        row.label(text=name, translate=False)
        remove = row.operator("brickprint.remove_kept", text="", icon="X")
        remove.kind, remove.name = kind, name
    box.operator(importer, icon="IMPORT")


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
