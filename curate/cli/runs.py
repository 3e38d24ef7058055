"""`curate runs`: every run that was made, and its curves."""
