"""Colours of a palette, one by one: which are used, and what to write so that one more or less is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..catalogue.colours import Colour, load_colours
from .names import ldraw_codes_of
from .palettes import load_palette


@dataclass(frozen=True)
class Swatch:
    """A colour that could be chosen. own: whether it is the palette's by itself; used: as the palette now is."""

    colour: Colour
    own: bool
    used: bool


def swatches(palette: str, without: Iterable[str] = (), include: Iterable[str] = ()) -> tuple[Swatch, ...]:
    """Every colour of the table, beside a palette, the colours left out of it, and those added; in the table's order.

    Raises BadPalette for unknown words, CannotRead for a palette file that can't be read.
    """
    own = {colour.ldraw for colour in load_palette(palette).colours}
    used = (own | _codes(include)) - _codes(without)
    return tuple(Swatch(colour, colour.ldraw in own, colour.ldraw in used) for colour in load_colours())


def toggled(
    palette: str, without: Iterable[str], include: Iterable[str], ldraw: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`without` and `include` after one colour, by its LDraw number, changed between used and not used.

    Raises BadPalette for unknown words, CannotRead for a palette file that can't be read.
    """
    swatch = next(each for each in swatches(palette, without, include) if each.colour.ldraw == ldraw)
    without, include = _less(without, ldraw), _less(include, ldraw)
    if swatch.used and swatch.own:
        without = (*without, swatch.colour.name)
    elif not swatch.used and not swatch.own:
        include = (*include, swatch.colour.name)
    return without, include


def _codes(words: Iterable[str]) -> frozenset[int]:
    return frozenset[int]().union(*map(ldraw_codes_of, words))


def _less(words: Iterable[str], ldraw: int) -> tuple[str, ...]:
    return tuple(word for word in words if ldraw not in ldraw_codes_of(word))
