"""Blender's images, and what a camera sees, as pictures that mosaics are made of; and which image a mosaic shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from ..core.errors import CannotRead, NothingToBuild
from ..core.images import Picture, read_image
from .bricks import is_bricks
from .source_colour.images import has_known_colours, image_pixels, is_missing
from .temporary import place_for
from .versions import written_as_png

_IMAGE = "brickprint_image"  # custom property of a mosaic: the image that it shows
_SEEN_PIXELS = 512  # of the longer side of what a camera sees


def picture_of(image: bpy.types.Image) -> Picture:
    """The pixels of an image datablock; of a large one, smaller. Raises CannotRead for one without pixels."""
    if is_missing(image):
        raise CannotRead(f"The image {image.name!r} has no pixels: its file is gone or can't be read; load it again.")
    if not has_known_colours(image):
        raise CannotRead(f"The image {image.name!r} is a film, or has tiles; use a single picture.")
    return Picture(image.name.rsplit(".", 1)[0] or image.name, np.ascontiguousarray(image_pixels(image)[::-1]))


def picture_seen(context: bpy.types.Context) -> Picture:
    """What the scene's camera sees; the scene's settings stay as they are. Raises NothingToBuild without a camera."""
    scene, render = context.scene, context.scene.render
    if scene.camera is None:
        raise NothingToBuild("The scene has no camera; add one, or choose an image.")
    before = (render.resolution_x, render.resolution_y, render.resolution_percentage, render.filepath)
    longer = max(render.resolution_x, render.resolution_y)
    with place_for("seen.png") as place, written_as_png(scene):
        try:
            render.resolution_x = max(1, render.resolution_x * _SEEN_PIXELS // longer)
            render.resolution_y = max(1, render.resolution_y * _SEEN_PIXELS // longer)
            render.resolution_percentage = 100
            render.filepath = str(place)
            bpy.ops.render.render(write_still=True, scene=scene.name)
        finally:
            render.resolution_x, render.resolution_y, render.resolution_percentage, render.filepath = before
        return replace(read_image(place), name=f"{scene.name} from {scene.camera.name}")


def picture_of_file(path: Path) -> Picture:
    """The pixels that `image_of_file` has, without a new image datablock. Raises CannotRead, TooLarge."""
    read_image(path)  # which says what is wrong with it
    before = set(bpy.data.images)
    image = image_of_file(path)
    try:
        return picture_of(image)
    finally:
        if image not in before:
            bpy.data.images.remove(image)


def image_of_file(path: Path) -> bpy.types.Image:
    """The image datablock of a file: the one there is, or a new one."""
    return bpy.data.images.load(str(path), check_existing=True)


def image_of_picture(picture: Picture) -> bpy.types.Image:
    """A new image datablock with a picture's pixels, kept in the file."""
    high, wide = picture.pixels.shape[:2]
    image = bpy.data.images.new(picture.name, wide, high, alpha=True)
    image.pixels.foreach_set((picture.pixels[::-1] / np.float32(255)).ravel())
    image.pack()
    return image


def remember_image(mosaic: bpy.types.Object, image: bpy.types.Image) -> None:
    """Note which image a mosaic shows."""
    mosaic[_IMAGE] = image


def image_shown(mosaic: bpy.types.Object | None) -> bpy.types.Image | None:
    """The image that a mosaic was made from, where it still is there."""
    image = mosaic.get(_IMAGE) if is_bricks(mosaic) else None
    return image if isinstance(image, bpy.types.Image) else None
