"""`curate stats` counts what the samples really call."""

import json
from collections import Counter

import pytest
from click.testing import CliRunner

from curate.cli import main
from curate.counting import markdown, stats
from curate.errors import CurateError
from tests.conftest import Mini


def exported(mini: Mini) -> list[dict]:
    """The rows of the exported files."""
    return [
        json.loads(line)
        for name in ("train", "valid")
        for line in (mini.out / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def tools_called(row: dict) -> set[str]:
    """The tools that a conversation calls."""
    return {
        call["function"]["name"]
        for message in row["messages"]
        for call in message.get("tool_calls", [])
    }


def test_each_tool_has_as_many_samples_as_the_exported_rows_that_call_it(mini_build: Mini):
    counted = stats(mini_build.project, "mini")
    calls = Counter(tool for row in exported(mini_build) for tool in tools_called(row))
    assert {row["tool"]: row["samples"] for row in counted["by_tool"]} == calls
    tool_rows = sum(1 for row in exported(mini_build) if tools_called(row))
    assert counted["traits"]["samples"] == tool_rows
    assert sum(row["samples"] for row in counted["by_category"]) == tool_rows
    assert sum(row["samples"] for row in counted["by_outcome"]) == tool_rows


def test_turns_add_up_to_the_samples_of_a_row(mini_build: Mini):
    counted = stats(mini_build.project, None)
    for row in (*counted["by_tool"], *counted["by_category"], *counted["by_outcome"]):
        assert row["1 turn"] + row["2 turns"] + row["3 or more"] == row["samples"]
        assert row["surface"] == "direct"


def test_the_command_prints_markdown_or_json(in_mini: Mini):
    counted = stats(in_mini.project, "mini")
    shown = CliRunner().invoke(main, ["stats", "mini"])
    assert shown.stdout == markdown(counted) + "\n"
    assert shown.stdout.splitlines()[4] == (
        "| tool | surface | samples | fraction | 1 turn | 2 turns | 3 or more |"
    )
    assert json.loads(CliRunner().invoke(main, ["stats", "--json"]).stdout) == [counted]


def test_a_corpus_without_samples_has_nothing_to_count(fixture_project: Mini):
    fixture_project.build(last="scan")
    with pytest.raises(CurateError) as raised:
        stats(fixture_project.project, "mini")
    assert str(raised.value) == (
        "corpus mini: has no samples with calls here\n  fix: run: curate build mini"
    )
