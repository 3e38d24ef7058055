"""`pytest_run`: the tests of one file, really run, in a throw-away copy of the workspace.

{"success":false,"passed":3,"failed":1,"errors":0,"skipped":0,"xfailed":0,"xpassed":0,"tests":[
 {"name":"tests/test_billing.py::test_total","outcome":"failed","line":9,
  "message":"AssertionError: assert 3 == 4"}, …],"truncated":false}

The environment comes from the workspace, the walls from `sandbox`, the report from
`curate/environments/report.py`, which runs inside them.
"""

import json
import platform
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field

from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace
from curate.tools.plain import TREE, Plain
from curate.tools.sandbox import Confined, Confines, Work, homes_of, run_confined

MAX_TESTS = 25
LIMITS = Confines(timeout_seconds=60.0, output_bytes=1 << 22)
REPORT = Path(__file__).parents[1] / "environments" / "report.py"
# Plugins that change the order of tests, spread or repeat them, write, or measure.
PLUGINS = (
    *("randomly", "random_order", "xdist", "cacheprovider", "cov", "_cov", "benchmark"),
    *("rerunfailures", "flaky", "sugar", "metadata", "html", "pastebin"),
)
OPTIONS = ("-q", "--color=no", "--tb=line", "--show-capture=no", "--no-header", "--no-summary")

Outcome = Literal["passed", "failed", "error", "skipped", "xfailed", "xpassed"]
# A test that failed and then could not be torn down is one test: the worst counts.
WORST: tuple[Outcome, ...] = ("error", "failed", "xpassed", "xfailed", "skipped", "passed")


class PytestArguments(Arguments):
    """Which tests."""

    path: str = Field(
        description="Test file, relative to the project, or one test in it: file::test or "
        "file::Class::test."
    )
    keyword: str | None = Field(
        None, description="Only tests whose names match this expression, as pytest -k takes it."
    )


class TestOutcome(BaseModel):
    """One test, or a file that could not be collected; `line` is where in the file it failed."""

    __test__ = False  # no test of ours, whatever its name begins with

    name: str
    outcome: Outcome
    message: str | None = None
    line: int | None = None


class PytestResult(Result):
    """`success` means that tests ran and none failed. Counts are of all tests, each once.

    At most MAX_TESTS are listed, in the order they ran; those that did not pass stay longest.
    """

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    xfailed: int = 0
    xpassed: int = 0
    tests: list[TestOutcome] = Field(default_factory=list)
    truncated: bool = False


class PytestRun(Tool):
    """pytest with the project's own settings, without plugins that make runs differ."""

    name = "pytest_run"
    family = "quality"
    description = (
        "Run the tests of one file with pytest and get how many passed, failed, were skipped or "
        "could not run, and each test with its outcome and the short reason of a failure. "
        f"At most {MAX_TESTS} tests are listed, failing ones first of all to be kept; the counts "
        f"cover all. A run may take {LIMITS.timeout_seconds:g} seconds."
    )
    arguments = PytestArguments
    result = PytestResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'pytest_run 1, Python 3.11.7'. The pytest is one of the source's pins."""
        return f"pytest_run 1, Python {platform.python_version()}"

    def run(self, workspace: Workspace, **arguments: Any) -> PytestResult:
        """What pytest reports. Raises ToolError when it reports nothing that can be told."""
        path, keyword = arguments["path"], arguments.get("keyword")
        file, separator, test = path.partition("::")
        target = workspace.resolve(file)
        if target.is_dir():
            raise ToolError(f"{path}: is a folder, name one test file")
        if not target.is_file():
            raise ToolError(f"{path}: no such file")
        if target.suffix != ".py":
            raise ToolError(f"{path}: is no Python file")
        if "\0" in test + (keyword or ""):
            raise ToolError("a NUL character is no part of a name")
        if workspace.environment is None:
            raise ToolError("the tests of this project cannot be run here: it has no environment")
        inner = target.relative_to(workspace.root.resolve()).as_posix()
        with tempfile.TemporaryDirectory(prefix="curate-", ignore_cleanup_errors=True) as made:
            scratch = Path(made).resolve()
            asked = f"{scratch / TREE / inner}{separator}{test}"
            ran = _ran(workspace, workspace.environment, scratch, asked, keyword)
            plain = Plain(scratch, workspace.environment)
        return _result(ran, plain, path, keyword)

    def is_cut(self, result: Result) -> bool:
        """Whether a test that did not pass is not listed; of those that passed some may be."""
        if not isinstance(result, PytestResult):
            return False
        listed = sum(test.outcome in {"failed", "error"} for test in result.tests)
        return listed < result.failed + result.errors

    def is_clean(self, result: Result) -> bool:
        """Whether tests ran and none failed."""
        return isinstance(result, PytestResult) and result.success


