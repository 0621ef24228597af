"""Writes the trained networks into core/networks: python training/octree_export.py [--networks FOLDER] [--to FOLDER]

ONNX files, their weights of eight bits with a scale for each channel; they are computed with as float32.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

from brickprint.training.octree import trained  # noqa: E402
from brickprint.training.octree_networks import LEVELS, PictureToCells  # noqa: E402

OPSET = 17
PICTURE, CELLS = "picture", "cells_{}"  # names of input and outputs, as core/networks/octree.py asks for them
FILES = {"picture": "octree-set-pose.onnx", "poses": "octree-poses.onnx"}  # of the stages of training/octree.py
_CHANNEL = {"Conv": 0, "ConvTranspose": 1, "Gemm": 0}  # the axis of a weight's channels


def main() -> None:
    """Write the files."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--networks", type=Path, default=Path("build/octree/networks"))
    words.add_argument("--to", type=Path, default=Path(__file__).resolve().parents[1] / "core" / "networks")
    chosen = words.parse_args()
    for stage, name in FILES.items():
        write(trained(stage, chosen.networks, torch.device("cpu")), chosen.to / name)
        print(f"{name}: {(chosen.to / name).stat().st_size / 1e6:.1f} MB")


class Chances(nn.Module):
    """A picture -> how likely each cell is full, at 4, 8, 16, 32 a side."""

    def __init__(self, network: PictureToCells) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> tuple[Tensor, ...]:
        """(1, side, side, side) each."""
        return tuple(torch.sigmoid(logits) for logits in self.network(picture))


def write(network: PictureToCells, file: Path) -> None:
    """Write the network; the same network gives the same bytes."""
    names = [CELLS.format(side) for side in LEVELS]
    buffer = io.BytesIO()
    picture = torch.zeros(1, 1, 128, 128)
    torch.onnx.export(
        Chances(network).eval(), (picture,), buffer, dynamo=False, opset_version=OPSET,
        input_names=[PICTURE], output_names=names,
    )  # fmt: skip
    model = onnx.load_from_string(buffer.getvalue())
    _quantise(model.graph)
    onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString(deterministic=True))


def _quantise(graph: onnx.GraphProto) -> None:
    """Put int8 weights and their scales in the place of float32 ones."""
    axis = {node.input[1]: _CHANNEL[node.op_type] for node in graph.node if node.op_type in _CHANNEL}
    before = []
    for weight in [item for item in graph.initializer if item.name in axis]:
        values = numpy_helper.to_array(weight)
        channels = np.moveaxis(values, axis[weight.name], 0).reshape(values.shape[axis[weight.name]], -1)
        scale = np.maximum(np.abs(channels).max(axis=1), 1e-12).astype(np.float32) / 127
        along = [-1 if i == axis[weight.name] else 1 for i in range(values.ndim)]
        whole = np.round(values / scale.reshape(along)).astype(np.int8)
        name = weight.name
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(whole, f"{name}.whole"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}.scale"))
        inputs = [f"{name}.whole", f"{name}.scale"]
        before.append(helper.make_node("DequantizeLinear", inputs, [name], axis=axis[name]))
    for node in reversed(before):
        graph.node.insert(0, node)


if __name__ == "__main__":
    main()
