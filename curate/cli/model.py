"""`curate model`: models of our own."""
