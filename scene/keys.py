"""Key frames on one input of a geometry-nodes modifier: how one value plays what many parts do."""

from __future__ import annotations

from collections.abc import Iterable

import bpy

from .versions import curves_of, nodes_input_path, set_nodes_input


def play_input(
    owner: bpy.types.Object, modifier: bpy.types.NodesModifier, name: str, keys: Iterable[tuple[float, int]]
) -> None:
    """Key an input's values at frames, evenly changing between them, in place of the keys it has.

    It has some when the user deleted a modifier of this name.
    """
    _stop_input(owner, modifier, name)
    _own_action(owner)
    for value, frame in keys:
        set_nodes_input(modifier, name, value)
        owner.keyframe_insert(nodes_input_path(modifier, name), frame=frame)
    for key in input_curve(owner, modifier, name).keyframe_points:
        key.interpolation = "LINEAR"


def input_curve(owner: bpy.types.Object, modifier: bpy.types.NodesModifier, name: str) -> bpy.types.FCurve | None:
    """What animates an input, or None."""
    path = nodes_input_path(modifier, name)
    return next((curve for curve in curves_of(owner) if curve.data_path == path), None)


def remove_played(owner: bpy.types.Object, modifier: bpy.types.NodesModifier, name: str) -> None:
    """Take a modifier away, with the key frames of its input, and with its node group where it was the last of it."""
    _stop_input(owner, modifier, name)
    group = modifier.node_group
    owner.modifiers.remove(modifier)
    if not group.users:
        bpy.data.node_groups.remove(group)


def _stop_input(owner: bpy.types.Object, modifier: bpy.types.NodesModifier, name: str) -> None:
    """Take an input's key frames away, and the action with the last of them."""
    if input_curve(owner, modifier, name) is None:
        return
    _own_action(owner)
    curve = input_curve(owner, modifier, name)
    curves, data = curves_of(owner), owner.animation_data
    curves.remove(curve)
    if len(curves):
        return
    action, data.action = data.action, None
    if not action.users:
        bpy.data.actions.remove(action)
    if not data.drivers and not data.nla_tracks:
        owner.animation_data_clear()


def _own_action(owner: bpy.types.Object) -> None:
    """Part an object's action from those of its duplicates, which play by it."""
    data = owner.animation_data
    if data is not None and data.action is not None and data.action.users > 1:
        data.action = data.action.copy()
