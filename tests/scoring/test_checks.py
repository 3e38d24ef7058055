"""What fits, what stands at a place, and what an answer states."""

import time

import pytest

from curate.scoring import checks
from curate.scoring.checks import fits, is_found, is_stated, values_at
from curate.scoring.suites import Fits

RESULT = {"errors": [{"line": 3, "code": "a"}, {"line": 9, "code": "a"}], "error_count": 2}


@pytest.mark.parametrize(
    ("wanted", "given", "name", "is_fitting"),
    [
        ("src/a.py", "./src/a.py", "path", True),
        ("src", "src/", "path", True),
        (".", "./", "path", True),
        ("src/a.py", "src/b.py", "path", False),
        ("src/a.py", None, "path", False),
        ("Flask", "app.Flask", "symbol", True),
        ("Flask", "flask", "symbol", False),
        (3, 3, "line", True),
        (3, "3", "line", False),
        (True, 1, "staged", False),
        (("a", "b"), "b", "keyword", True),
        (Fits(contains=("GREP", "x")), "grep -rn x .", "command", True),
        (Fits(contains=("grep", "y")), "grep -rn x .", "command", False),
        (Fits(matches="^ls\\b"), "ls docs", "command", True),
        (Fits(least=3, most=5), 4, "line", True),
        (Fits(least=3), 2, "line", False),
        (Fits(least=0), True, "line", False),
        (Fits(absent=True), None, "path", True),
        (Fits(absent=True), "a", "path", False),
        (Fits(one_of=("src", ".")), "./src", "path", True),
        (Fits(contains=("F401",)), ["F401", "E"], "select", True),
    ],
)
def test_an_argument_fits_or_does_not(wanted, given, name, is_fitting):
    assert fits(wanted, given, name) is is_fitting


def test_a_pattern_that_tries_without_end_is_not_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "PATTERN_SECONDS", 1)
    started = time.monotonic()
    assert not is_found("(a+)+$", "a" * 60 + "!")
    assert not fits(Fits(matches="(a+)+$"), "a" * 60 + "!", "command")
    assert time.monotonic() - started < 5
    assert is_found("(a+)+$", "aaa")


def test_values_stand_at_a_place_of_one_or_of_every_element():
    assert values_at([RESULT], "0.error_count") == [2]
    assert values_at([RESULT], "0.errors.line") == [3, 9]
    assert values_at([RESULT], "0.errors.code") == ["a"]
    assert values_at([RESULT], "0.errors.1.line") == [9]
    for place in ("0.lines", "1.errors", "0.errors.7.line"):
        with pytest.raises(LookupError):
            values_at([RESULT], place)


@pytest.mark.parametrize(
    ("fact", "text", "is_there"),
    [
        (12, "It is used 12 times.", True),
        (12, "twelve places", True),
        (12, "120 times, on line 312", False),
        (12, "12.5 seconds", False),
        (1234, "1,234 lines", True),
        (0, "Nothing was found.", True),
        (0, "There are three.", False),
        (1, "It is used once.", True),
        ("src/a.py", "in `src/a.py`, line 3", True),
        ("src/a.py", "in a.py", True),
        ("src/a.py", "in b.py", False),
        ("Release 1.7.0", "“Release\n1.7.0”", True),
        ("F401", "rule f401", True),
        (True, "whatever", True),
    ],
)
def test_an_answer_states_a_value_or_does_not(fact, text, is_there):
    assert is_stated(fact, text) is is_there
