"""The conversions that were run last, with what their stages made, so that other colours do not slice a mesh again.

They are kept for a state of their sources: one that was edited since is read anew. Nothing of it is in the file.
"""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from bpy.app.handlers import persistent

from ..core.mesh import Mesh
from ..core.pipeline import Conversion

_MOST = 3  # a conversion of a large model holds some 100 MB

_kept: dict[str, Conversion] = {}  # by the state of the sources, the last used last


def kept_conversion(state: str) -> Conversion | None:
    """The conversion of sources in this state, where it still is kept."""
    found = _kept.get(state)
    return None if found is None else keep(state, found)


def conversion_of(state: str, mesh: Mesh, read_seconds: float) -> Conversion:
    """The conversion of a mesh that was just read: the one kept for it, or a new one, which then is kept."""
    found = _kept.get(state)
    same = found is not None and isinstance(found.source, Mesh) and _alike(found.source, mesh)
    return keep(state, found if found is not None and same else Conversion(mesh, read_seconds))


def keep(state: str, conversion: Conversion) -> Conversion:
    """Keep a conversion as the last used, and give it back; the one not used for longest goes."""
    _kept.pop(state, None)
    _kept[state] = conversion
    while len(_kept) > _MOST:
        del _kept[next(iter(_kept))]
    return conversion


def _alike(one: Mesh, other: Mesh) -> bool:
    if (one.name, one.warnings, len(one.materials)) != (other.name, other.warnings, len(other.materials)):
        return False
    looks = zip(one.materials, other.materials, strict=True)
    if any(a.name != b.name or a.base_colour != b.base_colour or not _equal(a.texture, b.texture) for a, b in looks):
        return False
    arrays = ("vertices", "triangles", "material", "uvs", "corner_colours")
    return all(_equal(getattr(one, name), getattr(other, name)) for name in arrays)


def _equal(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


@persistent
def forget(*_: Any) -> None:
    """Handler: another file has other models."""
    _kept.clear()


def add() -> None:
    """Keep no longer than the file is open."""
    bpy.app.handlers.load_pre.append(forget)


def take_away() -> None:
    """Undo `add`."""
    bpy.app.handlers.load_pre.remove(forget)
    forget()
