"""Tiny networks as ONNX files, written field by field (protobuf), so that tests need no ONNX library."""

import numpy as np

FLOAT, UINT8 = 1, 2
_TYPES = {"float32": 1, "uint8": 2, "int64": 7, "bool": 9, "float16": 10}


def field(number, content):
    """A field of a protobuf message: text and bytes with their length, numbers as varints."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value):
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def port(name, kind=1, lengths=("n", 4)):
    """An input or output; lengths that are words are of any size."""
    dimensions = b"".join(field(1, field(1 if isinstance(n, int) else 2, n)) for n in lengths)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dimensions)))


def weights(name, values):
    """A tensor that lies in the file itself."""
    values = np.asarray(values)
    head = b"".join(field(1, length) for length in values.shape)
    return head + field(2, _TYPES[str(values.dtype)]) + field(8, name) + field(9, values.tobytes())


def node(operation, inputs, output, **numbers):
    """A step of the graph; numbers: its attributes, whole ones."""
    words = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operation)
    attributes = (field(1, name) + field(3, value) + field(20, 2) for name, value in numbers.items())
    return words + b"".join(field(5, attribute) for attribute in attributes)


def network(inputs, outputs, nodes, tensors=()):
    """The bytes of an ONNX file, opset 17."""
    graph = b"".join(field(1, one) for one in nodes) + field(2, "graph")
    graph += b"".join(field(5, tensor) for tensor in tensors)
    graph += b"".join(field(11, one) for one in inputs) + b"".join(field(12, one) for one in outputs)
    return field(1, 8) + field(7, graph) + field(8, field(2, 17))


def axes(*lengths):
    """An array of each axis, 0, 1, 2, ... along it, ready to be added to the others."""
    return [
        np.arange(n, dtype=np.float32).reshape([-1 if i == k else 1 for i in range(len(lengths))])
        for k, n in enumerate(lengths)
    ]


def ball_network(
    radius, middle, names=("input_1:0", "activation_274/Sigmoid:0"), shape=(1, 200, 192, 192), told=(None, None)
):
    """Of VRN's tensors: whatever it sees, the cells nearer to a middle than a radius are certain.

    told: the shapes that the file tells of its input and output, where they are others.
    """
    tensors = [weights("limit", np.array(radius**2, np.float32))]
    nodes, sums = [], []
    for number, (axis, at) in enumerate(zip(axes(*shape)[1:], middle, strict=True)):
        tensors.append(weights(f"square{number}", (axis - np.float32(at)) ** 2))
        sums.append(f"square{number}")
    nodes.append(node("Add", sums[:2], "plane"))
    nodes.append(node("Add", ["plane", sums[2]], "distance"))
    nodes.append(node("Sub", ["limit", "distance"], "inside"))
    nodes.append(node("Sigmoid", ["inside"], names[1]))
    given, made = told[0] or (1, 3, 192, 192), told[1] or shape
    return network([port(names[0], FLOAT, given)], [port(names[1], FLOAT, made)], nodes, tensors)


def spread_network(side, slices, kind=FLOAT, output=(1, "slices", "high", "wide")):
    """The red of an image on every slice: what it sees is what it gives."""
    tensors = [
        weights("first", np.array([0], np.int64)),
        weights("second", np.array([1], np.int64)),
        weights("channel", np.array([1], np.int64)),
        weights("shape", np.array([1, slices, side, side], np.int64)),
    ]
    nodes = [
        node("Slice", ["image", "first", "second", "channel"], "red"),
        node("Cast", ["red"], "number", to=1),
        node("Expand", ["number", "shape"], "volume"),
    ]
    return network([port("image", kind, (1, 3, side, side))], [port("volume", FLOAT, output)], nodes, tensors)


def depth_network(side, given="input", made="depth", divide=1.0):
    """The first channel of an image as its depth."""
    tensors = [weights("zero", np.array(0, np.int64)), weights("by", np.array(divide, np.float32))]
    nodes = [node("Gather", [given, "zero"], "plane", axis=1), node("Div", ["plane", "by"], made)]
    return network([port(given, FLOAT, (1, 3, side, side))], [port(made, FLOAT, (1, side, side))], nodes, tensors)
