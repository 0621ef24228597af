"""Whether the active brick model is up to date with its source and the settings, and the button that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bpy
from bpy.app.handlers import persistent
from bpy.app.translations import pgettext_iface as iface_

from ..core.errors import BadSetting, CannotRead
from ..operators.chosen_settings import settings_from
from ..operators.updating import changed_settings
from ..operators.words import label
from ..scene.bricks import is_bricks, read_values
from ..scene.pictures import image_shown
from ..scene.source.chosen import GONE, is_up_to_date, without_source
from .icons import draw_operator
from .shown import listen, shown, stop_listening
from .sidebar import InSidebar

_MOST_NAMED = 3  # settings; of more the number is told


@dataclass(frozen=True)
class Standing:
    """How a model stands to what it was made from.

    without: why it has no source that it could follow, or "". up_to_date: whether the source still is as it was read.
    blocks: session ids of all datablocks that this was told by. made_with: the settings, by name.
    """

    without: str
    up_to_date: bool
    blocks: frozenset[int]
    made_with: dict[str, Any]


class _Kept:
    """The last answer, for which model of which view layer; stale: whether it may no longer be true."""

    key: tuple[Any, ...] = ()
    value: Standing | None = None
    stale = False


@persistent
def forget(_scene: Any = None, depsgraph: Any = None) -> None:
    """Handler: what is kept may no longer be true, unless only models and what is beside their sources changed."""
    changed = list(depsgraph.updates) if isinstance(depsgraph, bpy.types.Depsgraph) else []
    if not changed or not all(_is_beside(update.id.original) for update in changed):
        _Kept.stale = True


def _is_beside(block: bpy.types.ID) -> bool:
    """Whether it is a model, or something that the active model's source does not hang on."""
    if isinstance(block, (bpy.types.Scene, bpy.types.Collection)):  # they say which objects there are
        return False
    if isinstance(block, bpy.types.Object) and is_bricks(block):
        return True
    return _Kept.value is not None and block.session_uid not in _Kept.value.blocks


def standing(context: bpy.types.Context) -> Standing | None:
    """How the active brick model stands, None without one; worked out only after a change, and not while one plays."""
    active = context.active_object
    if not is_bricks(active):
        return None
    key = (context.scene.session_uid, context.view_layer.name, active.session_uid)
    # While something plays, every frame changes what moves; it is asked when that stops.
    playing = any(window.screen.is_animation_playing for window in context.window_manager.windows)
    if _Kept.key != key or (_Kept.stale and not playing):
        try:
            made_with = dict(read_values(active).get("settings", {}))
        except CannotRead:  # the panel above says so
            made_with = {}
        without = without_source(context, active)
        up_to_date, blocks = (False, frozenset()) if without else is_up_to_date(context, active)
        _Kept.key, _Kept.value, _Kept.stale = key, Standing(without, up_to_date, blocks, made_with), False
    return _Kept.value


def lines(context: bpy.types.Context) -> list[tuple[str, str]]:
    """(text, icon) of what is to be said of the active brick model."""
    now = standing(context)
    if now is None:
        return []
    if image_shown(context.active_object) is not None:
        return [("Its choices are in the panel Mosaic", "INFO")]
    try:
        changed = [label(name) for name in changed_settings(settings_from(context.scene.brickprint), now.made_with)]
    except BadSetting:  # told when it is built
        changed = []
    said = []
    if now.without:
        said.append((now.without, "UNLINKED" if now.without == GONE else "INFO"))
    elif not now.up_to_date:
        said.append(("Out of date: its source was changed", "ERROR"))
    if changed:
        told, named = iface_("Made with other: {names}"), ", ".join(map(iface_, changed))
        if len(changed) > _MOST_NAMED:
            told = iface_("Made with other: {count} settings")
        said.append((told.format(names=named, count=len(changed)), "INFO"))
    return said or [("Up to date", "CHECKMARK")]


class UpToDatePanel(InSidebar, bpy.types.Panel):
    """What has changed since the active brick model was built, and what brings it up to date."""

    bl_idname = "BRICKPRINT_PT_up_to_date"
    bl_label = "Up to Date"
    bl_parent_id = "BRICKPRINT_PT_model"
    bl_options = {"HIDE_HEADER"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only beside a brick model."""
        return shown(context).report is not None

    def draw(self, context: bpy.types.Context) -> None:
        """The lines, then the button that goes the other way."""
        column = self.layout.column(align=True)
        for text, icon in lines(context):
            column.label(text=text, icon=icon)
        draw_operator(self.layout, "brickprint.settings_from_model")


CLASSES = (UpToDatePanel,)


def add() -> None:
    """Listen to changes of the scene."""
    listen(forget)


def take_away() -> None:
    """Undo `add`."""
    stop_listening(forget)
    forget()
