"""Statics: what stands, what falls, how hard parts are pulled, and at which steps of building."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from brickprint.core.catalogue.parts import Catalogue, Part
from brickprint.core.errors import BadSetting, Cancelled, NothingToBuild
from brickprint.core.layout import LAYOUT_DTYPE
from brickprint.core.progress import Progress
from brickprint.core.structure.statics.certificate import certify, falling, least_clutch
from brickprint.core.structure.statics.equilibrium import Load, Situation, imbalance, model_of
from brickprint.core.structure.statics.prefixes import certify_prefixes
from brickprint.core.structure.statics.program import least_capacity, luo_capacity
from brickprint.core.structure.statics.verdict import Verdict, assess
from hypothesis import given, settings
from hypothesis import strategies as st

STABILITY = Path(__file__).resolve().parents[3] / "shared" / "data" / "stability"
needs_data = pytest.mark.skipif(not STABILITY.exists(), reason=f"the labelled layouts are not at {STABILITY}")

# Grams as in StableLego's library and as Luo et al. weighed them.
_GRAMS = {
    (1, 1): 0.43,
    (2, 1): 0.81,
    (4, 1): 1.57,
    (6, 1): 2.28,
    (8, 1): 3.03,
    (2, 2): 1.15,
    (4, 2): 2.16,
    (6, 2): 3.23,
}
_LUO_GRAMS = {(2, 1): 0.78, (3, 1): 1.18, (8, 1): 3.08}
_LUO_BELOW = (71.48, 63.56, 40.03, 1.06, -53.34, -123.19, -208.48, -309.21, -425.38, -556.99)
_LUO_ABOVE = (71.48, 69.73, 66.25, 61.07, 54.16, 45.54, 35.21, 23.16, 9.39, -6.08)


def catalogue_of(grams):
    """Bricks of these sizes."""
    parts = [Part(f"Brick {w} x {d}", "brick", w, d, 3, g, *[""] * 4, frozenset({0})) for (w, d), g in grams.items()]
    return Catalogue("bricks", tuple(parts))


BRICKS, LUO_BRICKS = catalogue_of(_GRAMS), catalogue_of(_LUO_GRAMS)
LOAD = catalogue_of(_GRAMS | {(2, 2): 200.0})


def layout_of(rows, sizes=_GRAMS):
    """(x, y, layer, wide along x, deep along y) -> a layout; the step is the layer."""
    layout = np.zeros(len(rows), LAYOUT_DTYPE)
    keys = list(sizes)
    for row, (x, y, layer, wide, deep) in zip(layout, rows, strict=True):
        row["part"] = keys.index((max(wide, deep), min(wide, deep)))
        row["x"], row["y"], row["z"], row["turn"], row["step"] = x, y, 3 * layer, wide < deep, layer
    return layout


def stair(steps):
    """2x4s, each two studs further than the one below."""
    return layout_of([(2 * i, 0, i, 4, 2) for i in range(steps)])


def row_of_eights(count, bridges):
    """Luo et al.'s rows: 1x8s, joined by 1x2s in the layer below or above; two 1x3s under the first three studs.

    One 1x3 would do, but the lowest layer stands on the ground, and bridges below the row must not.
    """
    rows = [(0, 0, 0, 3, 1), (0, 0, 1, 3, 1), *((8 * k, 0, 2, 8, 1) for k in range(count))]
    return layout_of(rows + [(8 * k - 1, 0, 2 + bridges, 2, 1) for k in range(1, count)], _LUO_GRAMS)


def bar(reach):
    """A 2x2 on the ground, and 2x4s over it that reach out, two layers bonded."""
    rows = [(0, 0, 0, 2, 2)] + [(4 * k, 0, 1, 4, 2) for k in range(reach)]
    return layout_of(rows + [(4 * k + 2, 0, 2, 4, 2) for k in range(reach - 1)])


# A sample with known outcome that is always here: what a child would say.
_LABELLED = {
    "one brick": (layout_of([(0, 0, 0, 4, 2)]), Verdict.STANDS),
    "tower": (layout_of([(0, 0, k, 2, 2) for k in range(30)]), Verdict.STANDS),
    "bridge": (
        layout_of([(0, 0, 0, 2, 2), (6, 0, 0, 2, 2), (0, 0, 1, 4, 2), (4, 0, 1, 4, 2), (2, 0, 2, 4, 2)]),
        Verdict.STANDS,
    ),
    "short bar": (bar(2), Verdict.STANDS),
    "long bar": (bar(40), Verdict.FALLS),
    "short stair": (stair(8), Verdict.STANDS),
    "long stair": (stair(30), Verdict.FALLS),
    "beside each other": (layout_of([(0, 0, 0, 4, 2), (4, 0, 1, 4, 2)]), Verdict.FALLS),
    "hanging": (layout_of([(0, 0, 0, 2, 2), (0, 0, 1, 2, 2), (0, 0, 2, 4, 2), (2, 0, 1, 2, 2)]), Verdict.STANDS),
}


@pytest.mark.parametrize("name", _LABELLED)
def test_plain_layouts(name):
    layout, verdict = _LABELLED[name]
    assert assess(layout, BRICKS).verdict == verdict


@pytest.mark.parametrize(("steps", "theta", "verdict"), [(19, 0.90072, "stands"), (20, 1.00548, "falls")])
def test_stair(steps, theta, verdict):
    found = assess(stair(steps), BRICKS)
    assert found.verdict == verdict
    assert 1 - found.margin == pytest.approx(theta, abs=1e-4)
    assert least_capacity(model_of(stair(steps), BRICKS)).theta == pytest.approx(theta, abs=1e-5)
    by_hand = (steps - 1) * 2.16e-3 * 9.8 * (steps + 2 - 3.625) / 7.5
    assert theta * 0.98 == pytest.approx(by_hand, abs=1e-4)
    assert found.utilisation.argmax() in (0, 1)
    assert found.utilisation.max() == pytest.approx(theta, abs=1e-4)


@pytest.mark.parametrize(("bridges", "published"), [(-1, _LUO_BELOW), (1, _LUO_ABOVE)])
def test_luos_values(bridges, published):
    found = [luo_capacity(row_of_eights(count, bridges), LUO_BRICKS) for count in range(1, 11)]
    np.testing.assert_allclose(found, published, atol=0.0101)


def test_luos_program_without_balance():
    assert luo_capacity(layout_of([(0, 0, 0, 2, 1), (4, 0, 1, 2, 1)], _LUO_GRAMS), LUO_BRICKS) is None


@needs_data
def test_labelled_layouts():
    for name, stable, layout, catalogue in labelled():
        found = assess(layout, catalogue)
        assert found.verdict == (Verdict.STANDS if stable else Verdict.FALLS), name
        theta = least_capacity(model_of(layout, catalogue)).theta
        assert 1 - found.margin == pytest.approx(theta, abs=1e-3), name
        assert (theta <= 1) == stable, name


def labelled():
    """Name, label, layout and catalogue of every labelled layout of the test data."""
    library = json.loads((STABILITY / "stablelego" / "lego_library.json").read_text())
    sizes = {(part["height"], part["width"], name): 1000 * part["mass"] for name, part in library.items()}
    parts = [Part(name, "brick", h, w, 3, g, *[""] * 4, frozenset({0})) for (h, w, name), g in sizes.items()]
    stable_lego = Catalogue("StableLego", tuple(parts))
    for row in csv.DictReader((STABILITY / "labels.csv").open()):
        path = STABILITY / row["file"]
        if not row["stable"]:
            continue
        if "stablelego" in row["file"]:
            bricks = json.loads(path.read_text()).values()
            layout = np.zeros(len(bricks), LAYOUT_DTYPE)
            for placed, brick in zip(layout, bricks, strict=True):
                placed["part"] = list(library).index(str(brick["brick_id"]))
                placed["x"], placed["y"], placed["z"] = brick["x"], brick["y"], 3 * brick["z"]
                placed["turn"] = brick["ori"]
            yield row["file"], row["stable"] == "1", layout, stable_lego
        else:
            for entry in json.loads(path.read_text()):
                found = re.findall(r"(\d+)x(\d+) \((\d+),(\d+),(\d+)\)", entry["bricks"])
                rows = [(x, y, z, h, w) for h, w, x, y, z in np.array(found, int).tolist()]
                yield entry["object_id"], bool(entry["is_stable"]), layout_of(rows), BRICKS


# --- searches agree with the linear program ---------------------------------------------------------------------


@st.composite
def random_layouts(draw, most=40):
    """Bricks set upon or under others at random; often leaning far out."""
    seed, count = draw(st.integers(0, 10**6)), draw(st.integers(2, most))
    return grown(np.random.default_rng(seed), count, draw(st.sampled_from((0, 2, 6))))


def grown(random, count, bias):
    """Each brick is set on a stud of a part, or under one, with free cells; bias: how much more they go one way."""
    sizes = [(w, d) for w, d in _GRAMS if w < 8]
    rows, taken = [(0, 0, 0, 4, 2)], {(x, y, 0) for x in range(4) for y in range(2)}
    while len(rows) < count:
        x, y, layer, wide, deep = rows[random.integers(max(0, len(rows) - 12), len(rows))]
        w, d = sizes[random.integers(len(sizes))]
        w, d = (w, d) if random.random() < 0.5 else (d, w)
        up = layer + 1 if layer == 0 or random.random() < 0.8 else layer - 1
        left = x + random.integers(1 - w, wide + bias) if bias else x + random.integers(1 - w, wide)
        left, low = int(min(left, x + wide - 1)), int(y + random.integers(1 - d, deep))
        cells = {(i, j, up) for i in range(left, left + w) for j in range(low, low + d)}
        if up > 0 and not cells & taken:
            rows.append((left, low, up, w, d))
            taken |= cells
    return layout_of(rows)


@settings(max_examples=40, deadline=None)
@given(random_layouts())
def test_word_agrees_with_the_linear_program(layout):
    found = assess(layout, BRICKS)
    theta = least_capacity(model_of(layout, BRICKS)).theta
    if not found.loose.any() and abs(theta - 1) > 1e-4:
        assert found.verdict == (Verdict.STANDS if theta < 1 else Verdict.FALLS)
        assert 1 - found.margin == pytest.approx(theta, rel=0.02, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(random_layouts(), st.floats(0.3, 3))
def test_certificates_are_admissible(layout, capacity):
    model = model_of(layout, BRICKS)
    state = certify(model, capacity)
    assert (state.force >= -capacity * model.pull - 1e-12).all()
    assert state.balanced == (imbalance(model, state.force).max() < 1e-6)
    if state.balanced:
        assert least_capacity(model).theta <= capacity + 1e-4


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(40, 200))
def test_what_hardly_stands_is_certified_by_few_systems(seed, count):
    """Gravity that needs 99 % of the clutch."""
    layout = grown(np.random.default_rng(seed), count, 0)
    theta = least_capacity(model_of(layout, BRICKS)).theta
    if np.isfinite(theta):
        found = certify(model_of(layout, BRICKS, Situation(down=(0, 0, -0.99 / theta))))
        assert found.balanced
        assert found.steps <= 20


@settings(max_examples=20, deadline=None)
@given(random_layouts(), st.integers(-500, 500), st.integers(-500, 500), st.integers(-99, 99))
def test_place_does_not_matter(layout, x, y, z):
    moved = layout.copy()
    moved["x"] += x
    moved["y"] += y
    moved["z"] += z
    before, after = assess(layout, BRICKS), assess(moved, BRICKS)
    assert before.verdict == after.verdict
    np.testing.assert_allclose(after.utilisation, before.utilisation, rtol=0.01, atol=0.01)


@settings(max_examples=20, deadline=None)
@given(random_layouts())
def test_quarter_turns_do_not_matter_to_narrow_parts(layout):
    """The four points of parts one stud wide are symmetric, so a model of these may be turned by quarters too."""
    narrow = layout_of([(x, y, k, 4, 1) if k % 2 else (x, y, k, 1, 4) for k, (x, y) in enumerate(walk(layout))])
    turned = narrow.copy()
    turned["turn"] = 1 - narrow["turn"]
    high = np.where(narrow["turn"] == 1, 4, 1)
    turned["x"], turned["y"] = -narrow["y"] - high, narrow["x"]
    before, after = assess(narrow, BRICKS), assess(turned, BRICKS)
    assert before.verdict == after.verdict
    assert after.margin == pytest.approx(before.margin, abs=2e-3, rel=2e-3)


def walk(layout):
    """Corners of 1x4s that lie crosswise upon each other, leaning as the layout's parts do."""
    x = y = 0
    for k, step in enumerate(layout["x"][:12].tolist()):
        x, y = (x, y - abs(step) % 4) if k % 2 == 0 else (x - abs(step) % 4, y)
        yield x, y
        x, y = (x, y + abs(step) % 4) if k % 2 == 0 else (x + abs(step) % 4, y)


