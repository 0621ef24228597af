"""Tree supports: struts from few contacts down, thin at the top, that join others on their way (T, 7.6 and 7.7).

All struts go down together, brick layer by brick layer, each as one part in every layer. Two that come near enough
for one part over both go on as one, so that a fork is a part of its own; others lean towards the next one while that
saves parts. `ways.py` keeps them from where nothing leads down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ..units import PLATES_PER_BRICK
from .boxes import BOX_DTYPE, NO_BOXES, around, boxes_of, columns, crowded, sums_in
from .space import Space
from .ways import MOVE, MOVES, Ways, drop, landing

# y, x: corner; width: studs; joined: contacts carried; long: bricks; leaned: studs aside since the last fork.
NODE_DTYPE = np.dtype([(name, np.int32) for name in ("y", "x", "width", "joined", "long", "leaned")])
_WIDE = 2  # studs; of a strut that carries several contacts, or is long
_LONG = 20  # bricks; a longer strut is wide
_WORTH_WIDENING = 4.0  # layers that the way of a wide strut may be longer
_WORTH_JOINING = 1.5  # how many times its distance to another a strut must be high to lean towards it
_MOST_LEANING = 6  # studs; a strut that leans further pulls itself over
_PULL = 7.0  # layers that a stud nearer to the next strut is worth: more than the move costs


@dataclass(frozen=True)
class Tree:
    """Struts on their way down, and what is free around them.

    ways: by width of the strut; fits (N, N) bool: whether there is a part so deep and so wide.
    """

    space: Space
    ways: dict[int, Ways]
    fits: np.ndarray


def grow(tree: Tree, places: np.ndarray) -> np.ndarray:
    """The boxes (BOX_DTYPE) of struts below the plate cells `places` (K, 3) z, y, x, each with a way down."""
    plates, start = drop(tree.space, places)
    z, y, x = places[start > -2].T
    plates, start = plates[start > -2], start[start > -2]
    made = [columns(z - plates, y, x, plates)]
    nodes = np.zeros(0, NODE_DTYPE)
    for layer in range(int(start.max(initial=-1)), -1, -1):
        new = np.flatnonzero(start == layer)
        nodes = _with_new(nodes, y[new], x[new], tree.space.free[layer].shape)
        if len(nodes):
            boxes, nodes = _step(tree, layer, _widened(tree, layer, nodes))
            made.append(boxes)
            ends, nodes = _ended(tree, layer, nodes)
            made.append(ends)
    return np.concatenate([NO_BOXES, *made])


def _with_new(nodes: np.ndarray, y: np.ndarray, x: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The struts, and new ones at y, x where none is; where one is, it holds what they would have held."""
    taken = np.zeros(shape, bool)
    for dy in range(_WIDE):
        for dx in range(_WIDE):
            part = nodes[nodes["width"] > max(dy, dx)]
            taken[part["y"] + dy, part["x"] + dx] = True
    new = np.zeros(np.count_nonzero(~taken[y, x]), NODE_DTYPE)
    new["y"], new["x"] = y[~taken[y, x]], x[~taken[y, x]]
    new["width"] = new["joined"] = 1
    return np.concatenate([nodes, new])


def _squares(nodes: np.ndarray, layer: int) -> np.ndarray:
    width = nodes["width"]
    return boxes_of(layer * PLATES_PER_BRICK, nodes["y"], nodes["x"], width, width, PLATES_PER_BRICK)


