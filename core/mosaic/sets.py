"""The studs that sets of mosaics hold.

`sets.csv` has how many single studs of each LDraw colour lie in each set, as Lego Art Remix lists them; `pearls.csv`
the colours of these sets that are not solid, in the columns of `catalogue/colours.csv`; `palettes.csv` the LDraw
colours in which Lego Art Remix knows 1x1 round plates (studs) and round tiles, and of the plates that are sold loose.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..catalogue.colours import Colour, load_colours, read_colours
from ..errors import BadSetting

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class MosaicSet:
    """number: as on the box; counts: studs by LDraw colour."""

    number: str
    name: str
    counts: dict[int, int]

    @property
    def total(self) -> int:
        """How many studs it holds."""
        return sum(self.counts.values())


@cache
def mosaic_sets() -> tuple[MosaicSet, ...]:
    """Every set that is known, by number."""
    found: dict[tuple[str, str], Counter[int]] = {}
    with (_FOLDER / "sets.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            found.setdefault((row["number"], row["name"]), Counter())[int(row["ldraw"])] += int(row["count"])
    return tuple(MosaicSet(*key, dict(counts)) for key, counts in found.items())


@cache
def mosaic_colours() -> tuple[Colour, ...]:
    """The solid colours, and behind them the pearl ones that sets of mosaics hold."""
    return (*load_colours(), *read_colours(_FOLDER / "pearls.csv"))


@cache
def stud_palettes() -> dict[str, frozenset[int]]:
    """LDraw colours of the palettes that only mosaics have, by name."""
    with (_FOLDER / "palettes.csv").open(encoding="utf-8", newline="") as table:
        return {row["name"]: frozenset(map(int, row["ldraw"].split())) for row in csv.DictReader(table)}


def find_set(word: str) -> MosaicSet:
    """The set of a number, or of a name or the beginning of one; case, blanks and dashes do not matter.

    Raises BadSetting, with those there are, where none or several fit.
    """
    key = _key(word)
    exact = [each for each in mosaic_sets() if key in (_key(each.number), _key(each.name))]
    begins = [each for each in mosaic_sets() if _key(each.number).startswith(key) or _key(each.name).startswith(key)]
    found = exact or (begins if key else [])
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{each.number} ({each.name})" for each in found or mosaic_sets())
    what = "may be several sets" if found else "is no set that is known"
    raise BadSetting(f"--set {word} {what}; use one of: {known}.")


def _key(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())
