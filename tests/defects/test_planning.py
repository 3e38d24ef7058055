"""Plans: every defect gets its turn in every source, files share the load, states are balanced."""

from collections import Counter

import pytest

from curate.defects import all_defects
from curate.defects.base import applied
from curate.defects.file import FilePlantings, FileTask, plantings_of
from curate.defects.planning import (
    NO_SITE,
    NO_TOOL,
    RunningTest,
    SourceFiles,
    plan,
    reports_of,
    running_tests,
)
from tests.defects.conftest import PARCELBOX

SOURCE = "parcelbox@local"


@pytest.fixture(scope="module")
def files() -> tuple[FilePlantings, ...]:
    """What fits into the modules of parcelbox."""
    paths = sorted((PARCELBOX / "src").rglob("*.py"))
    return tuple(
        plantings_of(
            FileTask(SOURCE, path.name, str(path), ("parcelbox",), ("Tracker", "normalize"), 5)
        )
        for path in paths
    )


def source(files, source_id=SOURCE, *, runs_tests=False, tests=None, unchecked=()):
    return SourceFiles(source_id, files, runs_tests, tests or {}, frozenset(unchecked))


def planted(planned):
    """(source, path, state, defect) of every planned defect."""
    return [
        (workspace.source_id, change.path, change.state, one.planting.defect)
        for workspace in planned
        for change in workspace.changes
        for one in change.defects
    ]


