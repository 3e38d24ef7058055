"""What is printed where: lines, tables, errors, and progress."""

import json
import sys

import pytest

from curate import console
from curate.errors import CurateError


@pytest.fixture
def pretend_terminal(capsys, monkeypatch):
    """Makes stdout and stderr say they are a terminal; pytest puts new ones in before each test."""

    def pretend() -> None:
        for stream in (sys.stdout, sys.stderr):
            monkeypatch.setattr(stream, "isatty", lambda: True)

    return pretend


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (
            ("dedupe", 12_410, 9_832, {"near_duplicate": 2_578}, 4.1, ""),
            "dedupe     12,410 -> 9,832   2,578 near_duplicate",
        ),
        (
            ("execute", 10, 4, {"a": 1, "b": 2, "c": 2, "d": 1}, 0.04, "3 of 10 calls were new"),
            "execute            10 -> 4   2 b, 2 c, 1 a, 1 more reasons",
        ),
        (("audit", 5, 5, {}, 0, "27 audits"), "audit               5 -> 5   27 audits"),
        (("split", 5, 5, {}, 0, ""), "split               5 -> 5"),
    ],
)
def test_the_line_of_a_stage_tells_its_flow_its_drops_and_its_seconds(args, line):
    written = console.stage_line(*args[:4], seconds=args[4], note=args[5])
    assert written.startswith(line)
    assert written.endswith(f"{args[4]:6.1f} s")
    assert len(written) == 99


def test_results_go_to_stdout_and_narration_to_stderr(capsys):
    console.show("result")
    console.say("narration")
    assert capsys.readouterr() == ("result\n", "narration\n")


def test_json_keeps_letters_and_writes_what_json_does_not_know_as_text(capsys):
    console.show_json({"é": {1.5: sys.version_info[:1]}, "path": PathLike()})
    assert json.loads(capsys.readouterr().out) == {"é": {"1.5": [3]}, "path": "a/b"}


class PathLike:
    def __str__(self):
        return "a/b"


def test_an_error_tells_where_what_and_fix(capsys):
    error = CurateError("corpora/x.toml", "ratio is 1.4\na ratio is at most 1", "write 0.8")
    console.show_error(error, as_json=False)
    assert capsys.readouterr().err == (
        "corpora/x.toml: ratio is 1.4\n  a ratio is at most 1\n  fix: write 0.8\n"
    )
    console.show_error(error, as_json=True)
    assert json.loads(capsys.readouterr().err) == {
        "error": {
            "where": "corpora/x.toml",
            "what": "ratio is 1.4\na ratio is at most 1",
            "fix": "write 0.8",
        }
    }


def test_progress_is_silent_in_a_pipe_and_when_told_to_be(capsys, monkeypatch):
    console.Progress(is_quiet=False)(1, 2, "files")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    console.Progress(is_quiet=True)(1, 2, "files")
    assert capsys.readouterr() == ("", "")


def test_progress_tells_at_most_ten_times_a_second_on_a_terminal(
    capsys, pretend_terminal, monkeypatch
):
    pretend_terminal()
    now = iter([10.0, 10.05, 10.2])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(now))
    progress = console.Progress(is_quiet=False)
    for done in (500, 900, 1_000):
        progress(done, 2_000, "files")
    assert capsys.readouterr().err == (
        "\r\x1b[K  500 of 2,000 files  25 %\r\x1b[K  1,000 of 2,000 files  50 %"
    )


def test_a_line_clears_the_progress_before_it(capsys, pretend_terminal):
    pretend_terminal()
    console.say("done")
    assert capsys.readouterr().err == "\r\x1b[Kdone\n"


def test_markup_in_a_cell_is_text(capsys, pretend_terminal):
    pretend_terminal()
    console.show_table(["answer"], [["[bold]not bold[/bold]"], [None]])
    assert "[bold]not bold[/bold]" in capsys.readouterr().out
