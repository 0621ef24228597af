"""Panel *By Hand*, and the menu of Edit Mode: parts of the active brick model, picked and changed one by one."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface_

from ..core.plan import CHANGES
from ..operators.editing import colours_of, forget_colours
from ..scene.bricks import is_bricks
from ..scene.highlight import HIGHLIGHT
from ..scene.pictures import image_shown
from .shown import shown
from .sidebar import InSidebar, draw_text


class ByHandPanel(InSidebar, bpy.types.Panel):
    """Pick parts, change them, and let the rest follow."""

    bl_idname = "BRICKPRINT_PT_by_hand"
    bl_label = "By Hand"
    bl_parent_id = "BRICKPRINT_PT_model"
    bl_options = {"DEFAULT_CLOSED"}

    def draw(self, context: bpy.types.Context) -> None:
        """Picking first, then what is done with the picked parts, then what is done with the others."""
        layout = self.layout
        picking = HIGHLIGHT.picking
        layout.operator(
            "brickprint.pick_parts",
            text="Picking: Esc ends" if picking else "Pick Parts",
            icon="EYEDROPPER",
            depress=picking,
        )
        column = layout.column(align=True)
        _draw_recolouring(column, context)
        if image_shown(context.active_object) is not None:
            _draw_studs(column, context)
            column = layout.column(align=True)
        column.operator_menu_enum("brickprint.split_parts", "into", icon="MOD_EXPLODE")
        column.operator("brickprint.merge_parts", icon="AUTOMERGE_ON")
        column.operator("brickprint.delete_parts", icon="TRASH")
        row = layout.row(align=True)
        row.operator("brickprint.lock_parts", icon="LOCKED").lock = True
        row.operator("brickprint.lock_parts", text="Unlock", icon="UNLOCKED").lock = False
        column = layout.column(align=True)
        column.operator("brickprint.repack_parts", icon="FILE_REFRESH")
        column.operator("brickprint.check_strength", icon="CHECKMARK")
        changes = (shown(context).report or {}).get(CHANGES)
        if changes:
            one = iface_("Converting this model again would lose a change made by hand.")
            many = iface_("Converting this model again would lose {count} changes made by hand.")
            draw_text(layout, one if changes == 1 else many.format(count=changes), context, "INFO")


def _draw_studs(column: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """What can be done with the studs of a mosaic, which follows its choices on."""
    brush = context.scene.brickprint_mosaic.brush
    row = column.row(align=True)
    icons = {name: icon for name, _, _, icon, _ in colours_of(context)}
    if brush in icons:
        row.operator("brickprint.recolour_parts", text=brush, translate=False, icon_value=icons[brush]).colour = brush
    row.operator("brickprint.take_colour", icon="EYEDROPPER")
    _draw_levels(column)


def _draw_recolouring(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The colours for the picked parts; once more for parts that may be split for it, as a mosaic's always are."""
    layout.operator_menu_enum("brickprint.recolour_parts", "colour", icon="COLOR")
    if image_shown(context.active_object) is None:
        menu = layout.operator_menu_enum("brickprint.recolour_parts", "colour", text="Recolour and Split", icon="COLOR")
        menu.split = True


def _draw_levels(layout: bpy.types.UILayout) -> None:
    """Up and down for the studs of a mosaic, and the way back."""
    row = layout.row(align=True)
    row.operator("brickprint.raise_studs", text="Raise", icon="TRIA_UP").by = 1
    row.operator("brickprint.raise_studs", text="Lower", icon="TRIA_DOWN").by = -1
    layout.operator("brickprint.take_back_by_hand", icon="LOOP_BACK")


class ByHandMenu(bpy.types.Menu):
    """All that can be done with the picked parts."""

    bl_idname = "BRICKPRINT_MT_by_hand"
    bl_label = "Brick Parts"

    def draw(self, context: bpy.types.Context) -> None:
        """Recolour, the levels of a mosaic; split, merge; lock, unlock; delete."""
        layout = self.layout
        _draw_recolouring(layout, context)
        if image_shown(context.active_object) is not None:
            _draw_levels(layout)
            layout.separator()
        layout.operator_menu_enum("brickprint.split_parts", "into", icon="MOD_EXPLODE")
        layout.operator("brickprint.merge_parts", icon="AUTOMERGE_ON")
        layout.separator()
        layout.operator("brickprint.lock_parts", icon="LOCKED").lock = True
        layout.operator("brickprint.lock_parts", text="Unlock", icon="UNLOCKED").lock = False
        layout.separator()
        layout.operator("brickprint.delete_parts", icon="TRASH")


def _in_edit_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    if is_bricks(context.active_object):
        menu.layout.menu(ByHandMenu.bl_idname)
        menu.layout.separator()


def add() -> None:
    """Appear in Edit Mode's context menu."""
    bpy.types.VIEW3D_MT_edit_mesh_context_menu.prepend(_in_edit_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.VIEW3D_MT_edit_mesh_context_menu.remove(_in_edit_menu)
    forget_colours()


CLASSES = (ByHandPanel, ByHandMenu)
