"""What a user wants the finished model to bear: weights put upon it, a tilt, a base plate or a bare table below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import numpy as np

from ..catalogue.parts import Catalogue
from ..errors import BadSetting
from ..layout import Role, extents, footprint_cells
from ..settings import Settings
from .statics.equilibrium import Load, Situation

_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))


@dataclass(frozen=True)
class Weight:
    """Grams on what is topmost at a stud (x, y, counted from 1), or spread over the highest parts."""

    grams: float
    stud: tuple[int, int] | None = None


@dataclass(frozen=True)
class Demand:
    """ground_holds: the model stands on a base plate, else on a table; tilt: degrees, to each of its four sides."""

    ground_holds: bool = True
    tilt: float = 0.0
    weights: tuple[Weight, ...] = ()

    @property
    def while_built(self) -> Situation:
        """What it has to bear before it is finished: only itself, on its ground."""
        return Situation(ground_holds=self.ground_holds)


def demand_of(settings: Settings) -> Demand:
    """What the settings ask for."""
    return Demand(settings.ground == "baseplate", settings.tilt, tuple(map(_weight, settings.load.split())))


def _weight(word: str) -> Weight:
    grams, _, place = word.partition("@")
    x, _, y = place.partition(",")
    return Weight(float(grams), (int(x), int(y)) if place else None)


def situations(
    demand: Demand, layout: np.ndarray, catalogue: Catalogue, also: Sequence[Load] = ()
) -> tuple[Situation, ...]:
    """Upright first, then tilted to each side; also: loads that lie on the layout anyway.

    Weights act by place; one whose place has no part in this layout is left out.
    """
    loads = [*also, *_loads(demand, layout, catalogue)]
    down = [(0.0, 0.0, -1.0)]
    if demand.tilt:
        aside, along = sin(radians(demand.tilt)), cos(radians(demand.tilt))
        down += [(x * aside, y * aside, -along) for x, y in _SIDES]
    return tuple(Situation(demand.ground_holds, each, loads) for each in down)


def require_places(demand: Demand, layout: np.ndarray, catalogue: Catalogue) -> None:
    """Raise BadSetting where a weight lies beside the layout."""
    _, x, y = _tops(layout, catalogue)[0]
    for weight in demand.weights:
        if weight.stud and not ((x + 1 == weight.stud[0]) & (y + 1 == weight.stud[1])).any():
            raise BadSetting(
                f"A load lies at stud {weight.stud[0]}, {weight.stud[1]}, where the model has no part; it takes studs "
                f"{x.min() + 1} to {x.max() + 1} along x and {y.min() + 1} to {y.max() + 1} along y."
            )


def _loads(demand: Demand, layout: np.ndarray, catalogue: Catalogue) -> list[Load]:
    """The weights, each on the middle of a stud; a spread one evenly on all studs of the highest parts."""
    if not (demand.weights and len(layout)):
        return []
    (_, x, y), highest = _tops(layout, catalogue)
    spread = np.unique(np.stack([x[highest], y[highest]], axis=1), axis=0) + 0.5
    loads = []
    for weight in demand.weights:
        places = spread
        if weight.stud:
            places = np.array([weight.stud]) - 0.5
            places = places[: int(((x + 1 == weight.stud[0]) & (y + 1 == weight.stud[1])).any())]
        loads += [Load(weight.grams / len(places), at=(px, py)) for px, py in places.tolist()]
    return loads


def _tops(layout: np.ndarray, catalogue: Catalogue) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Rows (M,), x (M,) and y (M,) of the model's footprints, without supports; and which are of its highest parts."""
    own = layout[~np.isin(layout["role"], (Role.SUPPORT_OUTER, Role.SUPPORT_INNER))]
    row, x, y = footprint_cells(own, catalogue)
    top = own["z"] + extents(own, catalogue)[:, 2]
    return (row, x, y), top[row] == top.max(initial=0)


def demand_figures(demand: Demand) -> dict[str, Any]:
    """The key `structure.situation` of report.json."""
    return {
        "ground": "baseplate" if demand.ground_holds else "table",
        "tilt": demand.tilt,
        "loads": [
            {"grams": weight.grams, "at": list(weight.stud) if weight.stud else None} for weight in demand.weights
        ],
    }


def demand_words(demand: Demand, safety: float) -> str:
    """What is asked for beyond standing upright, each with a space before it, to go on a sentence."""
    places = [f"at stud {weight.stud[0]}, {weight.stud[1]}" if weight.stud else "on top" for weight in demand.weights]
    on = [f"{weight.grams:g} g {place}" for weight, place in zip(demand.weights, places, strict=True)]
    asked = [
        "" if demand.ground_holds else "on a bare table",
        f"with {' and '.join(on)}" if on else "",
        f"when tilted by {demand.tilt:g} degrees" if demand.tilt else "",
        f"with a factor of safety of {safety:g}" if safety != 1 else "",
    ]
    return "".join(f" {words}" for words in asked if words)
