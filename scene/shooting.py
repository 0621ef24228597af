"""A build animation filmed to files: a video, or a folder of pictures that a stopped run can go on with."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np

from ..core.errors import CannotRead, CannotWrite
from ..core.export.files import write_whole
from .animation import built_at
from .build_nodes import build_modifier
from .filming import Film, take_frame
from .instancer import PARTS_INPUT, instancer_modifier
from .versions import nodes_input
from .video import VIDEO_KINDS, NoVideo, write_film, writes_videos

_STAMP = "film.json"  # beside kept pictures: what they are of
_STAMP_KEY = "brickprint_film"
_PICTURES = "frame-*.png"

Shooting = Generator[int, None, list[str]]


def shoot(
    context: bpy.types.Context,
    bricks: bpy.types.Object,
    film: Film,
    path: Path,
    kind: str,
    fps: float,
    keep: bool = False,
) -> Shooting:
    """Film a model, a picture at a time: gives how many there are after each, and returns warnings.

    kind: one of VIDEO_KINDS, and path the video; or png, and path a folder for the pictures. keep: leave the pictures
    beside the video. Kept pictures of the same film are not taken again. Where no video can be written,
    the pictures are kept in its place, and a warning says so. A video's pictures are gone when this ends or is closed
    early, unless they are kept. Raises CannotWrite, CannotRead.
    """
    video = kind in VIDEO_KINDS
    instead = path.with_name(f"{path.stem} frames") if video else path
    warnings = []
    if video and not writes_videos():
        video = False
        warnings.append(f"This Blender was built without FFmpeg and writes no videos; the pictures are in {instead}")
    with _folder_for(instead if keep or not video else None) as folder:
        frames = [folder / f"frame-{frame:04d}.png" for frame in film.frames]
        yield from _take_all(context, bricks.name, film, frames)
        if video:
            try:
                write_film(frames, path, fps, film.resolution)
            except NoVideo as reason:
                warnings.append(f"{reason} The pictures are in {instead}")
                if folder != instead:
                    _claim(instead, json.loads((folder / _STAMP).read_text())[_STAMP_KEY])
                    for frame in frames:
                        write_whole(instead / frame.name, frame.read_bytes())
    return warnings


@contextmanager
def _folder_for(kept: Path | None) -> Iterator[Path]:
    """A folder to keep pictures in, or one that is gone in the end."""
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="brickprint-") as passing:
        yield Path(passing)


def _take_all(context: bpy.types.Context, name: str, film: Film, paths: list[Path]) -> Iterator[int]:
    """Take the pictures that are not there. The model is looked up for each: pointers die on undo."""
    stamp = _fingerprint(_model(name), film)
    _claim(paths[0].parent, stamp)
    for done, (frame, path) in enumerate(zip(film.frames, paths, strict=True), 1):
        if not path.exists():
            bricks = _model(name)
            if _fingerprint(bricks, film) != stamp:
                raise CannotRead(f"Model {name!r} was changed while it was filmed; film it again.")
            take_frame(context, bricks, film, frame, path)
        yield done


def _model(name: str) -> bpy.types.Object:
    bricks = bpy.data.objects.get(name)
    if bricks is None or build_modifier(bricks) is None:
        raise CannotRead(f"Model {name!r} or its build animation is gone; it can't be filmed to the end.")
    return bricks


def _claim(folder: Path, stamp: str) -> None:
    """Make a folder ready for a film: pictures of another film of ours go; other people's are not touched."""
    stamp_file = folder / _STAMP
    old = list(folder.glob(_PICTURES))
    if _stamp_of(stamp_file) == stamp:
        return
    if old and not stamp_file.exists():
        raise CannotWrite(f"{folder} has pictures named {_PICTURES} of something else; choose another folder.")
    try:
        for picture in old:
            picture.unlink()
    except OSError as error:
        raise CannotWrite(f"{folder} has older pictures that can't be removed ({error.strerror}).") from error
    write_whole(stamp_file, json.dumps({_STAMP_KEY: stamp}) + "\n")


def _stamp_of(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text("utf-8"))[_STAMP_KEY])
    except (OSError, ValueError, KeyError, TypeError):  # no stamp of ours
        return None


def _fingerprint(bricks: bpy.types.Object, film: Film) -> str:
    """What the pictures depend on, in short."""
    found = hashlib.sha256()
    for attribute in sorted(bricks.data.attributes, key=lambda one: one.name):
        kind = {
            "INT": ("value", np.int32, 1),
            "FLOAT": ("value", np.float32, 1),
            "FLOAT_VECTOR": ("vector", np.float32, 3),
        }
        if attribute.data_type in kind and attribute.domain == "POINT":
            field, dtype, width = kind[attribute.data_type]
            values = np.empty(len(attribute.data) * width, dtype)
            attribute.data.foreach_get(field, values)
            found.update(attribute.name.encode())
            found.update(values.tobytes())
    parts = nodes_input(instancer_modifier(bricks), PARTS_INPUT)
    modifier = build_modifier(bricks)
    shown = [
        sorted((part.name, len(part.data.vertices)) for part in parts.objects),
        modifier.node_group.name,
        [round(value, 6) for row in bricks.matrix_world for value in row],
        [round(built_at(bricks, frame), 6) for frame in film.frames],
        (film.frames[0], film.orbit, film.resolution, film.engine),
    ]
    found.update(json.dumps(shown).encode())
    return found.hexdigest()
