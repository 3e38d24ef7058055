"""The stages: one file each, a function over a `Build`; they meet in tables, never in imports."""
