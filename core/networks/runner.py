"""Loads an ONNX file, checks that it is the network asked for, and runs it; onnxruntime is imported when used."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CannotRead
from ..libraries import NETWORKS, load
from .external import external_files

_TYPES = {
    "float32": "tensor(float)",
    "float16": "tensor(float16)",
    "int64": "tensor(int64)",
    "uint8": "tensor(uint8)",
    "bool": "tensor(bool)",
}
_WORDS = {text: name for name, text in _TYPES.items()}
_MOST_NUMBERS = 2**28  # in one tensor: 1 GB of float32, ten times what any network of the sources has


@dataclass(frozen=True)
class Port:
    """An input or output: its name, its shape with None where any length will do, and its numpy type."""

    name: str
    shape: tuple[int | None, ...]
    type: str = "float32"

    def __str__(self) -> str:
        lengths = " x ".join("?" if length is None else str(length) for length in self.shape)
        return f"{self.name} ({lengths} {self.type})"


@dataclass(frozen=True)
class Network:
    """A loaded file: `session` of onnxruntime, all its inputs, and the outputs that are asked for."""

    file: Path
    session: Any
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def run(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name. Raises CannotRead when the network fails on these inputs."""
        names = [port.name for port in self.outputs]
        try:
            results = self.session.run(names, inputs)
        except Exception as error:  # onnxruntime's errors have no common parent
            raise CannotRead(f"The network {self.file} failed: {error} Choose another file.") from error
        return dict(zip(names, results, strict=True))

    def answer(self, given: np.ndarray) -> np.ndarray:
        """The first output of a network with one input. Raises CannotRead when it fails, or holds what is no number."""
        made = self.run(**{self.inputs[0].name: given})[self.outputs[0].name]
        if not np.isfinite(made).all():
            raise CannotRead(f"The network {self.file} gave what is no number; choose another file.")
        return made


def open_network(file: Path) -> Network:
    """The network of any ONNX file, with all its inputs and outputs.

    Its weights may lie in further files only inside its own folder. Raises MissingLibrary without onnxruntime,
    CannotRead for a file that is missing, damaged, reaches outside its folder, or has tensors that are too large.
    """
    runtime = _onnxruntime()
    _refuse_foreign_data(file)
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # what fails is raised; nothing besides goes to standard error
    try:
        session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common parent
        raise CannotRead(f"{file} is not a network that can be run: {error} Choose another file.") from error
    network = Network(file, session, _ports(session.get_inputs()), _ports(session.get_outputs()))
    for port in (*network.inputs, *network.outputs):
        if math.prod(length or 1 for length in port.shape) > _MOST_NUMBERS:
            raise CannotRead(f"The network {file} has the tensor {port}, which is too large; choose another file.")
    return network


def load_network(file: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> Network:
    """The network of an ONNX file that has exactly these inputs, and these outputs among others.

    Raises what `open_network` does, and CannotRead for another network.
    """
    network = open_network(file)
    if {port.name for port in inputs} != {port.name for port in network.inputs}:
        found = ", ".join(port.name for port in network.inputs)
        wanted = ", ".join(port.name for port in inputs)
        raise CannotRead(f"The network {file} has the inputs {found}, not {wanted}; choose another file.")
    for wanted_ports, found_ports in ((inputs, network.inputs), (outputs, network.outputs)):
        _require(file, wanted_ports, {port.name: port for port in found_ports})
    return Network(file, network.session, network.inputs, outputs)


def ports_in_words(network: Network) -> str:
    """The inputs and outputs of a network, for messages."""
    return f"{', '.join(map(str, network.inputs))} -> {', '.join(map(str, network.outputs))}"


def fits(wanted: tuple[int | None, ...], found: tuple[int | None, ...]) -> bool:
    """Whether a tensor of the found shape may be one of the wanted shape; None stands for any length."""
    return len(wanted) == len(found) and all(
        asked is None or has is None or asked == has for asked, has in zip(wanted, found, strict=True)
    )


def _ports(found: Any) -> tuple[Port, ...]:
    """onnxruntime's inputs or outputs; lengths that have a name, or none, are None."""
    return tuple(
        Port(
            port.name,
            tuple(length if isinstance(length, int) and length > 0 else None for length in port.shape or ()),
            _WORDS.get(port.type, port.type),
        )
        for port in found
    )


def _onnxruntime() -> Any:
    (onnxruntime,) = load(NETWORKS)
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _refuse_foreign_data(file: Path) -> None:
    try:
        places = external_files(file.read_bytes())
    except OSError as error:
        raise CannotRead(f"The network {file} cannot be read ({error.strerror}); choose another file.") from error
    except ValueError as error:
        raise CannotRead(f"{file} is damaged or no ONNX file ({error}); choose another file.") from error
    folder = file.parent.resolve()
    for place in sorted(places):
        if not (folder / place).resolve().is_relative_to(folder):
            raise CannotRead(
                f"The network {file} takes its weights from {place}, outside its own folder; choose a file that keeps "
                "them beside it."
            )


def _require(file: Path, wanted: tuple[Port, ...], found: dict[str, Port]) -> None:
    """Raises CannotRead when a port is missing, or has another shape or type."""
    for port in wanted:
        if port.name not in found:
            raise CannotRead(f"The network {file} has no output {port.name}; choose another file.")
        there = found[port.name]
        if not fits(port.shape, there.shape) or there.type != port.type:
            raise CannotRead(f"{port.name} of the network {file} is {there}, not {port}; choose another file.")