# --- what the model bears -----------------------------------------------------------------------------------------


def test_weight_above_the_middle_of_the_base_steadies():
    """On a table nothing holds the base down but weight: what reaches out is balanced by weight over the base."""
    layout = layout_of([(0, 0, 0, 4, 2), (2, 0, 1, 6, 2), (4, 0, 2, 6, 2), (6, 0, 3, 6, 2)])
    on_table = Situation(ground_holds=False)
    assert assess(layout, BRICKS, on_table).verdict == Verdict.FALLS
    held = replace(on_table, loads=(Load(200.0, at=(0.5, 1.0)),))
    assert assess(layout, BRICKS, held).verdict == Verdict.STANDS
    assert assess(layout, BRICKS).verdict == Verdict.STANDS


def test_heavier_loads_leave_less_margin():
    margins = [
        assess(stair(6), BRICKS, Situation(loads=(Load(grams, part=5),))).margin for grams in (0, 1, 10, 50, 1000)
    ]
    assert (np.diff(margins) < 0).all()
    assert margins[-1] < 0
    assert assess(stair(6), BRICKS, Situation(loads=(Load(1000, part=5),))).verdict == Verdict.FALLS


def test_load_by_place_lies_on_the_topmost_part():
    by_place = assess(stair(6), BRICKS, Situation(loads=(Load(30, at=(12.0, 1.0)),)))
    by_part = assess(stair(6), BRICKS, Situation(loads=(Load(30, part=5),)))
    assert by_place.margin == pytest.approx(by_part.margin, abs=1e-4)


