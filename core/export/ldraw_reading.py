"""LDraw models (.ldr, .mpd) read: every part that they place, sub-models taken apart into theirs.

https://www.ldraw.org/article/218.html, and article/47.html for several files in one. A line that is no part is kept
aside, so that a reader can go on without it.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import numpy as np

from ..catalogue.parts import Catalogue
from ..errors import CannotRead, TooLarge
from ..layout import LAYOUT_DTYPE, Role
from ..units import LDU_PER_PLATE, LDU_PER_STUD
from .ldraw import TURNS, origins
from .mpd import INHERITED, META

CELL = np.array([LDU_PER_STUD, LDU_PER_STUD, LDU_PER_PLATE], np.float64)
FARTHEST = 1_000_000  # studs or plates from the origin
_MOST_PARTS = 1_000_000
_LONGEST_NUMBER = 8  # digits of a step or a section
_DRAWS = "is not a part"
_MATRICES = np.array([matrix.split() for matrix in TURNS], np.float64).reshape(-1, 3, 3)
_CORNERS_OF_LINES = {"2": 2, "3": 3, "4": 4, "5": 2}  # how many points of a line that draws lie on the shape
# Where LDraw's primitives lie (boxes, cylinders, discs: radius 1, from 0 to 1), before they are stretched.
_PRIMITIVE = np.array([(x, y, z) for x in (-1, 1) for y in (0, 1) for z in (-1, 1)], np.float64)


@dataclass(frozen=True)
class Skipped:
    """A line that places no part: its number, what is wrong with it, its words; whether it is of a part's own shape."""

    line: int
    why: str
    words: str
    of_shape: bool


@dataclass(frozen=True)
class PlacedParts:
    """What an LDraw text places.

    rows (N,) structured: part (LDraw's id without .dat), colour (LDraw's number), place (3,) in LDraw units, y down,
    matrix (3, 3), step (of the main model, from 0, or of the plan where the file tells it), told (whether it does),
    role and section (0 where the file does not tell them), line. boxes: by part, the lowest and highest corner (2, 3)
    of the shapes that the text itself draws.
    """

    rows: np.ndarray
    boxes: dict[str, np.ndarray]
    skipped: tuple[Skipped, ...]


class _Line(NamedTuple):
    """A line that places a part or a model; number: its own."""

    file: str
    colour: int
    place: tuple[float, ...]
    matrix: tuple[tuple[float, ...], ...]
    step: int
    told: bool
    number: int


@dataclass
class _File:
    """One of the files in a text. corners: of what it draws; skipped: number, what is wrong, words.

    step, told: the present step, and whether it is the plan's; role, section: of its parts, -1 where it tells none.
    """

    name: str
    kind: str = ""
    lines: list[_Line] = field(default_factory=list)
    corners: list[list[float]] = field(default_factory=list)
    skipped: list[tuple[int, str, str]] = field(default_factory=list)
    step: int = 0
    told: bool = False
    role: int = -1
    section: int = -1

    @property
    def is_shape(self) -> bool:
        """Whether it is a part's shape, not a model of parts."""
        return self.name.endswith(".dat") or "part" in self.kind or (bool(self.corners) and not self.lines)


class _BadLine(Exception):
    """The message says what is wrong with a line."""


def placed_parts(text: str) -> PlacedParts:
    """Every part that a text places. Raises CannotRead where sub-models contain each other, TooLarge for a million."""
    files = _files(text)
    order = _inner_first(files)
    boxes: dict[str, np.ndarray] = {}
    models: dict[str, np.ndarray] = {}
    for name in order:
        if files[name].is_shape:
            _add_box(files[name], boxes)
        else:
            models[name] = _taken_apart(files[name], models)
    main = next((name for name, file in files.items() if file.lines and not file.is_shape), None)
    rows = (_rows([]) if main is None else models[main]).copy()
    for name in ("role", "section"):
        rows[name] = np.maximum(rows[name], 0)
    found = [Skipped(*line, of_shape=file.is_shape) for file in files.values() for line in file.skipped]
    named = {name.removesuffix(".dat"): box for name, box in boxes.items()}
    return PlacedParts(rows, named, tuple(sorted(found, key=lambda each: each.line)))


