"""Panel *Output*: files, instructions and the build animation of the active brick model."""

from __future__ import annotations

import bpy

from ..operators.exporting import draw_formats
from .icons import draw_operator
from .shown import shown
from .sidebar import InSidebar, SettingsPanel, draw_settings, split_layout

_EXPORT = "brickprint.export_files"


class FilesPanel(InSidebar, bpy.types.Panel):
    """Files for other programs, shops and builders."""

    bl_idname = "BRICKPRINT_PT_files"
    bl_label = "Output"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only beside a brick model."""
        return shown(context).report is not None

    def draw(self, context: bpy.types.Context) -> None:
        """The formats as they were chosen last, and the button that writes them."""
        last = context.window_manager.operator_properties_last(_EXPORT)
        grid = self.layout.grid_flow(row_major=True, columns=2, even_columns=True, align=True)
        draw_formats(grid, last)
        row = self.layout.row()
        row.scale_y = 1.2
        draw_operator(row, _EXPORT, text="Export…")


class InstructionsPanel(SettingsPanel, bpy.types.Panel):
    """How printed instructions look."""

    bl_idname = "BRICKPRINT_PT_instructions"
    bl_label = "Instructions"
    bl_parent_id = "BRICKPRINT_PT_files"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("page", "diagrams")


class AnimationPanel(InSidebar, bpy.types.Panel):
    """How the build is shown as an animation, and the buttons that make and film it."""

    bl_idname = "BRICKPRINT_PT_animation"
    bl_label = "Build Animation"
    bl_parent_id = "BRICKPRINT_PT_files"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """The choices first, as they are read when a button is pressed."""
        layout = split_layout(self.layout)
        draw_settings(layout, context, ("frames", "pace", "fly_in", "flight", "easing", "orbit"))
        column = layout.column(align=True)
        draw_operator(column, "brickprint.animate")
        draw_operator(column, "brickprint.render_animation")
        draw_operator(column, "brickprint.remove_animation")
        draw_operator(column, "brickprint.add_turntable")


CLASSES = (FilesPanel, InstructionsPanel, AnimationPanel)
