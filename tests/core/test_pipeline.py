"""The whole way from a mesh to a plan, and what is kept between two runs."""

import json
from dataclasses import replace

import numpy as np
import pytest
from brickprint.core import pipeline
from brickprint.core.errors import BadPalette, BadSetting, Cancelled
from brickprint.core.export.report import report_text
from brickprint.core.layout import Role, owners
from brickprint.core.mesh import Material, Mesh
from brickprint.core.pipeline import Conversion
from brickprint.core.progress import Progress
from brickprint.core.settings import Settings, options
from brickprint.core.structure.shades import hanging_parts
from brickprint.core.support.overhangs import spans
from brickprint.core.voxel_models import VoxelModel
from shapes import ball, box, joined, mesh_of

KEYS = {
    "input": {"triangles", "textured", "size_mm"},
    "grid": {"studs_x", "studs_y", "plates_z"},
    "parts": {"total", "by_part", "by_colour", "volume_share_by_part", "volume_share_by_colour", "unit_share"}
    | {"lower_bound"},
    "shape": {"iou", "surface_mm"},
    "colour": {"metric", "mean", "max", "best_mean"},
    "interior": {"hollow_out_ratio"},
    "structure": {"components", "main_share", "floating", "stable", "certified", "utilisation_max", "safety", "weakest"}
    | {"energies", "prefixes", "situation"},
    "supports": {"parts", "by_part", "volume_share_by_part", "grams", "removable", "kept", "stands_without"},
}


def red_and_blue_ball():
    vertices, triangles = ball(1.0, at=(5, -3, 2))
    material = (vertices[triangles][:, :, 0].mean(axis=1) > 5).astype(np.int32)
    materials = Material("red", (0.456, 0.0, 0.0, 1.0)), Material("blue", (0.013, 0.102, 0.392, 1.0))
    return Mesh(vertices, triangles, materials, material, name="ball")


def quick(**chosen):
    """Settings whose packer takes no time, without repair, which ends by the clock."""
    return Settings(**{"packer": "fast", "repair": False, **chosen})


def test_a_ball_in_two_colours():
    plan = Conversion(red_and_blue_ball()).run(Settings(studs=24))
    report = plan.report
    assert report["grid"] == {"studs_x": 24, "studs_y": 24, "plates_z": 60}
    shares = report["parts"]["volume_share_by_colour"]
    assert shares["Red"] + shares["Blue"] > 0.98  # a few cells on the border are both
    assert report["parts"]["total"] == len(plan.layout) == sum(report["parts"]["by_part"].values())
    assert sum(report["parts"]["volume_share_by_part"].values()) == pytest.approx(1)
    assert report["shape"]["iou"] > 0.93
    assert report["shape"]["surface_mm"] < 2.5
    assert report["colour"]["mean"] < 1.0
    assert report["steps"] == plan.steps >= len(np.unique(plan.layout["z"]))
    assert report["grams"] == pytest.approx(sum(plan.catalogue.grams[plan.layout["part"]]))
    assert report["structure"]["floating"] == 0
    assert report["structure"]["certified"] and report["structure"]["stable"] is True
    assert len(plan.utilisation) == len(plan.layout) and report["structure"]["utilisation_max"] < 1


def test_the_report_has_every_key_and_is_json():
    plan = Conversion(red_and_blue_ball()).run(quick(studs=12))
    read_back = json.loads(report_text(plan))
    for key, inner in KEYS.items():
        assert set(read_back[key]) == inner
    assert {"settings", "repairs", "steps", "grams", "seconds", "peak_mb", "warnings"} <= set(read_back)
    assert {"read", "slice", "colour", "interior", "pack", "order", "connect", "support", "stand", "total"} <= set(
        read_back["seconds"]
    )
    assert Settings.from_values(read_back["settings"]) == quick(studs=12)


def test_what_floats_is_said():
    body = joined(box((4, 4, 1)), box((1, 1, 1), (0, 0, 3)))
    report = Conversion(mesh_of(body)).run(quick(studs=16, floating="keep")).report
    assert report["structure"]["components"] == 2
    assert report["structure"]["floating"] > 0
    assert report["structure"]["stable"] is False
    assert report["structure"]["main_share"] == pytest.approx(16 / 17, abs=0.02)
    assert any("on nothing" in warning for warning in report["warnings"])


