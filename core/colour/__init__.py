"""Colour spaces, colour differences, palettes and textures."""
