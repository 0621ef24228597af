"""The catalogue as an asset library: every part as an object, every colour as a material, each with a picture."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ..core.catalogue.colours import Colour, Palette, load_colours
from ..core.catalogue.parts import Part, load_parts
from ..core.export.files import write_whole
from ..core.export.instructions.pictures import part_picture
from ..core.layout import LAYOUT_DTYPE
from ..core.plan import Plan
from ..core.text_files import read_text
from ..core.units import STUD_MM
from .brick_meshes import brick_mesh
from .plastic import plastic
from .temporary import TemporaryData, temporary_data

BLEND = "brickprint-bricks.blend"
CATALOGS = "blender_assets.cats.txt"  # the name that Blender looks for
PREVIEW_PIXELS = 128
_IDS = uuid.UUID("6f0c7e5a-5e0b-4d0a-9a55-0a8d1f3b7c21")  # of catalogs: the same in every library
_PARTS, _COLOURS = "Brick Parts", "Brick Colours"
_SPOKEN = {"cheese": "cheese slope", "support": "tall brick"}
_SWATCH = "3003"  # the part on which a colour is shown
_HEAD = "VERSION 1\n"


def write_asset_library(folder: Path, colour: Colour, look: str, stud: float) -> tuple[int, int]:
    """Write the library's two files into a folder and give how many parts and colours it has.

    colour: of the parts; look: of `brick_meshes.LOOKS`; stud: how wide a stud is in the scene. Whatever else is in the
    folder stays, other catalogs too, and so does the open file. Raises CannotWrite, CannotRead.
    """
    catalogue, palette = load_parts(), Palette("", load_colours())
    catalogs = _catalogs_with_ours(folder / CATALOGS, catalogue.parts)
    drawn = Plan("", np.zeros(0, LAYOUT_DTYPE), catalogue, palette, (1, 1, 1))
    names = [part.name for part in catalogue.parts]
    with (
        _unnamed(bpy.data.objects, names),
        _unnamed(bpy.data.materials, [one.name for one in palette.colours]),
        temporary_data() as made,
    ):
        materials = [made.keep(plastic(one)) for one in palette.colours]
        at = palette.colours.index(colour)
        bricks = [_brick(part, materials[at], look, stud / STUD_MM, made) for part in catalogue.parts]
        for row, (brick, part) in enumerate(zip(bricks, catalogue.parts, strict=True)):
            told = f"{part.grams:g} g; LDraw {part.ldraw}, BrickLink {part.bricklink}"
            _mark(brick, _catalog(part), told, _picture(drawn, row, at))
        swatch = next(row for row, part in enumerate(catalogue.parts) if part.ldraw == _SWATCH)
        for row, (material, one) in enumerate(zip(materials, palette.colours, strict=True)):
            _mark(material, _COLOURS, f"{one.lego_name}, {one.hex}; LDraw {one.ldraw}", _picture(drawn, swatch, row))
        _write(folder / BLEND, {*bricks, *materials})
    write_whole(folder / CATALOGS, catalogs)
    return len(bricks), len(materials)


def _brick(part: Part, material: bpy.types.Material, look: str, scale: float, made: TemporaryData) -> bpy.types.Object:
    # A large baseplate's 2,304 studs are most of the file where they are fine; it has nothing else to be seen.
    mesh = made.keep(brick_mesh(part, "light" if part.kind == "baseplate" else look))
    mesh.transform(Matrix.Scale(scale, 4))
    mesh.materials.append(material)
    return made.keep(bpy.data.objects.new(part.name, mesh))


def _mark(asset: bpy.types.ID, catalog: str, told: str, picture: np.ndarray) -> None:
    """Make a datablock an asset; picture (H, W, 4) float32, the first row at the top."""
    asset.asset_mark()
    asset.asset_data.catalog_id = _catalog_id(catalog)
    asset.asset_data.description = told
    preview = asset.preview_ensure()
    preview.image_size = picture.shape[1::-1]
    preview.image_pixels_float.foreach_set(np.ascontiguousarray(picture[::-1]).ravel())


def _picture(drawn: Plan, part: int, colour: int) -> np.ndarray:
    """(PREVIEW_PIXELS, PREVIEW_PIXELS, 4) float32: a part in a colour, drawn as instructions are, larger, then reduced.

    In such a picture a stud is two plates' heights wide and one deep on either side (`views.py`).
    """
    wide, deep, high = drawn.catalogue.sizes[part].tolist()
    room = PREVIEW_PIXELS - 4
    pitch = max(4, 2 * room // max(2 * (wide + deep), wide + deep + high + 1))  # with less, lines are all there is
    large = part_picture(drawn, part, colour, pitch).astype(np.float32) / 255
    factor = -(-max(large.shape[:2]) // room)
    high, wide = (-(-length // factor) for length in large.shape[:2])
    padded = np.zeros((high * factor, wide * factor, 4), np.float32)
    padded[: large.shape[0], : large.shape[1]] = large
    small = padded.reshape(high, factor, wide, factor, 4).mean(axis=(1, 3))
    small[..., :3] /= np.maximum(small[..., 3:], 1 / 255)  # its colours are multiplied by opacity
    picture = np.zeros((PREVIEW_PIXELS, PREVIEW_PIXELS, 4), np.float32)
    top, left = (PREVIEW_PIXELS - high) // 2, (PREVIEW_PIXELS - wide) // 2
    picture[top : top + high, left : left + wide] = small
    return picture


def _catalog(part: Part) -> str:
    return f"{_PARTS}/{_SPOKEN.get(part.kind, part.kind).title()}s"


def _catalog_id(catalog: str) -> str:
    return str(uuid.uuid5(_IDS, catalog))


def _catalogs_with_ours(path: Path, parts: Iterable[Part]) -> str:
    """The text of the catalog file: other people's lines, then ours."""
    ours = {_catalog_id(name): name for name in [_PARTS, *dict.fromkeys(map(_catalog, parts)), _COLOURS]}
    text = read_text(path, "list of catalogs", (".txt",)) if path.exists() else _HEAD
    kept = [line for line in text.splitlines() if line.split(":")[0] not in ours]
    return "\n".join([*kept, *(f"{key}:{name}:{name.replace('/', '-')}" for key, name in ours.items()), ""])


def _write(path: Path, assets: set[bpy.types.ID]) -> None:
    with tempfile.TemporaryDirectory(prefix="brickprint-") as folder:
        written = Path(folder) / BLEND
        bpy.data.libraries.write(str(written), assets, compress=True)
        write_whole(path, written.read_bytes())


@contextmanager
def _unnamed(things: Iterable[bpy.types.ID], names: Iterable[str]) -> Iterator[None]:
    """Take names, and those that begin so, from the open file's own data for a while: new data shall have them."""
    before = {thing: thing.name for thing in things if not thing.library and thing.name.startswith(tuple(names))}
    for thing in before:
        thing.name = uuid.uuid4().hex
    try:
        yield
    finally:
        for thing, name in before.items():
            thing.name = name
