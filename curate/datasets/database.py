"""The DuckDB database that a dataset is read into, a file in a folder that is gone afterwards."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    import duckdb

FILE_NAME = "dataset.duckdb"


@contextmanager
def open_database(folder: Path, memory_limit: str) -> "Generator[duckdb.DuckDBPyConnection]":
    """FILE_NAME in the folder, made where it is missing; it spills there, not into memory."""
    import duckdb

    spilled = str(folder / "spilled").replace("'", "''")
    connection = duckdb.connect(str(folder / FILE_NAME))
    try:
        connection.execute(f"set memory_limit = '{memory_limit}'")
        # written once, read a few times: half the time of filling it, three times the disk
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute("set enable_progress_bar = false")  # it prints into pipes, too
        connection.execute(f"set temp_directory = '{spilled}'")
        yield connection
    finally:
        connection.close()
