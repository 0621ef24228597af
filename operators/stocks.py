"""Lists of the parts that somebody owns come in; the parts of a model go out as such a list."""

from collections.abc import Callable
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras.io_utils import ExportHelper, ImportHelper

from ..core.catalogue.part_lists import KINDS
from ..core.catalogue.stock import load_stock
from ..core.errors import CannotRead, CannotWrite
from ..core.export.files import file_name, write_whole
from ..core.export.shopping import bricklink_text, rebrickable_text
from ..core.plan import Plan
from ..scene.bricks import read_plan
from ..scene.user_files import Kind, kept, kept_folder
from .beside import require_now
from .models import OfBrickModel
from .preferred import first_place
from .reporting import reports_errors, warn

_GLOB = ";".join(f"*{kind}" for kind in KINDS)
_WRITERS: dict[str, Callable[[Plan], str]] = {".csv": rebrickable_text, ".xml": bricklink_text}


class ImportStock(bpy.types.Operator, ImportHelper):
    """Keep a list of parts you own (.csv of Rebrickable or .xml of BrickLink) for all files, and build from it alone"""

    bl_idname = "brickprint.import_stock"
    bl_label = "Import Stock"
    bl_options = {"REGISTER", "UNDO"}

    filter_glob: bpy.props.StringProperty(default=_GLOB, options={"HIDDEN"})

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Read it, keep it, choose it."""
        path = Path(bpy.path.abspath(self.filepath))
        stock = load_stock(path)
        name = file_name(path.stem)
        here = kept_folder("stock") / f"{name}{path.suffix.lower()}"
        write_whole(here, path.read_bytes())
        for older in [old for old in kept_folder("stock").glob("*") if old.stem == name and old != here]:
            older.unlink()  # of the other kind; only now, so that a failure loses nothing
        context.scene.brickprint.stock = name
        count = sum(stock.owned.values())
        told = rpt_("Stock {name}: {parts:,} parts of {kinds:,} kinds")
        self.report({"INFO"}, told.format(name=name, parts=count, kinds=len(stock.owned)))
        warn(self, stock.warnings)
        return {"FINISHED"}


class ExportStock(OfBrickModel, bpy.types.Operator, ExportHelper):
    """Write the parts of the active brick model as a stock, from which other models can be built: .csv or .xml"""

    bl_idname = "brickprint.export_stock"
    bl_label = "Export Parts as Stock"
    changes = "nothing"

    filename_ext = ".csv"
    filter_glob: bpy.props.StringProperty(default=_GLOB, options={"HIDDEN"})
    check_extension = None  # the ending that is typed says what is written

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask where to."""
        name = file_name(read_plan(context.active_object).name)
        self.filepath = first_place(f"{name} stock{self.filename_ext}")
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the file."""
        require_now(self, context)
        path = Path(bpy.path.abspath(self.filepath))
        writer = _WRITERS.get(path.suffix.lower())
        if not path.name or writer is None:
            raise CannotWrite(f"{path.name!r} is no name for a list of parts; let it end in {' or '.join(_WRITERS)}.")
        plan = read_plan(context.active_object)
        write_whole(path, writer(plan))
        self.report({"INFO"}, rpt_("Wrote {path}: {parts:,} parts").format(path=path, parts=len(plan.layout)))
        return {"FINISHED"}


class RemoveKept(bpy.types.Operator):
    """Delete a palette or a stock that Brickprint keeps; the file it was imported from stays"""

    bl_idname = "brickprint.remove_kept"
    bl_label = "Delete Palette or Stock"
    bl_options = {"INTERNAL"}

    kind: bpy.props.EnumProperty(
        items=[("palette", "Palette", ""), ("stock", "Stock", "")], options={"SKIP_SAVE", "HIDDEN"}
    )
    name: bpy.props.StringProperty(options={"SKIP_SAVE", "HIDDEN"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first: this can't be undone."""
        return context.window_manager.invoke_confirm(self, event)

    @reports_errors
    def execute(self, context: bpy.types.Context) -> set[str]:
        """Delete the file."""
        kind: Kind = self.kind
        path = kept(kind).get(self.name)
        if path is None:
            raise CannotRead(f"Nothing called {self.name!r} is kept.")
        path.unlink()
        return {"FINISHED"}


CLASSES = (ImportStock, ExportStock, RemoveKept)
