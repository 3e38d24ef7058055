"""The report that a person reads."""

from dataclasses import replace

import pytest

from curate.gates import Failure
from curate.reporting import render
from curate.reporting.audited import Audited
from curate.reporting.shown import counted, cut, inert, one_line, percent, size, visible

UNSOUND = """\
data: 1,164 rows (1,053 train, 111 valid), 79 % call a tool
  2 files, 847 kB, messages, qwen3_coder

error leak_row: 2 rows
  Valid rows that stand in train.
  data/valid.jsonl:4 and train.jsonl:17  asks: 50% done?
  data/valid.jsonl:9 and :2  50% of a|b
      <b>`x`</b> ::error::no \\x1b[2J\\u202e \\ud800 ]]> & "q" ,:
  why: 13 of 111 valid rows stood in train: validation meant nothing.
  remedy: remove them from valid

warning secret: 30 rows (29 train, 1 valid)
  Rows that hold a secret.
  data/a b,c:d.jsonl:1  line 1
  data/a b,c:d.jsonl:2  line 2
  28 more: --all
  why: A model may repeat it.
  remedy: remove | replace it

note ratio_tool: 1 finding
  Splits with too many or too few calls.
  dataset  train: 98 % of rows call a tool
  why: 97.5 % of calls and it called for everything.
  remedy: add direct answers

Calls of each tool
  tool  calls
  run   1,200
  a|b       3

1 error, 1 warning, 1 note; 4 rules ran; 1 row known to the baseline
not sound: leak_row 2
next: curate audit data --fix out/clean  # repairs what it can of 1 of 3 findings"""
SOUND = """\
data: 1,164 rows (1,053 train, 111 valid), 79 % call a tool
  2 files, 847 kB, messages, qwen3_coder

nothing found; 4 rules ran
sound
next: curate audit data --tokenizer path/to/model  # whether it is trained as it is served"""


def test_an_unsound_dataset_is_told_worst_first_with_what_to_run_next(unsound: Audited):
    assert render(replace(unsound, limit=2), "text") == UNSOUND


def test_a_sound_dataset_is_told_in_five_lines(sound: Audited):
    assert render(sound, "text") == SOUND


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_is_left_out_is_named_up_to_five(sound: Audited, form: str):
    names = tuple(f"data/part{number}.jsonl" for number in range(7))
    text = render(replace(sound, left_out=names), form)
    assert "left out, since the names say no split: " in text
    assert "part4" in text
    assert "part5" not in text
    assert "and 2 more" in text


def test_nothing_fails_where_nothing_may(unsound: Audited):
    text = render(replace(unsound, failures=(), fail_on="never"), "text")
    assert text.splitlines()[-2] == "not judged"


def test_what_is_allowed_is_told_with_what_exceeds_it(unsound: Audited):
    text = render(replace(unsound, failures=(Failure("secret", 1_030, 20),)), "text")
    assert text.splitlines()[-2] == "not sound: secret 1,030 (at most 20)"


def test_without_a_repair_the_next_step_shows_every_row_of_the_worst(unsound: Audited):
    text = render(replace(unsound, fixable=frozenset()), "text")
    assert text.splitlines()[-1] == (
        "next: curate audit data --rule leak_row --all  # every row of the worst"
    )


def test_an_empty_dataset_has_no_share_of_calls(sound: Audited):
    text = render(replace(sound, files=(), forms={}, dialects={}), "text")
    assert text.splitlines()[:2] == ["data: 0 rows ()", "  0 files, 0 bytes"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("a\rb\x85c\u2028d\ud800", r"a\rb\x85c\u2028d\ud800"),
        ("naïve 日本 🙂", "naïve 日本 🙂"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text, shown):
    assert visible(text) == shown


def test_a_long_text_is_one_line_and_cut():
    assert one_line("a\n  b\tc" * 1_000, 10) == "a b ca b…"
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"


@pytest.mark.parametrize(
    ("fraction", "said"),
    [(0, "0 %"), (0.004, "0.40 %"), (0.79, "79 %"), (0.999, "99.90 %"), (1, "100 %")],
)
def test_a_share_is_nothing_or_all_only_when_it_is(fraction, said):
    assert percent(fraction) == said


def test_amounts_are_rounded_to_what_can_be_read():
    assert [size(n) for n in (0, 999, 1_000, 12_345, 1_500_000_000)] == [
        "0 bytes", "999 bytes", "1.0 kB", "12 kB", "1.5 GB",
    ]  # fmt: skip
    assert (counted(1, "row"), counted(1_053, "row")) == ("1 row", "1,053 rows")


def test_no_line_of_the_report_commands_a_step_of_github():
    text = "  ::error title=x::y\n\t::add-mask::a\na ::b\n##[error]z\n: :"
    assert inert(text) == (
        "  \\x3a:error title=x::y\n\t\\x3a:add-mask::a\na ::b\n##\\x5berror]z\n: :"
    )
