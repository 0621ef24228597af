"""A plan in colours that show what its plastic does not: how hard parts are pulled, what hangs together, and so on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..catalogue.colours import Colour, Palette
from ..errors import BadSetting
from ..plan import Plan
from .links import stud_links

SHADES = ("colours", "utilisation", "components", "steps", "sections", "roles")

_COLD_TO_HOT = ("#2C7BB6", "#7FB8D6", "#C7E4D9", "#FFFFBF", "#FDC37A", "#F0763F", "#C2161A")
_OVER = "#B000B0"  # more than the joint can bear
_EARLY_TO_LATE = ("#3B0F70", "#3E4989", "#26828E", "#35B779", "#B5DE2B", "#FDE725")
_MAIN = "#C8C8C8"  # the piece that stands
_APART = ("#E41A1C", "#377EB8", "#4DAF4A", "#984EA3", "#FF7F00", "#FFE11A", "#A65628", "#F781BF")
_OF_ROLE = (_MAIN, "#F4F4F4", "#C91A09", "#6B5A5A")  # by layout.Role


def shaded(plan: Plan, by: str) -> Plan:
    """The plan with colours that tell something of each part; by: one of SHADES.

    "colours" gives the plan itself. Raises BadSetting for another word, or for utilisation where it is not known.
    """
    if by == "colours" or not len(plan.layout):
        return plan
    if by == "utilisation":
        if plan.utilisation is None:
            raise BadSetting(f"How hard the parts of {plan.name} are pulled is not known; convert it again.")
        row = np.minimum(plan.utilisation, 1.0) * len(_COLD_TO_HOT)
        return _dressed(plan, row.astype(int), by, (*_COLD_TO_HOT, _OVER))
    if by == "components":
        component = stud_links(plan.layout, plan.catalogue).component
        return _dressed(plan, _in_turn(component), by, (_MAIN, *_APART))
    if by == "steps":
        row = plan.layout["step"] * len(_EARLY_TO_LATE) // max(plan.steps, 1)
        return _dressed(plan, row, by, _EARLY_TO_LATE)
    if by == "sections":
        return _dressed(plan, _in_turn(plan.layout["section"]), by, (_MAIN, *_APART))
    if by == "roles":
        return _dressed(plan, plan.layout["role"], by, _OF_ROLE)
    raise BadSetting(f"Bricks can't be shown by {by!r}; use one of: {', '.join(SHADES)}.")


def weakest_rows(utilisation: np.ndarray, count: int) -> np.ndarray:
    """Up to `count` rows of the parts that are pulled hardest, of those that hang together with the ground."""
    order = np.argsort(-np.where(np.isfinite(utilisation), utilisation, -1), kind="stable")[:count]
    return order[np.isfinite(utilisation[order])]


def _in_turn(number: np.ndarray) -> np.ndarray:
    """0 stays, all others take turns."""
    return np.where(number > 0, (number - 1) % len(_APART) + 1, 0)


def _dressed(plan: Plan, row: np.ndarray, by: str, hexes: tuple[str, ...]) -> Plan:
    colours = tuple(Colour(f"{by} {place}", "", shade, -1, -1, -1, -1) for place, shade in enumerate(hexes))
    layout = plan.layout.copy()
    layout["colour"] = row
    return replace(plan, layout=layout, palette=Palette(by, colours))
