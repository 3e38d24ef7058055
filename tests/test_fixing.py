"""`curate audit --fix`: what the copy holds, what is listed, and what is never touched."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from curate.auditing import FIXABLE
from curate.cli import main
from curate.datasets import DataFile
from curate.repairs.staging import output_names
from tests.test_audit_command import row, write

WORDS = [
    "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jetty",
    "knoll", "ledge", "marsh", "north",
]  # fmt: skip
CALL = '<tool_call>\n{{"name": "find", "arguments": {}}}\n</tool_call>'
RULES = [word for rule in sorted(FIXABLE) for word in ("--rule", rule)]


def question(number: int, name: str = "harbour") -> str:
    """A question unlike any other."""
    picked = [WORDS[(number * 5 + step * (number + 3)) % len(WORDS)] for step in range(6)]
    return f"{name} {number}: {' '.join(picked)} {number * 7919 % 1000}?"


def called(asked: str, call: str, result: dict, answer: str = "It is there.") -> dict:
    """A row with a call in its text, its result and an answer."""
    return {
        "messages": [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": call},
            result,
            {"role": "assistant", "content": answer},
        ]
    }


def tool(content: str) -> dict:
    return {"role": "tool", "content": content}


def response(content: str) -> dict:
    return {"role": "user", "content": f"<tool_response>\n{content}\n</tool_response>"}


def hermes(number: int) -> str:
    return CALL.format(json.dumps({"path": f"src/{WORDS[number % 14]}{number}.py"}))


def xml(number: int) -> str:
    path = f"src/{WORDS[number % 14]}{number}.py"
    return (
        f"<tool_call>\n<function=find>\n<parameter=path>\n{path}\n</parameter>\n</function>\n"
        "</tool_call>"
    )


def everything() -> dict[str, list]:
    """Rows with every fault that is repaired, those of one class together in train."""
    calls = [called(question(n), hermes(n), response(f"result {n}")) for n in range(40)]
    strings = [
        called(question(n), CALL.format(json.dumps(json.dumps({"n": n}))), response(f"r {n}"))
        for n in range(40, 44)
    ]
    roles = [called(question(n), hermes(n), tool(f"output {n}")) for n in range(44, 48)]
    others = [called(question(n), xml(n), response(f"text {n}")) for n in range(48, 52)]
    layouts = [
        called(question(n), hermes(n).replace("\n", ""), response(f"said {n}"))
        for n in range(52, 55)
    ]
    twice = [called(question(55), hermes(55), response(response("in two")["content"]))]
    direct = [row(question(n, "lighthouse")) for n in range(60, 100)]
    long = " ".join(f"{word} {number}" for number, word in enumerate(3 * WORDS))
    near = [row(f"quay: {long}", "Yes, all of it."), row(f"quay: {long} now", "Yes, all of it.")]
    train = [*calls, *strings, *roles, *others, *layouts, *twice, calls[3], calls[3], *direct]
    valid = [
        row(question(200, "pier")),
        calls[5],
        called(question(6), xml(206), response("else")),
        row(f"  {question(61, 'LIGHTHOUSE').upper()}"),
        row(question(201, "pier")),
        row(question(201, "pier")),
        row(f"quay: {long} then", "Yes, all of it."),
    ]
    return {"train": [*train, *near], "valid": valid}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `data` with all of it; the working folder is around it."""
    monkeypatch.chdir(tmp_path)
    for split, rows in everything().items():
        write(tmp_path / "data" / f"{split}.jsonl", rows)
    return tmp_path / "data"


def fix(*args: str) -> Result:
    return CliRunner().invoke(main, ["audit", *args])


def fixed(*args: str) -> dict:
    result = fix(*args, "--json")
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def changes(out: Path) -> list[dict[str, str]]:
    with (out / "changes.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# The whole of it


def test_the_data_has_every_fault_that_is_repaired_but_one(data: Path):
    rules = {finding["rule"] for finding in fixed("data", *RULES)["findings"]}
    assert rules == FIXABLE - {"result_wrapped_by_role"}


def test_the_copy_passes_the_audit_for_every_rule_that_is_repaired(data: Path):
    result = fixed("data", *RULES, "--fix", "out/clean")
    assert [finding["rule"] for finding in result["findings"]] == []
    assert result["verdict"]["is_sound"]
    assert [file["path"] for file in result["files"]] == [
        "out/clean/train.jsonl", "out/clean/valid.jsonl",
    ]  # fmt: skip


def test_the_input_is_never_touched(data: Path):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in data.iterdir()}
    fix("data", "--fix", "out/clean")
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in data.iterdir()} == before
    assert sorted(path.name for path in data.parent.iterdir()) == ["data", "out"]
    assert [path.name for path in (data.parent / "out").iterdir()] == ["clean"]


def test_to_repair_a_copy_changes_nothing(data: Path):
    fix("data", *RULES, "--fix", "out/clean")
    result = fixed("out/clean", *RULES, "--fix", "out/again")
    assert result["fixed"] == {"out": "out/again", "changes": "out/again/changes.csv", "counts": {}}
    first, again = (tree(data.parent / "out" / name) for name in ("clean", "again"))
    assert first.pop("changes.csv") != again.pop("changes.csv")
    assert first == again


