"""Lists of parts in files: a part set, or what somebody owns.

.csv: a heading with Part and perhaps Color and Quantity, as Rebrickable writes and reads; Color is Rebrickable's number
or a name. .xml: a wanted list or an inventory of BrickLink, with its part and colour numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from ..errors import BadPartList, CannotRead
from ..text_files import read_text

KINDS = (".csv", ".xml")
_MOST_NAMED = 8


@dataclass(frozen=True)
class ListedPart:
    """One line of a list, as it is written.

    part: a number in any of the four systems; colour: "" for none, else a number of `system` or a name; quantity: None
    where none is given; place: where in the file it stands, in words.
    """

    part: str
    colour: str
    quantity: int | None
    place: str
    system: str  # of the colour's number: "rebrickable" | "bricklink"


def read_part_list(path: Path) -> tuple[ListedPart, ...]:
    """The lines of a .csv or .xml file that name a part.

    Raises CannotRead for a file that is missing or damaged, BadPartList when it names no part.
    """
    readers = {".csv": _from_csv, ".xml": _from_xml}
    text = read_text(path, "part list", readers)
    try:
        listed = readers[path.suffix.lower()](text)
    except (_Damaged, csv.Error, ElementTree.ParseError) as error:
        raise CannotRead(f"The part list {path} is damaged: {error}") from error
    if not listed:
        raise BadPartList(f"The part list {path} names no parts; add at least one.")
    return listed


def shortened(words: Sequence[str]) -> str:
    """The words by commas, the first few of them when they are many."""
    more = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


class _Damaged(Exception):
    """The text does not have the form of its kind; the message says where."""


def _from_csv(text: str) -> tuple[ListedPart, ...]:
    table = csv.DictReader(text.splitlines())
    headings = {heading.strip().lower(): heading for heading in table.fieldnames or () if heading}
    if text.strip() and "part" not in headings:
        raise _Damaged("its first line must be the heading Part,Color,Quantity.")
    listed = []
    for row in table:
        part, colour, quantity = (
            (row.get(headings.get(column, column)) or "").strip() for column in ("part", "color", "quantity")
        )
        if part or colour or quantity:
            listed.append(_listed(part, colour, quantity, f"line {table.line_num}", "rebrickable"))
    return tuple(listed)


def _from_xml(text: str) -> tuple[ListedPart, ...]:
    # A list has no document type; with one, a short file could unfold to gigabytes.
    if "<!DOCTYPE" in text:
        raise _Damaged("it has a document type, which no list of BrickLink has; delete it.")
    root = ElementTree.fromstring(text)
    if root.tag != "INVENTORY":
        raise _Damaged(f"it is a list of {root.tag}, not an INVENTORY of BrickLink.")
    listed = []
    for number, item in enumerate(root.iter("ITEM"), start=1):
        values = {inner.tag: (inner.text or "").strip() for inner in item}
        if values.get("ITEMTYPE") == "P":
            quantity = values.get("QTY") or values.get("MINQTY", "")
            place = f"item {number}"
            listed.append(_listed(values.get("ITEMID", ""), values.get("COLOR", ""), quantity, place, "bricklink"))
    return tuple(listed)


def _listed(part: str, colour: str, quantity: str, place: str, system: str) -> ListedPart:
    if not part:
        raise _Damaged(f"{place} names no part.")
    if quantity and not re.fullmatch("[0-9]{1,9}", quantity):
        raise _Damaged(f"the quantity in {place} is {quantity[:20]!r}; write a whole number of at most nine digits.")
    return ListedPart(part, colour, int(quantity) if quantity else None, place, system)
