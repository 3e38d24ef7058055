"""Reports of an audit: one file a format, each with `render(audited) -> str`."""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from curate.errors import CurateError
from curate.reporting.audited import Audited

Format = Literal["text", "json", "github", "junit", "sarif", "markdown"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(audited: Audited, form: Format) -> str:
    """The report in a format, without a newline at its end."""
    return importlib.import_module(f"{__name__}.{form}").render(audited).removesuffix("\n")


def read_reports(given: Iterable[str]) -> list[tuple[Format, Path]]:
    """Reports wanted in files, each written as `sarif=audit.sarif`: their formats and paths.

    Raises CurateError for what is no format and file.
    """
    reports: list[tuple[Format, Path]] = []
    for text in given:
        name, _, path = text.partition("=")
        form = next((form for form in FORMATS if form == name), None)
        if form is None or not path:
            raise CurateError(
                f"--report {text}",
                f"is not FORMAT=FILE\nformats: {', '.join(FORMATS)}",
                "write --report sarif=audit.sarif",
            )
        reports.append((form, Path(path)))
    return reports


def write_reports(audited: Audited, reports: Iterable[tuple[Format, Path]]) -> None:
    """Write reports to files, and the folders that they lie in."""
    for form, path in reports:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{render(audited, form)}\n", encoding="utf-8", newline="\n")
