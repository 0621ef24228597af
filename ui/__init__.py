"""Properties and panels: drawn from stored values, nothing is computed here."""
