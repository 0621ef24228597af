"""LEGO Digital Designer models (.lxf) written: a zip with LXFML 5.0 and a picture.

There y points up and 1 is 10 mm: a point of the grid in LDraw units (x, y, up) is (x, up, -y) / 25. A bone's
transformation is a matrix by rows and a translation for row vectors, p' = p R + t.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from ..catalogue.designs import design_origin
from ..plan import Plan
from ..progress import Progress
from ..units import LDU_PER_PLATE, LDU_PER_STUD
from .files import file_name, write_whole
from .ldraw import TURNS, plain_title, turned_points
from .options import ExportOptions

MODEL, PICTURE = "IMAGE100.LXFML", "IMAGE100.PNG"
LDU_PER_UNIT = 25
BONE_TURNS = tuple(turn.replace(" ", ",") for turn in TURNS)  # a turn about the vertical is the same numbers in both
_GREY = 194  # LEGO's number for medium stone grey
_PIXELS = 128  # of the picture, without which some programs take no file
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell, so that equal models are equal files
_BRICK = (
    '<Brick refID="{0}" designID="{1}"><Part refID="{0}" designID="{1}" materials="{2},0">'
    '<Bone refID="{0}" transformation="{3},{4},{5},{6}"/></Part></Brick>'
).format


def write_lxf(plan: Plan, folder: Path, options: ExportOptions, progress: Progress) -> Sequence[str]:
    """Write `<name>.lxf`. Raises CannotWrite."""
    write_whole(folder / f"{file_name(plan.name)}.lxf", lxf_bytes(plan))
    unknown = np.count_nonzero(_materials(plan)[plan.layout["colour"]] < 0)
    return [f"Parts of colours without a LEGO number, which are grey in the .lxf: {unknown}."] if unknown else ()


def lxf_bytes(plan: Plan) -> bytes:
    """The plan as an .lxf file, in the order of building, with an empty picture."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ((MODEL, lxfml(plan).encode()), (PICTURE, _white_picture())):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def lxfml(plan: Plan) -> str:
    """The plan as LXFML."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>',
        f'<LXFML versionMajor="5" versionMinor="0" name={quoteattr(plain_title(plan.name))}>',
        '<Meta><Application name="Brickprint" versionMajor="1" versionMinor="0"/></Meta>',
        "<Cameras/>",
        '<Bricks cameraRef="0">',
        *_bricks(plan),
        "</Bricks>",
        "<RigidSystems/>",
        "<GroupSystems/>",
        "</LXFML>",
    ]
    return "\n".join(lines)


def _bricks(plan: Plan) -> list[str]:
    layout, parts = plan.layout[np.argsort(plan.layout["step"], kind="stable")], plan.catalogue.parts
    designs = [design_origin(part.ldraw) for part in parts]
    origins = turned_points(plan.catalogue, [design[:3] for design in designs])[layout["part"], layout["turn"]]
    x = LDU_PER_STUD * layout["x"] + origins[:, 0]
    y = LDU_PER_STUD * layout["y"] + origins[:, 1]
    up = LDU_PER_PLATE * layout["z"] + origins[:, 2]
    places = [(axis / LDU_PER_UNIT).tolist() for axis in (x, up, -y)]
    own_turn = np.array([design.turn for design in designs], np.int64)
    turns = ((layout["turn"] + own_turn[layout["part"]]) % 4).tolist()
    materials = np.where(_materials(plan) < 0, _GREY, _materials(plan))[layout["colour"]].tolist()
    numbers = [parts[part].ldd for part in layout["part"].tolist()]
    return list(map(_BRICK, range(len(layout)), numbers, materials, map(BONE_TURNS.__getitem__, turns), *places))


def _materials(plan: Plan) -> np.ndarray:
    """(C,): LEGO's number of every colour, -1 for none."""
    return np.array([colour.lego for colour in plan.palette.colours], np.int64)


def _white_picture() -> bytes:
    """A PNG without a colour in it."""
    header = struct.pack(">IIBBBBB", _PIXELS, _PIXELS, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * _PIXELS) * _PIXELS)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
