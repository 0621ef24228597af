"""Panel *Model*: what is built, how large, and how it stands."""

from __future__ import annotations

from functools import lru_cache

import bpy
import numpy as np
from bpy.app.translations import pgettext_iface as iface_

from ..core.orientation import upright_extent, wanted_studs
from .icons import draw_operator
from .presets import PresetsPanel
from .shown import shown, size_lines
from .sidebar import InSidebar, SettingsPanel, draw_settings, split_layout


class SourcePanel(InSidebar, bpy.types.Panel):
    """The source and its size in bricks."""

    bl_idname = "BRICKPRINT_PT_source"
    bl_label = "Model"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        """The button that chooses and saves presets."""
        PresetsPanel.draw_panel_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        """What is selected, the number of studs, and what size that makes."""
        layout = split_layout(self.layout)
        _draw_source(layout, context)
        if shown(context).hidden:
            draw_operator(layout, "brickprint.show_sources")
        draw_settings(layout, context, ("studs",))
        _draw_size(layout, context)


def _draw_source(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    names = shown(context).sources
    if not names:
        layout.label(text="Select an object", icon="INFO")
        return
    told = iface_("{name} and {others} more") if len(names) > 1 else "{name}"
    layout.label(text=told.format(name=names[0], others=len(names) - 1), translate=False, icon="MESH_DATA")


def _draw_size(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The size that the selection would have in bricks, under the number of studs."""
    now = shown(context)
    if now.extent is None:
        return
    column = layout.column(align=True)
    column.active = False
    column.alignment = "RIGHT"
    if not now.extent.any():
        column.label(text="The selection has no width")
        return
    settings = context.scene.brickprint
    studs, centimetres = _size(tuple(now.extent.tolist()), settings.up, settings.studs, settings.scale)
    column.label(text=studs if now.exact else iface_("About {size}").format(size=studs), translate=False)
    column.label(text=centimetres, translate=False)


@lru_cache(maxsize=16)
def _size(extent: tuple[float, ...], up: str, studs: int, scale: float) -> tuple[str, str]:
    upright = upright_extent(np.array(extent), up)
    return size_lines(upright, wanted_studs(upright, studs, scale))


class SizePanel(SettingsPanel, bpy.types.Panel):
    """A size by a factor, and how the mesh stands."""

    bl_idname = "BRICKPRINT_PT_size"
    bl_label = "Size and Orientation"
    bl_parent_id = "BRICKPRINT_PT_source"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("scale", "up", "flip", "level")


class SurfacePanel(InSidebar, bpy.types.Panel):
    """How the mesh is turned into cells."""

    bl_idname = "BRICKPRINT_PT_surface"
    bl_label = "Surface"
    bl_parent_id = "BRICKPRINT_PT_source"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """The settings, and a look at the slices that they make."""
        draw_settings(split_layout(self.layout), context, ("sampler", "cusp", "keep_thin", "opacity", "chord"))
        draw_operator(self.layout, "brickprint.contours")


CLASSES = (SourcePanel, SizePanel, SurfacePanel)
