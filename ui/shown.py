"""What the panel shows of the scene: worked out once, kept until the scene changes.

`draw` runs at every move of the mouse, so it only asks here; handlers mark what is kept as out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import bpy
import numpy as np
from bpy.app.handlers import persistent
from bpy.app.translations import pgettext_iface as iface_

from ..core.errors import CannotRead
from ..core.mosaic.by_hand import by_hand_of, studs_set
from ..core.sizing import ModelSize, model_size
from ..core.units import PLATE_MM, PLATES_PER_BRICK, STUD_MM
from ..scene.bricks import is_bricks, read_values
from ..scene.dressing import shown_by
from ..scene.layers import shown_layers
from ..scene.source.chosen import chosen_objects
from ..scene.source.hiding import hidden_sources
from ..scene.source.reading import can_be_read


@dataclass(frozen=True)
class Shown:
    """The selection's extent (3,) in scene units, or None; the active brick model's report, or None.

    exact: whether the extent is, too; of turned and subdivided objects only the bounding boxes' is known. It is 0
    where the selection has no width that a number of studs could be taken from. layers: how many layers and parts of
    the active model are shown, and how many layers it has, while it is shown by layers. sources: names of what would be
    converted. hidden: whether something is hidden that deleted brick models were made from. shown_by: by what the
    active model is shown. set_by_hand: how many studs of the active mosaic are.
    """

    extent: np.ndarray | None = None
    exact: bool = True
    report: dict[str, Any] | None = None
    layers: tuple[int, int, int] | None = None
    sources: tuple[str, ...] = ()
    hidden: bool = False
    shown_by: str = "colours"
    set_by_hand: int = 0


class _Kept:
    """What was shown last, and for which part of which scene."""

    key: tuple[str, ...] = ()
    value: Shown = Shown()


@persistent
def forget(*_: Any) -> None:
    """Handler: what is kept may no longer be true."""
    _Kept.key = ()


def shown(context: bpy.types.Context) -> Shown:
    """What to show now; worked out only when something changed since the last call."""
    active = context.active_object
    key = (context.scene.name, context.view_layer.name, active.name if active else "")
    if _Kept.key != key:
        value = _look(context, active)
        if is_bricks(active):
            value = replace(value, layers=shown_layers(active), shown_by=shown_by(active), set_by_hand=_set(active))
        names = tuple(obj.name for obj in chosen_objects(context) if can_be_read(obj))
        _Kept.key, _Kept.value = key, replace(value, sources=names, hidden=bool(hidden_sources(context)))
    return _Kept.value


def _look(context: bpy.types.Context, active: bpy.types.Object | None) -> Shown:
    chosen = chosen_objects(context)
    report = _report(active) if is_bricks(active) else None
    if chosen == [active] and report and "input" in report:  # it would be built anew from what it was made from
        return Shown(np.array(report["input"]["size_mm"]), True, report)
    sources = [obj for obj in chosen if can_be_read(obj) and not is_bricks(obj)]
    boxes = [box for obj in sources for box in size_boxes(obj)]
    if not boxes:
        return Shown(report=report)
    with np.errstate(invalid="ignore"):  # a mesh may have coordinates that are not numbers
        corners = np.concatenate([matrix @ np.vstack([box.T, np.ones(8)]) for matrix, box in boxes], axis=1)[:3]
        extent = np.ptp(corners, axis=1)
    straight = all((np.abs(matrix[:3, :3]) > 1e-6).sum(axis=0).max() == 1 for matrix, _ in boxes)
    straight &= not any(map(_is_smoothed, sources))
    has_width = np.isfinite(extent).all() and extent[:2].any()
    return Shown(extent if has_width else np.zeros(3), straight, report)


def _is_smoothed(obj: bpy.types.Object) -> bool:
    """Whether the last modifier of an object, or of what it shows, subdivides: its box is that of before it, larger."""
    if obj.instance_type == "COLLECTION" and obj.instance_collection is not None:
        return any(map(_is_smoothed, obj.instance_collection.all_objects))
    kinds = [modifier.type for modifier in obj.modifiers if modifier.show_viewport]
    return kinds[-1:] == ["SUBSURF"]


def _report(bricks: bpy.types.Object) -> dict[str, Any]:
    """The model's report; of a damaged model only the warning that says so."""
    try:
        return dict(read_values(bricks).get("report", {}))
    except CannotRead as error:
        return {"warnings": [str(error)]}


def _set(bricks: bpy.types.Object) -> int:
    """How many studs are set by hand; none of a damaged model, whose report says that it is."""
    try:
        return studs_set(by_hand_of(read_values(bricks).get("settings") or {}))
    except CannotRead:
        return 0


def size_boxes(obj: bpy.types.Object) -> list[tuple[np.ndarray, np.ndarray]]:
    """World matrix (4, 4) and local bounding box (8, 3) of an object, or of what a collection instance shows."""
    matrix = np.array(obj.matrix_world, np.float64)
    collection = obj.instance_collection if obj.instance_type == "COLLECTION" else None
    if collection is None:
        return [(matrix, np.array(obj.bound_box, np.float64))]
    offset = np.eye(4)
    offset[:3, 3] = -np.array(collection.instance_offset, np.float64)
    parts = [part for part in collection.all_objects if can_be_read(part)]
    return [(matrix @ offset @ inner, box) for part in parts for inner, box in size_boxes(part)]


def size_lines(extent: np.ndarray, studs: float) -> tuple[str, str]:
    """The model's size in studs and in centimetres, as the panel writes it."""
    size: ModelSize = model_size(extent, studs)
    bricks = size.plates_z // PLATES_PER_BRICK
    wide, deep, high = (
        cells * mm / 10
        for cells, mm in zip((size.studs_x, size.studs_y, size.plates_z), (STUD_MM, STUD_MM, PLATE_MM), strict=True)
    )
    return (
        iface_("{x:,} × {y:,} studs, {bricks:,} bricks high").format(x=size.studs_x, y=size.studs_y, bricks=bricks),
        iface_("{wide:,.1f} × {deep:,.1f} × {high:,.1f} cm").format(wide=wide, deep=deep, high=high),
    )


def listen(handler: Callable[..., None]) -> None:
    """Let a handler be called when the scene may have changed."""
    for handlers in _scene_handlers():
        handlers.append(handler)


def stop_listening(handler: Callable[..., None]) -> None:
    """Undo `listen`."""
    for handlers in _scene_handlers():
        handlers.remove(handler)


def _scene_handlers() -> tuple[list, ...]:
    """Blender's lists of what it then calls."""
    handlers = bpy.app.handlers
    return (
        handlers.depsgraph_update_post,
        handlers.frame_change_post,
        handlers.undo_post,
        handlers.redo_post,
        handlers.load_post,
    )


def add() -> None:
    """Listen to changes of the scene."""
    listen(forget)


def take_away() -> None:
    """Undo `add`."""
    stop_listening(forget)
    forget()
