"""`python benchmarks/run.py octree`: how long a picture takes to become a volume, and bricks in a file."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from brickprint.core.networks.octree import NETWORKS, volume_of_image
from brickprint.core.networks.poses import SET_POSE
from brickprint.training.renders import picture
from PIL import Image
from table import ROOT, Row, best_of, measured, read

_NETWORK_SECONDS, _FILE_SECONDS = 1.0, 5.0
_STUDS = 32


@measured("octree")
def octree() -> list[Row]:
    """The lighthouse of the samples, seen in the set pose."""
    pixels = picture(read(str(ROOT / "samples" / "lighthouse.glb")), SET_POSE, 512)
    loading, _ = best_of(1, lambda: volume_of_image(pixels))
    again, volume = best_of(3, lambda: volume_of_image(pixels))
    details = f"the first time {loading:.2f} s; {len(NETWORKS)} networks; {volume.cells.sum()} cells of 32 a side"
    return [
        Row("picture to volume", f"{_NETWORK_SECONDS:g} s", f"{again:.2f} s", again <= _NETWORK_SECONDS, details),
        *(_to_file(Image.fromarray(pixels), packer) for packer in ("best", "fast")),
    ]


def _to_file(image: Image.Image, packer: str) -> Row:
    """The whole command, with its start; four colours, as [I] has."""
    with tempfile.TemporaryDirectory() as folder:
        image.save(Path(folder) / "lighthouse.png")
        words = [
            "image",
            str(Path(folder) / "lighthouse.png"),
            "--network",
            "octree",
            "--studs",
            str(_STUDS),
            "--colours",
            "4",
            "--packer",
            packer,
        ]
        call = [sys.executable, str(ROOT / "batch.py"), *words, "--formats", "ldr", "--out", folder]
        began, used = time.perf_counter(), os.times()
        subprocess.run(call, check=True, capture_output=True)
        seconds, now = time.perf_counter() - began, os.times()
        busy = now.children_user + now.children_system - used.children_user - used.children_system
        (made,) = Path(folder).rglob("*.ldr")
        parts = sum(line.startswith("1 ") for line in made.read_text(encoding="utf-8").splitlines())
    details = f"{parts} parts; from the start of the command; {busy:.1f} s of the processors"
    what = f"image to .ldr, {_STUDS} studs, {packer}"
    return Row(what, f"{_FILE_SECONDS:g} s", f"{seconds:.1f} s", seconds <= _FILE_SECONDS, details)
