"""Which colours a model may be built from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..catalogue.colours import Colour, Palette, load_colours
from ..catalogue.parts import Catalogue
from ..errors import BadPalette
from ..units import PLATES_PER_BRICK
from .names import ldraw_codes_of
from .palette_files import KINDS, read_palette

# Which colours of the table a palette holds. The table has solid colours only: nothing transparent, metallic or pearl.
# solid-67 is called after the count of the source that coined it; by the years of Rebrickable's data, in which a colour
# counts as sold as long as new parts came out in it, 45 are left.
PALETTES: dict[str, Callable[[Colour], bool]] = {
    "solid": lambda colour: True,
    "solid-67": lambda colour: colour.last_year >= 2018,
    "pick-a-brick-29": lambda colour: colour.pick_a_brick,
}
_WORDS = {PLATES_PER_BRICK: "brick", 1: "plate"}


def load_palette(
    name: str, without: Iterable[str] = (), usable: frozenset[int] | None = None, include: Iterable[str] = ()
) -> Palette:
    """The colours of one of PALETTES or of a palette file, and those named in `include`, less those in `without`.

    name: a name, or a path that ends in .json, .csv or .gpl. without, include: words of `ldraw_codes_of`; what stands
    in both is left out. usable: LDraw numbers to keep to. The colours come in the order of the table.
    Raises BadPalette when a name is unknown or no colour is left, CannotRead for a file that can't be read.
    """
    if Path(name).suffix.lower() in KINDS:
        palette = read_palette(Path(name))
    elif name in PALETTES:
        palette = Palette(name, tuple(filter(PALETTES[name], load_colours())))
    else:
        known = ", ".join(PALETTES)
        raise BadPalette(f"The palette {name} is unknown; use one of: {known}, or a .json, .csv or .gpl file.")
    palette = without_colours(with_colours(palette, include), without)
    colours = tuple(colour for colour in palette.colours if usable is None or colour.ldraw in usable)
    if not colours:
        raise BadPalette(f"No colour of the palette {name} is left; exclude fewer colours.")
    return replace(palette, colours=colours)


def with_colours(palette: Palette, words: Iterable[str]) -> Palette:
    """The palette and the colours that `words` name, in the order of the table. Raises BadPalette for unknown words."""
    return _of_codes(palette, {colour.ldraw for colour in palette.colours} | _codes(words))


def without_colours(palette: Palette, words: Iterable[str]) -> Palette:
    """The palette less the colours that `words` name; it may become empty. Raises BadPalette for unknown words."""
    return _of_codes(palette, {colour.ldraw for colour in palette.colours} - _codes(words))


def _codes(words: Iterable[str]) -> frozenset[int]:
    return frozenset[int]().union(*map(ldraw_codes_of, words))


def _of_codes(palette: Palette, codes: Iterable[int]) -> Palette:
    codes = frozenset(codes)
    return replace(palette, colours=tuple(colour for colour in load_colours() if colour.ldraw in codes))


def usable_palette(palette: Palette, catalogue: Catalogue, heights: Iterable[int]) -> Palette:
    """The colours in which a 1x1 part of each height (3: brick, 1: plate) was made, so that any cell can be covered.

    Raises BadPalette when there is none.
    """
    made = catalogue.made_in(palette)
    singles = {height: made[list(catalogue.singles(height))].any(axis=0) for height in heights}
    keep = np.ones(len(palette.colours), bool)
    for single in singles.values():
        keep &= single
    colours = tuple(colour for colour, kept in zip(palette.colours, keep, strict=True) if kept)
    if not colours:
        lacking = [f"1x1 {_WORDS[height]}" for height, single in singles.items() if not single.any()]
        what = " and no ".join(lacking) or "1x1 brick and plate together"
        raise BadPalette(
            f"The part set {catalogue.name} has no {what} in any colour of the palette {palette.name}; "
            "choose a part set that has, another palette or --detail, or exclude fewer colours."
        )
    return replace(palette, colours=colours)
