"""Voxel models from files: MagicaVoxel's .vox, and NumPy's .npy of brick cells.

.vox is read as its author describes it (github.com/ephtracy/voxel-model): chunks of RIFF style, and since version 0.99
a tree of nodes that places the models. What the description leaves open is done as other readers found it to be: a
model turns about the corner of cells at half its size, rounded down, and the turn of a node also turns the shifts
below it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from .colour.spaces import decode_srgb_bytes
from .errors import CannotRead, NothingToBuild
from .voxel_models import VoxelModel, refuse_too_large_box

_FARTHEST = 2**31  # no place in a .vox file is farther from the middle
_EMPTY = "{} has no filled voxel, or shows none; fill some, and save it again."


def read_voxels(path: Path) -> VoxelModel:
    """The model in a file of one of VOXEL_KINDS, cut to its filled cells.

    Raises CannotRead (missing, damaged, other content), NothingToBuild (nothing filled), TooLarge.
    """
    try:
        return VOXEL_KINDS[path.suffix.lower()](path)
    except OSError as error:
        raise CannotRead(f"Can't read {path} ({error.strerror or error}); check the path.") from error


def _read_npy(path: Path) -> VoxelModel:
    """From bool [z, y, x], or uint8 RGBA [z, y, x, 4] in encoded sRGB, where alpha 0 is empty."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(array, np.ndarray):
            raise ValueError("it holds several arrays")
    except (ValueError, EOFError, OverflowError, BadZipFile) as error:
        raise CannotRead(
            f"Can't read {path}: it is damaged, or no plain .npy ({error}). Save one array of cells with numpy.save, "
            "bool or uint8."
        ) from error
    coloured = array.dtype == np.uint8 and array.ndim == 4 and array.shape[3] == 4
    if not coloured and not (array.dtype == np.bool_ and array.ndim == 3):
        raise CannotRead(
            f"Can't build from {path}: it holds {array.dtype} of shape {array.shape}. Save bool [z, y, x], true where "
            "a brick is, or uint8 RGBA [z, y, x, 4], alpha 0 where none is; numbers become bool by: cells > 0.5."
        )
    filled = array[..., 3] if coloured else array.view(np.uint8)  # a damaged bool may be any byte
    box = _box(filled)
    if box is None:
        raise NothingToBuild(_EMPTY.format(path))
    refuse_too_large_box(str(path), tuple(side.stop - side.start for side in box))
    cells = np.asarray(filled[box]) != 0
    if not coloured:
        return VoxelModel(path.stem, cells)
    return VoxelModel(path.stem, cells, decode_srgb_bytes(np.asarray(array[box][cells]))[:, :3])


def _box(filled: np.ndarray) -> tuple[slice, ...] | None:
    """The least box around all that is not 0 in (Z, Y, X); None if all is."""
    sides = []
    for axis in range(3):
        here = np.flatnonzero(filled.any(axis=tuple(other for other in range(3) if other != axis)))
        if not len(here):
            return None
        sides.append(slice(int(here[0]), int(here[-1]) + 1))
    return tuple(sides)


class _Damaged(Exception):
    """What is wrong inside a .vox file."""


