"""`python benchmarks/run.py images`: from a portrait to a head in bricks, from file to .ldr."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from brickprint.core.background import without_background
from brickprint.core.export.formats import write_format
from brickprint.core.export.options import ExportOptions
from brickprint.core.images import read_image
from brickprint.core.imaging import ImageSettings, mesh_of_image
from brickprint.core.mesh import Mesh
from brickprint.core.pipeline import Conversion
from brickprint.core.presets import find_preset, with_preset
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from table import DATA, ROWS, Row

_PHOTO, _NETWORKS = DATA / "images" / "astronaut.png", DATA / "weights"
_HORSE = DATA / "images" / "horse.png"


def images() -> list[Row]:
    """The head by itself, and in bricks at 32 and 48 studs; a background by colour."""
    missing = [place.name for place in (_PHOTO, _NETWORKS, _HORSE) if not place.exists()]
    if missing:
        return [Row("images", "", "", None, f"left out: no {', '.join(missing)}")]
    began = time.process_time(), time.perf_counter()
    mesh = mesh_of_image(read_image(_PHOTO), ImageSettings("face", (str(_NETWORKS),)))
    seconds = time.perf_counter() - began[1]
    details = f"{time.process_time() - began[0]:.1f} s of processors, {len(mesh.triangles):,} triangles"
    rows = [Row("head from a portrait", "", f"{seconds:.1f} s", None, details)]
    rows.append(_built("portrait to .ldr, 32 studs", mesh, 32, seconds, "< 5 s"))
    rows.append(_built("portrait to .ldr, 48 studs", mesh, 48, seconds, ""))
    horse = read_image(_HORSE)
    began = time.process_time(), time.perf_counter()
    without_background(horse, "colour")
    rows.append(Row("background by colour, 400 x 328", "", f"{time.perf_counter() - began[1]:.2f} s", None))
    return rows


def _built(what: str, mesh: Mesh, studs: int, before: float, asked: str) -> Row:
    """Made into bricks by the preset for portraits; before: seconds that the mesh took."""
    began, busy = time.perf_counter(), time.process_time()
    plan = Conversion(mesh).run(with_preset(Settings(studs=studs), find_preset("portrait")))
    with tempfile.TemporaryDirectory() as folder:
        write_format("ldr", plan, Path(folder), ExportOptions(), SILENT)
    seconds = before + time.perf_counter() - began
    structure = plan.report["structure"]
    proof = {True: "certified", False: "falls", None: "not proved"}[structure["stable"]]
    pieces, busy = structure["components"], time.process_time() - busy
    details = f"{len(plan.layout):,} parts, {pieces} component, {proof}; {busy:.1f} s of processors from mesh to .ldr"
    return Row(what, asked, f"{seconds:.1f} s", seconds < 5 if asked else None, details)


ROWS["images"] = images
