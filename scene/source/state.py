"""A short text that says in what state a source is: another text, and what was built from it is out of date.

It is made from the original data alone, so that it is the same while the source is hidden, which Blender does not
evaluate then: its mesh, where it stands, modifiers, constraints, shape keys and materials with their nodes, and the
same of every object that shapes it; and the frame, where something of that is driven, animated or simulated. Paint on
an image is noticed once, until it is saved; what is sculpted on a Multiresolution modifier is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import bpy

from ..versions import nodes_attributes, nodes_inputs
from .noted_looks import note_image, note_material, note_tree
from .noted_shapes import note_armature, note_data, note_key, note_keys, note_mesh, note_weights
from .noting import Noted, plain

_SHAPED_BY_PARENT = {"ARMATURE", "LATTICE", "BONE", "VERTEX", "VERTEX_3"}  # how its own shape moves a child
_IN_TIME = {
    "WAVE",
    "CLOTH",
    "SOFT_BODY",
    "FLUID",
    "DYNAMIC_PAINT",
    "MESH_CACHE",
    "MESH_SEQUENCE_CACHE",
    "PARTICLE_SYSTEM",
    "EXPLODE",
    "BUILD",
}  # modifiers with another result at every frame
_INSTANCING = (
    "instance_type", "use_instance_vertices_rotation", "use_instance_faces_scale", "instance_faces_scale",
    "show_instancer_for_viewport",
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """In what state objects are.

    text: equal for equal states. blocks: session ids of all datablocks whose change may change it. painted: whether
    an image of theirs was painted on and not saved since, so that the text does not tell more paint.
    """

    text: str
    blocks: frozenset[int]
    painted: bool


def state_of(sources: Iterable[bpy.types.Object]) -> State:
    """The state of objects; their own names do not matter, their order does."""
    noted, painted = Noted(), False
    for source in sources:
        noted.block(source)
    while noted.waiting:
        block = noted.waiting.popleft()
        if _is_animated(block):
            noted.time()
        note = next((note for kind, note in _NOTES.items() if isinstance(block, kind)), None)
        if note is None:
            noted.words(block.name_full)
        else:
            note(noted, block)
        painted |= isinstance(block, bpy.types.Image) and block.is_dirty
    return State(noted.text, frozenset(noted.blocks), painted)


def _is_animated(block: bpy.types.ID) -> bool:
    played = getattr(block, "animation_data", None)
    return played is not None and (played.action is not None or len(played.drivers) + len(played.nla_tracks) > 0)


def _note_object(noted: Noted, item: bpy.types.Object) -> None:
    """An object with all that shapes and colours it."""
    _note_place(noted, item)
    for bone in item.pose.bones if item.pose else ():
        noted.words(plain(bone.matrix_basis))
        _note_constraints(noted, bone)
    for modifier in item.modifiers:
        noted.values(modifier)
        if modifier.type in _IN_TIME:
            noted.time()
        if modifier.type == "NODES" and modifier.node_group is not None:
            for value in (*(value for _, value in nodes_inputs(modifier)), *nodes_attributes(modifier)):
                noted.value(value)
    for slot in item.material_slots:
        noted.block(slot.material)
    noted.block(item.data)
    noted.words(item.show_only_shape_key)
    if item.show_only_shape_key and item.active_shape_key is not None:
        note_key(noted, item.active_shape_key)
    note_weights(noted, item)
    for system in item.particle_systems:
        noted.values(system)
    _note_instances(noted, item)


def _note_place(noted: Noted, item: bpy.types.Object) -> None:
    above: bpy.types.Object | None = item
    while above is not None:
        noted.blocks.add(above.session_uid)
        noted.words(plain(above.matrix_basis), plain(above.matrix_parent_inverse))
        _note_constraints(noted, above)
        if above.parent is not None and above.parent_type in _SHAPED_BY_PARENT:
            noted.words(above.parent_type, above.parent_bone, tuple(above.parent_vertices))
            noted.block(above.parent)
        above = above.parent


def _note_constraints(noted: Noted, owner: bpy.types.Object | bpy.types.PoseBone) -> None:
    for constraint in owner.constraints:
        noted.values(constraint)
        for target in getattr(constraint, "targets", ()):
            noted.values(target)


def _note_instances(noted: Noted, item: bpy.types.Object) -> None:
    """What an object shows beside or instead of its own shape."""
    if item.instance_type == "NONE":
        return
    noted.words([plain(getattr(item, name)) for name in _INSTANCING])
    noted.block(item.instance_collection)
    if item.instance_type in {"VERTS", "FACES"}:
        for child in item.children:
            noted.block(child)


def _note_collection(noted: Noted, collection: bpy.types.Collection) -> None:
    """Where its objects are put from, and which of them are shown."""
    noted.words(plain(collection.instance_offset))
    for part in collection.objects:
        noted.words(part.hide_viewport)
        noted.block(part)
    for child in collection.children:
        noted.words(child.hide_viewport)
        noted.block(child)


_NOTES = {
    bpy.types.Object: _note_object,
    bpy.types.Mesh: note_mesh,
    bpy.types.Key: note_keys,
    bpy.types.Armature: note_armature,
    bpy.types.Collection: _note_collection,
    bpy.types.Material: note_material,
    bpy.types.NodeTree: note_tree,
    bpy.types.Image: note_image,
} | dict.fromkeys(
    (
        bpy.types.Curve, bpy.types.Curves, bpy.types.MetaBall, bpy.types.Lattice, bpy.types.PointCloud,
        bpy.types.Volume, bpy.types.VectorFont, bpy.types.Texture, bpy.types.ParticleSettings, bpy.types.CacheFile,
    ),
    note_data,
)  # fmt: skip
