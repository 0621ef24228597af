"""Mosaics and reliefs: an image rebuilt from single studs, with the studs that somebody owns."""
