"""Real runs of pytest: good tests, broken ones, and such that mean harm."""

import json
import os
import shutil
import socket
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from curate.environments import environment_of
from curate.sources import Cache, fetch, read_registry
from curate.tools import pytest_run, sandbox
from curate.tools.base import Workspace
from curate.tools.plain import Plain
from curate.tools.pytest_run import MAX_TESTS, Confines, PytestResult, PytestRun, TestOutcome

from .conftest import fingerprint

TOOL = PytestRun()
REPOSITORY = Path(__file__).parents[2]
OPEN = sandbox.protections() == sandbox.Protections()


def built(name: str) -> tuple[Path, Path]:
    """The tree and the environment of a pinned source: in the normal cache."""
    source, cache = read_registry(REPOSITORY / "corpora/sources.toml")[name], Cache.open()
    fetched = fetch(source, cache)
    environment = environment_of(source, fetched, cache)
    assert environment is not None
    return fetched.tree, environment


@pytest.fixture(scope="session")
def click() -> tuple[Path, Path]:
    return built("click")


@pytest.fixture
def run(make, click):
    """Runs one file of a workspace made of given files, in click's environment."""

    def result(files, path="tests/test_a.py", keyword=None, environment=click[1]) -> PytestResult:
        files = {"tests/test_a.py": files} if isinstance(files, str) else files
        root = make(files).root
        before = fingerprint(root)
        given = {"path": path} | ({"keyword": keyword} if keyword else {})
        done = TOOL.call(Workspace("w", root, environment=environment), given)
        assert fingerprint(root) == before
        assert isinstance(done, PytestResult)
        return done

    return result


def told(result: PytestResult) -> list[tuple]:
    assert result.error is None
    return [
        (one.name.partition("::")[2] or one.name, one.outcome, one.message, one.line)
        for one in result.tests
    ]


EVERY = """
import pytest

def helper():
    assert [1, 2] == [1, 3], "not the same"

def test_passed(): pass

def test_failed():
    assert 1 + 2 == 4

def test_raised():
    helper()

@pytest.fixture
def broken():
    {}["key"]

def test_error(broken): pass

@pytest.fixture
def torn():
    yield
    raise OSError(2, "gone")

def test_torn(torn): pass

def test_failed_and_torn(torn):
    assert False

@pytest.mark.skip(reason="not today")
def test_skipped(): pass

@pytest.mark.skipif(True, reason="never")
class TestClass:
    def test_within(self): pass

def test_skips_itself():
    pytest.skip("changed my mind")

@pytest.mark.xfail(reason="known", raises=ZeroDivisionError)
def test_expected():
    1 / 0

@pytest.mark.xfail(run=False, reason="hangs")
def test_not_run(): pass

@pytest.mark.xfail
def test_surprise(): pass

@pytest.mark.xfail(strict=True, reason="must fail")
def test_strict(): pass

@pytest.mark.parametrize("text", ["a", "ü b"])
def test_many(text):
    assert text == "a"

def test_sub(subtests):
    for number in range(3):
        with subtests.test(number=number):
            assert number != 1

def test_exits():
    raise SystemExit(3)

def test_group():
    raise ExceptionGroup("two", [ValueError("x"), TypeError("y")])
"""


