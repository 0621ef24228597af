"""Parts taken together as rigid blocks: what falls even so, falls; and there are far fewer blocks than parts.

The balance of a block is the sum of its parts' balances, the torques moved to the block's middle. So each balanced
state of the parts balances the blocks, and where no state balances the blocks, none balances the parts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_matrix, csc_matrix
from scipy.sparse.csgraph import connected_components

from .certificate import certify, falling
from .contacts import GROUND, Kind, Springs, X, Y, Z
from .equilibrium import ROWS, Model


def toppling(model: Model, capacity: float) -> np.ndarray:
    """(N,) how fast parts fall, the fastest 1, that have no balance even as bodies of all that hangs together by studs.

    0 where a balance is found, which takes little time; where there is none the parts have none.
    """
    joints = (model.springs.kind == Kind.SHEAR) & (model.springs.first != GROUND)
    ends = model.springs.first[joints], model.springs.second[joints]
    graph = coo_matrix((np.ones(len(ends[0]), np.int8), ends), shape=(model.parts, model.parts))
    count, body = connected_components(graph, directed=False)
    if not count:
        return np.zeros(0)
    found = certify(as_blocks(model, body, count), capacity)
    lift = _sums(model, body, count, _middles(model, body, count)).T @ found.lift
    return falling(model, replace(found, residual=found.residual[body], lift=lift))


def rigid_blocks(model: Model, slip: np.ndarray, most: float) -> tuple[np.ndarray, int]:
    """The block of each part (N,), and their number, where joints hold all of whose springs slip (F,) at most so much.

    GROUND for parts that are firmly joined to it. Presses join nothing.
    """
    ground = model.parts
    studs = model.springs.kind != Kind.PRESS
    first = np.where(model.springs.first == GROUND, ground, model.springs.first)[studs]
    pair, of_spring = np.unique(first * np.int64(ground) + model.springs.second[studs], return_inverse=True)
    given = np.zeros(len(pair), bool)
    given[of_spring.ravel()[slip[studs] > most]] = True
    firm = pair[~given]
    joints = np.ones(len(firm), np.int8), (firm // ground, firm % ground)
    graph = coo_matrix(joints, shape=(ground + 1, ground + 1))
    count, label = connected_components(graph, directed=False)
    number = np.empty(count, np.intp)
    number[np.delete(np.arange(count), label[ground])] = np.arange(count - 1)
    number[label[ground]] = GROUND
    return number[label[:ground]], count - 1


def as_blocks(model: Model, blocks: np.ndarray, count: int) -> Model:
    """The model whose parts are these blocks; the ground's are left out."""
    middle = _middles(model, blocks, count)
    sums = _sums(model, blocks, count, middle)
    old, of_part = model.springs, np.append(blocks, GROUND)  # the last entry is the ground's
    first, second = of_part[old.first], of_part[old.second]
    chosen = np.flatnonzero(first != second)
    springs = Springs(old.kind[chosen], old.axis[chosen], first[chosen], second[chosen], old.place[chosen])
    return Model(springs, (sums @ model.matrix[:, chosen]).tocsc(), sums @ model.weight, model.pull[chosen], middle)


def _middles(model: Model, blocks: np.ndarray, count: int) -> np.ndarray:
    part = np.flatnonzero(blocks != GROUND)
    block = blocks[part]
    size = np.bincount(block, minlength=count)
    return np.stack([np.bincount(block, model.middle[part, axis], count) / size for axis in range(3)], axis=1)


def _sums(model: Model, blocks: np.ndarray, count: int, middle: np.ndarray) -> csc_matrix:
    """(5 blocks, 5 N): the balance of each block, of its parts' balances; transposed, its parts' motions of its own."""
    part = np.flatnonzero(blocks != GROUND)
    block = blocks[part]
    lever = model.middle[part] - middle[block]
    one = np.ones(len(part))
    # Of a part's forces x, y, z and torques about x, y (columns), what they are for its block (rows).
    terms = [(row, row, one) for row in range(ROWS)]
    terms += [(3, 2, lever[:, Y]), (3, 1, -lever[:, Z]), (4, 0, lever[:, Z]), (4, 2, -lever[:, X])]
    rows, columns, values = (
        np.concatenate(column)
        for column in zip(
            *((block * ROWS + row, part * ROWS + column, value) for row, column, value in terms), strict=True
        )
    )
    return csc_matrix((values, (rows, columns)), shape=(count * ROWS, model.parts * ROWS))
