"""`curate fuse`, `curate quantize` and `curate serve`."""
