"""The geometry-nodes group that plays a build animation, behind the one that makes bricks of points.

It moves, scales and removes instances by one value, `Built`, and by what the points say about each part (see
`core/choreography.py`), so that no Python runs and no part has key frames.
"""

from __future__ import annotations

from collections.abc import Callable

import bpy

MODIFIER_NAME = "Build animation"
BUILT = "Built"
FLIGHT = "Flight"
JOINING = "Joining"
LEAVING = "Leaving"
HOP = "Hop"
LIFT = "Lift"
WAITING = "Waiting"
GROWING = "Growing"
TIMES = ("arrive", "leave", "join")
WAYS = ("way", "tumble", "off", "aside")
_MARK = "brickprint_build"
_VERSION = 1  # counts up when the nodes change
_QUICK = 0.25  # share of its flight in which a part gets its full size

Socket = bpy.types.NodeSocket
Value = float | Socket


def build_group(easing: str) -> bpy.types.NodeTree:
    """The file's node group with this easing, made when it is missing."""
    mark = f"{_VERSION} {easing}"
    for group in bpy.data.node_groups:
        if group.get(_MARK) == mark and not group.library:
            return group
    group = bpy.data.node_groups.new(f"Brickprint build, {easing}", "GeometryNodeTree")
    group[_MARK] = mark
    group.is_modifier = True
    _add_sockets(group)
    _add_nodes(group, easing)
    return group


def build_modifier(bricks: bpy.types.Object) -> bpy.types.NodesModifier | None:
    """The modifier that plays a model's build animation, or None."""
    for modifier in bricks.modifiers:
        if modifier.type == "NODES" and modifier.node_group and _MARK in modifier.node_group:
            return modifier
    return None


def _add_sockets(group: bpy.types.NodeTree) -> None:
    new = group.interface.new_socket
    new("Bricks", in_out="INPUT", socket_type="NodeSocketGeometry")
    built = new(BUILT, in_out="INPUT", socket_type="NodeSocketFloat")
    built.description = "How much of the build is shown, from 0, nothing, to 1, all of it"
    built.default_value, built.min_value, built.max_value = 1.0, 0.0, 1.0
    built.subtype = "FACTOR"
    for name, description in (
        (FLIGHT, "How long a part takes to its place, as a share of the build"),
        (JOINING, "How long a section takes to its place, as a share of the build"),
        (LEAVING, "How long a support takes to go, as a share of the build"),
    ):
        span = new(name, in_out="INPUT", socket_type="NodeSocketFloat")
        span.description, span.default_value, span.min_value, span.max_value = description, 0.05, 1e-6, 1.0
    for name, description in (
        (HOP, "How much higher than a straight line a part flies, in millimetres"),
        (LIFT, "How high a section is lifted above its place, in millimetres"),
    ):
        height = new(name, in_out="INPUT", socket_type="NodeSocketFloat")
        height.description = description
    for name, description in (
        (WAITING, "Parts are seen before they fly"),
        (GROWING, "Parts grow all the way, by the easing"),
    ):
        new(name, in_out="INPUT", socket_type="NodeSocketBool").description = description
    new("Bricks", in_out="OUTPUT", socket_type="NodeSocketGeometry")


