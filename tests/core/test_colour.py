import numpy as np
import pytest
from brickprint.core.catalogue.colours import load_colours
from brickprint.core.catalogue.parts import Catalogue, load_parts
from brickprint.core.colour.differences import METRICS, ciede2000, nearest_colours
from brickprint.core.colour.palettes import ldraw_codes_of, load_palette, usable_palette
from brickprint.core.colour.spaces import srgb_to_lab
from brickprint.core.errors import BadPalette, BadSetting
from hypothesis import given
from hypothesis import strategies as st

# Table 1 of Sharma, Wu and Dalal (2005): L, a, b of two colours, and their difference.
SHARMA = np.array(
    [
        [50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425],
        [50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615],
        [50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412],
        [50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000],
        [50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669],
        [50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195],
        [50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045],
        [50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461],
        [50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065],
        [50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492],
        [50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977],
        [50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030],
        [50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000],
        [50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
        [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)

LIGHTNESS = st.floats(0, 100) | st.sampled_from([0.0, 50.0, 100.0])
AXIS = st.floats(-130, 130) | st.sampled_from([0.0, -0.0, 1e-12, -1e-12, 25.0, -25.0])
LAB = st.tuples(LIGHTNESS, AXIS, AXIS)


def test_the_34_published_pairs():
    assert len(SHARMA) == 34
    np.testing.assert_allclose(ciede2000(SHARMA[:, :3], SHARMA[:, 3:6]), SHARMA[:, 6], atol=1e-4)
    np.testing.assert_allclose(ciede2000(SHARMA[:, 3:6], SHARMA[:, :3]), SHARMA[:, 6], atol=1e-4)


def test_ciede2000_broadcasts():
    grid = ciede2000(SHARMA[:, None, :3], SHARMA[None, :, 3:6])
    assert grid.shape == (34, 34)
    np.testing.assert_allclose(np.diagonal(grid), SHARMA[:, 6], atol=1e-4)
    assert ciede2000(SHARMA[0, :3], SHARMA[0, 3:6]) == pytest.approx(2.0425, abs=1e-4)


@given(LAB, LAB)
def test_ciede2000_is_symmetric_finite_and_zero_for_equal_colours(first, second):
    there, back = ciede2000(first, second), ciede2000(second, first)
    assert np.isfinite(there)
    assert there == pytest.approx(back, rel=1e-9, abs=1e-9)
    assert ciede2000(first, first) == 0
    assert there > 0 or np.allclose(first, second, atol=1e-6)


def assert_nearest(found, every, palette):
    """The rows and distances are the least of `every` (N, C), but for rounding; of equal colours the first."""
    rows, distances = found
    np.testing.assert_allclose(distances, every.min(axis=1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(every[np.arange(len(rows)), rows], every.min(axis=1), rtol=1e-12, atol=1e-12)
    _, first, same = np.unique(palette, axis=0, return_index=True, return_inverse=True)
    np.testing.assert_array_equal(rows, first[same.reshape(-1)][rows])


@pytest.mark.parametrize("metric", METRICS)
@given(st.lists(LAB, min_size=1, max_size=30), st.lists(LAB, min_size=1, max_size=30), st.data())
def test_nearest_is_what_trying_all_finds(metric, colours, palette, data):
    palette += data.draw(st.lists(st.sampled_from(palette), max_size=5))  # ties
    colours += palette
    found = nearest_colours(np.array(colours), np.array(palette), metric)
    every = METRICS[metric](np.array(colours)[:, None], np.array(palette))
    assert_nearest(found, every, np.array(palette))


@pytest.mark.parametrize("power", [(1, 1, 1), (0.5, 1, 2), (2, 1, 0.5), (0.3, 3, 0.3), (6, 6, 6)])
def test_nearest_among_the_brick_colours_is_what_trying_all_finds(power):
    palette = load_palette("solid")
    # Reddish, bluish, purple and dark mixtures; several chunks of them.
    lab = srgb_to_lab(np.random.default_rng(7).random((5000, 3)) ** np.array(power))
    rows, distances = nearest_colours(lab, palette.lab)
    every = ciede2000(lab[:, None], palette.lab)
    assert_nearest((rows, distances), every, palette.lab)
    np.testing.assert_array_equal(rows, every.argmin(axis=1))


def test_far_fewer_differences_are_taken_than_there_are_pairs(monkeypatch):
    taken = []

    def counting(first, second):
        result = ciede2000(first, second)
        taken.append(result.size)
        return result

    monkeypatch.setitem(METRICS, "ciede2000", counting)
    palette = load_palette("solid")
    nearest_colours(srgb_to_lab(np.random.default_rng(3).random((4000, 3))), palette.lab)
    assert 2 * 4000 <= sum(taken) < 0.15 * 4000 * len(palette.colours)


def test_each_brick_colour_is_nearest_to_itself():
    palette = load_palette("solid")
    rows, distances = nearest_colours(palette.lab, palette.lab)
    np.testing.assert_array_equal(rows, np.arange(len(palette.colours)))
    np.testing.assert_array_equal(distances, 0)


def test_no_colours_have_no_nearest_and_float32_will_do():
    palette = load_palette("pick-a-brick-29")
    rows, distances = nearest_colours(np.zeros((0, 3)), palette.lab)
    assert rows.shape == distances.shape == (0,)
    rows, _ = nearest_colours(palette.lab.astype(np.float32), palette.lab)
    np.testing.assert_array_equal(rows, np.arange(29))


def test_an_unknown_metric_is_refused():
    with pytest.raises(BadSetting, match=r"hsv.*ciede2000"):
        nearest_colours(np.zeros((1, 3)), np.zeros((1, 3)), "hsv")


def names(palette):
    return {colour.name for colour in palette.colours}


def test_palettes_by_name():
    assert len(load_palette("pick-a-brick-29").colours) == 29
    assert load_palette("solid").colours == load_colours()
    assert load_palette("solid").name == "solid"
    with pytest.raises(BadPalette, match=r"pastel.*solid, pick-a-brick-29"):
        load_palette("pastel")


@pytest.mark.parametrize(
    "word",
    [
        "Light Bluish Grey",
        "light_bluish_gray",
        "LIGHT BLUISH GRAY",
        "Medium Stone Grey",
        "71",
        " 71 ",
        "#969696",
        "969696",
    ],
)
def test_colours_are_excluded_by_any_of_their_names(word):
    left = load_palette("solid", without=[word])
    assert names(load_palette("solid")) - names(left) == {"Light Bluish Grey"}


def test_an_ldraw_name_goes_before_a_lego_name():
    assert ldraw_codes_of("Dark Green") == {288}  # LEGO's Dark Green is LDraw's Green
    assert ldraw_codes_of("Brick Yellow") == ldraw_codes_of("Tan") == {19}
    assert ldraw_codes_of("326") == {326}  # LDraw's, not Rebrickable's Olive Green


def test_every_colour_is_found_by_its_ldraw_name_number_and_hex():
    for colour in load_colours():
        for word in (colour.name, colour.name.replace(" ", "_").upper(), str(colour.ldraw), colour.hex.lower()):
            assert ldraw_codes_of(word) == {colour.ldraw}


def test_excluding_a_colour_outside_the_palette_changes_nothing():
    assert names(load_palette("pick-a-brick-29", ["Sand Blue"])) == names(load_palette("pick-a-brick-29"))


def test_an_unknown_colour_is_refused_with_near_names():
    with pytest.raises(BadPalette, match=r"Light Blish Gray.*Light Bluish Grey"):
        load_palette("solid", without=["Light Blish Gray"])
    with pytest.raises(BadPalette, match=r"zzzzzz.*#RRGGBB"):
        load_palette("solid", without=["zzzzzz"])
    with pytest.raises(BadPalette):
        load_palette("solid", without=[""])


def test_usable_keeps_to_given_numbers():
    assert names(load_palette("solid", usable=frozenset({0, 15, 9999}))) == {"Black", "White"}
    with pytest.raises(BadPalette, match="left"):
        load_palette("solid", without=["Black"], usable=frozenset({0}))


def test_usable_palette_has_a_single_stud_part_of_every_height():
    solid, catalogue = load_palette("solid"), load_parts()
    brick = next(part for part in catalogue.parts if part.ldraw == "3005").ldraw_colours
    plate = next(part for part in catalogue.parts if part.ldraw == "3024").ldraw_colours
    assert brick - plate and plate - brick
    for heights, codes in (((3,), brick), ((1,), plate), ((3, 1), brick & plate)):
        usable = usable_palette(solid, catalogue, heights)
        assert {colour.ldraw for colour in usable.colours} == codes
        assert usable.name == "solid"
    assert len(usable_palette(load_palette("pick-a-brick-29"), catalogue, (3, 1)).colours) == 29


def test_usable_palette_refuses_what_has_no_single_stud_part():
    with pytest.raises(BadPalette, match=r"basic-11.*solid"):
        usable_palette(load_palette("solid"), load_parts("basic-11"), (1,))
    with pytest.raises(BadPalette):
        usable_palette(load_palette("solid"), Catalogue("none", ()), (3,))
    vanished = load_palette("solid", usable=frozenset({295}))  # Flamingo Pink: no such brick
    with pytest.raises(BadPalette):
        usable_palette(vanished, load_parts(), (3,))