def _look(tree: Tree, layer: int, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N,) cost of what comes below struts at these nodes, and of what their tops touch; infinite without room."""
    down, touches = np.full(len(nodes), np.inf), np.zeros(len(nodes))
    _, deep, wide = tree.space.free.shape
    for width, ways in tree.ways.items():
        here = np.flatnonzero(
            (nodes["width"] == width)
            & (nodes["y"] >= 0)
            & (nodes["x"] >= 0)
            & (nodes["y"] + width <= deep)
            & (nodes["x"] + width <= wide)
        )
        y, x = nodes["y"][here], nodes["x"][here]
        down[here] = np.where(ways.room[layer, y, x], ways.down[layer, y, x], np.inf)
        touches[here] = ways.touches[layer, y, x]
    return down, touches


def _moved(nodes: np.ndarray, dy: int, dx: int) -> np.ndarray:
    moved = nodes.copy()
    moved["y"] += dy
    moved["x"] += dx
    moved["leaned"] += abs(dy) + abs(dx)
    return moved


def _widened(tree: Tree, layer: int, nodes: np.ndarray) -> np.ndarray:
    """The nodes, those of long or joined struts wide where there is room."""
    due = (nodes["width"] < _WIDE) & ((nodes["joined"] > 1) | (nodes["long"] >= _LONG))
    limit = _look(tree, layer, nodes)[0] + _WORTH_WIDENING
    best, cost = nodes.copy(), np.where(due, limit, -np.inf)
    for dy in (0, -1):
        for dx in (0, -1):
            option = _moved(nodes, dy, dx)
            option["width"] = _WIDE
            down, touches = _look(tree, layer, option)
            better = down + touches < cost
            best[better], cost[better] = option[better], (down + touches)[better]
    stays = crowded(_squares(best, layer), tree.space.free.shape[1:])
    return np.where(stays, nodes, best)


def _step(tree: Tree, layer: int, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the struts are in this layer, and where they go on below: boxes, nodes."""
    squares = _squares(nodes, layer)
    near = _nearest(nodes)
    shape = tree.space.free.shape[1:]
    first, second, boxes, joined = _forks(tree, layer, nodes, near, squares)
    alone = np.ones(len(nodes), bool)
    alone[first] = alone[second] = False
    moved, forced = _leaned(tree, layer, nodes, near)
    alone_boxes = around(squares, _squares(moved, layer))[alone]
    proposed = np.concatenate([boxes, alone_boxes])
    # Two may want the same cells; who can do without stays where it is.
    back = crowded(proposed, shape)[len(boxes) :] & ~forced[alone]
    alone_boxes[back] = squares[alone][back]
    moved[np.flatnonzero(alone)[back]] = nodes[alone][back]
    nodes = np.concatenate([joined, moved[alone]])
    nodes["long"] += 1
    boxes = np.concatenate([boxes, alone_boxes])
    stuck = crowded(boxes, shape)
    stuck[: len(joined)] = False
    return boxes[~stuck], nodes[~stuck]


def _nearest(nodes: np.ndarray) -> np.ndarray:
    """(N,) row of the nearest other node; its own where there is none."""
    if len(nodes) < 2:
        return np.arange(len(nodes))
    places = _centres(nodes)
    found = cKDTree(places).query(places, k=2, p=1)[1]
    own = np.arange(len(nodes))
    return np.where(found[:, 1] == own, found[:, 0], found[:, 1])


def _centres(nodes: np.ndarray) -> np.ndarray:
    return np.stack([nodes["y"], nodes["x"]], axis=1) + nodes["width"][:, None] / 2


