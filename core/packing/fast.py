"""Greedy packing, a layer at a time from the ground up, all placements of a layer weighed at once.

The score of a placement grows with its area and with the number of different parts below that it ties together;
its long side follows x and y in turn. Accepting every placement that is best in all of its cells, dropping what it
overlaps, and repeating gives what taking them one by one in the order of their scores would give.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..catalogue.parts import Catalogue
from ..errors import BadSetting
from ..grid import Grid
from ..layout import LAYOUT_DTYPE
from ..progress import SILENT, Progress
from ..units import PLATES_PER_BRICK
from .choosing import best_apart, cells_of, covers
from .placements import HIDDEN, all_placements, shapes_of
from .tower import NOBODY, Tower

# What connection is worth, in cells of area: tying a loose part below to one that stands, and holding cells that hang
# over nothing from cells that stand. Chosen by parts and loose parts on hollow balls and textured models.
_TIED = 16
_HELD = 3


def pack_fast(
    grid: Grid, catalogue: Catalogue, made: np.ndarray, seed: int = 0, progress: Progress = SILENT
) -> np.ndarray:
    """A layout (LAYOUT_DTYPE) that covers every filled cell of `grid` once.

    made (P, C) bool: part made in palette colour; a part over hidden cells only gets colour HIDDEN.
    Raises BadSetting when the parts can't fill the model, Cancelled.
    """
    rng = np.random.default_rng(seed)
    tower = Tower(grid.shape)
    laid = [np.zeros(0, LAYOUT_DTYPE)]
    for z, plates, cells, candidates in _layers(grid, catalogue, made):
        ranked = candidates[_ranking(_scores(candidates, tower, z, plates), rng)]
        chosen = best_apart(ranked, (cells.shape[0], cells.shape[1]))
        owner, cell = cells_of(chosen, cells.shape[1])
        if len(cell) < np.count_nonzero(cells):
            raise BadSetting(
                f"The parts of '{catalogue.name}' cannot fill layer {z + 1}: some cells fit none of them in their "
                "colour; choose a part set with 1 x 1 parts."
            )
        tower.lay(z, plates, owner, cell)
        laid.append(_rows(chosen, z))
        progress.at((z + 1) / grid.shape[0], f"{len(tower.group)} parts", layout=laid[-1])
    return np.concatenate(laid)


def _layers(grid: Grid, catalogue: Catalogue, made: np.ndarray) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Lowest plate, height in plates, cells and candidates of each layer that has cells, from the ground up."""
    code_type = np.uint8 if made.shape[1] < np.iinfo(np.uint8).max else np.uint16
    sources = []
    for plates, cells in ((PLATES_PER_BRICK, grid.brick_cells), (1, grid.plate_cells)):
        used = np.flatnonzero(cells.any(axis=(1, 2)))
        if len(used):
            code = np.zeros(cells.shape, code_type)
            z, y, x = grid.surface.seen.T
            here = cells[z // plates, y, x]
            code[z[here] // plates, y[here], x[here]] = grid.colour[here] + 1  # type: ignore[index]
            placements = all_placements(cells[used], code[used], shapes_of(catalogue, plates), made)
            sources += [(layer * plates, plates, cells[layer], placements) for layer in used]
    # The candidates of one height come in the order of their layers, so each is fetched as its turn comes.
    for z, plates, cells, placements in sorted(sources, key=lambda source: source[:2]):
        yield z, plates, cells, next(placements)


def _scores(candidates: np.ndarray, tower: Tower, z: int, plates: int) -> np.ndarray:
    """(N,) int, in twentieths of a cell: area, parts tied together below, the layer's preferred way, connection."""
    wide, deep = candidates["wide"], candidates["deep"]
    area = (wide * deep).astype(np.int32)
    below = tower.below(z)
    along = (wide > deep) if z // plates % 2 == 0 else (deep > wide)
    score = 20 * (area + parts_below(candidates, below)) + area * along
    if z == tower.lowest or tower.lowest is None:
        return score
    carried = below != NOBODY
    loose = carried & (tower.group[below] != 0)
    standing = covers(candidates, carried & ~loose)
    for cells, worth in ((loose, _TIED), (~carried, _HELD)):
        score = score + 20 * worth * (standing & covers(candidates, cells))
    return score


def _ranking(score: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows from the greatest score down, ties by chance."""
    chance = rng.integers(0, 2**32, len(score))
    return np.argsort((score.max(initial=0) - score.astype(np.int64) << 32) + chance, kind="stable")


def parts_below(candidates: np.ndarray, below: np.ndarray) -> np.ndarray:
    """(N,) how many different parts of `below` (Y, X) int32, -1 for none, lie under each candidate.

    A rectangle meets a rectangle in a rectangle, which has one corner of least x and y: these corners are counted,
    in the window's own corner, along its two near edges, and inside, from running sums.
    """
    there = below >= 0
    left, near = there.copy(), there.copy()
    left[:, 1:] &= below[:, 1:] != below[:, :-1]
    near[1:] &= below[1:] != below[:-1]
    along_x = np.pad(np.cumsum(left, axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    along_y = np.pad(np.cumsum(near, axis=0, dtype=np.int32), ((1, 0), (0, 0)))
    both = np.pad(np.cumsum(np.cumsum(left & near, axis=0, dtype=np.int32), axis=1), ((1, 0), (1, 0)))
    x, y = candidates["x"], candidates["y"]
    x1, y1 = x + candidates["wide"], y + candidates["deep"]
    edges = along_x[y, x1] - along_x[y, x + 1] + along_y[y1, x] - along_y[y + 1, x]
    inside = both[y1, x1] - both[y1, x + 1] - both[y + 1, x1] + both[y + 1, x + 1]
    return there[y, x] + edges + inside


def _rows(chosen: np.ndarray, z: int) -> np.ndarray:
    rows = np.zeros(len(chosen), LAYOUT_DTYPE)
    for name in ("part", "turn", "x", "y", "colour"):
        rows[name] = chosen[name]
    rows["z"] = z
    return rows


def colour_hidden(layout: np.ndarray, made: np.ndarray) -> np.ndarray:
    """The layout with colours for parts that nobody sees: the model's most used colour that the part was made in."""
    hidden = layout["colour"] == HIDDEN
    use = np.bincount(layout["colour"][~hidden], minlength=made.shape[1])
    # Ties go to the lower palette row; a colour the model does not use at all is the last resort.
    favourite = np.argmax(np.where(made, use[None] + 1, 0), axis=1)
    coloured = layout.copy()
    coloured["colour"][hidden] = favourite[layout["part"][hidden]]
    return coloured
