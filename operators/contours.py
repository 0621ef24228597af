"""Show the slices that a conversion would cut."""

import bpy

from ..core.progress import SILENT
from ..core.slicing.outlines import outlines
from ..core.stages import place_mesh
from ..scene.contours import show_contours
from ..scene.source.chosen import chosen_objects, selection, visible
from ..scene.source.reading import read_objects
from .chosen_settings import settings_from
from .reporting import reports_errors


class ShowSlices(bpy.types.Operator):
    """Draw the slices of the selected objects as curves: outer contours blue, inner ones green"""

    bl_idname = "brickprint.contours"
    bl_label = "Show Slices"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Something is selected, in Object Mode."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Return to Object Mode first")
        elif not chosen_objects(context):
            cls.poll_message_set("Select the objects to slice first")
        else:
            return True
        return False

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Cut, link and draw; the selection stays."""
        settings = settings_from(context.scene.brickprint)
        sources = selection(context).objects(context)
        with visible(sources):
            mesh = read_objects(context, sources)
        placed = place_mesh(mesh, settings, SILENT)
        contours, heights = outlines(placed.mesh, placed.size, settings.cusp, settings.chord)
        show_contours(context, contours, heights, placed.placement, mesh.name)
        self.report({"INFO"}, f"{mesh.name}: {len(heights):,} slices, {len(contours):,} contours")
        return {"FINISHED"}


CLASSES = (ShowSlices,)
