"""A layer's cells fall apart into pieces that share no placement; pieces of one form have the same covers.

Two pieces have one form if a symmetry of the square and other names for the colours lay one on the other, and the
colours that change places exist in the same parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import find_objects
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..layout import extents
from .placements import HIDDEN, PLACEMENT_DTYPE, all_placements, shapes_of
from .symmetry import INVERSE, kept_symmetries, moved, moved_cells, turns_after
from .task import Layer, PackingTask, laid


@dataclass(frozen=True)
class Form:
    """What pieces have in common, lying in one way out of eight.

    codes: int16 bytes of (Y, X): 0 outside, 1 hidden, from 2 on the colours as they come; kinds: for each colour, which
    parts exist in it, by number.
    """

    plates: int
    shape: tuple[int, int]
    codes: bytes
    kinds: tuple[int, ...]

    @property
    def cells(self) -> np.ndarray:
        """(Y, X) int16 codes."""
        return np.frombuffer(self.codes, np.int16).reshape(self.shape)


@dataclass(frozen=True)
class Way:
    """A symmetry that brings a piece into its form, and the palette rows (C,) of the form's colours."""

    symmetry: int
    colours: np.ndarray


@dataclass(frozen=True)
class Piece:
    """Cells that no placement ties to others of their layer: lowest plate, x and y of their box, form, ways to it."""

    z: int
    corner: tuple[int, int]
    form: Form
    ways: tuple[Way, ...]


def labelled(layer: Layer, mixed: bool = False) -> np.ndarray:
    """(Y, X) int32: 0 outside, else the number of the piece: side-by-side cells that one part could cover.

    mixed: a part may cover visible cells of different colours.
    """
    cells, code = layer.cells, layer.code
    number = np.arange(cells.size).reshape(cells.shape)
    ends = []
    for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        alike = cells[a] & cells[b] & (mixed | (code[a] == code[b]) | (code[a] == 0) | (code[b] == 0))
        ends.append((number[a][alike], number[b][alike]))
    one, other = np.concatenate(ends, axis=1)
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(cells.size,) * 2)
    group = connected_components(links, directed=False)[1][cells.ravel()]
    label = np.zeros(cells.shape, np.int32)
    label[cells] = np.unique(group, return_inverse=True)[1].ravel() + 1
    return label


