"""A model's build animation in the scene: a modifier, one value with two key frames, and attributes of the points."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.choreography import Choreography, choreograph
from ..core.errors import CannotRead
from ..core.plan import Plan
from ..core.settings import Settings
from .build_nodes import (
    BUILT,
    FLIGHT,
    GROWING,
    HOP,
    JOINING,
    LEAVING,
    LIFT,
    MODIFIER_NAME,
    TIMES,
    WAITING,
    WAYS,
    build_group,
    build_modifier,
)
from .instancer import instancer_modifier
from .keys import input_curve, play_input, remove_played
from .versions import nodes_input, set_nodes_input


def animate_build(bricks: bpy.types.Object, plan: Plan, settings: Settings, start: int = 1) -> None:
    """Give a model a build animation from frame `start` on, in place of the one it has. plan: as read from the model.

    A linked duplicate gets points of its own, so that the others play on as they did.
    Raises NothingToBuild, CannotRead.
    """
    choreography = choreograph(plan, settings)
    if instancer_modifier(bricks) is None:
        raise CannotRead(f"Model {bricks.name!r} has lost its modifier; convert it again.")
    if bricks.data.users > 1:
        bricks.data = bricks.data.copy()
    remove_animation(bricks)
    _remove_attributes(bricks.data)  # they are left when the user deleted the modifier
    _write_attributes(bricks.data, choreography)
    modifier = bricks.modifiers.new(MODIFIER_NAME, "NODES")
    modifier.node_group = build_group(settings.easing)
    for name, value in (
        (FLIGHT, choreography.flight),
        (JOINING, choreography.joining),
        (LEAVING, choreography.leaving),
        (HOP, choreography.hop),
        (LIFT, choreography.lift),
        (WAITING, choreography.waiting),
        (GROWING, choreography.growing),
    ):
        set_nodes_input(modifier, name, value)
    play_input(bricks, modifier, BUILT, ((0.0, start), (1.0, start + settings.frames - 1)))


def remove_animation(bricks: bpy.types.Object) -> None:
    """Take a model's build animation away; without one nothing happens."""
    modifier = build_modifier(bricks)
    if modifier is None:
        return
    remove_played(bricks, modifier, BUILT)
    if bricks.data.users == 1:  # else a duplicate may play by them
        _remove_attributes(bricks.data)


def frames_of(bricks: bpy.types.Object) -> range:
    """The frames of a model's build animation, from its first key frame to its last. Raises CannotRead without one."""
    curve = _curve(bricks)
    if curve is None:
        raise CannotRead(f"Model {bricks.name!r} has no build animation; choose Animate Build first.")
    first, last = curve.range()
    return range(round(first), round(last) + 1)


def built_at(bricks: bpy.types.Object, frame: int) -> float:
    """How much is built at a frame, 0 to 1. Raises CannotRead without a build animation."""
    curve = _curve(bricks)
    if curve is None:
        raise CannotRead(f"Model {bricks.name!r} has no build animation; choose Animate Build first.")
    return float(curve.evaluate(frame))


def is_animated(bricks: bpy.types.Object) -> bool:
    """Whether a model has a build animation."""
    return _curve(bricks) is not None


def way_stations(bricks: bpy.types.Object) -> list[np.ndarray]:
    """(N, 3) mm each: from the bricks' places to where else a picture must show them; none where they only fly in."""
    modifier = build_modifier(bricks)
    if modifier is None:
        return []
    aside, way = _vectors(bricks.data, "aside"), _vectors(bricks.data, "way")
    lifted = aside.any(axis=1, keepdims=True) * (0.0, 0.0, nodes_input(modifier, LIFT))
    stations = [aside, lifted] if aside.any() else []
    return [*stations, aside + way] if nodes_input(modifier, WAITING) else stations


def settled_at(bricks: bpy.types.Object) -> float:
    """How much is built when every part that stays is in its place, 0 to 1."""
    modifier = build_modifier(bricks)
    times = {name: np.zeros(len(bricks.data.vertices), np.float32) for name in ("arrive", "join")}
    for name, values in times.items():
        bricks.data.attributes[name].data.foreach_get("value", values)
    arrived = times["arrive"].max() + nodes_input(modifier, FLIGHT)
    return float(max(arrived, times["join"].max() + nodes_input(modifier, JOINING)))


def _curve(bricks: bpy.types.Object) -> bpy.types.FCurve | None:
    modifier = build_modifier(bricks)
    return input_curve(bricks, modifier, BUILT) if modifier else None


def _remove_attributes(points: bpy.types.Mesh) -> None:
    for name in (*TIMES, *WAYS):
        attribute = points.attributes.get(name)
        if attribute is not None:
            points.attributes.remove(attribute)


def _write_attributes(points: bpy.types.Mesh, choreography: Choreography) -> None:
    for name in TIMES:
        attribute = points.attributes.new(name, "FLOAT", "POINT")
        attribute.data.foreach_set("value", np.ascontiguousarray(getattr(choreography, name), np.float32))
    for name in WAYS:
        attribute = points.attributes.new(name, "FLOAT_VECTOR", "POINT")
        attribute.data.foreach_set("vector", np.ascontiguousarray(getattr(choreography, name), np.float32).ravel())
    points.update()


def _vectors(points: bpy.types.Mesh, name: str) -> np.ndarray:
    """(N, 3) float64."""
    vectors = np.zeros(len(points.vertices) * 3, np.float32)
    attribute = points.attributes.get(name)
    if attribute is not None and attribute.data_type == "FLOAT_VECTOR" and attribute.domain == "POINT":
        attribute.data.foreach_get("vector", vectors)
    return vectors.reshape(-1, 3).astype(np.float64)
