"""The stages from a mesh to coloured cells, as plain functions of values and settings; `building.py` has the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .catalogue.colours import Palette
from .catalogue.parts import Catalogue, load_parts
from .catalogue.stock import load_stock, owned_palette, owned_parts, with_odd_colours
from .colour.differences import nearest_colours
from .colour.dominant import dominant_colours, surface_colours
from .colour.matching import match_units
from .colour.neighbours import unit_neighbours
from .colour.palettes import load_palette, usable_palette
from .colour.smoothing import smoothed
from .detail import built, colour_steps, polygon_steps, superposed, terraces, with_holds
from .errors import BadSetting, NothingToBuild
from .grid import Grid, Surface, unit_heights
from .interior import hollow, shell, solid
from .joints import with_joints
from .mesh import Mesh
from .orientation import oriented, turned, wanted_studs, widest_base
from .progress import Progress
from .settings import Settings
from .sizing import Placed, extent_of, into_grid
from .slicing.cells import Sliced, slice_to_cells
from .slicing.opacity import opaque
from .slicing.surface import look_at_surface
from .slicing.voting import coloured_trajectories, vote
from .slicing.voxels import voxel_cells, voxel_surface
from .support.offset import offset_cells, with_offset
from .units import PLATES_PER_BRICK
from .voxel_models import VoxelModel, turned_upright, voxel_colours

_WORTH_TURNING = 5.0  # degrees; less is nobody's mistake


@dataclass(frozen=True)
class Coloured:
    """The grid with a palette colour on every visible unit; warnings: of the palette and the colours.

    shown: the colours that visible units were matched to, the first of the palette; stock (P, C): how many of each part
    are owned in each colour, or None for no limit.
    """

    grid: Grid
    catalogue: Catalogue
    palette: Palette
    shown: Palette
    stock: np.ndarray | None = None
    warnings: tuple[str, ...] = ()

    @property
    def made(self) -> np.ndarray:
        """(P, C) bool: whether a part is to be had in a colour."""
        return self.catalogue.made_in(self.palette) if self.stock is None else self.stock > 0


def place_mesh(mesh: Mesh, settings: Settings, progress: Progress) -> Placed:
    """Mesh -> what is not transparent of it, upright, in millimetres above its grid."""
    solid, warnings = opaque(mesh, settings.opacity)
    upright = oriented(solid, settings.up, "".join(settings.flip))
    if settings.level:
        base = widest_base(upright)
        if base is not None:
            upright = turned(upright, base.rotation)
            warnings += (f"{mesh.name} was turned by {base.angle:.0f} degrees to stand on its widest base.",)
    studs = wanted_studs(extent_of(upright), settings.studs, settings.scale)
    placed = into_grid(upright, studs)
    if not settings.level:
        warnings += _standing_advice(placed.mesh)
    return replace(placed, warnings=warnings)


def _standing_advice(mesh: Mesh) -> tuple[str, ...]:
    """What to do with a mesh that would fall over as it stands."""
    base = widest_base(mesh)
    if base is None or base.present_area > 0 or base.angle < _WORTH_TURNING:
        return ()
    return (
        f"{mesh.name} does not stand as it is: its weight is not above what it rests on. --level "
        f"would turn it by {base.angle:.0f} degrees.",
    )


def slice_mesh(placed: Placed, settings: Settings, progress: Progress) -> Sliced:
    """Mesh -> cells at least half inside, and samples of its surface."""
    return slice_to_cells(placed.mesh, placed.size, settings.cusp, settings.keep_thin, progress)


def choose_detail(sliced: Sliced, placed: Placed, settings: Settings, progress: Progress) -> Grid:
    """Cells -> units: brick cells, and plate cells where they show."""
    progress.at(0.0, "Bricks or plates")
    _require_plates(settings)
    sampling = progress.part(progress.stage, 0.0, 0.5)
    voxels = voxel_cells(sliced.mesh, sliced.closed, placed.size, sampling) if settings.sampler == "voxels" else None
    target, bricks = (voxels.target, voxels.bricks) if voxels else (sliced.target, superposed(sliced.target))

    def surface_of(filled: np.ndarray, plates: np.ndarray) -> Surface:
        if voxels:
            return voxel_surface(voxels, filled, plates, settings.opacity)
        return look_at_surface(sliced.samples, filled, plates)

    plates = np.full((len(target) // PLATES_PER_BRICK, *target.shape[1:]), settings.detail == "plates")
    if settings.detail == "auto" and chosen_parts(settings).has_single(1):
        if settings.marking == "polygons":
            plates = polygon_steps(sliced.closed, sliced.heights, target.shape, settings.fineness)
        else:
            by_plate = surface_of(target, np.ones_like(plates))
            plates = terraces(target, settings.fineness) | colour_steps(by_plate, target.shape, settings.fineness)
        plates = with_holds(target, bricks, plates)
    filled = built(target, bricks, plates)
    if not filled.any():
        raise NothingToBuild("Nothing is as high as half a brick; ask for more studs, or for plates.")
    progress.at(0.5, "Looking at the surface")
    return Grid(filled, plates, surface_of(filled, plates))


def chosen_parts(settings: Settings) -> Catalogue:
    """The parts that a model may be built from: of a set, and only those owned where there is a stock."""
    catalogue = load_parts(settings.parts)
    return owned_parts(catalogue, load_stock(settings.stock)) if settings.stock else catalogue


def _require_plates(settings: Settings) -> None:
    """Raises BadSetting when all is to be built from plates, of parts without a 1x1 one."""
    if settings.detail == "plates" and not chosen_parts(settings).has_single(1):
        what = (
            f"--stock {settings.stock} holds no plate"
            if settings.stock
            else f"--parts {settings.parts} has no 1x1 plate"
        )
        raise BadSetting(f"{what}; choose other parts, or another --detail.")


def grid_of_voxels(model: VoxelModel, settings: Settings, progress: Progress) -> Grid:
    """Voxels -> units: each fills a brick cell, or three plate cells where all is built from plates."""
    progress.at(0.0, "Looking at the voxels")
    _require_plates(settings)
    upright = turned_upright(model, settings.up, settings.flip)
    filled = np.repeat(upright.cells, PLATES_PER_BRICK, axis=0)
    plates = np.full(upright.cells.shape, settings.detail == "plates")
    return Grid(filled, plates, voxel_colours(upright, filled, plates))


def thicken(grid: Grid, settings: Settings, progress: Progress) -> Grid:
    """Units -> units with more of them below overhangs, where that was asked for."""
    if not settings.offset:
        return grid
    progress.at(0.0, "Thickening below overhangs")
    return with_offset(grid, offset_cells(grid))


def match_colours(grid: Grid, sliced: Sliced | None, settings: Settings, progress: Progress) -> Coloured:
    """Surface colours -> colours of the palette in which every unit can be built. sliced: of a mesh only."""
    progress.at(0.0, "Matching colours")
    catalogue = chosen_parts(settings)
    heights = [PLATES_PER_BRICK] * bool(grid.brick_cells.any()) + [1] * bool(grid.plate_cells.any())
    chosen = load_palette(settings.palette, settings.without, include=settings.include)
    stock = load_stock(settings.stock) if settings.stock else None
    palette = owned_palette(chosen, catalogue, stock, heights) if stock else usable_palette(chosen, catalogue, heights)
    surface, paths, warnings = grid.surface, None, tuple(chosen.warnings) + (stock.warnings if stock else ())
    if settings.cell_colour == "vote" and sliced:
        paths = coloured_trajectories(sliced.mesh, sliced.closed, sliced.heights)
    path_colours = paths.samples.colour[:, :3] if paths else np.zeros((0, 3))
    if settings.colours:
        linear, weight = surface.of_unit, None
        if settings.colours_from == "texture" and sliced:
            linear, weight = surface_colours(sliced.mesh, settings.opacity)
        few = dominant_colours(linear, weight, settings.colours, settings.colours_in, settings.seed)
        surface = replace(surface, of_cell=few.replace(surface.of_cell), of_unit=few.replace(surface.of_unit))
        path_colours, warnings = few.replace(path_colours), warnings + few.warnings
    row = match_units(surface, palette.linear, settings.metric)
    if paths:
        of_path = nearest_colours(path_colours, palette.linear, settings.metric)[0]
        row = vote(paths, of_path, grid.filled, surface, row)
    if settings.smoothing:
        progress.at(0.5, "Smoothing colours")
        near = unit_neighbours(surface.seen, unit_heights(surface.seen, grid.plates))
        row = smoothed(row, surface, palette.linear, near, settings.smoothing, settings.metric)
    grid = replace(grid, colour=row.astype(np.int16))
    if stock is None:
        return Coloured(grid, catalogue, palette, palette, warnings=warnings)
    every = with_odd_colours(palette, stock, settings.without)
    return Coloured(grid, catalogue, every, palette, stock.counts(catalogue, every), warnings)


def fill_inside(coloured: Coloured, settings: Settings, progress: Progress) -> Grid:
    """All that is inside the surface -> a shell, or bricks throughout, in units that can be joined."""
    progress.at(0.0, "Filling the inside")
    if settings.interior == "solid":
        filled = solid(coloured.grid)
    else:
        filled = (hollow if settings.interior == "hollow" else shell)(coloured.grid, settings.shell)
    return with_joints(filled, coloured.catalogue, coloured.made)
