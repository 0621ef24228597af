"""The colours of a head: the photo's in front, and behind those of the hair beside the face."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ...colour.spaces import lab_to_linear, linear_to_lab, linear_to_srgb, srgb_to_linear
from .head import CHIN, NECK_END
from .outline import EQUATOR, MIDDLE, Outline
from .pose import Pose

_BASE_COLOUR = (0.02, 0.02, 0.02)  # linear: black, the colour of most stands
_INSET = 0.5  # cm of the head's edge that are not trusted: background shines in
_JAW = 0.8  # the same where no hair lies beside the face
_THICK = (1.0, 2.5)  # cm of hair beside the face from which on it tells the colour behind
_TURN = 1.5  # cm over which the photo gives way to what is guessed
_FEATURE = 0.7  # cm: eyes and lips; they stand out more than in the photo, to survive as bricks
_DARKER, _LIGHTER = 0.9, 0.1  # how much more; skin that shines would become white
_ASIDE = 0.42  # sine of the angle past the camera from which on the far side is the near side's mirror
_FEATURES = ((0.0, -4.6, 3.4, 1.9), (-3.3, 2.7, 1.9, 1.2), (3.3, 2.7, 1.9, 1.2))  # mouth, eyes: x, z and radii in cm
_SHINE = 80.0  # percent of the skin is darker than what may be glare
_LOCK = 0.7  # cm: finer locks of hair would be speckle
_MASS = 1.5  # cm: what is told of the hair behind


def head_colours(corners: np.ndarray, pixels: np.ndarray, pose: Pose, outline: Outline) -> np.ndarray:
    """(V, 3) float32 linear colours of corners (V, 3) in cm; pixels (H, W, 4) uint8: the photo."""
    linear = srgb_to_linear(pixels[..., :3].astype(np.float32) / 255)
    face_photo = _with_features(linear, pose)
    own = _of_hair(linear.shape[:2], pose, outline)
    hair_photo, mass_photo = (_blurred(linear, own, cm / pose.scale) for cm in (_LOCK, _MASS))
    x, y, z = corners.T
    distance, face, head = outline.at(x, z)
    thick = _thick(head - face)
    edge = thick * (head - _INSET) + (1 - thick) * (face - _JAW)
    seen = np.where(z > CHIN, np.minimum(distance, edge) / np.maximum(distance, 1e-9), 1.0)[:, None]
    flat = seen * (corners[:, [0, 2]] - MIDDLE) + MIDDLE
    places = _shown(np.column_stack([flat[:, 0], np.minimum(y, EQUATOR), flat[:, 1]]), pose)
    hair = np.clip((np.minimum(distance, edge) - face) / 0.5, 0.0, 1.0)[:, None]
    face_colours = _without_glare(_read(face_photo, pose, places), flat, distance < face)
    front = (1 - hair) * face_colours + hair * _read(hair_photo, pose, places)
    behind = _behind(mass_photo, pose, outline, corners)
    share = np.clip((EQUATOR - y) / _TURN + 0.5, 0.0, 1.0)[:, None]
    colours = share * front + (1 - share) * behind
    colours[z < NECK_END] = _BASE_COLOUR
    return colours.astype(np.float32)


def _shown(places: np.ndarray, pose: Pose) -> np.ndarray:
    """Places (V, 3) of the head; those on a side that the photo does not show move to the other side."""
    aside = pose.rotation[0, 1]  # of the camera's view, to the right
    if abs(aside) < _ASIDE:
        return places
    return np.column_stack([-np.sign(aside) * np.abs(places[:, 0]), places[:, 1:]])


def _with_features(linear: np.ndarray, pose: Pose) -> np.ndarray:
    """The photo with small things lighter or darker than what is around them (an unsharp mask, encoded)."""
    encoded = linear_to_srgb(linear)
    light = encoded.mean(axis=-1, keepdims=True)
    around = ndimage.gaussian_filter(light, (_FEATURE / pose.scale,) * 2 + (0,))
    change = light - around
    change *= np.where(change < 0, _DARKER, _LIGHTER)
    return srgb_to_linear(np.clip(encoded + change, 0, 1)).astype(np.float32)


def _without_glare(linear: np.ndarray, places: np.ndarray, of_face: np.ndarray) -> np.ndarray:
    """Colours (V, 3) at places (V, 2) of the face, where skin that mirrors a lamp is skin again, not white."""
    skin = of_face.copy()
    for x, z, wide, high in _FEATURES:
        skin &= np.hypot((places[:, 0] - x) / wide, (places[:, 1] - z) / high) > 1
    lab = linear_to_lab(linear[skin])
    limit = np.percentile(lab[:, 0], _SHINE)
    bright = lab[:, 0] > limit
    if not bright.any():
        return linear
    usual = np.median(lab[(lab[:, 0] >= np.median(lab[:, 0])) & ~bright], axis=0)
    lab[bright] = np.column_stack([limit + (lab[bright, 0] - limit) / 3, np.tile(usual[1:], (bright.sum(), 1))])
    changed = linear.copy()
    changed[skin] = lab_to_linear(lab)
    return changed


def _of_hair(shape: tuple[int, ...], pose: Pose, outline: Outline) -> np.ndarray:
    """(H, W) float32: 1 where the photo shows the head around the face, or what is below it; else 0."""
    row, column = np.indices(shape)
    x, z = np.moveaxis(pose.places(np.stack([column, row], axis=-1), EQUATOR), -1, 0)
    distance, face, head = outline.at(x, z)
    return (((distance > face) & (distance < head - _INSET / 2)) | (z < CHIN)).astype(np.float32)


def _blurred(linear: np.ndarray, own: np.ndarray, sigma: float) -> np.ndarray:
    """The photo without its small things, of its own pixels only; sigma: in pixels."""
    weight = ndimage.gaussian_filter(own, sigma)[..., None]
    total = ndimage.gaussian_filter(linear * own[..., None], (sigma, sigma, 0))
    return np.where(weight > 1e-3, total / np.maximum(weight, 1e-3), linear)


def _thick(hair: np.ndarray) -> np.ndarray:
    """0..1: how surely there is hair beside the face, where it is so many cm thick."""
    return np.clip((hair - _THICK[0]) / (_THICK[1] - _THICK[0]), 0.0, 1.0)


def _behind(linear: np.ndarray, pose: Pose, outline: Outline, corners: np.ndarray) -> np.ndarray:
    """(V, 3) what is guessed where the photo does not reach."""
    x, _, z = corners.T
    distance, face, head = outline.at(x, z)
    hair = _hair_colour(linear, pose, outline)
    radius = face + (head - _INSET - face) * (0.3 + 0.6 * np.clip(distance / head, 0, 1))
    along = (corners[:, [0, 2]] - MIDDLE) / np.maximum(distance, 1e-9)[:, None]
    beside = MIDDLE + along * radius[:, None]
    ring = _read(linear, pose, np.column_stack([beside[:, 0], np.full(len(x), EQUATOR), beside[:, 1]]))
    thick = (_thick(head - face) * np.clip(distance / head, 0, 1))[:, None]
    colours = thick * ring + (1 - thick) * hair
    neck = _read(linear, pose, np.column_stack([np.zeros(len(x)), np.zeros(len(x)), z]))
    low = np.clip((CHIN + 1.0 - z) / 2.0, 0.0, 1.0)[:, None]  # below the hair: what the neck shows in front
    return (1 - low) * colours + low * neck


def _hair_colour(linear: np.ndarray, pose: Pose, outline: Outline) -> np.ndarray:
    """(3,) the median colour beside the face where hair is thick; above the forehead where it is nowhere."""
    turn = np.arange(len(outline.face)) * (2 * np.pi / len(outline.face))
    toward = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    thick = outline.head - outline.face
    chosen = thick > min(_THICK[1], float(thick.max()))
    chosen |= thick == thick.max()
    radius = (outline.face + np.linspace(0.3, 0.8, 8)[:, None] * thick)[:, chosen]
    place = MIDDLE + radius[..., None] * toward[chosen]
    at = np.stack([place[..., 0], np.full(radius.shape, EQUATOR), place[..., 1]], axis=-1)
    return np.median(_read(linear, pose, at.reshape(-1, 3)), axis=0)


def _read(linear: np.ndarray, pose: Pose, places: np.ndarray) -> np.ndarray:
    """(N, 3) colours of the photo where it shows places (N, 3) of the head; its edge goes on beyond it."""
    at = pose.pixels(places)
    column = np.clip(at[:, 0], 0, linear.shape[1] - 1)
    row = np.clip(at[:, 1], 0, linear.shape[0] - 1)
    return np.stack([ndimage.map_coordinates(linear[..., c], (row, column), order=1) for c in range(3)], axis=-1)
