"""Every part of a surface gets a place of its own on the texture."""

import numpy as np
import pytest
from brickprint.scene.source_colour.atlas import surface_atlas
from hypothesis import given, settings
from hypothesis import strategies as st


def grid_patch(columns, rows, shape):
    """(T, 3, 3): a patch of columns x rows quads whose corners (u, v) in 0..1 `shape` puts into space."""
    u, v = np.meshgrid(np.linspace(0, 1, columns + 1), np.linspace(0, 1, rows + 1), indexing="ij")
    points = np.stack(np.broadcast_arrays(*shape(u, v)), axis=-1)
    a, b, c, d = points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]
    return np.stack([np.stack([a, b, c], axis=2), np.stack([a, c, d], axis=2)], axis=2).reshape(-1, 3, 3)


def holders(uvs, points):
    """How many triangles (T, 3, 2) hold each point (N, 2), borders left out."""
    a = uvs[None, :, 0]
    first, second = uvs[None, :, 1] - a, uvs[None, :, 2] - a
    away = points[:, None] - a
    area = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    area = np.where(np.abs(area) < 1e-15, np.nan, area)
    s = (away[..., 0] * second[..., 1] - away[..., 1] * second[..., 0]) / area
    t = (first[..., 0] * away[..., 1] - first[..., 1] * away[..., 0]) / area
    return ((s > 1e-3) & (t > 1e-3) & (s + t < 1 - 1e-3)).sum(axis=1)


def middles(uvs):
    return uvs.astype(float).mean(axis=1)


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(0, 10_000))
def test_loose_triangles_keep_apart(count, seed):
    generator = np.random.default_rng(seed)
    corners = generator.normal(size=(count, 1, 3)) * 5 + generator.normal(size=(count, 3, 3))
    atlas = surface_atlas(corners)
    assert atlas.uvs.min() > 0
    assert atlas.uvs.max() < 1
    low, high = atlas.uvs.min(axis=1) * atlas.side, atlas.uvs.max(axis=1) * atlas.side
    gaps = np.maximum(low[:, None] - high[None], low[None] - high[:, None]).max(axis=2)
    assert (gaps[~np.eye(count, dtype=bool)] >= 4).all()  # texels, so that borders can be filled in between


def test_a_flat_patch_keeps_its_form():
    corners = grid_patch(6, 9, lambda u, v: (2 * u, 3 * v, u + 0.5 * v))
    atlas = surface_atlas(corners)
    assert (holders(atlas.uvs, middles(atlas.uvs)) == 1).all()
    # Neighbours stay joined: the patch has as many corners on the texture as in space.
    assert len(np.unique(atlas.uvs.reshape(-1, 2).round(5), axis=0)) == 7 * 10


@pytest.mark.parametrize(
    "shape",
    [
        lambda u, v: (np.cos(9 * np.pi * u) * (1 + v), np.sin(9 * np.pi * u) * (1 + v), 2 * u),
        lambda u, v: ((3 - 2 * u) * np.cos(20 * u), (3 - 2 * u) * np.sin(20 * u), v),
    ],
    ids=["winding stairs", "rolled paper"],
)
def test_surfaces_that_run_over_themselves(shape):
    atlas = surface_atlas(grid_patch(120, 3, shape))
    assert (holders(atlas.uvs, middles(atlas.uvs)) == 1).all()


def test_a_ball_uses_most_of_its_texture_evenly():
    corners = grid_patch(
        64,
        32,
        lambda u, v: (
            np.cos(2 * np.pi * u) * np.sin(np.pi * v),
            np.sin(2 * np.pi * u) * np.sin(np.pi * v),
            np.cos(np.pi * v),
        ),
    )
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    real = areas > areas.max() / 100  # at the poles quads end in a point
    atlas = surface_atlas(corners)
    sides = atlas.uvs[:, 1:].astype(float) - atlas.uvs[:, :1]
    shares = np.abs(sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0]) / 2
    assert shares.sum() > 0.3
    densities = shares[real] / areas[real]
    assert densities.min() > densities.max() * 0.55  # 1 / root of 3, where a chart leans most


def test_triangles_without_area():
    corners = np.concatenate([np.zeros((2, 3, 3)), grid_patch(1, 1, lambda u, v: (u, v, 0 * u))])
    atlas = surface_atlas(corners)
    assert np.isfinite(atlas.uvs).all()
    assert (holders(atlas.uvs, middles(atlas.uvs[2:])) == 1).all()


def test_too_many_pieces():
    corners = np.random.default_rng(0).normal(size=(450_000, 3, 3))
    assert surface_atlas(corners) is None
