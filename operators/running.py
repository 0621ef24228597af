"""The conversion that runs in the window: its worker, its timer, and what it was asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import bpy

from ..core.pipeline import Conversion
from ..core.settings import Settings
from ..scene.source.chosen import Selection
from .progress import PROGRESS
from .worker import Worker

POLL_SECONDS = 0.1


@dataclass
class Run:
    """One conversion beside the user's work. The scene is kept by name: pointers die on undo."""

    settings: Settings
    scene: str
    chosen: Selection
    worker: Worker
    timer: bpy.types.Timer
    current: ClassVar[Run | None] = None

    @classmethod
    def start(cls, context: bpy.types.Context, conversion: Conversion, settings: Settings, chosen: Selection) -> Run:
        """Start the conversion of the chosen objects."""
        timer = context.window_manager.event_timer_add(POLL_SECONDS, window=context.window)
        cls.current = cls(settings, context.scene.name, chosen, Worker(partial(conversion.run, settings)), timer)
        PROGRESS.running = True
        return cls.current

    def can_show(self, context: bpy.types.Context) -> bool:
        """Whether bricks can be added now: not inside Edit Mode, not to another scene."""
        return context.mode == "OBJECT" and context.scene.name == self.scene

    def over(self, context: bpy.types.Context) -> bool:
        """Whether nothing is left to do but to show the result or to say why there is none."""
        failed = self.worker.error is not None or self.worker.stopping
        return self.worker.done and (failed or self.can_show(context))

    def tell(self, context: bpy.types.Context) -> None:
        """Bring the progress to the panel and the status bar."""
        step = self.worker.step
        PROGRESS.fraction, PROGRESS.text = step.fraction, step.message or step.stage.capitalize()
        if self.worker.stopping:
            PROGRESS.text = "Stopping"
        elif self.worker.done and not self.over(context):
            PROGRESS.text = f"Ready: return to {self.scene if context.mode == 'OBJECT' else 'Object Mode'}"
        context.workspace.status_text_set(f"Brickprint: {PROGRESS.text}. Esc to stop")
        redraw(context)

    def close(self, context: bpy.types.Context) -> None:
        """Let go of timer and worker, on every way out; what the worker still does is dropped."""
        self.worker.stop()
        context.window_manager.event_timer_remove(self.timer)
        Run.current = None
        PROGRESS.running = False
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        redraw(context)


def redraw(context: bpy.types.Context) -> None:
    """Draw the sidebars anew."""
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                area.tag_redraw()


def add() -> None:
    """Nothing runs yet."""


def take_away() -> None:
    """End what still runs when the extension is switched off."""
    if Run.current is not None:
        Run.current.close(bpy.context)
