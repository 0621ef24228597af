"""From an image to a plan: parts on base plates, reliefs, what is kept, what is told."""

import json
from dataclasses import replace

import numpy as np
import pytest
from brickprint.core.editing.changes import recoloured
from brickprint.core.editing.renewing import strength_checked
from brickprint.core.errors import BadSetting, Cancelled
from brickprint.core.export.foreign import given_file
from brickprint.core.export.ldraw import ldraw_text
from brickprint.core.export.mpd import mpd_text
from brickprint.core.export.shopping import bricklink_text, shopping_lines
from brickprint.core.images import Picture, read_image
from brickprint.core.inspection import inspect
from brickprint.core.layout import Role, extents, footprint_cells, part_cells
from brickprint.core.mosaic import making
from brickprint.core.mosaic.levels import levels_of
from brickprint.core.mosaic.making import MosaicMaking
from brickprint.core.mosaic.pieces import rectangles
from brickprint.core.mosaic.pooling import cropped, working_image
from brickprint.core.mosaic.settings import PIECES, SECTION, VARIABLE, MosaicSettings
from brickprint.core.mosaic.standing import mosaic_stands
from brickprint.core.networks import depth
from brickprint.core.plan import plan_from_values, plan_values
from brickprint.core.progress import SILENT, Progress
from brickprint.core.settings import Settings, options
from brickprint.core.structure.links import stud_links
from brickprint.core.structure.order import ways_of
from brickprint.core.structure.statics.equilibrium import UPRIGHT
from brickprint.core.structure.statics.verdict import assess_all
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image


