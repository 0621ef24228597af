"""`make pictures`: the pictures of the documentation, and the figures in docs/*.md and under the README's picture.

`python docs/make_pictures.py [NAME...]` makes some of them; `… panel VERSION FILE` cuts docs/panel-VERSION.png from the
picture 15-sample.png that the window test took in that version of Blender. Every figure is printed and put into its
page, between the marks that carry its name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import bpy  # noqa: F401  (before all that comes with it, such as blf)

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

import images  # noqa: E402
import layout  # noqa: E402
import looking  # noqa: E402
import readme  # noqa: E402
import shape  # noqa: E402
import structure  # noqa: E402

PICTURES: dict[str, Callable[[], None]] = {
    made.__name__: made
    for made in (
        readme.lighthouse,
        shape.detail,
        shape.colours,
        shape.metrics,
        shape.palettes,
        shape.samplers,
        layout.packers,
        layout.finish,
        layout.colour_trade,
        structure.structure,
        looking.looking,
        images.one_picture,
        structure.bearing,
        readme.instructions,
        readme.animation,
        images.mosaic,
        images.relief,
        images.selfie,
    )
}


def main(words: Sequence[str]) -> None:
    """Make the named pictures, or all that need no window."""
    if words[:1] == ["panel"]:
        readme.panel(words[1], Path(words[2]))
        return
    for name in words or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
