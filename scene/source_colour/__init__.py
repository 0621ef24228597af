"""The colours that materials give a surface: read from their shader nodes, or baked where these can't be followed."""
