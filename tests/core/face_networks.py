"""Two networks that see one face wherever they look, as ONNX files: a detector and a face mesh made by formula."""

import numpy as np
from brickprint.core.networks.faces.pose import PLACES, ROWS
from onnx_files import FLOAT, network, node, port, weights

SIDE = 192
CM = 8.0  # pixels of the face mesh's square


def face_in_cm():
    """(468, 3) right, away, up: an egg-shaped face whose still points are where they belong."""
    number = np.arange(468) + 0.5
    radius, turn = np.sqrt(number / 468), number * np.pi * (3 - np.sqrt(5))  # even over a disc
    x, z = 7.6 * radius * np.cos(turn), 8.8 * radius * np.sin(turn) - 0.6
    points = np.column_stack([x, 2.4 - 8.0 * np.sqrt(1 - 0.999 * radius**2), z])
    points[ROWS] = PLACES
    return points


def detector(box=(0.3, 0.25, 0.7, 0.75), score=0.95, side=(240, 320)):
    """Sees one face in a box (left, top, right, bottom, 0 to 1), twice, and a less likely one elsewhere."""
    boxes = np.array([[box, np.array(box) + 0.01, (0.0, 0.0, 0.1, 0.1)]], np.float32)
    scores = np.array([[[1 - score, score], [1 - score + 0.01, score - 0.01], [0.9, 0.1]]], np.float32)
    nodes = [node("Identity", ["known_scores"], "scores"), node("Identity", ["known_boxes"], "boxes")]
    outputs = [port("scores", FLOAT, (1, 3, 2)), port("boxes", FLOAT, (1, 3, 4))]
    tensors = [weights("known_scores", scores), weights("known_boxes", boxes)]
    return network([port("input", FLOAT, (1, 3, *side))], outputs, nodes, tensors)


def face_mesh(logit=9.0, shift=0.0):
    """Sees the face upright in the middle of its square."""
    right, away, up = face_in_cm().T
    pixels = np.column_stack([SIDE / 2 + CM * right + shift, SIDE / 2 - CM * (up + 0.5), CM * away])
    nodes = [node("Identity", ["known"], "points"), node("Identity", ["sure"], "score")]
    outputs = [port("points", FLOAT, (1, 1, 1, 1404)), port("score", FLOAT, (1, 1, 1, 1))]
    tensors = [
        weights("known", pixels.astype(np.float32).reshape(1, 1, 1, 1404)),
        weights("sure", np.full((1, 1, 1, 1), logit, np.float32)),
    ]
    return network([port("input_1", FLOAT, (1, 3, SIDE, SIDE))], outputs, nodes, tensors)
