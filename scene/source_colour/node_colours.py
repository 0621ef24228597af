"""What the colour and number sockets of a node tree give over the surface, as far as it can be followed."""

from __future__ import annotations

from collections.abc import Callable

import bpy
import numpy as np

from ...core.pieces import Pieces
from .colour_fields import Field, NotFollowable, Texels, as_colour, as_number, combined, constant, multiplied
from .images import darkened_pieces, has_known_colours, image_pieces, is_missing
from .node_links import Source
from .node_sums import BLENDS, NUMBER_SUMS, brightened, hue_shifted, mixed
from .texture_placement import texture_placement


class MissingImage(Exception):  # caught by the one who knows what to show instead
    """A texture has no pixels; the message says which and what to do."""


class PixelsNeeded(Exception):  # caught by the one who brings them
    """A texture has not been brought yet; it is, with `NodeColours.bring`, before the question is asked again."""

    def __init__(self, image: bpy.types.Image, darkened: bool) -> None:
        super().__init__(image.name)
        self.image, self.darkened = image, darkened


class NodeColours:
    """Follows sockets to fields; keeps the textures, so that an image shared by materials is converted once."""

    def __init__(self) -> None:
        self._textures: dict[tuple[str, bool], np.ndarray] = {}

    def colour(self, source: Source) -> Field:
        """The linear RGB that a source gives. Raises NotFollowable, MissingImage or PixelsNeeded."""
        return as_colour(self._field(source))

    def number(self, source: Source) -> Field:
        """The number that a source gives. Raises NotFollowable, MissingImage or PixelsNeeded."""
        return as_number(self._field(source))

    def texture(self, image: bpy.types.Image, darkened: bool) -> np.ndarray:
        """The image's pixels (H, W, 4) uint8; `darkened`: colour times alpha. Raises PixelsNeeded."""
        try:
            return self._textures[image.name_full, darkened]
        except KeyError:
            raise PixelsNeeded(image, darkened) from None

    def bring(self, needed: PixelsNeeded) -> Pieces[None]:
        """Bring what was needed."""
        name = needed.image.name_full
        if (name, False) not in self._textures:
            self._textures[name, False] = yield from image_pieces(needed.image)
        elif needed.darkened:
            plain = self._textures[name, False]
            self._textures[name, True] = yield from darkened_pieces(plain, needed.image)

    def _field(self, source: Source) -> Field:
        if source.is_value:
            return _own_value(source)
        reader = _READERS.get(source.node.bl_idname)
        if reader is None:
            raise NotFollowable(f"has a {source.node.bl_label} node")
        return reader(self, source)


def _own_value(source: Source) -> Field:
    if source.value is None:
        raise NotFollowable(f"leaves '{source.socket.name}' of a {source.node.bl_label} node open")
    return constant(source.value[:3])


def _output_value(colours: NodeColours, source: Source) -> Field:
    value = np.atleast_1d(np.array(source.socket.default_value, float))
    return constant(value[:3])


def _image(colours: NodeColours, source: Source) -> Field:
    node, image = source.node, source.node.image
    if image is None:
        raise MissingImage("has an Image Texture node without an image; choose one")
    if is_missing(image):
        raise MissingImage(
            f"has no pixels for its image '{image.name}' ({image.filepath or 'no file'}); "
            "use File > External Data > Find Missing Files"
        )
    if node.projection != "FLAT":
        raise NotFollowable(f"projects its image '{image.name}' as a {node.projection.lower()}")
    if not has_known_colours(image):
        kind = image.source.lower() if image.source not in {"FILE", "GENERATED"} else image.colorspace_settings.name
        raise NotFollowable(f"has an image '{image.name}' of the kind '{kind}'")
    placement = texture_placement(source.input("Vector"), node.extension)
    # Blender's shaders multiply an image's colour by its alpha when nothing uses the alpha.
    ignored = image.colorspace_settings.is_data or image.alpha_mode in {"CHANNEL_PACKED", "NONE"}
    darkened = not (ignored or node.outputs["Alpha"].is_linked)
    alpha = source.socket.name == "Alpha"
    texels = Texels(placement, colours.texture(image, darkened), alpha)
    return Field(np.ones(1 if alpha else 3, np.float32), texels)


def _colour_attribute(colours: NodeColours, source: Source) -> Field:
    return Field(np.ones(1 if source.socket.name == "Alpha" else 3, np.float32), attribute=source.node.layer_name)


def _attribute(colours: NodeColours, source: Source) -> Field:
    node = source.node
    if node.attribute_type != "GEOMETRY" or source.socket.name not in {"Color", "Alpha"}:
        raise NotFollowable(f"reads '{source.socket.name}' of the attribute '{node.attribute_name}'")
    return Field(np.ones(1 if source.socket.name == "Alpha" else 3, np.float32), attribute=node.attribute_name)


