"""The stages of a conversion, in order, each run again only when something it depends on changed.

A stage is a plain function of values and settings. It names the settings it reads; as long as these and its inputs
are the same as the last time, its result is kept: another palette does not slice the mesh again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

import numpy as np

from .catalogue.colours import Palette
from .catalogue.parts import Catalogue, load_parts
from .colour.differences import nearest_colours
from .colour.palettes import load_palette, usable_palette
from .colour.spaces import linear_to_lab
from .export.report import make_report
from .grid import Grid
from .interior import shell, solid
from .mesh import Mesh
from .packing.fast import colour_hidden, pack_fast
from .plan import Plan
from .progress import SILENT, Progress
from .settings import Settings
from .sizing import Placed, into_grid
from .slicing.cells import Sliced, slice_to_cells
from .structure.links import Links, stud_links
from .structure.order import layer_steps
from .units import PLATES_PER_BRICK

Result = TypeVar("Result")


@dataclass(frozen=True)
class Stage(Generic[Result]):
    """A named function of (inputs..., settings, progress), the settings it reads, and its usual share of the time."""

    name: str
    work: Callable[..., Result]
    reads: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Coloured:
    """The grid with a palette colour on every visible unit, and how far each is from the mesh's colour."""

    grid: Grid
    catalogue: Catalogue
    palette: Palette
    difference: np.ndarray


def place_mesh(mesh: Mesh, settings: Settings, progress: Progress) -> Placed:
    """Mesh -> mesh in millimetres above its grid."""
    return into_grid(mesh, settings.studs)


def slice_mesh(placed: Placed, settings: Settings, progress: Progress) -> Sliced:
    """Mesh -> cells at least half inside, and the surface's colour in the visible ones."""
    plates_only = settings.detail == "plates"
    return slice_to_cells(placed.mesh, placed.size, plates_only, settings.sub_planes, settings.opacity, progress)


def match_colours(sliced: Sliced, settings: Settings, progress: Progress) -> Coloured:
    """Surface colours -> the nearest colours of the palette in which every cell can be built."""
    progress.at(0.0, "Matching colours")
    catalogue = load_parts(settings.parts)
    heights = (1,) if settings.detail == "plates" else (PLATES_PER_BRICK,)
    palette = usable_palette(load_palette(settings.palette, settings.without), catalogue, heights)
    lab = linear_to_lab(sliced.grid.surface.astype(np.float64))
    row, difference = nearest_colours(lab, palette.lab, settings.metric)
    return Coloured(replace(sliced.grid, colour=row.astype(np.int16)), catalogue, palette, difference)


def fill_inside(coloured: Coloured, settings: Settings, progress: Progress) -> Grid:
    """All that is inside the surface -> a shell, or bricks throughout."""
    progress.at(0.0, "Filling the inside")
    return solid(coloured.grid) if settings.interior == "solid" else shell(coloured.grid, settings.shell)


def pack(grid: Grid, coloured: Coloured, settings: Settings, progress: Progress) -> np.ndarray:
    """Cells -> parts."""
    made = coloured.catalogue.made_in(coloured.palette)
    return colour_hidden(pack_fast(grid, coloured.catalogue, made, settings.seed, progress), made)


def order(layout: np.ndarray, settings: Settings, progress: Progress) -> np.ndarray:
    """Parts -> parts in building steps."""
    return layer_steps(layout)


def connect(layout: np.ndarray, coloured: Coloured, settings: Settings, progress: Progress) -> Links:
    """Parts -> what hangs together, and what floats."""
    progress.at(0.0, "Looking for loose parts")
    return stud_links(layout, coloured.catalogue)


PLACE = Stage("place", place_mesh, ("studs",), 0.0)
SLICE = Stage("slice", slice_mesh, ("detail", "sampler", "sub_planes", "opacity"), 0.5)
COLOUR = Stage("colour", match_colours, ("palette", "without", "metric", "parts", "detail"), 0.1)
INTERIOR = Stage("interior", fill_inside, ("interior", "shell"), 0.05)
PACK = Stage("pack", pack, ("packer", "seed"), 0.25)
ORDER = Stage("order", order, (), 0.0)
CONNECT = Stage("connect", connect, ("floating",), 0.05)


class Conversion:
    """One mesh, and the results its stages had the last time. read_seconds: how long reading the mesh took."""

    def __init__(self, mesh: Mesh, read_seconds: float = 0.0) -> None:
        self.mesh = mesh
        self.read_seconds = read_seconds
        self._kept: dict[str, tuple[tuple, Any]] = {}

    def run(self, settings: Settings, progress: Progress = SILENT) -> Plan:
        """The plan of `mesh` under `settings`. Raises a BrickprintError; Cancelled when asked to stop."""
        began = time.perf_counter()
        run = _Run(self._kept, settings, progress, seconds={"read": self.read_seconds})
        placed = run(PLACE, self.mesh)
        sliced = run(SLICE, placed)
        coloured = run(COLOUR, sliced)
        grid = run(INTERIOR, coloured)
        loose = run(PACK, grid, coloured)
        layout = run(ORDER, loose)
        links = run(CONNECT, layout, coloured)

        progress.part("report", run.done, 1 - run.done).at(0.0, "Measuring")
        size = (placed.size.studs_x, placed.size.studs_y, placed.size.plates_z)
        plan = Plan(self.mesh.name, layout, coloured.catalogue, coloured.palette, size, placed.placement)
        report = make_report(plan, placed, sliced, grid, coloured.difference, links, settings, run.seconds)
        run.seconds["total"] = self.read_seconds + time.perf_counter() - began
        return replace(plan, settings=settings.values(), report=report)


@dataclass
class _Run:
    """One pass through the stages: which results are still good, and the seconds of those made anew."""

    kept: dict[str, tuple[tuple, Any]]
    settings: Settings
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    done: float = 0.0

    def __call__(self, stage: Stage[Result], *inputs: Any) -> Result:
        progress = self.progress.part(stage.name, self.done, stage.share)
        self.done += stage.share
        wanted = tuple(getattr(self.settings, name) for name in stage.reads)
        before = self.kept.get(stage.name)
        if before and before[0][0] == wanted and all(a is b for a, b in zip(before[0][1], inputs, strict=True)):
            return before[1]
        began = time.perf_counter()
        result = stage.work(*inputs, self.settings, progress)
        self.seconds[stage.name] = time.perf_counter() - began
        self.kept[stage.name] = (wanted, inputs), result
        return result
