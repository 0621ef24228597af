from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.colour.ciede2000 import ciede2000
from brickprint.core.colour.differences import METRICS, cie94, compare_metrics, difference, nearest_colours
from brickprint.core.colour.palettes import load_palette
from brickprint.core.colour.spaces import lab_to_din99o, lab_to_linear, linear_to_lab, srgb_to_linear
from brickprint.core.errors import BadSetting
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
CHANNEL = st.floats(0, 1) | st.sampled_from([0.0, 0.002, 0.5, 1.0])
LINEAR = st.tuples(CHANNEL, CHANNEL, CHANNEL)
SYMMETRIC = sorted(set(METRICS) - {"cie94"})


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


# CIE94 for graphic arts of one standard and three samples, as the colour-science library publishes them.
@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ((100, 426.67945353, 72.39590835), 83.7792255009),
        ((100, 74.05216981, 276.45318193), 10.0539319546),
        ((100, 8.32281957, -73.58297716), 57.5354537067),
    ],
)
def test_cie94_of_published_pairs(sample, expected):
    standard = np.array([100, 21.57210357, 272.22819350])
    assert cie94(standard, np.array(sample)) == pytest.approx(expected, abs=1e-8)


def test_cie94_by_hand_and_from_both_sides():
    red, duller = np.array([50.0, 40.0, 0.0]), np.array([53.0, 30.0, 0.0])
    assert cie94(red, duller) == pytest.approx(np.hypot(3, 10 / (1 + 0.045 * 40)))
    assert cie94(duller, red) == pytest.approx(np.hypot(3, 10 / (1 + 0.045 * 30)))
    yellow = np.array([50.0, 0.0, 40.0])  # a quarter turn of hue, no other difference
    assert cie94(red, yellow) == pytest.approx(40 * np.sqrt(2) / (1 + 0.015 * 40))


def test_din99o_by_hand():
    np.testing.assert_allclose(lab_to_din99o([[0, 0, 0], [100, 0, 0]]), [[0, 0, 0], [100, 0, 0]], atol=0.01)
    # 20 away from grey along the turned axis, where nothing is squeezed, and across it, where 0.83 is.
    turn = np.radians(26)
    along = [50, 20 * np.cos(turn), 20 * np.sin(turn)]
    across = [50, -20 * np.sin(turn), 20 * np.cos(turn)]
    lightness = 303.67 * np.log(1 + 0.0039 * 50)
    reach, squeezed = np.log(1 + 0.075 * 20) / 0.0435, np.log(1 + 0.075 * 20 * 0.83) / 0.0435
    expected = [
        [lightness, reach * np.cos(turn), reach * np.sin(turn)],
        [lightness, -squeezed * np.sin(turn), squeezed * np.cos(turn)],
    ]
    np.testing.assert_allclose(lab_to_din99o([along, across]), expected)


def test_din99o_of_a_published_colour():
    # Published for DIN99b of the same paper, whose chroma has the factor 23 where DIN99o's is 1 / 0.0435.
    lightness, a, b = lab_to_din99o([41.52787529, 52.63858304, 26.92317922])
    np.testing.assert_allclose(
        [lightness, a * 23 * 0.0435, b * 23 * 0.0435], [45.58303137, 34.71824493, 17.61622149], rtol=1e-7
    )


@given(LINEAR)
def test_lab_leads_back_to_linear_light(linear):
    np.testing.assert_allclose(lab_to_linear(linear_to_lab(np.array(linear))), linear, atol=1e-9)


def test_the_differences_of_red_and_black_by_hand():
    red, black = np.array([1.0, 0.0, 0.0]), np.zeros(3)
    assert difference(red, black, "rgb") == pytest.approx(255)
    assert difference(red, black, "manhattan") == pytest.approx(255)
    yellow = np.array([1.0, 1.0, 0.0])
    assert difference(yellow, black, "rgb") == pytest.approx(255 * np.sqrt(2))
    assert difference(yellow, black, "manhattan") == pytest.approx(510)
    # Encoded, not linear: linear 0.2140 is about half of the encoded range.
    grey = srgb_to_linear(np.full(3, 0.5))
    assert difference(grey, black, "manhattan") == pytest.approx(3 * 127.5)
    white = np.ones(3)
    assert difference(white, black, "cie76") == pytest.approx(100)
    assert difference(white, black, "din99o") == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize("metric", METRICS)
@given(first=LINEAR, second=LINEAR)
def test_differences_are_finite_and_zero_for_equal_colours_only(metric, first, second):
    there = difference(np.array(first), np.array(second), metric)
    assert np.isfinite(there)
    assert difference(np.array(first), np.array(first), metric) == 0
    assert there > 0 or np.allclose(first, second, atol=1e-6)


