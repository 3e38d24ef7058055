"""The rooms that know mlx-lm: a model is trained, fused, quantised, served and scored here.

Everything imports mlx and mlx_lm where it is used. Nothing here is needed to build a corpus.
"""
