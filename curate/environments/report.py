"""pytest, and what it reports as JSON lines: run by the Python of a source's environment, confined.

python -P report.py -q tests/test_formatting.py
{"event": "start", "name": "tests/test_formatting.py::test_basic"}
{"event": "test", "name": "tests/test_formatting.py::test_basic", "outcome": "passed", …}
{"event": "end", "status": 0}

It shares its process with the tests, so a test that wants to lie can. It imports nothing of curate.
"""

import json
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

MAX_MESSAGE_CHARS = 2000


class Reporter:
    """Writes an event for each test as it begins and for each thing that is to be told of it."""

    def __init__(self, output: int) -> None:
        self._output = output
        self._excinfo: dict[str, pytest.ExceptionInfo[BaseException]] = {}

    def say(self, event: str, **fields: Any) -> None:
        """Write one line; os.write, because a test may close or replace files of Python."""
        line = f"{json.dumps({'event': event, **fields})}\n".encode()
        while line:
            line = line[os.write(self._output, line) :]

    def error(self, name: str, exception: BaseException, line: int | None = None) -> None:
        """Report what went wrong outside of any test."""
        self.say("test", name=name, outcome="error", message=_said(exception), line=line)

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self) -> Generator[None, Any, Any]:
        """A conftest.py that cannot be imported; pytest itself only prints it."""
        try:
            return (yield)
        except Exception as error:
            path, cause = getattr(error, "path", None), getattr(error, "cause", None)
            if path is not None and isinstance(cause, BaseException):
                self.error(_relative(Path(path)), cause)
            raise

    def pytest_sessionstart(self) -> None:
        """No random examples and no limits of time in them, whatever profile a project loads."""
        try:
            from hypothesis import HealthCheck, settings
        except ImportError:
            return
        default = settings.default
        suppressed = default.suppress_health_check if default is not None else ()
        checks = {*suppressed, HealthCheck.too_slow}
        settings.register_profile(
            "curate",
            default,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=sorted(checks, key=lambda check: check.name),
        )
        settings.load_profile("curate")

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        """A file that cannot be collected."""
        if isinstance(report, pytest.CollectReport):
            raised = call.excinfo.value
            cause = raised.__cause__ or raised
            line = cause.lineno if isinstance(cause, SyntaxError) else None
            is_own = line is not None and getattr(cause, "filename", None) == str(node.path)
            self.error(node.nodeid or ".", cause, line if is_own else None)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that skips itself."""
        if report.skipped:
            reason = _reason(report)
            self.say("test", name=report.nodeid, outcome="skipped", message=reason, line=None)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """An error that pytest does not expect, such as a conftest.py deeper down, or sys.exit."""
        cause = getattr(excinfo.value, "cause", excinfo.value)
        path = getattr(excinfo.value, "path", None)
        self.error(_relative(Path(path)) if path else ".", cause)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """A test that ends the whole run; pytest itself ends so after errors of collection."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):
            self.say("interrupted", message=_said(excinfo.value))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins: if nothing follows, it is the one that ended the process."""
        self.say("start", name=nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
        """Hand the exception and its line to what tells of the report."""
        report = yield
        if call.excinfo is not None:
            report.curate = (_said(call.excinfo.value), _line(item, call.excinfo))
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One of the three parts of a test; the parts that went as they should are left out."""
        outcome = _outcome(report)
        if outcome is None:
            return
        message, line = getattr(report, "curate", (None, None))
        if outcome in ("skipped", "xfailed", "xpassed"):
            message, line = _reason(report), None
        elif outcome == "failed" and message is None:  # a test that was to fail, and did not
            message = str(report.longrepr)
        self.say("test", name=report.nodeid, outcome=outcome, message=_cut(message), line=line)


def _outcome(report: Any) -> str | None:
    """The word for a report; None for a part that says nothing."""
    if type(report) is not pytest.TestReport and not report.failed:
        return None  # a subtest: only its failure counts
    if report.when != "call":
        is_expected = hasattr(report, "wasxfail")
        skipped = "xfailed" if is_expected else "skipped"
        return "error" if report.failed else skipped if report.skipped else None
    if hasattr(report, "wasxfail"):
        return "xfailed" if report.skipped else "xpassed"
    return str(report.outcome)


def _reason(report: Any) -> str:
    if hasattr(report, "wasxfail"):
        return _cut(str(report.wasxfail).removeprefix("reason: ")) or ""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return _cut(text.removeprefix("Skipped: ")) or ""


def _line(item: pytest.Item, excinfo: pytest.ExceptionInfo[BaseException]) -> int | None:
    """The last line of the test's own file that an exception went through."""
    lines = [entry.lineno + 1 for entry in excinfo.traceback if str(entry.path) == str(item.path)]
    return lines[-1] if lines else None


def _said(error: BaseException) -> str:
    """The first line of an exception, with its type."""
    try:
        text = pytest.ExceptionInfo.from_exception(error).exconly()
    except Exception:  # noqa: BLE001  its own __str__ is a test's code
        text = type(error).__name__
    if isinstance(error, SyntaxError):  # the lines before show where
        text = f"{type(error).__name__}: {error}"
    return _cut(text) or ""


def _cut(text: str | None) -> str | None:
    return text and next(iter(text.strip().splitlines()), "")[:MAX_MESSAGE_CHARS]


def _relative(path: Path) -> str:
    folder = Path.cwd()
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def main() -> None:
    """Run pytest with what it prints thrown away; the report goes where that would have gone."""
    output = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    reporter = Reporter(output)
    status = pytest.main(sys.argv[1:], plugins=[reporter])
    reporter.say("end", status=int(status))


if __name__ == "__main__":
    main()
