"""The facts of a chunk of files, as frames for the tables of facts. Runs in any process."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.facts.docs import Section, doc_sections
from curate.facts.python import extract
from curate.facts.rows import Base, Call, Decorator, Drop, Import, Symbol

if TYPE_CHECKING:
    import polars as pl

LANGUAGES = {".py": "python", ".pyi": "python", ".md": "markdown", ".rst": "rst"}

# table of facts -> the rows it holds
ROWS: dict[str, Any] = {
    "file_symbols": Symbol,
    "file_imports": Import,
    "file_calls": Call,
    "file_bases": Base,
    "file_decorators": Decorator,
    "file_doc_sections": Section,
}
NUMBERED = {
    "file_imports",
    "file_calls",
}  # whose rows are told apart by their place in the file only
FILE_COLUMNS = (
    "file_sha256",
    "extractor",
    "language",
    "parser",
    "line_count",
    "docstring",
    "exports",
    "drop_reason",
)


class FileTask(NamedTuple):
    """A file to read: the key of its facts, and where it lies on this machine."""

    file_sha256: str
    extractor: str
    language: str
    path: str


class FileFound(NamedTuple):
    """One row of file_facts without its key, and the rows of the other tables."""

    parser: str | None
    line_count: int
    docstring: str | None
    exports: list[str] | None
    drop_reason: str | None
    tables: dict[str, Sequence[Any]]


def facts_of(tasks: Sequence[FileTask]) -> dict[str, "pl.DataFrame"]:
    """A frame for each table of facts; every file gives one row of file_facts."""
    found = [
        (task, _found(task.language, task.path, Path(task.path).read_bytes())) for task in tasks
    ]
    frames = {
        table: _frame(
            table, row, [(task.file_sha256, file.tables.get(table, ())) for task, file in found]
        )
        for table, row in ROWS.items()
    }
    return {"file_facts": _file_frame(found), **frames}


def _found(language: str, path: str, content: bytes) -> FileFound:
    line_count = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    if language != "python":
        found = doc_sections(path, content)
        if isinstance(found, Drop):
            return FileFound(None, line_count, None, None, found.reason, {})
        return FileFound(None, line_count, None, None, None, {"file_doc_sections": found})
    facts = extract(content, len(content))
    if isinstance(facts, Drop):
        return FileFound(None, line_count, None, None, facts.reason, {})
    tables = {
        "file_symbols": facts.symbols,
        "file_imports": facts.imports,
        "file_calls": facts.calls,
        "file_bases": facts.bases,
        "file_decorators": facts.decorators,
    }
    return FileFound(
        facts.parser, facts.line_count, facts.module_summary, facts.all_names, None, tables
    )


def _file_frame(found: Sequence[tuple[FileTask, FileFound]]) -> "pl.DataFrame":
    import polars as pl

    rows = [(*task[:3], *file[:5]) for task, file in found]
    types = {"line_count": pl.Int64, "exports": pl.List(pl.String)}
    return pl.DataFrame(
        rows, schema={column: types.get(column, pl.String) for column in FILE_COLUMNS}, orient="row"
    )


def _frame(table: str, row: Any, files: Sequence[tuple[str, Sequence[Any]]]) -> "pl.DataFrame":
    """The rows of one table over several files, column by column."""
    import polars as pl

    rows = [fact for _, facts in files for fact in facts]
    columns: dict[str, Sequence[Any]] = dict.fromkeys(row._fields, ())
    if rows:
        columns = dict(zip(row._fields, zip(*rows, strict=True), strict=True))
    if "parameters" in columns:
        columns["parameters"] = [
            [parameter._asdict() for parameter in parameters]
            for parameters in columns["parameters"]
        ]
    numbers = (
        {"ordinal": [i for _, facts in files for i in range(len(facts))]}
        if table in NUMBERED
        else {}
    )
    keys = {"file_sha256": [sha256 for sha256, facts in files for _ in facts]}
    return pl.DataFrame(
        {**keys, **numbers, **columns},
        schema={name: _type(table, name) for name in (*keys, *numbers, *columns)},
    )


def _type(table: str, column: str) -> Any:
    import polars as pl

    if column == "parameters":
        return pl.List(
            pl.Struct(dict.fromkeys(("name", "kind", "annotation", "default"), pl.String))
        )
    if (table, column) in {("file_symbols", "decorators"), ("file_symbols", "bases")}:
        return pl.List(pl.String)
    if column.startswith("is_"):
        return pl.Boolean
    is_number = column.endswith("line") or column in {"ordinal", "column", "count_args", "level"}
    return pl.Int64 if is_number else pl.String
