"""The method, without Blender: meshes in, plans and files out. Nothing here imports bpy."""
