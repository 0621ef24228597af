"""Brick colours with their numbers in every catalogue, and palettes of them.

The facts are compiled from LDraw's LDConfig.ldr (names, RGB, LEGO numbers) and Rebrickable's downloads
(https://rebrickable.com/downloads: BrickLink and Rebrickable numbers, years).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from ..colour.spaces import linear_to_lab, srgb_to_linear

_TABLE = Path(__file__).with_name("colours.csv")


@dataclass(frozen=True)
class Colour:
    """One colour: LDraw's name and RGB, and its number for LDraw, LEGO, BrickLink and Rebrickable (-1: none)."""

    name: str  # as in LDraw, with blanks: "Light Bluish Grey"
    lego_name: str  # "Medium Stone Grey"
    hex: str  # "#969696"
    ldraw: int
    lego: int
    bricklink: int
    rebrickable: int
    first_year: int = 0  # years in which parts of this colour were made; 0: not known
    last_year: int = 0
    pick_a_brick: bool = False  # one of the 29 colours sold loose


@dataclass(frozen=True)
class Palette:
    """Colours to choose from; a palette row is an index into `colours`.

    warnings: what had to be guessed when it was read from a file.
    """

    name: str
    colours: tuple[Colour, ...]
    warnings: tuple[str, ...] = ()

    @cached_property
    def srgb(self) -> np.ndarray:
        """(C, 3) float64 encoded sRGB in 0..1."""
        digits = bytes.fromhex("".join(colour.hex.lstrip("#") for colour in self.colours))
        return np.frombuffer(digits, np.uint8).reshape(-1, 3) / 255.0

    @cached_property
    def linear(self) -> np.ndarray:
        """(C, 3) float64 linear RGB in 0..1."""
        return srgb_to_linear(self.srgb)

    @cached_property
    def lab(self) -> np.ndarray:
        """(C, 3) float64 CIE Lab."""
        return linear_to_lab(self.linear)

    @cached_property
    def ldraw_codes(self) -> np.ndarray:
        """(C,) int32: LDraw's number of every colour."""
        return np.array([colour.ldraw for colour in self.colours], np.int32)


@cache
def load_colours() -> tuple[Colour, ...]:
    """Every solid colour that parts were sold in, by LDraw number."""
    return read_colours(_TABLE)


def read_colours(table: Path) -> tuple[Colour, ...]:
    """The colours of one of the project's own tables."""
    with table.open(encoding="utf-8", newline="") as rows:
        return tuple(_colour(row) for row in csv.DictReader(rows))


def _colour(row: dict[str, str]) -> Colour:
    return Colour(
        name=row["name"],
        lego_name=row["lego_name"],
        hex=row["hex"],
        ldraw=int(row["ldraw"]),
        lego=int(row["lego"]),
        bricklink=int(row["bricklink"]),
        rebrickable=int(row["rebrickable"]),
        first_year=int(row["first_year"]),
        last_year=int(row["last_year"]),
        pick_a_brick=row["pick_a_brick"] == "yes",
    )
