"""What hangs on nothing, and what can't be built at all, is said or refused by name."""

import numpy as np
import pytest
from brickprint.core.errors import BadPalette, BadSetting
from brickprint.core.packing.best import pack_best
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.packers import PACKERS
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
from brickprint.core.voxel_models import VoxelModel
from grids import ball_cells, faults, grid_of, task_of
from shapes import box, joined, mesh_of


@pytest.fixture
def with_a_moon():
    """A slab, and a block that hangs over it in the air."""
    return Conversion(mesh_of(joined(box((4, 4, 1)), box((1, 1, 1), (0, 0, 3)))))


def test_floating_parts_are_kept_with_a_warning(with_a_moon):
    report = with_a_moon.run(Settings(studs=12, floating="keep")).report
    assert report["structure"]["components"] == 2
    (warning,) = [words for words in report["warnings"] if "on nothing" in words]
    assert warning.startswith(f"{report['structure']['floating']} parts hang on nothing, in 1 group")


def test_floating_parts_are_left_out_on_request(with_a_moon):
    kept, plan = (with_a_moon.run(Settings(studs=12, floating=what)) for what in ("keep", "delete"))
    structure = plan.report["structure"]
    assert (structure["components"], structure["floating"], structure["main_share"]) == (1, 0, 1.0)
    assert not stud_links(plan.layout, plan.catalogue).floating.any()
    loose = kept.report["structure"]["floating"]
    assert len(plan.layout) == len(kept.layout) - loose
    assert f"{loose} parts that hung on nothing were left out." in plan.report["warnings"]
    assert not any("hang on nothing" in words for words in plan.report["warnings"])
    assert plan.report["shape"]["iou"] < kept.report["shape"]["iou"]


def test_what_was_left_out_takes_its_bound_with_it():
    cells = np.zeros((3, 4, 4), bool)
    cells[0, :, :2] = cells[2, 3, 3] = True
    conversion = Conversion(VoxelModel("slab and speck", cells))
    kept, plan = (conversion.run(Settings(floating=what, prove="none")) for what in ("keep", "delete"))
    assert kept.report["parts"]["lower_bound"] == kept.report["parts"]["total"] == 2
    assert (plan.report["parts"]["total"], plan.report["parts"]["lower_bound"]) == (1, None)
    assert "1 part that hung on nothing was left out." in plan.report["warnings"]


def test_lent_supports_are_not_taken_out_of_the_stock(tmp_path):
    path = tmp_path / "owned.csv"
    path.write_text("Part,Color,Quantity\n3001,15,3\n3005,15,3\n")
    cells = np.zeros((3, 4, 4), bool)
    cells[0, :, :2] = cells[2, 3, 3] = True
    report = Conversion(VoxelModel("slab and speck", cells)).run(Settings(stock=str(path), prove="none")).report
    assert report["stock"] == {"used": 2, "owned": 6}
    assert report["parts"]["total"] == 2 and report["supports"]["parts"] > 0


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"slopes": True, "tiles": True}, ["no slopes, so that --slopes", "no tiles, so that --tiles"]),
        ({"score": "printed"}, ["--score printed changes nothing with --packer best"]),
        ({"score": "printed", "packer": "scored"}, []),
    ],
)
def test_what_changes_nothing_is_said(with_a_moon, chosen, said):
    warnings = with_a_moon.run(Settings(studs=12, parts="basic-11", detail="bricks", prove="none", **chosen)).report
    told = [words for words in warnings["warnings"] if "nothing" in words and words.startswith("--")]
    assert len(told) == len(said)
    assert all(any(part in words for words in told) for part in said)


def test_a_stock_without_plates_is_named_not_the_part_set(with_a_moon, tmp_path):
    path = tmp_path / "owned.csv"
    path.write_text("Part,Color,Quantity\n" + "".join(f"{part},4,900\n" for part in (3001, 3003, 3004, 3005)))
    report = with_a_moon.run(Settings(studs=12, stock=str(path), prove="none")).report
    (warning,) = [words for words in report["warnings"] if "no plate" in words]
    assert warning.startswith(f"--stock {path} has no plate")


def test_a_part_set_without_the_smallest_part_is_refused_by_name(with_a_moon, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("Part\n3001\n3003\n")
    with pytest.raises(BadPalette, match=r"part set large has no 1x1 brick.*choose a part set"):
        with_a_moon.run(Settings(studs=12, parts=str(path)))


def test_colours_in_which_no_part_exists_are_refused_by_name(with_a_moon, tmp_path):
    path = tmp_path / "rare.csv"
    path.write_text("Name\nFlamingo Pink\n")
    with pytest.raises(BadPalette, match="no 1x1 brick and no 1x1 plate in any colour of the palette"):
        with_a_moon.run(Settings(studs=12, palette=str(path)))


@pytest.mark.parametrize("deadline", [0.0, -1.0, float("nan")])
def test_a_deadline_of_nothing_is_refused(deadline):
    with pytest.raises(BadSetting, match=r"--deadline .*(too small; the least is 0.1|no number)"):
        Settings(deadline=deadline)


@pytest.mark.parametrize("packer", PACKERS)
def test_packers_and_connection_without_time_still_give_a_whole_layout(packer):
    task = task_of(grid_of(ball_cells(10), None, 2), deadline=0.0)
    layout = PACKERS[packer](task).layout
    assert faults(layout, task) == ()
    assert np.array_equal(connect_layout(layout, task), layout)


def test_the_bound_holds_even_when_there_was_no_time():
    hurried, whole = (pack_best(task_of(grid_of(ball_cells(10)), deadline=time)) for time in (0.0, 60.0))
    assert 0 < hurried.lower_bound <= whole.lower_bound <= len(whole.layout) <= len(hurried.layout)
