"""Panel *Look*: colours, fineness and finish."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface_

from ..operators.progress import PROGRESS
from .sidebar import InSidebar, SettingsPanel, draw_settings, draw_text, split_layout
from .swatches import draw_grid, found_swatches


class LookPanel(InSidebar, bpy.types.Panel):
    """The palette, and how fine the model is."""

    bl_idname = "BRICKPRINT_PT_look"
    bl_label = "Look"

    def draw(self, context: bpy.types.Context) -> None:
        """The palette's colours to click, dominant colours, detail."""
        layout = split_layout(self.layout)
        draw_settings(layout, context, ("palette",))
        _draw_palette(layout, context)
        draw_settings(layout, context, ("colours", "detail", "fineness"))


def _draw_palette(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The colours of the palette and those added to it, as squares, and how many are used."""
    found, wrong = found_swatches(context.scene.brickprint)
    if wrong:
        draw_text(layout, wrong, context, "ERROR")
        return
    column = layout.column(align=True)
    column.enabled = not PROGRESS.running
    draw_grid(column.box(), tuple(each for each in found if each.own or each.used))
    used = sum(each.used for each in found)
    row = column.row(align=True)
    of_all = sum(each.own or each.used for each in found)
    row.label(text=iface_("{used} of {all}").format(used=used, all=of_all), translate=False)
    row.operator("brickprint.use_all_colours", text="All")
    row.operator("brickprint.use_no_colours", text="None")


class MoreColoursPanel(InSidebar, bpy.types.Panel):
    """Colours outside the palette, and both lists as words."""

    bl_idname = "BRICKPRINT_PT_more_colours"
    bl_label = "More Colours"
    bl_parent_id = "BRICKPRINT_PT_look"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Squares to click, then names to type."""
        layout = split_layout(self.layout)
        found, _ = found_swatches(context.scene.brickprint)
        others = tuple(each for each in found if not (each.own or each.used))
        if others:
            column = layout.column()
            column.enabled = not PROGRESS.running
            draw_grid(column.box(), others)
        draw_settings(layout, context, ("include", "without"))


class MatchingPanel(SettingsPanel, bpy.types.Panel):
    """How the mesh's colours become the palette's."""

    bl_idname = "BRICKPRINT_PT_colours"
    bl_label = "Colour Matching"
    bl_parent_id = "BRICKPRINT_PT_look"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("metric", "cell_colour", "smoothing", "colours_from", "colours_in")


class FinishPanel(SettingsPanel, bpy.types.Panel):
    """Smooth tops and slants, and how bricks are drawn."""

    bl_idname = "BRICKPRINT_PT_finish"
    bl_label = "Finish"
    bl_parent_id = "BRICKPRINT_PT_look"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("slopes", "tiles", "marking", "look", "outline")


CLASSES = (LookPanel, MoreColoursPanel, MatchingPanel, FinishPanel)
