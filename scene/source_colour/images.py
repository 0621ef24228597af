"""The pixels of Blender's images as textures: sRGB bytes with straight alpha, whatever the file was."""

from __future__ import annotations

import bpy
import numpy as np

from ...core.colour.spaces import decode_srgb_bytes, linear_to_srgb
from ...core.pieces import News, Pieces, whole

LARGEST_SIDE = 2048  # a stud never sees more texels; an 8k image would only cost memory
_BAND = 2**20  # texels that are worked out at a time

_SRGB_SPACES = {"sRGB", "sRGB - Texture", "Utility - sRGB - Texture"}
_LINEAR_SPACES = {"Linear Rec.709", "Linear Rec.709 (sRGB)", "Linear", "Utility - Linear - sRGB", "Linear sRGB"}

_ENCODED_BYTES = np.rint(linear_to_srgb(np.arange(65536) / 65535) * 255).astype(np.uint8)


def encode_texture(linear: np.ndarray) -> np.ndarray:
    """(..., 4) uint8 with sRGB-encoded RGB and straight alpha, from linear light (..., 4) clipped to 0..1."""
    steps = np.nan_to_num(np.clip(linear, 0.0, 1.0))
    colour = _ENCODED_BYTES[(steps[..., :3] * 65535 + 0.5).astype(np.uint16)]
    alpha = (steps[..., 3:] * 255 + 0.5).astype(np.uint8)
    return np.concatenate([colour, alpha], axis=-1)


def is_missing(image: bpy.types.Image) -> bool:
    """Whether the image has no pixels: its file is gone or can't be read."""
    return 0 in image.size[:]  # asking for the size loads the file; has_data stays false until then


def has_known_colours(image: bpy.types.Image) -> bool:
    """Whether `image_pixels` can give the image's colours; otherwise only Blender itself can."""
    if image.source not in {"FILE", "GENERATED"}:
        return False  # tiles, sequences and films hold more than one picture
    space = image.colorspace_settings
    return image.is_float or space.is_data or space.name in _SRGB_SPACES | _LINEAR_SPACES


def image_pixels(image: bpy.types.Image) -> np.ndarray:
    """(H, W, 4) uint8, sRGB-encoded with straight alpha, row 0 at the bottom; at most 2048 on a side.

    Data images (Non-Color) count as linear light, as in Blender's shaders. An image with tiles gives its first.
    """
    return whole(image_pieces(image))


def image_pieces(image: bpy.types.Image) -> Pieces[np.ndarray]:
    """`image_pixels` in pieces; the image is asked in the first of them only."""
    width, height = image.size[:]
    buffer = np.zeros(width * height * image.channels, np.float32)
    image.pixels.foreach_get(buffer)
    pixels = buffer.reshape(height, width, image.channels)
    opaque, encoded, premultiplied = image.alpha_mode == "NONE", _is_encoded(image), _is_premultiplied(image)
    what = f"Reading image '{image.name}'"
    step = -(-max(width, height) // LARGEST_SIDE)
    rows = -(-_BAND // (width * step)) * step  # in bands, so that a large image needs little more memory than its own
    bands = []
    for start in range(0, height, rows):
        yield News(0.0, what)
        band = _four_channels(pixels[start : start + rows])
        if opaque:
            band[..., 3] = 1.0
        if encoded and step == 1:
            bands.append(np.rint(band * 255).astype(np.uint8))
        else:
            bands.append(encode_texture(_box_reduced(_linear(band, encoded, premultiplied), step)))
    return np.concatenate(bands)


def darkened_pieces(texture: np.ndarray, image: bpy.types.Image) -> Pieces[np.ndarray]:
    """The image's texture (H, W, 4) uint8 with its colour multiplied by its alpha, as renderers hold it in memory."""
    encoded, what = _is_encoded(image), f"Reading image '{image.name}'"
    if texture[..., 3].min() == 255:
        return texture
    bands = []
    for band in np.array_split(texture, -(-texture[..., 0].size // _BAND)):
        yield News(0.0, what)
        bands.append(_darkened(band, encoded))
    return np.concatenate(bands)


def _darkened(texture: np.ndarray, encoded: bool) -> np.ndarray:
    alpha = texture[..., 3:]
    if encoded:  # the bytes themselves are multiplied, not the light that they stand for
        return np.concatenate([np.rint(texture[..., :3] * (alpha / 255)).astype(np.uint8), alpha], axis=-1)
    linear = decode_srgb_bytes(texture)
    return encode_texture(np.concatenate([linear[..., :3] * linear[..., 3:], linear[..., 3:]], axis=-1))


def _is_encoded(image: bpy.types.Image) -> bool:
    """Whether Blender holds the image as sRGB bytes."""
    return not image.is_float and image.colorspace_settings.name in _SRGB_SPACES


def _four_channels(pixels: np.ndarray) -> np.ndarray:
    channels = pixels.shape[-1]
    if channels == 4:
        return pixels
    colour = pixels if channels == 3 else np.repeat(pixels[..., :1], 3, axis=-1)
    alpha = pixels[..., 1:] if channels == 2 else np.ones_like(pixels[..., :1])
    return np.concatenate([colour, alpha], axis=-1)


def _is_premultiplied(image: bpy.types.Image) -> bool:
    """Whether Blender holds the image multiplied by its alpha, as it does with float images that are colours."""
    data = image.colorspace_settings.is_data
    return image.is_float and not data and image.alpha_mode not in {"CHANNEL_PACKED", "NONE"}


def _linear(pixels: np.ndarray, encoded: bool, premultiplied: bool) -> np.ndarray:
    if encoded:
        return decode_srgb_bytes(np.rint(pixels * 255).astype(np.uint8))
    if not premultiplied:
        return pixels
    alpha = pixels[..., 3:]
    return np.concatenate([pixels[..., :3] / np.where(alpha > 0, alpha, 1), alpha], axis=-1)


def _box_reduced(pixels: np.ndarray, step: int) -> np.ndarray:
    """Means of step x step blocks (ragged ones at the edge repeat their last texel), colour weighted by alpha."""
    if step == 1:
        return pixels
    height, width = pixels.shape[:2]
    pixels = np.pad(pixels, ((0, -height % step), (0, -width % step), (0, 0)), "edge")
    blocks = pixels.reshape(pixels.shape[0] // step, step, pixels.shape[1] // step, step, 4)
    alpha = blocks[..., 3:].mean(axis=(1, 3))
    weighted = (blocks[..., :3] * blocks[..., 3:]).mean(axis=(1, 3)) / np.where(alpha > 0, alpha, 1)
    return np.concatenate([np.where(alpha > 0, weighted, blocks[..., :3].mean(axis=(1, 3))), alpha], axis=-1)
