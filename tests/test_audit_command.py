"""`curate audit` as a user meets it: what it prints, how it ends, and what configures it."""

import json
import os
import re
import resource
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from curate.auditing import FIXABLE
from curate.audits.rules import load_rules
from curate.cli import main
from curate.configuration import KINDS
from curate.datasets.chunks import chunks_in
from curate.datasets.files import find_files
from curate.datasets.lines import lines_of
from curate.datasets.loading import create_tables
from curate.errors import CurateError
from curate.thresholds import RANGES, check_threshold
from tests.conftest import REPOSITORY
from tests.pages import rows_of
from tests.reporting.test_for_programs import COMMAND, SCHEMA
from tests.test_cli_ends import on_a_terminal

ESCAPE = "\x1b"
CURATE = str(Path(sys.executable).with_name("curate"))
QUESTIONS = {
    "train": ["Where is A defined?", "What is a b-tree?", "Why does C fail?", "What is a b-tree?"],
    "valid": ["Who calls D?", "why does  c fail?"],
}


def row(question: str, answer: str | None = None) -> dict:
    """A direct answer."""
    answer = f"The answer to “{question}” is long." if answer is None else answer
    return {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    }


def write(path: Path, rows: list) -> Path:
    """A file with a row a line; a text stands as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [line if isinstance(line, str) else json.dumps(line) for line in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one duplicate, and one question of train asked again in valid in other case."""
    monkeypatch.chdir(tmp_path)
    for split, questions in QUESTIONS.items():
        write(tmp_path / "data" / f"{split}.jsonl", [row(question) for question in questions])
    return tmp_path / "data"


def curate(*args: str) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, ["audit", *args])


def curate_json(*args: str):
    result = curate(*args, "--json")
    assert result.exit_code in (0, 1), result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def found(*args: str) -> dict[str, int]:
    """The rules that find anything, and how much."""
    return {finding["rule"]: finding["count"] for finding in curate_json(*args)["findings"]}


# What is told


def test_findings_are_told_with_place_reason_and_remedy_and_end_with_1(data: Path):
    result = curate("data")
    assert (result.exit_code, result.stderr) == (1, "")
    assert ESCAPE not in result.stdout
    lines = result.stdout.splitlines()
    assert lines[0] == "data: 6 rows (4 train, 2 valid), 0 % call a tool"
    assert re.fullmatch(r"  2 files, [\d.]+ (bytes|kB), messages", lines[1])
    assert "error duplicate_row: 1 row" in lines
    place = next(line for line in lines if line.startswith("  data/train.jsonl:4"))
    assert place == "  data/train.jsonl:4 and :2  “What is a b-tree?”"
    folded = lines.index("error leak_first_user_folded: 1 row")
    assert lines[folded + 2].startswith("  data/valid.jsonl:2 and train.jsonl:3  ")
    assert lines[-2:] == [
        "not sound: duplicate_row 1, leak_first_user_folded 1, near_duplicate_leakage 1",
        "next: curate audit data --fix out/clean  # repairs what it can of 3 of 3 findings",
    ]


def test_a_sound_dataset_ends_with_0(data: Path):
    result = curate("data", "--rule", "leak_row")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-2:] == ["nothing found; 1 rule ran", "sound"]


def test_files_are_named_for_their_splits(data: Path):
    for split in ("train", "valid"):
        (data / f"{split}.jsonl").rename(data / f"{split[0]}.jsonl")
    result = curate("--train", "data/t.jsonl", "--valid", "data/v.jsonl", "--rule", "leak_row")
    assert result.stdout.startswith("--train data/t.jsonl --valid data/v.jsonl: 6 rows (4 train, ")


def test_a_limit_holds_for_every_finding_and_all_shows_all(data: Path):
    write(data / "train.jsonl", [row("What is a b-tree?")] * 40)
    rule = ("data", "--rule", "duplicate_row")

    def places(*options: str) -> int:
        return curate(*rule, *options).stdout.count("\n  data/train.jsonl:")

    assert [places(), places("--limit", "0"), places("--limit", "7"), places("--all")] == [
        5, 0, 7, 39,
    ]  # fmt: skip
    assert "  34 more: --all" in curate(*rule).stdout
    assert "more: --all" not in curate(*rule, "--all").stdout
    rows = [len(curate_json(*rule, *more)["findings"][0]["rows"]) for more in ([], ["--all"])]
    assert rows == [20, 39]


