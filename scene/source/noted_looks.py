"""What a source's state notes of materials, nodes, textures and images."""

from __future__ import annotations

import os
from pathlib import Path

import bpy

from ..versions import uses_nodes
from .noting import NODES_LOOK, Noted

_IN_TIME = {"GeometryNodeInputSceneTime", "GeometryNodeSimulationInput"}  # nodes with another result at every frame
_TAIL = 4096  # bytes at the end of an image's file; those of a PNG hold the checksum of all its pixels


def note_material(noted: Noted, material: bpy.types.Material) -> None:
    """Its settings and, where they give its look, its nodes."""
    noted.values(material)
    noted.words(uses_nodes(material))


def note_tree(noted: Noted, tree: bpy.types.NodeTree) -> None:
    """Nodes, the values of their sockets, and links."""
    for node in tree.nodes:
        noted.words(node.bl_idname)
        if node.bl_idname in _IN_TIME:
            noted.time()
        noted.values(node, NODES_LOOK)
        for socket in (*node.inputs, *node.outputs):
            noted.value(getattr(socket, "default_value", None))
    for link in tree.links:
        ends = link.from_node.name, link.from_socket.identifier, link.to_node.name, link.to_socket.identifier
        noted.words(ends, link.is_muted)


def note_image(noted: Noted, image: bpy.types.Image) -> None:
    """An image, without asking for its pixels or its size: that would load its file."""
    noted.words(
        bpy.path.basename(image.filepath),
        image.is_dirty,
        image.source,
        image.alpha_mode,
        image.colorspace_settings.name,
    )
    noted.words(image.generated_type, image.generated_width, image.generated_height, tuple(image.generated_color))
    if image.packed_file:
        noted.words(image.packed_file.size, image.packed_file.data[-_TAIL:])
    elif image.source == "FILE":
        noted.words(_file_end(Path(bpy.path.abspath(image.filepath, library=image.library))))


def _file_end(path: Path) -> tuple[int, bytes] | None:
    """Size and last bytes of a file; None where it can't be read, which reading the image tells."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            return size, file.read()
    except OSError:
        return None
