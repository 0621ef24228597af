"""A hash that notes values of Blender's things one after the other, and a list of the datablocks still to be noted."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Collection
from typing import Any

import bpy
import numpy as np

_SIMPLE = {"BOOLEAN", "INT", "FLOAT", "STRING", "ENUM"}
# What changes nothing of the look: selection, folding, what Blender notes for itself.
_OF_NO_MATTER = {
    "rna_type", "name", "select", "hide_select", "show_expanded", "show_on_cage", "show_in_editmode", "color_tag",
    "is_active", "persistent_uid", "execution_time", "active", "use_pin_to_last", "show_render", "use_nodes",
    "use_fake_user", "paint_active_slot", "paint_clone_slot",
}  # fmt: skip
# The same of nodes only: places in the editor, which other things have in space.
NODES_LOOK = {
    "location", "location_absolute", "width", "width_hidden", "height", "dimensions", "hide", "color",
    "use_custom_color", "warning_propagation", "show_options", "show_preview", "show_texture",
}  # fmt: skip
_FIELDS = {  # how the data of attributes is read, by its kind
    "FLOAT_VECTOR": ("vector", 3, np.float32),
    "FLOAT2": ("vector", 2, np.float32),
    "FLOAT_COLOR": ("color", 4, np.float32),
    "BYTE_COLOR": ("color", 4, np.float32),
    "FLOAT": ("value", 1, np.float32),
    "QUATERNION": ("value", 4, np.float32),
    "FLOAT4X4": ("value", 16, np.float32),
    "INT": ("value", 1, np.int32),
    "INT8": ("value", 1, np.int32),
    "INT32_2D": ("value", 2, np.int32),
    "BOOLEAN": ("value", 1, bool),
}


class Noted:
    """What was noted so far.

    waiting: datablocks that something noted refers to, each once. blocks: session ids of all of them, and of others
    whose change may matter.
    """

    def __init__(self) -> None:
        self.waiting: deque[bpy.types.ID] = deque()
        self.blocks: set[int] = set()
        self._hash = hashlib.blake2b(digest_size=16)
        self._numbers: dict[int, int] = {}

    @property
    def text(self) -> str:
        """The hash, as text."""
        return self._hash.hexdigest()

    def words(self, *words: Any) -> None:
        """Note numbers, texts and rows of them."""
        self._hash.update(repr(words).encode())

    def block(self, block: bpy.types.ID | None) -> None:
        """Note which datablock it is, by a number, for names do not matter; what it holds is noted later."""
        if block is None:
            self.words(None)
            return
        known = block.as_pointer() in self._numbers
        self.words("block", self._numbers.setdefault(block.as_pointer(), len(self._numbers)))
        self.blocks.add(block.session_uid)
        if not known:
            self.waiting.append(block)

    def time(self) -> None:
        """Note the frame: what depends on it is another thing at another one."""
        self.words("frame", plain(bpy.context.scene.frame_current_final))

    def array(self, values: np.ndarray) -> None:
        """Note the bytes of an array."""
        self._hash.update(np.ascontiguousarray(values).data)

    def fields(self, items: Any, fields: dict[str, int]) -> None:
        """Note numbers of all items of a collection at once. fields: by name, how many floats each item has."""
        self.words(len(items))
        for name, width in fields.items():
            values = np.zeros(len(items) * width, np.float32)
            items.foreach_get(name, values)
            self.array(values)

    def attribute(self, layer: bpy.types.Attribute) -> None:
        """Note an attribute's name, where it lies, and its values."""
        self.words(layer.name, layer.domain, layer.data_type)
        if layer.data_type in _FIELDS:
            field, width, kind = _FIELDS[layer.data_type]
            values = np.zeros(len(layer.data) * width, kind)
            layer.data.foreach_get(field, values)
            self.array(values)

    def value(self, value: Any) -> None:
        """Note one value, whatever it is: a datablock, a number, a text, a row of numbers."""
        if isinstance(value, bpy.types.ID):
            self.block(value)
        else:
            self.words(plain(value))

    def values(self, thing: Any, without: Collection[str] = ()) -> None:
        """Note every simple value of a thing, what it points to, its curves and ramps. without: more names to skip."""
        for prop in thing.bl_rna.properties:
            name = prop.identifier
            if name in _OF_NO_MATTER or name in without or name.startswith(("show_expanded", "open_")):
                continue
            if prop.type in _SIMPLE and not prop.is_readonly:
                told = getattr(thing, name, None)
                # Blender writes paths anew where a file is saved into another folder.
                self.words(name, bpy.path.basename(told) if name == "filepath" else plain(told))
            elif prop.type == "POINTER":
                self._pointed(name, getattr(thing, name, None), prop.is_readonly)

    def _pointed(self, name: str, other: Any, is_readonly: bool) -> None:
        """What a thing points to; of what Blender itself points to only what users edit as a part of the thing."""
        if isinstance(other, bpy.types.NodeTree) or (isinstance(other, bpy.types.ID) and not is_readonly):
            self.words(name)
            self.block(other)
        elif isinstance(other, bpy.types.ColorRamp):
            self.values(other)
            self.words([(stop.position, tuple(stop.color)) for stop in other.elements])
        elif isinstance(other, bpy.types.CurveMapping):
            self.values(other)
            for curve in other.curves:
                self.words([(tuple(point.location), point.handle_type) for point in curve.points])
        elif isinstance(other, bpy.types.CurveProfile):
            for point in other.points:
                self.words(tuple(point.location), point.handle_type_1, point.handle_type_2)


def plain(value: Any) -> Any:
    """A value as words: floats rounded, sets sorted, rows as lists; None of what has no words."""
    if isinstance(value, bool):
        return int(value)  # as which a saved file gives it back, where it is a custom property
    if value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    try:
        return [plain(item) for item in value]
    except TypeError:  # another structure, not a row of numbers
        return None
