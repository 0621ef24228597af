"""A model that an operator has built comes into the scene."""

import bpy

from ..core.plan import Plan
from ..scene.bricks import show_plan
from .reporting import tell_built


def show_built(operator: bpy.types.Operator, context: bpy.types.Context, plan: Plan) -> bpy.types.Object:
    """Show a plan as the scene's choices say, as the active object, and tell what it is; gives the object."""
    chosen = context.scene.brickprint
    bricks = show_plan(context, plan, chosen.look, outlined=chosen.outline)
    bpy.ops.object.select_all(action="DESELECT")
    context.view_layer.objects.active = bricks  # not selected: outlines of all bricks would hide their colours
    tell_built(operator, plan)
    return bricks
