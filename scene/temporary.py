"""What is there for a moment: data of the open file, and files that Blender writes before they are moved into place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import bpy

from ..core.errors import CannotWrite
from ..core.export.files import temporary_folder
from .reported import reported

_RENDER_RESULT = "Render Result"  # the image in which Blender keeps its last picture

AnyID = TypeVar("AnyID", bound=bpy.types.ID)


class TemporaryData:
    """Takes note of new datablocks."""

    def __init__(self) -> None:
        self.blocks: list[bpy.types.ID] = []

    def keep(self, block: AnyID) -> AnyID:
        """Note a new datablock for removal, and give it back."""
        self.blocks.append(block)
        return block


@contextmanager
def temporary_data() -> Iterator[TemporaryData]:
    """A TemporaryData whose datablocks are removed at the end, also after an error; with what a render left behind."""
    made = TemporaryData()
    had_result = _RENDER_RESULT in bpy.data.images
    try:
        yield made
    finally:
        if not had_result and _RENDER_RESULT in bpy.data.images:
            made.keep(bpy.data.images[_RENDER_RESULT])
        bpy.data.batch_remove(made.blocks)


@contextmanager
def gone_on_failure(context: bpy.types.Context) -> Iterator[None]:
    """Where an error is raised inside, the datablocks made there are removed, and the selection is what it was."""
    before, active, selected = set(bpy.data.user_map()), context.view_layer.objects.active, context.selected_objects
    try:
        yield
    except BaseException:
        bpy.data.batch_remove(set(bpy.data.user_map()) - before)
        for thing in context.selected_objects:
            thing.select_set(False)
        for thing in selected:
            thing.select_set(True)
        context.view_layer.objects.active = active
        raise


@contextmanager
def place_for(name: str) -> Iterator[Path]:
    """Where Blender writes a file of this name, gone afterwards. Raises CannotWrite, also for what Blender raises."""
    with temporary_folder() as folder:
        try:
            yield folder / name
        except (RuntimeError, OSError) as error:
            raise CannotWrite(
                f"Blender can't write {name} ({reported(error)}); make room in {folder.parent}."
            ) from error


def require_whole(whole: bool, place: Path) -> None:
    """Raise CannotWrite unless what Blender wrote at a place is whole: of a full disk it does not always tell."""
    if not whole:
        raise CannotWrite(f"Blender wrote {place.name} only in part; make room in {place.parent.parent}.")
