"""The picture of looking.md."""

from __future__ import annotations

import bpy
from brickprint.core.settings import Settings
from brickprint.core.structure.shades import shaded
from brickprint.scene.layers import LAYERS, layers_modifier, play_layers
from brickprint.scene.section_plane import add_section
from brickprint.scene.versions import set_nodes_input
from pages import DOCS, sample
from strips import GRAIN, labelled, rendered, side_by_side, write_png


def looking() -> None:
    """Outlines, a look inside, a layer, and what parts there are."""
    plan = sample("lighthouse").run(Settings(studs=32))
    wanted = [
        ("as it is", plan, False, None),
        ("with outlines", plan, True, None),
        ("cut open by a plane", plan, True, add_section),
        ("up to its 30th layer", plan, True, up_to_layer),
        ("a colour for each kind of part", shaded(plan, "parts"), True, None),
        ("energy: red where little holds", shaded(plan, "energy"), True, None),
    ]
    pictures = [
        labelled(rendered(shown, (400, 400), outlined, change), text) for text, shown, outlined, change in wanted
    ]
    write_png(DOCS / "looking.png", side_by_side(pictures, 3), GRAIN)


def up_to_layer(bricks: bpy.types.Object) -> None:
    """Show a model's lowest 30 layers."""
    play_layers(bricks, 1, 2)
    bricks.animation_data_clear()
    set_nodes_input(layers_modifier(bricks), LAYERS, 30)
