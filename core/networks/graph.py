"""What an ONNX file calculates last, read from its bytes: whether an output is a certainty or a logit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .protobuf import fields
from .runner import Network

# Operations that only move numbers: what they give is what was calculated before them.
_MOVING = frozenset(
    ("Cast", "DepthToSpace", "Expand", "Flatten", "Gather", "Identity", "Pad", "Reshape", "Resize", "Slice",
     "SpaceToDepth", "Squeeze", "Tile", "Transpose", "Unsqueeze", "Upsample")
)  # fmt: skip
# Operations that give nothing below 0, and so no logits.
_CERTAIN = frozenset(
    ("And", "Clip", "Constant", "Equal", "Greater", "GreaterOrEqual", "HardSigmoid", "Less", "LessOrEqual", "Not",
     "Or", "Relu", "Sigmoid", "Softmax")
)  # fmt: skip
_MODEL_GRAPH, _GRAPH_NODE = 7, 1  # fields of onnx.proto
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATION = 1, 2, 4


def certainties(made: np.ndarray, network: Network) -> np.ndarray:
    """The network's first output, 0..1, through a sigmoid where the file's last calculation gives logits."""
    if network.outputs[0].type != "float32" or _last_operation(network) in (*_CERTAIN, ""):
        return made
    from scipy.special import expit

    return expit(made)


def _last_operation(network: Network) -> str:
    """What calculates the first output; nothing where it is what the file holds or is fed."""
    made_by = {output: (operation, inputs) for operation, inputs, outputs in _nodes(network.file) for output in outputs}
    name = network.outputs[0].name
    while name in made_by:
        operation, inputs = made_by.pop(name)
        if operation not in _MOVING or not inputs:
            return operation
        name = inputs[0]
    return ""


def _nodes(file: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Operation, inputs and outputs of the nodes of a file that onnxruntime has opened."""
    for field, graph in fields(memoryview(file.read_bytes())):
        if field == _MODEL_GRAPH:
            yield from (_node(node) for number, node in fields(graph) if number == _GRAPH_NODE)


def _node(data: memoryview) -> tuple[str, list[str], list[str]]:
    words: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _NODE_OPERATION: []}
    for field, value in fields(data):
        if field in words:
            words[field].append(bytes(value).decode())
    return "".join(words[_NODE_OPERATION]), words[_NODE_INPUT], words[_NODE_OUTPUT]
