"""Brickprint: textured meshes become brick models that can really be built."""


def register() -> None:
    """Add Brickprint to Blender."""
    import bpy

    classes, modules = _contents()
    for cls in classes:
        bpy.utils.register_class(cls)
    for module in modules:
        module.add()


def unregister() -> None:
    """Take Brickprint out of Blender again, without a trace."""
    import bpy

    classes, modules = _contents()
    for module in reversed(modules):
        module.take_away()
    for cls in reversed(classes):
        bpy.utils.unregister_class(cls)


def _contents() -> tuple[list[type], list]:
    """All classes, and the modules that add more than classes, in the order they are added."""
    from .operators import (
        animating,
        assets,
        beside,
        bringing,
        colours,
        contours,
        convert,
        examine,
        exporting,
        headless,
        importing,
        kept,
        looking,
        models,
        palettes,
        presets,
        printing,
        running,
        stocks,
        updating,
    )
    from .ui import menus, panel, preferences, properties, shown, swatches, up_to_date
    from .ui import presets as preset_panels

    groups = (
        properties,
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
        presets,
        palettes,
        stocks,
        bringing,
        assets,
        preferences,
        preset_panels,
        panel,
        updating,
        menus,
    )
    classes = [cls for group in groups for cls in group.CLASSES]
    modules = [
        properties,
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
    ]
    return classes, [*modules, headless]
