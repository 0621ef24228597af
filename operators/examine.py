"""A look at what a brick model's plastic does not show."""

from collections.abc import Iterator

import bpy
import numpy as np
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.concerns import parts_at
from ..core.errors import NothingToBuild
from ..core.structure.shades import SHADES, weakest_rows
from ..scene.bricks import read_plan
from ..scene.dressing import show_by, show_marked, shown_by
from ..scene.viewing import look_towards
from .models import OfBrickModel
from .polled import OBJECT_OR_EDIT_MODE
from .reporting import reports_errors

_HELP = {
    "colours": "The bricks' own colours",
    "utilisation": "How hard each part is pulled: blue hardly, red nearly as hard as its joints bear, violet more",
    "components": "What hangs together: grey stands, each other piece has a colour of its own",
    "steps": "When each part is laid: dark first, yellow last",
    "sections": "Which section of the model each part belongs to",
    "roles": "What each part is there for: the model, outer and inner supports, the base",
    "parts": "Every kind of part has a colour of its own, the same in all models",
    "energy": "How soundly each part is laid: blue where large, mirrored, well covered above and below, red where not",
    "overhangs": "What hangs over by more than a stud is yellow, supports are red",
}


class ShowBy(OfBrickModel, bpy.types.Operator):
    """Show the active brick model by other things than its colours; its plan and its exports stay as they are"""

    bl_idname = "brickprint.show_by"
    bl_label = "Show By"
    bl_options = {"REGISTER", "UNDO"}

    by: bpy.props.EnumProperty(
        name="By",
        description="What the colours of the bricks then tell",
        items=[(word, word.title(), _HELP[word]) for word in SHADES],
    )

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Dress the bricks anew."""
        show_by(context.active_object, self.by)
        return {"FINISHED"}


class SelectWeakest(OfBrickModel, bpy.types.Operator):
    """Show the parts of the active brick model that are pulled hardest: in red, and selected in Edit Mode"""

    bl_idname = "brickprint.select_weakest"
    bl_label = "Select Weakest"
    bl_options = {"REGISTER", "UNDO"}

    count: bpy.props.IntProperty(name="Parts", default=10, min=1, description="How many parts are shown")

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Mark them."""
        bricks = context.active_object
        share = read_plan(bricks).utilisation
        rows = weakest_rows(share, self.count) if share is not None else []
        if not len(rows):
            raise NothingToBuild(f"How hard the parts of {bricks.name!r} are pulled is not known; convert it again.")
        chosen = np.zeros(len(share), bool)
        chosen[rows] = True
        _point_out(context, bricks, chosen)
        bpy.ops.object.mode_set(mode="EDIT")
        told = rpt_("The hardest pulled of them bears {share:.0%} of what it can")
        self.report({"INFO"}, told.format(share=share[rows[0]]))
        return {"FINISHED"}


class ShowWarned(OfBrickModel, bpy.types.Operator):
    """Show the parts that this warning speaks of in red, all others pale, and move the view to them"""

    bl_idname = "brickprint.show_warned"
    bl_label = "Show Me"
    bl_options = {"REGISTER", "UNDO"}

    warning: bpy.props.StringProperty(options={"HIDDEN"}, description="The warning, as the report has it")

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Mark them."""
        bricks = context.active_object
        plan = read_plan(bricks)
        chosen = parts_at(plan.layout, plan.report.get("places", {}).get(self.warning, []))
        if not chosen.any():
            raise NothingToBuild(f"{bricks.name!r} no longer has the parts that this warning speaks of.")
        _point_out(context, bricks, chosen)
        told = rpt_("{shown:,} of {all:,} parts")
        self.report({"INFO"}, told.format(shown=np.count_nonzero(chosen), all=len(chosen)))
        return {"FINISHED"}


def _point_out(context: bpy.types.Context, bricks: bpy.types.Object, chosen: np.ndarray) -> None:
    """Mark the chosen parts (N,) bool: by colour, as what Edit Mode has selected, and in the middle of the view."""
    show_marked(bricks, chosen)
    bricks.data.vertices.foreach_set("select", chosen)
    look_towards(context, bricks, chosen)


class BackToColours(OfBrickModel, bpy.types.Operator):
    """Show the active brick model in its own colours again, in Object Mode"""

    bl_idname = "brickprint.back_to_colours"
    bl_label = "Back to Colours"
    bl_options = {"REGISTER", "UNDO"}

    modes = OBJECT_OR_EDIT_MODE

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """The model is in its own colours already."""
        yield from super().refusals(context)
        if shown_by(context.active_object) == "colours":
            yield "The model is shown in its own colours"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Leave Edit Mode first, if that is where it is."""
        if context.mode != "OBJECT":
            bpy.ops.object.mode_set(mode="OBJECT")
        show_by(context.active_object, "colours")
        return {"FINISHED"}


CLASSES = (ShowBy, SelectWeakest, ShowWarned, BackToColours)
