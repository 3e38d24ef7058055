"""How most rows of a dataset write their calls, and the rows that write them otherwise."""

from typing import TYPE_CHECKING

from curate.repairs.dialect import Style

if TYPE_CHECKING:
    import duckdb

TEMPLATED = "qwen3_coder"  # its template has one layout, with a line break after each tag
DIALECTS = """
select dialect, count(*) as count_rows, min(row_id) as first_row
from (select row_id, unnest(dialects) as dialect from dataset_rows)
where dialect <> 'code'
and row_id not in (select row_id from dataset_faults where rule = 'call_written_twice')
group by all order by count_rows desc, first_row, dialect
"""
BREAKS = """
select
  contains(content, '<tool_call>' || chr(10)) as breaks_call,
  count(*) as count_messages,
  min(row_id)
from dataset_messages
where role = 'assistant' and count_calls > 0
and contains(content, '<tool_call>') and not contains(content, '<function=')
group by all order by 2 desc, 3
"""
CALLING = """
select distinct line
from dataset_rows join dataset_messages using (row_id)
where role = 'assistant' and count_calls > 0 and file_id = ?
"""
OTHERS = """
select line from dataset_rows
where file_id = ? and not list_has_all(?, dialects)
"""


def usual_style(connection: "duckdb.DuckDBPyConnection") -> Style | None:
    """The commonest style of a dataset; of a dialect with a template, its layout."""
    dialect = connection.execute(DIALECTS).fetchone()
    if dialect is None:
        return None
    breaks = connection.execute(BREAKS).fetchone()
    if dialect[0] == TEMPLATED or breaks is None:
        return Style(dialect[0])
    return Style(dialect[0], breaks[0])


def lines_in_other_dialects(
    connection: "duckdb.DuckDBPyConnection", file_id: int, style: Style
) -> list[int]:
    """The lines of a file whose rows have a call that is not in this dialect."""
    rows = connection.execute(OTHERS, [file_id, [style.dialect, "code"]]).fetchall()
    return [line for (line,) in rows]


def lines_with_calls(connection: "duckdb.DuckDBPyConnection", file_id: int) -> list[int]:
    """The lines of a file whose rows have a call written in them."""
    return [line for (line,) in connection.execute(CALLING, [file_id]).fetchall()]
