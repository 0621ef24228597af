"""Files made from a plan."""
