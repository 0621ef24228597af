"""The active mosaic follows the panel while its sliders move: made beside the user, changed in place when it is ready.

A change that comes while one is made stops that one; results of earlier steps are kept (core/mosaic/making.py). Undo
knows steps of the panel's choices only, as Blender makes them when a slider is let go; the mosaic follows these back
and forth. Steps of its own would lie between them, one for each time that it followed a slider on its way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import bpy
import numpy as np
from bpy.app.handlers import persistent

from ..core.errors import BadEdit, BrickprintError, Cancelled
from ..core.mosaic.by_hand import NOTHING_BY_HAND, by_hand_of
from ..core.mosaic.settings import MosaicSettings
from ..core.plan import Plan
from ..scene.bricks import is_changed, is_linked, read_values
from ..scene.dressing import dress_updated
from ..scene.pictures import image_shown, picture_of, remember_image
from .beside import redraw
from .mosaics import mosaic_settings_from, work_of
from .progress import PROGRESS
from .worker import Worker

_POLL_SECONDS = 0.05


@dataclass
class Following:
    """What is made now, for which mosaic; image: the name of another one that it shall show.

    scene: session_uid of the one whose choices it follows. by_hand (N,): studs set by hand that it is made with.
    stale: whether the settings changed since. error: why it can't be made.
    """

    worker: Worker | None = None
    mosaic: str = ""
    scene: int = 0
    image: str = ""
    by_hand: np.ndarray = field(default_factory=NOTHING_BY_HAND.copy, compare=False)
    stale: bool = False
    error: str = ""
    now: ClassVar[Following]


Following.now = Following()


def error_of(mosaic: bpy.types.Object) -> str:
    """Why this mosaic does not follow, or nothing."""
    now = Following.now
    return now.error if now.mosaic == mosaic.name else ""


def follow(properties: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """A setting of mosaics changed: bring the active mosaic up to date, soon. Blender calls it of every property."""
    now, mosaic = Following.now, context.active_object
    if properties.id_data != context.scene or not properties.live or image_shown(mosaic) is None or is_linked(mosaic):
        return
    if (now.mosaic, now.scene) != (mosaic.name, context.scene.session_uid):
        now.mosaic, now.scene, now.image, now.error = mosaic.name, context.scene.session_uid, "", ""
    _begin()


def _scene() -> bpy.types.Scene | None:
    """The scene whose choices are followed, where it still is there."""
    return next((each for each in bpy.data.scenes if each.session_uid == Following.now.scene), None)


def _begin() -> None:
    now = Following.now
    now.stale = True
    if now.worker is not None:
        now.worker.stop()
    if not bpy.app.timers.is_registered(_tick):
        bpy.app.timers.register(_tick, first_interval=_POLL_SECONDS)


def follow_image(properties: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """Another image was chosen: the active mosaic shall show it, soon."""
    image, now = properties.image, Following.now
    shown = image_shown(context.active_object)
    if image is None or (image == shown and not now.image):
        return
    follow(properties, context)
    if now.stale:
        now.image = image.name


def _tick() -> float | None:
    """Begin to make what is asked for, or show what was made; None once nothing is left to do."""
    now, context = Following.now, bpy.context
    if now.worker is not None:
        busy = PROGRESS.running or context.mode != "OBJECT"
        if not now.worker.done or (busy and not now.stale):
            return _POLL_SECONDS
        worker, now.worker = now.worker, None
        if not now.stale:
            return _ended(worker, context)
    mosaic, scene = bpy.data.objects.get(now.mosaic), _scene()
    if not now.stale or scene is None or image_shown(mosaic) is None:
        return None
    if PROGRESS.running:
        return _POLL_SECONDS
    now.stale = False
    try:
        _require_unchanged(mosaic)
        now.by_hand = _set_by_hand(mosaic)
        now.worker = Worker(work_of(scene, picture_of(_image_wanted(mosaic)), now.by_hand))
    except BrickprintError as error:
        return _failed(error, context)
    return _POLL_SECONDS


def _image_wanted(mosaic: bpy.types.Object) -> bpy.types.Image:
    return bpy.data.images.get(Following.now.image) or image_shown(mosaic)


def _set_by_hand(mosaic: bpy.types.Object) -> np.ndarray:
    return by_hand_of(read_values(mosaic).get("settings") or {})


def _require_unchanged(mosaic: bpy.types.Object) -> None:
    """Raises BadEdit for a mosaic that was changed by hand in a way that would be lost."""
    if is_changed(mosaic):
        raise BadEdit(
            f"Parts of {mosaic.name!r} were changed by hand, and not only coloured or raised, so it does not follow "
            "these settings, lest that be lost; undo those changes, or choose Make Mosaic for another one."
        )


def _ended(worker: Worker, context: bpy.types.Context) -> float | None:
    now = Following.now
    mosaic = bpy.data.objects.get(now.mosaic)
    if isinstance(worker.error, Cancelled) or image_shown(mosaic) is None:
        return None
    try:
        if worker.error is not None:
            raise worker.error
        # By hand it may have been changed while this was made.
        _require_unchanged(mosaic)
        if not np.array_equal(_set_by_hand(mosaic), now.by_hand):
            now.stale = True
            return _POLL_SECONDS
        _show(mosaic, _image_wanted(mosaic), worker.result)
    except BrickprintError as error:
        return _failed(error, context)
    redraw(context)
    return None


def _show(mosaic: bpy.types.Object, image: bpy.types.Image, plan: Plan) -> None:
    dress_updated(mosaic, plan, plan.settings.get("look", "light"))
    remember_image(mosaic, image)
    Following.now.image, Following.now.error = "", ""


def _failed(error: BrickprintError, context: bpy.types.Context) -> None:
    """The panel says why; the mosaic stays as it was."""
    Following.now.error = str(error)
    redraw(context)


@persistent
def _follow_undo(*_: Any) -> None:
    """Handler: undo and redo bring back the choices of the panel, and a mosaic that may be of others."""
    now, scene = Following.now, _scene()
    mosaic = bpy.data.objects.get(now.mosaic)
    image = image_shown(mosaic)
    if scene is None or image is None or not scene.brickprint_mosaic.live:
        return
    chosen = scene.brickprint_mosaic
    now.image = "" if chosen.image in (None, image) else chosen.image.name
    if now.worker is not None or now.image or not _is_as_chosen(mosaic, chosen):
        _begin()


def _is_as_chosen(mosaic: bpy.types.Object, chosen: bpy.types.PropertyGroup) -> bool:
    try:
        return MosaicSettings.from_values(read_values(mosaic)["settings"]) == mosaic_settings_from(chosen)
    except BrickprintError:  # told when it is followed
        return False


@persistent
def _forget(*_: Any) -> None:
    """Handler: another file has other mosaics."""
    if Following.now.worker is not None:
        Following.now.worker.stop()
    Following.now = Following()


_HANDLERS = (("undo_post", _follow_undo), ("redo_post", _follow_undo), ("load_post", _forget))


def add() -> None:
    """Nothing is followed yet."""
    Following.now = Following()
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).append(handler)


def take_away() -> None:
    """Let go of what is still made."""
    for name, handler in _HANDLERS:
        getattr(bpy.app.handlers, name).remove(handler)
    if bpy.app.timers.is_registered(_tick):
        bpy.app.timers.unregister(_tick)
    _forget()
