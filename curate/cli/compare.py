"""`curate compare`."""
