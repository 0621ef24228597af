"""Which way triangles face: neighbours made to agree, bodies turned outwards, cavities left as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..errors import UnusableMesh

_NOTHING = 1e-9  # volume against area and size below which there is no inside
_PROBES = 8  # points of a body that must all lie inside another one
_SPECK = 1e-6  # bodies smaller than this share of the whole are turned without asking whether they are cavities
_POINTS_AT_ONCE = 2_000_000  # triangles times points in one evaluation of winding numbers


@dataclass(frozen=True)
class Edges:
    """The sides of triangles, those on one edge together.

    order (3 T,): side 3 t + i leads from corner i of triangle t to the next; upwards (3 T,) bool, in that order:
    towards the higher point number; begin (E,): where each edge's sides start; key (E,): low * points + high.
    """

    order: np.ndarray
    upwards: np.ndarray
    begin: np.ndarray
    key: np.ndarray


def edges_of(faces: np.ndarray, points: int) -> Edges:
    """The edges of triangles (T, 3) over so many points."""
    start, end = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    key = np.minimum(start, end).astype(np.int64) * points + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    key = key[order]
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    return Edges(order, (start < end)[order], begin, key[begin])


def facing_the_other_way(edges: Edges, total: int) -> np.ndarray:
    """(T,) bool: triangles to be turned so that neighbours agree, as few as may be in each connected sheet.

    Every triangle stands twice, as it is and turned; two triangles that alone share an edge link their copies that
    run along it in opposite ways. The copies fall into two pieces for each sheet that has two sides; on a sheet with
    one side only (a Moebius strip) they are one piece, and nothing is turned.
    """
    pair = edges.begin[np.diff(edges.begin, append=len(edges.order)) == 2]
    same_way = edges.upwards[pair] == edges.upwards[pair + 1]
    t1, t2 = edges.order[pair] // 3, edges.order[pair + 1] // 3
    a = np.concatenate([t1, t1 + total])
    b = np.concatenate([np.where(same_way, t2 + total, t2), np.where(same_way, t2, t2 + total)])
    label = pieces_of(a, b, 2 * total)
    as_is, turned = label[:total], label[total:]
    sheet = np.minimum(as_is, turned)
    # Of the two ways to make a sheet agree, the one that turns fewer triangles.
    against = np.bincount(sheet, as_is > turned, 2 * total) > np.bincount(sheet, as_is < turned, 2 * total)
    return (as_is > turned) ^ (against[sheet] & (as_is != turned))


def pieces_of(a: np.ndarray, b: np.ndarray, count: int) -> np.ndarray:
    """(count,) label of the connected piece that each point belongs to."""
    links = coo_matrix((np.ones(len(a), np.int8), (a, b)), shape=(count, count))
    return connected_components(links, directed=False)[1]


def area_of(corners: np.ndarray) -> float:
    """The area of triangles (T, 3, 3)."""
    a, b, c = np.moveaxis(corners, 1, 0)
    return float(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def inward_bodies(corners: np.ndarray, body: np.ndarray) -> np.ndarray:
    """(B,) bool: bodies to be turned round. A body that faces inwards inside another one is a cavity and stays.

    corners (T, 3, 3); body (T,): the body of each triangle, counted from 0.
    """
    origin = corners.reshape(-1, 3).mean(axis=0)
    a, b, c = np.moveaxis(corners - origin, 1, 0)
    volume = np.bincount(body, np.einsum("ij,ij->i", a, np.cross(b, c)) / 6)
    size = float(np.ptp(corners.reshape(-1, 3), axis=0).max())
    if np.abs(volume).max() <= _NOTHING * area_of(corners) * size:
        raise UnusableMesh(
            "The mesh encloses no volume: its faces are single sheets. Give them thickness, with a Solidify modifier."
        )
    sign = -1 if volume.sum() < 0 else 1  # all inside out: cavities are judged after turning everything
    inward = sign * volume < 0
    suspects = np.flatnonzero(inward & (np.abs(volume) > _SPECK * np.abs(volume).sum()))
    if len(suspects):
        inward[suspects[_inside_others(corners, body, suspects, ~inward, sign)]] = False
    return inward if sign > 0 else ~inward


def _inside_others(
    corners: np.ndarray, body: np.ndarray, suspects: np.ndarray, outer: np.ndarray, sign: int
) -> np.ndarray:
    """(S,) bool: suspect bodies that lie wholly inside one of the `outer` ones (B,), by points spread over them."""
    order = np.argsort(body, kind="stable")
    begin = np.searchsorted(body[order], np.arange(len(outer) + 1))
    low = np.minimum.reduceat(corners[order].min(axis=1), begin[:-1])
    high = np.maximum.reduceat(corners[order].max(axis=1), begin[:-1])
    inside = np.zeros(len(suspects), bool)
    for number, suspect in enumerate(suspects):
        around = np.flatnonzero(outer & (low <= low[suspect]).all(axis=1) & (high >= high[suspect]).all(axis=1))
        if len(around):
            own = order[begin[suspect] : begin[suspect + 1]]
            spread = own[np.linspace(0, len(own) - 1, _PROBES).astype(int)]
            walls = np.concatenate([order[begin[one] : begin[one + 1]] for one in around])
            inside[number] = (sign * winding_numbers(corners[walls], corners[spread].mean(axis=1)) > 0.5).all()
    return inside


def winding_numbers(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N,) winding number of triangles (T, 3, 3) about points (N, 3), by solid angles (Van Oosterom, Strackee 1983)."""
    numbers = np.zeros(len(points))
    chunk = max(1, _POINTS_AT_ONCE // max(len(corners), 1))
    for start in range(0, len(points), chunk):
        a, b, c = np.moveaxis(corners[None] - points[start : start + chunk, None, None], 2, 0)
        la, lb, lc = (np.linalg.norm(v, axis=-1) for v in (a, b, c))
        over = np.einsum("...i,...i", a, np.cross(b, c))
        under = la * lb * lc + np.einsum("...i,...i", a, b) * lc
        under += np.einsum("...i,...i", b, c) * la + np.einsum("...i,...i", c, a) * lb
        numbers[start : start + chunk] = np.arctan2(over, under).sum(axis=1) / (2 * np.pi)
    return numbers
