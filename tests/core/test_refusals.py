"""What hangs on nothing, and what can't be built at all, is said or refused by name."""

import numpy as np
import pytest
from brickprint.core.errors import BadPalette, BadSetting
from brickprint.core.packing.best import pack_best_with_bound
from brickprint.core.packing.connecting import connect_layout
from brickprint.core.packing.packers import PACKERS
from brickprint.core.pipeline import Conversion
from brickprint.core.settings import Settings
from brickprint.core.structure.links import stud_links
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


def test_a_part_set_without_the_smallest_part_is_refused_by_name(with_a_moon, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("Part\n3001\n3003\n")
    with pytest.raises(BadPalette, match=r"part set large has no 1x1 part.*choose a part set"):
        with_a_moon.run(Settings(studs=12, parts=str(path)))


def test_colours_in_which_no_part_exists_are_refused_by_name(with_a_moon, tmp_path):
    path = tmp_path / "rare.csv"
    path.write_text("Name\nFlamingo Pink\n")
    with pytest.raises(BadPalette, match="no 1x1 part in any colour of the palette"):
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
    hurried, whole = (pack_best_with_bound(task_of(grid_of(ball_cells(10)), deadline=time)) for time in (0.0, 60.0))
    assert 0 < hurried.lower_bound <= whole.lower_bound <= len(whole.layout) <= len(hurried.layout)
