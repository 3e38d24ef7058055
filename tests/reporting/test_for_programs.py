"""Reports that programs read: JSON, GitHub's commands, JUnit, SARIF."""

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator

from curate.reporting import render
from curate.reporting.audited import Audited, in_order
from tests.reporting.conftest import LEAK, NASTY, RATIO, SECRET

SCHEMA = json.loads(Path(__file__).with_name("sarif.schema.json").read_text("utf-8"))
COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<said>.*)")


def unescaped(text: str) -> str:
    """What GitHub's runner makes of an escaped text."""
    for code, letter in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def test_findings_stand_with_the_worst_first_then_by_rows():
    given = [
        RATIO,
        replace(LEAK, rule="b"),
        SECRET,
        replace(LEAK, rule="a"),
        replace(LEAK, count=9),
    ]
    assert [one.rule for one in in_order(given)] == ["leak_row", "a", "b", "secret", "ratio_tool"]


# JSON


def test_json_is_of_the_documented_shape(unsound: Audited):
    found = json.loads(render(unsound, "json"))
    assert list(found) == [
        "fixed", "files", "left_out", "rows", "tool_fraction", "forms", "dialects", "verdict",
        "findings", "rules", "measures",
    ]  # fmt: skip
    assert found["rows"] == {"all": 1_164, "train": 1_053, "valid": 111}
    assert found["files"][0] == {
        "path": "data/train.jsonl", "split": "train", "rows": 1_053, "bytes": 770_676,
    }  # fmt: skip
    assert found["verdict"] == {
        "is_sound": False,
        "fail_on": "error",
        "failures": [{"rule": "leak_row", "count": 2, "allowed": 0}],
        "count_known": 1,
    }
    leak = found["findings"][0]
    assert list(leak) == [
        "rule", "severity", "group", "title", "why", "remedy", "count", "rows", "by_split",
    ]  # fmt: skip
    assert leak["rows"][0] == {
        "file": "data/valid.jsonl", "line": 4, "evidence": "asks: 50% done?",
        "other": {"file": "data/train.jsonl", "line": 17}, "ordinal": None, "key": "aa",
    }  # fmt: skip
    assert found["findings"][2]["rows"][0]["file"] is None
    assert found["rules"][-1] == {
        "rule": "cut_row", "severity": "error", "group": "trainability",
        "skipped": "needs --tokenizer",
    }  # fmt: skip
    assert found["measures"]["tools"][0] == {"tool": "run", "calls": 1_200}


def test_json_keeps_evidence_whole_and_can_be_written_as_utf_8(unsound: Audited):
    text = render(unsound, "json")
    assert json.loads(text.encode("utf-8"))["findings"][0]["rows"][1]["evidence"] == NASTY


# GitHub


def test_github_gets_a_command_a_finding_before_any_comes_again(unsound: Audited):
    *commands, tally, verdict = render(unsound, "github").splitlines()
    titles = [re.search("title=([a-z_]+)", line)[1] for line in commands]
    assert titles == ["leak_row", "secret", "ratio_tool", "leak_row", *["secret"] * 4]
    assert tally.startswith("1 error, 1 warning, 1 note; ")
    assert verdict == "not sound: leak_row 2"


def test_github_commands_are_escaped_as_its_runner_reads_them(unsound: Audited):
    *commands, _, _ = render(unsound, "github").splitlines()
    read = [COMMAND.fullmatch(line) for line in commands]
    assert all(read)
    assert commands[0] == (
        "::error file=sets/data/valid.jsonl,line=4,title=leak_row::2 rows: Valid rows that stand "
        "in train.%0Adata/valid.jsonl:4 and train.jsonl:17  asks: 50%25 done?%0Awhy: 13 of "
        "111 valid rows stood in train: validation meant nothing.%0Aremedy: remove them from valid"
    )
    assert read[1]["properties"] == "file=sets/data/a b%2Cc%3Ad.jsonl,line=1,title=secret"
    assert read[2]["properties"] == "title=ratio_tool"
    place, title = unescaped(read[3]["said"]).splitlines()
    assert place == (
        "data/valid.jsonl:9 and :2  50% of a|b <b>`x`</b> ::error::no "
        r'\x1b[2J\u202e \ud800 ]]> & "q" ,:'
    )
    assert title == "Valid rows that stand in train."


