"""The labels that the layout classifier learns from."""

import numpy as np
from brickprint.core.packing.candidates import packed_by_all
from brickprint.core.progress import SILENT
from brickprint.core.structure.links import stud_links
from brickprint.training.truth import LOOSE_PIECE, WEAK_JOINT, costs, grades_of, model_cost, samples_of, walk
from grids import ball_cells, grid_of, task_of


def ball():
    return task_of(grid_of(ball_cells(9)))


def test_samples_hold_a_best_candidate_in_every_layer():
    samples = samples_of(ball(), 40, seed=1)
    assert len(samples.grade) >= 40 and samples.features.shape == (len(samples.grade), 4)
    for layer in np.unique(samples.layer):
        assert samples.grade[samples.layer == layer].min() == 0
    again = samples_of(ball(), 40, seed=1)
    assert np.array_equal(samples.features, again.features) and np.array_equal(samples.grade, again.grade)


def test_the_cost_of_the_last_layer_is_that_of_the_model():
    task, seen = ball(), []

    def choose(choice):
        seen.append((choice, costs(choice, task.catalogue)))
        return 0

    layout = walk(task, packed_by_all(task, SILENT), choose)
    last, cost = seen[-1]
    top = np.count_nonzero(layout["z"] == last.layer.z)
    links = stud_links(layout, task.catalogue)
    held = np.bincount(links.upper, weights=links.studs, minlength=len(layout))[layout["z"] == last.layer.z]
    loose, weak = links.components - 1, np.count_nonzero(held <= 1)
    assert np.isclose(cost[0], top + LOOSE_PIECE * loose + WEAK_JOINT * weak)
    assert model_cost(layout, task.catalogue) >= cost[0]


def test_grades_say_how_much_more_a_layer_costs():
    assert grades_of(np.array([20.0, 20.9, 22.0, 30.0]), 20.0).tolist() == [0, 1, 2, 3]
