"""The pictures and figures of the README."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pypdfium2
from brickprint.core.export.instructions.pdf import pdf_bytes
from brickprint.core.settings import Settings
from brickprint.scene.animation import animate_build
from brickprint.scene.bricks import show_plan
from brickprint.scene.filming import plan_film, take_frame
from pages import DOCS, framed, parts, put, sample
from strips import GRAIN, read_picture, rendered, side_by_side, write_png

PANEL = (slice(84, 904), slice(404, 1312))  # rows and columns of the window's picture: model and sidebar


def lighthouse() -> None:
    """The README's picture and the line below it."""
    plan = sample("lighthouse").run(Settings(studs=48))
    write_png(DOCS / "lighthouse.png", rendered(plan, (960, 540)), GRAIN)
    seconds = plan.report["seconds"]["total"]
    line = f"{parts(plan)} parts that share {plan.report['shape']['iou']:.1%} of their space with the mesh"
    put(
        DOCS.parent / "README.md",
        "lighthouse",
        f"*`samples/lighthouse.glb` at 48 studs: {line}, made in {seconds:.1f} s; rendered with Cycles.*",
    )


def instructions() -> None:
    """Two pages of a book."""
    plan = replace(sample("lighthouse").run(Settings(studs=32)), name="Lighthouse")
    book = pypdfium2.PdfDocument(pdf_bytes(plan, "a4", False))
    pages = [book[number].render(scale=1.2).to_numpy()[..., 2::-1] for number in (0, 30)]
    write_png(DOCS / "instructions.png", side_by_side([framed(page) for page in pages], 2), 0.0)


def animation() -> None:
    """Two pictures of films: parts that fly in from above, and a section before it is put on."""
    pictures = [
        film_picture(Settings(studs=32), 0.6),
        film_picture(Settings(studs=32, split="16"), 0.72),
    ]
    write_png(DOCS / "animation.png", side_by_side(pictures, 2), GRAIN)


def film_picture(settings: Settings, share: float) -> np.ndarray:
    """(H, W, 3) uint8: the lighthouse's film when this share of it is over."""
    plan = sample("lighthouse").run(settings)
    bpy.ops.wm.read_homefile(use_empty=True)
    bricks = show_plan(bpy.context, plan, "full")
    animate_build(bricks, plan, settings)
    film = plan_film(bpy.context, bricks, settings.orbit, (600, 400))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frame.png"
        take_frame(bpy.context, bricks, film, film.frames[int(share * len(film.frames))], path)
        return read_picture(path)


def panel(version: str, window: Path) -> None:
    """Cut model and sidebar out of a picture of the window."""
    write_png(DOCS / f"panel-{version}.png", read_picture(window)[PANEL])
