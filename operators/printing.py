"""A brick model as one mesh for printing."""

import bpy

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
        size = " × ".join(f"{high - low:.0f}" for low, high in zip(merged.bound_box[0], far, strict=True))
        apart = f", in {pieces} pieces that touch nowhere" if pieces > 1 else ""
        self.report({"INFO"}, f"{len(merged.data.polygons):,} faces{apart}; in real size {size} mm")
        return {"FINISHED"}


CLASSES = (MergeForPrinting,)
