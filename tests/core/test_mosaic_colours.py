"""How studs get their colours: sets, stocks, quantisers, ties."""

import csv
import json

import numpy as np
import pytest
from brickprint.core.colour.differences import difference
from brickprint.core.colour.spaces import linear_to_lab, srgb_to_linear
from brickprint.core.errors import BadPalette, BadPartList, BadSetting, Cancelled, CannotRead, OutOfStock
from brickprint.core.mosaic.afar import blended
from brickprint.core.mosaic.by_hand import Override, listed, overridden
from brickprint.core.mosaic.colouring import choose_colours, looks
from brickprint.core.mosaic.diffusing import KERNELS, diffused
from brickprint.core.mosaic.ranking import greedy, greedy_gaussian, two_phase
from brickprint.core.mosaic.sets import find_set, mosaic_sets
from brickprint.core.mosaic.settings import DITHERERS, METHODS, TIES, MosaicSettings
from brickprint.core.mosaic.studs import chosen_studs, stud_map, stud_map_text
from brickprint.core.mosaic.ties import tie_pattern
from brickprint.core.progress import SILENT, Progress

PIECES_OF_SETS = {
    "21226": (16, 3937), "31197": (7, 3154), "31198": (15, 2746), "31199": (15, 2974), "31200": (12, 3213),
    "31201": (12, 4047), "31202": (9, 2461), "31203": (10, 11130), "31204": (16, 3245), "31205": (16, 3967),
    "31207": (8, 2711), "40179": (5, 4500), "41935-squares": (13, 300), "41935-rounds": (9, 220), "41906": (4, 82),
    "41948": (2, 46), "41916": (2, 39), "41946": (2, 38), "41958": (2, 30),
}  # fmt: skip


def patchwork(seed=0, shape=(16, 16)):
    """An image of slowly changing colours."""
    rng = np.random.default_rng(seed)
    return np.kron(rng.integers(0, 256, (shape[0] // 4, shape[1] // 4, 3)), np.ones((4, 4, 1))) * 0.8 + 20


def colours_of(settings, target=None):
    studs = chosen_studs(settings)
    return choose_colours(patchwork() if target is None else target, studs, settings, SILENT), studs


def test_the_sets_hold_what_they_hold():
    assert {each.number: (len(each.counts), each.total) for each in mosaic_sets()} == PIECES_OF_SETS


@pytest.mark.parametrize(("word", "number"), [("31198", "31198"), ("the beatles", "31198"), ("Warhol", "31197"),
                                              ("elvis", "31204"), ("batm", "31205")])  # fmt: skip
def test_sets_are_found_by_number_or_name(word, number):
    assert find_set(word).number == number


@pytest.mark.parametrize("word", ["", "99999", "extra dots", "41935"])
def test_a_word_for_no_set_or_several_is_refused(word):
    with pytest.raises(BadSetting, match="use one of"):
        find_set(word)


def test_mixed_sets_add_up():
    one, two = (chosen_studs(MosaicSettings(set=(word,))) for word in ("21226", "40179"))
    both = chosen_studs(MosaicSettings(set=("21226", "40179")))
    assert both.counts.sum() == one.counts.sum() + two.counts.sum()
    assert {each.ldraw for each in both.palette.colours} == {
        each.ldraw for studs in (one, two) for each in studs.palette.colours
    }


@pytest.mark.parametrize(("name", "count"), [("studs-38", 38), ("tiles-39", 39), ("studs-13", 13)])
def test_palettes_of_studs_hold_as_many_colours_as_they_say(name, count):
    studs = chosen_studs(MosaicSettings(palette=name))
    assert len(studs.palette.colours) == count and not studs.limited
    assert set(studs.counts.tolist()) == {99_999}
    assert len(chosen_studs(MosaicSettings(palette=name, without=("White",))).palette.colours) == count - 1


def test_excluded_colours_are_not_there():
    names = [each.name for each in chosen_studs(MosaicSettings(set=("21226",), without=("Black", "4"))).palette.colours]
    assert "Black" not in names and "Red" not in names and "White" in names


def test_a_stud_map_comes_back(tmp_path):
    studs = chosen_studs(MosaicSettings(set=("31201",)))
    (tmp_path / "mine.json").write_text(stud_map_text(studs.palette, studs.counts), "utf-8")
    again = chosen_studs(MosaicSettings(stock=str(tmp_path / "mine.json")))
    assert again.palette.colours == studs.palette.colours
    assert again.counts.tolist() == studs.counts.tolist()
    assert again.limited


def test_colours_of_a_stud_map_that_are_no_brick_colours_go_to_the_nearest(tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps({"studMap": {"#212121": 7, "#ffffff": 5, "Mauve": 3}}), "utf-8")
    counts, warnings = stud_map(tmp_path / "mine.json")
    assert counts == {0: 7, 15: 5}
    assert any("Mauve" in each for each in warnings) and any("#212121" in each for each in warnings)


def test_very_many_studs_count_as_a_limit_and_fewer_than_none_are_refused(tmp_path):
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"studMap": {"White": 100_000, "Black": 60_000, "#1b2a34": 60_000, "Red": 3}}), "utf-8")
    counts, warnings = stud_map(file)
    assert counts == {15: 99_999, 0: 99_999, 4: 3}
    assert any("99,999" in each and "White" in each and "Black" in each for each in warnings)
    file.write_text('{"studMap": {"White": 5, "Red": -1}}', "utf-8")
    with pytest.raises(BadPartList, match="fewer than no studs of: Red"):
        stud_map(file)


