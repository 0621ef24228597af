"""From a mesh to the cells it fills and the colours of its surface."""
