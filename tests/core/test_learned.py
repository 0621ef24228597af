"""The packer that chooses layers by a classifier: candidates, features, corner repair, the whole."""

import sys

import numpy as np
import pytest
from brickprint.core.errors import BadSetting, Cancelled, MissingLibrary
from brickprint.core.layout import LAYOUT_DTYPE, extents
from brickprint.core.packing import learned
from brickprint.core.packing.candidates import ByLayer, Candidates, features, packed_by_all
from brickprint.core.packing.corners import repair_corners
from brickprint.core.packing.learned import classifier, grades, pack_learned
from brickprint.core.packing.placements import HIDDEN
from brickprint.core.packing.task import Layer, PackingTask, layers_of
from brickprint.core.progress import SILENT, Progress
from grids import BASIC, CATALOGUE, ball_cells, faults, grid_of, task_of, tasks, without_singles
from hypothesis import given, settings

NOBODY_BELOW = np.zeros(0, LAYOUT_DTYPE)


@settings(max_examples=25)
@given(task=tasks(max_side=6))
def test_any_grid_is_covered_exactly(task):
    assert faults(pack_learned(task), task) == ()


def test_equal_seeds_give_equal_layouts():
    task = task_of(grid_of(ball_cells(10), colours=3), seed=4)
    assert (pack_learned(task) == pack_learned(task)).all()


def test_every_layer_is_one_of_the_candidates():
    task = task_of(grid_of(ball_cells(12)), BASIC)  # without corner bricks nothing is repaired
    sources = [set(rows(layout)) for layout in packed_by_all(task, SILENT)]
    layout = pack_learned(task)
    for z in np.unique(layout["z"]):
        layer = set(rows(layout[layout["z"] == z]))
        assert any({row for row in source if row[2] == z} == layer for source in sources)


def rows(layout):
    return [tuple(int(row[name]) for name in ("x", "y", "z", "part", "turn")) for row in layout]


def test_the_choice_beats_chance():
    task = task_of(grid_of(ball_cells(16) & ~np.pad(ball_cells(10), 3)), BASIC)
    assert len(pack_learned(task)) < 0.97 * np.mean([len(layout) for layout in packed_by_all(task, SILENT)])


def test_candidates_all_cover_their_layer():
    cells = ball_cells(9)
    task = task_of(grid_of(cells, np.indices(cells.shape)[2] > 4, colours=2))
    found = ByLayer(packed_by_all(task, SILENT), task.catalogue)
    area = task.catalogue.spots("cells").count
    for layer in layers_of(task):
        candidates = found.of(layer)
        assert candidates.count >= 4
        for number in range(candidates.count):
            parts = candidates.of(number)
            assert (parts["z"] == layer.z).all()
            assert (extents(parts, task.catalogue)[:, 2] == layer.plates).all()
            assert area[parts["part"], parts["turn"]].sum() == layer.cells.sum()


def test_features_compare_the_candidates_of_a_layer():
    # A row of four cells as one brick, as two and as four, on one brick of four.
    one, two, four = bricks([(0, 4)]), bricks([(0, 2), (2, 2)]), bricks([(i, 1) for i in range(4)])
    parts = np.concatenate([one, two, four, one])
    candidates = Candidates(parts, np.repeat(np.arange(4), [1, 2, 4, 1]), 4)
    below = bricks([(0, 4)], z=0)
    found = features(candidates, below, BASIC, ground=0)
    assert found.shape == (4, 4) and found.dtype == np.float32
    assert (found >= 0).all() and (found <= 1).all()
    assert (found[0] == found[3]).all()
    assert found[0, 3] < found[1, 3] < found[2, 3]  # efficiency
    assert (found[:, [0, 2]] == 0.5).all()  # nothing diagonal, all symmetric: no deviation
    apart = features(Candidates(parts, np.repeat(np.arange(4), [1, 2, 4, 1]), 4), NOBODY_BELOW, BASIC, ground=0)
    assert (apart[:, 1] == 0.5).all()  # nothing holds any of them


def bricks(spans, z=3):
    """Bricks one stud deep in a row: (x, wide)."""
    found = np.zeros(len(spans), LAYOUT_DTYPE)
    for row, (x, wide) in zip(found, spans, strict=True):
        row["part"] = next(i for i in BASIC.packable(3) if tuple(BASIC.sizes[i, :2]) == (wide, 1))
        row["x"], row["z"] = x, z
    return found


def test_grades_are_chances():
    chances = grades(classifier(), np.random.default_rng(0).random((50, 4), np.float32))
    assert chances.shape == (50, 4)
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert (chances >= 0).all()


# Corner repair. The layers are texts: a letter a part, "." empty; the codes: 0 hidden, else colour + 1.


def layer_of(drawing, codes=None):
    """Parts of a drawn layer, and the layer."""
    letters = np.array([list(line) for line in drawing])
    cells = letters != "."
    code = np.zeros(cells.shape, int) if codes is None else np.array([[int(c) for c in line] for line in codes])
    parts = []
    for letter in np.unique(letters[cells]):
        places = np.argwhere(letters == letter)
        (y, x), (y1, x1) = places.min(axis=0), places.max(axis=0) + 1
        mask = letters[y:y1, x:x1] == letter
        part, turn = next(
            (row, turn)
            for row in CATALOGUE.packable(3)
            for turn in CATALOGUE.turns(row)
            if np.array_equal(CATALOGUE.mask(row, turn), mask)
        )
        parts.append((part, x, y, 3, turn, code[letters == letter].max() - 1, 0, 0, 0))
    return np.array(parts, LAYOUT_DTYPE), Layer(3, 3, cells, code.astype(np.uint8), np.zeros(0))


