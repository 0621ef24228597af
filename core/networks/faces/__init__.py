"""A portrait becomes a head: the face is found, measured, straightened, and closed behind."""
