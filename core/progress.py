"""How far a long stage has come, and whether it should stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import Cancelled


@dataclass(frozen=True)
class Step:
    """One piece of news: the stage, the whole run's fraction 0..1, a line of text, and what is laid.

    layout: parts that were laid now; they replace those of the same height in the same layers. plan: in a conversion,
    all that is laid so far, as a Plan that can be drawn.
    """

    stage: str
    fraction: float
    message: str = ""
    layout: Any = None
    plan: Any = None


def _ignore(step: Step) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Progress:
    """Callbacks of one run; `part` narrows them to a share of it, so that stages count from 0 to 1."""

    on_step: Callable[[Step], None] = _ignore
    cancelled: Callable[[], bool] = _never
    stage: str = ""
    start: float = 0.0
    share: float = field(default=1.0)

    def part(self, stage: str, start: float, share: float) -> Progress:
        """The progress of one stage that takes `share` of this one from `start` on (both 0..1)."""
        return replace(self, stage=stage, start=self.start + start * self.share, share=share * self.share)

    def unheard(self) -> Progress:
        """The same wish to stop, without news: for work within a stage that counts by itself."""
        return replace(self, on_step=_ignore)

    def at(self, fraction: float, message: str = "", layout: Any = None) -> None:
        """Tell how far the stage is (0..1). Raises Cancelled when the user asked to stop."""
        if self.cancelled():
            raise Cancelled("Stopped; nothing was changed.")
        self.on_step(Step(self.stage, self.start + fraction * self.share, message, layout))


SILENT = Progress()
