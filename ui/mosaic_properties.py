"""The choices about mosaics as Blender properties, generated from `core.mosaic.settings`."""

from dataclasses import fields
from typing import Any, get_type_hints

import bpy

from ..core.mosaic.settings import MosaicSettings
from ..core.settings import options
from ..operators.live_mosaic import follow, follow_image
from .properties import property_of


def _properties() -> dict[str, Any]:
    kinds = get_type_hints(MosaicSettings)
    defaults = {item.name: item.default for item in fields(MosaicSettings)}
    made = {
        name: property_of(name, kinds[name], defaults[name], choice, follow, MosaicSettings)
        for name, choice in options(MosaicSettings).items()
    }
    image = bpy.props.PointerProperty(
        name="Image", description="What the mosaic shows", type=bpy.types.Image, options=set(), update=follow_image
    )
    live = bpy.props.BoolProperty(
        name="Live",
        description="The active mosaic follows these settings as they change",
        default=True,
        options=set(),
    )
    brush = bpy.props.StringProperty(
        name="Colour", description="The colour that studs were given last, or that was taken from some", options=set()
    )
    return made | {"image": image, "live": live, "brush": brush}


MosaicProperties = type(
    "MosaicProperties",
    (bpy.types.PropertyGroup,),
    {"__doc__": "One mosaic's choices, kept in the scene.", "__annotations__": _properties()},
)


CLASSES = (MosaicProperties,)


def add() -> None:
    """Hang the choices on the scene."""
    bpy.types.Scene.brickprint_mosaic = bpy.props.PointerProperty(type=MosaicProperties)


def take_away() -> None:
    """Undo `add`."""
    del bpy.types.Scene.brickprint_mosaic
