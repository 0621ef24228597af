"""What the sidebar's panels share: where they are, and how settings and lines of text are laid out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import lru_cache

import bpy

from ..core.settings import STANDING, options
from ..operators.progress import PROGRESS
from .icons import draw_operator

_LETTER = 6.2  # pixels that a letter takes, on average
_MARGIN = 58  # pixels of the sidebar that text can't have: icon, margins, the tabs' column


class InSidebar:
    """Where Brickprint's panels are."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Brickprint"


class SettingsPanel(InSidebar):
    """A panel of settings, by name; they rest while something runs."""

    names: tuple[str, ...] = ()

    def draw(self, context: bpy.types.Context) -> None:
        """The settings in the order of `names`."""
        draw_settings(split_layout(self.layout), context, self.names)


def split_layout(layout: bpy.types.UILayout) -> bpy.types.UILayout:
    """A layout as Blender's own panels of properties have it."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    return layout


def draw_settings(layout: bpy.types.UILayout, context: bpy.types.Context, names: Iterable[str]) -> None:
    """Settings that leave a choice, grey where they make no difference beside the others as they are now."""
    chosen, known = context.scene.brickprint, options()
    column = layout.column()
    column.enabled = not PROGRESS.running
    for name in names:
        option = known[name]
        if len(option.choices) != 1:
            row = column.row()
            row.active = _matters(name, chosen)
            row.prop(chosen, name, slider=(option.minimum, option.maximum) == (0.0, 1.0))


def _matters(name: str, chosen: bpy.types.PropertyGroup) -> bool:
    """Whether a setting makes a difference beside the others as they are now."""
    if name == "studs":
        return chosen.scale == 0
    if name == "shell":
        return chosen.interior != "solid"
    if name in {"colours_from", "colours_in"}:
        return chosen.colours > 0
    if name == "score":
        return chosen.packer == "scored"
    if name in {"repair", *STANDING}:
        return chosen.prove != "none"
    return name not in {"marking", "fineness"} or chosen.detail == "auto"


def draw_progress(layout: bpy.types.UILayout) -> None:
    """How far the running work is, and what stops it."""
    row = layout.row(align=True)
    row.scale_y = 1.5
    row.progress(factor=PROGRESS.fraction, text=PROGRESS.text)
    draw_operator(row, "brickprint.stop", text="")
    layout.label(text="Esc or X stops it", icon="INFO")


def draw_text(
    layout: bpy.types.UILayout, text: str, context: bpy.types.Context, icon: str = "NONE"
) -> bpy.types.UILayout:
    """A sentence on as many lines as the sidebar's width asks for, the first with the icon; gives its column."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    letters = (context.region.width / context.preferences.system.ui_scale - _MARGIN) / _LETTER
    for number, line in enumerate(_wrapped(text, max(16, int(letters)))):
        column.label(text=line, icon=("NONE" if icon == "NONE" else "BLANK1") if number else icon)
    return column


@lru_cache(maxsize=256)
def _wrapped(text: str, letters: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, letters))
