"""Brickprint: textured meshes become brick models that can really be built."""

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
    from .operators import (
        animating,
        assets,
        beside,
        bringing,
        colours,
        contours,
        convert,
        editing,
        examine,
        exporting,
        headless,
        importing,
        kept,
        live_mosaic,
        looking,
        models,
        mosaics,
        palettes,
        picking,
        presets,
        printing,
        running,
        stocks,
        updating,
    )
    from .scene import highlight
    from .ui import by_hand, menus, mosaic_properties, panel, preferences, properties, shown, swatches, up_to_date
    from .ui import presets as preset_panels

    groups = (
        properties,
        mosaic_properties,
        colours,
        convert,
        contours,
        models,
        printing,
        exporting,
        importing,
        examine,
        looking,
        beside,
        animating,
        editing,
        picking,
        presets,
        palettes,
        stocks,
        bringing,
        mosaics,
        assets,
        preferences,
        preset_panels,
        panel,
        by_hand,
        updating,
        menus,
    )
    classes = [cls for group in (*groups, incomplete) for cls in group.CLASSES]
    modules = [
        properties,
        mosaic_properties,
        live_mosaic,
        swatches,
        shown,
        up_to_date,
        kept,
        running,
        models,
        exporting,
        importing,
        beside,
        preferences,
        menus,
        editing,
        highlight,
    ]
    return classes, [*modules, headless]
