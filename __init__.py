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
        beside,
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
        printing,
        running,
        updating,
    )
    from .ui import panel, properties, shown, swatches, up_to_date

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
        panel,
        updating,
        incomplete,
    )
    classes = [cls for group in groups for cls in group.CLASSES]
    return classes, [
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
        headless,
    ]