def test_what_a_row_holds_cannot_command_the_terminal(data: Path):
    write(data / "train.jsonl", [row("a \x1b[2J\x07 b c d e f")] * 2)
    result = curate("data", "--rule", "duplicate_row")
    assert ESCAPE not in result.stdout
    assert r"a \x1b[2J\x07 b" in result.stdout


def test_rules_are_listed_without_data(data: Path):
    result = curate("--list-rules")
    assert (result.exit_code, result.stderr) == (0, "")
    head, *lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert head == ["rule", "severity", "group", "finds"]
    assert [line[0] for line in lines] == list(load_rules(None))
    (data.parent / "curate.toml").write_text('[audit]\ndisable = ["leak_row"]\n')
    rules = {rule["rule"]: rule for rule in curate_json("--list-rules")}
    assert rules["leak_row"]["severity"] == "off"
    assert rules["duplicate_row"]["severity"] == "error"


def test_a_remedy_names_fix_where_fix_repairs():
    assert {name for name, rule in load_rules(None).items() if "--fix" in rule.remedy} == FIXABLE


# Formats


def test_every_format_tells_the_same_findings(data: Path):
    reports = [f"--report={form}=out/r.{form}" for form in ("json", "junit", "sarif", "markdown")]
    result = curate("data", "--format", "github", *reports)
    assert result.exit_code == 1
    rules = set(found("data"))
    *commands, _, _ = result.stdout.splitlines()
    assert all(COMMAND.fullmatch(line) for line in commands)
    assert {re.search(r"title=(\w+)", line)[1] for line in commands} == rules
    assert {one["rule"] for one in json.loads(Path("out/r.json").read_text())["findings"]} == rules
    sarif = json.loads(Path("out/r.sarif").read_text())
    Draft202012Validator(SCHEMA).validate(sarif)
    assert {one["ruleId"] for one in sarif["runs"][0]["results"]} == rules
    cases = ET.parse("out/r.junit").getroot().iter("testcase")
    assert {case.get("name") for case in cases if len(case) and case[0].tag != "skipped"} == rules
    text = Path("out/r.markdown").read_text()
    assert all(f"| {rule.replace('_', chr(92) + '_')} |" in text for rule in rules)


def test_places_are_counted_from_the_root_of_the_repository(data: Path, monkeypatch):
    (data.parent / ".git").mkdir()
    monkeypatch.chdir(data)
    result = curate(".", "--format", "github", "--rule", "duplicate_row")
    assert "file=data/train.jsonl,line=4," in result.stdout
    result = curate(".", "--format", "sarif", "--rule", "duplicate_row")
    (one,) = json.loads(result.stdout)["runs"][0]["results"]
    place = one["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "data/train.jsonl", "uriBaseId": "%SRCROOT%"}


# Gates


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ([], 1),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "never"], 0),
        (["--max", "duplicate_row=1"], 0),
        (["--max", "duplicate_row=0"], 1),
        (["--fail-on", "never", "--max", "duplicate_row=0"], 1),
    ],
)
def test_the_gates_decide_the_exit_code(data: Path, options, status):
    assert curate("data", "--rule", "duplicate_row", *options).exit_code == status


def test_a_warning_fails_where_it_is_told_to(data: Path):
    write(data / "curate.toml", ["[audit]", 'severity = { duplicate_row = "warning" }'])
    rule = ("data", "--rule", "duplicate_row", "--config", "data/curate.toml")
    assert curate(*rule).exit_code == 0
    assert curate(*rule, "--fail-on", "warning").exit_code == 1
    assert curate(*rule, "--max", "duplicate_row=0").exit_code == 1
    assert curate(*rule).stdout.splitlines()[-2] == "sound"


# Configuration


