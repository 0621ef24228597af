"""Loads an ONNX file, checks that it is the network asked for, and runs it; onnxruntime is imported when used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CannotRead
from ..libraries import NETWORKS, load
from .external import external_files

_TYPES = {"float32": "tensor(float)", "float16": "tensor(float16)", "int64": "tensor(int64)", "uint8": "tensor(uint8)"}


@dataclass(frozen=True)
class Port:
    """An input or output: its name, its shape with None where any length will do, and its numpy type."""

    name: str
    shape: tuple[int | None, ...]
    type: str = "float32"


@dataclass(frozen=True)
class Network:
    """A loaded file: `session` of onnxruntime, and the outputs that are asked for."""

    file: Path
    session: Any
    outputs: tuple[Port, ...]

    def run(self, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs by name. Raises CannotRead when the network fails on these inputs."""
        names = [port.name for port in self.outputs]
        try:
            results = self.session.run(names, inputs)
        except Exception as error:  # onnxruntime's errors have no common parent
            raise CannotRead(f"The network {self.file} failed: {error} Choose another file.") from error
        return dict(zip(names, results, strict=True))


def load_network(file: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...]) -> Network:
    """The network of an ONNX file that has exactly these inputs, and these outputs among others.

    Its weights may lie in further files only inside its own folder. Raises MissingLibrary without onnxruntime,
    CannotRead for a file that is missing, damaged, reaches outside its folder, or is another network.
    """
    runtime = _onnxruntime()
    _refuse_foreign_data(file)
    options = runtime.SessionOptions()
    options.log_severity_level = 4  # what fails is raised; nothing besides goes to standard error
    try:
        session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common parent
        raise CannotRead(f"{file} is not a network that can be run: {error} Choose another file.") from error
    if {port.name for port in inputs} != {port.name for port in session.get_inputs()}:
        found = ", ".join(port.name for port in session.get_inputs())
        wanted = ", ".join(port.name for port in inputs)
        raise CannotRead(f"The network {file} has the inputs {found}, not {wanted}; choose another file.")
    for wanted_ports, found_ports in ((inputs, session.get_inputs()), (outputs, session.get_outputs())):
        _require(file, wanted_ports, {port.name: port for port in found_ports})
    return Network(file, session, outputs)


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


def _require(file: Path, wanted: tuple[Port, ...], found: dict[str, Any]) -> None:
    """Raises CannotRead when a port is missing, or has another shape or type."""
    for port in wanted:
        if port.name not in found:
            raise CannotRead(f"The network {file} has no output {port.name}; choose another file.")
        there = found[port.name]
        fits = len(there.shape) == len(port.shape) and all(
            asked is None or not isinstance(has, int) or asked == has
            for asked, has in zip(port.shape, there.shape, strict=True)
        )
        if not fits or there.type != _TYPES[port.type]:
            raise CannotRead(
                f"{port.name} of the network {file} is {there.type} {there.shape}, not {_TYPES[port.type]} "
                f"{list(port.shape)}; choose another file."
            )
