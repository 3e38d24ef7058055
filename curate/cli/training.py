"""`curate probe` and `curate train`."""
