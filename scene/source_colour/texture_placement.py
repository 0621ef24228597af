"""Where a texture lies on the surface: the UV map and the affine mapping that feed an image's Vector input."""

from __future__ import annotations

import numpy as np
from mathutils import Euler, Matrix, Vector

from .colour_fields import NotFollowable, Placement
from .node_links import Source

_IDENTITY = np.eye(4)


def texture_placement(vector: Source, extension: str) -> Placement:
    """The placement of a texture whose Vector input has this source. Raises NotFollowable where it is not on UVs."""
    if vector.is_value:
        uv_map, matrix = "", _IDENTITY  # an image without a vector lies on the active render UV map
    else:
        uv_map, matrix = _followed(vector)
    rows = tuple(tuple(float(matrix[row, column]) for column in (0, 1, 3)) for row in (0, 1))
    return Placement(uv_map, rows, repeats=extension == "REPEAT")


def _followed(vector: Source) -> tuple[str, np.ndarray]:
    node = vector.node
    if node.bl_idname == "ShaderNodeUVMap" and not node.from_instancer:
        return node.uv_map, _IDENTITY
    if node.bl_idname == "ShaderNodeTexCoord" and vector.socket.name == "UV" and not node.from_instancer:
        return "", _IDENTITY
    if node.bl_idname == "ShaderNodeAttribute" and node.attribute_type == "GEOMETRY" and vector.socket.name == "Vector":
        return node.attribute_name, _IDENTITY
    if node.bl_idname == "ShaderNodeMapping":
        return _through(vector, "Vector", _mapping_matrix(vector))
    if node.bl_idname == "ShaderNodeVectorMath" and node.operation in {"ADD", "SUBTRACT", "MULTIPLY", "SCALE"}:
        return _through(vector, node.inputs[0].identifier, _sum_matrix(vector))
    raise NotFollowable(f"places a texture by a {node.bl_label} node")


def _through(vector: Source, input_name: str, matrix: np.ndarray) -> tuple[str, np.ndarray]:
    inner = vector.input(input_name)
    if inner.is_value:
        raise NotFollowable(f"places a texture by an unlinked {vector.node.bl_label} node")
    uv_map, first = _followed(inner)
    return uv_map, matrix @ first


def _constant(vector: Source, name: str) -> np.ndarray:
    source = vector.input(name)
    if not source.is_value:
        raise NotFollowable(f"computes the {name.lower()} of a {vector.node.bl_label} node")
    return source.value


def _mapping_matrix(vector: Source) -> np.ndarray:
    """The Mapping node: scale, then rotate, then move (Texture: the inverse; Vector: without the move)."""
    kind = vector.node.vector_type
    rotation = Euler(_constant(vector, "Rotation"))
    scale = Vector(_constant(vector, "Scale"))
    if kind == "POINT":
        matrix = Matrix.LocRotScale(Vector(_constant(vector, "Location")), rotation, scale)
    elif kind == "TEXTURE":
        matrix = Matrix.LocRotScale(Vector(_constant(vector, "Location")), rotation, scale).inverted_safe()
    elif kind == "VECTOR":
        matrix = Matrix.LocRotScale(None, rotation, scale)
    else:
        raise NotFollowable("maps a texture by normals")
    return np.array(matrix, float)


def _sum_matrix(vector: Source) -> np.ndarray:
    """Vector Math whose second operand is constant."""
    operation = vector.node.operation
    if operation == "SCALE":
        return np.diag([*np.repeat(_constant(vector, "Scale"), 3), 1.0])
    operand = _constant(vector, vector.node.inputs[1].identifier)
    if operation == "MULTIPLY":
        return np.diag([*operand, 1.0])
    matrix = np.eye(4)
    matrix[:3, 3] = operand if operation == "ADD" else -operand
    return matrix
