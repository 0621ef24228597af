"""What is shown of things that can't be done here because a library is missing."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from ..core.libraries import EVERYTHING, missing, missing_for_settings
from ..operators.polled import Polled
from .icons import draw_operator
from .sidebar import InSidebar, draw_text


class UnavailablePanel(InSidebar, bpy.types.Panel):
    """Under Convert: why the settings can't be used here."""

    bl_idname = "BRICKPRINT_PT_unavailable"
    bl_label = "Not Available Here"
    bl_parent_id = "BRICKPRINT_PT_convert"
    bl_options = {"HIDE_HEADER"}
    bl_order = -1

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where a library that the settings need is missing."""
        return bool(missing_for_settings(context.scene.brickprint))

    def draw(self, context: bpy.types.Context) -> None:
        """The reason."""
        draw_text(self.layout, missing_for_settings(context.scene.brickprint), context, "ERROR")


class CannotConvert(Polled, bpy.types.Operator):
    """Build the selected objects from bricks"""

    bl_idname = "brickprint.convert"
    bl_label = "Convert to Bricks"

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """Nothing can be built without these libraries."""
        yield from super().refusals(context)
        yield missing(EVERYTHING)


class IncompletePanel(InSidebar, bpy.types.Panel):
    """In place of all others where Brickprint can't work at all."""

    bl_idname = "BRICKPRINT_PT_incomplete"
    bl_label = "Brickprint"

    def draw(self, context: bpy.types.Context) -> None:
        """The button, greyed, and the reason."""
        draw_operator(self.layout, CannotConvert.bl_idname)
        draw_text(self.layout, missing(EVERYTHING), context, "ERROR")


CLASSES = (UnavailablePanel,)
WITHOUT_LIBRARIES = (CannotConvert, IncompletePanel)
