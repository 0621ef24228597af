"""From images to a colour for every stud: crop, pooling, adjustments, odd files."""

import colorsys

import numpy as np
import pytest
from brickprint.core.errors import CannotRead
from brickprint.core.images import Picture, read_image
from brickprint.core.mosaic.levels import depth_of, level_of, levels_of
from brickprint.core.mosaic.making import MosaicMaking
from brickprint.core.mosaic.pooling import adjusted, cropped, pooled, working_image
from brickprint.core.mosaic.settings import MosaicSettings
from brickprint.core.settings import Settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

SMALL = MosaicSettings(size="16x16")


def picture_of(pixels):
    """An opaque picture of (H, W, 3)."""
    return Picture("p", np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=-1))


def noise(high, wide, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (high, wide, 3), np.uint8)


@pytest.mark.parametrize(("high", "wide"), [(100, 300), (300, 100), (1, 1), (7, 2000)])
@pytest.mark.parametrize("size", ["16x16", "48x16", "16x64"])
def test_the_crop_has_the_mosaics_proportions(high, wide, size):
    settings = MosaicSettings(size=size)
    part = cropped(noise(high, wide), settings)
    across, down = settings.studs
    most = min(wide / across, high / down)
    assert part.shape[:2] == (max(1, round(most * down)), max(1, round(most * across)))


def test_the_crop_goes_where_it_is_told():
    pixels = noise(60, 120)
    left, right = (cropped(pixels, MosaicSettings(size="16x16", across=where)) for where in (-1.0, 1.0))
    assert np.array_equal(left, pixels[:, :60]) and np.array_equal(right, pixels[:, 60:])
    assert np.array_equal(cropped(pixels, MosaicSettings(size="16x16", zoom=2.0)), pixels[15:45, 45:75])


