"""Presets of the settings: the shipped ones are chosen, the user's own are saved as Blender saves all presets."""

import bpy
from bl_operators.presets import AddPresetBase
from bpy.app.translations import pgettext_tip as tip_

from ..core.presets import PATH, PRESET_SETTINGS, find_preset
from .reporting import reports_errors

SUBFOLDER = "brickprint"  # of Blender's folder of presets


class UsePreset(bpy.types.Operator):
    """Choose settings for a purpose; size and orientation of the model stay, unless the preset names a size"""

    bl_idname = "brickprint.use_preset"
    bl_label = "Use Preset"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    name: bpy.props.StringProperty(name="Preset", description="Whose settings are chosen", options={"SKIP_SAVE"})

    @classmethod
    def description(cls, context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """What the preset is for."""
        return tip_(find_preset(properties.name).help) if properties.name else ""

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Set everything that the preset sets."""
        settings = context.scene.brickprint
        for name, value in find_preset(self.name).values().items():
            setattr(settings, name, ", ".join(value) if isinstance(value, tuple | list) else value)
        return {"FINISHED"}


class AddPreset(AddPresetBase, bpy.types.Operator):
    """Save the settings as a preset of your own, or delete one"""

    bl_idname = "brickprint.preset_add"
    bl_label = "Add Preset"
    preset_menu = "BRICKPRINT_PT_presets"
    preset_subdir = SUBFOLDER
    # Written out, because Blender before 5.0 loses shorter names (preset_defines) where its Python is 3.13.
    preset_values = [f"{PATH}.{name}" for name in PRESET_SETTINGS]


CLASSES = (UsePreset, AddPreset)