def repaired(drawing, codes=None, below=None, catalogue=CATALOGUE, made=None):
    """Sizes of the parts after repair, by cells; the layer must still be covered once."""
    parts, layer = layer_of(drawing, codes)
    under = layer_of(below)[0] if below else NOBODY_BELOW
    under["z"] = 0
    made = np.ones((len(catalogue.parts), 9), bool) if made is None else made
    task = PackingTask(grid_of(np.ones((1, 1, 1), bool)), catalogue, made)
    found = repair_corners(parts, layer, under, task)
    covered = np.zeros(layer.cells.shape, int)
    for row in found:
        mask = catalogue.mask(row["part"], row["turn"])
        there = np.s_[row["y"] : row["y"] + mask.shape[0], row["x"] : row["x"] + mask.shape[1]]
        covered[there] += mask
        seen = layer.code[there][mask & (layer.code[there] > 0)]
        assert (seen == row["colour"] + 1).all() and (len(seen) > 0) == (row["colour"] != HIDDEN)
    assert (covered == layer.cells).all()
    return sorted(int(catalogue.mask(row["part"], row["turn"]).sum()) for row in found)


@pytest.mark.parametrize("drawing", [["ab", ".c"], ["ab", "c."], ["a.", "bc"], [".a", "bc"]])
def test_three_singles_become_a_corner_whichever_way_they_lie(drawing):
    assert repaired(drawing) == [3]


def test_a_diagonal_pair_takes_a_cell_from_beside_it():
    assert repaired(["abbb", ".c.."]) == [2, 3]  # 1 x 3 becomes 1 x 2


def test_a_cell_is_not_taken_where_no_part_is_left():
    # 1 x 6 would leave five cells in a row, and the middle of 1 x 3 two single ones.
    assert repaired(["abbbbbb", ".c....."]) == [1, 1, 6]
    assert repaired(["bbb", "a..", ".c."]) == [1, 1, 3]


def test_a_square_gives_its_corner():
    assert repaired(["bb.", "bba", ".c."]) == [3, 3]


def test_colours_must_agree_where_they_are_seen():
    drawing = ["ab", ".c"]
    assert repaired(drawing, ["22", "02"]) == [3]
    assert repaired(drawing, ["20", "02"]) == [3]  # the third cell is hidden
    assert repaired(drawing, ["20", "00"]) == [3]
    assert repaired(drawing, ["22", "03"]) == [1, 1, 1]
    assert repaired(drawing, ["23", "02"]) == [1, 1, 1]


def test_corners_are_laid_only_in_colours_they_exist_in():
    made = np.ones((len(CATALOGUE.parts), 9), bool)
    made[[i for i, part in enumerate(CATALOGUE.parts) if "Corner" in part.name], 1] = False
    assert repaired(["ab", ".c"], ["22", "02"], made=made) == [1, 1, 1]
    assert repaired(["ab", ".c"], ["33", "03"], made=made) == [3]


def test_a_joint_is_not_given_up():
    # The 1 x 2 ties the two parts below; without its first cell it would lie on one of them only.
    assert repaired(["abb", ".c."], below=["xxy", ".x."]) == [1, 1, 2]
    assert repaired(["abb", ".c."], below=["wxy", ".z."]) == [1, 1, 2]
    assert repaired(["abb", ".c."], below=["wxx", ".z."]) == [1, 3]


def test_without_corner_bricks_nothing_is_repaired():
    parts, layer = layer_of(["ab", ".c"])
    task = PackingTask(grid_of(np.ones((1, 1, 1), bool)), BASIC, np.ones((len(BASIC.parts), 9), bool))
    assert (repair_corners(parts, layer, NOBODY_BELOW, task) == parts).all()


def test_pairs_that_share_a_part_are_repaired_once():
    assert repaired(["ab.", ".cd", "..e"]) == [1, 1, 3]


# Errors


def test_without_onnxruntime_the_packer_is_refused(monkeypatch):
    classifier.cache_clear()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingLibrary, match="onnxruntime"):
        pack_learned(task_of(grid_of(ball_cells(4))))
    classifier.cache_clear()


def test_parts_that_cannot_fill_are_refused():
    with pytest.raises(BadSetting, match="1 x 1"):
        pack_learned(task_of(grid_of(ball_cells(5)), without_singles()))


def test_the_wish_to_stop_is_heard():
    with pytest.raises(Cancelled):
        pack_learned(task_of(grid_of(ball_cells(6))), Progress(cancelled=lambda: True))


def test_progress_never_goes_back():
    told = []
    pack_learned(task_of(grid_of(ball_cells(6))), Progress(on_step=lambda step: told.append(step.fraction)))
    assert told == sorted(told) and told[-1] > 0.9


def test_the_network_is_small_and_shipped():
    assert learned.NETWORK.is_file() and learned.NETWORK.stat().st_size < 200_000