def _ran(
    workspace: Workspace, environment: Path, scratch: Path, asked: str, keyword: str | None
) -> Confined:
    """The run of pytest in a copy of the tree, under the name and limits of this tool."""
    root = workspace.root.resolve()
    tree, python = scratch / TREE, environment / "bin" / "python"
    code = tree / "src" if (root / "src").is_dir() else tree
    argv = [str(python), "-P", "-s", str(scratch / "report.py"), *OPTIONS]
    argv += [word for plugin in PLUGINS for word in ("-p", f"no:{plugin}")]
    argv += [f"--rootdir={tree}", f"--confcutdir={tree}", f"--basetemp={scratch / 'tmp/pytest'}"]
    argv += [f"-k{keyword}"] if keyword is not None else []
    variables = {
        "PATH": f"{environment / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch / "tmp"),
        "PYTHONPATH": str(code),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "80",
        "LINES": "24",
        "USER": "tests",
        "LOGNAME": "tests",
    }
    work = Work(folders=("home", "tmp"), copies={TREE: root, "report.py": REPORT})
    readable = homes_of(python)
    return run_confined(
        [*argv, asked],
        tree,
        scratch,
        readable,
        LIMITS,
        environment=variables,
        work=work,
        name="pytest",
    )


class _Event(BaseModel):
    """One line of the report, as far as it can be trusted: its form."""

    event: Literal["start", "test", "interrupted", "end"]
    name: str = ""
    outcome: Outcome = "passed"
    message: str | None = None
    line: int | None = None
    status: int = 0


def _result(ran: Confined, plain: Plain, path: str, keyword: str | None) -> PytestResult:
    """The typed result of a report. Raises ToolError when the run was ended before its end."""
    events = list(_events(ran.stdout))
    begun = next((event.name for event in reversed(events) if event.event == "start"), None)
    during = f" in {plain(begun)}" if begun else " before any test"
    if ran.ended:
        raise ToolError(f"pytest: {ran.ended}{during}")
    stopped = next((event for event in events if event.event == "interrupted"), None)
    if stopped:
        raise ToolError(f"pytest: ended{during}: {plain(stopped.message or '')}")
    if not events or events[-1].event != "end":
        raise ToolError(f"pytest: ended{during} with status {ran.exit_status} and no whole report")
    tests = _tests(events, plain)
    if not tests:
        raise ToolError(_nothing(ran.stderr, plain, path, keyword))
    count, kept = Counter(test.outcome for test in tests), _kept(tests)
    return PytestResult(
        success=not count["failed"] + count["error"],
        passed=count["passed"],
        failed=count["failed"],
        errors=count["error"],
        skipped=count["skipped"],
        xfailed=count["xfailed"],
        xpassed=count["xpassed"],
        tests=kept,
        truncated=len(kept) < len(tests),
    )


def _events(stdout: str) -> Iterator[_Event]:
    """The lines of a report; what is none ends it, for then it is not what our plugin wrote."""
    for line in stdout.splitlines():
        try:
            yield _Event.model_validate(json.loads(line))
        except (ValueError, RecursionError):
            return


def _tests(events: Sequence[_Event], plain: Plain) -> list[TestOutcome]:
    """Each test once, in the order they ran, with the worst that was reported of it."""
    worst: dict[str, _Event] = {}
    for event in events:
        if event.event != "test":
            continue
        before = worst.setdefault(event.name, event)
        if WORST.index(event.outcome) < WORST.index(before.outcome):
            worst[event.name] = event
    return [
        TestOutcome(
            name=plain(name),
            outcome=event.outcome,
            message=plain(event.message) if event.message else None,
            line=event.line,
        )
        for name, event in worst.items()
    ]


def _kept(tests: list[TestOutcome]) -> list[TestOutcome]:
    """At most MAX_TESTS, in their order: those that did not pass, then the first that did."""
    first = sorted(range(len(tests)), key=lambda index: (tests[index].outcome == "passed", index))
    return [tests[index] for index in sorted(first[:MAX_TESTS])]


def _nothing(stderr: str, plain: Plain, path: str, keyword: str | None) -> str:
    """Why no test ran: pytest's own complaint, or that there is none."""
    said = [line for line in stderr.splitlines() if line.startswith("ERROR: ")]
    if said:
        return plain(said[0].removeprefix("ERROR: "))
    return f"{path}: no test matches {keyword!r}" if keyword else f"{path}: there are no tests"
