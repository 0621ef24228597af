"""The only code that touches Blender's data: meshes in, bricks, materials and pictures out."""
