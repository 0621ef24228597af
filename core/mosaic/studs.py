"""Which studs there are to build a mosaic from: their colours, and how many of each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..catalogue.colours import Palette
from ..catalogue.part_lists import shortened
from ..catalogue.parts import Part, part_numbered
from ..catalogue.stock import load_stock
from ..colour.names import ldraw_codes_of, nearest_to_hex
from ..colour.palettes import load_palette
from ..errors import BadPalette, BadPartList, CannotRead, OutOfStock
from ..text_files import read_text
from .sets import find_set, mosaic_colours, stud_palettes
from .settings import DITHERERS, PIECES, VARIABLE, MosaicSettings

UNCOUNTED = 99_999  # of each colour, where nobody counts them


@dataclass(frozen=True)
class Studs:
    """palette: the colours; counts (C,) int64: how many studs of each there are; limited: whether to keep to these.

    part: what a stud is, made in all of the colours.
    """

    part: Part
    palette: Palette
    counts: np.ndarray
    limited: bool
    warnings: tuple[str, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether anybody counted them."""
        return bool((self.counts < UNCOUNTED).any())


def chosen_studs(settings: MosaicSettings) -> Studs:
    """The studs of the settings' sets and stock, or else the colours of their palette, in which the piece was made.

    Raises BadSetting (an unknown set), BadPalette, BadPartList, CannotRead.
    """
    part = part_numbered(PIECES[settings.piece])
    assert part is not None
    barred = _codes(settings.without)
    if not settings.set and not settings.stock and settings.palette in stud_palettes():
        codes = stud_palettes()[settings.palette] | _codes(settings.include)
        return _studs_of(settings.palette, dict.fromkeys(codes - barred, UNCOUNTED), part, False, ())
    if not settings.set and not settings.stock:
        palette = load_palette(settings.palette, settings.without, part.ldraw_colours, settings.include)
        counts = np.full(len(palette.colours), UNCOUNTED, np.int64)
        return Studs(part, palette, counts, False, palette.warnings)
    owned, warnings = Counter[int](), list[str]()
    for word in settings.set:
        owned.update(find_set(word).counts)
    if settings.stock:
        added, told = _owned(settings.stock, part)
        owned.update(added)
        warnings += told
    for code in _codes(settings.include):
        owned[code] = owned[code] or UNCOUNTED
    limited = not (settings.unlimited or settings.method in DITHERERS or settings.piece in VARIABLE)
    if not limited and not settings.unlimited:
        what = settings.method if settings.method in DITHERERS else settings.piece
        warnings.append(f"{what} can't keep to a stock: only its colours were used, not its numbers of studs.")
    name = " + ".join([*settings.set, *filter(None, [Path(settings.stock).stem])])
    there = {code: count for code, count in owned.items() if code not in barred}
    return _studs_of(name, there, part, limited, tuple(warnings))


def _codes(words: Iterable[str]) -> frozenset[int]:
    return frozenset[int]().union(*map(ldraw_codes_of, words))


def _studs_of(name: str, owned: Mapping[int, int], part: Part, limited: bool, warnings: tuple[str, ...]) -> Studs:
    """The studs of these LDraw colours. Raises BadPalette where there are none."""
    colours = tuple(each for each in mosaic_colours() if owned.get(each.ldraw, 0) > 0)
    if not colours:
        raise BadPalette("No colour is left of the studs that are owned; exclude fewer colours.")
    counts = np.array([owned[each.ldraw] for each in colours], np.int64)
    # Whatever lies in a set was made, though the table of solid colours may not know it.
    part = replace(part, ldraw_colours=part.ldraw_colours | {each.ldraw for each in colours})
    return Studs(part, Palette(name, colours), counts, limited, warnings)


def require_studs(studs: Studs, needed: int) -> None:
    """Raises OutOfStock, which says what there is, where there are fewer studs than the mosaic has."""
    there = int(studs.counts.sum())
    if not studs.limited or there >= needed:
        return
    held = shortened(
        [f"{count:,} {each.name}" for count, each in zip(studs.counts, studs.palette.colours, strict=True)]
    )
    raise OutOfStock(
        f"The mosaic takes {needed:,} studs, and {studs.palette.name} has {there:,} ({held}); {needed - there:,} are "
        "missing. Choose a smaller size, add another set, or take unlimited studs to see which to buy."
    )


def _owned(stock: str, part: Part) -> tuple[Mapping[int, int], tuple[str, ...]]:
    """How many of a part are owned, by LDraw colour; and warnings."""
    path = Path(stock)
    if path.suffix.lower() == ".json":
        return stud_map(path)
    listed = load_stock(path)
    found = {code: count for (number, code), count in listed.owned.items() if number == part.ldraw and count}
    if not found:
        raise BadPartList(f"The stock {path} has no {part.name} ({part.ldraw}); choose another piece, or add some.")
    return found, listed.warnings


def stud_map(path: Path) -> tuple[Mapping[int, int], tuple[str, ...]]:
    """The studs of a .json file with a studMap {colour as #RRGGBB or a name: count}, by LDraw colour; and warnings.

    Colours that are not known are left out and named; of none there are more than UNCOUNTED. Raises CannotRead,
    BadPartList for one without studs, or with fewer than none.
    """
    try:
        values = json.loads(read_text(path, "stud map", (".json",)))
        entries = values["studMap"].items()
        counts = {str(word): int(count) for word, count in entries}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CannotRead(
            f'The stud map {path} is damaged: it must hold {{"studMap": {{"#RRGGBB": count}}}}.'
        ) from error
    if below := [word for word, count in counts.items() if count < 0]:
        raise BadPartList(f"The stud map {path} has fewer than no studs of: {shortened(below)}; write 0 or more.")
    found, unknown, guessed = Counter[int](), list[str](), list[str]()
    for word, count in counts.items():
        code, exact = _code_of(word)
        if code is None:
            unknown.append(word)
        elif count:
            found[code] += count
            guessed += [] if exact else [word]
    above = [each.name for each in mosaic_colours() if found[each.ldraw] > UNCOUNTED]
    found = Counter({code: min(count, UNCOUNTED) for code, count in found.items()})
    if not found:
        raise BadPartList(f"The stud map {path} has no stud of a colour that is known; add some.")
    told = {
        "are not known and are left out": unknown,
        "are no brick colours; the nearest were taken": guessed,
        f"have more than {UNCOUNTED:,} studs, which count as so many": above,
    }
    return found, tuple(
        f"Colours of the stud map {path.name} that {what}: {shortened(words)}." for what, words in told.items() if words
    )


def stud_map_text(palette: Palette, counts: np.ndarray) -> str:
    """Studs by colour (C,) as a .json text that `stud_map` reads, in the form of Lego Art Remix."""
    shown = dict(zip((each.hex.lower() for each in palette.colours), counts.tolist(), strict=True))
    present = {colour: count for colour, count in shown.items() if count}
    return json.dumps({"studMap": present, "sortedStuds": list(present)}, indent=2) + "\n"


def _code_of(word: str) -> tuple[int | None, bool]:
    """LDraw's number of the colour that a hex value or a name means, None for none; and whether it is just that."""
    for each in mosaic_colours():
        if word.lower() in (each.hex.lower(), each.name.lower()):
            return each.ldraw, True
    try:
        return min(ldraw_codes_of(word)), True
    except BadPalette:
        hexadecimal = re.fullmatch("#[0-9a-f]{6}", word.lower())
        return (nearest_to_hex([word])[0].ldraw, False) if hexadecimal else (None, False)
