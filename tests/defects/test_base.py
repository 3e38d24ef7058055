"""Planting: what a seed and a symbol choose, what stays as it was, and what is said of it."""

import pytest

from curate.defects import all_defects
from curate.defects.base import Edit, Planting, applied, line_after, line_of
from curate.defects.mutable_default import MutableDefault
from curate.defects.none_comparison import NoneComparison
from curate.defects.removed_return import RemovedReturn
from curate.defects.renamed_function import RenamedFunction
from curate.defects.unresolved_name import UnresolvedName
from curate.defects.unused_import import UnusedImport
from curate.defects.unused_variable import UnusedVariable
from curate.defects.words import typo

TWO = """def first(parcel):
    return parcel is None


class Depot:
    def second(self, parcel):
        return parcel is not None
"""


def test_a_planting_says_all_of_what_was_done():
    assert NoneComparison().plant(TWO, "Depot.second", seed=4) == Planting(
        defect="none_comparison",
        text=TWO.replace("is not None", "!= None"),
        line=7,
        changed_line=7,
        before_line=7,
        symbol="Depot.second",
        name="parcel",
        original="return parcel is not None",
        planted="return parcel != None",
        message="Write parcel != None in Depot.second",
        reports={"ruff_check": ("E711",)},
        edits=(Edit(112, 118, "!="),),
        at=105,
    )


def test_the_symbol_chooses_the_definition_and_an_unknown_one_has_no_place():
    planted = {
        symbol: NoneComparison().plant(TWO, symbol) for symbol in ("first", "Depot.second", "third")
    }
    assert planted["first"].line == 2
    assert planted["Depot.second"].line == 7
    assert planted["third"] is None


def test_the_same_seed_plants_the_same_and_seeds_reach_every_place():
    code = "\n".join(f"def f{n}(value):\n    return value is None\n" for n in range(4))
    lines = [NoneComparison().plant(code, seed=seed).line for seed in range(40)]
    assert lines == [NoneComparison().plant(code, seed=seed).line for seed in range(40)]
    assert set(lines) == {2, 5, 8, 11}


def test_a_better_place_comes_before_any_other():
    code = (
        "def lines(rows):\n    return rows\n\n\n"
        "def total(rows, options=None):\n    return rows\n\n\n"
        "def page(rows, extra: list[str] | None = None):\n    return extra\n"
    )
    names = {MutableDefault().plant(code, seed=seed).name for seed in range(20)}
    assert names == {"extra"}


@pytest.mark.parametrize("name", all_defects())
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_other_byte_stays(name, newline, source_files):
    defect = all_defects()[name]
    planted = 0
    for text in source_files:
        before = text.replace("\n", newline)
        planting = defect.plant(before, seed=3, packages=["parcelbox"])
        if planting is None:
            continue
        planted += 1
        old, new = before.split(newline), planting.text.split(newline)
        start = planting.changed_line - 1
        assert old[:start] == new[:start]
        rest = len(old) - planting.before_line if planting.original else len(old) - start
        rest = min(rest, len(new) - start)
        assert old[len(old) - rest :] == new[len(new) - rest :]
        assert newline == "\n" or "\n" not in planting.text.replace("\r\n", "")
    assert planted


@pytest.mark.parametrize(
    "code",
    [
        "def f(value):\n    return value is None  # noqa: E711\n",
        "def f(value):\n    return value is None  # type: ignore[comparison]\n",
        "\ufeffdef f(value):\n    return value is None\n",
        "def f(value):\n\f\n    return value is None\n",
        "def f(value):\r    return value is None\r",
        "def f(value:\n    return value is None\n",
        "import os\n\nassert os.name == 'nt'\n\n\ndef f(value):\n    return value is None\n",
        "import sys\n\nif sys.platform == 'win32':\n    print(value is None)\n",
    ],
    ids=["noqa", "ignored", "mark", "feed", "return", "syntax", "elsewhere", "branch"],
)
def test_what_no_tool_would_report_is_left_alone(code):
    assert NoneComparison().plant(code) is None


