"""The active mosaic follows the panel while its sliders move: made beside the user, changed in place when it is ready.

A change that comes while one is made stops that one; results of earlier steps are kept (core/mosaic/making.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import bpy

from ..core.errors import BrickprintError, Cancelled
from ..core.plan import Plan
from ..core.progress import SILENT
from ..scene.bricks import is_bricks
from ..scene.dressing import dress_updated
from ..scene.pictures import image_shown, picture_of
from .beside import redraw
from .mosaics import work_of
from .progress import PROGRESS
from .worker import Worker

_POLL_SECONDS = 0.05


@dataclass
class Following:
    """What is made now, for which mosaic; stale: whether the settings changed since. error: why it can't be made."""

    worker: Worker | None = None
    mosaic: str = ""
    stale: bool = False
    error: ClassVar[str] = ""
    now: ClassVar[Following]


Following.now = Following()


def follow(_properties: Any = None, context: bpy.types.Context | None = None) -> None:
    """A setting of mosaics changed: bring the active mosaic up to date, soon. Blender calls it of every property."""
    context = context or bpy.context
    if not context.scene.brickprint_mosaic.live or image_shown(context.active_object) is None:
        return
    Following.now.mosaic, Following.now.stale = context.active_object.name, True
    if Following.now.worker is not None:
        Following.now.worker.stop()
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=_POLL_SECONDS)


def follow_now(context: bpy.types.Context) -> None:
    """Bring the active mosaic up to date at once. Raises a BrickprintError."""
    mosaic = context.active_object
    _show(mosaic, work_of(context, picture_of(image_shown(mosaic)))(SILENT))


def _tick() -> float | None:
    """Begin to make what is asked for, or show what was made; None once nothing is left to do."""
    now, context = Following.now, bpy.context
    if now.worker is not None:
        if not now.worker.done:
            return _POLL_SECONDS
        worker, now.worker = now.worker, None
        if not now.stale:
            return _ended(worker, context)
    mosaic = bpy.data.objects.get(now.mosaic)
    if not now.stale or PROGRESS.running or image_shown(mosaic) is None:
        return None
    now.stale = False
    try:
        now.worker = Worker(work_of(context, picture_of(image_shown(mosaic))))
    except BrickprintError as error:
        return _failed(error, context)
    return _POLL_SECONDS


def _ended(worker: Worker, context: bpy.types.Context) -> None:
    mosaic = bpy.data.objects.get(Following.now.mosaic)
    if isinstance(worker.error, BrickprintError) and not isinstance(worker.error, Cancelled):
        _failed(worker.error, context)
    elif worker.error is not None and not isinstance(worker.error, Cancelled):
        raise worker.error
    elif worker.result is not None and is_bricks(mosaic) and context.mode == "OBJECT":
        _show(mosaic, worker.result)
        redraw(context)
        with context.temp_override(window=context.window_manager.windows[0]):
            bpy.ops.ed.undo_push(message="Mosaic")


def _show(mosaic: bpy.types.Object, plan: Plan) -> None:
    dress_updated(mosaic, plan, plan.settings.get("look", "light"))
    Following.error = ""


def _failed(error: BrickprintError, context: bpy.types.Context) -> None:
    """The panel says why; the mosaic stays as it was."""
    Following.error = str(error)
    redraw(context)


def add() -> None:
    """Nothing is followed yet."""
    Following.now = Following()


def take_away() -> None:
    """Let go of what is still made."""
    if Following.now.worker is not None:
        Following.now.worker.stop()
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    Following.now = Following()
