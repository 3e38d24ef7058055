"""Tables that are wider than the terminal."""

import re
import shutil
import sys

import pytest

from curate.console import show_table

COLUMNS = ["run_id", "verb", "model", "result"]
ROWS = [
    ["score-generated-pluggy-12", "score", "out/runs/train-phase27-1/fused-5bit", "77.5 %"],
    ["train-phase27-1", "train", None, "valid loss 1.2345"],
]


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def pretend(columns: int) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))
        assert shutil.get_terminal_size().columns == columns

    return pretend


def test_a_row_that_does_not_fit_is_a_block_in_which_nothing_is_cut(capsys, terminal):
    terminal(60)
    show_table(COLUMNS, ROWS)
    assert capsys.readouterr().out == (
        "score-generated-pluggy-12\n"
        "  verb score   model out/runs/train-phase27-1/fused-5bit\n"
        "  result 77.5 %\n"
        "train-phase27-1\n"
        "  verb train   result valid loss 1.2345\n"
    )


def test_a_row_that_fits_stays_in_a_table(capsys, terminal):
    terminal(120)
    show_table(COLUMNS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert any(all(str(cell) in line for cell in ROWS[0]) for line in lines)


def test_a_pipe_gets_tabs_however_narrow(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "10")
    show_table(COLUMNS, ROWS)
    assert capsys.readouterr().out.splitlines()[0] == "\t".join(COLUMNS)


def test_long_texts_are_broken_between_words_and_stay_in_a_table(capsys, terminal):
    terminal(40)
    show_table(["name", "text"], [["a", "one two three four five six seven eight nine ten"]])
    lines = capsys.readouterr().out.splitlines()
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    assert [line.split() for line in plain if "e" in line][1:] == [
        ["a", "one", "two", "three", "four", "five", "six"],
        ["seven", "eight", "nine", "ten"],
    ]


def test_a_cell_gives_the_terminal_no_command(capsys, terminal):
    for width in (80, 10):
        terminal(width)
        show_table(["name", "text"], [["a", "\x1b[2J gone"]])
        assert "\x1b[2J" not in capsys.readouterr().out
