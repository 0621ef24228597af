"""Images become mosaics: what the command line and the panel ask for, carried out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any

import bpy
import numpy as np
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras.io_utils import ImportHelper

from ..core.editing.renewing import Edited
from ..core.errors import CannotRead
from ..core.images import IMAGE_KINDS, Picture, read_image
from ..core.libraries import IMAGES, missing
from ..core.mosaic.by_hand import NOTHING_BY_HAND, by_hand_of, studs_set
from ..core.mosaic.making import MosaicMaking
from ..core.mosaic.picked import is_as_made, made_again
from ..core.mosaic.settings import MosaicSettings
from ..core.pieces import News, Pieces
from ..core.plan import Plan
from ..core.progress import Progress
from ..core.settings import Settings, options
from ..scene.pictures import (
    image_of_file,
    image_of_picture,
    image_shown,
    picture_of,
    picture_of_file,
    picture_seen,
    remember_image,
)
from .by_worker import ByWorker
from .chosen_settings import settings_from, taken
from .showing import show_built

_MOST_KEPT = 2  # images whose results are kept
_kept: dict[bytes, MosaicMaking] = {}
_one_at_a_time = Lock()  # a making may be asked by two threads, of which each would change what it keeps


def plan_of_file(path: Path, settings: MosaicSettings, standing: Settings, progress: Progress) -> Plan:
    """The mosaic of an image file. Raises a BrickprintError."""
    began = time.perf_counter()
    picture = read_image(path)
    return MosaicMaking(picture, time.perf_counter() - began).run(settings, standing, progress)


def mosaic_settings_from(properties: Any) -> MosaicSettings:
    """The settings that the mosaic's property group holds. Raises BadSetting when one can't be used."""
    values = {name: taken(name, getattr(properties, name), MosaicSettings) for name in options(MosaicSettings)}
    return MosaicSettings(**values)


def making_of(picture: Picture) -> MosaicMaking:
    """The making of a picture: the one kept for its pixels, so that only later steps run again, or a new one."""
    key = blake2b(picture.pixels.tobytes() + repr((picture.name, picture.pixels.shape)).encode()).digest()
    _kept[key] = _kept.pop(key, None) or MosaicMaking(picture)
    while len(_kept) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
    return _kept[key]


def work_of(
    scene: bpy.types.Scene, picture: Picture, by_hand: np.ndarray = NOTHING_BY_HAND
) -> Callable[[Progress], Plan]:
    """What makes the plan of a picture's mosaic, by a scene's settings as they are now. Raises a BrickprintError.

    by_hand: studs picked in it and set by hand.
    """
    settings = mosaic_settings_from(scene.brickprint_mosaic)
    return partial(_made, making_of(picture), settings, settings_from(scene.brickprint), by_hand)


def _made(
    making: MosaicMaking, settings: MosaicSettings, standing: Settings, by_hand: np.ndarray, progress: Progress
) -> Plan:
    with _one_at_a_time:
        return making.run(settings, standing, progress, by_hand)


def making_shown(bricks: bpy.types.Object | None, plan: Plan) -> MosaicMaking | None:
    """What makes the mosaic of a plan again; None for other models, and for what would be lost then (`is_as_made`).

    Raises CannotRead where its image has no pixels any more.
    """
    image = image_shown(bricks)
    return making_of(picture_of(image)) if image is not None and is_as_made(plan) else None


def with_studs_set(
    making: MosaicMaking, plan: Plan, by_hand: np.ndarray, rows: np.ndarray, progress: Progress
) -> Edited:
    """A mosaic made again with other studs set by hand; rows (N,) bool: the picked parts. Raises a BrickprintError."""
    with _one_at_a_time:
        return made_again(making, plan, by_hand, rows, progress)


def set_words(plan: Plan) -> str:
    """How many studs of a mosaic are set by hand, as it is told."""
    count = studs_set(by_hand_of(plan.settings))
    return (rpt_("{count} stud is set by hand") if count == 1 else rpt_("{count:,} studs are set by hand")).format(
        count=count
    )


class _MakesMosaics(ByWorker):
    """Makes a mosaic of an image: at once when a script asks, beside the user's work in a window.

    A subclass has `_chosen`, which gives the picture and changes nothing, and `_image`, which gives its datablock.
    """

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """A library is missing."""
        yield from super().refusals(context)
        yield missing(IMAGES)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Make it; in a window the work goes on beside the user."""
        return self._at_once_or_beside(context)

    def _chosen(self, context: bpy.types.Context) -> Picture:
        raise NotImplementedError

    def _image(self, context: bpy.types.Context) -> bpy.types.Image:
        raise NotImplementedError

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Plan]]:
        yield News(0.0, "Reading the image", long=True)
        return work_of(context.scene, self._chosen(context))

    def _show(self, context: bpy.types.Context, plan: Plan) -> None:
        """Put the mosaic into the scene and make it active; the panel shows its image."""
        image = self._image(context)  # first: it may be gone
        remember_image(show_built(self, context, plan), image)
        context.scene.brickprint_mosaic.image = image


class MosaicOfImage(_MakesMosaics, bpy.types.Operator):
    """Make a mosaic of the chosen image"""

    bl_idname = "brickprint.mosaic"
    bl_label = "Make Mosaic"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """No image is chosen: told before all else."""
        if context.scene.brickprint_mosaic.image is None:
            yield "Choose an image first"
        yield from super().refusals(context)

    def _chosen(self, context: bpy.types.Context) -> Picture:
        image = context.scene.brickprint_mosaic.image
        self._name = image.name
        return picture_of(image)

    def _image(self, _context: bpy.types.Context) -> bpy.types.Image:
        image = bpy.data.images.get(self._name)
        if image is None:
            raise CannotRead(f"The image {self._name!r} was removed while its mosaic was made; nothing was changed.")
        return image


class MosaicOfCamera(_MakesMosaics, bpy.types.Operator):
    """Make a mosaic of what the scene's camera sees"""

    bl_idname = "brickprint.mosaic_of_camera"
    bl_label = "Mosaic From Camera"
    bl_options = {"REGISTER", "UNDO"}

    def _chosen(self, context: bpy.types.Context) -> Picture:
        self._seen = picture_seen(context)
        return self._seen

    def _image(self, _context: bpy.types.Context) -> bpy.types.Image:
        return image_of_picture(self._seen)


class MosaicOfFile(_MakesMosaics, bpy.types.Operator, ImportHelper):
    """Load an image, and make a mosaic of it"""

    bl_idname = "brickprint.mosaic_of_file"
    bl_label = "Mosaic of Image File"
    bl_options = {"UNDO"}

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default=";".join(f"*{kind}" for kind in IMAGE_KINDS), options={"HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a file; one that was dropped is taken at once."""
        return self.execute(context) if self.filepath else ImportHelper.invoke(self, context, event)

    def _path(self) -> Path:
        return Path(bpy.path.abspath(self.filepath))

    def _chosen(self, _context: bpy.types.Context) -> Picture:
        return picture_of_file(self._path())

    def _image(self, _context: bpy.types.Context) -> bpy.types.Image:
        return image_of_file(self._path())


CLASSES = (MosaicOfImage, MosaicOfCamera, MosaicOfFile)