@dataclass(frozen=True)
class _Part:
    """One model of a .vox file: size (3,); voxels (N, 4) uint8: x, y, z and palette row."""

    size: np.ndarray
    voxels: np.ndarray

    def placed(self, turn: np.ndarray, shift: np.ndarray, which: np.ndarray) -> np.ndarray:
        """(N, 3) int64 x, y, z of the voxels at `which` (N, 3), turned about the middle and moved."""
        twice = 2 * which.astype(np.int64) + 1 - 2 * (self.size // 2)  # whole numbers for the middles of cells
        axis = np.abs(turn).argmax(axis=1)
        return (twice[:, axis] * turn[np.arange(3), axis] - 1) // 2 + shift


@dataclass(frozen=True)
class _Transform:
    child: int
    layer: int
    hidden: bool
    turn: np.ndarray
    shift: np.ndarray


@dataclass
class _Scene:
    """What the chunks of a .vox file say. nodes: a transform, the children of a group, or the part of a shape."""

    parts: list[_Part] = field(default_factory=list)
    palette: np.ndarray | None = None
    nodes: dict[int, _Transform | tuple[int, ...] | int] = field(default_factory=dict)
    hidden_layers: set[int] = field(default_factory=set)
    frames: int = 1


class _Words:
    """The numbers and texts of a chunk, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def number(self) -> int:
        self.at += 4
        if self.at > len(self.data):
            raise _Damaged("a chunk is shorter than what it should hold")
        return int(struct.unpack_from("<i", self.data, self.at - 4)[0])

    def text(self) -> str:
        length = self.number()
        if not 0 <= length <= len(self.data) - self.at:
            raise _Damaged("a text is longer than its chunk")
        self.at += length
        return self.data[self.at - length : self.at].decode(errors="replace")

    def pairs(self) -> dict[str, str]:
        return {self.text(): self.text() for _ in range(self.number())}


def _read_vox(path: Path) -> VoxelModel:
    try:
        scene = _scene(path.read_bytes())
        placed = _placed_parts(scene)
    except _Damaged as damage:
        raise CannotRead(f"Can't read {path}: {damage}. Save it again from MagicaVoxel.") from damage
    placed = [(part, turn, shift) for part, turn, shift in placed if len(part.voxels)]
    if not placed:
        raise NothingToBuild(_EMPTY.format(path))
    ends = np.concatenate([part.placed(turn, shift, _ends(part)) for part, turn, shift in placed])
    low, high = ends.min(axis=0), ends.max(axis=0)
    shape = tuple((high - low + 1)[::-1].tolist())
    refuse_too_large_box(str(path), shape)
    row = np.zeros(shape, np.uint8)
    for part, turn, shift in placed:  # where parts overlap, the later one is seen
        x, y, z = part.placed(turn, shift - low, part.voxels[:, :3]).T
        row[z, y, x] = part.voxels[:, 3]
    cells = row > 0
    palette = default_palette() if scene.palette is None else scene.palette
    moves = (f"{path} is an animation; its first frame was built.",) if scene.frames > 1 else ()
    return VoxelModel(path.stem, cells, decode_srgb_bytes(palette)[row[cells], :3], moves)


def _ends(part: _Part) -> np.ndarray:
    xyz = part.voxels[:, :3]
    return np.stack([xyz.min(axis=0), xyz.max(axis=0)])


def default_palette() -> np.ndarray:
    """(256, 4) uint8 sRGB: the colours of a .vox file that brings none, row 0 empty.

    Six steps of red, green and blue from white, the last fastest, without black; then ten of red, green, blue and grey.
    """
    steps = (255, 204, 153, 102, 51, 0)
    ramp = np.array([238, 221, 187, 170, 136, 119, 85, 68, 34, 17], np.uint8)[:, None]
    cube = np.array([*product(steps, repeat=3)][:-1], np.uint8)
    ramps = [ramp * np.array(which, np.uint8) for which in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1))]
    colours = np.concatenate([np.zeros((1, 3), np.uint8), cube, *ramps])
    return np.column_stack([colours, np.where(np.arange(256) > 0, 255, 0).astype(np.uint8)])


def _scene(data: bytes) -> _Scene:
    scene = _Scene()
    size = None
    for name, content in _chunks(data):
        words = _Words(content)
        if name == b"SIZE":
            size = np.array([words.number() for _ in range(3)], np.int64)
        elif name == b"XYZI":
            if size is None:
                raise _Damaged("a model has no size")
            scene.parts.append(_part(size, words))
            size = None
        elif name == b"RGBA":
            if len(content) < 1024:
                raise _Damaged("its palette is too short")
            colours = np.frombuffer(content, np.uint8, 1024).reshape(256, 4)
            scene.palette = np.roll(colours, 1, axis=0)  # the first colour is that of row 1
        elif name in _NODES:
            number = words.number()
            scene.nodes[number] = _NODES[name](words, scene)
        elif name == b"LAYR":
            layer = words.number()
            if words.pairs().get("_hidden") == "1":
                scene.hidden_layers.add(layer)
    return scene


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of all chunks inside the outer one."""
    if data[:4] != b"VOX ":
        raise _Damaged("it does not begin as .vox files do")
    name, start, end = _chunk(data, 8, len(data))
    if name != b"MAIN":
        raise _Damaged("it has no main chunk")
    while start < end:
        name, middle, after = _chunk(data, start, end)
        yield name, data[start + 12 : middle]
        start = after


def _chunk(data: bytes, start: int, end: int) -> tuple[bytes, int, int]:
    """Name of the chunk at `start`, and where its content and its children end."""
    if start + 12 > end:
        raise _Damaged(f"it breaks off at byte {start}")
    name, content, children = struct.unpack_from("<4sii", data, start)
    middle = start + 12 + content
    if content < 0 or children < 0 or middle + children > end:
        raise _Damaged(f"chunk {name.decode(errors='replace')} at byte {start} goes on beyond its end")
    return name, middle, middle + children


def _part(size: np.ndarray, words: _Words) -> _Part:
    count = words.number()
    if not 0 <= count <= (len(words.data) - 4) // 4:
        raise _Damaged(f"a model of {count} voxels holds fewer")
    voxels = np.frombuffer(words.data, np.uint8, count * 4, offset=4).reshape(-1, 4)
    if (voxels[:, :3] >= size).any():
        raise _Damaged("a voxel lies outside its model")
    return _Part(size, voxels[voxels[:, 3] > 0])


def _transform(words: _Words, scene: _Scene) -> _Transform:
    hidden = words.pairs().get("_hidden") == "1"
    child, _, layer, frames = (words.number() for _ in range(4))
    scene.frames = max(scene.frames, frames)
    first = words.pairs() if frames > 0 else {}
    try:
        shift = [int(word) for word in first.get("_t", "0 0 0").split()]
        turn = _turn(int(first.get("_r", "4")))
    except ValueError as error:
        raise _Damaged(f"a model is placed by words that are no numbers ({error})") from error
    if len(shift) != 3 or max(map(abs, shift)) > _FARTHEST:
        raise _Damaged(f"a model can't be moved by {first['_t']}")
    return _Transform(child, layer, hidden, turn, np.array(shift, np.int64))


def _turn(packed: int) -> np.ndarray:
    """(3, 3) int64 from bits: the columns that are not 0 in row 0 (two bits) and 1 (two), the signs of rows 0 to 2."""
    columns = [packed & 3, packed >> 2 & 3]
    if columns[0] == columns[1] or 3 in columns:
        raise _Damaged(f"{packed} is no rotation")
    columns.append(3 - sum(columns))
    turn = np.zeros((3, 3), np.int64)
    turn[range(3), columns] = [-1 if packed >> bit & 1 else 1 for bit in (4, 5, 6)]
    return turn


def _group(words: _Words, scene: _Scene) -> tuple[int, ...]:
    words.pairs()
    return tuple(words.number() for _ in range(words.number()))


def _shape(words: _Words, scene: _Scene) -> int:
    words.pairs()
    scene.frames = max(scene.frames, words.number())
    return words.number()


_NODES: dict[bytes, Callable[[_Words, _Scene], Any]] = {b"nTRN": _transform, b"nGRP": _group, b"nSHP": _shape}


def _placed_parts(scene: _Scene) -> list[tuple[_Part, np.ndarray, np.ndarray]]:
    """The parts that show, in the order of the file, each with the turn (3, 3) and shift (3,) that place it."""
    here = np.eye(3, dtype=np.int64), np.zeros(3, np.int64)
    if not scene.nodes:  # files before 0.99 hold one model, or the frames of one
        scene.frames = max(scene.frames, len(scene.parts))
        return [(part, *here) for part in scene.parts[:1]]
    placed, met = [], set()
    waiting = [(0, *here)]
    while waiting:
        number, turn, shift = waiting.pop()
        node = scene.nodes.get(number)
        if node is None or number in met:
            raise _Damaged(f"node {number} of its scene {'is missing' if node is None else 'comes twice'}")
        met.add(number)
        if isinstance(node, _Transform):
            if not node.hidden and node.layer not in scene.hidden_layers:
                waiting.append((node.child, turn @ node.turn, turn @ node.shift + shift))
        elif isinstance(node, tuple):
            waiting += [(child, turn, shift) for child in reversed(node)]
        elif 0 <= node < len(scene.parts):
            placed.append((scene.parts[node], turn, shift))
        else:
            raise _Damaged(f"model {node} of its scene is missing")
    return placed


VOXEL_KINDS: dict[str, Callable[[Path], VoxelModel]] = {".vox": _read_vox, ".npy": _read_npy}
