"""Pictures of models that the octree network made of one picture each, beside what it saw."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
from brickprint.core.images import Picture
from brickprint.core.imaging import ImageSettings, mesh_of_image
from brickprint.core.networks.poses import SET_POSE
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.scene.source.importing import fresh_scene, import_file
from brickprint.scene.source.reading import read_objects
from brickprint.training.renders import picture
from brickprint.training.shapes import SHAPES
from strips import labelled, rendered

ROOT = Path(__file__).resolve().parents[1]
# None of the networks has seen any of these. Those of the shapes are left out where the shapes are not there.
SHOWN = {
    "lighthouse": ROOT / "samples" / "lighthouse.glb",
    "apple": ROOT / "samples" / "apple.glb",
    "chair": SHAPES / "quaternius-furniture-pack-oct-2017" / "chairhandle.glb",
    "armchair": SHAPES / "kaykit-furniture-bits" / "armchair.glb",
    "spaceship": SHAPES / "quaternius-spaceship-pack-jun-2016" / "mediumship.glb",
    "house": SHAPES / "quaternius-buildings-pack-aug-2017" / "house.glb",
}
_SIDE = 340
_SETTINGS = Settings(studs=32, colours=4)


def pictures_and_models() -> list[np.ndarray]:
    """For each object what the network saw, and the bricks, with words under them."""
    made = []
    for name, file in SHOWN.items():
        if file.exists():
            pixels = seen(file)
            mesh = mesh_of_image(Picture(name, pixels), ImageSettings(network="octree"))
            plan = Conversion(mesh).run(_SETTINGS)
            made += [labelled(on_white(pixels), name)]
            made += [labelled(rendered(plan, (_SIDE, _SIDE)), f"{plan.report['parts']['total']} parts")]
    return made


def seen(file: Path) -> np.ndarray:
    """(340, 340, 4) uint8: the object of a file in the set pose."""
    fresh_scene()
    return picture(read_objects(bpy.context, import_file(bpy.context, file)), SET_POSE, _SIDE)


def on_white(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 of pixels (H, W, 4)."""
    share = pixels[..., 3:] / 255
    shown: np.ndarray = np.rint(pixels[..., :3] * share + 255 * (1 - share)).astype(np.uint8)
    return shown
