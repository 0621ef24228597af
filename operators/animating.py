"""The build as an animation: given to a model, taken away, and filmed."""

import os
from collections.abc import Iterator
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.errors import CannotWrite
from ..core.export.files import file_name
from ..scene.animation import animate_build, frames_of, is_animated, remove_animation
from ..scene.bricks import read_plan
from ..scene.build_nodes import build_modifier
from ..scene.filming import plan_film
from ..scene.shooting import Shooting, shoot
from ..scene.turntable import add_turntable
from ..scene.video import VIDEO_KINDS
from .beside import BesideUser, in_window, require_now
from .chosen_settings import settings_from
from .models import OfBrickModel
from .polled import WhileIdle
from .preferred import first_place
from .reporting import reports_errors, warn

_POLL_SECONDS = 0.02
_KINDS = (
    ("mp4", "MP4", "A video that plays everywhere (H.264)"),
    ("webm", "WebM", "A video for web pages (VP9)"),
    ("png", "PNG", "A folder of pictures; a stopped run goes on where it was"),
)
_ENGINES = (
    ("workbench", "Workbench", "Quick, without lamps"),
    ("eevee", "EEVEE", "Lamps and reflections, by the graphics card"),
    ("cycles", "Cycles", "Light as it is; slow"),
)


class AnimateBuild(OfBrickModel, bpy.types.Operator):
    """Let the active brick model be built part by part in the course of the scene's frames"""

    bl_idname = "brickprint.animate"
    bl_label = "Animate Build"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"
    replaces = staticmethod(build_modifier)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Animate from the scene's first frame on, and show the last."""
        scene, bricks = context.scene, context.active_object
        animate_build(bricks, read_plan(bricks), settings_from(scene.brickprint), scene.frame_start)
        scene.frame_end = frames_of(bricks)[-1]
        scene.frame_set(scene.frame_end)
        told = rpt_("Frames {first} to {last}; play them in the timeline")
        self.report({"INFO"}, told.format(first=scene.frame_start, last=scene.frame_end))
        return {"FINISHED"}


class _OfAnimatedModel(OfBrickModel, WhileIdle):
    """An operator that acts on the active brick model's build animation."""

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """The model has no build animation."""
        yield from super().refusals(context)
        if build_modifier(context.active_object) is None:
            yield "Choose Animate Build first"


