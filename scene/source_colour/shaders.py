"""Which of a material's shaders show its colour, and through which input."""

from __future__ import annotations

from .node_links import Source

BODY, GLOW, SHEEN, NONE = 3, 2, 1, 0  # of two shaders that are mixed, the higher one shows the surface's colour

_COLOUR_SHADERS: dict[str, tuple[int, str]] = {
    "ShaderNodeBsdfPrincipled": (BODY, "Base Color"),
    "ShaderNodeBsdfDiffuse": (BODY, "Color"),
    "ShaderNodeBsdfToon": (BODY, "Color"),
    "ShaderNodeSubsurfaceScattering": (BODY, "Color"),
    "ShaderNodeBsdfMetallic": (BODY, "Base Color"),
    "ShaderNodeEeveeSpecular": (BODY, "Base Color"),
    "ShaderNodeEmission": (GLOW, "Color"),
    "ShaderNodeBackground": (GLOW, "Color"),
    "ShaderNodeBsdfTranslucent": (SHEEN, "Color"),
    "ShaderNodeBsdfAnisotropic": (SHEEN, "Color"),
    "ShaderNodeBsdfGlossy": (SHEEN, "Color"),
    "ShaderNodeBsdfGlass": (SHEEN, "Color"),
    "ShaderNodeBsdfRefraction": (SHEEN, "Color"),
    "ShaderNodeBsdfSheen": (SHEEN, "Color"),
    "ShaderNodeBsdfHair": (SHEEN, "Color"),
    "ShaderNodeBsdfHairPrincipled": (SHEEN, "Color"),
}

MIX = "ShaderNodeMixShader"
ADD = "ShaderNodeAddShader"
TRANSPARENT = {"ShaderNodeBsdfTransparent", "ShaderNodeHoldout"}
PRINCIPLED = "ShaderNodeBsdfPrincipled"


def colour_input(shader: Source) -> str | None:
    """The name of the input that holds a shader's colour; None for mixes and for shaders without one."""
    if shader.is_value or shader.node.bl_idname not in _COLOUR_SHADERS:
        return None
    if shader.node.bl_idname == PRINCIPLED and _only_glows(shader):
        return "Emission Color"
    return _COLOUR_SHADERS[shader.node.bl_idname][1]


def _only_glows(principled: Source) -> bool:
    base, strength = principled.input("Base Color"), principled.input("Emission Strength")
    dark = base.is_value and base.value[:3].max() <= 0
    return dark and not (strength.is_value and strength.value[0] <= 0)


def rank(shader: Source) -> int:
    """How surely this shader shows the surface's colour."""
    if shader.is_value:
        return NONE
    if shader.node.bl_idname in {MIX, ADD}:
        return max(rank(branch) for branch in branches(shader))
    return _COLOUR_SHADERS.get(shader.node.bl_idname, (NONE, ""))[0]


def branches(shader: Source) -> tuple[Source, Source]:
    """The two shaders of a Mix or Add Shader."""
    inputs = [socket for socket in shader.node.inputs if socket.type == "SHADER"]
    return shader.input(inputs[0].identifier), shader.input(inputs[1].identifier)


def leading_branch(shader: Source) -> int | None:
    """Which branch, 0 or 1, alone shows the colour; None when a Mix Shader shows both."""
    first, second = (rank(branch) for branch in branches(shader))
    if first != second:
        return int(second > first)
    return 0 if shader.node.bl_idname == ADD else None
