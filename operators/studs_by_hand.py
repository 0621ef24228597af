"""Studs picked in a mosaic and set by hand: raised or lowered, given back; the colour of some as the next to give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import bpy
import numpy as np
from bpy.app.translations import pgettext_rpt as rpt_
from bpy.app.translations import pgettext_tip as tip_

from ..core.editing.renewing import Edited
from ..core.errors import BadEdit
from ..core.mosaic.picked import as_found, colour_picked, lifted
from ..core.pieces import News, Pieces
from ..core.plan import Plan
from ..core.progress import Progress
from ..scene.bricks import read_plan
from ..scene.picking import picked_parts
from ..scene.pictures import image_shown
from .editing import SlowOnPickedParts, object_mode
from .models import OfBrickModel
from .mosaics import making_shown, set_words, with_studs_set
from .polled import OBJECT_OR_EDIT_MODE
from .reporting import reports_errors


class OfMosaic(OfBrickModel):
    """An operator that acts on the active mosaic, in Object Mode or Edit Mode."""

    modes = OBJECT_OR_EDIT_MODE

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """It is no mosaic, or its image is gone."""
        yield from super().refusals(context)
        if image_shown(context.active_object) is None:
            yield "Select a mosaic, whose image is still in the file, first"


class _SetsStuds(OfMosaic, SlowOnPickedParts):
    """Sets picked studs by hand, after which the mosaic is made again; a subclass has `_set`."""

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Edited]]:
        rows = self._read(context)
        making = making_shown(context.active_object, self._before)
        if making is None:
            raise BadEdit(
                f"Parts of {self._name!r} were changed by hand, and not only coloured or raised, so it can't be made "
                "again without losing that; undo those changes first."
            )
        by_hand = self._set(self._before, rows)
        yield News(0.0, self.bl_label)
        return partial(with_studs_set, making, self._before, by_hand, rows)

    def _set(self, plan: Plan, rows: np.ndarray) -> np.ndarray:
        """All studs set by hand then."""
        raise NotImplementedError

    def _told(self, before: Plan, edited: Edited) -> str:
        return set_words(edited.plan)


class RaiseStuds(_SetsStuds, bpy.types.Operator):
    """Raise or lower the picked studs of a relief by a level"""

    bl_idname = "brickprint.raise_studs"
    bl_label = "Raise Studs"

    by: bpy.props.IntProperty(
        name="Levels", description="By how many levels; fewer than 0 lower them", default=1, min=-15, max=15
    )

    @classmethod
    def description(cls, _context: bpy.types.Context, properties: bpy.types.OperatorProperties) -> str:
        """Which way."""
        if properties.by > 0:
            return tip_("Raise the picked studs of a relief by a level")
        return tip_("Lower the picked studs of a relief by a level")

    def _set(self, plan: Plan, rows: np.ndarray) -> np.ndarray:
        return lifted(plan, rows, self.by)


class TakeBackByHand(_SetsStuds, bpy.types.Operator):
    """Give the picked studs the colours and levels that the mosaic's choices want; all of them where none is picked"""

    bl_idname = "brickprint.take_back_by_hand"
    bl_label = "Take Back"

    everything: bpy.props.BoolProperty(
        name="Everything", description="Of all studs set by hand, whatever is picked", options={"SKIP_SAVE"}
    )

    def _set(self, plan: Plan, rows: np.ndarray) -> np.ndarray:
        return as_found(plan, rows & (not self.everything))


class TakeColour(OfMosaic, bpy.types.Operator):
    """Take the colour of the picked studs as the next one to give"""

    bl_idname = "brickprint.take_colour"
    bl_label = "Take Colour"
    bl_options = {"REGISTER", "UNDO"}
    changes = "nothing"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Note its name beside the mosaic's choices."""
        with object_mode(context):
            bricks = context.active_object
            colour = colour_picked(read_plan(bricks), picked_parts(bricks))
        context.scene.brickprint_mosaic.brush = colour.name
        self.report({"INFO"}, rpt_("The next colour is {colour}").format(colour=colour.name))
        return {"FINISHED"}


CLASSES = (RaiseStuds, TakeBackByHand, TakeColour)
