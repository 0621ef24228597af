"""Brickprint: textured meshes become brick models that can really be built."""

from importlib import import_module

# What has CLASSES to register, or an `add` and `take_away`, or both; a panel comes after the one that it lies in.
_MODULES = (
    "ui.properties",
    "operators.live_mosaic",
    "ui.mosaic_properties",
    "scene.swatch_icons",
    "scene.highlight",
    "ui.swatches",
    "ui.shown",
    "operators.kept",
    "operators.colours",
    "operators.convert",
    "operators.contours",
    "operators.models",
    "operators.printing",
    "operators.exporting",
    "operators.importing",
    "operators.examine",
    "operators.looking",
    "operators.beside",
    "operators.animating",
    "operators.editing",
    "operators.studs_by_hand",
    "operators.picking",
    "operators.presets",
    "operators.palettes",
    "operators.stocks",
    "operators.bringing",
    "operators.mosaics",
    "operators.assets",
    "operators.imaging",
    "operators.updating",
    "ui.preferences",
    "ui.presets",
    "ui.panel",
    "ui.up_to_date",
    "ui.by_hand",
    "ui.menus",
    "ui.incomplete",
    "operators.headless",
)
_added: list[tuple[list[type], list]] = []  # what `unregister` takes away: libraries may come and go in between


def register() -> None:
    """Add Brickprint to Blender."""
    import bpy

    classes, modules = _contents()
    for cls in classes:
        bpy.utils.register_class(cls)
    for module in modules:
        module.add()
    _added.append((classes, modules))


def unregister() -> None:
    """Take Brickprint out of Blender again, without a trace."""
    import bpy

    classes, modules = _added.pop()
    for module in reversed(modules):
        module.take_away()
    for cls in reversed(classes):
        bpy.utils.unregister_class(cls)


def _contents() -> tuple[list[type], list]:
    """All classes, and the modules that add more than classes, in the order they are added."""
    from .core.libraries import EVERYTHING, missing
    from .ui import incomplete

    if missing(EVERYTHING):  # what follows could not even be imported
        return list(incomplete.WITHOUT_LIBRARIES), []
    modules = [import_module(f".{name}", __package__) for name in _MODULES]
    classes = dict.fromkeys(cls for module in modules for cls in getattr(module, "CLASSES", ()))
    return list(classes), [module for module in modules if hasattr(module, "add")]