def test_weights_as_a_brick_or_as_a_load():
    """200 g on a 2x4 that reaches out, laid as a part or put there as a load: both turn about x = 3.625."""
    rows = [(0, 0, 0, 4, 2), (2, 0, 1, 4, 2)]
    as_part = assess(layout_of([*rows, (4, 0, 2, 2, 2)]), LOAD)
    as_load = assess(layout_of(rows), BRICKS, Situation(loads=(Load(200, at=(5, 1)),)))
    by_hand = 9.8 * (2.16e-3 * 0.375 + 0.2 * 1.375) / 7.5 / 0.98
    assert 1 - as_part.margin == pytest.approx(by_hand, abs=1e-4)
    assert 1 - as_load.margin == pytest.approx(by_hand, abs=1e-4)


def test_gravity_off_the_axis():
    """A tower on a baseplate leans as long as the clutch holds; without gravity nothing is pulled."""
    tower = layout_of([(0, 0, k, 2, 2) for k in range(12)])
    upright, tilted, lying = (
        assess(tower, BRICKS, Situation(down=down)) for down in ((0, 0, -1), (0.3, 0, -0.954), (1, 0, 0))
    )
    assert upright.margin > tilted.margin > lying.margin
    assert upright.utilisation.max() == pytest.approx(0, abs=1e-3)
    weightless = assess(tower, BRICKS, Situation(down=(0, 0, 0)))
    assert weightless.margin == pytest.approx(1, abs=1e-3)
    # Turned over, each joint bears what hangs below it by six or twelve points.
    hanging = assess(tower, BRICKS, Situation(down=(0, 0, 1)))
    assert hanging.verdict == Verdict.STANDS
    assert hanging.utilisation[0] > hanging.utilisation[6] > hanging.utilisation[11] > 0


