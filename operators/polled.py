"""Whether an operator can be used now; where it can't be, Blender shows the reason beside the greyed button."""

from collections.abc import Iterator
from typing import ClassVar

import bpy
from bpy.app.translations import pgettext_iface as iface_
from bpy.app.translations import pgettext_rpt as rpt_

from .progress import PROGRESS

OBJECT_MODE = {"OBJECT": "Object Mode"}
OBJECT_OR_EDIT_MODE = {"OBJECT": "Object Mode", "EDIT_MESH": "Edit Mode"}


class Polled:
    """An operator that can be used where none of its `refusals` says anything.

    A subclass passes on `super().refusals(context)` before its own, so the base that is named last speaks first.
    """

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Whether nothing is in the way."""
        reason = next(filter(None, cls.refusals(context)), "")
        if reason:
            cls.poll_message_set(reason)
        return not reason

    @classmethod
    def refusals(cls, _context: bpy.types.Context) -> Iterator[str]:
        """Why it can't be used now, in words for the user; what comes later may count on what came before."""
        yield from ()


class WhileIdle(Polled):
    """One that waits until nothing long runs; `busy` says so."""

    busy = "Something is running; press Esc to stop it"

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """Something runs."""
        yield from super().refusals(context)
        if PROGRESS.running:
            yield cls.busy


class InMode(Polled):
    """One for some of Blender's modes; `modes` has their names for the user."""

    modes: ClassVar[dict[str, str]] = OBJECT_MODE

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """It is another mode."""
        yield from super().refusals(context)
        if context.mode not in cls.modes:
            mode, *other = [iface_(name) for name in cls.modes.values()]
            told = rpt_("Return to {mode} or {other} first") if other else rpt_("Return to {mode} first")
            yield told.format(mode=mode, other="".join(other))
