"""The conversion that runs in the window: its worker, its timer, and what it was asked to do."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import bpy
import numpy as np
from mathutils import Matrix

from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.progress import Progress, Step
from ..core.settings import Settings
from ..core.sketch import boxes
from ..scene.draft import hide_draft, show_draft
from ..scene.source.chosen import Selection
from .progress import PROGRESS
from .worker import Worker

POLL_SECONDS = 0.1
_SHARE_DRAWN = 0.1  # of the conversion's time, at most, that goes into drawing what is laid so far


@dataclass
class Draft:
    """What is laid so far, as the worker last shaped it for drawing."""

    boxes: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    next_at: float = 0.0

    def hear(self, step: Step) -> None:
        """Shape a plan that news bring, unless the last was shaped just now."""
        began = time.monotonic()
        if step.plan is not None and began >= self.next_at:
            self.boxes = boxes(step.plan)
            ended = time.monotonic()
            self.next_at = ended + (ended - began) / _SHARE_DRAWN


def _convert(conversion: Conversion, settings: Settings, draft: Draft, progress: Progress) -> Plan:
    """In the worker's thread."""

    def hear(step: Step) -> None:
        draft.hear(step)
        progress.on_step(step)

    return conversion.run(settings, replace(progress, on_step=hear))


@dataclass
class Run:
    """One conversion beside the user's work. The scene is kept by name: pointers die on undo.

    state: of the sources, as they were read. matrix: moves the draft to where an updated model was moved.
    """

    settings: Settings
    scene: str
    chosen: Selection
    state: str
    draft: Draft
    worker: Worker
    timer: bpy.types.Timer
    matrix: Matrix
    current: ClassVar[Run | None] = None

    @classmethod
    def start(
        cls,
        context: bpy.types.Context,
        conversion: Conversion,
        settings: Settings,
        chosen: Selection,
        state: str,
        matrix: Matrix,
    ) -> Run:
        """Start the conversion of the chosen objects."""
        timer = context.window_manager.event_timer_add(POLL_SECONDS, window=context.window)
        draft = Draft()
        worker = Worker(partial(_convert, conversion, settings, draft))
        cls.current = cls(settings, context.scene.name, chosen, state, draft, worker, timer, matrix)
        PROGRESS.running, PROGRESS.stop = True, False
        return cls.current

    def can_show(self, context: bpy.types.Context) -> bool:
        """Whether bricks can be added now: not inside Edit Mode, not to another scene."""
        return context.mode == "OBJECT" and context.scene.name == self.scene

    def over(self, context: bpy.types.Context) -> bool:
        """Whether nothing is left to do but to show the result or to say why there is none."""
        failed = self.worker.error is not None or self.worker.stopping
        return self.worker.done and (failed or self.can_show(context))

    def tell(self, context: bpy.types.Context) -> None:
        """Bring the progress to the panel and the status bar, and what is laid so far into the views."""
        step = self.worker.step
        PROGRESS.fraction, PROGRESS.text = step.fraction, step.message or step.stage.capitalize()
        if self.worker.stopping:
            PROGRESS.text = "Stopping"
            hide_draft()
        elif self.worker.done and not self.over(context):
            PROGRESS.text = f"Ready: return to {self.scene if context.mode == 'OBJECT' else 'Object Mode'}"
        elif self.draft.boxes is not None:
            show_draft(self.scene, self.draft.boxes, self.matrix)
        context.workspace.status_text_set(f"Brickprint: {PROGRESS.text}. Esc to stop")
        redraw(context)

    def close(self, context: bpy.types.Context) -> None:
        """Let go of timer and worker, on every way out; what the worker still does is dropped."""
        self.worker.stop()
        hide_draft()
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