def test_factor_of_safety():
    theta = 1 - assess(stair(12), BRICKS).margin
    assert assess(stair(12), BRICKS, safety=0.99 / theta).verdict == Verdict.STANDS
    assert assess(stair(12), BRICKS, safety=1.01 / theta).verdict == Verdict.FALLS
    assert assess(stair(12), BRICKS, safety=1.01 / theta).margin == pytest.approx(1 - theta)


def test_a_failed_search_tells_what_falls():
    """Of a stair that is too long and a tower beside it, the stair does, its end the fastest; the tower does not."""
    layout = np.concatenate([stair(25), layout_of([(0, 20, z, 2, 2) for z in range(10)])])
    model = model_of(layout, BRICKS)
    found = certify(model)
    fast = falling(model, found)
    assert not found.balanced and fast[24] == fast.max() == 1
    assert (np.diff(fast[:25][fast[:25] > 0]) > 0).all() and not fast[25:].any()
    stands = model_of(stair(8), BRICKS)
    assert not falling(stands, certify(stands)).any()


@given(st.integers(5, 30), st.floats(0.5, 2))
@settings(max_examples=40)
def test_a_search_from_near_ends_as_one_from_nothing(steps, gravity):
    model = model_of(stair(steps), BRICKS, Situation(down=(0, 0, -gravity)))
    alone = certify(model)
    again = certify(model, near=alone.force)
    assert again.balanced == alone.balanced
    if again.balanced:
        assert imbalance(model, again.force).max() < 1e-6
        assert (again.force >= -model.pull).all()