@pytest.mark.parametrize("metric", SYMMETRIC)
@given(first=LINEAR, second=LINEAR)
def test_differences_are_symmetric(metric, first, second):
    there, back = (difference(np.array(a), np.array(b), metric) for a, b in ((first, second), (second, first)))
    assert there == pytest.approx(back, rel=1e-9, abs=1e-9)


def assert_nearest(found, every, palette):
    """The rows and differences are the least of `every` (N, C), but for rounding; of equal colours the first."""
    rows, distances = found
    np.testing.assert_allclose(distances, every.min(axis=1), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(every[np.arange(len(rows)), rows], every.min(axis=1), rtol=1e-12, atol=1e-9)
    _, first, same = np.unique(palette, axis=0, return_index=True, return_inverse=True)
    np.testing.assert_array_equal(rows, first[same.reshape(-1)][rows])


@pytest.mark.parametrize("metric", METRICS)
@given(st.lists(LINEAR, min_size=1, max_size=30), st.lists(LINEAR, min_size=1, max_size=30), st.data())
def test_nearest_is_what_trying_all_finds(metric, colours, palette, data):
    palette += data.draw(st.lists(st.sampled_from(palette), max_size=5))  # ties
    colours, palette = np.array(colours + palette), np.array(palette)
    every = difference(colours[:, None], palette, metric)
    assert_nearest(nearest_colours(colours, palette, metric), every, palette)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("power", [(1, 1, 1), (0.5, 1, 2), (2, 1, 0.5), (0.3, 3, 0.3), (6, 6, 6)])
def test_nearest_among_the_brick_colours_is_what_trying_all_finds(metric, power):
    palette = load_palette("solid").linear
    # Reddish, bluish, purple and dark mixtures; several chunks of them.
    colours = srgb_to_linear(np.random.default_rng(7).random((2000, 3)) ** np.array(power))
    every = difference(colours[:, None], palette, metric)
    rows, distances = nearest_colours(colours, palette, metric)
    assert_nearest((rows, distances), every, palette)
    np.testing.assert_array_equal(rows, every.argmin(axis=1))


def test_far_fewer_differences_are_taken_than_there_are_pairs(monkeypatch):
    taken = []

    def counting(first, second):
        result = ciede2000(first, second)
        taken.append(result.size)
        return result

    monkeypatch.setitem(METRICS, "ciede2000", replace(METRICS["ciede2000"], measure=counting))
    palette = load_palette("solid")
    nearest_colours(srgb_to_linear(np.random.default_rng(3).random((4000, 3))), palette.linear)
    assert 2 * 4000 <= sum(taken) < 0.15 * 4000 * len(palette.colours)


@pytest.mark.parametrize("metric", METRICS)
def test_each_brick_colour_is_nearest_to_itself(metric):
    palette = load_palette("solid")
    rows, distances = nearest_colours(palette.linear, palette.linear, metric)
    np.testing.assert_array_equal(rows, np.arange(len(palette.colours)))
    np.testing.assert_allclose(distances, 0, atol=1e-9)


def test_no_colours_have_no_nearest_and_float32_will_do():
    palette = load_palette("pick-a-brick-29")
    rows, distances = nearest_colours(np.zeros((0, 3)), palette.linear)
    assert rows.shape == distances.shape == (0,)
    rows, _ = nearest_colours(palette.linear.astype(np.float32), palette.linear)
    np.testing.assert_array_equal(rows, np.arange(29))


def test_an_unknown_metric_is_refused():
    with pytest.raises(BadSetting, match=r"hsv.*ciede2000.*manhattan"):
        nearest_colours(np.zeros((1, 3)), np.zeros((1, 3)), "hsv")
    with pytest.raises(BadSetting, match="hsv"):
        difference(np.zeros(3), np.zeros(3), "hsv")


def test_metrics_choose_differently_and_ciede2000_has_the_least_mean_ciede2000():
    palette = load_palette("pick-a-brick-29").linear
    colours = srgb_to_linear(np.random.default_rng(1).random((3000, 3)))
    choices = {choice.metric: choice for choice in compare_metrics(colours, palette)}
    assert list(choices) == list(METRICS)
    best = choices["ciede2000"]
    assert best.mean == best.mean_ciede2000 and best.greatest == best.greatest_ciede2000
    for metric in set(METRICS) - {"ciede2000"}:
        choice = choices[metric]
        assert choice.mean_ciede2000 > best.mean_ciede2000
        assert (choice.row != best.row).mean() > 0.05
        own = difference(colours, palette[choice.row], metric)
        assert (choice.mean, choice.greatest) == (pytest.approx(own.mean()), own.max())
        judged = ciede2000(linear_to_lab(colours), linear_to_lab(palette[choice.row]))
        assert choice.mean_ciede2000 == pytest.approx(judged.mean())
        assert choice.greatest_ciede2000 == pytest.approx(judged.max())
