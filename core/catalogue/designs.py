"""How LEGO Digital Designer lays its designs, where that is not the rule.

`designs.csv` has the exceptions, compiled from the part mapping that LDD's converters share (ldraw.xml).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..units import LDU_PER_STUD

_TABLE = Path(__file__).with_name("designs.csv")


class DesignOrigin(NamedTuple):
    """Where LDD's origin lies, in LDraw units along x, y and up from the lowest corner.

    turn: quarter turns of LDD's design against LDraw's part.
    """

    x: int
    y: int
    up: int
    turn: int


USUAL = DesignOrigin(LDU_PER_STUD // 2, LDU_PER_STUD // 2, 0, 0)  # under the middle of the first stud


def design_origin(ldraw: str) -> DesignOrigin:
    """The origin of the part that LDraw calls so."""
    return _exceptions().get(ldraw, USUAL)


@cache
def _exceptions() -> dict[str, DesignOrigin]:
    with _TABLE.open(encoding="utf-8", newline="") as table:
        return {row["ldraw"]: _origin(row) for row in csv.DictReader(table)}


def _origin(row: dict[str, str]) -> DesignOrigin:
    x, y, up = map(int, row["origin"].split())
    return DesignOrigin(x, y, up, int(row["turn"]))
