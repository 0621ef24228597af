"""Textures filtered to the size at which they are looked at."""

from __future__ import annotations

import numpy as np


def halved_levels(image: np.ndarray) -> tuple[np.ndarray, ...]:
    """Each level half the one before, down to one texel: (h, w, 4) float32, linear light.

    Colour is averaged with its alpha as weight, so transparent texels do not bleed into opaque ones.
    """
    levels = [image]
    while max(levels[-1].shape[:2]) > 1:
        levels.append(_halve(levels[-1]))
    return tuple(levels)


def _halve(image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    # An odd edge is repeated; the last texel then counts twice, in a level where it hardly matters.
    image = np.pad(image, ((0, height % 2 if height > 1 else 1), (0, width % 2 if width > 1 else 1), (0, 0)), "edge")
    quads = [image[i::2, j::2] for i in (0, 1) for j in (0, 1)]
    alpha = sum(quad[..., 3:] for quad in quads)
    colour = sum(quad[..., :3] * quad[..., 3:] for quad in quads)
    plain = sum(quad[..., :3] for quad in quads) / np.float32(4)
    weighted = colour / np.where(alpha > 0, alpha, 1)
    return np.concatenate([np.where(alpha > 0, weighted, plain), alpha / np.float32(4)], axis=-1)


def sample_levels(levels: tuple[np.ndarray, ...], uv: np.ndarray, texels: np.ndarray) -> np.ndarray:
    """Colours (N, 4) at uv (N, 2), filtered over footprints of `texels` (N,) texels of the finest level.

    Bilinear in the level whose texel is nearest to the footprint, with alpha as weight; the texture repeats.
    """
    nearest = np.rint(np.log2(np.maximum(texels, 1.0)))
    level = np.clip(nearest, 0, len(levels) - 1).astype(np.intp)
    colours = np.zeros((len(uv), 4), np.float32)
    for number in np.unique(level):
        chosen = level == number
        colours[chosen] = _bilinear(levels[number], uv[chosen])
    return colours


def _bilinear(image: np.ndarray, uv: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    position = (uv % 1.0) * (width, height) - 0.5
    corner = np.floor(position)
    x, y = (position - corner).astype(np.float32).T[:, :, None]
    left, low = corner.astype(np.int32).T % ((width,), (height,))
    right, high = (left + 1) % width, (low + 1) % height
    texels = image.reshape(-1, image.shape[2])
    around = [texels.take(row * width + column, axis=0) for row in (low, high) for column in (left, right)]
    weights = ((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y)
    plain = sum(weight * texel for weight, texel in zip(weights, around, strict=True))
    if image[..., 3].min() >= 1:
        return plain
    visible = [weight * texel[:, 3:] for weight, texel in zip(weights, around, strict=True)]
    colour = sum(share * texel[:, :3] for share, texel in zip(visible, around, strict=True))
    alpha = plain[:, 3:]
    return np.concatenate([np.where(alpha > 0, colour / np.where(alpha > 0, alpha, 1), plain[:, :3]), alpha], axis=-1)
