"""A look at what a brick model's plastic does not show."""

import bpy
import numpy as np

from ..core.errors import NothingToBuild
from ..core.structure.shades import SHADES, weakest_rows
from ..scene.bricks import read_plan
from ..scene.dressing import show_by
from .models import OfBrickModel
from .reporting import reports_errors

_HELP = {
    "colours": "The bricks' own colours",
    "utilisation": "How hard each part is pulled: blue hardly, red nearly as hard as its joints bear, violet more",
    "components": "What hangs together: grey stands, each other piece has a colour of its own",
    "steps": "When each part is laid: dark first, yellow last",
    "sections": "Which section of the model each part belongs to",
    "roles": "What each part is there for: the model, outer and inner supports, the base",
    "parts": "Every kind of part has a colour of its own, the same in all models",
    "energy": "How little each part adds to a sound model by paper T's energies: blue the soundest, red the least",
    "overhangs": "What hangs over by more than a stud is yellow, supports are red",
}


class ShowBy(OfBrickModel, bpy.types.Operator):
    """Show the active brick model by other things than its colours; its plan and its exports stay as they are"""

    bl_idname = "brickprint.show_by"
    bl_label = "Show By"
    bl_options = {"REGISTER", "UNDO"}

    by: bpy.props.EnumProperty(name="By", items=[(word, word.title(), _HELP[word]) for word in SHADES])

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Dress the bricks anew."""
        show_by(context.active_object, self.by)
        return {"FINISHED"}


class SelectWeakest(OfBrickModel, bpy.types.Operator):
    """Select the parts of the active brick model that are pulled hardest, in Edit Mode"""

    bl_idname = "brickprint.select_weakest"
    bl_label = "Select Weakest"
    bl_options = {"REGISTER", "UNDO"}

    count: bpy.props.IntProperty(name="Parts", default=10, min=1, description="How many parts are selected")

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Select their points and enter Edit Mode."""
        bricks = context.active_object
        share = read_plan(bricks).utilisation
        rows = weakest_rows(share, self.count) if share is not None else []
        if not len(rows):
            raise NothingToBuild(f"How hard the parts of {bricks.name!r} are pulled is not known; convert it again.")
        chosen = np.zeros(len(share), bool)
        chosen[rows] = True
        bricks.data.vertices.foreach_set("select", chosen)
        bpy.ops.object.mode_set(mode="EDIT")
        self.report({"INFO"}, f"The hardest pulled of them bears {share[rows[0]]:.0%} of what it can")
        return {"FINISHED"}


CLASSES = (ShowBy, SelectWeakest)
