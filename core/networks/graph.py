"""What an ONNX file calculates last, read from its bytes: whether an output is a certainty or a logit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    ("And", "Clip", "Constant", "Equal", "Exp", "Greater", "GreaterOrEqual", "HardSigmoid", "Less", "LessOrEqual",
     "Not", "Or", "Relu", "Sigmoid", "Softmax")
)  # fmt: skip
# Operations that give nothing below 0 where nothing they are given is: a softmax that is written out is of these.
_KEEPING = frozenset(("Add", "Div", "Max", "Mul", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum"))
_DEEPEST = 12  # operations that are looked back at from the end; sums of sums go on to the beginning
_MODEL_GRAPH, _GRAPH_NODE = 7, 1  # fields of onnx.proto
_NODE_INPUT, _NODE_OUTPUT, _NODE_OPERATION = 1, 2, 4


@dataclass(frozen=True)
class _Graph:
    """made_by: operation and inputs of what makes each tensor; fed: what the network is given."""

    made_by: dict[str, tuple[str, list[str]]]
    fed: frozenset[str]

    def before_moves(self, name: str) -> str:
        """The tensor whose numbers this one has, in other places."""
        for _ in self.made_by:
            operation, inputs = self.made_by.get(name, ("", []))
            if operation not in _MOVING or not inputs:
                break
            name = inputs[0]
        return name

    def is_certainty(self, name: str, deepest: int = _DEEPEST) -> bool:
        """Whether nothing in a tensor is below 0, by how it is made; what the file holds is taken to be so."""
        name = self.before_moves(name)
        operation, inputs = self.made_by.get(name, ("", []))
        if not operation:
            return name not in self.fed
        if operation == "Sub":
            return self._is_above_least(*inputs)
        kept = operation in _KEEPING and deepest > 0
        # A reduction's second input says along which axes.
        asked = inputs[:1] if operation.startswith("Reduce") else inputs
        return operation in _CERTAIN or (kept and all(self.is_certainty(each, deepest - 1) for each in asked))

    def _is_above_least(self, one: str, other: str) -> bool:
        """Whether a difference is that of a tensor, or of its greatest, and its least."""
        top, lowest = self.made_by.get(self.before_moves(one)), self.made_by.get(self.before_moves(other))
        if not lowest or lowest[0] != "ReduceMin":
            return False
        of_one = top[1][0] if top and top[0] == "ReduceMax" else one
        return self.before_moves(of_one) == self.before_moves(lowest[1][0])


def certainties(made: np.ndarray, network: Network) -> np.ndarray:
    """The network's first output, 0..1, through a sigmoid where the file's last calculations give logits."""
    output = network.outputs[0]
    graph = _Graph(
        {name: (operation, inputs) for operation, inputs, outputs in _nodes(network.file) for name in outputs},
        frozenset(port.name for port in network.inputs),
    )
    moved_only = graph.before_moves(output.name) in graph.fed
    if output.type != "float32" or moved_only or graph.is_certainty(output.name):
        return made
    from scipy.special import expit

    return expit(made)


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
