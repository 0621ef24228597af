"""Panel *By Hand*, and the menu of the same: parts of the active brick model, picked and changed one by one."""

from __future__ import annotations

import bpy
from bpy.app.translations import pgettext_iface as iface_

from ..core.plan import CHANGES
from ..operators.editing import colours_of, forget_colours
from ..scene.bricks import is_bricks
from ..scene.highlight import HIGHLIGHT
from ..scene.pictures import image_shown
from .icons import draw_choices, draw_operator
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
        text = "Picking: Esc ends" if picking else "Pick Parts"
        draw_operator(layout, "brickprint.pick_parts", text=text, depress=picking)
        column = layout.column(align=True)
        _draw_recolouring(column, context)
        if image_shown(context.active_object) is not None:
            _draw_studs(column, context)
            column = layout.column(align=True)
        draw_choices(column, "brickprint.split_parts", "into")
        draw_operator(column, "brickprint.merge_parts")
        draw_operator(column, "brickprint.delete_parts")
        row = layout.row(align=True)
        _draw_locks(row)
        column = layout.column(align=True)
        draw_operator(column, "brickprint.repack_parts")
        draw_operator(column, "brickprint.check_strength")
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
    draw_operator(row, "brickprint.take_colour")
    _draw_levels(column)


def _draw_recolouring(layout: bpy.types.UILayout, context: bpy.types.Context) -> None:
    """The colours for the picked parts; once more for parts that may be split for it, as a mosaic's always are."""
    draw_choices(layout, "brickprint.recolour_parts", "colour")
    if image_shown(context.active_object) is None:
        menu = draw_choices(layout, "brickprint.recolour_parts", "colour", text="Recolour and Split")
        menu.split = True


def _draw_locks(layout: bpy.types.UILayout) -> None:
    """Lock, and unlock."""
    draw_operator(layout, "brickprint.lock_parts").lock = True
    draw_operator(layout, "brickprint.lock_parts", the_other_way=True, text="Unlock").lock = False


def _draw_levels(layout: bpy.types.UILayout) -> None:
    """Up and down for the studs of a mosaic, and the way back."""
    row = layout.row(align=True)
    draw_operator(row, "brickprint.raise_studs", text="Raise").by = 1
    draw_operator(row, "brickprint.raise_studs", the_other_way=True, text="Lower").by = -1
    draw_operator(layout, "brickprint.take_back_by_hand")


class ByHandMenu(bpy.types.Menu):
    """All that can be done with the picked parts."""

    bl_idname = "BRICKPRINT_MT_by_hand"
    bl_label = "Brick Parts"

    def draw(self, context: bpy.types.Context) -> None:
        """Recolour, the levels of a mosaic; split, merge; lock, unlock; the others; delete."""
        layout = self.layout
        _draw_recolouring(layout, context)
        if image_shown(context.active_object) is not None:
            draw_operator(layout, "brickprint.take_colour")
            _draw_levels(layout)
            layout.separator()
        draw_choices(layout, "brickprint.split_parts", "into")
        draw_operator(layout, "brickprint.merge_parts")
        layout.separator()
        _draw_locks(layout)
        layout.separator()
        draw_operator(layout, "brickprint.repack_parts")
        draw_operator(layout, "brickprint.check_strength")
        layout.separator()
        draw_operator(layout, "brickprint.delete_parts")


def _in_edit_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    if is_bricks(context.active_object):
        menu.layout.menu(ByHandMenu.bl_idname)
        draw_operator(menu.layout, "brickprint.back_to_colours")
        menu.layout.separator()


def add() -> None:
    """Appear in Edit Mode's context menu."""
    bpy.types.VIEW3D_MT_edit_mesh_context_menu.prepend(_in_edit_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.VIEW3D_MT_edit_mesh_context_menu.remove(_in_edit_menu)
    forget_colours()


CLASSES = (ByHandPanel, ByHandMenu)
