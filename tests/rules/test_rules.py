"""Rule files say what they are; what is wrong with one is told; findings are as the rules say."""

import re
from pathlib import Path

import duckdb
import pytest

from curate.audits.finding import SEVERITIES, FindingRow
from curate.audits.headers import GROUPS, read_rule
from curate.audits.measures import measures
from curate.audits.rules import findings, load_rules, run_rules
from curate.datasets.files import find_files
from curate.datasets.loading import load
from curate.errors import CurateError
from curate.project import Project
from tests.conftest import REPOSITORY
from tests.rules import sound
from tests.rules.conftest import Audit, audited, write

HEAD = """-- Rows that say hello.
-- grain: row_id
-- severity: note
-- group: form
-- why: Nobody asked.
-- remedy: Drop them.
"""
BODY = "select row_id, 'hello' as evidence from dataset_rows"
FILES = sorted((REPOSITORY / "sql" / "rules").glob("*.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_file_says_what_it_is(path: Path):
    rule = read_rule(path)
    assert rule.title.endswith(".")
    assert rule.why.endswith((".", "?"))
    assert rule.remedy.endswith((".", "?"))
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"-- {rule.title}"
    assert len(text.splitlines()) <= 80
    body = re.sub(r"'[^']*'|--[^\n]*", "", text)
    assert body == body.lower()
    assert ";" not in body


def test_rules_stand_by_group_and_the_worst_first():
    rules = list(load_rules(None).values())
    places = [(GROUPS.index(rule.group), SEVERITIES.index(rule.severity)) for rule in rules]
    assert places == sorted(places)
    assert len(rules) == len(FILES)


def test_every_fault_that_reading_or_checking_names_has_a_rule_and_the_other_way_round():
    sources = [
        p.read_text(encoding="utf-8") for p in (REPOSITORY / "curate" / "datasets").rglob("*.py")
    ]
    quoted = {word for text in sources for word in re.findall(r'"([a-z0-9_]+)"', text)}
    made = {word for text in sources for word in re.findall(r'Fault\(\s*"([a-z0-9_]+)"', text)}
    bodies = [path.read_text(encoding="utf-8") for path in FILES]
    read = {name for body in bodies for name in re.findall(r"faults where rule = '(\w+)'", body)}
    assert read - quoted == set()
    assert made - read == set()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            BODY,
            "sql/rules/hello.sql: its first line does not say what a row of it is\n"
            "  fix: write a line such as: -- Rows that ...",
        ),
        (
            HEAD.replace("-- Rows that say hello.\n", "") + BODY,
            "sql/rules/hello.sql: its first line does not say what a row of it is\n"
            "  fix: write a line such as: -- Rows that ...",
        ),
        (
            HEAD.replace("-- why: Nobody asked.\n", "") + BODY,
            "sql/rules/hello.sql: header 'why' is missing\n"
            "  fix: write a line such as: -- why: what it costs to train on such rows",
        ),
        (
            HEAD.replace("severity: note", "severity: fatal") + BODY,
            "sql/rules/hello.sql: severity is 'fatal'\n  it is one of error, warning, note\n"
            "  fix: write a line such as: -- severity: warning",
        ),
        (
            HEAD.replace("group: form", "group: style") + BODY,
            "sql/rules/hello.sql: group is 'style'\n"
            "  it is one of form, calls, results, duplicates, leakage, balance, consistency, "
            "trainability, safety\n"
            "  fix: write a line such as: -- group: results",
        ),
        (
            HEAD.replace("remedy:", "cure:") + BODY,
            "sql/rules/hello.sql: header 'cure' is not known\n"
            "  there are grain, severity, group, why, remedy, needs\n"
            "  fix: write a line such as: -- why: what it costs to train on such rows",
        ),
    ],
    ids=["no-head", "no-title", "no-why", "severity", "group", "unknown-header"],
)
def test_a_head_that_is_none_is_told(text: str, message: str, tmp_path: Path):
    path = tmp_path / "hello.sql"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CurateError) as caught:
        read_rule(path)
    assert str(caught.value) == message