def test_plates_follow_the_shape_closer_than_bricks():
    bricks, plates = (Conversion(red_and_blue_ball()).run(quick(studs=24, detail=d)) for d in ("bricks", "plates"))
    assert plates.report["shape"]["iou"] == 1.0 > bricks.report["shape"]["iou"]
    assert plates.report["shape"]["surface_mm"] < bricks.report["shape"]["surface_mm"]
    assert plates.report["parts"]["total"] > bricks.report["parts"]["total"]


def test_only_what_changed_runs_again():
    conversion = Conversion(red_and_blue_ball())
    first = conversion.run(quick(studs=16))
    other_colours = conversion.run(quick(studs=16, without=("red",)))
    assert set(other_colours.report["seconds"]) == {
            "read", "colour", "interior", "pack", "connect", "repair", "finish", "support", "order", "stand",
            "total",
        }  # fmt: skip
    assert "Red" not in other_colours.report["parts"]["by_colour"]
    same = conversion.run(quick(studs=16, without=("red",)))
    assert set(same.report["seconds"]) == {"read", "total"}
    assert np.array_equal(same.layout, other_colours.layout)
    fresh = Conversion(red_and_blue_ball()).run(quick(studs=16))
    assert np.array_equal(fresh.layout, first.layout)


def test_a_wrong_height_is_refused_before_any_stage():
    news = []
    with pytest.raises(BadSetting, match="--split"):
        Conversion(red_and_blue_ball()).run(quick(studs=12, split="0"), Progress(on_step=news.append))
    assert not news


def test_a_cancelled_run_raises_and_the_next_one_is_whole():
    conversion = Conversion(red_and_blue_ball())
    news = []
    with pytest.raises(Cancelled):
        conversion.run(quick(studs=16), Progress(on_step=news.append, cancelled=lambda: len(news) > 4))
    assert np.array_equal(
        conversion.run(quick(studs=16)).layout, Conversion(red_and_blue_ball()).run(quick(studs=16)).layout
    )


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"sampler": "voxels"},
        {"packer": "restarts", "studs": 10},
        {"supports": "none", "prove": "model", "safety": 30.0},  # is searched for several times, and not found
        {"repair": True, "safety": 1.5},
    ],
)
def test_progress_rises_to_its_end(chosen):
    """Also where the conversion is one part of something longer."""
    news = []
    whole = Progress(on_step=news.append)
    Conversion(red_and_blue_ball()).run(quick(**{"studs": 16} | chosen), whole.part("", 0.3, 0.5))
    fractions = [step.fraction for step in news]
    assert (np.diff(fractions) > -1e-9).all()
    assert fractions[0] == 0.3 and 0.75 < fractions[-1] < 0.8 + 1e-9
    assert {"slice", "colour", "pack", "stand"} <= {step.stage for step in news}
    assert any(step.plan is not None for step in news)


def test_a_silent_stage_is_named_before_it_works():
    news = []
    Conversion(red_and_blue_ball()).run(quick(studs=12), Progress(on_step=news.append))
    assert [step.words for step in news if step.stage == "order"] == ["Building order"]


def test_colours_and_parts_that_leave_nothing_are_refused():
    conversion = Conversion(red_and_blue_ball())
    with pytest.raises(BadSetting, match="no 1x1 plate"):
        conversion.run(quick(studs=12, detail="plates", parts="basic-11"))
    with pytest.raises(BadPalette, match="no-such-colour"):
        conversion.run(quick(studs=12, without=("no-such-colour",)))
    with pytest.raises(BadPalette, match="pastel is unknown"):
        conversion.run(quick(studs=12, palette="pastel"))
    for height in ("up", "0", "-3", "2.5"):
        with pytest.raises(BadSetting, match=f"--split {height} is unknown"):
            conversion.run(quick(studs=12, split=height))


def test_part_sets_without_plates_build_bricks():
    plan = Conversion(red_and_blue_ball()).run(quick(studs=12, parts="basic-11"))
    assert {part.kind for part in np.array(plan.catalogue.parts, object)[plan.layout["part"]]} == {"brick"}
    assert any("from bricks only" in warning for warning in plan.report["warnings"])