class _Sums:
    """Writes formulas as nodes, a row a formula."""

    def __init__(self, group: bpy.types.NodeTree) -> None:
        self.group = group
        self.column, self.row = 0, 0

    def node(self, kind: str) -> bpy.types.Node:
        """A new node to the right of the last."""
        node = self.group.nodes.new(kind)
        node.location = (200 * self.column, -220 * self.row)
        self.column += 1
        return node

    def new_row(self) -> None:
        """The next nodes stand below the last ones."""
        self.column, self.row = 0, self.row + 1

    def put(self, value: Value | tuple[float, ...], socket: Socket) -> None:
        """Link a socket, or set its value."""
        if isinstance(value, Socket):
            self.group.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation: str, *values: Value, clamp: bool = False) -> Socket:
        """A Math node's result."""
        node = self.node("ShaderNodeMath")
        node.operation, node.use_clamp = operation, clamp
        for value, socket in zip(values, node.inputs, strict=False):
            self.put(value, socket)
        return node.outputs[0]

    def scaled(self, vector: Socket, factor: Socket) -> Socket:
        """A vector times a number."""
        node = self.node("ShaderNodeVectorMath")
        node.operation = "SCALE"
        self.put(vector, node.inputs["Vector"])
        self.put(factor, node.inputs["Scale"])
        return node.outputs["Vector"]

    def sum(self, *vectors: Socket) -> Socket:
        """The sum of vectors."""
        total = vectors[0]
        for vector in vectors[1:]:
            node = self.node("ShaderNodeVectorMath")
            node.operation = "ADD"
            self.put(total, node.inputs[0])
            self.put(vector, node.inputs[1])
            total = node.outputs["Vector"]
        return total

    def vector(self, x: Value, y: Value, z: Value) -> Socket:
        """A vector of three numbers."""
        node = self.node("ShaderNodeCombineXYZ")
        for value, socket in zip((x, y, z), node.inputs, strict=True):
            self.put(value, socket)
        return node.outputs[0]

    def smooth(self, value: Value, begin: float, end: float) -> Socket:
        """0 before `begin`, 1 after `end`, smoothly in between."""
        node = self.node("ShaderNodeMapRange")
        node.interpolation_type = "SMOOTHSTEP"
        for number, socket in zip((value, begin, end), node.inputs, strict=False):
            self.put(number, socket)
        return node.outputs["Result"]

    def passed(self, built: Socket, begin: Socket, span: Socket) -> Socket:
        """How much of a span has passed, 0 to 1; exactly 1 after it."""
        return self.math("DIVIDE", self.math("SUBTRACT", built, begin), span, clamp=True)

    def choice(self, kind: str, asked: Socket, no: Value, yes: Value) -> Socket:
        """One of two values."""
        node = self.node("GeometryNodeSwitch")
        node.input_type = kind
        self.put(asked, node.inputs["Switch"])
        self.put(no, node.inputs["False"])
        self.put(yes, node.inputs["True"])
        return node.outputs[0]

    def attribute(self, name: str, kind: str) -> Socket:
        """What the points say."""
        node = self.node("GeometryNodeInputNamedAttribute")
        node.data_type = kind
        node.inputs["Name"].default_value = name
        return node.outputs["Attribute"]


# From the share of a flight that has passed to the share of the way that is left: 1 at 0, and exactly 0 at 1.
_Easing = Callable[[_Sums, Socket], Socket]


def _linear(sums: _Sums, passed: Socket) -> Socket:
    return sums.math("SUBTRACT", 1.0, passed)


def _soft(sums: _Sums, passed: Socket) -> Socket:
    return sums.math("POWER", sums.math("SUBTRACT", 1.0, passed), 3.0)


def _fall(sums: _Sums, passed: Socket) -> Socket:
    return sums.math("SUBTRACT", 1.0, sums.math("MULTIPLY", passed, passed))


def _overshoot(sums: _Sums, passed: Socket) -> Socket:
    """r² (2.7 r - 1.7): a tenth of the way beyond the place."""
    left = sums.math("SUBTRACT", 1.0, passed)
    return sums.math("MULTIPLY", sums.math("MULTIPLY", left, left), sums.math("MULTIPLY_ADD", left, 2.7, -1.7))


def _bounce(sums: _Sums, passed: Socket) -> Socket:
    """|cos 2.5 pi u| (1 - u)²: three contacts, the last at the end."""
    swing = sums.math("ABSOLUTE", sums.math("COSINE", sums.math("MULTIPLY", passed, 7.853982)))
    return sums.math("MULTIPLY", swing, sums.math("POWER", sums.math("SUBTRACT", 1.0, passed), 2.0))


_EASINGS: dict[str, _Easing] = {
    "linear": _linear,
    "soft": _soft,
    "fall": _fall,
    "overshoot": _overshoot,
    "bounce": _bounce,
}


