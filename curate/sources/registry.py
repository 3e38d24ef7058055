"""`corpora/sources.toml`: read into typed sources, and one table of it written back.

    [sources.flask]
    kind = "pypi"
    version = "3.1.3"
    sha256 = "0ef0e52b..."
    license_spdx = "BSD-3-Clause"
    category = "web"

Does not fetch anything; see `fetch` and `pin`.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from curate.errors import CurateError
from curate.sources.atomic import write_whole
from curate.sources.source import CATEGORIES, KINDS, SOURCE, Source, normal_form

# The order of the keys of a table as `write_source` writes it.
KEYS = (
    "kind",
    "version",
    "url",
    "commit",
    "path",
    "sha256",
    "filename",
    "date",
    "license_spdx",
    "category",
    "run_tests",
    "test_pins",
    "history",
)


@dataclass(frozen=True)
class Registry:
    """The sources of one file, by name, in the file's order."""

    path: Path
    sources: Mapping[str, Source]

    def __getitem__(self, name: str) -> Source:
        """The source called `name`. Raises CurateError with the known names."""
        if name not in self.sources:
            near = get_close_matches(name, self.sources, n=1)
            pin = f"curate sources pin {normal_form(name)} --category {CATEGORIES[-1]}"
            raise CurateError(
                where=str(self.path),
                what=f"there is no source {name!r}\nsources: {', '.join(self.sources) or '(none)'}",
                fix=f"write {near[0]!r}, if that is meant" if near else pin,
            )
        return self.sources[name]


def read_registry(path: Path, *further: Path) -> Registry:
    """Every source of `path`, checked, and of `further` files, whose tables win.

    Raises CurateError for the first thing that is wrong.
    """
    sources: dict[str, Source] = {}
    for file in (path, *further):
        tables = _tables(file, _read_text(file))
        sources |= {name: _source(file, name, table) for name, table in tables.items()}
    return Registry(path=(path, *further)[-1], sources=MappingProxyType(sources))


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CurateError(
            where=str(path),
            what="the file of pinned sources does not exist",
            fix="curate sources pin flask --category web",
        ) from None
    except UnicodeDecodeError as error:
        raise CurateError(
            where=str(path),
            what=f"byte {error.start} is not UTF-8, as TOML demands",
            fix="save the file as UTF-8",
        ) from None


def _tables(path: Path, text: str) -> dict[str, object]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CurateError(
            where=str(path), what=f"not TOML: {error}", fix="mend that line"
        ) from None
    strangers = sorted(document.keys() - {"sources"})
    tables = document.get("sources", {})
    if strangers or not isinstance(tables, dict):
        raise CurateError(
            where=str(path),
            what=f"{strangers[0] if strangers else 'sources'} is not a table of sources",
            fix="begin each source with a line [sources.NAME]",
        )
    return tables


def _source(path: Path, name: str, table: object) -> Source:
    where = f"{path}: sources.{name}"
    if not isinstance(table, dict):
        raise CurateError(
            where=where,
            what=f"is {table!r}, not a table",
            fix=f"begin the source with a line [sources.{normal_form(name)}]",
        )
    kind = table.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise CurateError(
            where=where,
            what=f"kind is {kind!r}" if "kind" in table else "kind is missing",
            fix=f"write kind as one of {', '.join(KINDS)}",
        )
    accepted = [key for key in KEYS if key in model.model_fields]
    for key in table:
        if key not in accepted:
            raise CurateError(
                where=where,
                what=f"{key} is not a key of a {kind} source",
                fix=f"use the keys {', '.join(accepted)}",
            )
    try:
        return SOURCE.validate_python({"name": name, **table})
    except ValidationError as errors:
        raise _invalid(where, errors) from None


def _invalid(where: str, errors: ValidationError) -> CurateError:
    """The CurateError for the first thing pydantic found: the key, its value, what is accepted."""
    error = errors.errors()[0]
    # The first is the kind; the others lead to the value, as history[2].date.
    key = "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"][1:]
    ).removeprefix(".")
    if error["type"] == "missing":
        return CurateError(where=where, what=f"{key} is missing", fix=f"add {key} = ...")
    value = where.rpartition("sources.")[2] if key == "name" else error["input"]
    if error["type"] == "value_error":
        accepted = str(error["ctx"]["error"])
    else:
        accepted = error["msg"][0].lower() + error["msg"][1:]
    return CurateError(
        where=where, what=f"{key} is {value!r}\n{accepted}", fix=f"write another {key}"
    )


def write_source(path: Path, source: Source) -> None:
    """Write the table of `source` into `path`: in place of its old one, else at the end.

    The other tables, their order and every whole-line comment stay as they are.
    """
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    before = _tables(path, old)
    lines = old.splitlines()
    start, stop = _span(lines, source.name)
    comments = [line for line in lines[start + 1 : stop] if line.lstrip().startswith("#")]
    if start == stop and lines:
        comments = []
        lines.append("")
        start = stop = len(lines)
    new = "\n".join([*lines[:start], _table(source, comments), *lines[stop:]]) + "\n"
    fields = _fields(source)
    try:
        is_as_meant = _tables(path, new) == before | {source.name: fields}
    except CurateError:
        is_as_meant = False
    if not is_as_meant:
        raise CurateError(
            where=str(path),
            what=f"the table of {source.name} cannot be found by its line [sources.{source.name}]",
            fix=f"write it by hand:\n  {_table(source, []).replace(chr(10), chr(10) + '  ')}",
        )
    write_whole(path, new.encode())


def _span(lines: list[str], name: str) -> tuple[int, int]:
    """First line and line after the last of a table; both len(lines) when there is none.

    Blank lines and comments right before the next header belong to that header.
    """
    header = re.compile(rf"""\s*\[\s*["']?sources["']?\s*\.\s*["']?{re.escape(name)}["']?\s*\]""")
    starts = [number for number, line in enumerate(lines) if header.match(line)]
    if not starts:
        return len(lines), len(lines)
    start = starts[0]
    stop = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number].strip()
        if line.startswith("["):
            break
        if line and not line.startswith("#"):
            stop = number + 1
    return start, stop


def _fields(source: Source) -> dict[str, object]:
    """What a table of this source says: no name, and nothing that is empty."""
    fields = source.model_dump(mode="json", exclude={"name"}, exclude_none=True)
    return {key: value for key, value in fields.items() if value != []}


def _table(source: Source, comments: list[str]) -> str:
    fields = _fields(source)
    pairs = [f"{key} = {_value(fields[key])}" for key in KEYS if key in fields]
    return "\n".join([f"[sources.{source.name}]", *comments, *pairs])


def _value(value: object) -> str:
    """A value as TOML; a list has a line for each of its own."""
    if isinstance(value, list):
        return "\n".join(["[", *(f"  {_value(row)}," for row in value), "]"])
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(part)}' for key, part in value.items())} }}"
    # A JSON string without escaped non-ASCII is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)