def _mix(colours: NodeColours, source: Source) -> Field:
    node = source.node
    if node.data_type == "FLOAT":
        share, first, second = (colours.number(source.input(name)) for name in ("Factor_Float", "A_Float", "B_Float"))
        return combined(mixed, _clamped(share, node.clamp_factor), first, second)
    if node.data_type != "RGBA":
        raise NotFollowable("mixes vectors")
    share = _clamped(colours.number(source.input("Factor_Float")), node.clamp_factor)
    result = _blended(colours, node.blend_type, share, source.input("A_Color"), source.input("B_Color"))
    return _clamped(result, node.clamp_result)


def _mix_rgb(colours: NodeColours, source: Source) -> Field:
    share = _clamped(colours.number(source.input("Fac")), True)
    result = _blended(colours, source.node.blend_type, share, source.input("Color1"), source.input("Color2"))
    return _clamped(result, source.node.use_clamp)


def _blended(colours: NodeColours, blend: str, share: Field, first: Source, second: Source) -> Field:
    if blend not in BLENDS:
        raise NotFollowable(f"mixes colours by '{blend.lower()}'")
    # What can't be seen need not be followed.
    if share.is_constant and share.factor[0] == 0:
        return colours.colour(first)
    if share.is_constant and share.factor[0] == 1 and blend == "MIX":
        return colours.colour(second)
    below, above = colours.colour(first), colours.colour(second)
    if blend == "MULTIPLY":
        if share.is_constant and share.factor[0] == 1:
            return multiplied(below, above)
        return multiplied(below, combined(lambda part, colour: 1 - part + part * colour, share, above))
    return combined(lambda part, a, b: mixed(part, a, BLENDS[blend](a, b)), share, below, above)


def _clamped(field: Field, clamp: bool) -> Field:
    harmless = field.is_constant is False and float(field.factor.max()) <= 1 and float(field.factor.min()) >= 0
    if not clamp or (harmless and (field.texels is None or field.texels.image is not None)):
        return field  # bytes and attributes times a factor up to 1 stay in 0..1
    return combined(lambda values: np.clip(values, 0, 1), field)


def _gamma(colours: NodeColours, source: Source) -> Field:
    inputs = colours.colour(source.input("Color")), colours.number(source.input("Gamma"))
    return combined(lambda colour, gamma: np.power(np.maximum(colour, 0), gamma), *inputs)


def _hue_saturation(colours: NodeColours, source: Source) -> Field:
    numbers = [colours.number(source.input(name)) for name in ("Hue", "Saturation", "Value", "Fac")]
    return combined(hue_shifted, colours.colour(source.input("Color")), *numbers)


def _bright_contrast(colours: NodeColours, source: Source) -> Field:
    numbers = [colours.number(source.input(name)) for name in ("Bright", "Contrast")]
    return combined(brightened, colours.colour(source.input("Color")), *numbers)


def _invert(colours: NodeColours, source: Source) -> Field:
    share, colour = colours.number(source.input("Fac")), colours.colour(source.input("Color"))
    return combined(lambda part, values: mixed(part, values, 1 - values), share, colour)


def _grey(colours: NodeColours, source: Source) -> Field:
    return as_number(colours.colour(source.input("Color")))


def _colour_ramp(colours: NodeColours, source: Source) -> Field:
    ramp = source.node.color_ramp
    channels = slice(3, 4) if source.socket.name == "Alpha" else slice(0, 3)
    steps = np.linspace(0, 1, 1025)
    table = np.array([ramp.evaluate(step) for step in steps], np.float32)[:, channels]
    rows = colours.number(source.input("Fac"))
    return combined(lambda share: table[np.rint(np.clip(share[..., 0], 0, 1) * 1024).astype(np.intp)], rows)


def _math(colours: NodeColours, source: Source) -> Field:
    node = source.node
    if node.operation not in NUMBER_SUMS:
        raise NotFollowable(f"computes a '{node.operation.lower()}'")
    first = colours.number(source.input(node.inputs[0].identifier))
    if node.operation == "ROUND":
        return combined(lambda value: NUMBER_SUMS["ROUND"](value, value), first)
    second = colours.number(source.input(node.inputs[1].identifier))
    both = multiplied if node.operation == "MULTIPLY" else lambda a, b: combined(NUMBER_SUMS[node.operation], a, b)
    return _clamped(both(first, second), node.use_clamp)


def _light_path(colours: NodeColours, source: Source) -> Field:
    """As the camera sees the surface."""
    return constant(1.0 if source.socket.name == "Is Camera Ray" else 0.0)


_READERS: dict[str, Callable[[NodeColours, Source], Field]] = {
    "ShaderNodeRGB": _output_value,
    "ShaderNodeValue": _output_value,
    "ShaderNodeTexImage": _image,
    "ShaderNodeVertexColor": _colour_attribute,
    "ShaderNodeAttribute": _attribute,
    "ShaderNodeMix": _mix,
    "ShaderNodeMixRGB": _mix_rgb,
    "ShaderNodeGamma": _gamma,
    "ShaderNodeHueSaturation": _hue_saturation,
    "ShaderNodeBrightContrast": _bright_contrast,
    "ShaderNodeInvert": _invert,
    "ShaderNodeRGBToBW": _grey,
    "ShaderNodeValToRGB": _colour_ramp,
    "ShaderNodeMath": _math,
    "ShaderNodeLightPath": _light_path,
}
