"""What a model wears: the colours it is shown by, and outlines. Both can be changed without converting again."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.structure.shades import marked, shaded
from .bricks import is_outlined, read_plan, show_in
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
