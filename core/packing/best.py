"""Packing with the fewest parts: the least exact cover of each piece of each layer, never worse than the fast packer.

No placement spans two pieces of a layer, so the least number of parts is the sum over pieces, and the sum of what is
proved for each is a lower bound for every layout of the same cells in the same layers. Each form of piece is solved
once; where it has symmetries, the copy is laid that ties the most parts of the layer below.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from ..catalogue.parts import Catalogue
from ..parallel import in_order, threads
from ..progress import SILENT, Progress
from ..units import PLATES_PER_BRICK
from .choosing import cells_of
from .covering import Covered, fewest
from .crossing import crossed
from .exact import program_of
from .fast import pack_fast
from .pieces import Form, Forms, Piece, labelled
from .task import Packed, PackingTask, layers_of


@dataclass(frozen=True)
class _Known:
    """A piece of some form and the placements in the form that the fast packer covers it with."""

    piece: Piece
    start: np.ndarray


def pack_best(task: PackingTask, progress: Progress = SILENT) -> Packed:
    """A layout of the fewest parts, with the lower bound that was proved on the way.

    Raises BadSetting when the parts can't fill the model, Cancelled.
    After task.deadline the best so far is returned: at first that is what the fast packer laid.
    """
    end = time.monotonic() + task.deadline
    quick = pack_fast(task, progress.part(progress.stage, 0.0, 0.1))
    height = task.catalogue.sizes[quick["part"], 2]
    forms = Forms(task)
    pieces: list[Piece] = []
    known: dict[Form, _Known] = {}
    for layer in layers_of(task):
        if time.monotonic() > end:
            cells = {1: task.grid.plate_cells, PLATES_PER_BRICK: task.grid.brick_cells}
            least = sum(_least(np.count_nonzero(each), plates, task.catalogue) for plates, each in cells.items())
            return Packed(quick, int(least))
        label = labelled(layer, task.tolerance is not None)
        found = forms.pieces(layer, label)
        pieces += found
        rows = quick[(quick["z"] == layer.z) & (height == layer.plates)]
        for piece, start in zip(found, _by_piece(rows, label, task), strict=True):
            # The piece that the fast packer did best gives the cover to beat for all of its form.
            if piece.form not in known or len(start) < len(known[piece.form].start):
                known[piece.form] = _Known(piece, forms.into(piece, start))
    solved = _solved(known, forms, task, end, progress.part(progress.stage, 0.1, 0.8))
    layout = quick[:0]
    for copy in range(max((len(piece.ways) for piece in pieces), default=0)):
        if copy and time.monotonic() > end:
            break
        other = _unfolded(pieces, solved, forms, copy)
        layout = crossed(layout, other, task.catalogue, task.grid.shape) if copy else other
    # Where the fast packer needs no more parts it may tie more of them together.
    layout = crossed(layout, quick, task.catalogue, task.grid.shape) if len(layout) else layout
    layout = layout[np.argsort(layout["z"], kind="stable")]
    progress.at(1.0, f"{len(layout)} parts", layout=layout)
    return Packed(layout, int(sum(solved[piece.form][1] for piece in pieces)))


def _unfolded(pieces: list[Piece], solved: dict[Form, tuple[np.ndarray, int]], forms: Forms, copy: int) -> np.ndarray:
    """The layout of all pieces; of the ways a cover can lie in its piece, the one numbered `copy` is taken."""
    ways = [piece.ways[copy % len(piece.ways)] for piece in pieces]
    return forms.back(pieces, ways, [solved[piece.form][0] for piece in pieces])


def _by_piece(rows: np.ndarray, label: np.ndarray, task: PackingTask) -> list[np.ndarray]:
    """The layout rows of a layer by the piece they cover; label (Y, X) from 1."""
    owner, cell = cells_of(rows, task.catalogue, label.shape[1])
    piece = label.ravel()[cell[np.flatnonzero(np.diff(owner, prepend=-1))]]
    order = np.argsort(piece, kind="stable")
    return np.split(rows[order], np.searchsorted(piece[order], np.arange(2, label.max(initial=0) + 1)))


def _solved(
    known: dict[Form, _Known], forms: Forms, task: PackingTask, end: float, progress: Progress
) -> dict[Form, tuple[np.ndarray, int]]:
    """For each form the placements that cover it and the least number that can; the largest first."""
    order = sorted(known.values(), key=lambda one: -len(one.start))
    parts = np.array([len(one.start) for one in order])
    shares = parts / np.cumsum(parts[::-1])[::-1] * threads()

    def solve(index: int) -> tuple[np.ndarray, int]:
        now = time.monotonic()
        return _cover(order[index], forms, task, now + (end - now) * min(1.0, shares[index]))

    solved = {}
    for index, result in enumerate(in_order(solve, range(len(order)))):
        solved[order[index].piece.form] = result
        progress.at((index + 1) / len(order), f"{index + 1} of {len(order)} shapes")
    return solved


def _cover(known: _Known, forms: Forms, task: PackingTask, end: float) -> tuple[np.ndarray, int]:
    """The placements that cover a form and the least number that can, found until `end` (time.monotonic())."""
    piece = known.piece
    least = _least(np.count_nonzero(piece.form.cells), piece.form.plates, task.catalogue)
    if len(known.start) <= least or time.monotonic() >= end:
        return known.start, least
    placements = forms.placements(piece)
    symmetries = forms.symmetries(piece)
    # Colours matter only by what they let lie where: other colours of the same parts have the same covers.
    lying = np.stack([placements[name] for name in ("part", "turn", "x", "y")])
    parts = tuple(part.name for part in task.catalogue.parts)
    key = parts, piece.form.shape, symmetries, blake2b(lying.tobytes()).digest()
    found = task.covers.get(key) or _found(known, placements, symmetries, forms, task.catalogue, end)
    if found.own:
        task.covers[key] = found
    better = len(found.chosen) < len(known.start)
    return placements[found.chosen] if better else known.start, found.bound


def _found(
    known: _Known,
    placements: np.ndarray,
    symmetries: tuple[int, ...],
    forms: Forms,
    catalogue: Catalogue,
    end: float,
) -> Covered:
    """The fewest placements of a form, found until `end`."""
    broad = known.piece.form.shape[1]
    owner, cell = cells_of(placements, catalogue, broad)
    images = {each: _rows_of(forms.image(known.piece, placements, each), placements) for each in symmetries}
    program = program_of(owner, cell, np.ones(len(placements)))
    places = np.stack(np.divmod(np.unique(cell), broad), axis=1)
    return fewest(program, _rows_of(known.start, placements), images, places, end)


def _least(cells: int, plates: int, catalogue: Catalogue) -> int:
    """How many parts of one height that many cells take at least."""
    rows = list(catalogue.packable(plates))
    return -(-cells // int(catalogue.spots().count[rows].max())) if cells else 0


def _rows_of(taken: np.ndarray, placements: np.ndarray) -> np.ndarray:
    """The rows of `placements` that are those taken."""
    names = ("part", "turn", "x", "y")
    top = [int(placements[name].max()) + 1 for name in names]
    key, wanted = (np.ravel_multi_index([which[name] for name in names], top) for which in (placements, taken))
    order = np.argsort(key)
    return order[np.searchsorted(key[order], wanted)]
