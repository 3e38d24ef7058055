"""The pages of `docs/` that follow from the code: `tools.md`, `audits.md` and `rules.md`.

    python -m curate.docs           writes them
    python -m curate.docs --check   exits 1, naming those that are out of date

Everything else in `docs/` is written by people; its code blocks are run by `tests/test_docs.py`.
"""

import inspect
import json
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from curate import console
from curate.audits.headers import GROUPS
from curate.audits.rules import load_rules
from curate.project import PACKAGE, Project
from curate.tools import all_tools
from curate.tools.allowed import PROGRAMS
from curate.tools.base import Tool, Workspace
from curate.workspaces import Change, WorkspaceSpec
from curate.workspaces.make import make

# One call a tool, made in tests/corpus, with two changes, when the page is written.
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "document_symbols": {"path": "src/parcelbox/errors.py"},
    "execute_code": {
        "code": 'found = ruff_check("src", select=["UP"])\nprint(found.violation_count)'
    },
    "find_references": {"path": "src/parcelbox/billing.py", "line": 12, "symbol": "invoice_line"},
    "git_diff": {"staged": True},
    "git_log": {"limit": 1},
    "git_status": {},
    "goto_definition": {"path": "src/parcelbox/billing.py", "line": 26, "symbol": "invoice_line"},
    "hover": {"path": "src/parcelbox/billing.py", "line": 26, "symbol": "invoice_line"},
    "pytest_run": {"path": "tests/test_carriers.py", "keyword": "heavy or discount"},
    "read_file": {"path": "src/parcelbox/errors.py", "start_line": 1, "end_line": 6},
    "ruff_check": {"path": "src/parcelbox/reports.py", "select": ["UP"]},
    "run_command": {"command": 'grep -rn "class .*Error" --include="*.py" src'},
    "typecheck": {"path": "src/parcelbox/billing.py"},
    "workspace_symbols": {"query": "UnknownCarrier"},
    "write_file": {"path": "docs/notes.md", "content": "# Notes\n"},
}
CHANGES = (
    Change(path="README.md", content="# parcelbox\n\nTrack parcels.\n", state="unstaged"),
    Change(path="lint.cfg", content="[lint]\nstrict = yes\n", state="staged"),
)
NOTICE = "<!-- written by `python -m curate.docs`; change the code, not this page -->"


def generated_pages(project: Project) -> dict[str, str]:
    """The text of each generated page by its file name."""
    ours = [tool for tool in all_tools().values() if type(tool).__module__.startswith("curate.")]
    return {
        "audits.md": audits_page(project),
        "rules.md": rules_page(project),
        "tools.md": tools_page(ours),
    }


def audits_page(project: Project) -> str:
    """A table of the audits: what each finds and what one row of it is, as its file says."""
    rows = []
    for path in project.files("sql/audits", "*.sql").values():
        header = path.read_text(encoding="utf-8").splitlines()
        grain = next(line.removeprefix("-- grain: ") for line in header if "-- grain: " in line)
        rows.append((f"`{path.stem}`", header[0].removeprefix("-- "), grain))
    return _page(
        "Audits",
        "Each is a query for bad rows in `sql/audits/`, and a build in which one finds rows fails. "
        "How to add one: [audit.md](audit.md).",
        _table(("audit", "finds", "a row is one"), rows),
    )


def rules_page(project: Project) -> str:
    """A table a group of rules, and the thresholds that they read, as their files say."""
    lead = (
        "What `curate audit` looks for in a dataset, the worst first. Each is a select in "
        "`sql/rules/`. An error harms training or measurement for sure and fails the audit, a "
        "warning is likely to, a note is for information; `[audit]` of `curate.toml` changes all "
        "that, and the thresholds: [auditing.md](auditing.md). How to add one: [rule.md](rule.md)."
    )
    rules = load_rules(project).values()
    sections = [
        f"## {group.capitalize()}\n\n" + _table(("rule", "severity", "finds", "why"), rows)
        for group in GROUPS
        if (
            rows := [
                (f"`{rule.rule}`", rule.severity, rule.title, rule.why)
                for rule in rules
                if rule.group == group
            ]
        )
    ]
    return _page("Rules", lead, *sections)


def tools_page(tools: Iterable[Tool]) -> str:
    """A section a tool: what a model is told of it, its typed result, and its limits."""
    lead = "The tools that a corpus may offer. How to add one: [tool.md](tool.md)."
    with example_workspace() as workspace:
        sections = [_section(tool, workspace) for tool in tools]
    return _page("Tools", lead, *sections, _programs())


@contextmanager
def example_workspace() -> Generator[Workspace]:
    """A copy of tests/corpus with a repository and CHANGES, tested by this Python's own pytest."""
    with tempfile.TemporaryDirectory(prefix="curate-docs-") as folder:
        tree = Path(folder, "parcelbox")
        shutil.copytree(PACKAGE.parent / "tests" / "corpus", tree)
        spec = WorkspaceSpec(
            source_id="parcelbox@local",
            tree_sha256="parcelbox",
            author="parcelbox maintainers",
            date="2026-01-01T00:00:00Z",
            changes=CHANGES,
        )
        made = make(spec, {"parcelbox": tree}, Path(folder))
        yield replace(made, environment=Path(sys.prefix))


def _section(tool: Tool, workspace: Workspace) -> str:
    module = sys.modules[type(tool).__module__]
    example = EXAMPLES[tool.name]
    parts = [
        f"## `{tool.name}`",
        (inspect.getdoc(module) or "").splitlines()[0].partition(": ")[2],
        f"`{json.dumps(example)}` returns:",
        _fence("text", tool.content(tool.call(workspace, example))),
        "It is offered as:",
        _fence("json", json.dumps(tool.schema()["function"], indent=2, ensure_ascii=False)),
        f"Result: {inspect.getdoc(tool.result)}",
        _table(("field", "type", "default"), _fields(tool.result.model_json_schema())),
    ]
    limits = [
        (f"`{name}`", f"{value:,}")
        for name, value in vars(module).items()
        if name.startswith("MAX_")
    ]
    return "\n\n".join([*parts, _table(("limit", "value"), limits)])


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Field, type and default of a result; those of a list's items as `errors[].line`."""
    rows = []
    for name, field in schema["properties"].items():
        default = json.dumps(field["default"]) if "default" in field else ""
        rows.append((f"`{name}`", _type(field), default))
        item = field.get("items", {}).get("$ref", "").rpartition("/")[2]
        if item:
            inner = schema["$defs"][item]["properties"]
            rows += [(f"`{name}[].{key}`", _type(value), "") for key, value in inner.items()]
    return rows


def _type(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    return field.get("type") or field["$ref"].rpartition("/")[2]


def _programs() -> str:
    rows = [
        (f"`{program}`", " ".join(f"`{option}{' …' * takes}`" for option, takes in options.items()))
        for program, options in PROGRAMS.items()
    ]
    lead = (
        "Nothing else is allowed, so that no option that writes, executes or reads elsewhere "
        "slips in. `…` is a value."
    )
    return "\n\n".join(["## What `run_command` allows", lead, _table(("program", "options"), rows)])


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", NOTICE, *parts]) + "\n"


def main(arguments: Sequence[str], folder: Path) -> int:
    """Write the generated pages into a folder, or with --check only compare; the exit status."""
    stale = []
    for name, text in generated_pages(Project(PACKAGE.parent)).items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        console.say(
            f"docs/{name} "
            + ("is out of date: python -m curate.docs" if "--check" in arguments else "was written")
        )
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PACKAGE.parent / "docs"))
