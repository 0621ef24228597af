"""What a packer is given: the cells, the parts, and how long it may take. All packers have the same signature.

    pack_...(task: PackingTask, progress: Progress = SILENT) -> layout (LAYOUT_DTYPE)

The layout covers every filled cell once; a part over hidden cells only has the colour HIDDEN. `packers.py` has them
by name, each giving a `Packed`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import numpy as np

from ..catalogue.parts import Catalogue
from ..errors import BadSetting
from ..grid import Grid
from ..layout import LAYOUT_DTYPE
from ..units import PLATES_PER_BRICK
from .covering import Covered
from .placements import all_placements, shapes_of
from .tolerance import Tolerance


@dataclass(frozen=True)
class PackingTask:
    """A grid, the parts it is built from, and what limits the work.

    made (P, C) bool: part made in palette colour. tolerance: how wrong a part's colour may be. seed: start value of
    every random choice. deadline: seconds after which a packer that improves its layout returns the best it has. stock
    (P, C) int: how many of each part are owned in each colour, which `stocking.py` keeps to; None is no limit. covers:
    of pieces that `best.py` has solved, by what tells them apart; it adds its own, and solves none twice.
    """

    grid: Grid
    catalogue: Catalogue
    made: np.ndarray
    seed: int = 0
    deadline: float = 60.0
    tolerance: Tolerance | None = None
    stock: np.ndarray | None = None
    covers: dict[Hashable, Covered] = field(default_factory=dict)


@dataclass(frozen=True)
class Packed:
    """A layout, and the least number of parts that any of the same cells can have; None where nothing is proved."""

    layout: np.ndarray
    lower_bound: int | None = None


@dataclass(frozen=True)
class Layer:
    """Cells that begin at one height and are built from parts of one height.

    z: lowest plate; plates: 3 for bricks, 1 for plates; cells (Y, X) bool; code (Y, X): 0 on hidden cells, else
    palette row + 1; placements (N,) PLACEMENT_DTYPE: every way a part can lie in it.
    """

    z: int
    plates: int
    cells: np.ndarray
    code: np.ndarray
    placements: np.ndarray


def layers_of(task: PackingTask) -> Iterator[Layer]:
    """The layers that have cells, from the ground up. Raises BadSetting when the parts can't fill one."""
    grid = task.grid
    code_type = np.uint8 if task.made.shape[1] < np.iinfo(np.uint8).max else np.uint16
    sources = []
    for plates, cells in ((PLATES_PER_BRICK, grid.brick_cells), (1, grid.plate_cells)):
        used = np.flatnonzero(cells.any(axis=(1, 2)))
        if len(used):
            code = np.zeros(cells.shape, code_type)
            z, y, x = grid.surface.seen.T
            here = cells[z // plates, y, x]
            code[z[here] // plates, y[here], x[here]] = grid.colour[here] + 1  # type: ignore[index]
            shapes = shapes_of(task.catalogue, plates)
            placements = all_placements(cells[used], code[used], shapes, task.made, task.tolerance)
            sources += [(layer * plates, plates, cells[layer], code[layer], placements) for layer in used]
    # The placements of one height come in the order of their layers, so each is fetched as its turn comes.
    for z, plates, cells, code, placements in sorted(sources, key=lambda source: source[:2]):
        yield Layer(z, plates, cells, code, next(placements))


def laid(chosen: np.ndarray, z: int | np.ndarray) -> np.ndarray:
    """Layout rows of the chosen placements (N,) of a layer whose lowest plate is `z`, or of several (N,)."""
    rows = np.zeros(len(chosen), LAYOUT_DTYPE)
    for name in ("part", "turn", "x", "y", "colour"):
        rows[name] = chosen[name]
    rows["z"] = z
    return rows


def require_cover(covered: int, layer: Layer, catalogue: Catalogue) -> None:
    """Raises BadSetting when fewer cells are covered than the layer has."""
    if covered < np.count_nonzero(layer.cells):
        raise BadSetting(
            f"The parts of '{catalogue.name}' cannot fill the layer at plate {layer.z}: some cells fit none of them in "
            "their colour; choose a part set with 1 x 1 parts."
        )
