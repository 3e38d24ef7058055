"""`curate score`."""
