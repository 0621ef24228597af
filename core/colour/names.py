"""Which brick colour a word means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

import numpy as np

from ..catalogue.colours import Colour, Palette, load_colours
from ..errors import BadPalette
from .differences import nearest_colours
from .spaces import srgb_to_linear


def ldraw_codes_of(word: str) -> frozenset[int]:
    """The LDraw numbers of the colours that `word` names (several where two share an RGB value).

    word: an LDraw number, hex value, LDraw name or LEGO name, looked for in this order; case, blanks, underscores and
    the spelling of grey don't matter. Raises BadPalette, with colours that come near, when there is none.
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
    raise BadPalette(f"There is no colour {word!r}; {_hint(key)}")


def nearest_to_hex(hex_values: list[str]) -> list[Colour]:
    """The brick colour nearest to each #RRGGBB, by CIEDE2000."""
    colours = load_colours()
    digits = bytes.fromhex("".join(hex_values).replace("#", ""))
    linear = srgb_to_linear(np.frombuffer(digits, np.uint8).reshape(-1, 3) / 255)
    rows, _ = nearest_colours(linear, Palette("", colours).linear)
    return [colours[row] for row in rows]


def _hint(key: str) -> str:
    if re.fullmatch("[0-9a-f]{6}", key):
        near = nearest_to_hex([key])[0]
        return f"the nearest is {near.name} ({near.hex})."
    names = {_key(name): name for colour in load_colours() for name in (colour.lego_name, colour.name)}
    matches = [names[match] for match in difflib.get_close_matches(key, names, n=3, cutoff=0.6)]
    return f"did you mean {' or '.join(matches)}?" if matches else "use an LDraw or LEGO name, a number or #RRGGBB."


def _key(word: str) -> str:
    return re.sub(r"[\s_#-]+", "", word).lower().replace("gray", "grey")
