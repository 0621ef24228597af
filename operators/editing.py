"""Changes by hand: the picked parts of a brick model recoloured, split, merged, deleted, locked; the rest repacked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

import bpy
import numpy as np

from ..core.editing.changes import deleted, locked, locks_of, merged, recoloured, split
from ..core.editing.renewing import Edited, strength_checked
from ..core.editing.repacking import repacked
from ..core.errors import BadEdit
from ..core.pieces import News, Pieces
from ..core.plan import Plan
from ..core.progress import Progress
from ..scene.bricks import PLAN_PROPERTY, is_bricks, is_linked, read_plan
from ..scene.picking import picked_parts, rewrite
from ..scene.swatch_icons import icon_of
from .by_worker import ByWorker
from .models import OfBrickModel
from .polled import OBJECT_OR_EDIT_MODE


class OnPickedParts(OfBrickModel, ByWorker):
    """An operator that changes the active brick model, in Object Mode or Edit Mode; a subclass has `_change`."""

    bl_options = {"REGISTER", "UNDO"}
    busy = "Wait until the work under way is done, or press Esc to stop it"
    modes = OBJECT_OR_EDIT_MODE

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """The model is of another file."""
        yield from super().refusals(context)
        if is_linked(context.active_object):
            yield "The model is linked from another file; make it local first"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Change the plan, and write it to the same object; what was picked, or came of it, is picked then."""
        return self._at_once(context)

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Edited]]:
        bricks = context.active_object
        self._name = bricks.name
        with _object_mode(context):
            self._before, rows = read_plan(bricks), picked_parts(bricks)
        yield News(0.0, self.bl_label)
        return partial(self._change, self._before, rows)

    def _show(self, context: bpy.types.Context, edited: Edited) -> None:
        with _object_mode(context):
            bricks = context.view_layer.objects.get(self._name)
            if not is_bricks(bricks) or not _alike(read_plan(bricks), self._before):
                raise BadEdit(f"Model {self._name!r} was changed meanwhile; nothing more was. Try again.")
            rewrite(bricks, edited.plan, edited.picked)
        self.report({"INFO"}, self._told(self._before, edited))

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        raise NotImplementedError

    def _told(self, before: Plan, edited: Edited) -> str:
        return f"{len(before.layout):,} parts before, {len(edited.plan.layout):,} now"


class SlowOnPickedParts(OnPickedParts):
    """One that takes its time: in a window it goes on beside the user."""

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Start it."""
        return self._at_once_or_beside(context)


def _alike(one: Plan, other: Plan) -> bool:
    """Whether two plans of a model have the same parts, locked alike."""
    return np.array_equal(one.layout, other.layout) and np.array_equal(locks_of(one), locks_of(other))


@contextmanager
def _object_mode(context: bpy.types.Context) -> Iterator[None]:
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
    bricks = context.active_object if context else None
    return _colours_in(bricks[PLAN_PROPERTY]) if is_bricks(bricks) else ()


@lru_cache(maxsize=4)  # Blender also needs them to be kept
def _colours_in(text: str) -> tuple[tuple[str, str, str, int, int], ...]:
    """The colours of a plan as items of a menu, by name, each with a square of its colour."""
    rows = sorted(enumerate(json.loads(text)["palette"]["colours"]), key=lambda item: str(item[1]["name"]))
    return tuple((colour["name"], colour["name"], "", icon_of(colour["hex"]), row) for row, colour in rows)


class RecolourParts(OnPickedParts, bpy.types.Operator):
    """Give the picked parts another colour of the model's palette"""

    bl_idname = "brickprint.recolour_parts"
    bl_label = "Recolour"

    colour: bpy.props.EnumProperty(name="Colour", items=_colours, description="The new colour of the picked parts")
    split: bpy.props.BoolProperty(
        name="Split Where Needed",
        description="Parts that were never made in the colour are split into those that were; else they are refused",
    )

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        names = [colour.name for colour in plan.palette.colours]
        return recoloured(plan, rows, names.index(self.colour), self.split)

    def _told(self, before: Plan, edited: Edited) -> str:
        return f"{np.count_nonzero(edited.picked):,} parts in {self.colour}"


class SplitParts(OnPickedParts, bpy.types.Operator):
    """Split the picked bricks and plates into smaller ones of their colour"""

    bl_idname = "brickprint.split_parts"
    bl_label = "Split"

    into: bpy.props.EnumProperty(
        name="Into",
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
        return f"{np.count_nonzero(locks_of(edited.plan)):,} of {len(before.layout):,} parts are locked"


class RepackParts(SlowOnPickedParts, bpy.types.Operator):
    """Lay all parts that are not locked anew: fewer, in as few pieces as can be, in the same cells and colours"""

    bl_idname = "brickprint.repack_parts"
    bl_label = "Repack"

    only_picked: bpy.props.BoolProperty(
        name="Only Picked", description="Only the picked parts are laid anew, in the cells that they take now"
    )

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return repacked(plan, rows if self.only_picked else None, progress)


class CheckStrength(SlowOnPickedParts, bpy.types.Operator):
    """Find out whether the model stands as it is now, as its settings ask for it"""

    bl_idname = "brickprint.check_strength"
    bl_label = "Check Strength"

    def _change(self, plan: Plan, rows: np.ndarray, progress: Progress) -> Edited:
        return Edited(strength_checked(plan, progress), rows)

    def _told(self, before: Plan, edited: Edited) -> str:
        stable = edited.plan.report["structure"]["stable"]
        return {True: "It stands", False: "It falls", None: "It is not certified to stand"}[stable]


def draw_recolouring(layout: bpy.types.UILayout) -> None:
    """The colours for the picked parts, and once more for parts that may be split for it."""
    layout.operator_menu_enum("brickprint.recolour_parts", "colour", icon="COLOR")
    menu = layout.operator_menu_enum("brickprint.recolour_parts", "colour", text="Recolour and Split", icon="COLOR")
    menu.split = True


class ByHandMenu(bpy.types.Menu):
    """All that can be done with the picked parts."""

    bl_idname = "BRICKPRINT_MT_by_hand"
    bl_label = "Brick Parts"

    def draw(self, _context: bpy.types.Context) -> None:
        """Recolour, split, merge; lock, unlock; delete."""
        layout = self.layout
        draw_recolouring(layout)
        layout.operator_menu_enum("brickprint.split_parts", "into", icon="MOD_EXPLODE")
        layout.operator("brickprint.merge_parts", icon="AUTOMERGE_ON")
        layout.separator()
        layout.operator("brickprint.lock_parts", icon="LOCKED").lock = True
        layout.operator("brickprint.lock_parts", text="Unlock", icon="UNLOCKED").lock = False
        layout.separator()
        layout.operator("brickprint.delete_parts", icon="TRASH")


def _in_edit_menu(menu: bpy.types.Menu, context: bpy.types.Context) -> None:
    if is_bricks(context.active_object):
        menu.layout.menu(ByHandMenu.bl_idname)
        menu.layout.separator()


def add() -> None:
    """Appear in Edit Mode's context menu."""
    bpy.types.VIEW3D_MT_edit_mesh_context_menu.prepend(_in_edit_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.VIEW3D_MT_edit_mesh_context_menu.remove(_in_edit_menu)
    _colours_in.cache_clear()


CLASSES = (
    RecolourParts,
    SplitParts,
    MergeParts,
    DeleteParts,
    LockParts,
    RepackParts,
    CheckStrength,
    ByHandMenu,
)
