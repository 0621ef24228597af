"""`make bench`: how faithfully shape and colour are kept, and what that costs."""

from __future__ import annotations

import numpy as np
from brickprint.core.catalogue.parts import load_parts
from brickprint.core.colour.matching import match_units
from brickprint.core.colour.palettes import load_palette, usable_palette
from brickprint.core.mesh import Material, Mesh
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import SILENT
from brickprint.core.settings import Settings
from brickprint.core.slicing.cells import Sliced
from brickprint.core.stages import choose_detail, place_mesh, slice_mesh
from table import Row, best_of, measured, read

_LEAST_IOU = {"Spot": 0.985, "Duck": 0.985, "Suzanne": 0.975, "StanfordBunny": 0.98, "FlightHelmet": 0.965}


def _faithful(name: str) -> list[Row]:
    """Shape and colour of one model at 48 studs, detail auto."""
    report = Conversion(read(f"{name}.glb")).run(Settings(studs=48, detail="auto")).report
    iou, least = report["shape"]["iou"], _LEAST_IOU[name]
    colour = report["colour"]
    worse = colour["mean"] / colour["best_mean"] - 1
    details = f"mean {colour['mean']:.2f}, best {colour['best_mean']:.2f}, {report['parts']['total']} parts"
    return [
        Row(f"{name}, 48 studs, auto: IoU", f">= {least}", f"{iou:.4f}", iou >= least),
        Row("the same: CIEDE2000 above the best per cell", "<= 3 %", f"{worse:.1%}", worse <= 0.03, details),
    ]


for _name in _LEAST_IOU:
    measured(f"faithful-{_name}", needs=f"{_name}.glb")(lambda name=_name: _faithful(name))


@measured("auto-parts", needs="Spot.glb")
def auto_parts() -> list[Row]:
    """Parts of auto against all plates, the same packer and interior."""
    conversion = Conversion(read("Spot.glb"))
    auto, plates = (len(conversion.run(Settings(studs=48, detail=detail)).layout) for detail in ("auto", "plates"))
    share = auto / plates
    return [
        Row("Spot, 48 studs: parts, auto against plates", "<= 50 %", f"{share:.1%}", share <= 0.5, f"{auto}, {plates}")
    ]


def ball(rings: int, sides: int) -> Mesh:
    """A sphere of radius 1 with a texture of coloured squares."""
    angle, turn = np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, sides + 1)
    ring = np.sin(angle)[:, None]
    points = np.stack([ring * np.cos(turn), ring * np.sin(turn), np.cos(angle)[:, None] + 0 * turn], axis=-1)
    points[:, -1], points[0], points[-1] = points[:, 0], [0, 0, 1], [0, 0, -1]
    row, column = np.meshgrid(np.arange(rings), np.arange(sides), indexing="ij")
    a = (row * (sides + 1) + column).ravel()
    faces = np.concatenate([np.stack([a, a + sides + 1, a + 1], 1), np.stack([a + 1, a + sides + 1, a + sides + 2], 1)])
    place = np.stack(np.meshgrid(np.arange(sides + 1) / sides, 1 - np.arange(rings + 1) / rings), axis=-1)
    squares = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    squares[..., 3] = 255
    texture = np.kron(squares, np.ones((16, 16, 1), np.uint8))
    uvs = place.reshape(-1, 2)[faces].astype(np.float32)
    return Mesh(points.reshape(-1, 3), faces.astype(np.int32), (Material("squares", (1, 1, 1, 1), texture),), uvs=uvs)


def _sliced(mesh: Mesh, settings: Settings) -> Sliced:
    return slice_mesh(place_mesh(mesh, settings, SILENT), settings, SILENT)


@measured("ball-volume")
def ball_volume() -> list[Row]:
    """The areas of all cells of a ball of 150 studs, times the height, against the true volume."""
    volume = _sliced(ball(400, 800), Settings(studs=150)).volume_mm3
    error = abs(volume / (4 / 3 * np.pi * 600**3) - 1)
    return [Row("ball, 150 studs: volume of the cell areas", "<= 0.1 %", f"{error:.4%}", error <= 0.001)]


@measured("slice-150")
def slice_150() -> list[Row]:
    """A textured ball of 200,000 triangles at 150 studs, plate height: from the placed mesh to matched colours."""
    mesh, settings = ball(317, 316), Settings(studs=150, detail="plates")
    palette = usable_palette(load_palette(settings.palette), load_parts(settings.parts), (1,))
    placed = place_mesh(mesh, settings, SILENT)
    placed.mesh.materials[0].levels  # noqa: B018 - decoded once for all sizes

    def to_colours() -> np.ndarray:
        grid = choose_detail(slice_mesh(placed, settings, SILENT), placed, settings, SILENT)
        return match_units(grid.surface, palette.linear, settings.metric)

    seconds, rows = best_of(5, to_colours)
    details = f"{len(mesh.triangles):,} triangles, {len(rows):,} visible cells"
    return [Row("ball, 150 studs, plates: slices and colours", "<= 1.5 s", f"{seconds:.2f} s", seconds <= 1.5, details)]


@measured("any-winding")
def any_winding() -> list[Row]:
    """A sphere inverted, with half its triangles turned at random, and as a soup, against the clean one."""
    clean, settings = ball(60, 90), Settings(studs=48)
    turned = np.random.default_rng(1).random(len(clean.triangles)) < 0.5
    soup = clean.vertices[clean.triangles].reshape(-1, 3)
    others = {
        "inverted": (clean.vertices, clean.triangles[:, ::-1]),
        "mixed": (clean.vertices, np.where(turned[:, None], clean.triangles[:, ::-1], clean.triangles)),
        "soup": (soup, np.arange(len(soup), dtype=np.int32).reshape(-1, 3)),
    }
    target = _sliced(clean, settings).target
    rows = []
    for name, (vertices, triangles) in others.items():
        other = _sliced(Mesh(vertices, triangles), settings).target
        change = np.count_nonzero(target ^ other) / np.count_nonzero(target)
        rows.append(Row(f"sphere, {name}: cells that differ", "<= 1 %", f"{change:.3%}", change <= 0.01))
    return rows