def test_loose_parts_fall_and_the_rest_is_examined():
    layout = np.concatenate([stair(8), layout_of([(40, 0, 5, 2, 2), (40, 0, 6, 2, 2)])])
    found = assess(layout, BRICKS)
    assert found.verdict == Verdict.FALLS
    assert found.loose.tolist() == [False] * 8 + [True] * 2
    assert np.isinf(found.utilisation[8:]).all()
    np.testing.assert_allclose(found.utilisation[:8], assess(stair(8), BRICKS).utilisation, atol=1e-6)
    assert found.residual[8] == pytest.approx(1.15e-3 * 9.8)


@pytest.mark.parametrize(("steps", "verdict"), [(19, "stands"), (20, "falls")])
def test_large_models_are_decided(steps, verdict):
    """More parts than a linear program takes: a stair among a forest of masts."""
    masts = [(3 * i, 3 + 3 * j, k, 2, 2) for i in range(10) for j in range(10) for k in range(16)]
    found = assess(np.concatenate([layout_of(masts), stair(steps)]), BRICKS)
    assert found.verdict == verdict
    assert found.utilisation[:1600].max() < 0.01


def test_what_cannot_be_assessed_is_said():
    with pytest.raises(NothingToBuild, match="no parts"):
        assess(layout_of([]), BRICKS)
    with pytest.raises(BadSetting, match="factor of safety is 0"):
        assess(stair(2), BRICKS, safety=0)
    with pytest.raises(BadSetting, match="no part"):
        assess(stair(2), BRICKS, Situation(loads=(Load(1, at=(30, 0)),)))
    with pytest.raises(BadSetting, match="part 7"):
        assess(stair(2), BRICKS, Situation(loads=(Load(1, part=7),)))
    with pytest.raises(Cancelled):
        assess(stair(9), BRICKS, progress=Progress(cancelled=lambda: True))


