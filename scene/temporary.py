"""Data made for a moment: whatever is kept here is gone from the file when the block ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import bpy

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
