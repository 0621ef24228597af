"""Where presets are chosen: a button in the panel's header, as everywhere in Blender."""

import bpy
from bl_ui.utils import PresetPanel
from bpy.app.translations import pgettext_iface as iface_

from ..core.presets import load_presets
from ..operators.presets import SUBFOLDER


class PresetsPanel(PresetPanel, bpy.types.Panel):
    """The shipped presets, and the user's own under them."""

    bl_idname = "BRICKPRINT_PT_presets"
    bl_label = "Brick Presets"
    preset_subdir = SUBFOLDER
    preset_operator = "script.execute_preset"
    preset_add_operator = "brickprint.preset_add"

    @classmethod
    def draw_panel_header(cls, layout: bpy.types.UILayout) -> None:
        """The button; Blender's own expects a class that is called as its bl_idname."""
        layout.emboss = "NONE"
        layout.popover(panel=cls.bl_idname, icon="PRESET", text="")

    def draw(self, context: bpy.types.Context) -> None:
        """Blender's own list has no place for what add-ons ship as data."""
        column = self.layout.column(align=True)
        column.emboss = "PULLDOWN_MENU"
        column.operator_context = "EXEC_DEFAULT"
        for preset in load_presets():
            column.operator("brickprint.use_preset", text=iface_(preset.name), translate=False).name = preset.name
        self.layout.separator()
        super().draw(context)


CLASSES = (PresetsPanel,)
