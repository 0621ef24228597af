"""Panel *Inside and Strength*: what holds the model, and what it must bear."""

from __future__ import annotations

import bpy

from .sidebar import SettingsPanel


class InsidePanel(SettingsPanel, bpy.types.Panel):
    """What is inside, supports, sections, safety."""

    bl_idname = "BRICKPRINT_PT_strength"
    bl_label = "Inside and Strength"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("interior", "shell", "supports", "split", "safety")


class OverhangsPanel(SettingsPanel, bpy.types.Panel):
    """What happens to parts that nothing holds."""

    bl_idname = "BRICKPRINT_PT_overhangs"
    bl_label = "Overhangs"
    bl_parent_id = "BRICKPRINT_PT_strength"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("floating", "offset", "repair")


class LoadsPanel(SettingsPanel, bpy.types.Panel):
    """What the finished model must bear, and what is proved of it."""

    bl_idname = "BRICKPRINT_PT_loads"
    bl_label = "Loads and Proof"
    bl_parent_id = "BRICKPRINT_PT_strength"
    bl_options = {"DEFAULT_CLOSED"}
    names = ("load", "tilt", "ground", "prove")


CLASSES = (InsidePanel, OverhangsPanel, LoadsPanel)
