"""What becomes of a model's weights after training: fused, quantised, compared with before."""