def _add_nodes(group: bpy.types.NodeTree, easing: str) -> None:
    sums = _Sums(group)
    given = sums.node("NodeGroupInput").outputs
    told = {name: sums.attribute(name, "FLOAT") for name in TIMES}
    told |= {name: sums.attribute(name, "FLOAT_VECTOR") for name in WAYS}

    sums.new_row()
    passed = sums.passed(given[BUILT], told["arrive"], given[FLIGHT])
    left = _EASINGS[easing](sums, passed)
    flying = sums.choice("FLOAT", given[GROWING], left, 0.0)
    gone = sums.passed(given[BUILT], told["leave"], given[LEAVING])

    sums.new_row()
    hop = sums.math("MULTIPLY", sums.math("MULTIPLY", flying, sums.math("SUBTRACT", 1.0, flying)), 4.0)
    hopping = sums.vector(0.0, 0.0, sums.math("MULTIPLY", hop, given[HOP]))
    moved = sums.sum(
        sums.scaled(told["way"], flying),
        hopping,
        sums.scaled(told["off"], sums.math("MULTIPLY", gone, gone)),
        _joining(sums, given, told),
    )

    sums.new_row()
    quick = sums.choice("FLOAT", given[WAITING], sums.smooth(passed, 0.0, _QUICK), 1.0)
    grown = sums.choice("FLOAT", given[GROWING], quick, sums.math("SUBTRACT", 1.0, left))
    size = sums.math("MULTIPLY", grown, sums.math("SUBTRACT", 1.0, sums.smooth(gone, 0.5, 1.0)))

    sums.new_row()
    here = sums.choice("BOOLEAN", given[WAITING], sums.math("GREATER_THAN", given[BUILT], told["arrive"]), True)
    unseen = sums.node("FunctionNodeBooleanMath")
    unseen.operation = "NAND"
    sums.put(here, unseen.inputs[0])
    sums.put(sums.math("LESS_THAN", gone, 1.0), unseen.inputs[1])

    sums.new_row()
    remove = sums.node("GeometryNodeDeleteGeometry")
    remove.domain = "INSTANCE"
    move, turn, scale = (
        sums.node("GeometryNodeTranslateInstances"),
        sums.node("GeometryNodeRotateInstances"),
        sums.node("GeometryNodeScaleInstances"),
    )
    sums.put(given["Bricks"], remove.inputs["Geometry"])
    sums.put(unseen.outputs[0], remove.inputs["Selection"])
    sums.put(remove.outputs[0], move.inputs["Instances"])
    sums.put(moved, move.inputs["Translation"])
    move.inputs["Local Space"].default_value = False
    sums.put(move.outputs[0], turn.inputs["Instances"])
    sums.put(sums.scaled(told["tumble"], flying), turn.inputs["Rotation"])
    sums.put(turn.outputs[0], scale.inputs["Instances"])
    sums.put(size, scale.inputs["Scale"])
    sums.put(scale.outputs[0], sums.node("NodeGroupOutput").inputs["Bricks"])


def _joining(sums: _Sums, given: bpy.types.NodeOutputs, told: dict[str, Socket]) -> Socket:
    """Where a section is, from its place: beside the model, then up, across, and down onto it."""
    passed = sums.passed(given[BUILT], told["join"], given[JOINING])
    node = sums.node("ShaderNodeSeparateXYZ")
    sums.put(told["aside"], node.inputs[0])
    x, y, z = node.outputs
    up, across, down = sums.smooth(passed, 0.0, 0.4), sums.smooth(passed, 0.3, 0.75), sums.smooth(passed, 0.7, 1.0)
    not_yet = sums.math("SUBTRACT", 1.0, across)
    low = sums.math("MULTIPLY", z, sums.math("SUBTRACT", 1.0, up))
    lifted = sums.math("MULTIPLY", sums.math("MULTIPLY", up, given[LIFT]), sums.math("SUBTRACT", 1.0, down))
    return sums.vector(
        sums.math("MULTIPLY", x, not_yet), sums.math("MULTIPLY", y, not_yet), sums.math("ADD", low, lifted)
    )