def test_every_change_is_listed_with_its_reason(data: Path):
    result = fixed("data", *RULES, "--fix", "out/clean")
    listed = changes(data.parent / "out/clean")
    counted = Counter((change["change"], change["rule"]) for change in listed)
    counts = result["fixed"]["counts"]
    assert {(kind, rule): n for kind, of in counts.items() for rule, n in of.items()} == counted
    assert counts["removed"]["duplicate_row"] == 3
    assert counts["removed"]["leak_row"] == 1
    assert counts["removed"]["leak_first_user"] == 1
    assert counts["removed"]["leak_first_user_folded"] == 1
    assert counts["removed"]["near_duplicate"] == 1
    assert counts["removed"]["near_duplicate_leakage"] == 1
    assert counts["rewritten"]["call_arguments_string"] == 4
    assert counts["rewritten"]["role_tool_embedded"] == 4
    assert counts["rewritten"]["dialects_several"] >= 4
    assert counts["rewritten"]["call_layouts_several"] == 3
    assert counts["rewritten"]["result_wrapped_twice"] == 1
    assert all(change["reason"] and change["file"] and change["line"] for change in listed)
    leaked = next(change for change in listed if change["rule"] == "leak_row")
    assert leaked == {
        "file": "data/valid.jsonl",
        "line": "2",
        "change": "removed",
        "rule": "leak_row",
        "other": "data/train.jsonl:6",
        "reason": leaked["reason"],
    }
    before = sum(len(rows) for rows in everything().values())
    assert result["rows"]["all"] == before - sum(counts["removed"].values())


def test_rows_that_need_nothing_stay_byte_for_byte(data: Path):
    odd = '{"messages":  [{"role":"user","content":"\\u00e9 odd  spacing"} ,{"role":"assistant",'
    odd += '"content":"Kept as it is, and as nothing else."}] }'
    write(data / "train.jsonl", [*everything()["train"], odd, "not json", ""])
    fix("data", *RULES, "--fix", "out/clean")
    kept = lines(data.parent / "out/clean/train.jsonl")
    assert odd in kept
    assert kept[-2:] == ["not json", ""]


def test_a_rewritten_row_keeps_its_way_of_writing(data: Path):
    rows = [called(question(n), hermes(n), tool(f"é {n}")) for n in range(3)]
    write(
        data / "train.jsonl",
        [
            json.dumps(rows[0], separators=(",", ":"), ensure_ascii=False),
            json.dumps(rows[1], ensure_ascii=True),
            json.dumps(rows[2], ensure_ascii=False),
        ],
    )
    fix("data", "--rule", "role_tool_embedded", "--fix", "out/clean")
    compact, escaped, plain = lines(data.parent / "out/clean/train.jsonl")
    assert '{"messages":[{"role":"user","content":' in compact
    assert "é 0" in compact
    assert escaped.isascii()
    assert "é 2" in plain
    assert '"role": "user", "content": "<tool_response>' in plain


def test_only_the_rules_that_are_asked_for_are_repaired(data: Path):
    result = fixed("data", "--rule", "leak_row", "--fix", "out/clean")
    assert result["fixed"]["counts"] == {"removed": {"leak_row": 1}}
    assert (data / "train.jsonl").read_bytes() == (
        data.parent / "out/clean/train.jsonl"
    ).read_bytes()
    write(data.parent / "curate.toml", ["[audit]", 'disable = ["near_duplicate"]'])
    result = fixed("data", "--fix", "out/more")
    assert "near_duplicate" not in result["fixed"]["counts"]["removed"]


def test_numbers_are_written_in_a_dialect_whose_schema_brings_them_back(data: Path):
    """In one row the tools are offered, and a line is a number; in the other nothing says so."""
    find = {"name": "find", "parameters": {"properties": {"line": {"type": "integer"}}}}
    numbered = called(question(1), CALL.format('{"line": 3}'), response("a"))
    rows = [called(question(n), xml(n), response(f"r {n}")) for n in range(10, 14)]
    offering = {**numbered, "tools": [{"type": "function", "function": find}]}
    other = called(question(2), CALL.format('{"line": 3}'), response("b"))
    write(data / "train.jsonl", [*rows, offering, other])
    (data / "valid.jsonl").unlink()
    result = fixed("data", "--rule", "dialects_several", "--fix", "out/clean")
    assert result["fixed"]["counts"]["rewritten"] == {"dialects_several": 1}
    assert [
        one["line"] for one in changes(data.parent / "out/clean") if one["change"] == "left"
    ] == ["6"]
    written = json.loads(lines(data.parent / "out/clean/train.jsonl")[4])
    assert "<parameter=line>\n3\n</parameter>" in written["messages"][1]["content"]


def test_what_cannot_be_repaired_is_left_and_listed(data: Path):
    text = CALL.format('"{not json}"')
    write(data / "train.jsonl", [*everything()["train"], called(question(300), text, tool("x"))])
    result = fixed("data", "--rule", "call_arguments_string", "--fix", "out/clean")
    assert result["fixed"]["counts"]["left"] == {"call_arguments_string": 1}
    (left,) = [one for one in changes(data.parent / "out/clean") if one["change"] == "left"]
    assert left["reason"] == "cannot be repaired without a change of what it says"


