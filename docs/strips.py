"""Pictures of brick models side by side, with words under them, as small PNG files."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import blf
import bpy
import imbuf
import numpy as np
from brickprint.core.colour.dominant import dominant_colours
from brickprint.core.colour.spaces import linear_to_srgb, srgb_to_linear
from brickprint.core.export.files import write_whole
from brickprint.core.plan import Plan
from brickprint.scene.bricks import remove_bricks, show_plan
from brickprint.scene.rendering import ENGINES, render_still
from scipy.spatial import cKDTree

_LABEL_HEIGHT = 30  # pixels
_LABEL_SIZE = 17
_PAPER, _INK = 255, (0.1, 0.1, 0.1, 1.0)
_SHADES = 255  # colours of a PNG file with one byte a pixel
GRAIN = 1.5  # enough for the even floor of a render
_LOOKED_AT = 40_000  # pixels from which they are chosen


def _denoised(scene: bpy.types.Scene) -> None:
    """Cycles as in every render, then without noise: it is most of what makes such files large."""
    ENGINES["cycles"](scene)
    scene.cycles.use_denoising = True


ENGINES["denoised"] = _denoised


def rendered(
    plan: Plan,
    size: tuple[int, int],
    outlined: bool = False,
    change: Callable[[bpy.types.Object], object] | None = None,
) -> np.ndarray:
    """(H, W, 3) uint8 picture of a model in full bricks, top row first; size: width and height.

    change: what is done with the model before.
    """
    bpy.ops.wm.read_homefile(use_empty=True)
    bricks = show_plan(bpy.context, plan, "full", outlined=outlined)
    if change:
        change(bricks)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.png"
        render_still(bpy.context, bricks, path, size, "denoised")
        picture = read_picture(path)
    remove_bricks(bricks)
    return picture


def read_picture(path: Path) -> np.ndarray:
    """(H, W, 3) uint8, top row first."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    picture = pixels.reshape(height, width, image.channels)[::-1, :, :3]
    bpy.data.images.remove(image)
    return np.rint(picture * 255).astype(np.uint8)


def labelled(picture: np.ndarray, text: str) -> np.ndarray:
    """The picture with a line of text below it."""
    width = picture.shape[1]
    image = imbuf.new((width, _LABEL_HEIGHT))
    blf.size(0, _LABEL_SIZE)
    blf.color(0, *_INK)
    blf.position(0, (width - blf.dimensions(0, text)[0]) / 2, (_LABEL_HEIGHT - 0.7 * _LABEL_SIZE) / 2, 0)
    with tempfile.TemporaryDirectory() as folder, blf.bind_imbuf(0, image):
        blf.draw_buffer(0, text)
        path = Path(folder) / "label.png"
        imbuf.write(image, filepath=str(path))
        ink = _opacity(path)
    line = _PAPER * (1 - ink)
    return np.concatenate([picture, np.repeat(np.rint(line).astype(np.uint8)[..., None], 3, axis=-1)])


def _opacity(path: Path) -> np.ndarray:
    """(H, W) in 0..1, top row first."""
    image = bpy.data.images.load(str(path))
    image.alpha_mode = "CHANNEL_PACKED"
    width, height = image.size
    pixels = np.array(image.pixels[:], np.float32).reshape(height, width, 4)[::-1]
    bpy.data.images.remove(image)
    return pixels[..., 3]


def side_by_side(pictures: Sequence[np.ndarray], in_row: int) -> np.ndarray:
    """One picture of several of one size, row by row."""
    rows = [np.concatenate(pictures[start : start + in_row], axis=1) for start in range(0, len(pictures), in_row)]
    return np.concatenate(rows)


def write_png(path: Path, picture: np.ndarray, grain: float = 0.0) -> None:
    """Write a picture (H, W, 3) uint8 as a PNG file of at most 255 colours, the most fitting ones.

    grain: how much noise, of 255, hides the borders between them.
    """
    height, width = picture.shape[:2]
    flat = srgb_to_linear(picture.reshape(-1, 3) / 255)
    few = dominant_colours(flat[:: max(1, len(flat) // _LOOKED_AT)], None, _SHADES, "lab")
    shades = np.rint(linear_to_srgb(few.linear) * 255).clip(0, 255).astype(np.uint8)
    noise = np.random.default_rng(0).uniform(-grain, grain, (height * width, 1))
    row = cKDTree(shades).query(picture.reshape(-1, 3) + noise)[1].astype(np.uint8).reshape(height, width)
    lines = np.insert(row, 0, 0, axis=1)  # 0: the line is stored as it is
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"PLTE", shades.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    ]
    write_whole(path, b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