def picture(high=40, wide=60, seed=0):
    """Blobs of colour on a slope of light."""
    rng = np.random.default_rng(seed)
    blobs = np.kron(rng.integers(0, 256, (high // 10, wide // 10, 3)), np.ones((10, 10, 1)))
    slope = np.linspace(0.3, 1, wide)[None, :, None]
    pixels = np.rint(blobs * slope).astype(np.uint8)
    return Picture("blobs", np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=-1))


def made(**chosen):
    return MosaicMaking(picture()).run(MosaicSettings(**{"size": "48x32"} | chosen))


def as_seen(plan):
    """(down, across) colour and level of what is on top of every stud."""
    down, across = plan.size[1], plan.size[0]
    row, x, y = footprint_cells(plan.layout, plan.catalogue)
    order = np.argsort(plan.layout["z"][row], kind="stable")
    row, x, y = row[order], x[order], y[order]
    colour, level = np.full((down, across), -1), np.full((down, across), -1)
    colour[down - 1 - y, x], level[down - 1 - y, x] = plan.layout["colour"][row], plan.layout["z"][row] - 1
    return colour, level


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("relief", [0, 4])
def test_every_stud_is_covered_once_and_no_part_crosses_a_base_plate(piece, relief):
    plan = made(piece=piece, relief=relief)
    assert plan.report["structure"]["stable"] is True
    assert plan.report["structure"]["floating"] == 0
    layout, size = plan.layout, extents(plan.layout, plan.catalogue)
    for axis, place in enumerate("xy"):
        assert (layout[place] // SECTION == (layout[place] + size[:, axis] - 1) // SECTION).all()
    row, x, y = footprint_cells(layout, plan.catalogue)
    for z in range(1 + relief):
        cells = np.stack([x, y])[:, layout["z"][row] == z]
        assert len(np.unique(cells, axis=1).T) == cells.shape[1]  # nothing twice
    bases = layout[layout["role"] == Role.BASE]
    assert len(bases) == 6 and (bases["z"] == 0).all()
    top = layout["role"] == Role.MODEL
    assert np.bincount(row[top[row]], minlength=len(layout)).sum() == 48 * 32
    if piece not in VARIABLE:
        assert top.sum() == 48 * 32


def test_larger_pieces_show_the_same_picture():
    single, larger = made(piece="plate", unlimited=True), made(piece="variable-plate", large=True)
    for one, other in zip(as_seen(single), as_seen(larger), strict=True):
        assert np.array_equal(one, other)
    assert len(larger.layout) < len(single.layout) / 2
    wide = extents(larger.layout, larger.catalogue)[larger.layout["role"] == Role.MODEL]
    assert wide[:, :2].prod(axis=1).max() >= 32


@settings(max_examples=30)
@given(arrays(np.int64, (16, 32), elements=st.integers(-1, 2)), st.data())
def test_rectangles_cover_exactly(kind, data):
    sizes = [(2, 4), (4, 2), (2, 2), (1, 3), (3, 1), (1, 2), (2, 1), (1, 1)]
    allowed = np.ones((len(sizes), 3), bool)
    allowed[0, 1] = data.draw(st.booleans())
    seen = np.full(kind.shape, -1)
    for row, column, number in rectangles(kind, sizes, allowed).tolist():
        high, wide = sizes[number]
        part = kind[row : row + high, column : column + wide]
        assert part.shape == (high, wide) and (part == part[0, 0]).all() and part[0, 0] >= 0
        assert allowed[number, part[0, 0]]
        assert column // SECTION == (column + wide - 1) // SECTION
        assert (seen[row : row + high, column : column + wide] == -1).all()
        seen[row : row + high, column : column + wide] = part[0, 0]
    assert np.array_equal(seen, kind)


def test_the_largest_rectangles_come_first():
    found = rectangles(np.zeros((16, 16), int), [(4, 4), (1, 1)], np.ones((2, 1), bool))
    assert found[:, 2].tolist() == [0] * 16


def test_a_relief_rises_with_the_brightness():
    plan = made(relief=5)
    colour, level = as_seen(plan)
    flat_colour, _ = as_seen(made())
    assert np.array_equal(plan_names(plan)[colour], plan_names(made())[flat_colour])
    assert np.array_equal(level, relief_of(picture(), MosaicSettings(size="48x32", relief=5)))
    fillers = plan.layout[plan.layout["role"] == Role.FILLER]
    black = [each.name for each in plan.palette.colours].index("Black")
    assert (fillers["colour"] == black).all()
    row, *_ = footprint_cells(fillers, plan.catalogue)
    assert len(row) == level.sum()  # a plate for every stud below every raised one
    assert plan.report["mosaic"]["filler_plates"] == len(fillers) < level.sum() / 2


def test_levels_can_be_set_by_hand(tmp_path):
    by_hand = tmp_path / "studs.csv"
    by_hand.write_text("x,y,colour,level\n1,1,,3\n2,1,White,\n48,32,Red,0\n48,32,Red,1\n", "utf-8")
    plan, plain = made(relief=4, overrides=str(by_hand)), made(relief=4)
    (colour, level), (plain_colour, plain_level) = as_seen(plan), as_seen(plain)
    wanted = plain_level.copy()
    wanted[0, 0], wanted[-1, -1] = 3, 1
    assert np.array_equal(level, wanted)
    names = plan_names(plan)
    assert names[colour[0, 1]] == "White" and names[colour[-1, -1]] == "Red"
    assert names[colour[0, 0]] == plan_names(plain)[plain_colour[0, 0]]
    assert plan.report["structure"]["stable"] is True
    with pytest.raises(BadSetting, match="has levels 0 to 2"):
        made(relief=3, overrides=str(by_hand))
    with pytest.raises(BadSetting, match="is flat"):
        made(overrides=str(by_hand))
    by_hand.write_text("x,y,colour,level\n1,1,Red,high\n", "utf-8")
    with pytest.raises(BadSetting, match="line 2"):
        made(relief=3, overrides=str(by_hand))


def relief_of(image, settings):
    return levels_of(working_image(cropped(image.pixels, settings)), None, settings)


def plan_names(plan):
    return np.array([each.name for each in plan.palette.colours])


def test_what_is_not_asked_anew_is_kept():
    maker = MosaicMaking(picture())
    chosen = MosaicSettings(size="32x32", set=("21226",))
    first = maker.run(chosen).report["seconds"]
    assert {"crop", "pool", "studs", "colour", "lay"} <= first.keys()
    assert {"crop", "pool", "colour", "relief", "lay", "stand"}.isdisjoint(maker.run(chosen).report["seconds"])
    again = maker.run(replace(chosen, relief=2)).report["seconds"]
    assert {"crop", "pool", "studs", "colour"}.isdisjoint(again) and "lay" in again
    other = maker.run(replace(chosen, relief=2, metric="rgb")).report["seconds"]
    assert {"crop", "pool", "studs", "relief", "stand"}.isdisjoint(other) and "colour" in other
    raised = maker.run(replace(chosen, relief=3)).report["seconds"]
    assert "stand" in raised and "depth" not in raised


def test_sliders_run_no_depth_network_again(monkeypatch):
    runs = []

    def depth_of_image(_path, rgb):
        runs.append(rgb)
        return np.linspace(0, 255, rgb.shape[1], dtype=np.float32)[None].repeat(len(rgb), axis=0)

    monkeypatch.setattr(depth, "depth_of_image", depth_of_image)
    clear = Picture("clear", np.zeros((40, 60, 4), np.uint8))
    maker, chosen = MosaicMaking(clear), MosaicSettings(size="16x16", relief=4, depth="any.onnx")
    levels = []
    for change in ({}, {"zoom": 2.0}, {"across": 1.0}, {"size": "16x32"}, {"relief": 3}, {"relief": 0}):
        plan = maker.run(replace(chosen, **change), Settings(prove="none"))
        levels.append(plan.layout["z"][plan.layout["role"] == Role.MODEL].mean())
    assert len(runs) == 1 and (runs[0] == 255).all()  # it sees what is seen, over white
    assert levels == [2.5, 2.5, 3.125, 2.5, 2.0, 1.0]


def test_another_load_is_proved_anew():
    maker, chosen = MosaicMaking(picture()), MosaicSettings(size="16x16", piece="plate")
    upright = maker.run(chosen).utilisation
    hung = maker.run(chosen, Settings(tilt=90.0)).utilisation
    fresh = MosaicMaking(picture()).run(chosen, Settings(tilt=90.0)).utilisation
    assert np.array_equal(hung, fresh) and not np.array_equal(hung, upright)
    again = maker.run(replace(chosen, metric="rgb"), Settings(tilt=90.0))
    assert np.array_equal(again.utilisation, hung) and "stand" not in again.report["seconds"]


class Watched:
    """Settings that note which of them are read."""

    def __init__(self, settings):
        self.settings, self.read = settings, set()

    def __getattr__(self, name):
        self.read.add("size" if name == "studs" else name)
        return getattr(self.settings, name)


@pytest.mark.parametrize(
    "name", ["CROP", "POOL", "STUDS", "COLOUR", "BY_HAND", "DEPTH", "RELIEF", "LEVELS_BY_HAND", "LAY"]
)
@pytest.mark.parametrize(
    "chosen",
    [{"set": ("21226",), "distance": 1.0}, {"relief": 3, "piece": "variable-plate", "method": "atkinson"},
     {"method": "greedy-gaussian", "ties": "noisy-mod-2", "darker": True, "saturation": 20.0}],
)  # fmt: skip
def test_a_stage_reads_no_setting_that_it_does_not_name(monkeypatch, name, chosen):
    asked = MosaicSettings(**{"size": "16x16"} | chosen)
    stage, watched = getattr(making, name), Watched(asked)
    monkeypatch.setattr(making, name, replace(stage, work=lambda *given: stage.work(*given[:-2], watched, given[-1])))
    MosaicMaking(picture()).run(asked, Settings(prove="none"))
    assert watched.read <= set(stage.reads)


OTHER_VALUES = {
    "size": "16x32", "zoom": 1.5, "across": 0.4, "down": -0.6, "pooling": "max", "hue": 40.0, "saturation": 50.0,
    "value": -30.0, "brightness": 30.0, "contrast": 60.0, "set": ("31198",), "without": ("Black",), "unlimited": True,
    "metric": "manhattan", "method": "greedy", "distance": 1.0, "ties": "random", "blocking": 3, "darker": True,
    "piece": "variable-plate", "relief": 4, "seed": 5, "palette": "studs-13", "include": ("Red",), "large": True,
}  # fmt: skip


def other_value(name, folder):
    """A value for each setting that makes a difference; what needs a file gets one."""
    texts = {"stock": ("a.json", '{"studMap": {"Red": 9999}}'), "overrides": ("a.csv", "x,y,colour\n2,3,White\n")}
    if name in texts:
        file, text = texts[name]
        (folder / file).write_text(text, "utf-8")
        return str(folder / file)
    if name == "depth":
        Image.new("L", (60, 40), 200).save(folder / "depth.png")
        return str(folder / "depth.png")
    return OTHER_VALUES[name]


USUAL_BESIDE = {
    "palette": {"set": ()}, "large": {"piece": "variable-plate"}, "depth": {"relief": 4}, "blocking": {"ties": "mod-3"},
}  # fmt: skip


@pytest.mark.parametrize("name", options(MosaicSettings))
def test_a_changed_setting_is_not_answered_from_what_was_kept(name, tmp_path):
    usual = {"size": "16x16", "set": ("21226",)} | USUAL_BESIDE.get(name, {})
    making_of_picture = MosaicMaking(picture())
    making_of_picture.run(MosaicSettings(**usual), Settings(prove="none"))
    changed = MosaicSettings(**usual | {name: other_value(name, tmp_path)})
    kept = making_of_picture.run(changed, Settings(prove="none"))
    fresh = MosaicMaking(picture()).run(changed, Settings(prove="none"))
    assert np.array_equal(kept.layout, fresh.layout) and kept.palette == fresh.palette


IDLE = [
    ({"set": ("21226",)}, {"palette": "solid"}), ({}, {"unlimited": True}),
    ({"method": "greedy", "set": ("41935-squares",)}, {"distance": 1.0}), ({"method": "sierra"}, {"ties": "mod-2"}),
    ({"method": "sierra"}, {"blocking": 3}), ({"method": "sierra", "ties": "random"}, {"seed": 3}),
    ({"ties": "none", "method": "greedy", "set": ("41935-squares",)}, {"blocking": 2}),
    ({"method": "greedy", "set": ("41935-squares",)}, {"seed": 2}), ({"piece": "variable-tile"}, {"large": True}),
    ({}, {"depth": "gone.png"}),
]  # fmt: skip


@pytest.mark.parametrize(("beside", "choice"), IDLE)
def test_what_does_nothing_is_told_and_does_nothing(beside, choice):
    small = {"size": "16x16"} | beside
    without, given = made(**small), made(**small, **choice)
    told = set(given.report["warnings"]) - set(without.report["warnings"])
    (name,) = choice
    assert [each for each in told if each.startswith(f"--{name} changes nothing")]
    assert np.array_equal(given.layout, without.layout)


def test_ties_say_which_of_equal_studs_give_way_in_an_exact_mosaic():
    grey = Picture("grey", np.full((16, 16, 4), 255, np.uint8))
    chosen = MosaicSettings(size="16x16", set=("41935-squares",))
    first, second = (MosaicMaking(grey).run(replace(chosen, ties=ties)).layout for ties in ("none", "alternating"))
    assert not np.array_equal(first, second)


def test_a_file_that_was_written_anew_is_read_anew(tmp_path):
    stock = tmp_path / "mine.json"
    stock.write_text('{"studMap": {"#f4f4f4": 300}}', "utf-8")
    making_of_picture, asked = MosaicMaking(picture()), MosaicSettings(size="16x16", stock=str(stock))
    making_of_picture.run(asked)
    stock.write_text('{"studMap": {"#b40000": 3000}}', "utf-8")
    assert making_of_picture.run(asked).report["mosaic"]["studs"] == {"Red": 256}


def test_steps_build_from_the_ground_section_by_section():
    plan = made(relief=3)
    layout = plan.layout
    assert (np.diff(layout["section"]) >= 0).all() and (np.diff(layout["step"]) >= 0).all()
    for section in range(6):
        assert (np.diff(layout["z"][layout["section"] == section]) >= 0).all()
    assert plan.steps == len(np.unique(layout["step"]))
    own = layout[layout["section"] == 2]
    assert (ways_of(own, plan.catalogue, stud_links(own, plan.catalogue)).parent >= 0).all()


def test_no_part_lies_in_another_and_all_exist_in_their_colours():
    plan = made(relief=4, piece="variable-tile")
    _, places = part_cells(plan.layout, plan.catalogue)
    assert len(np.unique(np.stack(places), axis=1).T) == len(places[0])
    assert plan.catalogue.made_in(plan.palette)[plan.layout["part"], plan.layout["colour"]].all()


def test_the_list_to_buy_adds_up_and_tells_fillers_apart():
    plan = made(relief=3)
    lines = shopping_lines(plan)
    assert sum(line.count for line in lines) == len(plan.layout)
    assert {line.role for line in lines} == {Role.MODEL, Role.BASE, Role.FILLER}
    assert all(line.made for line in lines)
    assert "<ITEMID>98138</ITEMID>" in bricklink_text(plan)


def test_unlimited_studs_list_those_to_buy():
    mosaic = made(set=("41948",), size="16x16", unlimited=True).report["mosaic"]
    over = {name: count - mosaic["available"][name] for name, count in mosaic["studs"].items()}
    assert mosaic["missing"] == {name: count for name, count in over.items() if count > 0} != {}


def repainted(plan, studs, colour):
    """The plan with some of its pieces (N,) in a colour by name."""
    rows = np.zeros(len(plan.layout), bool)
    rows[studs] = True
    return recoloured(plan, rows, plan_names(plan).tolist().index(colour)).plan


@pytest.mark.parametrize("kind", ["set", "csv", "json"])
def test_the_figures_follow_what_is_recoloured_by_hand(tmp_path, kind):
    stock = tmp_path / f"mine.{kind}"
    if kind == "csv":
        stock.write_text("Part,Color,Quantity\n98138,15,250\n98138,0,250\n98138,4,3\n", "utf-8")
    if kind == "json":
        stock.write_text('{"studMap": {"White": 250, "Black": 250, "Red": 3}}', "utf-8")
    chosen = {"set": ("41935-rounds",), "include": ("Black",)} if kind == "set" else {"stock": str(stock)}
    plan = made(size="16x16", **chosen)
    assert not plan.report["warnings"] and not plan.report["mosaic"]["missing"]
    before = plan.report["mosaic"]
    scarce = min(before["available"], key=lambda name: before["available"][name])
    seen = np.flatnonzero(plan.layout["role"] == Role.MODEL)
    edited = repainted(plan, seen, scarce)
    after = edited.report["mosaic"]
    lacking = 256 - before["available"][scarce]
    assert after["studs"] == dict.fromkeys(before["studs"], 0) | {scarce: 256}
    assert after["missing"] == {scarce: lacking}
    assert edited.report["stock"] == plan.report["stock"]
    told = [each for each in edited.report["warnings"] if "more are used" in each]
    assert told == [f"{lacking} studs more are used than there are: {lacking} {scarce}."]
    checked = strength_checked(edited)
    assert [each for each in checked.report["warnings"] if "more are used" in each] == told
    back = edited
    for colour in np.unique(plan.layout["colour"][seen]):
        back = repainted(back, seen[plan.layout["colour"][seen] == colour], plan_names(plan)[colour])
    assert back.report["mosaic"] == before and back.report["warnings"] == plan.report["warnings"]


def test_pearl_colours_of_sets_are_no_fault():
    plan = made(set=("31201",), size="16x16")
    assert not [each for each in plan.report["warnings"] if "not known" in each]
    assert "Pearl Gold" in plan.report["mosaic"]["studs"]


def test_ldraw_files_read_back_to_the_same_bricks(tmp_path):
    plan = made(relief=3)
    for name, text in (("a.ldr", ldraw_text(plan)), ("a.mpd", mpd_text(plan))):
        (tmp_path / name).write_text(text, "utf-8")
        given = given_file(tmp_path / name, "a")
        assert not len(given.loads)
        assert len(given.plan.layout) == len(plan.layout)
        assert given.plan.size == plan.size
    assert inspect(given).report["structure"]["stable"] is True
    assert np.array_equal(np.sort(given.plan.layout["role"]), np.sort(plan.layout["role"]))


def test_the_plan_comes_back_from_its_values():
    plan = made(set=("31205",), size="16x16")
    again = plan_from_values(json.loads(json.dumps(plan_values(plan))), plan.layout)
    assert again.palette == plan.palette and again.report == plan.report
    assert MosaicSettings.from_values(again.settings) == MosaicSettings(set=("31205",), size="16x16")


def test_a_mosaic_can_be_asked_to_hang_on_a_wall():
    asked = MosaicSettings(size="16x16", piece="plate")
    plan = MosaicMaking(picture()).run(asked, Settings(tilt=90.0))
    assert plan.report["structure"]["stable"] is True
    assert plan.report["structure"]["situation"]["tilt"] == 90.0


@pytest.mark.parametrize("relief", [0, 3])
def test_sections_by_themselves_stand_as_all_together_do(relief):
    plan = made(relief=relief, piece="variable-plate", size="32x32")
    whole = assess_all(plan.layout, plan.catalogue, [UPRIGHT])
    apart = mosaic_stands(plan.layout, plan.catalogue, Settings(), SILENT).stability
    assert apart.verdict == whole.verdict == "stands"
    assert np.array_equal(apart.loose, whole.loose)
    assert len(apart.utilisation) == len(plan.layout) and (apart.utilisation < 1).all()


@pytest.mark.parametrize("chosen", [{}, {"relief": 4, "depth": "brightness"}, {"method": "two-phase"}])
def test_progress_rises_from_the_first_stage_to_the_last_step(chosen):
    told = []
    settings = MosaicSettings(size="32x32", **chosen)
    MosaicMaking(picture()).run(settings, progress=Progress(on_step=lambda step: told.append(step.fraction)))
    assert (np.diff(told) > -1e-9).all()
    assert told[0] == 0 and 0.8 < told[-1] < 1 + 1e-9


def test_stopping_leaves_nothing_half_done():
    maker = MosaicMaking(picture())
    with pytest.raises(Cancelled):
        maker.run(MosaicSettings(size="16x16"), progress=Progress(cancelled=lambda: True))
    assert len(maker.run(MosaicSettings(size="16x16")).layout) == 257


@pytest.mark.parametrize("number", ["21226", "31198", "31203"])
def test_real_photographs_keep_to_a_set(shared_data, number):
    maker = MosaicMaking(read_image(shared_data / "images" / "astronaut.png"))
    means = {}
    for method in ("exact", "two-phase"):
        plan = maker.run(MosaicSettings(set=(number,), method=method), Settings(prove="none"))
        means[method] = plan.report["colour"]["mean"]
        assert plan.report["stock"]["used"] == 48 * 48 and not plan.report["mosaic"]["missing"]
    assert means["exact"] < means["two-phase"]
