"""Changes by hand: some parts of a plan are recoloured, split, merged, deleted, locked, and the rest packed anew."""
