"""Which other files an ONNX file takes its weights from, read from its bytes without an ONNX library.

onnxruntime reads whatever file a tensor names, anywhere on the disk, so the names are looked at before it may.
"""

from __future__ import annotations

from .protobuf import fields

# The messages of onnx.proto through which tensors are reached: field number -> message.
_FIELDS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}


def external_files(model: bytes) -> set[str]:
    """The places, as written, of all external data of a model. Raises ValueError when the bytes are no model."""
    found = set()
    waiting = [("model", memoryview(model))]
    while waiting:
        message, data = waiting.pop()
        if message == "entry":
            entry = {field: bytes(value) for field, value in fields(data)}
            if entry.get(1) == b"location":
                found.add(entry.get(2, b"").decode())
            continue
        inside = _FIELDS[message]
        waiting += [(inside[field], value) for field, value in fields(data) if field in inside]
    return found