def test_the_working_image_is_opaque_and_no_larger_than_512():
    pixels = np.zeros((1000, 2000, 4), np.uint8)
    assert working_image(pixels).shape == (256, 512, 3)
    assert (working_image(pixels) == 255).all()  # nothing but holes, over white
    half = np.full((4, 4, 4), (0, 100, 200, 51), np.uint8)
    assert working_image(half)[0, 0].tolist() == [204, 224, 244]


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))), st.integers(1, 20))
def test_windows_are_those_of_the_formula(pixels, studs):
    high, wide = pixels.shape[:2]
    for w in {0, studs // 2, studs - 1}:
        rows = slice(w * high // studs, -(-(w + 1) * high // studs))
        columns = slice(w * wide // studs, -(-(w + 1) * wide // studs))
        window = pixels[rows, columns].reshape(-1, 3).astype(float)
        least, most, mean = window.min(axis=0), window.max(axis=0), window.mean(axis=0)
        dual = np.where(mean - least < most - mean, least, most)
        for pooling, wanted in (("min", least), ("max", most), ("average", mean)):
            assert np.allclose(pooled(pixels, (studs, studs), pooling)[w, w], wanted)
        near = np.isclose(mean - least, most - mean)
        assert np.allclose(pooled(pixels, (studs, studs), "dual")[w, w][~near], dual[~near])


def test_light_mixes_as_light():
    checks = np.zeros((32, 32, 3), np.uint8)
    checks[::2, ::2] = checks[1::2, 1::2] = 255
    assert np.allclose(pooled(checks, (16, 16), "light"), 187.5, atol=0.1)  # half of the light of white
    assert np.allclose(pooled(checks, (16, 16), "average"), 127.5)
    shared = pooled(noise(50, 70), (16, 16), "light")
    assert shared.shape == (16, 16, 3) and shared.min() >= 0 and shared.max() <= 255


@pytest.mark.parametrize("pooling", ["light", "average", "min", "max", "dual"])
def test_one_colour_stays_that_colour(pooling):
    assert np.allclose(pooled(np.full((37, 91, 3), (10, 200, 31), np.uint8), (48, 16), pooling), (10, 200, 31))


def test_no_adjustment_changes_nothing():
    values = noise(9, 9).astype(float)
    assert np.allclose(adjusted(values, MosaicSettings()), values)
    assert np.allclose(adjusted(values, MosaicSettings(hue=180.0)), adjusted(values, MosaicSettings(hue=-180.0)))


@given(st.tuples(*[st.integers(0, 255)] * 3), st.integers(-180, 180), st.integers(-100, 100), st.integers(-100, 100))
def test_hue_saturation_and_value_are_added(colour, hue, saturation, value):
    h, s, v = colorsys.rgb_to_hsv(*(channel / 255 for channel in colour))
    wanted = colorsys.hsv_to_rgb(
        (h + hue / 360) % 1, np.clip(s + saturation / 100, 0, 1), np.clip(v + value / 100, 0, 1)
    )
    settings = MosaicSettings(hue=float(hue), saturation=float(saturation), value=float(value))
    assert np.allclose(adjusted(np.array(colour, float), settings), 255 * np.array(wanted), atol=1e-6)


def test_brightness_comes_before_contrast():
    settings = MosaicSettings(brightness=28.0, contrast=64.0)
    factor = 259 * (255 + 64) / (255 * (259 - 64))
    assert np.allclose(adjusted(np.array([[110.0, 0, 255]]), settings), [[factor * 10 + 128, 0, 255]])


def test_levels_count_the_thresholds_below():
    # Of three levels: 85 and 170.
    assert level_of(np.array([0, 85, 85.5, 170, 171, 255]), 3).tolist() == [0, 0, 1, 1, 2, 2]
    for levels in range(2, 17):
        found = level_of(np.arange(256), levels)
        assert sorted(set(found.tolist())) == list(range(levels))


def test_depth_is_cropped_as_the_image_is(tmp_path):
    steps = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], 32, axis=0).repeat(3, axis=2)
    Image.fromarray(steps).resize((32, 16)).save(tmp_path / "depth.png")
    settings = MosaicSettings(size="16x16", relief=4, depth=str(tmp_path / "depth.png"), across=-1.0)
    picture = picture_of(noise(32, 64))
    levels = levels_of(working_image(cropped(picture.pixels, settings)), depth_of(picture, settings), settings)
    assert levels.min() == 0 and levels.max() == 1  # the left half is the darker one
    assert (np.diff(levels, axis=1) >= 0).all()


@pytest.mark.parametrize("side", [64, 600, 2100])
def test_what_is_transparent_is_high_whatever_its_size(side):
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[: side // 2, :, 3] = 255
    plan = MosaicMaking(Picture("p", pixels)).run(MosaicSettings(size="16x16", relief=4), Settings(prove="none"))
    top = plan.layout[plan.layout["role"] == 0]
    assert set(top["z"][top["y"] >= 8].tolist()) == {1} and set(top["z"][top["y"] < 8].tolist()) == {4}


def test_a_relief_of_a_small_part_of_a_large_image_has_its_details():
    pixels = np.zeros((3200, 3200, 3), np.uint8)
    pixels[1600 - 160 : 1600 + 160, 1600 - 160 : 1600 + 160] = np.kron(
        np.indices((16, 16)).sum(axis=0)[..., None] % 2 * 255, np.ones((20, 20, 3))
    )
    chosen = MosaicSettings(size="16x16", relief=2, zoom=10.0)
    plan = MosaicMaking(picture_of(pixels)).run(chosen, Settings(prove="none"))
    top = plan.layout[plan.layout["role"] == 0]
    assert np.array_equal(top["z"] - 1, (top["x"] + 15 - top["y"]) % 2)


def test_hidden_colours_do_not_show_where_an_image_shrinks():
    pixels = np.zeros((2048, 2048, 4), np.uint8)
    pixels[::2] = (200, 0, 0, 255)
    pixels[1::2, :, :3] = (0, 0, 255)
    assert np.abs(working_image(pixels)[8:-8].astype(int) - (228, 128, 128)).max() <= 2


@pytest.mark.parametrize(
    ("mode", "pixel"),
    [
        ("L", 110), ("LA", (110, 255)), ("RGB", (110, 110, 110)), ("RGBA", (110, 110, 110, 255)),
        ("I;16", 110 * 257), ("CMYK", (0, 0, 0, 145)), ("P", 110), ("1", 255),
    ],
)  # fmt: skip
def test_images_of_all_kinds_make_the_same_mosaic(tmp_path, mode, pixel):
    file = tmp_path / ("grey.jpg" if mode == "CMYK" else "grey.png")
    image = Image.new(mode, (30, 30), pixel)
    if mode == "P":
        image.putpalette([level for level in range(256) for _ in range(3)])
    image.save(file)
    plan = MosaicMaking(read_image(file)).run(SMALL, Settings(prove="none"))
    used = [name for name, count in plan.report["mosaic"]["studs"].items() if count]
    assert used == ["White" if mode == "1" else "Dark Bluish Grey"]


def test_a_transparent_image_lies_over_white(tmp_path):
    Image.new("RGBA", (20, 20), (200, 0, 0, 0)).save(tmp_path / "nothing.png")
    plan = MosaicMaking(read_image(tmp_path / "nothing.png")).run(SMALL, Settings(prove="none"))
    assert plan.report["mosaic"]["studs"]["White"] == 256


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_image_is_refused(tmp_path, content):
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(CannotRead, match=r"bad\.png"):
        read_image(tmp_path / "bad.png")


def test_a_single_pixel_is_enough(tmp_path):
    Image.new("RGB", (1, 1), (180, 0, 0)).save(tmp_path / "dot.png")
    plan = MosaicMaking(read_image(tmp_path / "dot.png")).run(SMALL, Settings(prove="none"))
    assert plan.report["mosaic"]["studs"]["Red"] == 256