def test_the_report_tells_what_was_done(data: Path):
    text = fix("data", *RULES, "--fix", "out/clean").stdout
    first, removed, *_ = text.splitlines()
    assert first == "data -> out/clean"
    assert removed.startswith("  removed 3 duplicate_row, ")
    assert "\n  every change: out/clean/changes.csv\n\nout/clean: " in text


# Other forms


def test_results_of_tool_calls_lose_tags_that_the_template_brings(data: Path):
    calls = [{"type": "function", "function": {"name": "find", "arguments": '{"path": "a"}'}}]
    given = {
        "messages": [
            {"role": "user", "content": question(1)},
            {"role": "assistant", "content": "", "tool_calls": calls},
            tool(response("found")["content"]),
            {"role": "assistant", "content": "There."},
        ]
    }
    write(data / "train.jsonl", [given])
    (data / "valid.jsonl").unlink()
    result = fixed("data", *RULES, "--fix", "out/clean")
    assert result["findings"] == []
    (line,) = lines(data.parent / "out/clean/train.jsonl")
    messages = json.loads(line)["messages"]
    assert messages[2] == tool("found")
    assert messages[1]["tool_calls"][0]["function"]["arguments"] == {"path": "a"}


@pytest.mark.parametrize("form", ["parquet", "gzip", "array"])
def test_other_files_are_copied_as_a_row_a_line(data: Path, form):
    rows = [row(question(n)) for n in (1, 2, 1, 3)]
    (data / "train.jsonl").unlink()
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), data / "train.parquet")
    elif form == "gzip":
        with gzip.open(data / "train.jsonl.gz", "wt", encoding="utf-8") as stream:
            stream.writelines(f"{json.dumps(one)}\n" for one in rows)
    else:
        (data / "train.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    result = fixed("data", "--rule", "duplicate_row", "--fix", "out/clean")
    assert result["fixed"]["counts"] == {"removed": {"duplicate_row": 2}}
    copied = [json.loads(line) for line in lines(data.parent / "out/clean/train.jsonl")]
    assert copied == [rows[0], rows[1], rows[3]]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ([("d/train.jsonl", "train"), ("d/valid.jsonl", "valid")], ["train.jsonl", "valid.jsonl"]),
        ([("a/x.jsonl", "train"), ("b/y.json", "valid")], ["train.jsonl", "valid.jsonl"]),
        ([("valid.jsonl", "train"), ("train.jsonl", "valid")], ["train.jsonl", "valid.jsonl"]),
        (
            [("d/train/1.jsonl.gz", "train"), ("d/train/2.parquet", "train")],
            ["train.jsonl", "train/2.jsonl"],
        ),
        (
            [("d/a/train.jsonl", "train"), ("d/b/train.jsonl", "train")],
            ["a/train.jsonl", "b/train.jsonl"],
        ),
    ],
)
def test_a_copy_is_named_as_its_file_and_says_its_split(files, names):
    given = [DataFile(Path(path), path, split, "lines") for path, split in files]
    assert output_names(given) == names


# Where the copy may be written


@pytest.mark.parametrize(
    ("out", "error"),
    [
        ("data", "--fix data: is the data itself\n  fix: name a folder beside it\n"),
        (
            "data/clean",
            "--fix data/clean: lies in the data, data\n  fix: name a folder beside it\n",
        ),
        ("data/../data/x/y", None),
        (
            "full",
            "--fix full: is not empty\n  fix: name a folder that is not there yet\n",
        ),
        (
            "data/train.jsonl",
            "--fix data/train.jsonl: is a file\n  fix: name a folder that is not there yet\n",
        ),
        (".", "--fix .: is not empty\n  fix: name a folder that is not there yet\n"),
    ],
)
def test_a_folder_with_anything_in_it_is_refused(data: Path, out, error):
    write(data.parent / "full" / "a.txt", ["mine"])
    before = tree(data)
    result = fix("data", "--fix", out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("beside it\n") if error is None else result.stderr == error
    assert tree(data) == before


def test_a_link_into_the_data_is_refused(data: Path):
    (data.parent / "link").symlink_to(data, target_is_directory=True)
    result = fix("data", "--fix", "link/clean")
    assert result.stderr.startswith("--fix link/clean: lies in the data, data\n")


def test_an_empty_folder_is_filled(data: Path):
    (data.parent / "out").mkdir()
    assert fix("data", "--rule", "leak_row", "--fix", "out").exit_code == 0
    assert sorted(tree(data.parent / "out")) == ["changes.csv", "train.jsonl", "valid.jsonl"]


def test_nothing_is_written_where_it_cannot_end(data: Path, monkeypatch):
    from curate import fixing

    def fail(*_, **__):
        raise OSError(28, "No space left on device", "made")

    monkeypatch.setattr(fixing, "write_copy", fail)
    assert fix("data", "--rule", "leak_row", "--fix", "out/clean").exit_code == 2
    assert list((data.parent / "out").iterdir()) == []
