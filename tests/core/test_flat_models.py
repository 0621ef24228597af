"""A flat model whose slices are all equal shows its full-colour top as a mosaic, without being told (row 11.22)."""

import numpy as np
from brickprint.core.colour.spaces import srgb_to_linear
from brickprint.core.export.instructions.mosaic import topmost
from brickprint.core.mesh import Material, Mesh
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings

SIDE = 12
COLOURS = {"Red": "#B40000", "White": "#F4F4F4", "Blue": "#1E5AA8", "Black": "#1B2A34"}


def slab(kind):
    """A slab 1.2 high, with a square of one colour for each of `kind` (SIDE, SIDE) on top."""
    x, y, z = (axis.ravel() for axis in np.meshgrid(np.arange(SIDE + 1), np.arange(SIDE + 1), [0, 1.2], indexing="ij"))
    number = np.arange(len(x)).reshape(SIDE + 1, SIDE + 1, 2)
    low, high = number[..., 0], number[..., 1]
    quads, materials = [], []
    for (a, b, c, d), material in (
        ((high[:-1, :-1], high[1:, :-1], high[1:, 1:], high[:-1, 1:]), kind),
        ((low[:-1, :-1], low[:-1, 1:], low[1:, 1:], low[1:, :-1]), 0 * kind),
        ((low[:-1, 0], low[1:, 0], high[1:, 0], high[:-1, 0]), 0 * kind[0]),
        ((low[1:, -1], low[:-1, -1], high[:-1, -1], high[1:, -1]), 0 * kind[0]),
        ((low[0, 1:], low[0, :-1], high[0, :-1], high[0, 1:]), 0 * kind[0]),
        ((low[-1, :-1], low[-1, 1:], high[-1, 1:], high[-1, :-1]), 0 * kind[0]),
    ):
        for corners in ((a, b, c), (a, c, d)):
            quads.append(np.stack([corner.ravel() for corner in corners], axis=1))
            materials.append(np.asarray(material).ravel())
    triangles = np.concatenate(quads).astype(np.int32)
    palette = [bytes.fromhex(word[1:]) for word in COLOURS.values()]
    looks = tuple(
        Material(name, (*srgb_to_linear(np.frombuffer(rgb, np.uint8) / 255).tolist(), 1.0))
        for name, rgb in zip(COLOURS, palette, strict=True)
    )
    vertices = np.stack([x, y, z], axis=1).astype(float)
    return Mesh(vertices, triangles, looks, np.concatenate(materials).astype(np.int32))


def test_the_top_of_a_flat_model_is_a_mosaic_of_its_colours():
    kind = np.random.default_rng(0).integers(0, len(COLOURS), (SIDE, SIDE))
    plan = Conversion(slab(kind)).run(Settings(studs=SIDE, prove="none", packer="fast"))
    names = np.array([each.name for each in plan.palette.colours])
    seen = names[plan.layout["colour"][topmost(plan)]][::-1].T  # [x, y], as the squares are
    inner = slice(1, -1)  # the studs of the rim show the sides, too
    assert np.array_equal(seen[inner, inner], np.array(list(COLOURS))[kind][inner, inner])
