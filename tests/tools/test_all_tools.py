"""Which tools there are: one file each, and what is installed under `curate.tools`."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

import curate.plugins
from curate.errors import CurateError
from curate.tools import all_tools
from curate.tools.read_file import ReadFile

NAMES = [
    "document_symbols", "execute_code", "find_references", "git_diff", "git_log", "git_status",
    "goto_definition", "hover", "pytest_run", "read_file", "ruff_check", "run_command", "typecheck",
    "workspace_symbols", "write_file",
]  # fmt: skip


class Weather(ReadFile):
    name = "weather"


class OtherReadFile(ReadFile):
    name = "read_file"


class NoTool:
    name = "none"


@pytest.fixture
def installed(monkeypatch):
    """Puts classes of this module under the entry-point group, as an installed package does."""

    def install(*classes):
        found = EntryPoints(EntryPoint(cls, f"{__name__}:{cls}", "curate.tools") for cls in classes)
        monkeypatch.setattr(curate.plugins, "entry_points", lambda group: found.select(group=group))
        all_tools.cache_clear()

    yield install
    all_tools.cache_clear()


def test_the_tools_are_sorted_by_name():
    assert list(all_tools()) == NAMES
    assert {name: tool.name for name, tool in all_tools().items()} == {n: n for n in all_tools()}


def test_the_tools_of_each_family_are_those_of_the_design():
    families: dict[str, list[str]] = {}
    for name, tool in all_tools().items():
        families.setdefault(tool.family, []).append(name)
    assert families == {
        "files": ["read_file", "run_command", "write_file"],
        "quality": ["pytest_run", "ruff_check", "typecheck"],
        "language": [
            "document_symbols", "find_references", "goto_definition", "hover", "workspace_symbols",
        ],
        "git": ["git_diff", "git_log", "git_status"],
        "code": ["execute_code"],
    }  # fmt: skip


def test_a_package_adds_a_tool_under_the_entry_point_group(installed):
    installed("Weather")
    assert [*all_tools()] == sorted([*NAMES, "weather"])
    assert type(all_tools()["weather"]) is Weather


def test_two_tools_of_one_name_are_refused(installed):
    installed("OtherReadFile")
    with pytest.raises(CurateError) as raised:
        all_tools()
    assert str(raised.value) == (
        "tool read_file: is defined twice: curate.tools.read_file and tests.tools.test_all_tools\n"
        "  fix: give one of them another name, or uninstall the package that brings it"
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("NoTool", "is no Tool"),
        ("Gone", f"cannot be loaded: module '{__name__}' has no attribute 'Gone'"),
    ],
)
def test_an_entry_point_that_is_no_tool_is_refused(installed, name, wrong):
    installed(name)
    with pytest.raises(CurateError) as raised:
        all_tools()
    assert str(raised.value) == (
        f"entry point {name} of the group curate.tools: {__name__}:{name} {wrong}\n"
        "  fix: name a subclass of curate.tools.base.Tool, or uninstall the package that brings it"
    )
