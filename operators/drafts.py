"""What a conversion has laid so far, shaped in its worker so that the main thread only has to draw it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.progress import Progress, Step
from ..core.settings import Settings
from ..core.sketch import boxes

_SHARE_DRAWN = 0.1  # of the conversion's time, at most, that goes into drawing what is laid so far


@dataclass
class Draft:
    """What is laid so far, as the worker last shaped it for drawing."""

    boxes: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    waiting: Plan | None = None
    next_at: float = 0.0

    def hear(self, step: Step) -> None:
        """Shape the latest plan that news brought; where the last was shaped just now, at later news."""
        self.waiting = step.plan or self.waiting
        began = time.monotonic()
        if self.waiting is not None and began >= self.next_at:
            self.boxes, self.waiting = boxes(self.waiting), None
            ended = time.monotonic()
            self.next_at = ended + (ended - began) / _SHARE_DRAWN


def convert_and_draw(conversion: Conversion, settings: Settings, draft: Draft | None, progress: Progress) -> Plan:
    """The plan; the thread that works on it also shapes what is laid so far for drawing, where there is a draft."""
    if draft is None:
        return conversion.run(settings, progress)

    def hear(step: Step) -> None:
        draft.hear(step)
        progress.on_step(step)

    return conversion.run(settings, replace(progress, on_step=hear))
