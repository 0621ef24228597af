"""Changes by hand: the picked parts of a brick model recoloured, split, merged, deleted, locked; the rest repacked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

import bpy
import numpy as np
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.editing.changes import deleted, locked, locks_of, merged, recoloured, split
from ..core.editing.renewing import Edited, strength_checked
from ..core.editing.repacking import repacked
from ..core.errors import BadEdit
from ..core.mosaic.picked import coloured
from ..core.pieces import News, Pieces
from ..core.plan import Plan
from ..core.progress import Progress
from ..scene.bricks import PLAN_PROPERTY, is_bricks, read_plan
from ..scene.picking import picked_parts, rewrite
from ..scene.pictures import image_shown
from ..scene.source.chosen import one_numbered
from ..scene.swatch_icons import icon_of
from .by_worker import ByWorker
from .models import OfBrickModel
from .mosaics import making_shown, set_words, with_studs_set
from .polled import OBJECT_OR_EDIT_MODE


class OnPickedParts(OfBrickModel, ByWorker):
    """An operator that changes the active brick model, in Object Mode or Edit Mode; a subclass has `_change`."""

    bl_options = {"REGISTER", "UNDO"}
    busy = "Wait until the work under way is done, or press Esc to stop it"
    modes = OBJECT_OR_EDIT_MODE

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change the plan, and write it to the same object; what was picked, or came of it, is picked then."""
        return self._at_once(context)

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Edited]]:
        rows = self._read(context)
        yield News(0.0, self.bl_label)
        return partial(self._change, self._before, rows)

    def _read(self, context: bpy.types.Context) -> np.ndarray:
        """Note what the model is before; gives its picked parts (N,) bool."""
        bricks = context.active_object
        self._model, self._name = bricks.session_uid, bricks.name
        with object_mode(context):
            self._before = read_plan(bricks)
            return picked_parts(bricks)

    def _show(self, context: bpy.types.Context, edited: Edited) -> None:
        with object_mode(context):
            bricks = one_numbered(context, self._model)
            if not is_bricks(bricks) or not _alike(read_plan(bricks), self._before):
                raise BadEdit(f"Model {self._name!r} was changed meanwhile; nothing more was. Try again.")
            rewrite(bricks, edited.plan, edited.picked)
        self.report({"INFO"}, self._told(self._before, edited))

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        raise NotImplementedError

    def _told(self, before: Plan, edited: Edited) -> str:
        told = rpt_("{before:,} parts before, {now:,} now")
        return told.format(before=len(before.layout), now=len(edited.plan.layout))


class SlowOnPickedParts(OnPickedParts):
    """One that takes its time: in a window it goes on beside the user."""

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Start it."""
        return self._at_once_or_beside(context)


def _alike(one: Plan, other: Plan) -> bool:
    """Whether two plans of a model have the same parts, locked alike."""
    return np.array_equal(one.layout, other.layout) and np.array_equal(locks_of(one), locks_of(other))


@contextmanager
def object_mode(context: bpy.types.Context) -> Iterator[None]:
    """In Object Mode for a moment, where the points of a model can be read and written."""
    in_edit_mode = context.mode == "EDIT_MESH"
    if in_edit_mode:
        bpy.ops.object.mode_set(mode="OBJECT")
    try:
        yield
    finally:
        if in_edit_mode:
            bpy.ops.object.mode_set(mode="EDIT")


def _colours(_self: Any, context: bpy.types.Context) -> tuple[tuple[str, str, str, int, int], ...]:
    return colours_of(context)


def colours_of(context: bpy.types.Context | None) -> tuple[tuple[str, str, str, int, int], ...]:
    """The colours that parts of the active model can be given, as items of a menu."""
    bricks = context.active_object if context else None
    return _colours_in(bricks[PLAN_PROPERTY]) if is_bricks(bricks) else ()


@lru_cache(maxsize=4)  # Blender also needs them to be kept
def _colours_in(text: str) -> tuple[tuple[str, str, str, int, int], ...]:
    """The colours of a plan as items of a menu, by name, each with a square of its colour; of a mosaic its studs'."""
    values = json.loads(text)
    studs = values["report"].get("mosaic", {}).get("studs")
    rows = sorted(enumerate(values["palette"]["colours"]), key=lambda item: str(item[1]["name"]))
    return tuple(
        (colour["name"], colour["name"], "", icon_of(colour["hex"]), row)
        for row, colour in rows
        if studs is None or colour["name"] in studs
    )


