"""A plan in colours that show what its plastic does not: how hard parts are pulled, what hangs together, and so on."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..catalogue.colours import Colour, Palette
from ..catalogue.parts import Catalogue
from ..errors import BadSetting
from ..layout import part_cells
from ..plan import Plan
from ..support.overhangs import Overhang, overhangs
from ..support.removal import is_support
from .energies import part_energies
from .links import stud_links
from .loads import near

Dress = tuple[np.ndarray, tuple[str, ...]]  # the shade of each part (N,), and the shades

_COLD_TO_HOT = ("#2C7BB6", "#7FB8D6", "#C7E4D9", "#FFFFBF", "#FDC37A", "#F0763F", "#C2161A")
_OVER = "#B000B0"  # more than the joint can bear
_EARLY_TO_LATE = ("#3B0F70", "#3E4989", "#26828E", "#35B779", "#B5DE2B", "#FDE725")
_MAIN = "#C8C8C8"  # the piece that stands
_APART = ("#E41A1C", "#377EB8", "#4DAF4A", "#984EA3", "#FF7F00", "#FFE11A", "#A65628", "#F781BF")
_YELLOW, _RED = "#FFD400", "#E0201B"  # what hangs over, and what holds it
_PALE = "#DADADA"  # parts that are not spoken of
_GOLDEN = 0.618034
_LIGHTNESS = (0.5, 0.68, 0.33)
_ENERGY = 2.0, 5.0  # between which the energy of most parts lies: only large ones have less
_OF_ROLE = (_MAIN, "#F4F4F4", "#C91A09", "#6B5A5A", "#1B2A34")  # by layout.Role


def shaded(plan: Plan, by: str) -> Plan:
    """The plan with colours that tell something of each part; by: one of SHADES.

    "colours" gives the plan itself. Raises BadSetting for another word, or for utilisation where it is not known.
    """
    if by not in SHADES:
        raise BadSetting(f"Bricks can't be shown by {by!r}; use one of: {', '.join(SHADES)}.")
    if by == "colours" or not len(plan.layout):
        return plan
    row, shades = _DRESSES[by](plan)
    colours = tuple(Colour(f"{by} {place}", "", shade, -1, -1, -1, -1) for place, shade in enumerate(shades))
    layout = plan.layout.copy()
    layout["colour"] = row
    return replace(plan, layout=layout, palette=Palette(by, colours))


def marked(plan: Plan, chosen: np.ndarray) -> Plan:
    """The plan with the chosen parts (N,) bool in red, and all others pale."""
    colours = tuple(Colour(name, "", shade, -1, -1, -1, -1) for name, shade in (("other", _PALE), ("chosen", _RED)))
    layout = plan.layout.copy()
    layout["colour"] = chosen
    return replace(plan, layout=layout, palette=Palette("marked", colours))


def _by_utilisation(plan: Plan) -> Dress:
    if plan.utilisation is None:
        raise BadSetting(f"How hard the parts of {plan.name} are pulled is not known; convert it again.")
    row = np.minimum(plan.utilisation, 1.0) * len(_COLD_TO_HOT)
    return row.astype(int), (*_COLD_TO_HOT, _OVER)


def _by_component(plan: Plan) -> Dress:
    return _in_turn(stud_links(plan.layout, plan.catalogue).component), (_MAIN, *_APART)


def _by_step(plan: Plan) -> Dress:
    return plan.layout["step"] * len(_EARLY_TO_LATE) // max(plan.steps, 1), _EARLY_TO_LATE


def _by_section(plan: Plan) -> Dress:
    return _in_turn(plan.layout["section"]), (_MAIN, *_APART)


def _by_role(plan: Plan) -> Dress:
    return plan.layout["role"], _OF_ROLE


def _by_overhang(plan: Plan) -> Dress:
    hanging = hanging_parts(plan.layout, plan.catalogue)
    return np.where(is_support(plan.layout), 2, hanging), (_MAIN, _YELLOW, _RED)


def _by_part(plan: Plan) -> Dress:
    return plan.layout["part"], _many_shades(len(plan.catalogue.parts))


def _many_shades(count: int) -> tuple[str, ...]:
    """Shades of which any few next to each other are far apart: hues by the golden section, lightness by turns."""
    places = range(count)
    rgb = [colorsys.hls_to_rgb(place * _GOLDEN % 1, _LIGHTNESS[place % len(_LIGHTNESS)], 0.7) for place in places]
    return tuple("#" + "".join(f"{round(255 * value):02X}" for value in shade) for shade in rgb)


def _by_energy(plan: Plan) -> Dress:
    low, high = _ENERGY
    share = (part_energies(plan.layout, plan.catalogue) - low) / (high - low)
    return np.clip(share * len(_COLD_TO_HOT), 0, len(_COLD_TO_HOT) - 1).astype(int), _COLD_TO_HOT


_DRESSES: dict[str, Callable[[Plan], Dress]] = {
    "utilisation": _by_utilisation,
    "components": _by_component,
    "steps": _by_step,
    "sections": _by_section,
    "roles": _by_role,
    "overhangs": _by_overhang,
    "parts": _by_part,
    "energy": _by_energy,
}
SHADES = ("colours", *_DRESSES)


def hanging_parts(layout: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N,) bool: parts of the model with cells in an overhang, be it a point, an edge or a face; supports hold none."""
    hanging = np.zeros(len(layout), bool)
    rows = np.flatnonzero(near(layout) & ~is_support(layout))
    row, (z, y, x) = part_cells(layout[rows], catalogue)
    if not len(row):
        return hanging
    levels, level = np.unique(np.append(z, layout["z"].min()), return_inverse=True)
    # Of layers that are empty one stays, so that what was moved far up takes no memory.
    z = np.cumsum(np.minimum(np.diff(levels, prepend=levels[0]), 2))[level.reshape(-1)[:-1]]
    y, x = y - y.min(), x - x.min()
    layers = np.zeros((z.max() + 1, y.max() + 1, x.max() + 1), bool)
    layers[z, y, x] = True
    hanging[rows[row[overhangs(layers).kind[z, y, x] != Overhang.NONE]]] = True
    return hanging


def weakest_rows(utilisation: np.ndarray, count: int) -> np.ndarray:
    """Up to `count` rows of the parts that are pulled hardest, of those that hang together with the ground."""
    order = np.argsort(-np.where(np.isfinite(utilisation), utilisation, -1), kind="stable")[:count]
    return order[np.isfinite(utilisation[order])]


def _in_turn(number: np.ndarray) -> np.ndarray:
    """0 stays, all others take turns."""
    return np.where(number > 0, (number - 1) % len(_APART) + 1, 0)
