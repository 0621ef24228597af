"""A build animation filmed to files: a video, or a folder of pictures that a stopped run can go on with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core.errors import CannotRead, CannotWrite
from ..core.export.files import refuse_unwritable, write_whole
from .animation import built_at
from .build_nodes import BUILT, build_modifier
from .filming import Film, take_frame
from .instancer import PARTS_INPUT, instancer_modifier
from .versions import nodes_input, nodes_inputs
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

    kind: one of VIDEO_KINDS, and path the video; or png, and path a folder for the pictures. A video's pictures are in
    a folder beside it, `<name> frames`, until it is whole, and longer with `keep`: those of the same film are not
    taken again, so that a run that was stopped or failed goes on where it was. Where no video can be written they
    stay, and a warning says so. Raises CannotWrite, CannotRead.
    """
    video = kind in VIDEO_KINDS
    folder = path.with_name(f"{path.stem} frames") if video else path
    refuse_unwritable(path.parent if video else path)
    if video and path.is_dir():
        raise CannotWrite(f"{path} is a folder; choose another name for the video.")
    frames = [folder / f"frame-{frame:04d}.png" for frame in film.frames]
    yield from _take_all(context, bricks.name, film, frames)
    if not video:
        return []
    if not writes_videos():
        return [f"This Blender was built without FFmpeg and writes no videos; the pictures are in {folder}"]
    try:
        write_film(frames, path, fps, film.resolution)
    except NoVideo as reason:
        return [f"{reason} The pictures are in {folder}"]
    except CannotWrite as error:
        raise CannotWrite(f"{error} The pictures are in {folder} and will be used next time.") from error
    if not keep:
        _remove_pictures(folder, frames)
    return []


def _remove_pictures(folder: Path, frames: list[Path]) -> None:
    """Remove the pictures of a finished film, and their folder unless it holds something else."""
    try:
        for file in (*frames, folder / _STAMP):
            file.unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise CannotWrite(f"The film is done, but {folder} can't be removed ({error.strerror}).") from error


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
    built = build_modifier(bricks)
    shown = [
        [_modifier_told(modifier, () if modifier != built else (BUILT,)) for modifier in bricks.modifiers],
        _parts_told(bricks),
        _rounded(bricks.matrix_world),
        [round(built_at(bricks, frame), 6) for frame in film.frames],
        (film.frames[0], film.orbit, film.resolution, film.engine),
    ]
    found.update(json.dumps(shown).encode())
    return found.hexdigest()


def _modifier_told(modifier: bpy.types.Modifier, without: Sequence[str]) -> list[Any]:
    """What a modifier is set to; of the planes and other objects that it works by, where they are."""
    if modifier.type != "NODES" or modifier.node_group is None:
        return [modifier.type, modifier.show_render]
    inputs = [(name, _value_told(value)) for name, value in nodes_inputs(modifier) if name not in without]
    return [modifier.type, modifier.show_render, modifier.node_group.name, inputs]


def _parts_told(bricks: bpy.types.Object) -> list[Any]:
    """The parts that a model is made of, and how their plastic looks."""
    parts = nodes_input(instancer_modifier(bricks), PARTS_INPUT).objects
    plastics = {slot.material for part in parts for slot in part.material_slots if slot.material}
    return [
        sorted((part.name, len(part.data.vertices), [slot.name for slot in part.material_slots]) for part in parts),
        sorted(([plastic.name, *_looks_of(plastic)] for plastic in plastics), key=lambda one: one[0]),
    ]


def _looks_of(plastic: bpy.types.Material) -> list[Any]:
    """The colour that Workbench shows, and what the nodes are set to."""
    nodes = plastic.node_tree.nodes if plastic.node_tree else ()
    sockets = [socket for node in nodes for socket in node.inputs if hasattr(socket, "default_value")]
    return [
        _rounded([plastic.diffuse_color]),
        [plastic.roughness, plastic.metallic, plastic.specular_intensity],
        [_value_told(socket.default_value) for socket in sockets],
    ]


def _value_told(value: Any) -> Any:
    """A value of any kind, as JSON takes it."""
    if isinstance(value, bpy.types.Object):
        return _rounded(value.matrix_world)
    if isinstance(value, bpy.types.ID):
        return value.name
    if value is None or isinstance(value, bool | int | str):
        return value
    return round(value, 6) if isinstance(value, float) else _rounded([value])


def _rounded(rows: Iterable[Iterable[float]]) -> list[float]:
    return [round(value, 6) for row in rows for value in row]
