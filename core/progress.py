"""How far a long stage has come, and whether it should stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import Cancelled

# The stages before people.
STAGES = {
    "read": "Reading the file",
    "place": "Placing it",
    "slice": "Slicing",
    "detail": "Bricks or plates",
    "offset": "Thickening overhangs",
    "colour": "Colours",
    "interior": "Hollowing out",
    "pack": "Laying parts",
    "connect": "Joining parts",
    "repair": "Making it stand",
    "finish": "Slopes and tiles",
    "support": "Supports",
    "order": "Building order",
    "stand": "Proving that it stands",
    "voxels": "Reading voxels",
    "crop": "Cropping the image",
    "pool": "A colour for every stud",
    "studs": "Reading which studs there are",
    "overrides": "Reading studs by hand",
    "by hand": "Studs by hand",
    "depth": "Looking for depth",
    "relief": "Depth",
    "levels by hand": "Depth by hand",
    "lay": "Laying pieces",
    "export": "Writing files",
}


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

    @property
    def words(self) -> str:
        """What goes on."""
        return self.message or STAGES.get(self.stage, self.stage)


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

    def at(self, fraction: float, message: str = "", layout: Any = None, plan: Any = None) -> None:
        """Tell how far the stage is (0..1), and of a `Step`'s rest. Raises Cancelled when the user asked to stop."""
        if self.cancelled():
            raise Cancelled("Stopped; nothing was changed.")
        self.on_step(Step(self.stage, self.start + fraction * self.share, message, layout, plan))


SILENT = Progress()
