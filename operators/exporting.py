"""Files of a brick model: everything that can be written without a picture being taken, in one go."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
from bpy.app.translations import pgettext_iface as iface_
from bpy.app.translations import pgettext_n as n_
from bpy.app.translations import pgettext_rpt as rpt_

from ..core.errors import Cancelled, CannotWrite
from ..core.export.files import file_name
from ..core.export.formats import write_format
from ..core.export.options import ExportOptions
from ..core.libraries import lacking_for_format
from ..core.plan import Plan
from ..core.progress import SILENT, Progress
from ..core.settings import options
from ..scene.bricks import read_plan
from ..scene.formats import SCENE_WRITERS
from ..scene.saving import save_blend
from .beside import BesideUser, require_now
from .models import OfBrickModel
from .preferred import first_place
from .reporting import reports_errors, warn
from .worker import Worker

_POLL_SECONDS = 0.1
_SPOKEN = {
    "ldr": ("LDraw", "The model as one list of parts, for Studio, LeoCAD and other brick programs"),
    "mpd": ("LDraw with Steps", "The model with sub-models and building steps, for brick programs"),
    "lxf": ("LXF", "The model for LEGO Digital Designer and its successors"),
    "xml": ("BrickLink List", "A list to upload as a wanted list, to buy the parts"),
    "csv": ("Parts Tables", "Two tables of the parts: one to read, one to upload to Rebrickable"),
    "pdf": ("Instructions, PDF", "Building instructions to print"),
    "html": ("Instructions, HTML", "Building instructions for a screen, in one file"),
    "glb": ("GLB", "The bricks as meshes, for game engines, web pages and 3D programs"),
    "obj": ("OBJ and STL", "The bricks as meshes, and the whole as one closed mesh for a 3D printer"),
    "blend": ("Blend", "A copy of all of this file"),
    "plan": ("Plan", "Everything Brickprint knows of the model, to inspect it elsewhere"),
    "report": ("Report", "All figures and warnings, as a page and as JSON"),
}
_IN_SCENE = ("glb", "obj", "blend")  # by Blender, thus in the main thread
_STOPPED = n_("Stopped; files that were finished stay")
_FIRST = {"ldr", "xml", "csv"}  # chosen before the user chooses


class ExportFiles(OfBrickModel, BesideUser, bpy.types.Operator):
    """Write the active brick model in the chosen formats into a folder of its name: for programs, shops, builders"""

    bl_idname = "brickprint.export_files"
    bl_label = "Export Brick Model"
    changes = "nothing"

    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE"})
    filter_folder: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    formats: bpy.props.EnumProperty(
        name="Formats",
        description="What is written; Shift-click for several",
        options={"ENUM_FLAG"},
        items=[(word, *spoken, 2**row) for row, (word, spoken) in enumerate(_SPOKEN.items())],
        default=_FIRST,
    )
    _asked = False
    _stopping = False

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask where to, and what."""
        self.directory = first_place()
        self._asked = not bpy.app.background
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def draw(self, _context: bpy.types.Context) -> None:
        """The choices beside the file browser."""
        draw_formats(self.layout.column(align=True), self)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the files at once; or begin to, where a user asked for it."""
        require_now(self, context)
        if not self.directory:
            raise CannotWrite("No folder was given; choose one.")
        words = [word for word in _SPOKEN if word in self.formats]
        if not words:
            raise CannotWrite("No format was chosen; choose one.")
        plan = _as_chosen_now(read_plan(context.active_object), context.scene.brickprint)
        self._plan, self._folder = plan, Path(bpy.path.abspath(self.directory)) / file_name(plan.name)
        self._total, self._left = len(words), [word for word in words if word in _IN_SCENE]
        aside = [word for word in words if word not in _IN_SCENE]
        if not self._asked:
            warn(self, self._write(aside, SILENT))
            while not self._finished():
                pass
            return {"FINISHED"}
        self._worker: Worker | None = Worker(lambda progress: self._write(aside, progress))
        self._tell(context, 0.0, "Exporting")
        return self._begin(context, _POLL_SECONDS)

    def _write(self, words: list[str], progress: Progress) -> list[str]:
        """Write what needs no Blender, and give the warnings."""
        warnings: list[str] = []
        for row, word in enumerate(words):
            part = progress.part(word, row / self._total, 1 / self._total)
            warnings += write_format(word, self._plan, self._folder, _options(self._plan), part)
        return warnings

    def _finished(self) -> bool:
        """Write the next of what Blender makes; whether that was all, which then is told."""
        if not self._left:
            self.report({"INFO"}, rpt_("Wrote {path}").format(path=self._folder))
            return True
        word = self._left.pop(0)
        plan = replace(self._plan, name=file_name(self._plan.name))
        if word == "blend":
            save_blend(self._folder / f"{plan.name}.blend")
        else:
            warn(self, SCENE_WRITERS[word](None, plan, self._folder, _options(plan), SILENT))
        return False

    def _next(self, context: bpy.types.Context) -> bool:
        """See how far the worker is, then write what it can't; what comes next is shown before it is begun."""
        if self._worker is None:
            if self._stopping:
                raise Cancelled(_STOPPED)
            over = self._finished()
        elif self._worker.done:
            worker, self._worker, over = self._worker, None, False
            if isinstance(worker.error, Cancelled):
                raise Cancelled(_STOPPED)
            if worker.error is not None:
                raise worker.error
            warn(self, worker.result)
        else:
            step = self._worker.step
            words = _writing(step.stage) if step.stage else "Exporting"
            words = "Stopping" if self._stopping else words
            self._tell(context, step.fraction, words)
            return False
        if self._left:
            self._tell(context, 1 - len(self._left) / self._total, _writing(self._left[0]))
        return over

    def _stopped(self, _context: bpy.types.Context) -> set[str]:
        """Files that are whole stay."""
        self._stopping = True
        self._let_go()
        return {"RUNNING_MODAL"}

    def _let_go(self) -> None:
        if self._worker is not None:
            self._worker.stop()


def _writing(word: str) -> str:
    return rpt_("Writing {format}").format(format=iface_(_SPOKEN[word][0]))


def _options(plan: Plan) -> ExportOptions:
    return ExportOptions(look=plan.settings.get("look", "light"))


def _as_chosen_now(plan: Plan, chosen: Any) -> Plan:
    """The plan with the scene's present choices for instructions, which may be others than when it was made."""
    names = [name for name, option in options().items() if option.group == "instructions"]
    return replace(plan, settings=plan.settings | {name: getattr(chosen, name) for name in names})


def draw_formats(layout: bpy.types.UILayout, owner: Any) -> None:
    """The formats of this operator's properties; one that can't be written here is greyed and says what it needs."""
    for word, (spoken, _) in _SPOKEN.items():
        lacking = ", ".join(lacking_for_format(word))
        text = iface_("{format} (needs {libraries})") if lacking else "{format}"
        row = layout.row(align=True)
        row.enabled = not lacking
        row.prop_enum(
            owner, "formats", word, text=text.format(format=iface_(spoken), libraries=lacking), translate=False
        )


CLASSES = (ExportFiles,)


def _in_export_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    menu.layout.operator(ExportFiles.bl_idname, text="Brick Model (.ldr, .mpd, .lxf, lists to buy from, ...)")


def add() -> None:
    """Appear in File > Export."""
    bpy.types.TOPBAR_MT_file_export.append(_in_export_menu)


def take_away() -> None:
    """Undo `add`."""
    bpy.types.TOPBAR_MT_file_export.remove(_in_export_menu)
