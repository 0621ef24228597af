"""A brick model as one mesh for printing."""

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..scene.printing import print_object
from .models import OfBrickModel
from .reporting import reports_errors


class MergeForPrinting(OfBrickModel, bpy.types.Operator):
    """Make one closed mesh of the active brick model's outside, with studs and nothing inside, for a 3D printer"""

    bl_idname = "brickprint.merge_for_printing"
    bl_label = "Merged Mesh for Printing"
    bl_options = {"REGISTER", "UNDO"}
    changes = "nothing"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make the mesh and select it."""
        merged, pieces = print_object(context, context.active_object)
        for other in context.selected_objects:
            other.select_set(False)
        merged.select_set(True)
        context.view_layer.objects.active = merged
        far = merged.bound_box[6]
        told = rpt_("{faces:,} faces; in real size {x:.0f} × {y:.0f} × {z:.0f} mm")
        if pieces > 1:
            told = rpt_(
                "{faces:,} faces, in {pieces} pieces that touch nowhere; in real size {x:.0f} × {y:.0f} × {z:.0f} mm"
            )
        x, y, z = (high - low for low, high in zip(merged.bound_box[0], far, strict=True))
        self.report({"INFO"}, told.format(faces=len(merged.data.polygons), pieces=pieces, x=x, y=y, z=z))
        return {"FINISHED"}


CLASSES = (MergeForPrinting,)
