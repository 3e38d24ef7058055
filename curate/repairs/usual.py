"""How most rows of each file write their calls, and the rows that write them otherwise."""

from typing import TYPE_CHECKING

from curate.repairs.dialect import Style

if TYPE_CHECKING:
    import duckdb

DIALECTS = """
select file_id, dialect, count(*) as count_rows
from (select file_id, unnest(dialects) as dialect from dataset_rows)
where dialect <> 'code'
group by all order by file_id, count_rows desc, dialect
"""
BREAKS = r"""
select
  file_id,
  contains(content, '<function=') as is_xml,
  contains(content, '<tool_call>' || chr(10)) as breaks_call,
  regexp_matches(content, '<function=[^>]*>\n') as breaks_function,
  count(*) as count_messages
from dataset_messages join dataset_rows using (row_id)
where role = 'assistant' and count_calls > 0 and contains(content, '<tool_call>')
group by all order by file_id, count_messages desc, breaks_call desc, breaks_function desc
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


def usual_styles(connection: "duckdb.DuckDBPyConnection") -> dict[int, Style]:
    """The commonest style of each file that has calls in it, by its file_id."""
    styles: dict[int, Style] = {}
    for file_id, dialect, _ in connection.execute(DIALECTS).fetchall():
        styles.setdefault(file_id, Style(dialect))
    laid = connection.execute(BREAKS).fetchall()
    for file_id, style in styles.items():
        for of_file, is_xml, breaks_call, breaks_function, _ in laid:
            if of_file == file_id and is_xml == (style.dialect == "qwen3_coder"):
                styles[file_id] = Style(style.dialect, breaks_call, breaks_function)
                break
    return styles


def lines_in_other_dialects(
    connection: "duckdb.DuckDBPyConnection", file_id: int, style: Style
) -> list[int]:
    """The lines of a file whose rows have a call that is not in this dialect."""
    rows = connection.execute(OTHERS, [file_id, [style.dialect, "code"]]).fetchall()
    return [line for (line,) in rows]


def lines_with_calls(connection: "duckdb.DuckDBPyConnection", file_id: int) -> list[int]:
    """The lines of a file whose rows have a call written in them."""
    return [line for (line,) in connection.execute(CALLING, [file_id]).fetchall()]
