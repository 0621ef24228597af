"""The sidebar: simple things first, the rest in folded panels. Everything drawn is stored; nothing is worked out."""

from . import build_panel, inside_panel, look_panel, mosaic_panel, output_panel, result_panel, source_panel

_PANELS = (
    source_panel,
    look_panel,
    inside_panel,
    build_panel,
    mosaic_panel,  # above what appears once there is a model, which would push its sliders away
    result_panel,
    output_panel,
)  # from top to bottom
CLASSES = tuple(cls for module in _PANELS for cls in module.CLASSES)
