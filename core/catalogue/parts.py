"""Parts: shape by cells, weight, numbers in every catalogue, and the colours they were made in.

`parts.csv` holds the sizes; its column `grams_from` says where a weight comes from: a shop's catalogue entry,
a measurement, or an estimate (volume of the drawn part, scaled by what its neighbours in the table weigh; for tall
supports and the tile 2 x 3, on a line through the weights of parts of the same footprint or width).
`made.csv` lists for each part the LDraw numbers of the solid colours in which Rebrickable
(https://rebrickable.com/downloads) knows at least one element.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from ..errors import BadPartList, BadSetting
from ..units import LDU_PER_PLATE, LDU_PER_STUD
from .colours import Palette
from .part_lists import KINDS, read_part_list, shortened

_FOLDER = Path(__file__).parent


Of = Literal["cells", "studs", "tubes"]

_PACKABLE = ("brick", "plate")  # of these any cells of their height may be built
# Their shape has a direction that the masks need not show.
SLOPING = ("slope", "inverted slope", "cheese", "curved slope")
KINDS_OF_PARTS = (*_PACKABLE, "tile", *SLOPING, "support", "baseplate", "round plate", "round tile")


@dataclass(frozen=True)
class Part:
    """One mould, not turned. The long side lies along x, but for slopes: these fall towards -y.

    cells, studs, tubes: by cell of the footprint, where there is body, a stud on top, and room for a stud from
    below, at its lowest level; rows from y = 0 upwards parted by "/", in a row "1" or "0" from x = 0 upwards. Blank
    cells are all of the rectangle, blank studs and tubes all of the cells, and "-" is nowhere. A cell counts as
    covered however little of its height the body fills: that of an inverted slope hangs over its lower cells, a
    curved slope leaves its high end open for a plate, and a baseplate is thinner than a plate.
    origin: where LDraw's origin lies, in LDraw units along x, y and upwards from the lowest corner of the box of
    cells; blank is the middle of the footprint at the top. Raises ValueError for texts that do not fit the size.
    """

    name: str  # "Brick 2 x 4"
    kind: str  # one of KINDS_OF_PARTS
    studs_x: int
    studs_y: int
    plates: int  # height: brick 3, plate 1
    grams: float
    ldraw: str  # "3001", without .dat
    ldd: str
    bricklink: str
    rebrickable: str
    ldraw_colours: frozenset[int]  # LDraw codes of the solid colours it was made in
    cells: str = ""
    studs: str = ""
    tubes: str = ""
    origin: str = ""

    def __post_init__(self) -> None:
        """Damaged texts, as in a plan's file, are found at once."""
        _ = self.masks, self.ldraw_origin

    @cached_property
    def masks(self) -> dict[str, np.ndarray]:
        """Of "cells", "studs" and "tubes": (studs_y, studs_x) bool, [y, x], not turned."""
        whole = np.ones((self.studs_y, self.studs_x), bool)
        cells = _mask(self.cells, whole)
        return {"cells": cells, "studs": _mask(self.studs, cells), "tubes": _mask(self.tubes, cells)}

    @cached_property
    def ldraw_origin(self) -> tuple[int, int, int]:
        """LDraw's origin, in LDraw units along x, y and up from the lowest corner of the box of cells."""
        if not self.origin:
            half = LDU_PER_STUD // 2
            return half * self.studs_x, half * self.studs_y, LDU_PER_PLATE * self.plates
        x, y, up = map(int, self.origin.split())
        return x, y, up


def _mask(text: str, default: np.ndarray) -> np.ndarray:
    if not text:
        return default
    if text == "-":
        return np.zeros_like(default)
    rows = text.split("/")
    if len(rows) != default.shape[0] or any(len(row) != default.shape[1] or set(row) - {"0", "1"} for row in rows):
        raise ValueError(f"The cells {text} do not fit {default.shape[1]} x {default.shape[0]} studs.")
    return np.array([[cell == "1" for cell in row] for row in rows])