@pytest.mark.parametrize(
    ("name", "head"), [("curate.toml", "[audit]"), ("pyproject.toml", "[tool.curate.audit]")]
)
def test_a_project_configures_its_audits(data: Path, monkeypatch, name, head):
    lines = [
        head,
        'disable = ["duplicate_row", "near_duplicate_leakage"]',
        "max = { leak_first_user_folded = 1 }",
    ]
    write(data.parent / name, lines)
    assert curate("data").exit_code == 0
    monkeypatch.chdir(data)
    result = curate(".")
    assert result.exit_code == 0
    assert "duplicate_row" not in result.stdout
    assert found(".", "--rule", "duplicate_row") == {"duplicate_row": 1}


def test_the_command_line_wins_over_the_configuration(data: Path):
    write(data.parent / "curate.toml", ["[audit]", 'fail_on = "never"', "max = {duplicate_row=9}"])
    assert curate("data").exit_code == 0
    assert curate("data", "--fail-on", "error").exit_code == 1
    assert curate("data", "--max", "duplicate_row=0").exit_code == 1


def test_thresholds_reach_the_rules(data: Path):
    write(data / "train.jsonl", [row(f"What is {name}?") for name in ("a", "b", "c")])
    assert "ratio_tool" not in found("data")
    write(data.parent / "curate.toml", ["[audit]", "thresholds = { split_rows = 1 }"])
    assert "ratio_tool" in found("data")


def test_files_are_excluded_by_pattern(data: Path):
    write(data / "draft" / "train.jsonl", [row("Where?")])
    assert curate_json("data")["rows"]["train"] == 5
    write(data.parent / "curate.toml", ["[audit]", 'exclude = ["*/draft/*"]'])
    assert curate_json("data")["rows"]["train"] == 4


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        pytest.param(
            ["disabled = []"],
            "curate.toml [audit]: unknown key disabled\n"
            "  accepted: baseline, disable, exclude, fail_on, max, severity, thresholds\n"
            "  fix: remove or rename it\n",
            id="key",
        ),
        pytest.param(
            ['disable = "leak_row"'],
            "curate.toml [audit]: disable is 'leak_row'\n  it is a list of rules\n"
            '  fix: write disable = ["near_duplicate_leakage"]\n',
            id="list",
        ),
        pytest.param(
            ['disable = ["leek_row"]'],
            "curate.toml [audit]: disable: there is no rule leek_row\n"
            "  alike: leak_row\n  fix: curate audit --list-rules\n",
            id="rule",
        ),
        pytest.param(
            ['severity = { leak_row = "fatal" }'],
            "curate.toml [audit]: severity is {'leak_row': 'fatal'}\n"
            "  it is a table of rules, each error, warning or note\n"
            '  fix: write severity = { near_duplicate_leakage = "warning" }\n',
            id="severity",
        ),
        pytest.param(
            ["max = { leak_row = -1 }"],
            "curate.toml [audit]: max is {'leak_row': -1}\n"
            "  it is a table of rules, each with the most rows that are allowed\n"
            "  fix: write max = { near_duplicate_leakage = 0 }\n",
            id="max",
        ),
        pytest.param(
            ["fail_on = true"],
            "curate.toml [audit]: fail_on is True\n  it is one of error, warning, note, never\n"
            '  fix: write fail_on = "error"\n',
            id="fail_on",
        ),
        pytest.param(
            ["thresholds = { near_jacard = 0.9 }"],
            "curate.toml [audit]: thresholds: there is no threshold near_jacard\n"
            "  alike: near_jaccard\n  fix: name one of them\n",
            id="threshold",
        ),
        pytest.param(
            ["thresholds = { tool_rows = -5 }"],
            "curate.toml [audit]: thresholds: tool_rows is -5\n"
            "  it is a whole number of 0 or more, up to 2,147,483,647\n"
            "  fix: write tool_rows = 10\n",
            id="below",
        ),
        pytest.param(
            ["thresholds = { tool_rows = 99999999999999999999999 }"],
            "curate.toml [audit]: thresholds: tool_rows is 99999999999999999999999\n"
            "  it is a whole number of 0 or more, up to 2,147,483,647\n"
            "  fix: write tool_rows = 10\n",
            id="above",
        ),
        pytest.param(
            ["thresholds = { near_prompt_words = 2.5 }"],
            "curate.toml [audit]: thresholds: near_prompt_words is 2.5\n"
            "  it is a whole number of 1 or more, up to 2,147,483,647\n"
            "  fix: write near_prompt_words = 3\n",
            id="part",
        ),
        pytest.param(
            ["thresholds = { near_jaccard = 7 }"],
            "curate.toml [audit]: thresholds: near_jaccard is 7\n"
            "  it is a number from 0.01 to 1\n  fix: write near_jaccard = 0.8\n",
            id="fraction",
        ),
        pytest.param(
            ["thresholds = { clustering = nan }"],
            "curate.toml [audit]: thresholds: clustering is nan\n"
            "  it is a number of 0 or more\n  fix: write clustering = 0.5\n",
            id="nan",
        ),
        pytest.param(
            ["thresholds = { batch_size = 0 }"],
            "curate.toml [audit]: thresholds: batch_size is 0\n"
            "  it is a whole number of 1 or more, up to 2,147,483,647\n"
            "  fix: write batch_size = 4\n",
            id="batch",
        ),
        pytest.param(
            ['exclude = ["*"]'],
            "curate.toml [audit]: exclude leaves no file of data\n"
            "  excluded: data/train.jsonl, data/valid.jsonl\n  fix: narrow its patterns\n",
            id="exclude",
        ),
    ],
)
def test_a_slip_in_the_configuration_is_told_and_ends_with_2(data: Path, lines, error):
    write(data.parent / "curate.toml", ["[audit]", *lines])
    result = curate("data")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", error)


