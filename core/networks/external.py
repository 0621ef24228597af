"""Which other files an ONNX file takes its weights from, read from its bytes (protobuf) without an ONNX library.

onnxruntime reads whatever file a tensor names, anywhere on the disk, so the names are looked at before it may.
"""

from __future__ import annotations

from collections.abc import Iterator

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
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def external_files(model: bytes) -> set[str]:
    """The places, as written, of all external data of a model. Raises ValueError when the bytes are no model."""
    found = set()
    waiting = [("model", memoryview(model))]
    while waiting:
        message, data = waiting.pop()
        if message == "entry":
            entry = {field: bytes(value) for field, value in _fields(data)}
            if entry.get(1) == b"location":
                found.add(entry.get(2, b"").decode())
            continue
        inside = _FIELDS[message]
        waiting += [(inside[field], value) for field, value in _fields(data) if field in inside]
    return found


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of a message's fields that have a length; the others are passed over."""
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        kind = tag & 7
        if kind == _LENGTH:
            length, at = _number(data, at)
            if at + length > len(data):
                raise ValueError("a field is cut off")
            yield tag >> 3, data[at : at + length]
            at += length
        elif kind == _VARINT:
            _, at = _number(data, at)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            at += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"no field has the kind {kind}")


def _number(data: memoryview, at: int) -> tuple[int, int]:
    """The varint at a place, and the place after it."""
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("a number is cut off")
