"""Images of every kind from files, and what is refused."""

import io

import numpy as np
import pytest
from brickprint.core.errors import CannotRead, MissingLibrary, TooLarge
from brickprint.core.images import Picture, read_image, resized, squared
from PIL import Image, ImageCms


@pytest.fixture
def saved(tmp_path):
    """Saves an array or pillow image and gives its path."""

    def save(content, name="image.png", **options):
        image = content if isinstance(content, Image.Image) else Image.fromarray(content)
        image.save(tmp_path / name, **options)
        return tmp_path / name

    return save


def test_colours_and_alpha_are_kept(saved):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 4), np.uint8)
    picture = read_image(saved(pixels, "my.photo.png"))
    assert (picture.pixels == pixels).all() and picture.name == "my.photo"


def test_grey_becomes_colour(saved):
    picture = read_image(saved(np.array([[0, 100, 255]], np.uint8)))
    assert picture.pixels.tolist() == [[[0, 0, 0, 255], [100, 100, 100, 255], [255, 255, 255, 255]]]
    assert (picture.pixels[..., 3] == 255).all()


def test_sixteen_bits_are_scaled_and_not_clipped(saved):
    picture = read_image(saved(np.array([[0, 257 * 100, 65535]], np.uint16)))
    assert picture.rgb[0, :, 0].tolist() == [0, 100, 255]


def test_bilevel_palettes_and_grey_with_alpha_are_read(saved):
    assert read_image(saved(np.array([[True, False]]))).rgb[0, :, 0].tolist() == [255, 0]
    paletted = Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)).quantize(2)
    assert read_image(saved(paletted)).rgb.tolist() == [[[255, 0, 0], [0, 0, 255]]]
    grey = Image.merge("LA", [Image.new("L", (2, 2), 9), Image.new("L", (2, 2), 7)])
    assert read_image(saved(grey)).pixels[0, 0].tolist() == [9, 9, 9, 7]


def test_cmyk_is_read(saved):
    cyan = Image.new("CMYK", (4, 4), (255, 0, 0, 0))
    red, green, blue, alpha = read_image(saved(cyan, "image.jpg")).pixels[0, 0].tolist()
    assert red < 30 and min(green, blue) > 150 and alpha == 255


def test_colour_profiles_are_applied(saved):
    picture = read_image(saved(np.full((2, 2, 3), 128, np.uint8), icc_profile=b"no profile"))
    assert picture.rgb[0, 0].tolist() == [128] * 3 and "colour profile" in picture.warnings[0]
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = read_image(saved(np.full((2, 2, 4), 128, np.uint8), icc_profile=srgb))
    assert same.pixels[0, 0].tolist() == [128] * 4 and not same.warnings


def test_photos_are_turned_as_the_camera_was_held(saved):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned to the right
    wide = Image.fromarray(np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8))
    picture = read_image(saved(wide, exif=exif.tobytes()))
    assert picture.rgb.tolist() == [[[255, 0, 0]], [[0, 0, 255]]]


def test_one_pixel_is_an_image(saved):
    assert read_image(saved(np.full((1, 1, 3), 7, np.uint8))).pixels.tolist() == [[[7, 7, 7, 255]]]


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"no image at all", b"\x89PNG\r\n\x1a\n" + b"\0" * 30])
def test_what_is_no_image_is_refused(tmp_path, content):
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(CannotRead, match=r"bad\.png"):
        read_image(tmp_path / "bad.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_files_that_break_off_are_refused(tmp_path, kind):
    whole = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(whole, kind)
    (tmp_path / "cut").write_bytes(whole.getvalue()[: len(whole.getvalue()) // 3])
    with pytest.raises(CannotRead, match="cut"):
        read_image(tmp_path / "cut")


def test_missing_files_and_folders_are_refused(tmp_path):
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(CannotRead, match="check the path"):
            read_image(path)


def test_too_many_pixels_are_refused_before_they_are_read(saved):
    big = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(big, "PNG")
    path = saved(np.zeros((1, 1), np.uint8))
    path.write_bytes(big.getvalue())
    with pytest.raises(TooLarge, match="make it smaller first"):
        read_image(path)


def test_decimal_numbers_are_refused(saved):
    with pytest.raises(CannotRead, match="decimal numbers"):
        read_image(saved(np.zeros((2, 2), np.float32), "depth.tiff"))


def test_without_pillow_the_library_is_named(saved, monkeypatch):
    path = saved(np.zeros((1, 1), np.uint8))
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(MissingLibrary, match="pillow"):
        read_image(path)


@pytest.mark.parametrize("shape", [(4, 9), (9, 4), (5, 4)])
def test_the_middle_is_cut_out_with_a_warning(shape):
    pixels = np.zeros((*shape, 4), np.uint8)
    pixels[..., 0], pixels[..., 1] = np.indices(shape)
    square = squared(Picture("wide", pixels))
    side = min(shape)
    assert square.pixels.shape == (side, side, 4)
    margin = [(length - side) // 2 for length in shape]
    assert square.pixels[0, 0, :2].tolist() == margin
    assert f"{shape[1]} x {shape[0]} pixels" in square.warnings[0]


def test_a_square_is_left_as_it_is():
    picture = Picture("square", np.zeros((4, 4, 4), np.uint8))
    assert squared(picture) is picture


def test_nearest_pixels_are_not_mixed():
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0, 0] = 255
    assert set(np.unique(resized(pixels, 5, 5, nearest=True))) == {0, 255}
    assert len(np.unique(resized(pixels, 5, 5))) > 2