@dataclass(frozen=True)
class Spots:
    """The cells of every part in every turn, one after the other.

    first, count (P, 4): where a part's cells begin and how many there are; x, y (S,) int32: from the lowest corner.
    """

    first: np.ndarray
    count: np.ndarray
    x: np.ndarray
    y: np.ndarray


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

    def mask(self, row: int, turn: int, of: Of = "cells") -> np.ndarray:
        """(deep, wide) bool, [y, x], read-only: a part's cells, studs or tubes after `turn` quarter turns.

        Turns are counter-clockwise seen from above, with x to the right and y away.
        """
        return self._masks[of][row][turn]

    @cached_property
    def _masks(self) -> dict[str, list[list[np.ndarray]]]:
        found = {
            of: [[np.rot90(part.masks[of], -turn).copy() for turn in range(4)] for part in self.parts]
            for of in ("cells", "studs", "tubes")
        }
        for masks in found.values():
            for turned in masks:
                for mask in turned:
                    mask.setflags(write=False)
        return found

    def turns(self, row: int) -> tuple[int, ...]:
        """The quarter turns by which a part differs: (0,) for a square, (0, 1) for a rectangle, else up to all four."""
        return self._turns[row]

    @cached_property
    def _turns(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self._distinct_turns(row) for row in range(len(self.parts)))

    def _distinct_turns(self, row: int) -> tuple[int, ...]:
        if self.parts[row].kind in SLOPING:
            return 0, 1, 2, 3
        seen: dict[tuple[tuple[int, ...] | bytes, ...], int] = {}
        for turn in range(4):
            masks = [self.mask(row, turn, of) for of in ("cells", "studs", "tubes")]
            seen.setdefault((masks[0].shape, *(mask.tobytes() for mask in masks)), turn)
        return tuple(seen.values())

    def spots(self, of: Of = "cells") -> Spots:
        """The cells, studs or tubes of all parts in all turns, to look up for whole layouts."""
        return self._spots[of]

    @cached_property
    def _spots(self) -> dict[str, Spots]:
        return {of: _spots([mask for turned in masks for mask in turned]) for of, masks in self._masks.items()}

    def packable(self, plates: int) -> tuple[int, ...]:
        """The rows of the bricks and plates of one height: what any cells may be built of."""
        return tuple(row for row, part in enumerate(self.parts) if part.kind in _PACKABLE and part.plates == plates)

    def singles(self, plates: int) -> tuple[int, ...]:
        """The rows of the 1x1 bricks or plates of one height."""
        return tuple(row for row in self.packable(plates) if self.parts[row].studs_x == self.parts[row].studs_y == 1)

    def has_single(self, plates: int) -> bool:
        """Whether there is a 1x1 brick or plate of this height, so that any cell of it can be filled."""
        return bool(self.singles(plates))

    def made_in(self, palette: Palette) -> np.ndarray:
        """(P, C) bool: whether a part was made in a colour of the palette."""
        made = [[colour.ldraw in part.ldraw_colours for colour in palette.colours] for part in self.parts]
        return np.array(made, bool).reshape(len(self.parts), len(palette.colours))


def _spots(masks: list[np.ndarray]) -> Spots:
    """masks: those of part 0 in turns 0 to 3, then those of part 1, and so on."""
    places = [np.nonzero(mask) for mask in masks]
    count = np.array([len(x) for _, x in places], np.intp).reshape(-1, 4)
    first = (np.cumsum(count) - count.ravel()).reshape(-1, 4)
    none = [np.zeros(0, np.intp)]
    y, x = (np.concatenate([place[axis] for place in places] or none).astype(np.int32) for axis in (0, 1))
    return Spots(first, count, x, y)


_BASIC_11 = ("3005", "3004", "3622", "3010", "3009", "3008", "3003", "3002", "3001", "2456", "3007")
_PAPER_12 = (*_BASIC_11, "2357")
_SUPPORT_11 = ("3005", "3004", "3622", "3010", "3009", "3003", "3002", "3001", "2456", "30145", "30144")

# The LDraw numbers of the parts of each set (requirements 1.3 to 1.6); None is the whole table.
PART_SETS: dict[str, tuple[str, ...] | None] = {
    "all": None,
    "basic-11": _BASIC_11,
    "paper-12": _PAPER_12,
    "brickformer-22": tuple(number for number in _PAPER_12 if number != "3008"),
    "support-11": _SUPPORT_11,
}


def load_parts(name: str = "all") -> Catalogue:
    """The parts of one of PART_SETS, or those that a file lists (`part_lists.py`), in the order of the table.

    name: a name, or a path that ends in .csv or .xml. Raises BadSetting for an unknown name, CannotRead for a file
    that can't be read, BadPartList for one that names no part, or parts that are not in the table.
    """
    if name in PART_SETS:
        return _named_set(name)
    if Path(name).suffix.lower() not in KINDS:
        known = ", ".join(PART_SETS)
        raise BadSetting(f"The part set {name} is unknown; use one of: {known}, or a {' or '.join(KINDS)} file.")
    listed = {line.part: part_numbered(line.part) for line in read_part_list(Path(name))}
    unknown = [number for number, part in listed.items() if part is None]
    if unknown:
        raise BadPartList(
            f"The part list {name} names parts that Brickprint does not know: {shortened(unknown)}; delete these lines."
        )
    wanted = frozenset(listed.values())
    return Catalogue(Path(name).stem, tuple(part for part in _table() if part in wanted))


@cache
def _named_set(name: str) -> Catalogue:
    numbers = PART_SETS[name]
    return Catalogue(name, tuple(part for part in _table() if numbers is None or part.ldraw in numbers))


def part_numbered(number: str) -> Part | None:
    """The part that LDraw, BrickLink, Rebrickable or LDD calls so, in this order; case is ignored."""
    return _by_number().get(number.lower())


@cache
def _by_number() -> dict[str, Part]:
    found: dict[str, Part] = {}
    for system in ("ldraw", "bricklink", "rebrickable", "ldd"):
        for part in _table():
            found.setdefault(getattr(part, system), part)
    return found


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
        cells=row["cells"],
        studs=row["studs"],
        tubes=row["tubes"],
        origin=row["origin"],
    )
