"""Pictures become a video file, by Blender's own sequencer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bpy

from ..core.errors import BrickprintError
from ..core.export.files import temporary_folder, write_whole
from .temporary import temporary_data
from .versions import strips_of, write_video

# What each kind of file is made with: container, codec, preset.
_MAKERS = {"mp4": ("MPEG4", "H264", "GOOD"), "webm": ("WEBM", "WEBM", "REALTIME")}  # WEBM as a codec is VP9
VIDEO_KINDS = tuple(_MAKERS)


class NoVideo(BrickprintError):
    """This Blender can't write a video of this kind."""


def writes_videos() -> bool:
    """Whether Blender was built with what writes videos."""
    return bool(bpy.app.build_options.codec_ffmpeg)


def write_film(frames: Sequence[Path], path: Path, fps: float, resolution: tuple[int, int]) -> None:
    """Write pictures of one size as a video; its kind is the file's ending, one of VIDEO_KINDS.

    H.264 and VP9 take even sizes only: an odd row or column of pixels is left out. Raises NoVideo, CannotWrite.
    """
    container, codec, preset = _MAKERS[path.suffix[1:].lower()]
    with temporary_folder() as folder, temporary_data() as made:
        film = folder / f"film{path.suffix.lower()}"
        scene = made.keep(bpy.data.scenes.new("Brickprint film"))
        _set_up(scene, len(frames), fps, resolution)
        write_video(scene, container, codec)
        scene.render.ffmpeg.constant_rate_factor = "PERC_LOSSLESS"
        scene.render.ffmpeg.ffmpeg_preset = preset
        scene.render.ffmpeg.gopsize = max(1, round(fps))
        scene.render.filepath = str(film)
        _add_pictures(scene, frames)
        try:
            bpy.ops.render.render(animation=True, scene=scene.name)
        except RuntimeError as error:
            raise NoVideo(f"This Blender wrote no {path.suffix[1:]} ({' '.join(str(error).split())}).") from error
        if _length(film) != len(frames):
            raise NoVideo(f"This Blender wrote no whole {path.suffix[1:]}: its codec is missing, or there is no room.")
        write_whole(path, film.read_bytes())


def _set_up(scene: bpy.types.Scene, frames: int, fps: float, resolution: tuple[int, int]) -> None:
    render = scene.render
    scene.frame_start, scene.frame_end = 1, frames
    render.resolution_x, render.resolution_y = (length - length % 2 for length in resolution)
    render.resolution_percentage = 100
    render.fps = max(1, round(fps))
    render.fps_base = render.fps / fps
    render.use_sequencer = True
    render.use_file_extension = False
    scene.view_settings.view_transform = "Standard"  # pictures go through as they are
    scene.view_settings.look = "None"
    scene.sequencer_colorspace_settings.name = "sRGB"


def _add_pictures(scene: bpy.types.Scene, frames: Sequence[Path]) -> None:
    editor = scene.sequence_editor_create()
    strip = strips_of(editor).new_image("film", str(frames[0]), 1, 1, fit_method="ORIGINAL")
    for frame in frames[1:]:
        strip.elements.append(frame.name)
    strip.frame_final_duration = len(frames)


def _length(film: Path) -> int:
    """How many frames a video holds; 0 where it can't be read."""
    if not film.is_file():
        return 0
    with temporary_data() as made:
        try:
            clip = made.keep(bpy.data.movieclips.load(str(film)))
        except RuntimeError:
            return 0
        return int(clip.frame_duration)
