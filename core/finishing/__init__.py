"""The surface finish: slopes and tiles in place of steps and studs, where the mesh wants them.

The parts are laid in cells first; then some of them are exchanged for parts whose surface lies nearer to the mesh's.
`finish` is the one way in. What a part fills is known in fine cells (`profiles.py`, `solids.py`), candidates are
weighed all at once (`slopes.py`, `tiles.py`), and what is taken is built in without losing a connection
(`exchanging.py`).
"""
