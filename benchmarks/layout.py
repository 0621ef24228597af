"""`make bench`: parts and seconds of the packers on grids that other programs were measured on.

ball(d): cells (x, y, z) of 0 <= x, y, z < d within d / 2 of the middle. `s<d>` is the ball, `h<d>` the ball without
its twofold erosion; `spot48` is a shell of two cells of Spot the cow. Bricks of the eleven basic sizes, no colours.
Seconds are those of the layout alone: packing and connecting.
"""

from __future__ import annotations

import time

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.palettes import load_palette, usable_palette
from brickprint.core.grid import Grid, Surface, units_of, visible
from brickprint.core.interior import eroded
from brickprint.core.packing.best import pack_best
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.fast import pack_fast
from brickprint.core.packing.hidden import colour_hidden
from brickprint.core.packing.task import PackingTask
from brickprint.core.packing.validator import problems
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from table import DATA, Row, best_of, measured, read

# Parts and seconds promised for `best` and for `fast`.
_PROMISED = {
    "h16": ((226, 0.2), (242, 0.03)),
    "h32": ((970, 0.5), (1010, 0.08)),
    "h64": ((4216, 3.0), (4450, 0.25)),
    "h96": ((9595, 6.0), (10200, 0.6)),
    "s16": ((222, 1.0), (240, 0.03)),
    "s32": ((1548, 4.0), (1750, 0.15)),
    "spot48": ((1741, 1.5), (1880, 0.15)),
}
_SPOT = DATA / "grids" / "spot48.npy"


def ball(diameter: int) -> np.ndarray:
    """(d, d, d) bool."""
    offset = np.indices((diameter,) * 3) - (diameter - 1) / 2
    return (offset**2).sum(axis=0) <= (diameter / 2) ** 2


def cells_of(name: str) -> np.ndarray:
    """Brick cells (Z, Y, X) bool of a grid of `_PROMISED`."""
    if name == "spot48":
        return np.load(_SPOT)
    cells = ball(int(name[1:]))
    return cells & ~eroded(cells, 2) if name.startswith("h") else cells


def plain_task(cells: np.ndarray) -> PackingTask:
    """Brick cells without colours, to be built from the basic sizes."""
    none = np.zeros((0, 3), np.int32)
    surface = Surface(none, np.zeros(0, np.intp), none.astype(np.float32), none, none.astype(np.float32))
    catalogue = load_parts("basic-11")
    grid = Grid(np.repeat(cells, 3, axis=0), np.zeros_like(cells), surface, np.zeros(0, np.int16))
    return PackingTask(grid, catalogue, np.ones((len(catalogue.parts), 1), bool))


def banded_ellipsoid() -> PackingTask:
    """The threefold shell of an ellipsoid of 150 x 150 x 125 cells in six bands of colour."""
    z, y, x = np.indices((125, 150, 150))
    inside = ((2 * x + 1) / 150 - 1) ** 2 + ((2 * y + 1) / 150 - 1) ** 2 + ((2 * z + 1) / 125 - 1) ** 2 < 1
    cells = inside & ~eroded(inside, 3)
    filled, plates = np.repeat(cells, 3, axis=0), np.zeros_like(cells)
    shown = np.argwhere(visible(filled)).astype(np.int32)
    seen, unit = units_of(shown, plates)
    black = np.zeros((len(shown), 3), np.float32)
    colour = (seen[:, 0] // 3 * 6 // 125).astype(np.int16)
    grid = Grid(filled, plates, Surface(shown, unit, black, seen, black[: len(seen)]), colour)
    catalogue = load_parts("basic-11")
    palette = usable_palette(load_palette("pick-a-brick-29"), catalogue, (3,))
    return PackingTask(grid, catalogue, catalogue.made_in(palette))


def _rows(what: str, task: PackingTask, packer: str, parts: int | None, seconds: float) -> list[Row]:
    """Parts, pieces and seconds of one packer on one task."""

    def lay() -> tuple[np.ndarray, int | None]:
        if packer == "fast":
            return connect_layout(pack_fast(task), task, quick=True), None
        packed = pack_best(task)
        return connect_layout(packed.layout, task), packed.lower_bound

    taken, (layout, bound) = best_of(3 if seconds < 5 else 1, lay)
    coloured = colour_hidden(layout, task.catalogue, task.made)
    faults = problems(coloured, task.grid, task.catalogue, task.made)
    pieces = stud_links(layout, task.catalogue).components
    good = not faults and pieces == 1
    details = f"{pieces} connected, {'; '.join(faults) or 'exact cover'}"
    if bound is not None:
        details += f", no layout has less than {bound:,}"
    count = Row(f"{what}, {packer}: parts", "", f"{len(layout):,}", None, details)
    if parts is not None:
        count = Row(count.what, f"<= {parts:,}", count.reached, good and len(layout) <= parts, details)
    return [count, Row(f"{what}, {packer}: seconds", f"<= {seconds:g} s", f"{taken:.3f} s", taken <= seconds)]


@measured("layout")
def layout() -> list[Row]:
    """Both tables of parts and seconds."""
    warm = plain_task(ball(4))
    pack_best(warm)
    rows = []
    for name, promised in _PROMISED.items():
        if name == "spot48" and not _SPOT.exists():
            rows.append(Row("spot48", "", "", None, f"left out: no {_SPOT.name}"))
            continue
        task = plain_task(cells_of(name))
        for packer, (parts, seconds) in zip(("best", "fast"), promised, strict=True):
            rows += _rows(name, task, packer, parts, seconds)
    return rows


@measured("ellipsoid")
def ellipsoid() -> list[Row]:
    """A model of 150 studs."""
    task = banded_ellipsoid()
    return _rows("ellipsoid 150", task, "fast", None, 2) + _rows("ellipsoid 150", task, "best", None, 60)


@measured("textured", needs="Spot.glb")
def textured() -> list[Row]:
    """Spot at 64 studs in all its colours: what `best` saves."""
    conversion = Conversion(read("Spot.glb"))
    plans, seconds = {}, {}
    for packer in ("fast", "best"):
        began = time.perf_counter()
        plans[packer] = conversion.run(Settings(studs=64, packer=packer, floating="keep", prove="none"))
        seconds[packer] = time.perf_counter() - began
    parts = {packer: len(plan.layout) for packer, plan in plans.items()}
    pieces = plans["best"].report["structure"]["components"]
    saved = 1 - parts["best"] / parts["fast"]
    details = (
        f"{parts['fast']:,} and {parts['best']:,} parts; whole runs {seconds['fast']:.1f} and {seconds['best']:.1f} s"
    )
    return [
        Row("Spot, 64 studs: best under fast", ">= 8 %", f"{saved:.1%}", saved >= 0.08, details),
        Row("the same: connected pieces", "1", str(pieces), pieces == 1),
    ]
