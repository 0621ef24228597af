"""Blender's images become sRGB bytes with straight alpha."""

import bpy
import numpy as np
import pytest
from brickprint.core.colour.spaces import linear_to_srgb
from brickprint.scene.source_colour.images import LARGEST_SIDE, image_pixels, is_missing
from painted_objects import add_image

COLOUR = np.array([0.8, 0.4, 0.2, 1.0])
CLEAR = np.array([0.8, 0.4, 0.2, 0.5])


def flat(colour, height=4, width=6):
    return np.broadcast_to(np.float32(colour), (height, width, 4))


def encoded(linear):
    """Bytes of one linear colour with straight alpha."""
    return np.rint(np.append(linear_to_srgb(np.asarray(linear[:3])), linear[3]) * 255)


def saved(image, path, file_format):
    image.filepath_raw, image.file_format = str(path), file_format
    image.save()
    return bpy.data.images.load(str(path), check_existing=False)


def assert_flat(texture, expected, tolerance=1):
    assert texture.dtype == np.uint8
    assert np.abs(texture.astype(int) - expected).max() <= tolerance


def test_srgb_bytes_come_as_they_are():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4))
    np.testing.assert_array_equal(image_pixels(add_image(pixels / 255)), pixels)


@pytest.mark.parametrize("space", ["Non-Color", "Linear Rec.709"])
def test_linear_and_data_bytes_are_encoded(space):
    assert_flat(image_pixels(add_image(flat(COLOUR), space=space)), encoded(np.round(COLOUR * 255) / 255))


def test_float_images_are_encoded():
    assert_flat(image_pixels(add_image(flat(COLOUR), float_buffer=True)), encoded(COLOUR))


def test_bright_and_broken_floats_are_clipped():
    texture = image_pixels(add_image(flat((7.0, np.nan, -1.0, 1.0)), float_buffer=True))
    assert_flat(texture, (255, 0, 0, 255), tolerance=0)


@pytest.mark.parametrize("packed", [False, True])
def test_a_png_on_disk_or_packed(tmp_path, packed):
    image = saved(add_image(flat(CLEAR)), tmp_path / "a.png", "PNG")
    if packed:
        image.pack()
        (tmp_path / "a.png").unlink()
    assert_flat(image_pixels(image), np.rint(CLEAR * 255))


@pytest.mark.parametrize("mode", ["STRAIGHT", "CHANNEL_PACKED", "NONE"])
def test_alpha_modes_of_bytes(tmp_path, mode):
    image = saved(add_image(flat(CLEAR)), tmp_path / "a.png", "PNG")
    image.alpha_mode = mode
    assert_flat(image_pixels(image), np.rint((*CLEAR[:3] * 255, 255 if mode == "NONE" else 128)))


def test_premultiplied_bytes_are_divided(tmp_path):
    image = saved(add_image(flat((0.4, 0.2, 0.1, 0.5))), tmp_path / "a.png", "PNG")
    image.alpha_mode = "PREMUL"
    assert_flat(image_pixels(image), np.rint(CLEAR * 255), tolerance=2)


def test_transparent_floats_become_straight(tmp_path):
    image = add_image(flat(CLEAR), float_buffer=True, is_data=True)
    loaded = saved(image, tmp_path / "a.exr", "OPEN_EXR")
    loaded.alpha_mode = "PREMUL"
    loaded.colorspace_settings.name = "Linear Rec.709"
    # The file's numbers count as premultiplied: 0.8, 0.4, 0.2 over 0.5.
    assert_flat(image_pixels(loaded), encoded((1.0, 0.8, 0.4, 0.5)))
    loaded.alpha_mode = "CHANNEL_PACKED"
    assert_flat(image_pixels(loaded), encoded(CLEAR))


def test_sixteen_bits(tmp_path):
    settings = bpy.context.scene.render.image_settings
    settings.file_format, settings.color_depth = "PNG", "16"
    bpy.context.scene.view_settings.view_transform = "Standard"
    image = add_image(flat(COLOUR))
    image.save_render(str(tmp_path / "deep.png"))
    assert_flat(image_pixels(bpy.data.images.load(str(tmp_path / "deep.png"))), np.rint(COLOUR * 255))


def test_one_channel_is_grey(tmp_path):
    settings = bpy.context.scene.render.image_settings
    settings.file_format, settings.color_mode = "PNG", "BW"
    bpy.context.scene.view_settings.view_transform = "Standard"
    add_image(flat((0.5, 0.5, 0.5, 1))).save_render(str(tmp_path / "grey.png"))
    assert_flat(image_pixels(bpy.data.images.load(str(tmp_path / "grey.png"))), (128, 128, 128, 255))


def test_generated_images_have_pixels():
    image = bpy.data.images.new("Grid", 64, 32)
    image.generated_type = "UV_GRID"
    texture = image_pixels(image)
    assert texture.shape == (32, 64, 4)
    assert len(np.unique(texture.reshape(-1, 4), axis=0)) > 1


def test_large_images_are_averaged_in_linear_light():
    pixels = np.zeros((2, LARGEST_SIDE + 2, 4), np.float32)
    pixels[..., 3] = 1
    pixels[:, ::2, :3] = 1
    texture = image_pixels(add_image(pixels))
    assert texture.shape == (1, LARGEST_SIDE // 2 + 1, 4)
    assert_flat(texture, encoded((0.5, 0.5, 0.5, 1.0)))


def test_transparent_texels_do_not_darken_averages():
    pixels = np.zeros((2, LARGEST_SIDE + 2, 4), np.float32)
    pixels[:, ::2] = (1, 0, 0, 1)
    assert_flat(image_pixels(add_image(pixels)), (255, 0, 0, 128))


def test_missing_files_are_known(tmp_path):
    image = saved(add_image(flat(COLOUR)), tmp_path / "a.png", "PNG")
    assert not is_missing(image)
    (tmp_path / "a.png").unlink()
    image.reload()
    assert is_missing(image)
    (tmp_path / "b.png").write_bytes(b"no picture")
    assert is_missing(bpy.data.images.load(str(tmp_path / "b.png")))