def test_a_rule_of_the_project_is_added(tmp_path: Path):
    project = Project(tmp_path / "project")
    (project.root / "sql" / "rules").mkdir(parents=True)
    (project.root / "sql" / "rules" / "hello.sql").write_text(HEAD + BODY, encoding="utf-8")
    rules = load_rules(project)
    assert rules.keys() - load_rules(None).keys() == {"hello"}
    (tmp_path / "data").mkdir()
    write(tmp_path / "data", {"train": sound.structured()["train"][:2]})
    connection = duckdb.connect()
    load(find_files([tmp_path / "data"], {}), connection, jobs=1, progress=lambda *_: None)
    told: list[str] = []
    run_rules(connection, [rules["hello"]], progress=lambda done, total, name: told.append(name))
    (finding,) = findings(connection, [rules["hello"]], shown=1)
    assert told == ["hello"]
    assert (finding.rule, finding.severity, finding.count, finding.by_split) == (
        "hello",
        "note",
        2,
        {"train": 2},
    )
    (row,) = finding.rows
    assert row == FindingRow(
        str(tmp_path / "data" / "train.jsonl"), 1, "hello", None, None, row.key
    )


def test_a_rule_that_is_no_select_is_told_with_its_line(tmp_path: Path):
    project = Project(tmp_path)
    (tmp_path / "sql" / "rules").mkdir(parents=True)
    path = tmp_path / "sql" / "rules" / "hello.sql"
    path.write_text(HEAD + BODY.replace("row_id", "row"), encoding="utf-8")
    connection = duckdb.connect()
    write(tmp_path, {"train": sound.structured()["train"][:2]})
    load(find_files([tmp_path / "train.jsonl"], {}), connection, jobs=1, progress=lambda *_: None)
    with pytest.raises(CurateError) as caught:
        run_rules(connection, [load_rules(project)["hello"]])
    assert caught.value.where == "sql/rules/hello.sql"
    assert caught.value.what.startswith("cannot be run\n")
    assert "LINE 7:" in caught.value.what


def test_a_finding_names_both_rows_of_a_pair(audit: Audit):
    data = sound.structured()
    data["valid"].append(data["train"][2])
    found = audit(data)["leak_row"]
    (row,) = found.rows
    assert row.place is not None
    assert row.place.endswith("valid.jsonl:6")
    assert row.other is not None
    assert row.other[0].endswith("train.jsonl")
    assert row.other[1] == 3
    assert found.by_split == {"valid": 1}


def test_a_near_pair_is_shown_side_by_side(audit: Audit):
    data = sound.structured()
    copy = {**data["train"][2], "messages": [dict(m) for m in data["train"][2]["messages"]]}
    copy["messages"][2]["content"] = copy["messages"][2]["content"].replace("keys.", "entries.")
    data["train"].append(copy)
    (row,) = audit(data)["near_duplicate"].rows
    first, later, earlier = row.evidence.split("\n")
    assert re.fullmatch(r"Jaccard 0\.\d\d", first)
    assert later.endswith("number of entries.")
    assert earlier.endswith("number of keys.")


def test_measures_tell_what_a_dataset_is_like(tmp_path: Path):
    write(tmp_path, sound.structured())
    connection = duckdb.connect()
    load(find_files([tmp_path], {}), connection, jobs=1, progress=lambda *_: None)
    measured = {measure.name: measure for measure in measures(connection)}
    assert list(measured) == ["1_splits", "2_leakage", "3_tools", "5_results"]
    assert measured["1_splits"].columns == (
        "split", "rows", "tool_rows", "tool_fraction", "duplicates", "messages_a_row",
    )  # fmt: skip
    assert measured["1_splits"].rows[0][:5] == ("train", 32, 23, 0.719, 0)
    assert measured["2_leakage"].rows == (("valid", 5, 0, 0, 0, 0), ("test", 5, 0, 0, 0, 0))
    assert sum(row[1] for row in measured["3_tools"].rows) == 30


def test_default_settings_are_used_where_none_are_given(tmp_path: Path):
    write(tmp_path, sound.structured())
    assert audited(tmp_path, {}) == {}
