"""LEGO Digital Designer models (.lxf) read: the parts of LXFML 5, in LDraw's terms (`lxf.py` says how they differ)."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from functools import cache
from xml.etree import ElementTree

import numpy as np

from ..catalogue.colours import load_colours
from ..catalogue.designs import design_origin
from ..catalogue.parts import Part, load_parts
from ..errors import CannotRead, TooLarge
from .ldraw_reading import PlacedParts, placed_dtype
from .lxf import LDU_PER_UNIT, MODEL

_LARGEST = 256 * 2**20  # bytes of LXFML, unpacked
_FLIP = np.diag([1.0, -1.0, -1.0])  # LDD's y and z point against LDraw's
_QUARTER = np.array([(0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)])  # a turn to the left, for row vectors
_NO_COLOUR = -1
_FARTHEST = 1e9
_DIGITS = 4  # of LDraw units


def placed_designs(data: bytes) -> PlacedParts:
    """Every part of an .lxf file, all of one step. Raises CannotRead where it is damaged, TooLarge."""
    found = _model(data).findall("./Bricks/Brick/Part")
    designs = [part.get("designID", "") for part in found]
    names = [_parts()[design].ldraw if design in _parts() else design.lower() for design in designs]
    bones = np.array([_numbers(part.find("Bone")) for part in found], np.float64).reshape(-1, 12)
    rows = np.zeros(len(found), placed_dtype(names))
    rows["part"] = names
    rows["colour"] = [_colour(part.get("materials", "")) for part in found]
    rows["place"], rows["matrix"] = _placed(designs, bones[:, :9].reshape(-1, 3, 3), bones[:, 9:])
    return PlacedParts(rows, {}, ())


def _model(data: bytes) -> ElementTree.Element:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo(MODEL).file_size > _LARGEST:
                raise TooLarge(f"The model in the .lxf file is larger than {_LARGEST // 2**20} MB.")
            root = ElementTree.fromstring(archive.read(MODEL))
    except (zipfile.BadZipFile, KeyError, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise CannotRead(f"The file is no .lxf model, or damaged ({error}); save it again.") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise CannotRead(f"{MODEL} in the .lxf file is damaged ({error}); save it again.") from error
    if root.tag != "LXFML":
        raise CannotRead(f"{MODEL} in the .lxf file holds no LXFML but {root.tag[:40]}; save it again.")
    return root


def _numbers(bone: ElementTree.Element | None) -> list[float]:
    text = bone.get("transformation", "") if bone is not None else ""
    try:
        numbers = [float(word) for word in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 12 or not all(math.isfinite(number) and abs(number) < _FARTHEST for number in numbers):
        raise CannotRead(
            f"The .lxf file has a part without a place, or with a damaged one ({text[:80]!r}); "
            "save it again with LEGO Digital Designer 4."
        )
    return numbers


def _placed(designs: list[str], bones: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places (N, 3) and matrices (N, 3, 3) of parts in LDraw, from those of their bones."""
    names, inverse = np.unique(np.array(designs, str), return_inverse=True)
    row = inverse.reshape(-1)
    found = [_from_design(design) for design in names.tolist()]
    shifts = np.array([shift for shift, _ in found], np.float64).reshape(-1, 3)[row]
    matrices = np.array([turn for _, turn in found], np.float64).reshape(-1, 3, 3)[row] @ bones
    shifted = places + np.einsum("ni,nij->nj", shifts, matrices)
    # LDraw's points are columns, and LDD's rows. What is left of rounding would put parts off the grid.
    return (shifted @ _FLIP * LDU_PER_UNIT).round(_DIGITS), (_FLIP @ matrices @ _FLIP).transpose(0, 2, 1)


def _from_design(design: str) -> tuple[np.ndarray, np.ndarray]:
    """From a design's origin to that of LDraw's part (3,), along its axes; what turns the latter into the former."""
    part = _parts().get(design)
    if part is None:
        return np.zeros(3), np.eye(3)
    x, y, up = part.ldraw_origin
    own = design_origin(part.ldraw)
    return np.array([x - own.x, up - own.up, own.y - y]) / LDU_PER_UNIT, np.linalg.matrix_power(_QUARTER, -own.turn)


@cache
def _parts() -> dict[str, Part]:
    return {part.ldd: part for part in load_parts().parts}


@cache
def _colours() -> dict[int, int]:
    return {colour.lego: colour.ldraw for colour in load_colours() if colour.lego >= 0}


def _colour(materials: str) -> int:
    first = materials.partition(",")[0].strip()
    return _colours().get(int(first), _NO_COLOUR) if first.isdecimal() and len(first) < 9 else _NO_COLOUR