def test_what_does_nothing_is_said():
    asked = quick(studs=12, keep_thin=True)
    for settings, said in ((asked, False), (replace(asked, sampler="voxels"), True)):
        warnings = Conversion(red_and_blue_ball()).run(settings).report["warnings"]
        assert any("changes nothing" in warning for warning in warnings) == said


def test_flat_models_and_two_studs_work():
    plan = Conversion(mesh_of(box((10, 10, 4)))).run(quick(studs=2))
    assert plan.size[:2] == (2, 2)
    assert len(plan.layout) >= 1


def test_a_plain_ball_has_lost_no_walls():
    warnings = Conversion(red_and_blue_ball()).run(quick(studs=24)).report["warnings"]
    assert not any("thinner than half a stud" in warning for warning in warnings)


def test_what_would_fall_over_is_offered_its_widest_base():
    tilted = np.array([[1, 0, 0], [0, np.cos(0.6), -np.sin(0.6)], [0, np.sin(0.6), np.cos(0.6)]])
    vertices, triangles = box((4, 4, 1))
    leaning = mesh_of((vertices @ tilted.T, triangles))
    offered, taken = (Conversion(leaning).run(quick(studs=16, level=level)) for level in (False, True))
    assert any("does not stand as it is" in warning for warning in offered.report["warnings"])
    assert not any("does not stand as it is" in warning for warning in taken.report["warnings"])
    assert taken.size[2] < offered.size[2]


def test_lost_walls_are_said():
    body = joined(box((20, 20, 5)), box((40, 0.2, 15), (-10, 10, 5)))
    plain, kept = (Conversion(mesh_of(body)).run(quick(studs=40, keep_thin=keep)) for keep in (False, True))
    assert any("thinner than half a stud" in warning for warning in plain.report["warnings"])
    assert not any("thinner than half a stud" in warning for warning in kept.report["warnings"])
    assert kept.size[2] * 0.9 < kept.layout["z"].max() + 3


def test_a_mesh_that_was_stood_up_is_said_to_be():
    for body, said in ((box((1, 1, 4)), True), (box((4, 1, 1)), False)):
        plan = Conversion(mesh_of(body)).run(quick(studs=8, level=True))
        assert any("turned by 90 degrees" in warning for warning in plan.report["warnings"]) == said
        assert sorted(plan.size) == [2, 6, 8]


class Watched:
    """Settings that note which of them are read."""

    def __init__(self, settings):
        self._settings = settings
        self.read = set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self._settings, name)


ALL_WAYS = [
    quick(studs=8, level=True),
    quick(studs=8, sampler="voxels", cell_colour="vote", colours=2, colours_from="texture", interior="hollow"),
    quick(studs=8, marking="polygons", colours=1, interior="solid", detail="auto"),
    quick(studs=8, detail="plates", smoothing=0.0),
]


STAGES = [
    "PLACE",
    "SLICE",
    "DETAIL",
    "OFFSET",
    "COLOUR",
    "INTERIOR",
    "PACK",
    "CONNECT",
    "REPAIR",
    "FINISH",
    "SUPPORT",
    "ORDER",
    "STAND",
]


@pytest.mark.parametrize("settings", ALL_WAYS)
@pytest.mark.parametrize("name", STAGES)
def test_a_stage_reads_no_setting_that_it_does_not_name(monkeypatch, name, settings):
    stage, watched = getattr(pipeline, name), Watched(settings)

    def work(*values):
        return stage.work(*values[:-2], watched, values[-1])

    monkeypatch.setattr(pipeline, name, replace(stage, work=work))
    Conversion(red_and_blue_ball()).run(settings)
    assert watched.read <= set(stage.reads)


OTHER_VALUES = {
    "studs": 14, "detail": "plates", "fineness": 1.0, "cusp": 0.3, "keep_thin": True, "opacity": 0.99,
    "palette": "pick-a-brick-29", "without": ("Red",), "metric": "rgb", "cell_colour": "vote", "interior": "solid",
    "shell": 1, "parts": "basic-11", "seed": 7, "scale": 0.7, "up": "X", "flip": ("X",), "level": True,
    "marking": "polygons", "sampler": "voxels", "include": ("Red",), "colours": 1, "smoothing": 1.0,
    "supports": "none", "split": "4", "safety": 2.0, "repair": True, "floating": "delete", "packer": "deterministic",
    "offset": True, "ground": "table", "tilt": 40.0, "load": "900@1,6",
}  # fmt: skip


