"""Rules over a dataset that somebody made: what each finds, and what it found."""
