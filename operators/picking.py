"""Parts picked with the mouse, in Object Mode: click, Shift-click for more, until Esc."""

from __future__ import annotations

import bpy
import numpy as np
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras import view3d_utils

from ..scene.bricks import is_bricks
from ..scene.highlight import HIGHLIGHT
from ..scene.picking import part_under, pick_parts, picked_parts
from ..scene.reported import is_fault, reported
from .beside import redraw
from .models import OfBrickModel
from .status import tell_status

_Place = tuple[bpy.types.Region, bpy.types.SpaceView3D]  # under the mouse
_LET_THROUGH = ("WHEEL", "TRACKPAD", "MIDDLE", "NUMPAD", "NDOF", "TIMER", "WINDOW", "HOME", "LEFT_", "RIGHT_", "OSKEY")


class PickParts(OfBrickModel, bpy.types.Operator):
    """Pick parts of the active brick model with the mouse: Shift-click for more, Esc ends"""

    bl_idname = "brickprint.pick_parts"
    bl_label = "Pick Parts"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Listen to the mouse from now on."""
        if HIGHLIGHT.picking:
            HIGHLIGHT.picking = False  # the one that listens ends at its next event
            return {"CANCELLED"}
        HIGHLIGHT.picking = True
        self._model = context.active_object.session_uid
        _tell(context)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Hover, pick, delete; all else that turns the view or belongs to other regions goes on as usual."""
        bricks = context.active_object
        gone = not is_bricks(bricks) or bricks.session_uid != self._model or context.mode != "OBJECT"
        if gone or not HIGHLIGHT.picking:
            return _end(context) | {"PASS_THROUGH"}
        place = _view_under(context, event)
        if event.type in {"ESC", "RET"} and event.value == "PRESS":
            return _end(context)
        if place is None:
            self._hover(context, None)
            return {"PASS_THROUGH"}
        if event.type == "MOUSEMOVE":
            self._hover(context, _under_mouse(context, bricks, place, event))
            return {"PASS_THROUGH"}
        if event.type == "LEFTMOUSE" and event.value in {"PRESS", "DOUBLE_CLICK"}:
            row = _under_mouse(context, bricks, place, event)
            pick_parts(bricks, _with(picked_parts(bricks), row, event.shift))
        elif event.type == "A" and event.value == "PRESS":
            chosen = picked_parts(bricks)
            pick_parts(bricks, np.full(len(chosen), not chosen.any()))
        elif event.type in {"X", "DEL"} and event.value == "PRESS":
            self._hover(context, None)
            self._delete(context)
        elif event.ctrl or event.oskey or event.type.startswith(_LET_THROUGH):
            return {"PASS_THROUGH"}
        _tell(context)
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        """Blender ends the operator: another file is opened, or the window closes."""
        _end(context)

    def _delete(self, context: bpy.types.Context) -> None:
        """Delete what is picked; what is against it is reported."""
        if not (bpy.ops.brickprint.delete_parts.poll() and picked_parts(context.active_object).any()):
            return
        try:
            bpy.ops.brickprint.delete_parts("EXEC_DEFAULT")
        except RuntimeError as refused:  # Blender's way of handing on a report of an error
            if is_fault(refused):
                raise
            self.report({"ERROR"}, reported(refused))
        else:
            bpy.ops.ed.undo_push(message="Delete Parts")  # Blender does it only for what runs by itself

    def _hover(self, context: bpy.types.Context, row: int | None) -> None:
        if HIGHLIGHT.hovered != row:
            HIGHLIGHT.hovered = row
            redraw(context)


def _end(context: bpy.types.Context) -> set[str]:
    HIGHLIGHT.picking, HIGHLIGHT.hovered = False, None
    tell_status(context, None)
    redraw(context)
    return {"FINISHED"}


def _tell(context: bpy.types.Context) -> None:
    """Bring what is picked to the status bar and the views."""
    count = int(np.count_nonzero(picked_parts(context.active_object)))
    keys = rpt_("Click a part to pick it, Shift-click for more, A picks all or none, X deletes, Esc ends")
    picked = rpt_("{count} part picked. {keys}") if count == 1 else rpt_("{count:,} parts picked. {keys}")
    tell_status(context, picked.format(count=count, keys=keys))
    redraw(context)


def _with(chosen: np.ndarray, row: int | None, more: bool) -> np.ndarray:
    """What is picked after a click on a part, or on nothing."""
    picked = chosen.copy() if more else np.zeros(len(chosen), bool)
    if row is not None:
        picked[row] = not (more and chosen[row])
    return picked


def _view_under(context: bpy.types.Context, event: bpy.types.Event) -> _Place | None:
    """The 3D view that the mouse is over; None over its sidebar, header and so on, and over other editors."""
    for area in context.screen.areas:
        if area.type != "VIEW_3D":
            continue
        over = [region for region in area.regions if _is_over(region, event)]
        if over and all(region.type == "WINDOW" for region in over):
            return over[0], area.spaces.active
    return None


def _is_over(region: bpy.types.Region, event: bpy.types.Event) -> bool:
    x, y = event.mouse_x - region.x, event.mouse_y - region.y
    return region.width > 1 and region.height > 1 and 0 <= x < region.width and 0 <= y < region.height


def _under_mouse(
    context: bpy.types.Context, bricks: bpy.types.Object, place: _Place, event: bpy.types.Event
) -> int | None:
    region, view = place
    at, looks = (event.mouse_x - region.x, event.mouse_y - region.y), region.data  # of a quad view each its own way
    origin = view3d_utils.region_2d_to_origin_3d(region, looks, at)
    return part_under(context, bricks, origin, view3d_utils.region_2d_to_vector_3d(region, looks, at), view)


CLASSES = (PickParts,)


def add() -> None:
    """Nothing is picked with the mouse yet."""


def take_away() -> None:
    """End picking when the extension is switched off: Blender lets go of the operator without a word."""
    if HIGHLIGHT.picking:
        _end(bpy.context)
