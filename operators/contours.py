"""Show the slices that a conversion would cut."""

from collections.abc import Iterator

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.progress import SILENT
from ..core.slicing.outlines import outlines
from ..core.stages import place_mesh
from ..scene.contours import show_contours
from ..scene.source.chosen import chosen_objects, selection
from ..scene.source.hiding import visible
from ..scene.source.reading import read_objects
from .chosen_settings import settings_from
from .polled import InMode
from .reporting import reports_errors


class ShowSlices(InMode, bpy.types.Operator):
    """Draw the slices of the selected objects as curves: outer contours blue, inner ones green"""

    bl_idname = "brickprint.contours"
    bl_label = "Show Slices"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """Nothing is selected."""
        yield from super().refusals(context)
        if not chosen_objects(context):
            yield "Select the objects to slice first"

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
        told = rpt_("{name}: {slices:,} slices, {contours:,} contours")
        self.report({"INFO"}, told.format(name=mesh.name, slices=len(heights), contours=len(contours)))
        return {"FINISHED"}


CLASSES = (ShowSlices,)
