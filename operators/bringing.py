"""Models come into the scene to be built from bricks: a sample, or a file, also one dropped onto the view."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras.io_utils import ImportHelper

from ..core.errors import NothingToBuild
from ..core.libraries import missing_for_settings
from ..core.pieces import News, Pieces
from ..core.pipeline import Conversion, require_usable
from ..core.plan import Plan
from ..core.progress import Progress
from ..core.settings import DEFAULTS
from ..core.voxel_files import VOXEL_KINDS, read_voxels
from ..core.voxel_models import MESH_SETTINGS
from ..scene.reported import is_fault, reported
from ..scene.samples import SAMPLES, add_sample
from ..scene.source.importing import MESH_KINDS, import_file
from ..scene.temporary import gone_on_failure
from .beside import in_window, require_now
from .by_worker import ByWorker
from .chosen_settings import settings_from
from .polled import InMode, WhileIdle
from .reporting import reports_errors
from .showing import show_built

_BUSY = "A conversion is running; press Esc to stop it"


class AddSample(InMode, WhileIdle, bpy.types.Operator):
    """Add a textured model that comes with Brickprint, to be converted to bricks"""

    bl_idname = "brickprint.add_sample"
    bl_label = "Brick Sample"
    bl_options = {"REGISTER", "UNDO"}
    busy = _BUSY

    sample: bpy.props.EnumProperty(
        name="Sample",
        description="Which model comes to the 3D cursor",
        items=[(word, name, "") for word, name in SAMPLES.items()],
    )

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Import it and select it."""
        _select(context, add_sample(context, self.sample))
        return {"FINISHED"}


class BuildFile(ByWorker, bpy.types.Operator, ImportHelper):
    """Import a mesh, or a voxel model, and convert it to bricks"""

    bl_idname = "brickprint.build_file"
    bl_label = "Build File from Bricks"
    bl_options = {"UNDO"}
    busy = _BUSY

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(
        default=";".join(f"*{kind}" for kind in (*MESH_KINDS, *VOXEL_KINDS)), options={"HIDDEN"}
    )
    convert: bpy.props.BoolProperty(
        name="Convert to Bricks",
        description="Convert what is imported at once; if not, it is only imported and selected",
        default=True,
    )

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """A library is missing."""
        yield from super().refusals(context)
        yield missing_for_settings(context.scene.brickprint)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a file; of one that was dropped only how it is to be built."""
        if self.filepath:
            return context.window_manager.invoke_props_dialog(self, title=Path(self.filepath).name)
        return ImportHelper.invoke(self, context, event)

    def draw(self, context: bpy.types.Context) -> None:
        """The main settings, so that nothing has to be converted twice."""
        layout, settings = self.layout, context.scene.brickprint
        layout.use_property_split = True
        layout.use_property_decorate = False
        if not _has_voxels(self.filepath):
            layout.prop(self, "convert")
        column = layout.column()
        column.enabled = self.convert or _has_voxels(self.filepath)
        for name in ("studs", "detail", "palette"):
            if not (_has_voxels(self.filepath) and name in MESH_SETTINGS):
                column.prop(settings, name)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Import, select, convert; in a window the conversion goes on beside the user.

        What can't be converted is not left in the scene; where the user stops the conversion, the import stays.
        """
        path = Path(bpy.path.abspath(self.filepath))
        if _has_voxels(path):
            return self._at_once_or_beside(context)
        require_now(self, context)
        if self.convert:
            require_usable(settings_from(context.scene.brickprint))
        with gone_on_failure(context):
            _select(context, import_file(context, path))
            if self.convert:
                _convert(context)
        return {"FINISHED"}

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Plan]]:
        """Voxels are cells already; no mesh comes into the scene."""
        path = Path(bpy.path.abspath(self.filepath))
        # What the panel says of meshes is not meant for these.
        of_meshes = {name: getattr(DEFAULTS, name) for name in MESH_SETTINGS}
        settings = replace(settings_from(context.scene.brickprint), **of_meshes)
        yield News(0.0, rpt_("Reading {name}").format(name=path.name))
        return lambda progress: Conversion(read_voxels(path)).run(settings, progress)

    def _show(self, context: bpy.types.Context, plan: Plan) -> None:
        show_built(self, context, plan)


def _has_voxels(path: str | Path) -> bool:
    return Path(path).suffix.lower() in VOXEL_KINDS


def _select(context: bpy.types.Context, objects: list[bpy.types.Object]) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    for thing in objects:
        thing.select_set(True)
    context.view_layer.objects.active = objects[0]


def _convert(context: bpy.types.Context) -> None:
    """Convert what is selected, as if the user had asked for it. Raises NothingToBuild with what it reports."""
    try:
        bpy.ops.brickprint.convert("INVOKE_DEFAULT" if in_window(context) else "EXEC_DEFAULT", True)
    except RuntimeError as error:  # so Blender raises what an operator reports, and faults of ours
        if is_fault(error):
            raise
        raise NothingToBuild(reported(error)) from error


CLASSES = (AddSample, BuildFile)