def test_every_outcome_has_its_word_its_reason_and_its_line(run):
    result = run(EVERY)
    assert told(result) == [
        ("test_passed", "passed", None, None),
        ("test_failed", "failed", "AssertionError: assert (1 + 2) == 4", 10),
        ("test_raised", "failed", "AssertionError: not the same", 5),
        ("test_error", "error", "KeyError: 'key'", 17),
        ("test_torn", "error", "FileNotFoundError: [Errno 2] gone", 24),
        ("test_failed_and_torn", "error", "FileNotFoundError: [Errno 2] gone", 24),
        ("test_skipped", "skipped", "not today", None),
        ("TestClass::test_within", "skipped", "never", None),
        ("test_skips_itself", "skipped", "changed my mind", None),
        ("test_expected", "xfailed", "known", None),
        ("test_not_run", "xfailed", "[NOTRUN] hangs", None),
        ("test_surprise", "xpassed", None, None),
        ("test_strict", "failed", "[XPASS(strict)] must fail", None),
        ("test_many[a]", "passed", None, None),
        ("test_many[\\xfc b]", "failed", "AssertionError: assert 'ü b' == 'a'", 56),
        ("test_sub", "failed", "AssertionError: assert 1 != 1", 61),
        ("test_exits", "failed", "SystemExit: 3", 64),
        ("test_group", "failed", "ExceptionGroup: two (2 sub-exceptions)", 67),
    ]
    assert result.model_dump(exclude={"tests"}) == {
        "success": False,
        "error": None,
        "passed": 2,
        "failed": 7,
        "errors": 3,
        "skipped": 3,
        "xfailed": 2,
        "xpassed": 1,
        "truncated": False,
    }


def test_a_result_as_the_model_reads_it(run):
    result = run("def test_it(): pass\n")
    assert TOOL.content(result) == (
        '{"success":true,"passed":1,"failed":0,"errors":0,"skipped":0,"xfailed":0,"xpassed":0,'
        '"tests":[{"name":"tests/test_a.py::test_it","outcome":"passed"}],"truncated":false}'
    )
    assert TOOL.is_clean(result)
    assert not TOOL.is_clean(run("def test_it(): assert 0\n"))


SOME = """
class TestA:
    def test_one(self): pass
    def test_two(self): pass
def test_one(): pass
"""


@pytest.mark.parametrize(
    ("path", "keyword", "names"),
    [
        ("tests/test_a.py::TestA::test_two", None, ["TestA::test_two"]),
        ("tests/test_a.py::TestA", None, ["TestA::test_one", "TestA::test_two"]),
        ("tests/test_a.py", "one", ["TestA::test_one", "test_one"]),
        ("tests/test_a.py", "one and not TestA", ["test_one"]),
        ("./tests/../tests/test_a.py", "two", ["TestA::test_two"]),
    ],
)
def test_one_test_or_those_of_a_name_are_run(run, path, keyword, names):
    assert [name for name, *_ in told(run(SOME, path, keyword))] == names


REFUSED = {
    "a folder": ("tests", None, "tests: is a folder, name one test file"),
    "no file": ("tests/b.py", None, "tests/b.py: no such file"),
    "outside": ("../b.py", None, "../b.py: outside the project"),
    "no Python": ("notes.md", None, "notes.md: is no Python file"),
    "no such test": ("tests/test_a.py::x", None, "not found: tests/test_a.py::x"),
    "nothing matches": ("tests/test_a.py", "x", "tests/test_a.py: no test matches 'x'"),
    "no tests": ("helper.py", None, "helper.py: there are no tests"),
    "an option": ("tests/test_a.py", "-x", "tests/test_a.py: no test matches '-x'"),
    "NUL": ("tests/test_a.py::\0", None, "a NUL character is no part of a name"),
}