@pytest.mark.parametrize("name", OTHER_VALUES)
def test_a_changed_setting_is_not_answered_from_what_was_kept(name):
    changed = {name: OTHER_VALUES[name]}
    conversion = Conversion(red_and_blue_ball())
    conversion.run(quick(studs=12))
    kept = conversion.run(quick(**{"studs": 12, **changed}))
    fresh = Conversion(red_and_blue_ball()).run(quick(**{"studs": 12, **changed}))
    assert np.array_equal(kept.layout, fresh.layout)
    assert kept.palette == fresh.palette


def test_the_report_tells_the_colours_as_built():
    rng = np.random.default_rng(0)
    cells = np.ones((3, 6, 6), bool)
    greys = np.where(rng.random((108, 1)) < 0.5, 0.2, 0.3).astype(np.float32).repeat(3, axis=1)
    speckled = Conversion(VoxelModel("speckled", cells, greys))
    exact = speckled.run(quick(smoothing=0.0)).report
    traded = speckled.run(quick(smoothing=0.0, colour_trade=100.0)).report
    assert traded["parts"]["total"] < exact["parts"]["total"]
    assert traded["colour"]["mean"] > exact["colour"]["mean"]
    assert traded["colour"]["best_mean"] == exact["colour"]["best_mean"]


@pytest.mark.parametrize("packer", options()["packer"].choices)
def test_every_packer_builds_a_model_in_one_piece(packer):
    plan = Conversion(red_and_blue_ball()).run(Settings(studs=12, packer=packer))
    assert plan.report["structure"]["components"] == 1
    assert plan.report["shape"]["iou"] > 0.85
    told = json.loads(report_text(plan))
    assert told["parts"]["total"] + told["supports"]["parts"] == len(plan.layout)


def test_what_floats_is_held_and_the_model_stands_after_every_step():
    body = joined(box((4, 4, 1)), box((1, 1, 1), (0, 0, 3)))
    plan = Conversion(mesh_of(body)).run(quick(studs=16, prove="steps"))
    report = plan.report
    assert report["structure"]["components"] == 1 and report["structure"]["certified"]
    assert report["supports"]["parts"] == np.count_nonzero(plan.layout["role"]) > 0
    assert report["structure"]["prefixes"]["standing"] == report["structure"]["prefixes"]["total"] == plan.steps
    white = [plan.palette.colours[row].name for row in plan.layout["colour"][plan.layout["role"] == 1]]
    assert set(white) == {"White"}
    # The supports are all that holds it, so they stay.
    assert report["supports"]["removable"] is False
    without = Conversion(mesh_of(body)).run(quick(studs=16, supports="none")).report
    assert without["structure"]["components"] == 1 and without["supports"]["parts"] == 0
    assert any("left out" in warning for warning in without["warnings"])


def test_a_model_is_built_in_sections():
    plan = Conversion(mesh_of(box((2, 2, 3)))).run(quick(studs=16, split="8", prove="steps"))
    assert set(plan.layout["section"]) == {0, 1}
    assert plan.layout["z"][plan.layout["section"] == 1].min() == 24
    assert plan.report["structure"]["prefixes"]["standing"] == plan.steps


def test_nothing_is_proved_on_request():
    report = Conversion(mesh_of(box((2, 2, 3)))).run(quick(studs=8, prove="none")).report
    assert report["structure"]["certified"] is None and report["structure"]["prefixes"] is None


def test_a_model_that_would_fall_is_repaired_and_every_change_is_told():
    hollow = {"studs": 24, "interior": "hollow", "shell": 2, "supports": "none", "floating": "keep"}
    as_it_is, mended = (Conversion(red_and_blue_ball()).run(quick(repair=on, **hollow)).report for on in (False, True))
    assert as_it_is["structure"]["floating"] > 0 and as_it_is["repairs"] == []
    assert mended["structure"]["floating"] == 0 and mended["structure"]["certified"]
    assert len(mended["repairs"]) > 0 and all("at stud" in change for change in mended["repairs"])
    assert mended["colour"]["mean"] == as_it_is["colour"]["mean"] and mended["shape"]["iou"] == as_it_is["shape"]["iou"]


