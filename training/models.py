"""Models of the test data as packing tasks: a shell in brick cells, in solid colours, of the eleven basic sizes."""

from __future__ import annotations

import sys
from pathlib import Path

from brickprint.core.packing.task import PackingTask
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from brickprint.core.stages import choose_detail, fill_inside, match_colours, place_mesh, slice_mesh

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from table import read

# Largest extent in studs. None of the trained on is among those that figures are reported for.
TRAINED_ON = {"Spot": 48, "Duck": 48, "Fox": 48, "StanfordBunny": 48, "FlightHelmet": 32}
HELD_OUT = {"Suzanne": 32, "UtahTeapot": 32, "KenneyCake": 32}


def task_of(name: str, studs: int) -> PackingTask:
    """The cells of a mesh, at a size."""
    settings = Settings(studs=studs, detail="bricks", parts="basic-11")
    placed = place_mesh(read(f"{name}.glb"), settings, SILENT)
    sliced = slice_mesh(placed, settings, SILENT)
    coloured = match_colours(choose_detail(sliced, placed, settings, SILENT), sliced, settings, SILENT)
    grid = fill_inside(coloured, settings, SILENT)
    return PackingTask(grid, coloured.catalogue, coloured.catalogue.made_in(coloured.palette))