def test_the_same_plan_comes_of_the_same_seed_and_another_of_another(files):
    plans = [plan([source(files)], workspaces=6, most=3, seed=seed) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_workspaces_have_one_to_most_changed_files_and_no_file_twice(files):
    planned = plan([source(files)], workspaces=7, most=3, seed=1)
    assert [len(workspace.changes) for workspace in planned] == [1, 2, 3, 1, 2, 3, 1]
    for workspace in planned:
        paths = [change.path for change in workspace.changes]
        assert len(paths) == len(set(paths))


def test_all_defects_get_their_turn_over_all_sources(files):
    sources = [source(files, f"s{number}@1") for number in range(4)]
    planned = plan(sources, workspaces=8, most=3, seed=3)
    counts = Counter(defect for *_, defect in planted(planned))
    assert counts.keys() == all_defects().keys()
    assert max(counts.values()) - min(counts.values()) <= 4


def test_states_are_balanced_and_both_is_one_staged_defect_and_one_on_top(files):
    planned = plan([source(files)], workspaces=12, most=2, seed=3)
    changes = [change for workspace in planned for change in workspace.changes]
    counts = Counter(change.state for change in changes)
    assert set(counts) == {"unstaged", "staged", "both", "committed"}
    assert max(counts.values()) - min(counts.values()) <= 1
    texts = {file.path: file.text for file in files}
    for change in changes:
        staged = [one.is_staged for one in change.defects]
        if change.state != "both":
            assert staged == [change.state != "unstaged"]
            assert (change.content, change.staged) == (change.defects[0].planting.text, None)
            continue
        first, second = (one.planting for one in change.defects)
        assert staged == [True, False]
        assert change.staged == first.text
        assert change.content == applied(texts[change.path], (*first.edits, *second.edits))
        for one in change.defects:
            line = change.content.split("\n")[one.changed_line - 1].strip()
            assert not one.planting.planted or line == one.planting.planted


def test_no_defect_is_planted_twice_in_a_file_and_the_files_share_the_load(files):
    planned = plan([source(files)], workspaces=8, most=2, seed=9)
    pairs = [(path, defect) for _, path, _, defect in planted(planned)]
    assert len(pairs) == len(set(pairs))
    loads = Counter(path for workspace in planned for path in {c.path for c in workspace.changes})
    assert max(loads.values()) <= 3


def test_what_fits_nowhere_or_is_seen_by_nobody_is_told_once_with_its_reason(files):
    some = tuple(
        file._replace(plantings=tuple(p for p in file.plantings if p.defect in kept))
        for file in files
        for kept in [{"wrong_return_type", "none_comparison", "off_by_one"}]
    )
    everywhere = [file.path for file in files]
    planned = plan([source(some, unchecked=everywhere)], workspaces=3, most=1, seed=1)
    missing = {
        name: NO_SITE for name in all_defects() if name not in {"none_comparison", "off_by_one"}
    }
    assert [dict(one.missing) for one in planned] == [
        {**missing, "wrong_return_type": NO_TOOL},
        {},
        {},
    ]
    assert {defect for *_, defect in planted(planned)} == {"none_comparison", "off_by_one"}


def test_a_source_without_any_place_has_workspaces_without_changes():
    (workspace,) = plan([source(())], workspaces=1, most=3, seed=1)
    assert workspace.changes == ()
    assert dict(workspace.missing) == dict.fromkeys(all_defects(), NO_SITE)


def test_a_workspace_of_a_source_whose_tests_run_has_one_defect_that_tests_notice(files):
    tests = {file.path: (RunningTest("tests/t.py", frozenset(), False, True, 1),) for file in files}
    seen = {name for name, one in all_defects().items() if "pytest_run" in one.reports}
    planned = plan([source(files, runs_tests=True, tests=tests)], workspaces=9, most=2, seed=4)
    noticed = [
        [one.planting.defect for change in workspace.changes for one in change.defects]
        for workspace in planned
    ]
    assert [sum(name in seen for name in names) for names in noticed] == [1] * 9
    assert any(len(names) > 1 for names in noticed)


def test_a_report_names_only_tools_that_see_the_file(files):
    file = next(f for f in files if f.path == "tracking.py")
    (planting,) = [p for p in file.plantings if p.defect == "unresolved_name"]
    tests = {"tracking.py": (RunningTest("tests/test_tracking.py", frozenset(), True, True, 9),)}
    full = {"typecheck": ("unresolved-reference",), "ruff_check": ("F821",), "pytest_run": ()}
    cases = [
        (source(files, runs_tests=True, tests=tests), full.keys()),
        (source(files, runs_tests=False, tests=tests), {"typecheck", "ruff_check"}),
        (source(files, runs_tests=True), {"typecheck", "ruff_check"}),
        (source(files, unchecked=["tracking.py"]), {"ruff_check"}),
    ]
    for one, tools in cases:
        assert reports_of(one, "tracking.py", planting) == {tool: full[tool] for tool in tools}


def test_tests_that_call_the_code_come_first_then_the_one_named_after_it_then_small_ones(files):
    file = next(f for f in files if f.path == "tracking.py")
    planting = next(p for p in file.plantings if p.symbol and p.symbol.startswith("Tracker."))
    tests = (
        RunningTest("tests/test_cli.py", frozenset(), False, True, 1),
        RunningTest("tests/test_all.py", frozenset({"Tracker"}), False, True, 90),
        RunningTest("tests/test_few.py", frozenset({"Tracker"}), False, False, 2),
        RunningTest("tests/test_tracking.py", frozenset(), True, True, 40),
    )
    one = source(files, runs_tests=True, tests={"tracking.py": tests})
    assert running_tests(one, "tracking.py", planting) == [
        "tests/test_few.py",
        "tests/test_all.py",
        "tests/test_tracking.py",
        "tests/test_cli.py",
    ]


def test_a_fault_that_tests_notice_goes_into_code_that_they_call(files):
    by_name = {p.defect: p for f in files if f.path == "tracking.py" for p in f.plantings}
    assert by_name["unresolved_name"].symbol.startswith(("Tracker.", "normalize"))


@pytest.mark.parametrize(
    "content",
    [
        b"x = '\xff'\n",
        b"def f(\n",
        b"def f(a) -> " + b" | ".join([b"int"] * 5_000) + b":\n    return str(a)\n",
        b"x = " + b"(" * 3_000 + b")" * 3_000 + b"\n",
        b"def f(a):\n    return a is None  " + b"#" * 90_000 + b"\n",
    ],
    ids=["latin", "broken", "union", "brackets", "comment"],
)
def test_a_file_that_is_broken_or_hostile_has_no_plantings(tmp_path, content):
    bad = tmp_path / "bad.py"
    bad.write_bytes(content)
    assert plantings_of(FileTask("s@1", "bad.py", str(bad), (), (), 1)).plantings == ()