class Forms:
    """Finds the form of pieces and goes between them; remembers the forms it has found."""

    def __init__(self, task: PackingTask) -> None:
        self._task = task
        self._after = {plates: turns_after(task.catalogue, plates) for plates in (1, 3)}
        self._kept = {plates: kept_symmetries(after) for plates, after in self._after.items()}
        self._kind = {
            plates: np.unique(task.made[list(task.catalogue.packable(plates))], axis=1, return_inverse=True)[1].ravel()
            for plates in self._after
        }
        self._found: dict[Form, tuple[Form, tuple[int, ...]]] = {}
        self._alike: dict[tuple[int, tuple[int, ...], bytes], tuple[Form, tuple[Way, ...]]] = {}

    def pieces(self, layer: Layer, label: np.ndarray) -> list[Piece]:
        """The pieces of a layer in the order of their labels."""
        pieces = []
        for index, box in enumerate(find_objects(label)):
            codes = np.where(label[box] == index + 1, layer.code[box].astype(np.int16) + 1, 0)
            pieces.append(Piece(layer.z, (box[1].start, box[0].start), *self._of(codes, layer.plates)))
        return pieces

    def _of(self, codes: np.ndarray, plates: int) -> tuple[Form, tuple[Way, ...]]:
        """codes (Y, X): 0 outside, 1 hidden, else palette row + 2."""
        key = plates, codes.shape, codes.tobytes()
        if key not in self._alike:
            self._alike[key] = self._seen_first(codes, plates)
        return self._alike[key]

    def _seen_first(self, codes: np.ndarray, plates: int) -> tuple[Form, tuple[Way, ...]]:
        own, _ = self._named(codes, plates)
        if own not in self._found:
            forms = {way: self._named(moved_cells(codes, way), plates)[0] for way in self._kept[plates]}
            least = min(forms.values(), key=lambda form: (form.shape, form.codes, form.kinds))
            self._found[own] = least, tuple(way for way, form in forms.items() if form == least)
        form, symmetries = self._found[own]
        return form, tuple(Way(way, self._named(moved_cells(codes, way), plates)[1]) for way in symmetries)

    def _named(self, codes: np.ndarray, plates: int) -> tuple[Form, np.ndarray]:
        """The codes with colours numbered as they come, from 2, and the palette rows of these.

        With a tolerance it matters which colours they are, so they keep their palette rows as numbers.
        """
        shape = codes.shape[0], codes.shape[1]
        if self._task.tolerance is not None:
            return Form(plates, shape, codes.astype(np.int16).tobytes(), ()), np.arange(self._task.made.shape[1])
        values, first, number = np.unique(codes, return_index=True, return_inverse=True)
        plain = values < 2
        order = np.argsort(np.where(plain, -1, first), kind="stable")[np.count_nonzero(plain) :]
        name = values.astype(np.int16)
        name[order] = np.arange(2, 2 + len(order))
        colours = values[order].astype(np.intp) - 2
        kinds = tuple(self._kind[plates][colours].tolist())
        return Form(plates, shape, name[number.reshape(-1)].tobytes(), kinds), colours

    def placements(self, piece: Piece) -> np.ndarray:
        """Every way a part can lie in the piece's form, its colours by number."""
        form = piece.form
        code = np.maximum(form.cells, 1).astype(np.uint16) - 1
        made = self._task.made[:, piece.ways[0].colours]
        if self._task.tolerance is None:
            # The last column is no colour: a hidden part may have any of the palette, not only those of the piece.
            made = np.hstack([made, self._task.made.any(axis=1)[:, None]])
        shapes = shapes_of(self._task.catalogue, form.plates)
        return next(all_placements(form.cells[None] > 0, code[None], shapes, made, self._task.tolerance))

    def into(self, piece: Piece, rows: np.ndarray) -> np.ndarray:
        """Layout rows on the cells of a piece -> placements in its form."""
        lying = np.zeros(len(rows), PLACEMENT_DTYPE)
        for name in ("part", "turn", "colour"):
            lying[name] = rows[name]
        lying["x"], lying["y"] = rows["x"] - piece.corner[0], rows["y"] - piece.corner[1]
        lying["wide"], lying["deep"], _ = extents(rows, self._task.catalogue).T
        lying["area"] = self._task.catalogue.spots().count[rows["part"], rows["turn"]]
        way = piece.ways[0]
        high, wide = moved_cells(piece.form.cells, INVERSE[way.symmetry]).shape
        lying = moved(lying, (high, wide), way.symmetry, self._after[piece.form.plates])
        seen = lying["colour"] != HIDDEN
        order = np.argsort(way.colours)
        lying["colour"][seen] = order[np.searchsorted(way.colours[order], lying["colour"][seen])]
        return lying

    def back(self, pieces: Sequence[Piece], ways: Sequence[Way], lying: Sequence[np.ndarray]) -> np.ndarray:
        """Placements in the form of each piece -> layout rows of all; ways: how they lie in the pieces."""
        of = np.repeat(np.arange(len(pieces)), [len(each) for each in lying])
        both = np.concatenate(lying)
        shape = np.array([piece.form.shape for piece in pieces], np.int16)[of].T
        kind = np.array([(piece.form.plates, way.symmetry) for piece, way in zip(pieces, ways, strict=True)])
        placed = both.copy()
        for plates, symmetry in np.unique(kind, axis=0):
            here = np.flatnonzero((kind == (plates, symmetry)).all(axis=1)[of])
            high, broad = shape[:, here]
            placed[here] = moved(both[here], (high, broad), INVERSE[symmetry], self._after[plates])
        corner = np.array([piece.corner for piece in pieces], np.int16)[of].T
        placed["x"] += corner[0]
        placed["y"] += corner[1]
        first = np.cumsum([0] + [len(way.colours) for way in ways])[of]
        seen = np.flatnonzero(placed["colour"] != HIDDEN)
        colours = np.concatenate([way.colours for way in ways])
        placed["colour"][seen] = colours[first[seen] + placed["colour"][seen]]
        return laid(placed, np.array([piece.z for piece in pieces])[of])

    def symmetries(self, piece: Piece) -> tuple[int, ...]:
        """The symmetries that leave the piece's form as it is, colour by colour."""
        cells = piece.form.cells
        return tuple(way for way in self._kept[piece.form.plates] if np.array_equal(moved_cells(cells, way), cells))

    def image(self, piece: Piece, lying: np.ndarray, symmetry: int) -> np.ndarray:
        """Placements in the form after one of its symmetries."""
        return moved(lying, piece.form.shape, symmetry, self._after[piece.form.plates])
