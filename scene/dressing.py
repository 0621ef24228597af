"""What a model wears: the colours it is shown by, and outlines. Both can be changed without converting again."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np

from ..core.plan import Plan
from ..core.settings import Settings
from ..core.structure.shades import SHADES, marked, shaded
from .animation import animate_build, frames_of, is_animated, remove_animation
from .bricks import is_outlined, read_plan, show_in, update_bricks
from .layers import layers_frames, play_layers, remove_layers
from .plastic import make_see_through, plastic

_SHOWN_BY = "brickprint_shown_by"  # custom property of a model: one of SHADES or _MARKED; without it, "colours"
_MARKED = "marked"
_GHOST = 0.2  # alpha of parts that are not marked


def show_by(bricks: bpy.types.Object, by: str) -> None:
    """Show a model by one of SHADES. Raises BadSetting, CannotRead."""
    show_in(bricks, shaded(read_plan(bricks), by), is_outlined(bricks))
    bricks[_SHOWN_BY] = by


def show_marked(bricks: bpy.types.Object, chosen: np.ndarray) -> None:
    """Show a model's chosen parts (N,) bool in red, all others pale and see-through. Raises CannotRead."""
    shown = marked(read_plan(bricks), chosen)
    show_in(bricks, shown, is_outlined(bricks))
    make_see_through(plastic(shown.palette.colours[0]), _GHOST)
    bricks[_SHOWN_BY] = _MARKED


def shown_by(bricks: bpy.types.Object) -> str:
    """By what a model is shown: one of SHADES, or "marked"."""
    return bricks.get(_SHOWN_BY, "colours")


def show_outlines(bricks: bpy.types.Object, outlined: bool) -> None:
    """Give a model a thin dark line along all edges of its parts, or take it away. Raises BadSetting, CannotRead."""
    if shown_by(bricks) == _MARKED:  # which parts these were is not kept
        bricks[_SHOWN_BY] = "colours"
    show_in(bricks, shaded(read_plan(bricks), shown_by(bricks)), outlined)


def dress_updated(bricks: bpy.types.Object, plan: Plan, look: str) -> None:
    """Make a model that of another plan in place, and show it as it was shown before. Raises CannotRead.

    It keeps its outlines, what it is shown by, a plane that cuts it, its layers and its build animation.
    """
    outlined, layers, film = is_outlined(bricks), layers_frames(bricks), is_animated(bricks) and frames_of(bricks)
    remove_layers(bricks)
    remove_animation(bricks)
    update_bricks(bricks, plan, look, outlined)
    if layers:
        play_layers(bricks, layers.start, len(layers))
    if film:
        animate_build(bricks, plan, replace(Settings.from_values(plan.settings), frames=len(film)), film.start)
    by = shown_by(bricks)
    if by not in SHADES or (by == "utilisation" and plan.utilisation is None):
        bricks[_SHOWN_BY] = "colours"  # the parts are others now, or what it shows is not known of them
    elif by != "colours":
        show_by(bricks, by)
