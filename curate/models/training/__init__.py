"""Training: what is trained, in which batches, whether it can work here, and the run itself."""