def test_a_table_that_is_none_and_two_tables_are_told(data: Path):
    write(data.parent / "curate.toml", ["audit = 3"])
    assert curate("data").stderr == (
        "curate.toml [audit]: is 3\n  it is a table\n  fix: write [audit]\n"
    )
    write(data.parent / "curate.toml", ["[audit"])
    assert re.fullmatch(
        r".*curate.toml: is not TOML: .*\n  fix: mend the line it names\n", curate("data").stderr
    )
    write(data.parent / "curate.toml", ["[audit]"])
    write(data.parent / "pyproject.toml", ["[tool.curate.audit]"])
    assert curate("data").stderr == (
        "curate.toml: configures the audit, and so does pyproject.toml beside it\n"
        "  fix: keep one of the two tables\n"
    )


def test_each_threshold_has_a_range_that_its_default_is_in():
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute("insert into dataset_settings default values")
        row = connection.execute("from dataset_settings").fetchone()
        names = [column[0] for column in connection.description]
    assert {name: one.usual for name, one in RANGES.items()} == dict(zip(names, row, strict=True))
    for name, one in RANGES.items():
        check_threshold("curate.toml", name, one.usual)


def test_the_rules_that_hints_name_are_there():
    known = {rule["rule"] for rule in curate_json("--list-rules")}
    hints = " ".join(example for _, _, example in KINDS.values())
    assert set(re.findall(r"[a-z]+(?:_[a-z]+){2,}", hints)) == {"near_duplicate_leakage"}
    assert "near_duplicate_leakage" in known


# Mistakes


