"""Meshes in: files and objects, as Blender shows them, become one Mesh of the core."""
