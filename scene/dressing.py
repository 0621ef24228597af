"""What a model wears: the colours it is shown by, and outlines. Both can be changed without converting again."""

from __future__ import annotations

import bpy

from ..core.structure.shades import shaded
from .bricks import is_outlined, read_plan, show_in

_SHOWN_BY = "brickprint_shown_by"  # custom property of a model: one of SHADES; without it, "colours"


def show_by(bricks: bpy.types.Object, by: str) -> None:
    """Show a model by one of SHADES. Raises BadSetting, CannotRead."""
    show_in(bricks, shaded(read_plan(bricks), by), is_outlined(bricks))
    bricks[_SHOWN_BY] = by


def show_outlines(bricks: bpy.types.Object, outlined: bool) -> None:
    """Give a model a thin dark line along all edges of its parts, or take it away. Raises BadSetting, CannotRead."""
    show_in(bricks, shaded(read_plan(bricks), bricks.get(_SHOWN_BY, "colours")), outlined)