def upwards(places: np.ndarray) -> np.ndarray:
    """(..., 3): x, y, z of the grid, in LDraw units, of places whose y points down."""
    return np.stack([places[..., 0], places[..., 2], -places[..., 1]], axis=-1)


def lowest_corners(places: np.ndarray, part: np.ndarray, turn: np.ndarray, catalogue: Catalogue) -> np.ndarray:
    """(N, 3): the lowest corners of upright parts (catalogue rows), x, y, z of the grid in LDraw units."""
    return upwards(places) - origins(catalogue)[part, turn]


def turns_of(matrices: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
    """(N,): the quarter turns of matrices (N, 3, 3) about the vertical axis; -1 for all others."""
    alike = (abs(matrices[:, None] - _MATRICES) <= tolerance).all(axis=(2, 3))
    return np.where(alike.any(axis=1), alike.argmax(axis=1), -1)


def _files(text: str) -> dict[str, _File]:
    """The files in a text by name, in its order; what is before the first that has a name, or after, has none."""
    files: dict[str, _File] = {}
    file = _File("")
    for number, line in enumerate(io.StringIO(text.removeprefix("\ufeff"), newline=None), start=1):
        words = line.split(maxsplit=14)
        if words[:2] == ["0", "FILE"]:
            name = _plain(line.split(maxsplit=2)[2]) if len(words) > 2 else ""
            files.setdefault(file.name, file)
            file = _File(name)
        elif words[:2] == ["0", "NOFILE"]:
            files.setdefault(file.name, file)
            file = _File("")
        elif words:
            _read_line(words, number, file)
    files.setdefault(file.name, file)
    return files


def _plain(name: str) -> str:
    return name.strip().lower().replace("\\", "/")


def _read_line(words: list[str], number: int, file: _File) -> None:
    if words[0] == "0":
        file.step += words[1:2] in (["STEP"], ["ROTSTEP"])
        if words[1:2] == ["!LDRAW_ORG"]:
            file.kind = " ".join(words[2:]).lower()
        elif words[1:2] == [META] and len(words) > 3:
            _read_meta(words[2], words[3], file)
        return
    try:
        if words[0] == "1":
            file.lines.append(_part_line(words, file, number))
            return
        if words[0] in _CORNERS_OF_LINES:
            file.corners.extend(_corners(words))
        raise _BadLine(_DRAWS)
    except _BadLine as error:
        file.skipped.append((number, str(error), " ".join(words)[:80]))


def _read_meta(what: str, value: str, file: _File) -> None:
    """A line of our own; what is none of the values that we write means nothing."""
    if what == "ROLE" and value in Role.__members__:
        file.role = Role[value]
    elif not (value.isdecimal() and len(value) <= _LONGEST_NUMBER):
        return
    elif what == "STEP":
        file.step, file.told = int(value), True
    elif what == "SECTION":
        file.section = min(int(value), np.iinfo(LAYOUT_DTYPE["section"]).max)


def _part_line(words: list[str], of: _File, number: int) -> _Line:
    try:
        colour = int(words[1], 16 if words[1].lower().startswith("0x") else 10)
        numbers = tuple(map(float, words[2:14]))
        file = words[14]
    except (ValueError, IndexError) as error:
        raise _BadLine("is damaged") from error
    if not (0 <= colour < 2**31 and all(map(math.isfinite, numbers))):
        raise _BadLine("has a colour or a position out of range")
    return _Line(_plain(file), colour, numbers[:3], (numbers[3:6], numbers[6:9], numbers[9:]), of.step, of.told, number)


def _corners(words: list[str]) -> list[list[float]]:
    count = _CORNERS_OF_LINES[words[0]]
    try:
        numbers = list(map(float, words[2 : 2 + 3 * count]))
    except ValueError as error:
        raise _BadLine("is damaged") from error
    if len(numbers) < 3 * count or not all(map(math.isfinite, numbers)):
        raise _BadLine("is damaged")
    return [numbers[place : place + 3] for place in range(0, 3 * count, 3)]


def _inner_first(files: dict[str, _File]) -> list[str]:
    """The names in an order in which every file comes after those that it places."""
    inner = {name: {line.file for line in file.lines if line.file in files} for name, file in files.items()}
    try:
        return list(TopologicalSorter(inner).static_order())
    except CycleError as error:
        circle = " in ".join(error.args[1])
        raise CannotRead(f"Sub-models of the LDraw model contain each other: {circle}; mend the file.") from error


def placed_dtype(names: list[str]) -> np.dtype:
    """The columns of PlacedParts.rows for parts of these names."""
    longest = max(map(len, names), default=0)
    numbers = [("place", np.float64, (3,)), ("matrix", np.float64, (3, 3)), ("step", np.int32), ("told", bool)]
    reasons = [("line", np.int32), ("role", np.int8), ("section", np.int16)]
    return np.dtype([("part", f"U{longest or 1}"), ("colour", np.int32), *numbers, *reasons])


def _rows(lines: list[_Line], role: int = -1, section: int = -1) -> np.ndarray:
    names = [line.file.removesuffix(".dat") for line in lines]
    values = [(name, *line[1:], role, section) for name, line in zip(names, lines, strict=True)]
    return np.array(values, placed_dtype(names))


def _taken_apart(file: _File, models: dict[str, np.ndarray]) -> np.ndarray:
    """The parts of a model, with those of the models in it in their places: there at the step that places them."""
    own = _rows(file.lines, file.role, file.section)
    pieces, done = [], 0
    count = len(own)
    for place, line in enumerate(file.lines):
        inner = models.get(line.file)
        if inner is None:
            continue
        count += len(inner) - 1
        if count > _MOST_PARTS:
            raise TooLarge(f"The LDraw model has more than {_MOST_PARTS:,} parts; take it apart into several files.")
        pieces += [own[done:place], _placed(inner, own[place])]
        done = place + 1
    return np.concatenate([*pieces, own[done:]])


def _placed(inner: np.ndarray, by: np.ndarray) -> np.ndarray:
    rows = inner.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        rows["place"] = inner["place"] @ by["matrix"].T + by["place"]
        rows["matrix"] = by["matrix"] @ inner["matrix"]
    if not (np.isfinite(rows["place"]).all() and np.isfinite(rows["matrix"]).all()):
        raise CannotRead(f"Line {by['line']} of the LDraw file places parts out of range.")
    rows["colour"] = np.where(inner["colour"] == INHERITED, by["colour"], inner["colour"])
    rows["step"] = np.where(inner["told"], inner["step"], by["step"])
    rows["told"] |= by["told"]
    for name in ("role", "section"):
        rows[name] = np.where(inner[name] < 0, by[name], inner[name])
    return rows


def _add_box(file: _File, boxes: dict[str, np.ndarray]) -> None:
    """Note the lowest and the highest corner of a shape, unless it draws nothing; its inner shapes are noted before."""
    found = [np.array(file.corners, np.float64).reshape(-1, 3)]
    for line in file.lines:
        box = boxes.get(line.file)
        inner = _PRIMITIVE if box is None else corners_of(box)
        found.append(inner @ np.array(line.matrix).T + line.place)
    corners = np.concatenate(found)
    if len(corners):
        boxes[file.name] = np.stack([corners.min(axis=0), corners.max(axis=0)])


def corners_of(box: np.ndarray) -> np.ndarray:
    """(8, 3): the corners of a box given by its lowest and highest corner (2, 3)."""
    return box[[(place >> axis) & 1 for place in range(8) for axis in range(3)], [0, 1, 2] * 8].reshape(8, 3)