ARM = joined(box((1, 1, 3)), box((6, 1, 0.6), (0, 0, 3)))  # a post with an arm, 24 x 4 studs


def arm(**chosen):
    return Conversion(mesh_of(ARM, name="arm")).run(quick(studs=24, **chosen)).report


def test_a_load_that_breaks_the_model_is_said_and_supports_bear_it():
    assert arm(supports="none")["structure"]["stable"] is True
    broken = arm(supports="none", load="3000@24,2")
    assert broken["structure"]["stable"] is False
    assert broken["structure"]["situation"]["loads"] == [{"grams": 3000.0, "at": [24, 2]}]
    told = [
        warning for warning in broken["warnings"] if warning.startswith("arm falls with 3000 g at stud 24, 2 (proved)")
    ]
    assert len(told) == 1 and "what gives way is" in told[0] and " at stud " in told[0]
    held = arm(load="3000@24,2")
    assert held["structure"]["stable"] is True and held["supports"]["parts"]
    assert {each["reason"] for each in held["supports"]["kept"]} == {"steadies"}
    assert arm()["supports"]["kept"] == []


def test_a_load_beside_the_model_is_refused():
    with pytest.raises(BadSetting, match="stud 25, 1, where the model has no part; it takes studs 1 to 24 along x"):
        arm(load="5@25,1")


def test_a_bare_table_holds_less_than_a_base_plate():
    assert arm(supports="none")["structure"]["stable"] is True
    on_table = arm(supports="none", ground="table", prove="steps")
    assert on_table["structure"]["stable"] is False
    assert on_table["structure"]["prefixes"]["first_not_standing"] is not None
    assert any(warning.startswith("arm falls on a bare table (proved)") for warning in on_table["warnings"])


def test_below_an_overhang_the_shape_grows_on_request():
    plain, grown = (Conversion(mesh_of(ARM)).run(quick(studs=24, offset=offset)) for offset in (False, True))
    assert hanging_parts(plain.layout, plain.catalogue).any()
    layers = owners(grown.layout, grown.catalogue, grown.size[::-1]).reshape(-1, 3, *grown.size[1::-1]).max(axis=1) >= 0
    assert spans(layers).max() == 1 and not grown.report["supports"]["parts"]
    assert grown.report["shape"]["iou"] < plain.report["shape"]["iou"]


def test_sections_for_supports_that_are_locked_in():
    walls = [box((40, 2, 20), (0, y, 0)) for y in (0, 28)] + [box((2, 26, 20), (x, 2, 0)) for x in (0, 38)]
    hall = Conversion(mesh_of(joined(box((40, 30, 2)), *walls, box((40, 30, 2), (0, 0, 20))), name="hall"))
    plan = hall.run(quick(studs=32, split="auto"))
    inner = plan.layout["role"] == Role.SUPPORT_INNER
    assert inner.any() and set(plan.layout["section"]) == set(plan.layout["section"][inner]) == {0, 1}
    whole = hall.run(quick(studs=32))
    # What would stay in there for ever is taken out before the roof is put on.
    assert whole.report["supports"]["removable"] is False and plan.report["supports"]["removable"] is True
    assert any("try --split auto" in warning for warning in whole.report["warnings"])
    assert [w for w in plan.report["warnings"] if "before the sections" in w] and plan.report["structure"]["certified"]
    plain = Conversion(mesh_of(ARM, name="arm")).run(quick(studs=24, split="auto"))
    assert set(plain.layout["section"]) == {0}
    assert "--split auto left arm in one section: no supports are locked in." in plain.report["warnings"]


def test_a_board_on_one_stud_falls_unless_it_is_held():
    cells = np.zeros((4, 20, 20), bool)
    cells[:2, 9, 9] = cells[2:] = True
    model = Conversion(VoxelModel("board", cells))
    falls = model.run(quick(supports="none")).report
    assert falls["structure"]["stable"] is False and falls["structure"]["floating"] == 0
    assert any(warning.startswith("board falls (proved): what gives way is") for warning in falls["warnings"])
    held = model.run(quick()).report
    assert held["structure"]["stable"] is True and held["supports"]["parts"]
