"""Palettes of one's own: read from and written as .json, .csv and .gpl (GIMP's palettes).

Only brick colours come out of it, in the order of the table. A .gpl file knows no brick colours: each of its RGB values
becomes the brick colour of the same value, or else the nearest one, with a warning.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..catalogue.colours import Colour, Palette, load_colours
from ..errors import BadPalette, CannotRead
from ..text_files import read_text
from .names import ldraw_codes_of, nearest_to_hex

KINDS = (".json", ".csv", ".gpl")
# The columns that may name a colour in a .csv file; of several the first that is filled in counts.
_COLUMNS: dict[str, Callable[[Colour], str]] = {
    "ldraw": lambda colour: str(colour.ldraw),
    "name": lambda colour: colour.name,
    "hex": lambda colour: colour.hex,
    "lego": lambda colour: str(colour.lego),
    "bricklink": lambda colour: str(colour.bricklink),
    "rebrickable": lambda colour: str(colour.rebrickable),
}
_MOST_WARNINGS = 10  # of one kind; a palette of GIMP has hundreds of colours
_NUMBERS_OF_OTHERS = ("lego", "bricklink", "rebrickable")  # they mean other colours than LDraw's numbers


def read_palette(path: Path) -> Palette:
    """The palette in a .json, .csv or .gpl file.

    .json: a list of names, LDraw numbers or hex values, or an object with that list under "colours" and perhaps a
    "name". .csv: a heading with one or more of ldraw, name, hex, lego, bricklink, rebrickable. .gpl: as GIMP writes.
    Raises CannotRead for a file that is missing or damaged, BadPalette when it has no colours or unknown ones.
    """
    readers = {".json": _from_json, ".csv": _from_csv, ".gpl": _from_gpl}
    text = read_text(path, "palette file", readers)
    try:
        name, codes, warnings = readers[path.suffix.lower()](text)
    except BadPalette as error:
        raise BadPalette(f"The palette file {path}: {error}") from error
    except (_Damaged, csv.Error) as error:
        raise CannotRead(f"The palette file {path} is damaged: {error}") from error
    colours = tuple(colour for colour in load_colours() if colour.ldraw in codes)
    if not colours:
        raise BadPalette(f"The palette file {path} holds no colours; add at least one.")
    return Palette(name or path.stem, colours, warnings)


def palette_text(palette: Palette, kind: str) -> str:
    """The palette as a file of `kind`: ".json", ".csv" or ".gpl"; `read_palette` gives the same colours back."""
    writers = {".json": _to_json, ".csv": _to_csv, ".gpl": _to_gpl}
    if kind not in writers:
        raise BadPalette(f"A palette can't be written as {kind}; use one of: {', '.join(KINDS)}.")
    return writers[kind](palette)


class _Damaged(Exception):
    """The text does not have the form of its kind; the message says where."""


_Read = tuple[str, frozenset[int], tuple[str, ...]]


def _from_json(text: str) -> _Read:
    try:
        values: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise _Damaged(f"{error}; mend it in a text editor.") from error
    name = ""
    if isinstance(values, dict):
        name, values = str(values.get("name", "")), values.get("colours")
    if not isinstance(values, list) or not all(_names_a_colour(value) for value in values):
        raise _Damaged('it must be a list of colour names or numbers, or {"name": ..., "colours": [...]}.')
    return name, frozenset[int]().union(*(ldraw_codes_of(str(value)) for value in values)), ()


def _names_a_colour(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _to_json(palette: Palette) -> str:
    values = {"name": palette.name, "colours": [colour.name for colour in palette.colours]}
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _from_csv(text: str) -> _Read:
    table = csv.DictReader(text.splitlines())
    headings = {heading.strip().lower(): heading for heading in table.fieldnames or () if heading}
    columns = [column for column in _COLUMNS if column in headings]
    if text.strip() and not columns:
        raise _Damaged(f"its first line must be a heading with one of: {', '.join(_COLUMNS)}.")
    codes = frozenset[int]()
    for row in table:
        words = [(column, (row[headings[column]] or "").strip()) for column in columns]
        codes |= next((_csv_codes(column, word) for column, word in words if word), frozenset())
    return "", codes, ()


def _csv_codes(column: str, word: str) -> frozenset[int]:
    if column not in _NUMBERS_OF_OTHERS:
        return ldraw_codes_of(word)
    found = frozenset(colour.ldraw for colour in load_colours() if _COLUMNS[column](colour) == word != "-1")
    if not found and not re.fullmatch(r"-?\d+", word):
        return ldraw_codes_of(word)
    if not found:
        raise BadPalette(f"no solid colour has the number {word} in the column {column}; correct or delete it.")
    return found


def _to_csv(palette: Palette) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    table.writerows([value(colour) for value in _COLUMNS.values()] for colour in palette.colours)
    return text.getvalue()


def _from_gpl(text: str) -> _Read:
    lines = text.splitlines()
    if lines and lines[0].strip() != "GIMP Palette":
        raise _Damaged('its first line must be "GIMP Palette".')
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("Name:")), "")
    listed = list(_gpl_colours(lines[1:]))
    by_hex = {colour.hex.upper(): colour for colour in load_colours()}
    exact = frozenset(by_hex[hex_value].ldraw for hex_value, _ in listed if hex_value in by_hex)
    others = {hex_value: label for hex_value, label in listed if hex_value not in by_hex}
    found = nearest_to_hex(list(others))
    warnings = [
        f"No brick colour is {hex_value} ({label}); {colour.name} ({colour.hex}) is the nearest and stands for it."
        for (hex_value, label), colour in zip(others.items(), found, strict=True)
    ]
    if len(warnings) > _MOST_WARNINGS:
        more = len(warnings) - _MOST_WARNINGS
        warnings[_MOST_WARNINGS:] = [
            f"{more} more colours of the palette are no brick colours; the nearest were taken."
        ]
    return name, exact | {colour.ldraw for colour in found}, tuple(warnings)


def _gpl_colours(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Hex value and name of every colour."""
    for line in lines:
        if not line.strip() or line.startswith(("#", "Name:", "Columns:")):
            continue
        fields = re.fullmatch(r"\s*(\d+)\s+(\d+)\s+(\d+)\s*(.*?)\s*", line)
        rgb = [int(field) for field in fields.groups()[:3]] if fields else []
        if not fields or max(rgb) > 255:
            raise _Damaged(f"{line.strip()!r} is not three numbers from 0 to 255 and a name.")
        yield "#{:02X}{:02X}{:02X}".format(*rgb), fields[4] or "without a name"


def _to_gpl(palette: Palette) -> str:
    lines = ["GIMP Palette", f"Name: {palette.name}", "Columns: 0", "#"]
    for colour in palette.colours:
        red, green, blue = bytes.fromhex(colour.hex.lstrip("#"))
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{colour.name}")
    return "\n".join(lines) + "\n"
