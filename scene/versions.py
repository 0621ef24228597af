"""Everything that differs between the Blender versions 4.2 to 5.2, each with the version that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import addon_utils
import bpy


def nodes_input(modifier: bpy.types.NodesModifier, name: str) -> Any:
    """The value of a geometry-nodes modifier's input, by the name it has in the group's interface."""
    identifier = _input_identifier(modifier, name)
    if hasattr(modifier, "properties"):  # 5.2: inputs are properties, no longer items of the modifier
        return getattr(modifier.properties.inputs, identifier).value
    return modifier[identifier]


def set_nodes_input(modifier: bpy.types.NodesModifier, name: str, value: Any) -> None:
    """Set a geometry-nodes modifier's input, by the name it has in the group's interface."""
    identifier = _input_identifier(modifier, name)
    if hasattr(modifier, "properties"):  # 5.2, as above
        getattr(modifier.properties.inputs, identifier).value = value
    else:
        modifier[identifier] = value


def nodes_input_path(modifier: bpy.types.NodesModifier, name: str) -> str:
    """The data path, from its object, of a geometry-nodes modifier's input: where its key frames are."""
    identifier = _input_identifier(modifier, name)
    owner = f'modifiers["{bpy.utils.escape_identifier(modifier.name)}"]'
    if hasattr(modifier, "properties"):  # 5.2, as above
        return f"{owner}.properties.inputs.{identifier}.value"
    return f'{owner}["{identifier}"]'


def nodes_input_property(modifier: bpy.types.NodesModifier, name: str) -> tuple[Any, str]:
    """The owner and the name of a geometry-nodes modifier's input, as a layout draws it."""
    identifier = _input_identifier(modifier, name)
    if hasattr(modifier, "properties"):  # 5.2, as above
        return getattr(modifier.properties.inputs, identifier), "value"
    return modifier, f'["{identifier}"]'


def curves_of(owner: bpy.types.ID) -> Any:
    """The F-curves that animate a datablock, as a collection that can remove them; an empty tuple without any."""
    data = owner.animation_data
    if data is None or data.action is None:
        return ()
    if bpy.app.version < (5, 0, 0):  # from 5.0 on they lie in the bag of the datablock's slot
        return data.action.fcurves
    from bpy_extras.anim_utils import action_get_channelbag_for_slot

    bag = action_get_channelbag_for_slot(data.action, data.action_slot)
    return bag.fcurves if bag else ()


def nodes_inputs(modifier: bpy.types.NodesModifier) -> list[tuple[str, Any]]:
    """Name and value of every input of a geometry-nodes modifier that has a value."""
    items = [
        item
        for item in modifier.node_group.interface.items_tree
        if item.item_type == "SOCKET" and item.in_out == "INPUT"
    ]
    if hasattr(modifier, "properties"):  # 5.2, as above
        holders = [(item.name, getattr(modifier.properties.inputs, item.identifier, None)) for item in items]
        return [(name, holder.value) for name, holder in holders if hasattr(holder, "value")]
    known = modifier.keys()
    return [(item.name, modifier[item.identifier]) for item in items if item.identifier in known]


def nodes_attributes(modifier: bpy.types.NodesModifier) -> list[Any]:
    """Which inputs of a geometry-nodes modifier take an attribute, and its name, one after the other."""
    if hasattr(modifier, "properties"):  # 5.2, as above
        inputs = modifier.properties.inputs
        names = [item.identifier for item in modifier.node_group.interface.items_tree if item.item_type == "SOCKET"]
        holders = [getattr(inputs, name, None) for name in names]
        return [getattr(holder, name, None) for holder in holders for name in ("type", "attribute_name")]
    return [value for key, value in modifier.items() if key.endswith(("_use_attribute", "_attribute_name"))]


def _input_identifier(modifier: bpy.types.NodesModifier, name: str) -> str:
    for item in modifier.node_group.interface.items_tree:
        if item.item_type == "SOCKET" and item.in_out == "INPUT" and item.name == name:
            return item.identifier
    raise KeyError(f"node group {modifier.node_group.name!r} has no input {name!r}")


def start_nodes(owner: bpy.types.Material | bpy.types.World) -> bpy.types.NodeTree:
    """The node tree of a new material or world."""
    if bpy.app.version < (5, 0, 0):  # from 5.0 on there always is one, and use_nodes is deprecated
        owner.use_nodes = True
    return owner.node_tree


def use_eevee(scene: bpy.types.Scene) -> None:
    """Render the scene with EEVEE."""
    # 4.2 to 4.5 call it BLENDER_EEVEE_NEXT.
    scene.render.engine = "BLENDER_EEVEE" if bpy.app.version >= (5, 0, 0) else "BLENDER_EEVEE_NEXT"


def write_video(scene: bpy.types.Scene, container: str, codec: str) -> None:
    """Make a scene's renders one video file."""
    if bpy.app.version >= (5, 0, 0):  # the kind of medium is chosen first
        scene.render.image_settings.media_type = "VIDEO"
    scene.render.image_settings.file_format = "FFMPEG"
    scene.render.ffmpeg.format = container
    scene.render.ffmpeg.codec = codec


@contextmanager
def written_as_png(scene: bpy.types.Scene) -> Iterator[None]:
    """A scene's renders are written as PNG with eight bits a channel and alpha, for the moment."""
    chosen = scene.render.image_settings
    wanted = {"file_format": "PNG", "color_mode": "RGBA", "color_depth": "8"}
    if bpy.app.version >= (5, 0, 0):  # as above; a scene that makes videos knows no PNG
        wanted = {"media_type": "IMAGE"} | wanted
    before = {name: getattr(chosen, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(chosen, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(chosen, name, value)


def strips_of(editor: bpy.types.SequenceEditor) -> Any:
    """The strips of a sequencer, to which new ones can be added."""
    return editor.strips if bpy.app.version >= (4, 4, 0) else editor.sequences  # renamed


def uses_nodes(material: bpy.types.Material) -> bool:
    """Whether the material's nodes give its look."""
    if material.node_tree is None:
        return False
    return bpy.app.version >= (5, 0, 0) or material.use_nodes  # from 5.0 on always, and asking is deprecated


@contextmanager
def with_add_on(name: str) -> Iterator[None]:
    """One of Blender's own add-ons, switched on for the moment when the user has it off."""
    was_on = addon_utils.check(name)[1]
    if not was_on:
        # The importers read their preferences, so the add-on has to be listed there too while they run.
        addon_utils.enable(name, default_set=True)
    try:
        yield
    finally:
        if not was_on:
            addon_utils.disable(name, default_set=True)


def import_fbx(filepath: str) -> None:
    """Import an FBX file with the best importer there is."""
    if bpy.app.version >= (4, 5, 0):  # compiled in, and reads ASCII files too; before, an add-on
        bpy.ops.wm.fbx_import(filepath=filepath)
        return
    with with_add_on("io_scene_fbx"):
        bpy.ops.import_scene.fbx(filepath=filepath)
