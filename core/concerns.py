"""Warnings that speak of parts, and how these are found again in a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .plan import Plan


@dataclass(frozen=True)
class Concern:
    """A warning of the report, and the parts that it speaks of: rows (N,) of a layout."""

    text: str
    parts: np.ndarray


def places(concerns: Iterable[Concern]) -> dict[str, list[list[int]]]:
    """The report's key `places`: for each warning x, y, z (in cells, from 0) of the parts that it speaks of."""
    return {each.text: [[int(part[axis]) for axis in "xyz"] for part in each.parts] for each in concerns}


def parts_at(layout: np.ndarray, cells: Iterable[Any]) -> np.ndarray:
    """(N,) bool: the parts of a layout that lie in one of the `places` of a warning; those gone since are left out."""
    wanted = np.array(list(cells), np.int64).reshape(-1, 3)
    corners = np.stack([layout["x"], layout["y"], layout["z"]], axis=1).astype(np.int64)
    _, place = np.unique(np.concatenate([corners, wanted]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    return np.isin(place[: len(corners)], place[len(corners) :])


def never_made(plan: Plan) -> list[Concern]:
    """The parts that are not known to have been made in their colour; colours outside the table are left aside."""
    layout, colours = plan.layout, plan.palette.colours
    real = np.array([colour.ldraw >= 0 for colour in colours], bool)
    rows = layout[real[layout["colour"]] & ~plan.catalogue.made_in(plan.palette)[layout["part"], layout["colour"]]]
    if not len(rows):
        return []
    first = rows[0]
    name = f"{plan.catalogue.parts[first['part']].name} in {colours[first['colour']].name}"
    text = f"Parts that are not known to have been made in their colour: {len(rows)} (the first: {name})."
    return [Concern(text, rows)]
