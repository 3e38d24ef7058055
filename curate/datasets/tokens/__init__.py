"""What training and serving make of a row: rendered, tokenised, cut, and read back by the server.

The tokenizer, its wrapper and the parsers of calls are those of the installed mlx-lm, so that what
is said here of a row is what happens to it there. Nothing here needs mlx.
"""
