"""Facts of one file: bytes in, rows out. No database, no clock, no printing."""
