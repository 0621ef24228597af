"""`make bench`: whether real models stand, in the end and after every step of building them, and on what supports.

Every model is converted with supports sought for each step, which certifies all prefixes anew for every round of them.
Rows that are not begun within the time for all of them are left out, and said so.
"""

from __future__ import annotations

import time

import numpy as np
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.support.removal import is_support
from table import MESHES, Row, measured, read

_MODELS = ("Spot", "Fox", "Duck", "StanfordBunny", "Suzanne", "FlightHelmet")  # the slowest last
_STUDS = (32, 64)
_SECONDS = 1500.0  # after which no more are begun


@measured("standing")
def standing() -> list[Row]:
    """Six models in two sizes."""
    rows, began = [], time.perf_counter()
    for name in _MODELS:
        for studs in _STUDS:
            what = f"{name}, {studs} studs: prefixes that stand"
            if not (MESHES / f"{name}.glb").exists():
                rows.append(Row(what, "", "", None, f"left out: no {name}.glb"))
            elif time.perf_counter() - began > _SECONDS:
                rows.append(Row(what, "all", "", None, f"left out: {_SECONDS:g} s are over"))
            else:
                rows.append(_row(what, name, studs))
    return rows


def _row(what: str, name: str, studs: int) -> Row:
    began = time.perf_counter()
    plan = Conversion(read(f"{name}.glb")).run(Settings(studs=studs, packer="fast", prove="steps"))
    seconds = time.perf_counter() - began
    structure, supports = plan.report["structure"], plan.report["supports"]
    steps, pieces, certified = structure["prefixes"], structure["components"], structure["certified"]
    grams = plan.catalogue.grams[plan.layout["part"]]
    mass = float(grams[is_support(plan.layout)].sum()), float(grams.sum())
    word = "certified" if certified else "not certified"
    details = (
        f"{len(plan.layout):,} parts, {pieces} connected, {word}; supports {mass[0]:.1f} g of {mass[1]:.0f} g "
        f"({mass[0] / mass[1]:.1%}), {int(np.count_nonzero(is_support(plan.layout)))} parts, "
        f"{sum(kept['parts'] for kept in supports['kept'])} must stay; {seconds:.0f} s"
    )
    good = pieces == 1 and certified and steps["standing"] == steps["total"]
    return Row(what, f"{steps['total']}", f"{steps['standing']}", good, details)
