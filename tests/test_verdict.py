"""Every drop reason and every expectation, on real calls that agree and real calls that do not."""

import pytest

from curate.calling import Traced
from curate.errors import CurateError
from curate.plans import view
from curate.tools import all_tools
from curate.tools.base import Workspace
from curate.verdict import EXPECTATIONS
from curate.verdict import verdict as verdict_of

FILES = {
    "a.py": "import os\n\n\ndef run():\n    return os\n",
    "b.py": "import os\n\n\ndef run(): ...\n",
    "wrong.py": "x: int = 'a'\n",
    "missing.py": "import nowhere\n",
    "empty.py": "",
    "z.bin": "run\0",
    "long.txt": "run\n" * 300,
    "deep/c.py": "def run(): ...\n",
    "deep/wide.txt": "w" * 30_000,
}
LIMIT = 25_000
FIND_RUN = "grep -rn 'def run' --include=*.py ."
PLACES = ["a.py:4", "b.py:4", "deep/c.py:1"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Runs a command line, or a tool with arguments: the call's view and its message."""
    root = tmp_path_factory.mktemp("workspace")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)

    def ran(call):
        name, arguments = ("run_command", {"command": call}) if isinstance(call, str) else call
        tool = all_tools()[name]
        result = tool.call(Workspace("w", root), arguments)
        traced = Traced(name, arguments, result.model_dump_json())
        return view(traced), tool.content(result)

    return ran


def verdict(outcome, expected, ran, limit):
    steps, contents = [view for view, _ in ran], [content for _, content in ran]
    return verdict_of(outcome, expected, steps, contents, limit)


def read(path, **lines):
    return "read_file", {"path": path, **lines}


def typecheck(path):
    return "typecheck", {"path": path}


REASONS = {
    "found": ("found", {}, [FIND_RUN], None),
    "found by a second call": ("found", {}, [FIND_RUN, read("a.py")], None),
    "longer than the limit": ("found", {}, [read("deep/wide.txt")], "too_long"),
    "an earlier one longer than the limit": (
        "found",
        {},
        [read("deep/wide.txt"), FIND_RUN],
        "too_long",
    ),
    "the last call fails": ("found", {}, [read("nope.py")], "unexpected_error"),
    "a program fails": ("found", {}, ["grep -n x nope.py"], "unexpected_error"),
    "a refused command": ("found", {}, ["cat a.py"], "unexpected_error"),
    "an earlier call fails": ("found", {}, [read("nope.py"), FIND_RUN], "unexpected_error"),
    "an earlier call finds nothing": (
        "found",
        {},
        ["grep zebra a.py", FIND_RUN],
        "unexpected_error",
    ),
    "output that was cut": ("found", {}, ["grep -n run long.txt"], "unexpected_error"),
    "nothing found": ("found", {}, ["grep zebra a.py"], "empty_result"),
    "find found nothing": ("found", {}, ["find . -name '*.md'"], "empty_result"),
    "none counted": ("found", {}, ["grep -c zebra a.py"], "empty_result"),
    "none counted anywhere": ("found", {}, ["grep -rc zebra deep"], "empty_result"),
    "honestly empty": ("empty", {}, ["grep -rn zebra ."], None),
    "honestly none": ("empty", {}, ["grep -c zebra a.py"], None),
    "not empty": ("empty", {}, [FIND_RUN], "not_empty"),
    "not empty but cut to nothing": ("empty", {}, ["head deep/wide.txt"], "not_empty"),
    "not empty but binary": ("empty", {}, ["grep -rl --include=*.bin run ."], "not_empty"),
    "only a binary file matches": ("empty", {}, ["grep -rn --include=*.bin run ."], "not_empty"),
    "not empty but failed": ("empty", {}, ["grep -s zebra nope.py"], "not_empty"),
    "empty, but an earlier call failed": (
        "empty",
        {},
        [read("nope.py"), "grep zebra a.py"],
        "unexpected_error",
    ),
    "recovered": ("recovered", {}, [read("nope.py"), FIND_RUN, read("a.py")], None),
    "recovered from a refusal": ("recovered", {}, ["cat a.py", read("a.py")], None),
    "nothing to recover from": ("recovered", {}, [FIND_RUN, read("a.py")], "not_recovered"),
    "recovered from finding nothing": (
        "recovered",
        {},
        ["grep zebra a.py", read("a.py")],
        None,
    ),
    "honestly failed": ("failed", {}, [read("nope.py")], None),
    "not failed": ("failed", {}, [read("a.py")], "not_failed"),
    "finding nothing is no failure": ("failed", {}, ["grep zebra a.py"], "not_failed"),
    "no call at all": ("found", {}, [], "no_call"),
    "the planted defect is reported": (
        "found",
        {"reports": {"file": "wrong.py", "line": 1, "codes": ["invalid-assignment"]}},
        [typecheck("wrong.py")],
        None,
    ),
    "the planted defect is reported elsewhere": (
        "found",
        {"reports": {"file": "wrong.py", "line": 2, "codes": ["invalid-assignment"]}},
        [typecheck("wrong.py")],
        "defect_not_reported",
    ),
    "something else is reported": (
        "found",
        {"reports": {"file": "wrong.py", "line": 1, "codes": ["unresolved-reference"]}},
        [typecheck("wrong.py")],
        "defect_not_reported",
    ),
    "a text without an unwanted word": (
        "found",
        {"without_text": {"errors.0.message": ["Unknown"]}},
        [typecheck("wrong.py")],
        None,
    ),
    "a text with an unwanted word": (
        "found",
        {"without_text": {"errors.0.message": ["Unknown", "assignable"]}},
        [typecheck("wrong.py")],
        "unwanted_text",
    ),
    "an earlier call as expected": (
        "found",
        {"earlier": [{"matches": PLACES}]},
        [FIND_RUN, read("a.py")],
        None,
    ),
    "an earlier call not as expected": (
        "found",
        {"earlier": [{"matches": PLACES[:1]}]},
        [FIND_RUN, read("a.py")],
        "contradicts_facts",
    ),
    "failed twice": (
        "recovered",
        {},
        [read("nope.py"), read("nor.py"), read("a.py")],
        "unexpected_error",
    ),
    "never recovered": ("recovered", {}, [read("nope.py")], "unexpected_error"),
    "recovered to nothing": ("recovered", {}, [read("nope.py"), "grep zebra a.py"], "empty_result"),
    "recovered to something else": (
        "recovered",
        {"matches": ["a.py:5"]},
        [read("nope.py"), FIND_RUN],
        "contradicts_facts",
    ),
    "findings enough": ("found", {"at_least": {"error_count": 1}}, [typecheck("wrong.py")], None),
    "too few findings": (
        "found",
        {"at_least": {"error_count": 2}},
        [typecheck("wrong.py")],
        "too_little",
    ),
    "findings of the code": (
        "found",
        {"without_codes": ["import-not-found"]},
        [typecheck("wrong.py")],
        None,
    ),
    "findings of a bare environment": (
        "found",
        {"without_codes": ["import-not-found"]},
        [typecheck("missing.py")],
        "unwanted_codes",
    ),
    "a check that finds nothing is a result": ("found", {}, [typecheck("b.py")], None),
}


