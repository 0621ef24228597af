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
from ..scene.source.chosen import is_up_to_date
from .shown import listen, shown, stop_listening
from .sidebar import InSidebar

_MOST_NAMED = 3  # settings; of more the number is told


@dataclass(frozen=True)
class Standing:
    """How a model stands to what it was made from.

    source: whether that still is as it was read, None where it is gone. made_with: the settings, by name.
    """

    source: bool | None
    made_with: dict[str, Any]


class _Kept:
    """The last answer, for which model of which view layer."""

    key: tuple[str, ...] = ()
    value: Standing | None = None


@persistent
def forget(_scene: Any = None, depsgraph: Any = None) -> None:
    """Handler: what is kept may no longer be true, unless nothing but brick models changed."""
    changed = list(depsgraph.updates) if isinstance(depsgraph, bpy.types.Depsgraph) else []
    if not changed or not all(_is_model(update.id.original) for update in changed):
        _Kept.key = ()


def _is_model(block: bpy.types.ID) -> bool:
    return isinstance(block, bpy.types.Object) and is_bricks(block)


def standing(context: bpy.types.Context) -> Standing | None:
    """How the active brick model stands, None without one; worked out only after a change."""
    active = context.active_object
    if not is_bricks(active):
        return None
    key = (context.scene.name, context.view_layer.name, active.name)
    if _Kept.key != key:
        try:
            made_with = dict(read_values(active).get("settings", {}))
        except CannotRead:  # the panel above says so
            made_with = {}
        _Kept.key, _Kept.value = key, Standing(is_up_to_date(context, active), made_with)
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
    if now.source is None:
        said.append(("Its source is gone", "UNLINKED"))
    elif not now.source:
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
        self.layout.operator("brickprint.settings_from_model", icon="EYEDROPPER")


CLASSES = (UpToDatePanel,)


def add() -> None:
    """Listen to changes of the scene."""
    listen(forget)


def take_away() -> None:
    """Undo `add`."""
    stop_listening(forget)
    forget()
