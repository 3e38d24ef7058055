"""Tool-calling training data: made from real code, executed for real, proven before it leaves."""
