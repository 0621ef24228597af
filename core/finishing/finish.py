"""Slopes and tiles on a packed, connected layout."""

from __future__ import annotations

import numpy as np

from ..catalogue.parts import Catalogue
from ..grid import Grid
from ..packing.hidden import colour_hidden
from ..progress import SILENT, Progress
from ..slicing.closing import Closed
from .exchanging import exchanged
from .slopes import slope_places
from .solids import mesh_shell
from .tiles import tile_places


def finish(
    layout: np.ndarray,
    grid: Grid,
    closed: Closed,
    catalogue: Catalogue,
    made: np.ndarray,
    slopes: bool,
    tiles: bool,
    progress: Progress = SILENT,
    stock: np.ndarray | None = None,
) -> np.ndarray:
    """The layout with slopes where the mesh slants as they do, and tiles on flat tops; raises Cancelled.

    layout: of parts that build `grid` (which has colours), all coloured; closed: the mesh, Sliced.closed; made (P, C)
    bool; stock (P, C): how many of each part are owned, of which `layout` takes no more, nor does the result. Every
    filled cell stays under exactly one part; slopes may also cover cells that were empty. What hung together still
    does, and visible units keep their colour.
    """
    progress.at(0.0, "Looking at the surface")
    mesh = mesh_shell(closed, grid.filled)
    if slopes:
        progress.at(0.6, "Laying slopes")
        layout = exchanged(layout, slope_places(layout, grid, mesh, catalogue, made), grid, catalogue, made, stock)
    if tiles:
        progress.at(0.8, "Laying tiles")
        layout = exchanged(layout, tile_places(layout, grid, mesh, catalogue, made), grid, catalogue, made, stock)
    return colour_hidden(layout, catalogue, made)
