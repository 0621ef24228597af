"""How far the running work has come, as the panel shows it; the operator that works writes it.

Not a Blender property: those are saved with the file and changed by undo, and a run is neither.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy


@dataclass
class ShownProgress:
    """running: whether something long runs; fraction 0..1; text: its stage; stop: whether Stop was clicked."""

    running: bool = False
    fraction: float = 0.0
    text: str = ""
    stop: bool = False


PROGRESS = ShownProgress()


def stop_asked(event: bpy.types.Event) -> bool:
    """Whether the user wants the running work to stop, by Esc or by the panel's button; a click counts once."""
    clicked, PROGRESS.stop = PROGRESS.stop, False
    return clicked or (event.type == "ESC" and event.value == "PRESS")