@pytest.mark.parametrize(("path", "keyword", "error"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_run_is_said(run, path, keyword, error):
    files = {"tests/test_a.py": SOME, "helper.py": "x = 1\n", "notes.md": ""}
    assert run(files, path, keyword) == PytestResult(success=False, error=error)


def test_a_keyword_that_is_no_expression_is_told_in_pytests_words(run):
    error = run(SOME, keyword="one and (").error
    assert error is not None
    assert error.startswith("Wrong expression passed to '-k': one and (: ")


def test_a_project_without_an_environment_says_so(run):
    error = "the tests of this project cannot be run here: it has no environment"
    assert run(SOME, environment=None) == PytestResult(success=False, error=error)


BROKEN = {
    "an import": (
        {"src/pkg.py": ""},
        "from pkg import gone\n",
        ("tests/test_a.py", "ImportError: cannot import name 'gone' from 'pkg' (src/pkg.py)", None),
    ),
    "a missing package": (
        {},
        "import nowhere_at_all\n",
        ("tests/test_a.py", "ModuleNotFoundError: No module named 'nowhere_at_all'", None),
    ),
    "the syntax of the test": (
        {},
        "\ndef test_it(:\n",
        ("tests/test_a.py", "SyntaxError: invalid syntax (test_a.py, line 2)", 2),
    ),
    "the syntax of the code": (
        {"src/pkg.py": "\n\ndef (\n"},
        "import pkg\n",
        ("tests/test_a.py", "SyntaxError: invalid syntax (pkg.py, line 3)", None),
    ),
    "an error": (
        {"src/pkg.py": "unknown_name\n"},
        "import pkg\n",
        ("tests/test_a.py", "NameError: name 'unknown_name' is not defined", None),
    ),
    "the conftest above": (
        {"conftest.py": "unknown_name\n"},
        "def test_it(): pass\n",
        ("conftest.py", "NameError: name 'unknown_name' is not defined", None),
    ),
    "the conftest beside": (
        {"tests/conftest.py": "import nowhere_at_all\n"},
        "def test_it(): pass\n",
        ("tests/conftest.py", "ModuleNotFoundError: No module named 'nowhere_at_all'", None),
    ),
    "an exit": (
        {},
        "import sys; sys.exit(1)\n",
        (".", "SystemExit: 1", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "code", "said"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_collected_is_one_error(run, files, code, said):
    name, message, line = said
    test = TestOutcome(name=name, outcome="error", message=message, line=line)
    result = run({"tests/test_a.py": code, **files})
    assert result == PytestResult(success=False, errors=1, tests=[test])


def test_a_file_that_skips_itself_is_skipped(run):
    result = run('import pytest\npytest.importorskip("nowhere_at_all")\n')
    message = "could not import 'nowhere_at_all': No module named 'nowhere_at_all'"
    assert told(result) == [("tests/test_a.py", "skipped", message, None)]
    assert (result.success, result.skipped) == (True, 1)


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("simplejson.py", "passed"),
        ("src/simplejson/__init__.py", "passed"),
        ("lib/simplejson.py", "failed"),
    ],
)
def test_the_code_of_the_workspace_wins_over_what_is_installed(run, path, outcome):
    code = "import simplejson\ndef test_it(): assert hasattr(simplejson, 'mine')\n"
    files = {"tests/test_a.py": code, path: "mine = 1\n"}
    (test,) = run(files, environment=built("structlog")[1]).tests
    assert test.outcome == outcome


def test_a_defect_planted_in_a_source_is_what_its_tests_report(click, tmp_path):
    tree, environment = click
    root = tmp_path / "click"
    shutil.copytree(tree, root)
    code = root / "src/click/formatting.py"
    text = code.read_text(encoding="utf-8")
    path = {"path": "tests/test_formatting.py", "keyword": "basic_functionality"}
    before = TOOL.call(Workspace("w", root, environment=environment), path)
    assert "def write_heading" in text
    code.write_text(text.replace("{heading}:", "{heading}"), encoding="utf-8")
    after = TOOL.call(Workspace("w", root, environment=environment), path)
    assert isinstance(before, PytestResult)
    assert isinstance(after, PytestResult)
    assert (before.success, before.passed, before.failed) == (True, 1, 0)
    assert (after.success, after.passed, after.failed) == (False, 0, 1)
    (test,) = after.tests
    assert (test.name, test.outcome) == (
        "tests/test_formatting.py::test_basic_functionality",
        "failed",
    )
    assert test.message is not None
    assert test.message.startswith("AssertionError: assert ")


@pytest.mark.parametrize("name", ["click", "attrs", "structlog", "svcs"])
def test_a_source_finds_its_own_version_without_having_been_built(name, tmp_path):
    tree, environment = built(name)
    (tmp_path / "tests").mkdir()
    shutil.copytree(tree / "src", tmp_path / "src")
    code = f"""
import importlib.metadata, importlib
def test_it():
    module = importlib.import_module({"attr" if name == "attrs" else name!r})
    assert "site-packages" not in module.__file__
    found = importlib.metadata.version({name!r})
    assert [found] == [{tree.name.removeprefix(name + "-").rpartition("-")[0]!r}]
    assert importlib.metadata.metadata({name!r})["Name"] == {name!r}
"""
    (tmp_path / "tests/test_it.py").write_text(code)
    workspace = Workspace("w", tmp_path, environment=environment)
    result = TOOL.call(workspace, {"path": "tests/test_it.py"})
    assert isinstance(result, PytestResult)
    assert (result.success, result.passed) == (True, 1), result


CHANGING = """
import os, random, sys, tempfile, time, pytest
from pathlib import Path
SET = {"ab", "cd", "ef", "gh"}

@pytest.mark.parametrize("word", SET)
def test_order(word): pass

def test_address():
    assert object() == 1

def test_paths(tmp_path):
    raise ValueError(tmp_path / "a", Path.cwd() / "b", Path(__file__), Path.home(), sys.prefix)

def test_temporary():
    raise ValueError(tempfile.gettempdir(), os.environ["HOME"])

def test_times():
    raise ValueError(time.tzname, time.localtime(0)[:5], sorted(os.environ))

def test_long():
    raise ValueError("x" * 5000)

def test_surrogate():
    raise ValueError("\\udc80")
"""


def test_what_changes_from_run_to_run_and_from_machine_to_machine_is_not_said(
    run, tmp_path, monkeypatch
):
    first = run(CHANGING)
    names = {name.partition("[")[0]: message for name, _, message, _ in told(first)}
    variables = (
        "['COLUMNS', 'HOME', 'LANG', 'LC_ALL', 'LINES', 'LOGNAME', 'PATH', 'PYTEST_CURRENT_TEST', "
        "'PYTEST_VERSION', 'PYTHONDONTWRITEBYTECODE', 'PYTHONHASHSEED', 'PYTHONNOUSERSITE', "
        "'PYTHONPATH', 'TMPDIR', 'TZ', 'USER']"
    )
    assert names == {
        "test_order": None,
        "test_address": "AssertionError: assert <object object at 0x...> == 1",
        "test_paths": "ValueError: (PosixPath('<tmp>/test_paths0/a'), PosixPath('b'), "
        "PosixPath('tests/test_a.py'), PosixPath('~'), '<python>')",
        "test_temporary": "ValueError: ('<tmp>', '~')",
        "test_times": f"ValueError: (('UTC', 'UTC'), (1970, 1, 1, 0, 0), {variables})",
        "test_long": f"ValueError: {'x' * 287}…",
        "test_surrogate": "ValueError: ?",
    }
    elsewhere = tmp_path / "a much longer name for temporary files"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    for name in ("PYTHONPATH", "PYTEST_ADDOPTS", "HOME", "TZ", "LANG", "CI"):
        monkeypatch.setenv(name, "/elsewhere")
    shutil.move(tmp_path / "workspace", tmp_path / "moved")
    assert run(CHANGING) == first
    assert list(elsewhere.iterdir()) == []


def test_random_examples_are_the_same_each_time_and_have_no_deadline(run):
    _, environment = built("attrs")
    code = """
import time
from hypothesis import given, settings, strategies
@given(strategies.integers())
def test_found(number):
    assert number < 12345
seen = []
@given(strategies.integers())
def test_seen(number):
    seen.append(number)
def test_slow():
    raise ValueError(seen[:40])
@given(strategies.just(1))
def test_late(one):
    time.sleep(0.3)
"""
    first = run(code, environment=environment)
    assert [test.outcome for test in first.tests] == ["failed", "passed", "failed", "passed"]
    assert run(code, environment=environment) == first


def test_long_lists_are_cut_and_what_did_not_pass_is_kept(run):
    code = """
import pytest
@pytest.mark.parametrize("n", range(60))
def test_it(n):
    assert n % 10 != 7
"""
    result = run(code)
    assert (result.passed, result.failed, result.truncated, len(result.tests)) == (
        *(54, 6, True),
        MAX_TESTS,
    )
    shown = [int(name[8:-1]) for name, *_ in told(result)]
    assert shown == [*range(21), 27, 37, 47, 57]
    assert Counter(test.outcome for test in result.tests)["failed"] == 6


SECRET = "tell nobody"
HOSTILE = {
    "an endless loop": (
        "while True: pass",
        "pytest: stopped after 3 seconds in tests/test_a.py::test_it",
    ),
    "a loop in C": (
        "'a' in [1].__mul__(1) or sum(iter(int, 1))",
        "pytest: stopped after 3 seconds in tests/test_a.py::test_it",
    ),
    "os._exit": (
        "os._exit(0)",
        "pytest: ended in tests/test_a.py::test_it with status 0 and no whole report",
    ),
    "pytest.exit": (
        "pytest.exit('enough')",
        "pytest: ended in tests/test_a.py::test_it: _pytest.outcomes.Exit: enough",
    ),
    "Ctrl-C": (
        "raise KeyboardInterrupt",
        "pytest: ended in tests/test_a.py::test_it: KeyboardInterrupt",
    ),
    "a crash": (
        "import ctypes; ctypes.string_at(0)",
        "pytest: killed by signal 11 (SIGSEGV) in tests/test_a.py::test_it",
    ),
    "its own death": (
        "os.kill(os.getpid(), 9)",
        "pytest: killed by signal 9 (SIGKILL) in tests/test_a.py::test_it",
    ),
    "its report closed": (
        "os.closerange(3, 99); os._exit(1)",
        "pytest: ended in tests/test_a.py::test_it with status 1 and no whole report",
    ),
    "the tree removed": (
        "import shutil; shutil.rmtree(os.getcwd())",
        "pytest: ended in tests/test_a.py::test_after with status 1 and no whole report",
    ),
    "a garbled report": (
        "[os.write(fd, b'garbage') for fd in range(3, 20) if is_open(fd)]",
        "pytest: ended in tests/test_a.py::test_it with status 1 and no whole report",
    ),
}


@pytest.mark.parametrize(("line", "error"), HOSTILE.values(), ids=HOSTILE)
def test_a_test_that_ends_the_run_is_named(run, monkeypatch, line, error):
    monkeypatch.setattr(pytest_run, "LIMITS", Confines(timeout_seconds=3))
    code = f"""
import os, pytest, stat
def is_open(fd):
    try: return stat.S_ISFIFO(os.fstat(fd).st_mode)
    except OSError: return False
def test_before(): pass
def test_it():
    {line}
    assert 0
def test_after(): pass
"""
    result = run(code)
    if "garbage" in line:
        assert result.error is not None
        assert result.error.startswith("pytest: ended in tests/test_a.py::test_it with status")
    else:
        assert result == PytestResult(success=False, error=error)


FAILING = {
    "recursion": ("def f(): f()\n    f()", "RecursionError: "),
    "memory": ("bytearray(1 << 33)", "MemoryError"),
    "a gigabyte of print": (
        "for _ in range(1000): print('x' * (1 << 20))",
        "OSError: [Errno 27] File too large",
    ),
    "a gigabyte of writes": (
        "for _ in range(1000): os.write(1, b'x' * (1 << 20)) == 1 << 20 or 1 / 0",
        "OSError: [Errno 27] File too large",
    ),
    "an error whose text fails": ("raise Bad", "test_a.Bad: <exception str() failed>"),
    "the tree emptied": ("shutil.rmtree('tests'); shutil.rmtree('src', 1); 1 / 0", "ZeroDiv"),
}


@pytest.mark.parametrize(("line", "said"), FAILING.values(), ids=FAILING)
def test_a_test_that_takes_too_much_fails_and_the_others_run(run, line, said):
    code = f"""
import os, shutil
class Bad(Exception):
    def __str__(self): raise RuntimeError
def test_it():
    {line}
def test_after(): pass
"""
    result = run(code)
    assert result.error is None, result
    failed, passed = result.tests
    assert (failed.outcome, passed.outcome) == ("failed", "passed")
    assert failed.message is not None
    assert failed.message.startswith(said)


def test_a_forged_report_is_believed_and_is_still_no_more_than_a_result(run):
    forged = {"event": "test", "name": "/scratch/project/x", "outcome": "passed"}
    lines = json.dumps(forged | {"message": "m" * 5000, "line": 10**30}) + "\n"
    lines += json.dumps({"event": "end", "status": 0}) + "\n"
    code = f"""
import os, stat
def test_it():
    for fd in range(3, 20):
        try: is_pipe = stat.S_ISFIFO(os.fstat(fd).st_mode)
        except OSError: continue
        if is_pipe: os.write(fd, {lines.encode()!r})
    os._exit(0)
"""
    (test,) = run(code).tests
    assert test.model_dump() == {
        "name": "x",
        "outcome": "passed",
        "message": "m" * 299 + "…",
        "line": 10**30,
    }


@pytest.mark.skipif(OPEN, reason="this machine has neither namespaces nor Landlock")
def test_a_test_reaches_nothing_outside(run, tmp_path):
    (tmp_path / "home/.ssh").mkdir(parents=True)
    (tmp_path / "home/.ssh/key").write_text(SECRET)
    cached = Cache.open().root
    with socket.create_server(("127.0.0.1", 0)) as server:
        steps = {
            "read": f"open({str(tmp_path / 'home/.ssh/key')!r})",
            "workspace": f"open({str(tmp_path / 'workspace/tests/test_a.py')!r}, 'a')",
            "environment": "open(os.path.join(sys.prefix, 'x'), 'w')",
            "installed": "open(pytest.__file__, 'a')",
            "cache": f"open({str(cached / 'trees/x')!r}, 'w')",
            "tmp": "open('/tmp/x', 'w')",
            "etc": "open('/etc/x', 'w')",
            "connect": f"socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)",
            "resolve": "socket.create_connection(('example.org', 80), 1)",
            "kill": f"os.kill({os.getpid()}, 9)",
        }
        code = "import os, socket, sys, pytest\n"
        for name, step in steps.items():
            code += f"def test_{name}():\n    with pytest.raises(OSError):\n        {step}\n"
        result = run(code)
    assert [test for test in result.tests if test.outcome != "passed"] == []
    assert result.passed == len(steps)


def test_the_tool_is_offered_as_it_stands():
    assert TOOL.version({}).startswith("pytest_run 1, Python 3.")
    assert TOOL.schema()["function"] == {
        "name": "pytest_run",
        "description": "Run the tests of one file with pytest and get how many passed, failed, "
        "were skipped or could not run, and each test with its outcome and the short reason of a "
        "failure. At most 25 tests are listed, failing ones first of all to be kept; the counts "
        "cover all. A run may take 60 seconds.",
        "parameters": {
            "type": "object",
            "properties": {
                "path": {
                    "type": "string",
                    "description": "Test file, relative to the project, or one test in it: "
                    "file::test or file::Class::test.",
                },
                "keyword": {
                    "type": "string",
                    "description": "Only tests whose names match this expression, as pytest -k "
                    "takes it.",
                },
            },
            "required": ["path"],
        },
    }


def test_only_whole_paths_are_changed_in_what_is_said(tmp_path):
    plain = Plain(tmp_path / "s", tmp_path / "e")
    others = ("a/scratch/x", "/scratches", "/scratch-1", "/usr/bin")
    assert [plain(text) for text in others] == [*others]
    said = (
        f"{tmp_path}/s/project/a.py ('/scratch/project', '/scratch/tmp/pytest/t0') file:///scratch"
    )
    assert plain(said) == "a.py ('.', '<tmp>/t0') file://<tmp>"
