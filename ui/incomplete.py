"""What is shown of things that can't be done here because a library is missing."""

from __future__ import annotations

import textwrap

import bpy

from ..core.libraries import EVERYTHING, missing, missing_for_settings


class UnavailablePanel(bpy.types.Panel):
    """Under Convert: why the settings can't be used here."""

    bl_idname = "BRICKPRINT_PT_unavailable"
    bl_label = "Not Available Here"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Brickprint"
    bl_parent_id = "BRICKPRINT_PT_convert"
    bl_options = {"HIDE_HEADER"}
    bl_order = -1

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where a library that the settings need is missing."""
        return bool(missing_for_settings(context.scene.brickprint))

    def draw(self, context: bpy.types.Context) -> None:
        """The reason."""
        draw_reason(self.layout, missing_for_settings(context.scene.brickprint), context)


class CannotConvert(bpy.types.Operator):
    """Build the selected objects from bricks"""

    bl_idname = "brickprint.convert"
    bl_label = "Convert to Bricks"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Never: nothing can be built without these libraries."""
        cls.poll_message_set(missing(EVERYTHING))
        return False


class IncompletePanel(bpy.types.Panel):
    """In place of all others where Brickprint can't work at all."""

    bl_idname = "BRICKPRINT_PT_incomplete"
    bl_label = "Brickprint"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Brickprint"

    def draw(self, context: bpy.types.Context) -> None:
        """The button, greyed, and the reason."""
        self.layout.operator(CannotConvert.bl_idname, icon="MOD_BUILD")
        draw_reason(self.layout, missing(EVERYTHING), context)


def draw_reason(layout: bpy.types.UILayout, reason: str, context: bpy.types.Context) -> None:
    """A reason on as many lines as the width asks for."""
    letters = context.region.width / (8 * context.preferences.system.ui_scale)
    column = layout.column(align=True)
    for number, line in enumerate(textwrap.wrap(reason, max(20, int(letters)))):
        column.label(text=line, icon="BLANK1" if number else "ERROR")


CLASSES = (UnavailablePanel,)
WITHOUT_LIBRARIES = (CannotConvert, IncompletePanel)
