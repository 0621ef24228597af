"""What hangs on single parts and joints, against taking each away."""

import numpy as np
from brickprint.core.structure.articulation import holding
from hypothesis import given, settings
from hypothesis import strategies as st


def held(count, joints, standing, weight):
    """What parts and joints hold; standing: rows."""
    lower, upper = np.array(sorted(joints), np.int64).reshape(-1, 2).T
    return holding(lower, upper, np.isin(np.arange(count), list(standing)), np.asarray(weight, float))


def grounded(count, joints, standing):
    """Parts with a way to the ground, by going there."""
    reached = set(standing)
    while True:
        more = {b for a, b in joints if a in reached} | {a for a, b in joints if b in reached}
        if more <= reached:
            return reached
        reached |= more


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 14))
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda ends: ends[0] < ends[1])
    joints = draw(st.sets(pair, max_size=20)) if count > 1 else set()
    return count, joints, draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=4))


@settings(max_examples=300)
@given(graphs())
def test_what_a_part_or_joint_holds_is_what_falls_without_it(graph):
    count, joints, standing = graph
    weight = np.arange(1.0, count + 1)
    found = held(count, joints, standing, weight)
    whole = grounded(count, joints, standing)
    for part in range(count):
        left = {ends for ends in joints if part not in ends}
        lost = whole - grounded(count, left, standing - {part}) - {part} if part in whole else set()
        assert found.by_part[part] == sum(weight[list(lost)])
    for row, ends in enumerate(sorted(joints)):
        lost = whole - grounded(count, joints - {ends}, standing)
        assert found.by_joint[row] == sum(weight[list(lost)])


def test_a_tower_holds_all_above_it():
    found = held(4, {(0, 1), (1, 2), (2, 3)}, {0}, np.ones(4))
    assert found.by_part.tolist() == [3, 2, 1, 0]
    assert found.by_joint.tolist() == [3, 2, 1]


def test_no_parts_hold_nothing():
    found = held(0, (), (), np.zeros(0))
    assert not len(found.by_part) and not len(found.by_joint)
