"""The colour of the longest trajectory: lengths, neighbours along the loop, ties."""

import numpy as np
import pytest
from brickprint.core.slicing.closing import close
from brickprint.core.slicing.surface import Samples
from brickprint.core.slicing.voting import Trajectories, coloured_trajectories, vote
from shapes import box, joined, mesh_of, plain_surface

RED, BLUE = 0, 1


def voted(pieces, studs, present=9):
    """The colours of `studs` bricks in a row whose front pieces (brick, colour, mm, loop) run along."""
    brick, row, length, loop = (np.array(column) for column in zip(*pieces, strict=True))
    filled, plates = np.ones((3, 1, studs), bool), np.zeros((1, 1, studs), bool)
    position = np.stack([8.0 * brick + 4, 0.0 * brick, 0.0 * brick + 4.8], axis=1)
    normal = np.tile([0.0, -1.0, 0.0], (len(brick), 1))
    samples = Samples(position, normal, length.astype(float), np.zeros((len(brick), 4)), np.zeros(len(brick), int))
    return vote(Trajectories(samples, loop), row, filled, plain_surface(filled, plates), np.full(studs, present))


def test_the_greater_length_wins():
    assert voted([(0, RED, 5, 0), (0, BLUE, 3, 0)], 1).tolist() == [RED]
    assert voted([(0, BLUE, 2, 0), (0, RED, 3, 0), (0, BLUE, 2, 0)], 1).tolist() == [BLUE]  # together they are longer


def test_the_cells_before_and_after_on_the_loop_count_and_no_others():
    colours = [BLUE, BLUE, RED, RED, RED, BLUE, BLUE]
    lengths = [8, 8, 3, 3, 3, 8, 8]
    pieces = [(at, colour, mm, 0) for at, (colour, mm) in enumerate(zip(colours, lengths, strict=True))]
    assert voted(pieces, 7).tolist() == [BLUE, BLUE, BLUE, RED, BLUE, BLUE, BLUE]


def test_neighbours_on_another_loop_do_not_count():
    together, apart = ([(0, RED, 3, 0), (1, BLUE, 8, loop)] for loop in (0, 1))
    assert voted(together, 2).tolist() == [BLUE, BLUE]
    assert voted(apart, 2).tolist() == [RED, BLUE]


def test_of_equal_lengths_the_commoner_colour_wins_then_the_first_of_the_palette():
    tied = [(0, RED, 4, 0), (0, BLUE, 4, 0)]
    assert voted(tied, 3)[0] == RED
    assert voted([*tied, (2, BLUE, 8, 1)], 3)[0] == BLUE


def test_what_no_trajectory_passes_keeps_its_colour():
    assert voted([(0, RED, 8, 0)], 3, present=7).tolist() == [RED, 7, 7]


def test_trajectories_are_cut_at_the_cells_and_keep_their_length():
    body = joined(box((20.0, 12.0, 9.6), (2, 2, 0)), box((8.0, 8.0, 9.6), (32, 0, 0)))
    mesh = mesh_of(body)
    heights = np.array([1.0, 6.0])
    found = coloured_trajectories(mesh, close(*body), heights)
    samples = found.samples
    assert samples.weight.sum() == pytest.approx(len(heights) * (64 + 32))
    assert samples.weight.max() <= 8 + 1e-9
    assert len(np.unique(found.loop)) == 4
    middle = np.where(samples.position[:, 0] < 26, 12.0, 36.0)
    assert ((samples.position[:, 0] - middle) * samples.normal[:, 0] >= 0).all()  # outwards
    assert np.allclose(samples.colour, [[0.8, 0.1, 0.1, 1.0]])
