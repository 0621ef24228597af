"""What the measurements behind `make bench` share: the table they fill, the meshes they read, the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
from brickprint.core.mesh import Mesh

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
MESHES = DATA / "meshes"


@dataclass(frozen=True)
class Row:
    """One line of the table; holds: None where nothing was promised."""

    what: str
    asked: str
    reached: str
    holds: bool | None
    details: str = ""


ROWS: dict[str, Callable[[], list[Row]]] = {}


def measured(name: str, needs: str = "") -> Callable[[Callable[[], list[Row]]], Callable[[], list[Row]]]:
    """Put a measurement into the table under `name`; `needs`: a mesh without which it is left out."""

    def add(measure: Callable[[], list[Row]]) -> Callable[[], list[Row]]:
        @wraps(measure)
        def run() -> list[Row]:
            if needs and not (MESHES / needs).exists():
                return [Row(name, "", "", None, f"left out: no {needs}")]
            return measure()

        ROWS[name] = run
        return run

    return add


def versions() -> str:
    """The libraries that matter for speed."""
    import scipy

    return f"numpy {np.__version__}, scipy {scipy.__version__}"


def read(name: str) -> Mesh:
    """A mesh of the test data, by Blender's own importer."""
    import bpy
    from brickprint.scene.source.importing import import_file
    from brickprint.scene.source.reading import read_objects

    bpy.ops.wm.read_homefile(use_empty=True)
    return read_objects(bpy.context, import_file(bpy.context, MESHES / name))


def best_of(count: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of `count` runs in seconds, and the last result."""
    times = []
    for _ in range(count):
        began = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - began)
    return min(times), result
