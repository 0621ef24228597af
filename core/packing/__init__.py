"""From cells to parts."""