@pytest.mark.parametrize(
    ("args", "error"),
    [
        pytest.param(
            [], "curate audit: no folder and no file is named\n  fix: run: curate audit data\n"
        ),
        pytest.param(
            ["data", "--rule", "leak_rows"],
            "--rule: there is no rule leak_rows\n"
            "  alike: leak_row\n  fix: curate audit --list-rules\n",
        ),
        pytest.param(
            ["data", "--max", "leak_row"],
            "--max leak_row: is not RULE=COUNT\n  the most rows that the rule may find\n"
            "  fix: write --max near_duplicate_leakage=0\n",
        ),
        pytest.param(
            ["data", "--max", "leak_row=-1"],
            "--max leak_row=-1: is not RULE=COUNT\n  the most rows that the rule may find\n"
            "  fix: write --max near_duplicate_leakage=0\n",
        ),
        pytest.param(
            ["data", "--report", "html=a.html"],
            "--report html=a.html: is not FORMAT=FILE\n"
            "  formats: text, json, github, junit, sarif, markdown\n"
            "  fix: write --report sarif=audit.sarif\n",
        ),
        pytest.param(
            ["data", "--config", "no.toml"],
            "no.toml: is not a file\n  fix: name a curate.toml or a pyproject.toml\n",
        ),
        pytest.param(
            ["data", "--baseline", "no.json"],
            "no.json: there is no such baseline\n  fix: write it: --write-baseline no.json\n",
        ),
        pytest.param(
            ["data", "--baseline", "data/train.jsonl"],
            "data/train.jsonl: is no baseline of curate audit\n"
            "  fix: write it again: --write-baseline data/train.jsonl\n",
        ),
    ],
)
def test_a_mistake_is_told_with_what_to_do_and_ends_with_2(data: Path, args, error):
    result = curate(*args)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", error)


def test_with_json_a_mistake_is_json(data: Path):
    result = curate("--json")
    assert json.loads(result.stderr)["error"]["where"] == "curate audit"


# Baseline


def test_what_a_baseline_knows_is_left_out_wherever_it_stands(data: Path):
    assert curate("data", "--write-baseline", "known.json").exit_code == 0
    result = curate("data", "--baseline", "known.json")
    assert result.exit_code == 0
    assert "nothing found" in result.stdout
    assert re.search(r"ran; \d rows known to the baseline", result.stdout)
    lines = (data / "train.jsonl").read_text("utf-8").splitlines()
    write(data / "train.jsonl", [row("What moves all lines?"), *reversed(lines)])
    assert found("data", "--baseline", "known.json") == {}
    write(data / "train.jsonl", [*lines, lines[1]])
    assert found("data", "--baseline", "known.json") == {"duplicate_row": 1}


def test_a_baseline_is_the_same_bytes_each_time_and_may_be_configured(data: Path):
    curate("data", "--write-baseline", "known.json")
    first = Path("known.json").read_bytes()
    curate("data", "--write-baseline", "known.json")
    assert Path("known.json").read_bytes() == first
    assert json.loads(first)["version"] == 1
    write(data.parent / "curate.toml", ["[audit]", 'baseline = "known.json"'])
    assert curate("data").exit_code == 0


def test_what_is_true_of_a_whole_dataset_is_known_though_its_numbers_move(data: Path):
    write(data.parent / "curate.toml", ["[audit]", "thresholds = { split_rows = 1 }"])
    share = ("data", "--rule", "ratio_tool")
    assert found(*share)
    curate(*share, "--write-baseline", "known.json")
    write(data / "train.jsonl", [row(f"What is {name}?") for name in "abcdefgh"])
    assert found(*share, "--baseline", "known.json") == {}


def test_a_line_that_is_no_row_is_known_by_what_it_holds(data: Path):
    rule = ("data", "--rule", "row_truncated")
    write(data / "train.jsonl", [row("What is A?"), '{"messages": [1', '{"messages": [2'])
    assert found(*rule) == {"row_truncated": 2}
    curate(*rule, "--write-baseline", "known.json")
    write(data / "train.jsonl", ['{"messages": [3', '{"messages": [1'])
    (new,) = curate_json(*rule, "--baseline", "known.json")["findings"]
    assert [(one["file"], one["line"]) for one in new["rows"]] == [("data/train.jsonl", 1)]


def test_a_baseline_of_a_later_curate_is_refused(data: Path):
    write(data.parent / "known.json", [{"version": 2, "known": {}}])
    assert curate("data", "--baseline", "known.json").stderr == (
        "known.json: is of version 2, and this curate reads 1\n"
        "  fix: upgrade curate, or write the baseline again\n"
    )


