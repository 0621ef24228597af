"""Models of any origin: what is a part, what is only a load, and what is said of them."""

import json

import numpy as np
import pytest
from brickprint.core.errors import BadSetting, BrickprintError, NothingToBuild
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.mpd import mpd_text
from brickprint.core.export.report import report_text
from brickprint.core.inspection import given_plan, inspect, verdict_word
from brickprint.core.layout import Role
from brickprint.core.settings import Settings
from brickprint.core.structure.loads import apart, near
from brickprint.core.support.coming_off import coming_off
from hypothesis import given, settings
from hypothesis import strategies as st
from random_plans import CATALOGUE, plan_of, plans
from reading import given_of, imported

ROW_OF = {part.ldraw: row for row, part in enumerate(CATALOGUE.parts)}
IDENTITY = "1 0 0 0 1 0 0 0 1"
TURNED = "0 0 -1 0 1 0 1 0 0"
PLACE = ["part", "x", "y", "z", "turn"]


def brick(number, x, y, z, turn=0, step=0):
    return (ROW_OF[number], x, y, z, turn, 0, 0, 0, step)


TOWER = [brick("3003", 0, 0, 3 * level, step=level) for level in range(3)]
# A beam of eight studs on a single brick at its end: it stands, and breaks under a few hundred grams at the other end.
BEAM = [brick("3003", 0, 0, 0), brick("3007", 0, 0, 3), brick("3003", 0, 0, 6)]


def text_of(rows, *more):
    return "\n".join([ldraw_text(plan_of(rows)), *more])


def block(name, wide, high):
    """The definition of a part: a block whose origin is in the middle of its top, in LDraw units."""
    half, corners = wide / 2, []
    for y in (0, high):
        corners.append(f"4 16 {-half} {y} {-half} {half} {y} {-half} {half} {y} {half} {-half} {y} {half}")
    return "\n".join(["0 NOFILE", f"0 FILE {name}.dat", "0 !LDRAW_ORG Unofficial_Part", *corners, "0 NOFILE"])


def looked_at(text, **rest):
    return inspect(given_of(text), Settings(**rest))


def structure(text, **rest):
    return looked_at(text, **rest).report["structure"]


@given(plans().filter(lambda plan: len(plan.layout)))
def test_models_of_our_own_are_all_parts(plan):
    layout = plan.layout[np.argsort(plan.layout["step"], kind="stable")]
    kept = near(layout)
    kept[kept] = apart(layout[kept], CATALOGUE)
    found = given_of(ldraw_text(plan))
    assert len(found.plan.layout)
    np.testing.assert_array_equal(found.plan.layout[[*PLACE, "colour"]], layout[kept][[*PLACE, "colour"]])
    assert len(found.loads) == (~kept).sum()


