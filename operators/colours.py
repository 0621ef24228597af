"""Colours of the palette chosen by a click: what is clicked changes between used and not used."""

import bpy
from bpy.app.translations import pgettext_tip as tip_

from ..core.catalogue.colours import load_colours
from ..core.colour.choosing import swatches, toggled
from .chosen_settings import taken
from .reporting import reports_errors


class UseColour(bpy.types.Operator):
    """Use this colour in the next model, or leave it out"""

    bl_idname = "brickprint.use_colour"
    bl_label = "Use Colour"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    ldraw: bpy.props.IntProperty(name="Colour", description="The colour's LDraw number")

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """The colour's name."""
        name = next((colour.name for colour in load_colours() if colour.ldraw == properties.ldraw), "Unknown")
        return tip_("{colour}. Click to use it or to leave it out").format(colour=name)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write it into the colours left out or added."""
        chosen = context.scene.brickprint
        now = (taken(name, getattr(chosen, name)) for name in ("palette", "without", "include"))
        without, include = toggled(*now, self.ldraw)
        chosen.without, chosen.include = ", ".join(without), ", ".join(include)
        return {"FINISHED"}


class UseAllColours(bpy.types.Operator):
    """Use the palette as it is: no colour left out, none added"""

    bl_idname = "brickprint.use_all_colours"
    bl_label = "Use Whole Palette"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Forget both lists."""
        context.scene.brickprint.without = context.scene.brickprint.include = ""
        return {"FINISHED"}


class UseNoColours(bpy.types.Operator):
    """Leave out all colours, to click the few that shall be used"""

    bl_idname = "brickprint.use_no_colours"
    bl_label = "Use No Colours"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write all of the palette's own into the list of those left out."""
        chosen = context.scene.brickprint
        chosen.without = ", ".join(each.colour.name for each in swatches(taken("palette", chosen.palette)) if each.own)
        chosen.include = ""
        return {"FINISHED"}


CLASSES = (UseColour, UseAllColours, UseNoColours)
