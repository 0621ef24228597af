"""How far the running conversion has come, as the panel shows it; the operator writes it.

Not a Blender property: those are saved with the file and changed by undo, and a run is neither.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ShownProgress:
    """running: whether there is a conversion; fraction 0..1; text: its stage."""

    running: bool = False
    fraction: float = 0.0
    text: str = ""


PROGRESS = ShownProgress()
