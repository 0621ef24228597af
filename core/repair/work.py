"""How far repair is, and what was changed on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..packing.built import Built
from ..structure.links import stud_links
from ..units import PLATES_PER_BRICK
from .bearing import Bearing, Site, bearing_of

WORSE = 2e-3  # relative, by which two searches for the least clutch of one layout may differ


@dataclass(frozen=True)
class Change:
    """What was done, at a spot: x, y in studs, z in plates.

    before, after: the margin (`Stability.margin`) of the place, with all that is weaker left aside; before is -inf
    where parts hung on nothing.
    """

    what: str
    spot: tuple[float, float, float]
    before: float
    after: float

    def __str__(self) -> str:
        x, y, z = self.spot
        height = f"{z / PLATES_PER_BRICK:.0f} brick heights up"
        words = f"{self.what}, at stud {x:.0f} from the left and {y:.0f} from the front, {height}"
        return words + (
            f": margin there {self.before:.2f} before, {self.after:.2f} now" if self.before > -np.inf else ""
        )


@dataclass(frozen=True)
class Limits:
    """need: the share of the clutch that is little enough; whole: what all may need, with no spot given up.

    most, most_inside: parts of the layout, covered anew or with bricks inside; end: time.monotonic().
    """

    need: float
    whole: float
    most: int
    most_inside: int
    end: float


@dataclass(frozen=True)
class Work:
    """A layout under repair. bearing: how it bears its weight, but around the spots that the site has given up."""

    state: Built
    site: Site
    bearing: Bearing
    changes: tuple[Change, ...] = ()

    @property
    def loose(self) -> int:
        """How many parts have no way to the ground."""
        return int(self.component.astype(bool).sum())

    @property
    def component(self) -> np.ndarray:
        """(N,): piece of each part, 0 for what reaches the ground."""
        return stud_links(self.state.layout, self.site.task.catalogue).component

    def bears(self, limits: Limits) -> bool:
        """Whether all of it, with no spot given up, needs no more of the clutch than it may."""
        if not self.site.given_up:
            return self.bearing.need <= limits.whole
        return bearing_of(self.state.layout, replace(self.site, given_up=())).need <= limits.whole


def change_at(what: str, spot: np.ndarray, before: float, after: float) -> Change:
    """A change at a spot (3,), by the share of the clutch that was needed there and is now."""
    x, y, z = spot.tolist()
    return Change(what, (x, y, z), 1 - before, 1 - after)


def parts_in_words(number: int) -> str:
    """As in "2 parts"."""
    return "1 part" if number == 1 else f"{number} parts"
