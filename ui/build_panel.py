"""Panel *Build*: the button that builds, how far it is, and how parts are laid."""

from __future__ import annotations

import bpy

from ..operators.progress import PROGRESS
from .icons import draw_operator
from .shown import shown
from .sidebar import InSidebar, SettingsPanel, draw_progress


class ConvertPanel(InSidebar, bpy.types.Panel):
    """Convert or, while something runs, its progress and what stops it."""

    bl_idname = "BRICKPRINT_PT_convert"
    bl_label = "Build"

    def draw(self, context: bpy.types.Context) -> None:
        """One large button, or a bar with a small one."""
        if PROGRESS.running:
            draw_progress(self.layout)
            return
        row = self.layout.row()
        row.scale_y = 1.5
        # An active model alone is updated in place; anything else that is selected becomes a new one.
        alone = shown(context).report is not None and shown(context).sources == (context.active_object.name,)
        draw_operator(row, "brickprint.update" if alone else "brickprint.convert")


class PartsPanel(SettingsPanel, bpy.types.Panel):
    """Parts, and how they are laid."""

    bl_idname = "BRICKPRINT_PT_build"
    bl_label = "Parts"
    bl_parent_id = "BRICKPRINT_PT_convert"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("parts", "stock", "packer", "deadline", "colour_trade", "score", "seed")


CLASSES = (ConvertPanel, PartsPanel)