@pytest.mark.parametrize(("outcome", "expected", "calls", "reason"), REASONS.values(), ids=REASONS)
def test_a_candidate_is_dropped_for_what_came_back(run, outcome, expected, calls, reason):
    assert verdict(outcome, expected, [run(call) for call in calls], LIMIT) == reason


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("AssertionError: assert {'a': 1} == {'b': 2, 'a': 1}", "unstable_result"),
        ("AssertionError: assert {2, 1} == set()", "unstable_result"),
        ("AssertionError: assert {'a': 1} == {}", None),
        ("AssertionError: assert (1, 2) == {}", None),
        (None, None),
    ],
)
def test_a_failure_whose_text_may_differ_from_run_to_run_is_dropped(message, reason):
    step = {"tool": "pytest_run", "failed": 1, "errors": 0, "tests": [{"message": message}]}
    step |= {"is_failure": False, "is_empty": False, "is_cut": False}
    assert verdict_of("found", {"fails": 1}, [step], ["text"], LIMIT) == reason


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("wrong.py line 1 invalid-assignment", None),
        ("wrong.py line 11 invalid-assignment", "defect_not_reported"),
        ("wrong.py line 1", "defect_not_reported"),
    ],
)
def test_a_defect_that_code_does_not_print_is_dropped(run, printed, reason):
    expected = {"reports": {"file": "wrong.py", "line": 1, "codes": ["invalid-assignment"]}}
    steps = [run(typecheck("wrong.py"))[0]]
    assert verdict_of("found", expected, steps, [printed], LIMIT) == reason


def test_a_result_as_long_as_the_limit_is_kept(run):
    ran = [run("head -n 1 a.py")]
    length = len(ran[0][1])
    assert verdict("found", {}, ran, length) is None
    assert verdict("found", {}, ran, length - 1) == "too_long"