class RecolourParts(OnPickedParts, bpy.types.Operator):
    """Give the picked parts another colour of the model's palette; a mosaic goes on following its choices"""

    bl_idname = "brickprint.recolour_parts"
    bl_label = "Recolour"

    colour: bpy.props.EnumProperty(name="Colour", items=_colours, description="The new colour of the picked parts")
    split: bpy.props.BoolProperty(
        name="Split Where Needed",
        description="Parts that were never made in the colour are split into those that were; else they are refused",
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Start it; a mosaic is made again beside the user."""
        is_mosaic = image_shown(context.active_object) is not None
        return self._at_once_or_beside(context) if is_mosaic else self._at_once(context)

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Edited]]:
        rows, self._colour = self._read(context), self.colour  # which a worker could not ask Blender for
        self._making = making_shown(context.active_object, self._before)
        if self._making is not None:
            by_hand = coloured(self._before, rows, self._colour)
            work = partial(with_studs_set, self._making, self._before, by_hand, rows)
        else:
            colour = [each.name for each in self._before.palette.colours].index(self._colour)
            work = partial(_recoloured, self._before, rows, colour, self.split)
        yield News(0.0, self.bl_label)
        return work

    def _show(self, context: bpy.types.Context, edited: Edited) -> None:
        super()._show(context, edited)
        if self._making is not None:
            context.scene.brickprint_mosaic.brush = self._colour

    def _told(self, before: Plan, edited: Edited) -> str:
        if self._making is not None:
            return rpt_("{colour}: {told}").format(colour=self._colour, told=set_words(edited.plan))
        return rpt_("{parts:,} parts in {colour}").format(parts=np.count_nonzero(edited.picked), colour=self._colour)


def _recoloured(plan: Plan, rows: np.ndarray, colour: int, may_split: bool, _progress: Progress) -> Edited:
    return recoloured(plan, rows, colour, may_split)


class SplitParts(OnPickedParts, bpy.types.Operator):
    """Split the picked bricks and plates into smaller ones of their colour"""

    bl_idname = "brickprint.split_parts"
    bl_label = "Split"

    into: bpy.props.EnumProperty(
        name="Into",
        description="How small the parts are that come of it",
        items=[
            ("halves", "Halves", "Two parts of like size, where there are; else the fewest"),
            ("ones", "1 x 1", "Parts of one stud"),
        ],
    )

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return split(plan, rows, self.into)


class MergeParts(OnPickedParts, bpy.types.Operator):
    """Merge the picked bricks and plates into fewer ones on the same cells, whose colours stay where they are seen"""

    bl_idname = "brickprint.merge_parts"
    bl_label = "Merge"

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return merged(plan, rows)


class DeleteParts(OnPickedParts, bpy.types.Operator):
    """Take the picked parts out of the model"""

    bl_idname = "brickprint.delete_parts"
    bl_label = "Delete Parts"

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return deleted(plan, rows)


class LockParts(OnPickedParts, bpy.types.Operator):
    """Let the picked parts stay as they are, whatever is changed or packed anew; or not any more"""

    bl_idname = "brickprint.lock_parts"
    bl_label = "Lock"

    lock: bpy.props.BoolProperty(name="Lock", default=True, description="Lock; without it, unlock")

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return locked(plan, rows, self.lock)

    def _told(self, before: Plan, edited: Edited) -> str:
        told = rpt_("{locked:,} of {all:,} parts are locked")
        return told.format(locked=np.count_nonzero(locks_of(edited.plan)), all=len(before.layout))


class RepackParts(SlowOnPickedParts, bpy.types.Operator):
    """Lay all parts that are not locked anew: fewer, in as few pieces as can be, in the same cells and colours"""

    bl_idname = "brickprint.repack_parts"
    bl_label = "Repack"

    only_picked: bpy.props.BoolProperty(
        name="Only Picked", description="Only the picked parts are laid anew, in the cells that they take now"
    )

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Edited]]:
        rows = self._read(context)
        only = rows if self.only_picked else None  # which a worker could not ask Blender for
        yield News(0.0, self.bl_label)
        return partial(repacked, self._before, only)


class CheckStrength(SlowOnPickedParts, bpy.types.Operator):
    """Find out whether the model stands as it is now, as its settings ask for it"""

    bl_idname = "brickprint.check_strength"
    bl_label = "Check Strength"

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return Edited(strength_checked(plan, progress), rows)

    def _told(self, before: Plan, edited: Edited) -> str:
        stable = edited.plan.report["structure"]["stable"]
        return {True: "It stands", False: "It falls", None: "It is not certified to stand"}[stable]


def forget_colours() -> None:
    """Before the icons of the colours go."""
    _colours_in.cache_clear()


CLASSES = (
    RecolourParts,
    SplitParts,
    MergeParts,
    DeleteParts,
    LockParts,
    RepackParts,
    CheckStrength,
)