# Bad files


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="empty"),
        pytest.param([""], id="blank"),
        pytest.param(["{"], id="cut"),
        pytest.param(["\ufeff{}"], id="bom"),
        pytest.param(['{"messages": NaN}'], id="nan"),
        pytest.param(["[" * 5_000], id="deep"),
        pytest.param(["null", "3", '"a"', "[]"], id="no objects"),
    ],
)
def test_bad_files_are_findings(data: Path, lines):
    write(data / "train.jsonl", lines)
    result = curate("data")
    assert result.exit_code == 1, result.output
    assert result.stderr == ""
    for form in ("github", "junit", "sarif", "markdown", "json"):
        assert curate("data", "--format", form).exit_code == 1


def test_a_file_whose_name_is_no_text_is_audited_as_others_are(data: Path):
    Path(os.fsdecode(os.fsencode(data) + b"/test\xff.jsonl")).write_text(
        (data / "train.jsonl").read_text("utf-8"), encoding="utf-8"
    )
    for form in ("text", "github", "junit", "sarif", "markdown", "json"):
        result = curate("data", "--format", form)
        assert result.exit_code == 1, result.output
        name = "%EF%BF%BD" if form == "sarif" else "\N{REPLACEMENT CHARACTER}"
        assert f"data/test{name}.jsonl" in result.stdout


def test_a_pipe_is_no_file(data: Path):
    os.mkfifo("x.jsonl")
    Path("y.jsonl").symlink_to("/dev/zero")
    for name in ("x.jsonl", "y.jsonl"):
        result = curate(name)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"{name}: is a pipe or a device\n")


def test_a_full_disk_is_told_as_such(data: Path, tmp_path: Path):
    write(data / "train.jsonl", [row(f"What is {i}? " * 50) for i in range(2_000)])
    command = f"ulimit -f 500; exec {shlex.quote(str(CURATE))} audit data"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(f"{tmp_path}: cannot be written: ")
    assert "TMPDIR" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_outputs_are_no_bug(data: Path, closed):
    command = f"exec {shlex.quote(str(CURATE))} audit data {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_file_that_vanishes_is_told_with_the_name_of_the_file(data: Path):
    (chunk,) = chunks_in(find_files([data / "train.jsonl"], {}))
    (data / "train.jsonl").unlink()
    with pytest.raises(CurateError, match=r"train.jsonl: cannot be read\n") as caught:
        list(lines_of(chunk))
    assert caught.value.fix == "make the file anew"


# The process


def test_progress_and_colour_are_for_a_terminal_alone(data: Path):
    command = [CURATE, "audit", "data", "--rule", "duplicate_row"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert ESCAPE not in done.stdout
    shown = on_a_terminal(*command[1:], "--max", "duplicate_row=1")
    assert "\x1b[31;1merror\x1b[0m duplicate_row: 1 row" in shown
    assert "\x1b[32;1msound\x1b[0m" in shown
    plain = on_a_terminal(*command[1:], "--max", "duplicate_row=1", NO_COLOR="1")
    assert f"{ESCAPE}[3" not in plain


def test_help_takes_less_than_300_ms_of_the_processor():
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([CURATE, "audit", "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.3


def test_nothing_is_left_in_the_temporary_folder(data: Path, monkeypatch, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    curate("data")
    assert list(scratch.iterdir()) == []


# The page


def test_an_interrupted_audit_promises_nothing(monkeypatch, tmp_path):
    (tmp_path / "train.jsonl").write_text("{}\n")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("curate.auditing.audit", interrupted)
    result = CliRunner().invoke(main, ["audit", str(tmp_path)])
    assert (result.exit_code, result.stderr) == (130, "stopped\n")


def test_every_key_and_threshold_stands_in_the_page():
    page = REPOSITORY / "docs/auditing.md"
    assert {key.strip("`") for key, *_ in rows_of(page, "| key | a value | meaning |")} == {*KINDS}
    settings = (REPOSITORY / "sql/dataset/dataset_settings.sql").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"^  (\w+) \w+ not null default ([\d.]+)", settings, re.MULTILINE))
    said = rows_of(page, "| threshold | default | meaning |")
    assert {name.strip("`"): default for name, default, _ in said} == defaults
