"""What can be chosen about files, beyond the settings of the model itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExportOptions:
    """One set of choices for all formats; each reads those that concern it.

    look, outline: how bricks look in a scene (as in Settings). resolution: width and height of pictures, in pixels.
    engine: what renders them; empty for what suits each format.
    """

    look: str = "light"
    resolution: tuple[int, int] = (640, 360)
    engine: str = ""
    outline: bool = False