def test_a_fault_that_shows_elsewhere_says_both_lines():
    code = (
        "def read_page(path: str) -> str:\n    text = str(path)\n    return text\n\n\n"
        "def show(path):\n    return read_page(path)\n"
    )
    renamed = RenamedFunction().plant(code)
    assert (renamed.line, renamed.changed_line, renamed.name) == (7, 1, "read_page")
    removed = RemovedReturn().plant(code, "read_page")
    assert (removed.line, removed.changed_line, removed.before_line) == (1, 3, 3)
    assert (removed.original, removed.planted) == ("return text", "")
    added = UnusedImport().plant(f'"""Pages."""\n\nimport os\n\n{code}')
    assert (added.line, added.original, added.planted) == (4, "", f"import {added.name}")


def test_a_checker_is_not_said_to_see_what_is_not_annotated():
    plain = RemovedReturn().plant("def a(b):\n    c = b\n    return c\n")
    known = RemovedReturn().plant("def a(b) -> int:\n    c = b\n    return c\n")
    unknown = RemovedReturn().plant("from d import E\n\ndef a(b) -> E:\n    c = b\n    return c\n")
    assert plain.reports == unknown.reports == {"pytest_run": ()}
    assert known.reports == {"typecheck": ("invalid-implicit-return",), "pytest_run": ()}


@pytest.mark.parametrize("name", all_defects())
def test_a_message_is_one_short_line_where_it_can_be(name, source_files):
    for text in source_files:
        planting = all_defects()[name].plant(text, seed=1)
        if planting is not None:
            assert "\n" not in planting.message
            assert "{" not in planting.message.replace(planting.name, "").replace("{}", "")
            assert len(planting.message) <= 100


def test_two_faults_of_one_file_keep_their_lines_when_both_are_there():
    code = f"import os\n\n{TWO}"
    first = UnusedImport().plant(code, seed=1)
    second = NoneComparison().plant(code, "first")
    edits = (*first.edits, *second.edits)
    both = applied(code, edits)
    lines = [line_after(code, edits, one.at) for one in (first, second)]
    shown = [both.split("\n")[line - 1].strip() for line in lines]
    assert shown == [first.planted, second.planted]


def test_lines_are_counted_after_edits_that_add_and_remove_lines():
    text = "a\nb\nc\nd\n"
    edits = (Edit(2, 2, "x\n"), Edit(4, 6, ""))
    assert applied(text, edits) == "a\nx\nb\nd\n"
    assert [line_after(text, edits, at) for at in (0, 2, 6)] == [1, 2, 4]
    assert [line_of(text, at) for at in (0, 2, 6)] == [1, 2, 4]


def test_a_typo_is_one_slip_of_the_hand_and_never_another_word():
    slips = {typo("response", frozenset(), seed) for seed in range(60)}
    assert "response" not in slips
    assert slips >= {"repsonse", "respnse", "resposne"}
    assert all(slip.startswith("r") and len(slip) in {7, 8, 9} for slip in slips), slips
    assert typo("key", frozenset(), 1) is None
    assert typo("größe", frozenset(), 1) is None
    assert {typo("form", frozenset(), seed) for seed in range(20)} <= {"fomr", "from", "frm", "fom"}
    assert "from" not in {typo("form", frozenset(), seed) for seed in range(20)}
    assert "frm" not in {typo("form", {"frm"}, seed) for seed in range(20)}


def test_a_name_is_not_mistyped_where_it_is_bound_or_annotates():
    code = "import size\n\n\ndef measure(length: size) -> size:\n    length = 3\n"
    assert UnresolvedName().plant(code) is None


def test_a_variable_is_not_called_by_a_name_of_the_file():
    names = "result outcome response status value ret returned error exc err exception"
    code = f"def f():\n    g()\n\n\n# {names}\n"
    assert UnusedVariable().plant(code) is None
