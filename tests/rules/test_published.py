"""What the rules find in the published datasets of February, counted by hand beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from curate.audits.finding import Finding
from curate.audits.measures import measures
from curate.audits.rules import findings, load_rules, run_rules
from curate.datasets.files import find_files
from curate.datasets.loading import load


class Known(NamedTuple):
    """What is found in a dataset, by rule, and what is measured, by name."""

    rules: dict[str, Finding]
    measures: dict[str, tuple[tuple[Any, ...], ...]]


Found = Callable[[str], Known]


@pytest.fixture(scope="module")
def found(published: Path) -> Found:
    """What is found in a dataset; each is audited once."""
    known: dict[str, Known] = {}

    def audited(name: str) -> Known:
        if name not in known:
            with duckdb.connect() as connection:
                files = find_files([published / name], {})
                load(files, connection, jobs=1, progress=lambda *_: None)
                rules = load_rules(None).values()
                run_rules(connection, rules)
                every = findings(connection, rules, shown=None)
                tables = {measure.name: measure.rows for measure in measures(connection)}
                known[name] = Known({finding.rule: finding for finding in every}, tables)
        return known[name]

    return audited


def first_users(rows: list[str]) -> list[str]:
    """The first user turn of each line."""
    return [
        next(m["content"] for m in json.loads(row)["messages"] if m["role"] == "user")
        for row in rows
    ]


def test_phase27_has_the_numbers_of_the_record(found: Found):
    rules, measured = found("phase27_augmented")
    assert rules["duplicate_row"].by_split == {"train": 111, "valid": 4}
    assert rules["leak_row"].by_split == {"valid": 13}
    assert rules["leak_first_user"].by_split == {"valid": 35}
    assert len({row.evidence for row in rules["leak_first_user"].rows}) == 30
    assert rules["role_tool_embedded"].by_split == {"train": 60}
    assert measured["1_splits"][0][:5] == ("train", 1053, 836, 0.794, 111)
    assert measured["2_leakage"] == (("valid", 111, 13, 35, 35, 19),)
    assert "ratio_tool" not in rules


def test_phase27_leaks_what_plain_python_says_it_leaks(found: Found, published: Path):
    folder = published / "phase27_augmented"
    train, valid = (
        (folder / f"{name}.jsonl").read_text().splitlines() for name in ("train", "valid")
    )
    asked = set(first_users(train))
    lines = [number for number, text in enumerate(first_users(valid), 1) if text in asked]
    assert [row.line for row in found("phase27_augmented").rules["leak_first_user"].rows] == lines


@pytest.mark.parametrize(
    ("dataset", "rule", "by_split"),
    [
        ("phase27_augmented", "result_wrapped_by_role", {"train": 60}),
        ("phase27_augmented", "result_never_shown", {"train": 468, "valid": 49}),
        ("phase27_augmented", "call_announced", {"train": 73, "valid": 11}),
        ("phase27_augmented", "result_hash", {"train": 10}),
        ("phase27_augmented", "leak_user_turns", {"valid": 19}),
        ("phase27_augmented", "dialects_several", {"train": 1}),
        ("phase27_augmented", "call_layouts_several", {"train": 2, "valid": 2}),
        ("phase27_augmented", "system_prompts_several", {"train": 1, "valid": 1}),
        ("phase27_augmented", "tool_rare", {"train": 1}),
        ("phase26_merged", "duplicate_row", {"train": 69, "valid": 3, "test": 4}),
        ("phase26_merged", "leak_row", {"valid": 9, "test": 10}),
        ("phase26_merged", "leak_first_user", {"valid": 24, "test": 32}),
        ("phase26_merged", "dialects_several", {"train": 1, "valid": 1, "test": 1}),
        ("mlx_format", "call_unparsable", {"train": 98, "valid": 5}),
        ("mlx_format", "last_not_assistant", {"train": 2}),
        ("mlx_format", "roles_order", {"train": 10, "valid": 1}),
        ("mlx_format", "leak_first_user", {"valid": 3}),
        ("mlx_format", "duplicate_row", {"train": 2}),
    ],
)
def test_a_published_dataset_has_this_fault(
    dataset: str, rule: str, by_split: dict[str, int], found: Found
):
    assert found(dataset).rules[rule].by_split == by_split


@pytest.mark.parametrize("dataset", ["phase27_augmented", "phase26_merged", "mlx_format"])
def test_every_row_of_a_finding_has_a_place_and_evidence(dataset: str, found: Found):
    for rule, finding in found(dataset).rules.items():
        assert all(row.evidence.strip() for row in finding.rows), rule
        assert all(row.file and row.key for row in finding.rows if row.line), rule
