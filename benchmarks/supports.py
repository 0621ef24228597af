"""`make bench`: what supports weigh beside filled columns, whether all stands with them, and what comes off again.

Columns are what a printer's slicer would fill: every empty cell straight below what must be held, in the parts that the
packer `fast` finds. Where a model would fall over, they stand only below the flat faces that trees hold, too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.grid import Grid, Surface
from brickprint.core.layout import owners
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.task import PackingTask
from brickprint.core.pipeline import Conversion
from brickprint.core.plan import Plan
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from brickprint.core.support.needs import needs_of
from brickprint.core.support.removal import is_support, removable
from brickprint.core.support.standing import unbalanced_parts
from brickprint.core.support.supporting import Mode, Supported, support
from brickprint.core.units import PLATES_PER_BRICK
from scipy import ndimage
from table import MESHES, Row, measured, read

_MODELS = ("Spot", "Fox", "Duck", "StanfordBunny", "FlightHelmet", "Suzanne")
_SHARE = 0.35


@dataclass(frozen=True)
class _Measured:
    """One model with its supports: grams of these, of filled columns; seconds on the processor."""

    done: Supported
    grams: float
    columns: float
    seconds: float

    @property
    def standing(self) -> str:
        """Pieces, and the certificate."""
        pieces = stud_links(self.done.layout, self.done.catalogue).components
        return f"{pieces} connected, {'certified' if not self.done.weak.any() else 'not certified'}"

    @property
    def good(self) -> bool:
        """One piece that is certified."""
        return not self.done.weak.any() and stud_links(self.done.layout, self.done.catalogue).components == 1


def filled_columns(layout: np.ndarray, plan: Plan, held: np.ndarray) -> float:
    """Grams of bricks and plates that fill all below the cells `held` (Z, Y, X), down to the model or the ground."""
    taken = owners(layout, plan.catalogue, held.shape) >= 0
    filled = np.zeros_like(taken)
    for z in range(len(taken) - 2, -1, -1):
        filled[z] = (filled[z + 1] | held[z + 1]) & ~taken[z]
    if not filled.any():
        return 0.0
    bricks = filled.reshape(-1, PLATES_PER_BRICK, *filled.shape[1:])
    none = np.zeros((0, 3), np.int32)
    surface = Surface(none, np.zeros(0, np.intp), none.astype(np.float32), none, none.astype(np.float32))
    grid = Grid(filled, bricks.any(axis=1) & ~bricks.all(axis=1), surface, np.zeros(0, np.int16))
    catalogue = load_parts("all")
    parts = pack_fast(PackingTask(grid, catalogue, np.ones((len(catalogue.parts), 1), bool)))
    return float(catalogue.grams[parts["part"]].sum())


def faces_with(cells: np.ndarray, marked: np.ndarray) -> np.ndarray:
    """(Z, Y, X) bool: of the cells, those of flat faces in which one is marked."""
    in_layer = np.zeros((3, 3, 3), bool)
    in_layer[1] = True
    face, count = ndimage.label(cells, in_layer)
    wanted = np.zeros(count + 1, bool)
    wanted[face[marked & cells]] = True
    return wanted[face]


def _measured(plan: Plan, mode: Mode) -> _Measured:
    layout = plan.layout[~is_support(plan.layout)]
    wide, deep, high = plan.size
    shape = high, deep, wide
    began = time.process_time()
    done = support(layout, shape, plan.catalogue, plan.palette, mode, unbalanced_parts)
    seconds = time.process_time() - began
    mine = done.layout[is_support(done.layout)]
    needs = needs_of(layout, plan.catalogue, shape)
    above_support = np.zeros(shape, bool)
    above_support[1:] = (owners(mine, done.catalogue, shape) >= 0)[:-1]
    leaning = needs.leaning & ~needs.too_long
    columns = filled_columns(layout, plan, done.held & (~leaning | faces_with(leaning, above_support)))
    return _Measured(done, float(done.catalogue.grams[mine["part"]].sum()), columns, seconds)


def _row(name: str, studs: int, found: _Measured) -> Row:
    what = f"{name}, {studs} studs: trees by mass"
    count = np.count_nonzero(is_support(found.done.layout))
    details = (
        f"{count} parts, {found.grams:.1f} g, columns {found.columns:.1f} g; {found.standing}; {found.seconds:.1f} s"
    )
    if not count:
        return Row(what, "no supports", "none", found.good, details)
    share = found.grams / found.columns
    removal = removable(found.done.layout, found.done.catalogue, unbalanced_parts)
    details += f"; {removal.comes_off.sum()} parts come off again"
    return Row(what, f"<= {_SHARE:.0%}", f"{share:.0%}", found.good and share <= _SHARE, details)


@measured("supports")
def supports() -> list[Row]:
    """Tree supports of six models in two sizes."""
    rows, all_found = [], []
    for name in _MODELS:
        if not (MESHES / f"{name}.glb").exists():
            rows.append(Row(name, "", "", None, f"left out: no {name}.glb"))
            continue
        conversion = Conversion(read(f"{name}.glb"))
        for studs in (32, 64):
            found = _measured(conversion.run(Settings(studs=studs, packer="fast")), Mode.TREE)
            all_found.append(found)
            rows.append(_row(name, studs, found))
    grams, columns = (sum(getattr(found, key) for found in all_found) for key in ("grams", "columns"))
    if columns:
        share = grams / columns
        details = f"{grams:.0f} g of {columns:.0f} g"
        rows.append(Row("all of these: trees by mass", f"<= {_SHARE:.0%}", f"{share:.0%}", share <= _SHARE, details))
    return rows


@measured("beams", needs="Fox.glb")
def beams() -> list[Row]:
    """Beams and pillars under the fox."""
    plan = Conversion(read("Fox.glb")).run(Settings(studs=32, packer="fast"))
    found = {mode: _measured(plan, mode) for mode in Mode}
    details = f"{found[Mode.BEAMS].grams:.0f} g, trees {found[Mode.TREE].grams:.0f} g"
    share = found[Mode.BEAMS].grams / found[Mode.BEAMS].columns
    return [Row("Fox, 32 studs: beams and pillars by mass", "", f"{share:.0%}", None, details)]
