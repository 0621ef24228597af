"""Which colours a model may be built from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable

import numpy as np

from ..catalogue.colours import Colour, Palette, load_colours
from ..catalogue.parts import Catalogue
from ..errors import BadPalette

# Which colours of the table a palette holds.
PALETTES: dict[str, Callable[[Colour], bool]] = {
    "solid": lambda colour: True,
    "pick-a-brick-29": lambda colour: colour.pick_a_brick,
}


def load_palette(name: str, without: Iterable[str] = (), usable: frozenset[int] | None = None) -> Palette:
    """The colours of one of PALETTES, less those named in `without`.

    without: LDraw names, LEGO names (where no LDraw name is the same), LDraw numbers or hex values; case, blanks,
    underscores and the spelling of grey don't matter. usable: LDraw numbers to keep to.
    Raises BadPalette when a name is unknown or no colour is left.
    """
    if name not in PALETTES:
        raise BadPalette(f"The palette {name} is unknown; use one of: {', '.join(PALETTES)}.")
    dropped = frozenset[int]().union(*(ldraw_codes_of(word) for word in without))
    colours = tuple(
        colour
        for colour in load_colours()
        if PALETTES[name](colour) and colour.ldraw not in dropped and (usable is None or colour.ldraw in usable)
    )
    if not colours:
        raise BadPalette(f"No colour of the palette {name} is left; exclude fewer colours.")
    return Palette(name, colours)


def usable_palette(palette: Palette, catalogue: Catalogue, heights: Iterable[int]) -> Palette:
    """The colours in which a 1x1 part of each height (3: brick, 1: plate) was made, so that any cell can be covered.

    Raises BadPalette when there is none.
    """
    single = (catalogue.sizes[:, :2] == 1).all(axis=1)
    made = catalogue.made_in(palette)
    keep = np.ones(len(palette.colours), bool)
    for height in heights:
        keep &= made[single & (catalogue.sizes[:, 2] == height)].any(axis=0)
    colours = tuple(colour for colour, kept in zip(palette.colours, keep, strict=True) if kept)
    if not colours:
        raise BadPalette(
            f"The part set {catalogue.name} has no 1x1 part in any colour of the palette {palette.name}; "
            "choose another palette, or exclude fewer colours."
        )
    return Palette(palette.name, colours)


def ldraw_codes_of(word: str) -> frozenset[int]:
    """The LDraw numbers of the colours that `word` names (several where two share an RGB value).

    Raises BadPalette, with names that come near, when there is none.
    """
    colours = load_colours()
    key = _key(word)
    ways: tuple[Callable[[Colour], str], ...] = (
        lambda colour: str(colour.ldraw),
        lambda colour: _key(colour.hex),
        lambda colour: _key(colour.name),
        lambda colour: _key(colour.lego_name),
    )
    for spelt in ways:
        found = frozenset(colour.ldraw for colour in colours if spelt(colour) == key)
        if found:
            return found
    names = {_key(name): name for colour in colours for name in (colour.lego_name, colour.name)}
    near = [names[match] for match in difflib.get_close_matches(key, names, n=3, cutoff=0.6)]
    hint = f"did you mean {' or '.join(near)}?" if near else "use an LDraw or LEGO name, a number or #RRGGBB."
    raise BadPalette(f"There is no colour {word!r}; {hint}")


def _key(word: str) -> str:
    return re.sub(r"[\s_#-]+", "", word).lower().replace("gray", "grey")