DEFINITION = read("a.py", start_line=4, end_line=5)
EXPECTED = {
    "matches": (FIND_RUN, PLACES, [PLACES[:2], [*PLACES, "d.py:1"], ["a.py:5", *PLACES[1:]], []]),
    "matches_include": (FIND_RUN, PLACES[:1], [["a.py:5"], [*PLACES, "d.py:1"]]),
    "files": ("grep -rl 'def run' --include=*.py .", ["deep/c.py", "b.py", "a.py"], [["a.py"], []]),
    "files_include": ("find . -name '*.py'", ["a.py", "deep/c.py"], [["a.py", "nope.py"]]),
    "lines": ("ls deep", ["wide.txt", "c.py"], [["c.py"], ["c.py", "wide.txt", "d.py"]]),
    "numbers": ("wc -l b.py a.py", [4, 5, 9], [[5, 4, 9], [4], []]),
    "number_at_least": ("grep -c run long.txt", 299, [301]),
    "start_line": (DEFINITION, 4, [1, 5]),
    "covers_line": (DEFINITION, 5, [3, 6]),
    "line_count": (DEFINITION, 5, [2, 6]),
    "fields": (
        typecheck("wrong.py"),
        {"error_count": 1, "errors.0.line": 1, "errors.code=invalid-assignment.line": 1},
        [
            {"error_count": 2},
            {"errors.0.line": 2},
            {"errors.1.line": 1},
            {"errors.code=other.line": 1},
        ],
    ),
    "rows": (
        typecheck("wrong.py"),
        {"of": "errors", "rows": [{"file": "wrong.py", "line": 1}]},
        [{"of": "errors", "rows": []}, {"of": "errors", "rows": [{"line": 1}, {"line": 2}]}],
    ),
    "rows_include": (
        typecheck("wrong.py"),
        {"of": "errors", "rows": [{"line": 1}]},
        [{"of": "errors", "rows": [{"line": 2}]}],
    ),
}


def test_every_expectation_has_its_case():
    in_reasons = {key for _, expected, _, _ in REASONS.values() for key in expected}
    assert {*EXPECTED, *in_reasons, "fails"} == set(EXPECTATIONS)


@pytest.mark.parametrize(
    ("failed", "errors", "reason"),
    [(1, 0, None), (0, 1, None), (0, 0, "defect_not_reported")],
    ids=["a failing test", "a broken one", "all pass"],
)
def test_a_defect_that_no_test_notices_is_dropped(failed, errors, reason):
    step = {"tool": "pytest_run", "failed": failed, "errors": errors}
    step |= {"is_failure": False, "is_empty": False, "is_cut": False}
    assert verdict_of("found", {"fails": 1}, [step], ["text"], LIMIT) == reason


@pytest.mark.parametrize("key", EXPECTED)
def test_an_expectation_agrees_with_what_is_so_and_with_nothing_else(run, key):
    call, agreeing, contradicting = EXPECTED[key]
    ran = [run(call)]
    assert verdict("found", {key: agreeing}, ran, LIMIT) is None
    for value in contradicting:
        assert verdict("found", {key: value}, ran, LIMIT) == "contradicts_facts"


def test_the_rows_of_a_tree_are_those_at_any_depth():
    leaf = {"name": "run", "children": []}
    step = {"is_failure": False, "is_empty": False, "is_cut": False}
    step |= {"symbols": [{"name": "A", "children": [leaf]}]}
    tree = {"of": "symbols", "nested": "children"}

    def reason(key, *names):
        expected = {key: {**tree, "rows": [{"name": name} for name in names]}}
        return verdict_of("found", expected, [step], ["text"], LIMIT)

    assert [reason("rows", "run", "A"), reason("rows_include", "run")] == [None, None]
    assert [reason("rows", "A"), reason("rows_include", "B")] == ["contradicts_facts"] * 2


def test_all_expectations_must_agree(run):
    ran = [run(DEFINITION)]
    assert verdict("found", {"start_line": 4, "covers_line": 5}, ran, LIMIT) is None
    assert verdict("found", {"start_line": 4, "covers_line": 6}, ran, LIMIT) == "contradicts_facts"


def test_one_number_is_at_least_so_much_and_two_are_not_one(run):
    assert verdict("found", {"number_at_least": 300}, [run("grep -c run long.txt")], LIMIT) is None
    two = [run("wc -l a.py b.py")]
    assert verdict("found", {"number_at_least": 1}, two, LIMIT) == "contradicts_facts"


def test_an_expectation_that_the_last_tool_has_no_answer_to_is_refused(run):
    with pytest.raises(CurateError) as raised:
        verdict("found", {"matches": []}, [run(read("b.py"))], LIMIT)
    assert str(raised.value) == (
        "expected.matches of an intent: needs 'matches' in the last result, which read_file does "
        "not give\n"
        "  fix: expect something of success, error, text, start_line, end_line, line_count, code, "
        "fence, tool, is_failure, is_empty, is_clean, is_cut, or call another tool last"
    )
