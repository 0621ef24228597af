"""Parts: size, weight, numbers in every catalogue, and the colours they were made in.

`parts.csv` holds the sizes; its column `grams_from` says where a weight comes from: a shop's catalogue entry,
a measurement, or an estimate (volume of the drawn part, scaled by what its neighbours in the table weigh).
`made.csv` lists for each part the LDraw numbers of the solid colours in which Rebrickable
(https://rebrickable.com/downloads) knows at least one element.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from ..errors import BadSetting
from .colours import Palette

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Part:
    """One mould. studs_x >= studs_y: the long side lies along x when the part is not turned."""

    name: str  # "Brick 2 x 4"
    kind: str  # "brick" | "plate"
    studs_x: int
    studs_y: int
    plates: int  # height: brick 3, plate 1
    grams: float
    ldraw: str  # "3001", without .dat
    ldd: str
    bricklink: str
    rebrickable: str
    ldraw_colours: frozenset[int]  # LDraw codes of the solid colours it was made in


@dataclass(frozen=True)
class Catalogue:
    """Parts to choose from; a catalogue row is an index into `parts`."""

    name: str
    parts: tuple[Part, ...]

    @cached_property
    def sizes(self) -> np.ndarray:
        """(P, 3) int32: studs along x, studs along y, plates of each part, not turned."""
        return np.array([(part.studs_x, part.studs_y, part.plates) for part in self.parts], np.int32).reshape(-1, 3)

    @cached_property
    def grams(self) -> np.ndarray:
        """(P,) float64."""
        return np.array([part.grams for part in self.parts], np.float64)

    def has_single(self, plates: int) -> bool:
        """Whether there is a 1x1 part of this height, so that any cell of it can be filled."""
        return bool((self.sizes == (1, 1, plates)).all(axis=1).any())

    def made_in(self, palette: Palette) -> np.ndarray:
        """(P, C) bool: whether a part was made in a colour of the palette."""
        made = [[colour.ldraw in part.ldraw_colours for colour in palette.colours] for part in self.parts]
        return np.array(made, bool).reshape(len(self.parts), len(palette.colours))


def _every(part: Part) -> bool:
    return True


def _basic_11(part: Part) -> bool:
    return part.kind == "brick" and part.studs_x <= 8


# Which parts of the table a set holds.
PART_SETS: dict[str, Callable[[Part], bool]] = {"all": _every, "basic-11": _basic_11}


@cache
def load_parts(name: str = "all") -> Catalogue:
    """The parts of one of PART_SETS. Raises BadSetting when the name is none of them."""
    if name not in PART_SETS:
        raise BadSetting(f"The part set {name} is unknown; use one of: {', '.join(PART_SETS)}.")
    return Catalogue(name, tuple(part for part in _table() if PART_SETS[name](part)))


@cache
def _table() -> tuple[Part, ...]:
    made = {row["ldraw"]: frozenset(map(int, row["colours"].split())) for row in _rows("made.csv")}
    return tuple(_part(row, made[row["ldraw"]]) for row in _rows("parts.csv"))


def _rows(file: str) -> list[dict[str, str]]:
    with (_FOLDER / file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _part(row: dict[str, str], ldraw_colours: frozenset[int]) -> Part:
    return Part(
        name=row["name"],
        kind=row["kind"],
        studs_x=int(row["studs_x"]),
        studs_y=int(row["studs_y"]),
        plates=int(row["plates"]),
        grams=float(row["grams"]),
        ldraw=row["ldraw"],
        ldd=row["ldd"],
        bricklink=row["bricklink"],
        rebrickable=row["rebrickable"],
        ldraw_colours=ldraw_colours,
    )