@given(st.integers(-30, 30), st.integers(-30, 30), st.sampled_from([0, 30, 59.95, 90, 225]))
@settings(max_examples=30)
def test_the_grid_is_where_most_parts_are(x, y, degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = f"{cosine:.6f} 0 {-sine:.6f} 0 1 0 {sine:.6f} 0 {cosine:.6f}"
    rows = [*BEAM, brick("3040b", 4, 0, 6, 1), brick("3710", 7, 0, 6, 1)]
    inner = f"0 FILE inner.ldr\n{ldraw_text(plan_of(rows))}"
    found = given_of(f"0 FILE main.ldr\n1 4 {x} {y} 7.5 {turned} inner.ldr\n{inner}")
    assert not len(found.loads) and not found.warnings
    whole = inspect(found).report
    straight = looked_at(text_of(rows)).report
    assert whole["grams"] == straight["grams"] and whole["parts"]["by_part"] == straight["parts"]["by_part"]
    assert whole["structure"]["components"] == straight["structure"]["components"] == 1
    assert whole["structure"]["stable"] is straight["structure"]["stable"] is True


def test_the_report_has_the_keys_of_a_conversion():
    plan = looked_at(text_of(TOWER))
    report = json.loads(report_text(plan))
    assert report["parts"]["total"] == 3 and report["parts"]["by_part"] == {"Brick 2 x 2": 3}
    assert report["grid"] == {"studs_x": 2, "studs_y": 2, "plates_z": 9}
    assert report["steps"] == 3 and report["grams"] == pytest.approx(3 * 1.35)
    assert report["warnings"] == [] and report["loads"]["parts"] == 0
    found = report["structure"]
    assert (found["components"], found["main_share"], found["floating"]) == (1, 1.0, 0)
    assert found["stable"] is True and found["certified"] is True and found["safety"] > 100
    assert found["prefixes"] == {"total": 3, "standing": 3, "first_not_standing": None, "most_loose": 0}
    assert verdict_word(plan) == "stands"
    assert len(plan.utilisation) == 3 and plan.utilisation.max() < 0.01


def test_the_weakest_parts_come_first():
    found = structure(text_of([*TOWER, brick("3007", 1, 0, 9)]))
    assert found["stable"] is True
    shares = [part["utilisation"] for part in found["weakest"]]
    assert len(shares) == 4 and shares == sorted(shares, reverse=True)
    assert found["weakest"][0]["utilisation"] == found["utilisation_max"] > 0
    assert {(part["part"], part["z"]) for part in found["weakest"][:2]} == {("Brick 2 x 8", 9), ("Brick 2 x 2", 6)}
    assert found["safety"] == pytest.approx(1 / found["utilisation_max"])


PROPS = [(*brick("3003", 8, 0, 3 * level)[:6], Role.SUPPORT_OUTER, 0, level) for level in range(4)]
# A tower with a long bar on it, which is held at its other end as well, and what is too heavy for it without that.
HELD = [*(brick("3003", 0, 0, 3 * level, step=level) for level in range(4)), brick("3006", 0, 0, 12, step=5), *PROPS]
WEIGHT = [brick("3007", 8, 0, 15 + 3 * level, step=6) for level in range(80)]


def test_an_imported_model_keeps_the_supports_that_the_statics_asks_for():
    plan = plan_of([*HELD, *WEIGHT])
    there = {"kept": [{"parts": 4, "reason": "steadies", "holds_parts": 1, "at": [9, 1, 1]}], "removable": False}
    found = imported(mpd_text(plan), "mpd")
    assert {key: found.report["supports"][key] for key in there} == there
    assert found.report["supports"]["parts"] == 4 and found.report["structure"]["components"] == 1
    assert any("4 parts of the supports must stay" in warning for warning in found.report["warnings"])
    assert not coming_off(found).any() and coming_off(imported(mpd_text(plan_of(HELD)), "mpd")).sum() == 4


def test_supports_that_must_stay_are_told():
    plan = plan_of([*HELD, *WEIGHT])
    assert any("4 parts of the supports must stay" in told for told in inspect(given_plan(plan)).report["warnings"])
    assert not inspect(given_plan(plan_of(HELD))).report["warnings"]


@pytest.mark.parametrize("load", ["", "5", "5@1,1"])
def test_supports_alone_are_refused(load):
    with pytest.raises(NothingToBuild, match=r"^model has no parts but supports"):
        inspect(given_plan(plan_of(PROPS)), Settings(load=load))
    with pytest.raises(NothingToBuild, match=r"^model has no parts but supports"):
        imported(mpd_text(plan_of(PROPS)), "mpd")


def test_what_hangs_on_nothing_falls():
    found = looked_at(text_of([*TOWER, brick("3005", 5, 5, 7)]))
    figures = found.report["structure"]
    assert (figures["components"], figures["floating"], figures["stable"]) == (2, 1, False)
    assert figures["certified"] is False and np.isinf(found.utilisation).sum() == 1
    assert any("hangs on nothing" in warning for warning in found.report["warnings"])
    assert len(figures["weakest"]) == 3


def test_more_safety_than_there_is_falls():
    rows = [*TOWER, brick("3007", 1, 0, 9, step=3)]
    most = structure(text_of(rows))["safety"]
    assert structure(text_of(rows), safety=0.9 * most)["stable"] is True
    found = structure(text_of(rows), safety=1.2 * most)
    assert found["stable"] is False and found["prefixes"]["first_not_standing"] == 4
    with pytest.raises(BadSetting, match="safety"):
        looked_at(text_of(rows), safety=0.0)


def test_a_step_whose_parts_hang_on_nothing_yet_is_named():
    steps = [brick("3003", 0, 0, 0, step=0), brick("3003", 0, 0, 6, step=1), brick("3003", 0, 0, 3, step=2)]
    found = structure(text_of(steps))
    assert found["stable"] is True
    assert found["prefixes"] == {"total": 3, "standing": 2, "first_not_standing": 2, "most_loose": 1}


def test_an_unknown_part_is_a_load_of_guessed_size():
    found = looked_at(text_of(BEAM, f"1 4 150 -72 20 {IDENTITY} 99999.dat", f"1 4 130 -72 20 {IDENTITY} 99999.dat"))
    told = found.report["warnings"]
    assert any("2 x 99999" in warning and "unknown" in warning for warning in told)
    assert any("guessed" in warning for warning in told)
    assert found.report["loads"] == {"parts": 2, "by_part": {"99999": 2}, "grams": pytest.approx(0.88), "idle": 0}
    assert found.report["structure"]["stable"] is True
    assert found.report["structure"]["utilisation_max"] > 1.1 * structure(text_of(BEAM))["utilisation_max"]
    assert found.report["parts"]["total"] == 3


def test_a_load_of_the_size_in_the_file_can_break_a_model():
    placed = f"1 4 140 {-72} 20 {IDENTITY} lead.dat"
    light = structure(text_of(BEAM, placed.replace("-72", "-56"), block("lead", 40, 8)))
    heavy = looked_at(text_of(BEAM, placed.replace("-72", str(-48 - 2400)), block("lead", 40, 2400)))
    assert light["stable"] is True
    figures = heavy.report["structure"]
    assert figures["stable"] is False and figures["utilisation_max"] > 1 > figures["safety"]
    assert heavy.report["loads"]["grams"] == pytest.approx(2 * 2 * 300 * 0.44 / 3)
    assert not any("guessed" in warning for warning in heavy.report["warnings"])


def test_known_parts_in_unknown_ways_are_loads_of_their_weight():
    lines = [
        "1 4 20 -80 20 1 0 0 0 0 -1 0 1 0 3003.dat",  # tilted
        f"1 4 23 -96 20 {IDENTITY} 3003.dat",  # off the grid
        f"1 4 20 -24 20 {IDENTITY} 3003.dat",  # where another is
        f"1 4 1e7 -24 20 {IDENTITY} 3003.dat",
    ]
    found = looked_at(text_of(TOWER, *lines))
    assert found.report["loads"]["by_part"] == {"3003": 4}
    assert found.report["loads"]["grams"] == pytest.approx(4 * 1.35)
    told = " ".join(found.report["warnings"])
    assert all(words in told for words in ("turned other", "off the grid", "in the place of others"))
    assert found.report["parts"]["total"] == 3 and found.report["structure"]["stable"] is True


def test_other_names_of_known_parts_are_known():
    lines = [f"1 4 20 -80 10 {IDENTITY} 3069bp01.dat", f"1 4 100 -24 20 {IDENTITY} 44237.DAT"]
    found = looked_at(text_of(TOWER, *lines, f"1 4 50 -48 30 {IDENTITY} 3040.dat"))
    by_part = {"Brick 2 x 2": 3, "Tile 1 x 2": 1, "Brick 2 x 6": 1, "Slope Brick 45 2 x 1": 1}
    assert found.report["parts"]["by_part"] == by_part and found.report["loads"]["parts"] == 0


def test_colours_unknown_change_nothing_of_the_hold():
    found = looked_at(f"1 47 20 -24 20 {IDENTITY} 3003.dat\n1 0x2FF8800 20 -48 20 {IDENTITY} 3003.dat")
    assert found.report["structure"]["stable"] is True
    assert found.report["parts"]["by_colour"] == {"LDraw 47": 1, "LDraw 50300928": 1}
    assert [colour.hex for colour in found.palette.colours[-2:]] == ["#8A928D", "#FF8800"]
    assert any("colours unknown" in warning and "47" in warning for warning in found.report["warnings"])


def test_what_an_unknown_part_may_hold_is_not_said_to_fall():
    held = text_of([*TOWER, brick("3003", 0, 0, 12)], f"1 4 20 -96 20 {IDENTITY} 99999.dat")
    found = looked_at(held)
    figures = found.report["structure"]
    assert (figures["components"], figures["stable"], figures["certified"]) == (2, None, False)
    assert verdict_word(found) == "not certified"
    assert any("not known whether" in warning for warning in found.report["warnings"])


def test_what_a_part_of_known_size_does_not_touch_falls():
    text = text_of([*TOWER, brick("3003", 9, 9, 12)], f"1 4 20 -80 20 {IDENTITY} lead.dat", block("lead", 20, 8))
    assert structure(text)["stable"] is False


def test_a_model_on_unknown_feet_is_not_certified():
    text = text_of(TOWER, f"1 4 20 0 20 {IDENTITY} 99999.dat")
    found = looked_at(text)
    assert found.report["structure"]["stable"] is None
    assert any("below all parts" in warning for warning in found.report["warnings"])


def test_what_stands_beside_the_model_changes_nothing():
    text = text_of(TOWER, f"1 4 200 -24 20 {IDENTITY} 99999.dat")
    found = looked_at(text)
    assert found.report["structure"]["stable"] is True and found.report["loads"]["idle"] == 1


def test_lines_that_place_nothing_are_said():
    drawn = "2 24 0 0 0 1 1 1"
    found = looked_at(text_of(TOWER, drawn, "1 4 nonsense", "<html>"))
    assert found.report["structure"]["stable"] is True
    assert any(": 3." in warning and drawn in warning for warning in found.report["warnings"])


@pytest.mark.parametrize("text", ["", "<html>\n\x00garbage", "0 Title", f"1 4 0 0 0 {IDENTITY} 99999.dat"])
def test_nothing_known_is_refused(text):
    with pytest.raises(NothingToBuild, match="model"):
        given_of(text)


WORDS = ["1 4 0 0 0 ", "1 16 1e300 0 0 ", IDENTITY, TURNED, " 3001.dat", " a.ldr", "\n0 FILE a.ldr\n", "\n", "0 STEP\n"]


@given(
    st.lists(st.sampled_from([*WORDS, "1 4 20 -24 20 1e300 0 0 0 1 0 0 0 1 b.dat\n", "3 16 0 0 0 1e300 9 9 0 0 1\n"]))
)
def test_any_text_is_inspected_or_refused(words):
    try:
        found = inspect(given_of("".join(words)))
    except BrickprintError:
        return
    json.loads(report_text(found))


def test_a_plan_whose_bricks_were_moved_into_others():
    plan = plan_of([*TOWER, brick("3001", 0, 0, 6), brick("3001", 2**30, 0, 0)])
    found = inspect(given_plan(plan))
    assert found.report["loads"]["by_part"] == {"3001": 2} and len(found.layout) == 3
    assert found.report["structure"]["stable"] is True
    with pytest.raises(NothingToBuild):
        inspect(given_plan(plan_of([])))


def test_models_of_others_are_inspected_or_refused(shared_data):
    for path in sorted((shared_data / "ldraw" / "models").iterdir()):
        if path.stat().st_size > 50_000:
            continue
        report = looked_at(path.read_text(encoding="utf-8", errors="replace")).report
        assert report["parts"]["total"] > 1 and report["loads"]["parts"] >= 0
        if path.name == "pyramid.ldr":
            assert report["structure"]["stable"] is True and report["warnings"] == [] and report["steps"] == 4
