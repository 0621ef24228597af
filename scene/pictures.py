"""Blender's images, and what a camera sees, as pictures that mosaics are made of; and which image a mosaic shows."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.errors import CannotRead, NothingToBuild
from ..core.images import Picture
from .bricks import is_bricks
from .source_colour.images import has_known_colours, image_pixels, is_missing
from .temporary import place_for

_IMAGE = "brickprint_image"  # custom property of a mosaic: the image that it shows
_SEEN_PIXELS = 512  # of the longer side of what a camera sees


def picture_of(image: bpy.types.Image) -> Picture:
    """The pixels of an image datablock; of a large one, smaller. Raises CannotRead for one without pixels."""
    if is_missing(image):
        raise CannotRead(f"The image {image.name!r} has no pixels: its file is gone or can't be read; load it again.")
    if not has_known_colours(image):
        raise CannotRead(f"The image {image.name!r} is a film, or has tiles; use a single picture.")
    return Picture(image.name.rsplit(".", 1)[0] or image.name, np.ascontiguousarray(image_pixels(image)[::-1]))


def image_seen(context: bpy.types.Context) -> bpy.types.Image:
    """A new image datablock of what the scene's camera sees, kept in the file; the scene's settings stay as they are.

    Raises NothingToBuild without a camera.
    """
    scene, render = context.scene, context.scene.render
    if scene.camera is None:
        raise NothingToBuild("The scene has no camera; add one, or choose an image.")
    before = (render.resolution_x, render.resolution_y, render.resolution_percentage, render.filepath)
    kind = render.image_settings.file_format
    longer = max(render.resolution_x, render.resolution_y)
    with place_for("seen.png") as place:
        try:
            render.resolution_x = max(1, render.resolution_x * _SEEN_PIXELS // longer)
            render.resolution_y = max(1, render.resolution_y * _SEEN_PIXELS // longer)
            render.resolution_percentage = 100
            render.filepath = str(place)
            render.image_settings.file_format = "PNG"
            bpy.ops.render.render(write_still=True, scene=scene.name)
        finally:
            render.image_settings.file_format = kind
            render.resolution_x, render.resolution_y, render.resolution_percentage, render.filepath = before
        image = bpy.data.images.load(str(place))
        image.name = f"{scene.name} from {scene.camera.name}"
        image.pack()
        image.filepath = ""
    return image


def remember_image(mosaic: bpy.types.Object, image: bpy.types.Image) -> None:
    """Note which image a mosaic shows."""
    mosaic[_IMAGE] = image


def image_shown(mosaic: bpy.types.Object | None) -> bpy.types.Image | None:
    """The image that a mosaic was made from, where it still is there."""
    image = mosaic.get(_IMAGE) if is_bricks(mosaic) else None
    return image if isinstance(image, bpy.types.Image) else None