def _forks(
    tree: Tree, layer: int, nodes: np.ndarray, near: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of nearest struts that one part joins: their rows, the part's box, and where the joint strut goes on."""
    own = np.arange(len(nodes))
    first = np.flatnonzero((near[near] == own) & (own < near))
    second = near[first]
    box = around(squares[first], squares[second])
    low, high = tree.fits.shape
    fits = (box["deep"] < low) & (box["wide"] < high)
    fits &= tree.fits[np.minimum(box["deep"], low - 1), np.minimum(box["wide"], high - 1)]
    space = tree.space
    fits &= sums_in(box, space.free[layer]) == box["deep"] * box["wide"]
    met = sum(sums_in(squares[rows], space.under[layer]) for rows in (first, second))
    fits &= sums_in(box, space.under[layer]) == met
    joined, cost = _below_fork(tree, layer, box, nodes[first], nodes[second])
    ok = np.flatnonzero(fits & np.isfinite(cost))
    # A part over two struts must not meet a third.
    others = np.ones(len(nodes), bool)
    others[first[ok]] = others[second[ok]] = False
    clear = ~crowded(np.concatenate([box[ok], squares[others]]), space.free.shape[1:])[: len(ok)]
    ok = ok[clear]
    return first[ok], second[ok], box[ok], joined[ok]


def _below_fork(
    tree: Tree, layer: int, box: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The node under each fork's box with the cheapest way down, of equals the nearest to its middle; its cost."""
    joined = first.copy()
    joined["joined"] = first["joined"] + second["joined"]
    joined["leaned"] = 0
    joined["long"] = np.maximum(first["long"], second["long"])
    joined["width"] = np.minimum(np.minimum(box["deep"], box["wide"]), _WIDE)
    best, cost = joined.copy(), np.full(len(box), np.inf)
    weight = [nodes["joined"][:, None] * _centres(nodes) for nodes in (first, second)]
    middle = sum(weight) / joined["joined"][:, None]
    for dy in range(int(box["deep"].max(initial=0))):
        for dx in range(int(box["wide"].max(initial=0))):
            option = joined.copy()
            option["y"], option["x"] = box["y"] + dy, box["x"] + dx
            inside = (dy + option["width"] <= box["deep"]) & (dx + option["width"] <= box["wide"])
            away = np.abs(_centres(option) - middle).sum(axis=1)
            score = np.where(inside, _look(tree, layer, option)[0] + away / 2, np.inf)
            better = score < cost
            best[better], cost[better] = option[better], score[better]
    return best, cost


def _leaned(tree: Tree, layer: int, nodes: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where struts go on by themselves, at most one stud aside; and (N,) bool: which can't go straight down."""
    own = np.arange(len(nodes))
    straight = _look(tree, layer, nodes)[0]
    away = _apart(nodes, nodes[near])
    mutual = near[near] == own
    # Of two that are each other's nearest one comes to the other.
    leans = (near != own) & ~(mutual & (own > near))
    leans &= np.minimum(straight, straight[near]) > _WORTH_JOINING * away
    leans &= (nodes["leaned"] + away <= _MOST_LEANING) & (nodes["long"] > 0)  # the topmost part holds one stud only
    best, cost = nodes.copy(), straight.copy()
    for dy, dx in MOVES:
        option = _moved(nodes, dy, dx)
        down, touches = _look(tree, layer, option)
        gain = np.where(leans, _PULL * (away - _apart(option, nodes[near])), 0)
        score = down + touches + MOVE - gain
        better = score < cost
        best[better], cost[better] = option[better], score[better]
    return best, ~np.isfinite(straight)


def _apart(nodes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(N,) studs to go to another node, the lesser of both ways first."""
    aside = np.abs(_centres(nodes) - _centres(others))
    return aside.sum(axis=1) + aside.min(axis=1) / 2


def _ended(tree: Tree, layer: int, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Plates between the struts that end here and what they stand on; the nodes that go on."""
    if layer == 0:
        return NO_BOXES, nodes[:0]
    room = np.zeros(len(nodes), bool)
    for width, ways in tree.ways.items():
        here = nodes["width"] == width
        room[here] = ways.room[layer - 1, nodes["y"][here], nodes["x"][here]]
    plates = [np.zeros(0, BOX_DTYPE)]
    for dy in range(_WIDE):
        for dx in range(_WIDE):
            ending = nodes[~room & (nodes["width"] > max(dy, dx))]
            y, x = ending["y"] + dy, ending["x"] + dx
            height = np.maximum(landing(tree.space, np.full(len(ending), layer), y, x), 0)
            plates.append(columns(layer * PLATES_PER_BRICK - height, y, x, height))
    return np.concatenate(plates), nodes[room]
