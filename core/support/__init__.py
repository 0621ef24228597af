"""What holds up what hangs over: overhangs, offsets of the shape, and supports that come off after the build."""
