"""The order of a file's rows, so that each stretch of it holds every class in its share.

mixed(["direct", "direct", "tool", "tool", "tool", "tool"])  ->  [2, 0, 3, 4, 1, 5]
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

from curate.audits.rules import Rule, run_rules

if TYPE_CHECKING:
    import duckdb

ORDER = "order_clustered"
CLASSES = """
with firsts as (
  select row_id, arg_min(tool, position) as tool from int_used_calls group by row_id
)

select line, coalesce(firsts.tool, rows.kind)
from dataset_rows as rows left join firsts using (row_id)
where file_id = ? order by row_id
"""


def mixed(classes: Sequence[Hashable]) -> list[int]:
    """Positions of the rows in their new order.

    Rows of one class keep their order and stand at even distances, so that mixing what is mixed
    changes nothing.
    """
    sizes = Counter(classes)
    seen = Counter[Hashable]()
    places = []
    for position, name in enumerate(classes):
        places.append(((2 * seen[name] + 1) / (2 * sizes[name]), str(name), position))
        seen[name] += 1
    return [position for _, _, position in sorted(places)]


def new_orders(
    connection: "duckdb.DuckDBPyConnection", rules: Mapping[str, Rule]
) -> dict[int, list[int]]:
    """The lines of each file whose rows of one class stand together, mixed; by its file_id."""
    if ORDER not in rules:
        return {}
    run_rules(connection, [rules[ORDER]])
    clustered = connection.execute(
        "select distinct rows.file_id from rule_rows join dataset_rows as rows using (row_id)"
    ).fetchall()
    orders = {}
    for (file_id,) in clustered:
        rows = connection.execute(CLASSES, [file_id]).fetchall()
        orders[file_id] = [rows[position][0] for position in mixed([name for _, name in rows])]
    return orders
