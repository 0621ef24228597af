"""A short text that says in what state a source is: another text, and what was built from it is out of date.

It is made from the original data alone, so that it is the same while the source is hidden, which Blender does not
evaluate then: its mesh, where it stands, modifiers, constraints, shape keys and materials with their nodes. Paint on
an image is noticed once, until it is saved; what drives or animates a hidden source is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from ..versions import nodes_inputs, uses_nodes

_SIMPLE = {"BOOLEAN", "INT", "FLOAT", "STRING", "ENUM"}
# What changes nothing of the look: selection, folding, places in the node editor, what Blender notes for itself.
_OF_NO_MATTER = {
    "rna_type", "name", "select", "hide", "hide_select", "show_expanded", "show_on_cage", "show_in_editmode",
    "location", "location_absolute", "width", "width_hidden", "height", "dimensions", "color_tag", "use_custom_color",
    "is_active", "show_options", "show_preview", "show_texture", "use_pin_to_last", "persistent_uid", "execution_time",
    "active", "warning_propagation", "show_render", "use_nodes",
}  # fmt: skip
_FIELDS = {  # how the data of attributes is read, by its kind
    "FLOAT_VECTOR": ("vector", 3, np.float32),
    "FLOAT2": ("vector", 2, np.float32),
    "FLOAT_COLOR": ("color", 4, np.float32),
    "BYTE_COLOR": ("color", 4, np.float32),
    "FLOAT": ("value", 1, np.float32),
    "INT": ("value", 1, np.int32),
}


def state_of(sources: Iterable[bpy.types.Object]) -> str:
    """The state of objects; their own names do not matter, their order does."""
    noted = _Noted()
    for source in sources:
        noted.object(source)
    return noted.hash.hexdigest()


class _Noted:
    """What was noted so far, and which datablocks that holds already."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=16)
        self._seen: set[int] = set()

    def _first_time(self, block: bpy.types.ID) -> bool:
        known = block.as_pointer() in self._seen
        self._seen.add(block.as_pointer())
        return not known

    def _text(self, *words: Any) -> None:
        self.hash.update(repr(words).encode())

    def object(self, item: bpy.types.Object) -> None:
        """An object with all that shapes and colours it."""
        if not self._first_time(item):
            return
        self._place(item)
        for bone in item.pose.bones if item.pose else ():
            self._text([round(value, 6) for row in bone.matrix_basis for value in row])
        for modifier in item.modifiers:
            self._values(modifier)
            self._pointed(modifier)
            if modifier.type == "NODES" and modifier.node_group is not None:
                self._text([repr(value) for value in nodes_inputs(modifier)])
                self._tree(modifier.node_group)
        for slot in item.material_slots:
            self._material(slot.material)
        if item.data is not None:
            self._data(item.data)
        if item.instance_type == "COLLECTION" and item.instance_collection is not None:
            self._text(tuple(item.instance_collection.instance_offset))
            for part in item.instance_collection.all_objects:
                self.object(part)

    def _pointed(self, modifier: bpy.types.Modifier) -> None:
        """The objects that a modifier shapes by."""
        for prop in modifier.bl_rna.properties:
            other = getattr(modifier, prop.identifier) if prop.type == "POINTER" else None
            if isinstance(other, bpy.types.Object):
                self.object(other)

    def _place(self, item: bpy.types.Object) -> None:
        above: bpy.types.Object | None = item
        while above is not None:
            self._text([round(value, 6) for row in above.matrix_basis for value in row])
            self._text([round(value, 6) for row in above.matrix_parent_inverse for value in row])
            for constraint in above.constraints:
                self._values(constraint)
            above = above.parent

    def _data(self, data: bpy.types.ID) -> None:
        if not self._first_time(data):
            return
        if not isinstance(data, bpy.types.Mesh):
            self._values(data)
            for spline in getattr(data, "splines", ()):
                points = [tuple(point.co) for point in (*spline.bezier_points, *spline.points)]
                self._text(points)
            for element in getattr(data, "elements", ()):
                self._values(element)
                self._text(tuple(element.co))
            return
        for layer in data.attributes:
            if layer.name == ".corner_vert" or not layer.name.startswith("."):  # others say what is selected
                self._text(layer.name)
                self._array(layer)
        if data.shape_keys is not None:
            for key in data.shape_keys.key_blocks:
                self._text(key.name, key.value, key.mute)

    def _array(self, layer: bpy.types.Attribute) -> None:
        if layer.data_type in _FIELDS:
            field, width, kind = _FIELDS[layer.data_type]
            values = np.zeros(len(layer.data) * width, kind)
            layer.data.foreach_get(field, values)
            self.hash.update(values.data)

    def _material(self, material: bpy.types.Material | None) -> None:
        if material is None:
            self._text(None)
        elif self._first_time(material):
            self._values(material)
            self._text(uses_nodes(material))
            if material.node_tree is not None:
                self._tree(material.node_tree)

    def _tree(self, tree: bpy.types.NodeTree) -> None:
        if not self._first_time(tree):
            return
        for node in tree.nodes:
            self._text(node.bl_idname)
            self._values(node)
            self._text([_value(socket, "default_value") for socket in node.inputs])
            self._text([_value(socket, "default_value") for socket in node.outputs])
            ramp = getattr(node, "color_ramp", None)
            if ramp is not None:
                self._text([(stop.position, tuple(stop.color)) for stop in ramp.elements])
            image = getattr(node, "image", None)
            if image is not None:
                self._image(image)
            if getattr(node, "node_tree", None) is not None:
                self._tree(node.node_tree)
        for link in tree.links:
            ends = link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier
            self._text(ends)

    def _image(self, image: bpy.types.Image) -> None:
        """An image, without asking for its pixels or its size: that would load its file."""
        self._text(image.name, image.filepath, image.is_dirty, image.source)
        self._text(image.generated_type, image.generated_width, image.generated_height, tuple(image.generated_color))
        self._text(image.packed_file.size if image.packed_file else None)

    def _values(self, thing: Any) -> None:
        """Every simple value of a thing, and the names of what it points to."""
        for prop in thing.bl_rna.properties:
            if prop.identifier in _OF_NO_MATTER or prop.identifier.startswith("show_expanded"):
                continue
            if not prop.is_readonly and (prop.type in _SIMPLE or prop.type == "POINTER"):
                self._text(prop.identifier, _value(thing, prop.identifier))


def _value(owner: Any, name: str) -> Any:
    value = getattr(owner, name, None)
    if value is None or isinstance(value, (bool, int, str, set)):
        return sorted(value) if isinstance(value, set) else value
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, bpy.types.ID):
        return value.name_full
    try:
        return [round(item, 6) if isinstance(item, float) else repr(item) for item in value]
    except TypeError:  # another structure, not a row of numbers
        return None
