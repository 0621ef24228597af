"""Closer looks at a brick model: outlines, a plane to look inside, and its layers one after the other."""

from collections.abc import Iterator

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..scene.bricks import is_outlined
from ..scene.dressing import show_outlines
from ..scene.layers import layers_modifier, play_layers, remove_layers
from ..scene.section_plane import add_section, remove_section, section_modifier, section_plane
from .models import OfBrickModel
from .reporting import reports_errors


class Outline(OfBrickModel, bpy.types.Operator):
    """Draw a thin dark line along all edges of the active brick model's parts, or take it away"""

    bl_idname = "brickprint.outline"
    bl_label = "Outlines"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Switch."""
        bricks = context.active_object
        show_outlines(bricks, not is_outlined(bricks))
        return {"FINISHED"}


class LookInside(OfBrickModel, bpy.types.Operator):
    """Cut the active brick model open with a plane that can be moved and turned, or close it again"""

    bl_idname = "brickprint.look_inside"
    bl_label = "Look Inside"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"
    replaces = staticmethod(section_modifier)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add the plane, selected and thus ready to be moved, or remove it."""
        bricks = context.active_object
        if section_plane(bricks) is not None:
            remove_section(bricks)
            return {"FINISHED"}
        plane = add_section(bricks)
        for thing in context.selected_objects:
            thing.select_set(False)
        if plane.name in context.view_layer.objects:
            plane.select_set(True)  # the model stays active, and with it its panel
        self.report({"INFO"}, "Move or turn the plane; bricks in front of it are hidden")
        return {"FINISHED"}


class PlayLayers(OfBrickModel, bpy.types.Operator):
    """Let the active brick model grow layer by layer in the timeline"""

    bl_idname = "brickprint.play_layers"
    bl_label = "Play Layers"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"
    replaces = staticmethod(layers_modifier)

    frames: bpy.props.IntProperty(name="Frames", default=120, min=2, description="How many frames it takes")

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Key the layers from the scene's first frame on, and show the last."""
        scene = context.scene
        play_layers(context.active_object, scene.frame_start, self.frames)
        scene.frame_end = scene.frame_start + self.frames - 1
        scene.frame_set(scene.frame_end)
        told = rpt_("Frames {first} to {last}; play them in the timeline")
        self.report({"INFO"}, told.format(first=scene.frame_start, last=scene.frame_end))
        return {"FINISHED"}


class AllLayers(OfBrickModel, bpy.types.Operator):
    """Show all layers of the active brick model at every frame again"""

    bl_idname = "brickprint.all_layers"
    bl_label = "All Layers"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"
    replaces = staticmethod(layers_modifier)

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """The model is not shown by layers."""
        yield from super().refusals(context)
        if layers_modifier(context.active_object) is None:
            yield "Choose Play Layers first"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Take the value away."""
        remove_layers(context.active_object)
        return {"FINISHED"}


CLASSES = (Outline, LookInside, PlayLayers, AllLayers)