def test_nothing_of_the_data_begins_a_line_that_githubs_runner_would_obey(unsound: Audited):
    rows = (replace(LEAK.rows[0], evidence="\n::add-mask::x\n##[group]y"),)
    text = render(replace(unsound, findings=(replace(LEAK, rows=rows, count=1),)), "github")
    assert [line for line in text.splitlines() if "add-mask" in line or "##[" in line] == [
        text.splitlines()[0]
    ]
    assert COMMAND.fullmatch(text.splitlines()[0])


# JUnit


def test_junit_has_a_suite_a_group_and_a_case_a_rule(unsound: Audited):
    root = ET.fromstring(render(unsound, "junit").encode("utf-8"))
    assert root.tag == "testsuites"
    assert root.attrib == {
        "name": "curate audit", "tests": "5", "failures": "1", "errors": "0", "skipped": "1",
    }  # fmt: skip
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["balance", "leakage", "safety", "trainability"]
    assert suites["leakage"].get("tests") == "2"
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert {name: [child.tag for child in case] for name, case in cases.items()} == {
        "ratio_tool": ["system-out"],
        "leak_near": [],
        "leak_row": ["failure"],
        "secret": ["system-out"],
        "cut_row": ["skipped"],
    }
    assert cases["leak_row"][0].get("message") == "2 rows: Valid rows that stand in train."
    assert cases["leak_row"].get("classname") == "curate.leakage"
    assert cases["cut_row"][0].get("message") == "needs --tokenizer"


def test_junit_holds_any_evidence_as_xml(unsound: Audited):
    root = ET.fromstring(render(unsound, "junit").encode("utf-8"))
    assert root.find(".//failure").text.splitlines() == [
        "data/valid.jsonl:4 and train.jsonl:17  asks: 50% done?",
        "data/valid.jsonl:9 and :2  50% of a|b",
        r'  <b>`x`</b> ::error::no \x1b[2J\u202e \ud800 ]]> & "q" ,:',
        "why: 13 of 111 valid rows stood in train: validation meant nothing.",
        "remedy: remove them from valid",
    ]
    assert "10 more" in root.find(".//testcase[@name='secret']/system-out").text.splitlines()


# SARIF


def test_sarif_is_of_its_schema(unsound: Audited, sound: Audited):
    Draft202012Validator.check_schema(SCHEMA)
    for audited in (unsound, sound):
        Draft202012Validator(SCHEMA).validate(json.loads(render(audited, "sarif")))


def test_sarif_names_every_rule_that_ran_and_every_row(unsound: Audited):
    (run,) = json.loads(render(unsound, "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["leak_row", "secret", "ratio_tool", "leak_near"]
    assert len(run["results"]) == 2 + 20 + 1
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error"] * 2 + ["warning"] * 20 + [
        "note"
    ]
    first = run["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "sets/data/valid.jsonl", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4},
    }
    assert first["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 17}
    spaced = run["results"][2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (spaced, unquote(spaced)) == ("sets/data/a%20b%2Cc%3Ad.jsonl", "sets/data/a b,c:d.jsonl")
    assert run["results"][-1]["locations"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]


def test_a_result_keeps_its_fingerprint_when_its_row_moves(unsound: Audited):
    def prints(audited: Audited) -> list[str]:
        (run,) = json.loads(render(audited, "sarif"))["runs"]
        return [result["partialFingerprints"]["curate/v1"] for result in run["results"]]

    moved = tuple(replace(row, line=row.line + 100) for row in LEAK.rows)
    first, second = prints(replace(unsound, findings=(LEAK,)))
    assert prints(replace(unsound, findings=(replace(LEAK, rows=moved),))) == [first, second]
    assert (first[-2:], second[-2:], first[:-2]) == (":1", ":2", second[:-2])
