"""What all databases here have in common."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    import duckdb


@contextmanager
def transaction(connection: "duckdb.DuckDBPyConnection") -> "Generator[None]":
    """All of the writes inside, or none."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
