"""Parts and joints that alone hold others: take one away, and something loses its way to the ground.

Blocks (what no single part can separate) come from a spanning tree by the rules of Tarjan and Vishkin, "An efficient
parallel biconnectivity algorithm", SIAM J. Comput. 14 (1985): everything is sums and extremes over subtrees, taken
level by level, and one search for connected pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components


@dataclass(frozen=True)
class Holding:
    """What hangs on single parts and single joints of the piece that stands on the ground.

    by_part (N,) float64: weight of what loses the ground when a part is taken away, without the part itself.
    by_joint (J,) float64: the same for each joint. Both are 0 where other ways to the ground remain.
    """

    by_part: np.ndarray
    by_joint: np.ndarray


def holding(lower: np.ndarray, upper: np.ndarray, standing: np.ndarray, weight: np.ndarray) -> Holding:
    """What every part and every joint alone holds.

    lower, upper (J,): parts joined, no two twice; standing (N,) bool: parts on the ground; weight (N,),
    above 0: in grams, or ones to count parts.
    """
    count, rows = len(standing), np.flatnonzero(standing)
    ends = np.stack([np.concatenate([lower, np.full(len(rows), count)]), np.concatenate([upper, rows])], axis=1)
    graph = coo_matrix((np.ones(len(ends), np.int8), ends.T), shape=(count + 1, count + 1)).tocsr()
    order, before = breadth_first_order(graph, count, directed=False)
    place = np.full(count + 1, -1)
    place[order] = np.arange(len(order))
    tree = _Tree(np.concatenate([[0], place[before[order[1:]]]]))
    edges = place[ends[place[ends[:, 0]] >= 0]]
    block = _blocks(tree, edges)
    hung = tree.over_subtrees(np.add, np.append(weight.astype(np.float64), 0.0)[order])
    # A node in another block than its parent hangs on the parent alone; the ground does not count as a part.
    loose = np.flatnonzero((block != block[tree.parent]) & (tree.parent > 0))
    by_part = np.zeros(count + 1)
    np.add.at(by_part, order[tree.parent[loose]], hung[loose])
    alone = np.bincount(block)[block] == 1
    by_joint = np.zeros(len(lower))
    for child, parent in ((upper, lower), (lower, upper)):
        node = place[child]
        bridge = (node > 0) & alone[node] & (tree.parent[node] == place[parent])
        by_joint[bridge] = hung[node[bridge]]
    return Holding(by_part[:count], by_joint)


@dataclass(frozen=True)
class _Tree:
    """A spanning tree whose nodes are numbered by distance from node 0. parent (N,): ascending; node 0 is its own."""

    parent: np.ndarray

    @cached_property
    def levels(self) -> list[slice]:
        """The nodes by distance from node 0, which is left out."""
        found, low, high = [], 0, 1
        while high < len(self.parent):
            low, high = high, int(np.searchsorted(self.parent[1:], high)) + 1
            found.append(slice(low, high))
        return found

    def over_subtrees(self, of: np.ufunc, value: np.ndarray) -> np.ndarray:
        """(N,) np.add, np.minimum or np.maximum of `value` over each node and all that is beyond it."""
        found = value.copy()
        for level in reversed(self.levels):
            of.at(found, self.parent[level], found[level])
        return found

    def numbers(self, size: np.ndarray) -> np.ndarray:
        """(N,) each node before those beyond it, and subtrees without gaps; size (N,): nodes of each subtree."""
        before = np.cumsum(size) - size
        first = np.searchsorted(self.parent[1:], self.parent) + 1  # of the node's brothers
        number = np.zeros(len(size), np.int64)
        for level in self.levels:
            number[level] = number[self.parent[level]] + 1 + (before[level] - before[first[level]])
        return number


def _blocks(tree: _Tree, edges: np.ndarray) -> np.ndarray:
    """(N,) block of the tree's edge from each node to its parent; node 0 has one of its own. edges (E, 2): of all."""
    node = np.arange(len(tree.parent))
    size = tree.over_subtrees(np.add, np.ones(len(node), np.int64))
    number = tree.numbers(size)
    a, b = edges.T
    across = edges[(tree.parent[a] != b) & (tree.parent[b] != a)]
    a, b = np.concatenate([across, across[:, ::-1]]).T
    low, high = number.copy(), number.copy()
    np.minimum.at(low, a, number[b])
    np.maximum.at(high, a, number[b])
    low, high = tree.over_subtrees(np.minimum, low), tree.over_subtrees(np.maximum, high)
    apart = number[a] + size[a] <= number[b]
    up = tree.parent
    out = (up > 0) & ((low < number[up]) | (high >= number[up] + size[up]))
    one, other = np.concatenate([a[apart], node[out]]), np.concatenate([b[apart], up[out]])
    joined = coo_matrix((np.ones(len(one), np.int8), (one, other)), shape=(len(node), len(node)))
    return connected_components(joined, directed=False)[1]