def test_least_clutch_without_any():
    """A brick on a table can hold nothing, and need not."""
    state = least_clutch(model_of(stair(1), BRICKS, Situation(ground_holds=False)))
    assert state.balanced
    assert state.capacity == 0


# --- steps --------------------------------------------------------------------------------------------------------


def test_prefixes_agree_with_each_assessed_alone():
    layout = grown(np.random.default_rng(5), 60, 0)
    layout = layout[np.argsort(layout["z"], kind="stable")]
    layout["step"] = np.arange(60) // 3 * 2
    found = certify_prefixes(layout, BRICKS)
    assert len(found.certified) == 20
    for k in range(20):
        alone = assess(layout[: 3 * k + 3], BRICKS)
        assert found.loose[k] == alone.loose.sum()
        if not alone.loose.any():
            assert found.certified[k] == (alone.verdict == Verdict.STANDS)
            assert not found.certified[k] or found.utilisation[k] >= 1 - alone.margin - 1e-3


def test_prefixes_of_a_stair_fall_from_the_twentieth_step_on():
    found = certify_prefixes(stair(22), BRICKS)
    assert found.certified.tolist() == [True] * 19 + [False] * 3
    assert (found.utilisation[:19] <= 1).all()
    assert np.isinf(found.utilisation[19:]).all()


def test_a_prefix_is_certified_again_once_it_is_balanced():
    """A bar that tips on a table until another lies on its short end."""
    layout = layout_of([(0, 0, 0, 2, 2), (0, 0, 1, 6, 2), (-4, 0, 2, 6, 2)])
    found = certify_prefixes(layout, BRICKS, Situation(ground_holds=False))
    assert found.certified.tolist() == [True, False, True]
    assert certify_prefixes(layout, BRICKS).certified.all()


def test_prefixes_of_a_tall_shell_all_stand_and_use_what_each_alone_needs():
    """More parts than are balanced upon the others at once, so that forces are led on through what stood before."""
    one, other = (
        ((0, 0, 6, 2), (6, 0, 2, 6), (2, 6, 6, 2), (0, 2, 2, 6)),
        ((2, 0, 6, 2), (6, 2, 2, 6), (0, 6, 6, 2), (0, 0, 2, 6)),
    )
    layout = layout_of([(x, y, z, w, d) for z in range(40) for x, y, w, d in (other if z % 2 else one)])
    layout["step"] = layout["z"] // 3
    found = certify_prefixes(layout, BRICKS)
    assert found.certified.all() and not found.loose.any()
    for now in (7, 23, 39):
        least = least_clutch(model_of(layout[layout["step"] <= now], BRICKS)).capacity
        assert least - 1e-3 <= found.utilisation[now] <= 1


def test_prefixes_that_were_passed_over_are_looked_at_again():
    """A stair that falls from its twentieth brick on, until a column stands below its end."""
    column, beside = [(46, 0, layer, 2, 2) for layer in range(22)], [(60, 0, layer, 2, 2) for layer in range(3)]
    layout = np.concatenate([stair(23), layout_of(column + beside)])
    layout["step"] = np.r_[:23, [23] * 22, 24:27]
    assert certify_prefixes(layout, BRICKS).certified.tolist() == [True] * 19 + [False] * 4 + [True] * 4


def test_parts_that_hang_from_a_later_one_are_loose_until_then():
    layout = layout_of([(0, 0, 0, 2, 2), (0, 0, 1, 2, 2), (2, 0, 1, 2, 2), (0, 0, 2, 4, 2)])
    found = certify_prefixes(layout, BRICKS)
    assert found.loose.tolist() == [0, 1, 0]
    assert found.certified.all()