class RemoveAnimation(_OfAnimatedModel, bpy.types.Operator):
    """Show the active brick model finished at every frame again"""

    bl_idname = "brickprint.remove_animation"
    bl_label = "Remove Build Animation"
    bl_options = {"REGISTER", "UNDO"}
    changes = "object"
    replaces = staticmethod(build_modifier)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove what the animation added."""
        remove_animation(context.active_object)
        return {"FINISHED"}


class AddTurntable(OfBrickModel, bpy.types.Operator):
    """Add a camera that goes round the active brick model over its build animation, or else over the scene's frames"""

    bl_idname = "brickprint.add_turntable"
    bl_label = "Add Turntable Camera"
    bl_options = {"REGISTER", "UNDO"}
    changes = "nothing"

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Add it, and look through it when rendering."""
        pivot = add_turntable(context, context.active_object, context.scene.brickprint.orbit)
        told = rpt_("{camera} goes round {pivot}")
        self.report({"INFO"}, told.format(camera=context.scene.camera.name, pivot=pivot.name))
        return {"FINISHED"}


class RenderBuildAnimation(_OfAnimatedModel, BesideUser, bpy.types.Operator):
    """Film the active brick model's build on a turntable, as a video or as pictures; the scene stays as it is"""

    bl_idname = "brickprint.render_animation"
    bl_label = "Render Build Animation"
    changes = "nothing"

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"HIDDEN"})
    kind: bpy.props.EnumProperty(name="File", description="A video, or pictures to cut one from", items=_KINDS)
    engine: bpy.props.EnumProperty(
        name="Engine", description="What takes the pictures: the better the light, the longer it takes", items=_ENGINES
    )
    size: bpy.props.IntVectorProperty(
        name="Size", description="Width and height in pixels", size=2, default=(1280, 720), min=16, max=16384
    )
    keep: bpy.props.BoolProperty(
        name="Keep Pictures",
        description="Leave a video's pictures in the folder beside it, also when it is done",
    )

    _asked = False
    _shooting: Shooting | None = None

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """The animation has lost its key frames."""
        yield from super().refusals(context)
        if not is_animated(context.active_object):
            yield "The build animation has lost its key frames; choose Animate Build again"

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask where to; the model's own name is proposed."""
        name = f"{file_name(read_plan(context.active_object).name)}.{self.kind}"
        self.filepath = first_place(name)
        if not in_window(context):
            return self.execute(context)
        self._asked = True
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def draw(self, context: bpy.types.Context) -> None:
        """The choices beside the file browser."""
        self.layout.use_property_split = True
        for name in ("kind", "engine", "size", "keep"):
            column = self.layout.column()
            column.active = name != "keep" or self.kind != "png"
            column.prop(self, name)

    def check(self, _context: bpy.types.Context) -> bool:
        """The file's ending follows the kind."""
        before = self.filepath
        if self._is_named():
            self.filepath = str(self._path())
        return self.filepath != before

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Film all of it at once; or begin to, where a user asked for it."""
        require_now(self, context)
        if not self._is_named():
            raise CannotWrite("No file name was given; choose one.")
        path = Path(bpy.path.abspath(str(self._path())))
        bricks, scene = context.active_object, context.scene
        film = plan_film(context, bricks, scene.brickprint.orbit, tuple(self.size), self.engine)
        self._path_text, self._frames = str(path), len(film.frames)
        fps = scene.render.fps / scene.render.fps_base
        self._shooting = shoot(context, bricks, film, path, self.kind, fps, self.keep)
        if not self._asked:
            while not self._finished():
                pass
            return {"FINISHED"}
        self._told(context, 0)
        return self._begin(context, _POLL_SECONDS)

    def _next(self, context: bpy.types.Context) -> bool:
        """One picture."""
        over = self._finished()
        if not over:
            self._told(context, self._done)
        return over

    def _stopped(self, context: bpy.types.Context) -> set[str]:
        """Between two pictures."""
        self.cancel(context)
        self.report({"INFO"}, "Stopped. The pictures that are there will be used next time")
        return {"CANCELLED"}

    def _let_go(self) -> None:
        self._shooting.close()

    def _finished(self) -> bool:
        """Take the next picture; whether that was all, which then is told."""
        try:
            self._done = next(self._shooting)
        except StopIteration as end:
            warn(self, end.value)
            if not end.value:
                self.report({"INFO"}, rpt_("Wrote {path}").format(path=self._path_text))
            return True
        return False

    def _told(self, context: bpy.types.Context, done: int) -> None:
        text = rpt_("Picture {done} of {all}") if done < self._frames else rpt_("Writing the video")
        self._tell(context, done / self._frames, text.format(done=done, all=self._frames))

    def _is_named(self) -> bool:
        """Whether the chosen path ends with a name; pictures may go into a folder that is there."""
        text = self.filepath.strip()
        return bool(Path(text).name) and not (self.kind in VIDEO_KINDS and text.endswith(("/", os.sep)))

    def _path(self) -> Path:
        """The chosen path with the ending of the chosen kind; a folder of pictures has none."""
        path = Path(self.filepath)
        plain = path.with_suffix("") if path.suffix[1:].lower() in {kind for kind, *_ in _KINDS} else path
        return plain.with_name(f"{plain.name}.{self.kind}") if self.kind in VIDEO_KINDS else plain


CLASSES = (AnimateBuild, RemoveAnimation, AddTurntable, RenderBuildAnimation)