@pytest.mark.parametrize("text", ["", "[]", '{"studMap": 3}', '{"studMap": {"#ffffff": "many"}}', "\x00"])
def test_a_damaged_stud_map_is_refused(tmp_path, text):
    (tmp_path / "bad.json").write_text(text, "utf-8")
    with pytest.raises(CannotRead, match="studMap"):
        stud_map(tmp_path / "bad.json")


def test_an_empty_stud_map_is_refused(tmp_path):
    (tmp_path / "bad.json").write_text('{"studMap": {"#ffffff": 0}}', "utf-8")
    with pytest.raises(BadPartList):
        stud_map(tmp_path / "bad.json")


def test_a_stock_of_parts_counts_the_chosen_piece_only(tmp_path):
    rows = [("Part", "Color", "Quantity"), ("98138", 15, 300), ("98138", 0, 20), ("3024", 4, 900)]
    with (tmp_path / "stock.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    studs = chosen_studs(MosaicSettings(stock=str(tmp_path / "stock.csv")))
    assert dict(zip((each.name for each in studs.palette.colours), studs.counts, strict=True)) == {
        "Black": 20, "White": 300,
    }  # fmt: skip
    with pytest.raises(BadPartList, match="Tile 1 x 1"):
        chosen_studs(MosaicSettings(stock=str(tmp_path / "stock.csv"), piece="tile"))


def test_too_few_studs_are_refused_with_what_is_missing():
    with pytest.raises(OutOfStock, match=r"takes 2,304 studs.*has 300 .*2,004 are missing"):
        colours_of(MosaicSettings(set=("41935-squares",)), patchwork(shape=(48, 48)))


@pytest.mark.parametrize("method", [method for method in METHODS if method not in DITHERERS])
@pytest.mark.parametrize("number", ["41935-squares", "21226"])
def test_no_method_uses_more_than_there_is(method, number):
    chosen, studs = colours_of(MosaicSettings(set=(number,), size="16x16", method=method))
    assert (np.bincount(chosen.columns.ravel(), minlength=len(studs.counts)) <= studs.counts).all()


@pytest.mark.parametrize("metric", ["ciede2000", "cie94", "cie76", "din99o", "rgb", "manhattan"])
def test_exact_is_never_worse(metric):
    sums = {}
    for method in ("exact", "two-phase", "greedy"):
        settings = MosaicSettings(set=("41935-squares",), size="16x16", method=method, metric=metric)
        chosen, studs = colours_of(settings)
        shown = srgb_to_linear(looks(studs, settings) / 255)[chosen.columns]
        sums[method] = difference(srgb_to_linear(patchwork() / 255), shown, metric).mean()
        if method == "exact":
            assert sums["exact"] == pytest.approx(chosen.bound, abs=1e-5)
            assert chosen.nearest <= sums["exact"]
    assert sums["exact"] < min(sums["two-phase"], sums["greedy"])


@pytest.mark.parametrize("method", METHODS)
def test_equal_input_gives_equal_output(method):
    settings = MosaicSettings(set=("41935-squares",), size="16x16", method=method, ties="random", seed=3)
    first, second = colours_of(settings)[0].columns, colours_of(settings)[0].columns
    assert np.array_equal(first, second)


@pytest.mark.parametrize("chosen", [{"method": method} for method in METHODS] + [{"distance": 1.0}])
def test_choosing_tells_how_far_it_is_and_can_be_stopped(chosen):
    settings = MosaicSettings(set=("41935-squares",), size="16x16", **chosen)
    studs, told = chosen_studs(settings), []
    progress = Progress(on_step=lambda step: told.append(step.fraction))
    choose_colours(patchwork(), studs, settings, progress)
    assert np.diff(told).min() > -1e-9 and told[0] == 0 and told[-1] < 1 + 1e-9
    assert len(told) > 3
    left = iter(range(len(told) - 1))  # until the last time that it asks
    with pytest.raises(Cancelled):
        choose_colours(patchwork(), studs, settings, Progress(cancelled=lambda: next(left, None) is None))


def test_two_phases_keep_the_best_and_serve_the_worst_first():
    costs = np.array([[1.0, 9, 9], [2, 5, 9], [3, 4, 8], [0, 9, 7]])
    # All want column 0, which has two studs: rows 3 and 0 keep it; row 2 is the worst and chooses before row 1.
    assert two_phase(costs, np.array([2, 1, 5]), np.zeros(4)).tolist() == [0, 2, 1, 0]
    assert greedy(costs, np.array([2, 1, 5]), np.zeros(4)).tolist() == [0, 2, 1, 0]


def test_ties_say_who_gives_way():
    costs = np.array([[1.0, 2.0]] * 4)
    kept = two_phase(costs, np.array([2, 2]), np.array([0.001, 0, 0.001, 0]))
    assert kept.tolist() == [1, 0, 1, 0]


def flat(value, side=48):
    return np.full((side, side, 3), float(value))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("value", [10, 37, 64, 100, 128, 190, 245])
def test_flat_patches_keep_their_mean(kernel, value):
    shown = np.array([[0.0] * 3, [128.0] * 3, [255.0] * 3])

    def nearest(colours):
        return abs(colours[:, None, 0] - shown[None, :, 0]).argmin(axis=1)

    made = diffused(flat(value), shown, nearest, kernel)
    assert shown[made.chosen][8:-8, 8:-8].mean() == pytest.approx(value, abs=2)


def by_one_loop(target, shown, choose, weights):
    wanted = np.pad(target, ((0, 2), (2, 2), (0, 0)))
    chosen = np.zeros(target.shape[:2], int)
    for r in range(target.shape[0]):
        for c in range(target.shape[1]):
            chosen[r, c] = choose(wanted[r, c + 2][None])[0]
            error = wanted[r, c + 2] - shown[chosen[r, c]]
            for (down, right), weight in weights.items():
                wanted[r + down, c + 2 + right] += error * weight / sum(weights.values())
    return chosen


@pytest.mark.parametrize("kernel", KERNELS)
def test_slanting_lines_choose_as_one_loop_does(kernel):
    rng = np.random.default_rng(5)
    target, shown = rng.uniform(60, 200, (9, 14, 3)), rng.integers(0, 256, (6, 3)).astype(float)

    def nearest(colours):
        return ((colours[:, None] - shown) ** 2).sum(axis=2).argmin(axis=1)

    made = diffused(target, shown, nearest, kernel)
    assert np.array_equal(made.chosen, by_one_loop(target, shown, nearest, KERNELS[kernel]))


def test_greedy_with_spread_errors_keeps_the_mean_of_a_flat_patch():
    shown = np.array([[0.0] * 3, [255.0] * 3])

    def costs(colours):
        return abs(colours[:, None, 0] - shown[None, :, 0])

    chosen = greedy_gaussian(
        flat(100), shown, costs, np.array([9999, 9999]), tie_pattern("alternating", (48, 48)).copy()
    )
    assert shown[chosen].mean() == pytest.approx(100, abs=12)


def test_darkened_white_is_200():
    studs = chosen_studs(MosaicSettings(palette="solid"))
    white = [each.name for each in studs.palette.colours].index("White")
    ratio = looks(studs, MosaicSettings(darker=True))[white] / looks(studs, MosaicSettings())[white]
    assert np.allclose(255 * ratio, 200)


def test_there_are_fourteen_tie_patterns_and_they_differ():
    assert len(TIES) == 14
    patterns = [tie_pattern(name, (16, 16), seed=1).round(12).tobytes() for name in TIES]
    assert len(set(patterns)) == 14
    for name in TIES:
        assert tie_pattern(name, (16, 16)).min() >= 0 and tie_pattern(name, (16, 16)).max() < 0.005


def test_the_default_pattern_is_the_formula():
    t, across = 0.001, 20
    made = tie_pattern("alternating", (12, across))
    for r, c in ((0, 0), (3, 7), (11, 19)):
        wanted = (r + c) % 2 + (r + across - c) % 3 * t + (r + c) % 4 * t**2 + (r + across - c) % 5 * t**3
        assert made[r, c] == pytest.approx(t * wanted, abs=1e-15)
    fields = tie_pattern("mod-3", (12, across), blocking=4)
    assert np.array_equal(fields, np.kron(fields[::4, ::4], np.ones((4, 4))))


def test_looking_from_afar_makes_blended_light_more_like():
    target = patchwork(3)
    near = MosaicSettings(set=("41935-squares",), size="16x16")
    afar = MosaicSettings(set=("41935-squares",), size="16x16", distance=1.0)
    off = []
    for settings in (near, afar):
        chosen, studs = colours_of(settings, target)
        assert (np.bincount(chosen.columns.ravel(), minlength=len(studs.counts)) <= studs.counts).all()
        light = srgb_to_linear(looks(studs, settings) / 255)[chosen.columns]
        wanted = blended(srgb_to_linear(target / 255), 1.0)
        off.append(((linear_to_lab(blended(light, 1.0)) - linear_to_lab(wanted)) ** 2).mean())
    assert off[1] < 0.8 * off[0]


def test_studs_by_hand_come_last_and_only_in_colours_there_are():
    chosen = MosaicSettings(set=("40179",), size="16x16")
    palette = chosen_studs(chosen).palette
    names = [each.name for each in palette.colours]
    plain = np.full((16, 16), names.index("White"))
    before = plain.copy()
    lines = (Override(1, 1, "White"), Override(16, 2, "black"), Override(1, 1, "Yellow"), Override(3, 1, ""))
    made = overridden(plain, palette, listed(lines, palette, chosen))
    assert names[made[0, 0]] == "Yellow" and names[made[1, 15]] == "Black"
    assert np.count_nonzero(made != plain) == 2 and np.array_equal(plain, before)
    with pytest.raises(BadSetting, match="no stud 17,1"):
        listed((Override(17, 1, "White"),), palette, chosen)
    with pytest.raises(BadPalette, match="Red is no colour"):
        listed((Override(1, 1, "Red"),), palette, chosen)
