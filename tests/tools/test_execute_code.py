"""`execute_code`: what is printed returns, tools are its only way out, and nothing in it harms."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from pydantic import BaseModel, Field

from curate.errors import CurateError
from curate.tools import all_tools, execute_code
from curate.tools.base import Arguments, Result, Tool, Workspace
from curate.tools.execute_code import ExecuteCode, ExecuteCodeResult

from .conftest import CORPUS, fingerprint

TOOL = ExecuteCode()
REPORTS = "src/parcelbox/reports.py"


def said(workspace: Workspace, code: str) -> str:
    """What the model reads of a run, and the line feed that is left out at its end."""
    result = TOOL.call(workspace, {"code": code})
    content = TOOL.content(result)
    assert not content.endswith("\n")
    is_ended = result.error is None and not result.truncated and result.output.endswith("\n")
    return f"{content}\n" if is_ended else content


def last(text: str) -> str:
    return text.rstrip("\n").split("\n")[-1]


def workers() -> list[int]:
    """The sandbox workers of this process."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [
        int(pid) for pid, parent, name in rows if int(parent) == os.getpid() and "monty" in name
    ]


class Inner(BaseModel):
    name: str
    children: list["Inner"] = Field(default_factory=list)


class Everything(Result):
    number: float = 1.5
    flag: bool = True
    nothing: str | None = None
    text: str = "é\n"
    one: Inner | None = None
    many: list[Inner] = Field(default_factory=list)
    table: dict[str, list[Inner]] = Field(default_factory=dict)


class AskArguments(Arguments):
    """Nothing that must be given."""

    word: str | None = None
    words: list[str] | None = None


class Ask(Tool):
    """A tool that answers with what the test wants: it calls `answer`."""

    name = "ask"
    description = "Ask something. Anything."
    arguments = AskArguments
    result = Everything
    answer = staticmethod(lambda given: Everything(success=True))

    def version(self, arguments):
        return "ask 1"

    def run(self, workspace, **arguments):
        return self.answer(arguments)


@pytest.fixture
def ask(monkeypatch):
    """Makes `ask` a function of code, with this answer."""

    def offer(answer):
        tool = Ask()
        tool.answer = answer
        monkeypatch.setattr(execute_code, "_functions", lambda: {"ask": tool})

    return offer


def test_what_is_printed_is_the_result(corpus):
    result = TOOL.call(corpus, {"code": "print('a', 1)\nprint('b', end='')"})
    assert result == ExecuteCodeResult(success=True, output="a 1\nb", char_count=5)
    assert TOOL.content(result) == "a 1\nb"
    assert TOOL.view({}, result)["lines"] == ["a 1", "b"]


@pytest.mark.parametrize("code", ["", "x = 1", "1 + 1", "print(end='')", "# nothing"])
def test_code_that_prints_nothing_says_so(corpus, code):
    assert said(corpus, code) == "[no output]"


def test_the_fields_of_a_result_are_read_with_dots(corpus):
    code = (
        f"result = ruff_check('{REPORTS}', ['UP'])\n"
        "first = result.violations[0]\n"
        "print(result.success, result.error, result.violation_count, len(result.violations))\n"
        "print(first.file, first.line, first.column, first.code, first.message, first.fixable)\n"
    )
    direct = all_tools()["ruff_check"].call(corpus, {"path": REPORTS, "select": ["UP"]})
    first = direct.model_dump()["violations"][0]
    wanted = f"False None 1 1\n{' '.join(map(str, first.values()))}\n"
    assert said(corpus, code) == wanted


def test_code_can_loop_filter_count_sort_and_branch_over_results(corpus):
    code = (
        "result = typecheck('src')\n"
        "by_code = {}\n"
        "for issue in result.errors:\n"
        "    by_code[issue.code] = by_code.get(issue.code, 0) + 1\n"
        "for code, count in sorted(by_code.items(), key=lambda item: (-item[1], item[0])):\n"
        "    print(code, count)\n"
        "if not result.success:\n"
        "    print(max(result.errors, key=lambda issue: issue.line).line)\n"
    )
    errors = all_tools()["typecheck"].call(corpus, {"path": "src"}).model_dump()["errors"]
    codes = [error["code"] for error in errors]
    counts = sorted((-codes.count(code), code) for code in set(codes))
    lines = [f"{code} {-count}" for count, code in counts]
    assert said(corpus, code) == "\n".join([*lines, str(max(e["line"] for e in errors))]) + "\n"


def test_nested_optional_and_plain_values_are_what_they_are(corpus, ask):
    inner = Inner(name="a", children=[Inner(name="b")])
    given = Everything(success=True, one=inner, many=[inner], table={"x": [inner]})
    ask(lambda _: given)
    code = (
        "r = ask()\n"
        "print(r.number, r.flag, r.nothing, repr(r.text), r.error)\n"
        "print(r.one.children[0].name, r.many[0].children[0].children, r.table['x'][0].name)\n"
        "print(r.one == r.many[0], r.one)\n"
    )
    assert said(corpus, code) == (
        "1.5 True None 'é\\n' None\n"
        "b [] a\n"
        "True Inner(name='a', children=[Inner(name='b', children=[])])\n"
    )


def test_what_code_does_to_a_result_stays_in_it(corpus, ask):
    given = Everything(success=True, many=[Inner(name="a")])
    ask(lambda _: given)
    code = (
        "r = ask()\nr.success = 3\nr.many.append(4)\nr.many[0].name = 'b'\nprint(ask(), r.success)"
    )
    result, calls = TOOL.run_traced(corpus, code)
    assert result.output.endswith(" 3\n")
    assert "name='a'" in result.output
    assert [call.result for call in calls] == [Everything(success=True, many=[Inner(name="a")])] * 2


def test_every_call_is_traced_with_its_arguments_and_typed_result(corpus):
    code = (
        "read_file('README.md', 1, end_line=2)\n"
        "for name in ('nope.py', 'README.md'):\n"
        "    read_file(path=name, start_line=None)\n"
        "ruff_check('src', select=('UP',))\n"
    )
    _, calls = TOOL.run_traced(corpus, code)
    wanted = [
        ("read_file", {"path": "README.md", "start_line": 1, "end_line": 2}),
        ("read_file", {"path": "nope.py"}),
        ("read_file", {"path": "README.md"}),
        ("ruff_check", {"path": "src", "select": ["UP"]}),
    ]
    assert [(call.tool, call.arguments) for call in calls] == wanted
    assert [call.result for call in calls] == [
        all_tools()[tool].call(corpus, given) for tool, given in wanted
    ]
    assert [json.loads(json.dumps(call.arguments)) for call in calls] == [g for _, g in wanted]
    _, trace = TOOL.traced(corpus, {"code": code})
    assert trace == [(call.tool, call.arguments, call.result) for call in calls]


def test_later_calls_see_what_was_written_and_the_workspace_does_not(make):
    workspace = make({"a.py": "x = 1\n"})
    before = fingerprint(workspace.root)
    code = (
        "read_file('a.py')\n"
        "write_file('a.py', 'import os\\n')\n"
        "result = ruff_check('a.py', select=['F401'])\n"
        "print(result.violation_count, read_file('a.py').text)\n"
    )
    result, calls = TOOL.run_traced(workspace, code)
    assert result.output == "1 1\timport os\n\n"
    assert [call.tool for call in calls] == ["read_file", "write_file", "ruff_check", "read_file"]
    assert [call.workspace == workspace for call in calls] == [True, True, False, False]
    assert [(call.workspace.root / "a.py").read_text() for call in calls] == (
        ["x = 1\n"] * 2 + ["import os\n"] * 2
    )
    assert fingerprint(workspace.root) == before
    assert said(workspace, "print(read_file('a.py').text)") == "1\tx = 1\n"


def test_an_error_follows_what_was_printed_as_monty_tells_it(corpus):
    code = "print('before')\nresult = read_file('nope.py')\nprint(result.lines)"
    result = TOOL.call(corpus, {"code": code})
    assert (result.success, result.output) == (False, "before\n")
    assert TOOL.is_failure(result)
    assert TOOL.content(result) == (
        "before\n"
        "Traceback (most recent call last):\n"
        '  File "<python-input-0>", line 3, in <module>\n'
        "    print(result.lines)\n"
        "AttributeError: 'ReadFileResult' object has no attribute 'lines'"
    )
    assert said(corpus, "print('x', end='')\n1 / 0").startswith("x\nTraceback ")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("read_file()", "TypeError: read_file() missing a required argument: 'path'"),
        ("read_file(*'abcd')", "TypeError: read_file() takes 3 arguments but 4 were given"),
        (
            "read_file('a', file='b')",
            "TypeError: read_file() got an unexpected keyword argument 'file'",
        ),
        (
            "read_file('a', path='b')",
            "TypeError: read_file() got multiple values for argument 'path'",
        ),
        (
            "read_file(read_file('README.md'))",
            "TypeError: read_file() argument 'path' cannot be of type ReadFileResult",
        ),
        ("read_file(b'a')", "TypeError: read_file() argument 'path' cannot be of type bytes"),
        ("read_file('a' * 2_000_000)", "TypeError: read_file() argument 'path' is too long"),
        ("execute_code('1')", "NameError: name 'execute_code' is not defined"),
    ],
)
def test_a_call_that_does_not_fit_a_function_is_pythons_error(corpus, code, error):
    assert last(said(corpus, code)) == error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("read_file(1)", "path: input should be a valid string"),
        ("read_file('a', 0)", "start_line: input should be greater than or equal to 1"),
        ("ruff_check('src', 'F401')", "select: input should be a valid list"),
        ("read_file('../a')", "../a: outside the project"),
        ("run_command('rm -r .')", "rm: not allowed, use one of grep, find, ls, wc, head"),
    ],
)
def test_a_call_that_a_tool_refuses_is_a_result_with_its_error(corpus, code, error):
    result, calls = TOOL.run_traced(corpus, f"r = {code}\nprint(r.success, r.error)")
    assert result.output == f"False {error}\n"
    assert [call.result.error for call in calls] == [error]


HOSTILE = {
    "import socket": "ModuleNotFoundError: No module named 'socket'",
    "import subprocess": "ModuleNotFoundError: No module named 'subprocess'",
    "import ctypes": "ModuleNotFoundError: No module named 'ctypes'",
    "import curate": "ModuleNotFoundError: No module named 'curate'",
    "__import__('os')": "NameError: name '__import__' is not defined",
    "import os\nos.system('ls')": "AttributeError: module 'os' has no attribute 'system'",
    "import os\nprint(os.environ)": (
        "RuntimeError: 'os.environ' is not supported in this environment"
    ),
    "import os\nprint(os.getenv('HOME'))": (
        "RuntimeError: 'os.getenv' is not supported in this environment"
    ),
    "import os\nos.listdir('.')": "PermissionError: Permission denied: '/'",
    "open('README.md')": "PermissionError: Permission denied: '/README.md'",
    "open('/etc/passwd')": "PermissionError: Permission denied: '/etc/passwd'",
    "open('/tmp/x', 'w').write('x')": "PermissionError: Permission denied: '/tmp/x'",
    "from pathlib import Path\nPath('/etc/passwd').read_text()": (
        "PermissionError: Permission denied: '/etc/passwd'"
    ),
    "read_file.__globals__": "AttributeError: 'function' object has no attribute '__globals__'",
    "getattr(read_file, '__closure__')": (
        "AttributeError: 'function' object has no attribute '__closure__'"
    ),
    "read_file('README.md').__class__.__mro__": (
        "AttributeError: type object 'ReadFileResult' has no attribute '__mro__'"
    ),
    "read_file('README.md').model_dump()": (
        "AttributeError: 'ReadFileResult' object has no attribute 'model_dump'"
    ),
    "type(read_file('README.md'))(success=True)": (
        "TypeError: cannot instantiate host class 'ReadFileResult'"
    ),
    "().__class__.__bases__[0].__subclasses__()": (
        "AttributeError: 'tuple' object has no attribute '__class__'"
    ),
    "globals()": "NameError: name 'globals' is not defined",
    "input()": "NameError: name 'input' is not defined",
    "breakpoint()": "NameError: name 'breakpoint' is not defined",
    "import time\ntime.time()": "RuntimeError: 'time.time' is not supported in this environment",
    "import datetime\ndatetime.datetime.now()": (
        "RuntimeError: 'datetime.now' is not supported in this environment"
    ),
    "import os\nos.urandom(1)": "RuntimeError: 'os.urandom' is not supported in this environment",
    "import uuid": "ModuleNotFoundError: No module named 'uuid'",
    "x = [0] * 10**9": "MemoryError: the code used more than 64 MiB of memory",
    "x = 'a'\nwhile True:\n    x += x": "MemoryError: the code used more than 64 MiB of memory",
    "x = []\nwhile True:\n    x.append(x)": "MemoryError: the code used more than 64 MiB of memory",
    "[0] * 4_000_000": "MemoryError: the code used more than 64 MiB of memory",
    "read_file(*range(10**6))": "MemoryError: the code used more than 64 MiB of memory",
    "f'{1:>1000000000}'": "MemoryError: the code used more than 64 MiB of memory",
    "10**10**10": "MemoryError: the code used more than 64 MiB of memory",
    "def f(n):\n    return f(n + 1)\nf(0)": "RecursionError: maximum recursion depth exceeded",
    "for _ in range(101):\n    ls = read_file('nope')": (
        "RuntimeError: the code made more than 100 calls"
    ),
    "while True:\n    try:\n        read_file('nope')\n    except BaseException:\n        pass": (
        "RuntimeError: the code made more than 100 calls"
    ),
    "while True:\n    try:\n        nope\n    except NameError:\n        pass": (
        "RuntimeError: the code made more than 100 calls"
    ),
    "(" * 19_999: "SyntaxError: Source is too deeply nested",
    "[" * 9_000 + "]" * 9_000: "SyntaxError: Source is too deeply nested",
    "x = " + "-" * 19_000 + "1": "SyntaxError: Source is too deeply nested",
    "1" + "+1" * 9_000: "SyntaxError: Source is too deeply nested",
    "def (": "SyntaxError: Expected an identifier",
    "del read_file": (
        "NotImplementedError: The monty syntax parser does not yet support the 'del' statement"
    ),
    "raise ValueError('x' * 10_000_000)": f"ValueError: {'x' * 288} [cut]",
}


@pytest.mark.parametrize("code", HOSTILE, ids=lambda code: repr(code[:40]))
def test_hostile_code_is_a_clean_error_and_the_next_run_works(corpus, code):
    text = said(corpus, code)
    assert last(text) == HOSTILE[code]
    assert len(text) < 10_000
    assert said(corpus, "print(read_file('README.md').success)") == "True\n"


@pytest.mark.parametrize(
    "code",
    [
        "while True:\n    pass",
        (
            "while True:\n    try:\n        while True:\n            pass\n"
            "    except BaseException:\n        pass"
        ),
        "print('some')\nread_file('README.md')\nx = sum(range(10**12))",
        "import time\nwhile True:\n    time.sleep(1000)",
    ],
)
def test_of_code_that_takes_too_long_only_that_is_told(corpus, monkeypatch, code):
    monkeypatch.setattr(execute_code, "MAX_SECONDS", 0.2)
    began = time.monotonic()
    result, calls = TOOL.run_traced(corpus, code)
    error = "TimeoutError: the code ran longer than 0.2 seconds"
    assert (result, calls) == (ExecuteCodeResult(success=False, error=error), [])
    assert time.monotonic() - began < 3
    assert said(corpus, "print(1)") == "1\n"


def test_a_step_that_never_looks_at_the_time_is_killed(corpus, monkeypatch):
    monkeypatch.setattr(execute_code, "MAX_SECONDS", 0.1)
    code = "x = 3**100_000_00\ny = x // 7**1_000_000\nz = x // 7**2_000_000"
    assert said(corpus, code) == "TimeoutError: the code ran longer than 0.1 seconds"
    assert said(corpus, "print(1)") == "1\n"


def test_the_time_inside_tools_is_not_the_codes(corpus, ask, monkeypatch):
    monkeypatch.setattr(execute_code, "MAX_SECONDS", 0.2)
    ask(lambda _: time.sleep(0.5) or Everything(success=True))
    assert said(corpus, "print(ask().success)") == "True\n"


def test_long_output_is_cut_at_the_end_of_a_line_and_says_so(corpus):
    result = TOOL.call(corpus, {"code": "for n in range(10_000):\n    print(n)"})
    assert (result.success, result.truncated, result.char_count) == (True, True, 48_890)
    assert result.output == "".join(f"{n}\n" for n in range(4_222))
    assert last(TOOL.content(result)) == "[first 20,000 of 48,890 characters]"
    one = TOOL.call(corpus, {"code": "print('x' * 30_000)\nread_file()"})
    assert one.output == "x" * 20_000
    assert TOOL.content(one).split("\n")[1:3] == [
        "[first 20,000 of 30,001 characters]",
        "Traceback (most recent call last):",
    ]


@pytest.mark.parametrize(
    "code", ["while True:\n    print('x' * 99)", "print('x' * 10_000_000)\nread_file('README.md')"]
)
def test_code_that_prints_without_end_is_stopped(corpus, monkeypatch, code):
    monkeypatch.setattr(execute_code, "MAX_SECONDS", 1)
    result, calls = TOOL.run_traced(corpus, code)
    assert result.error == "RuntimeError: the code printed more than 1,000,000 characters"
    assert (len(result.output), result.truncated, calls) == (20_000, True, [])


def test_code_that_is_too_long_or_no_text_is_refused(corpus):
    assert said(corpus, "#" * 20_001) == "code: has more than 20,000 characters"
    assert said(corpus, "'\ud800'") == "arguments: not valid unicode"
    assert TOOL.content(TOOL.call(corpus, {})) == "code: field required"
    for given in ({"code": "#" * 20_001}, {"code": "'\ud800'"}, {"code": 1}, {}):
        assert TOOL.traced(corpus, given) == (TOOL.call(corpus, given), [])


def test_nothing_of_a_run_is_left_for_the_next(corpus):
    assert said(corpus, "x = 1\nread_file = None\nimport random\nrandom.seed(7)") == "[no output]"
    assert last(said(corpus, "print(x)")) == "NameError: name 'x' is not defined"
    assert said(corpus, "print(read_file('README.md').success)") == "True\n"


def test_a_tool_that_fails_for_no_fault_of_the_code_stops_the_run(corpus, ask):
    def fails(_):
        raise CurateError("the cache", "has gone", "make it again")

    ask(fails)
    code = "while True:\n    try:\n        ask()\n    except BaseException:\n        pass"
    with pytest.raises(CurateError, match="the cache: has gone"):
        TOOL.run_traced(corpus, code)
    ask(lambda _: Everything(success=True))
    assert said(corpus, "print(ask().success)") == "True\n"


def test_a_worker_that_was_ended_from_outside_is_replaced_and_the_code_run_again(corpus, ask):
    killed = []

    def kills_once(_):
        if not killed:
            killed.extend(workers())
            os.kill(killed[0], signal.SIGKILL)
        return Everything(success=True)

    ask(kills_once)
    result, calls = TOOL.run_traced(corpus, "print(1)\nprint(ask().success)")
    assert (result.output, len(calls), len(killed)) == ("1\nTrue\n", 1, 1)


def test_a_worker_that_was_ended_between_two_runs_is_replaced(corpus):
    assert said(corpus, "print(1)") == "1\n"
    os.kill(workers()[0], signal.SIGKILL)
    assert said(corpus, "print(2)") == "2\n"


def test_a_worker_that_dies_each_time_is_an_error_and_the_next_run_works(corpus, ask):
    def kills(_):
        os.kill(workers()[0], signal.SIGKILL)
        return Everything(success=True)

    ask(kills)
    assert said(corpus, "ask()\nprint(1)") == "the sandbox crashed"
    assert said(corpus, "print(1)") == "1\n"


SAME = """
import random
print(random.random(), random.Random().random(), {'b', 'a', 'c'}, hash('a'), id('a'))
random.seed()
result = ruff_check('src')
print(random.random(), hash(type(result)), id(result), result, read_file, lambda: 1)
print(sorted({v.file for v in result.violations}), {v.code for v in result.violations})
"""
RUN = """
import sys
from pathlib import Path
from curate.tools.base import Workspace
from curate.tools.execute_code import ExecuteCode
tool = ExecuteCode()
sys.stdout.write(tool.content(tool.call(Workspace("w", Path(sys.argv[1])), {"code": sys.argv[2]})))
"""


def elsewhere(code: str) -> str:
    """What a run in another process says."""
    argv = [sys.executable, "-c", RUN, str(CORPUS), code]
    environment = {**os.environ, "SECRET": "secret", "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    return done.stdout


def test_the_same_code_says_the_same_twice_and_in_another_process(corpus):
    first = said(corpus, SAME)
    assert "Traceback" not in first
    assert said(corpus, SAME) == first
    assert f"{elsewhere(SAME)}\n" == first


KILLED = """
import os, sys, threading, time
from pathlib import Path
from curate.tools.base import Workspace
from curate.tools import execute_code
from curate.tools.execute_code import ExecuteCode
execute_code.MAX_SECONDS = 2
code = "while True:\\n    pass" if sys.argv[1] == "busy" else "print(1)"
run = lambda: ExecuteCode().call(Workspace("w", Path(".")), {"code": code})
threading.Thread(target=run, daemon=True).start()
time.sleep(1)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_a_worker_ends_when_its_process_is_killed(state, tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, state], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    (worker,) = [pid for pid, parent in pairs if parent == child.pid]
    child.kill()
    child.wait()
    deadline = time.monotonic() + 4
    while is_alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(worker)


def is_alive(pid: int) -> bool:
    """Whether a process still runs; one that nobody has reaped does not."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip()[:1] not in {"", "Z"}


def test_its_version_is_that_of_the_sandbox():
    assert TOOL.version({"code": "1"}) == "monty 1.4.0"
    assert TOOL.installed() == ["monty 1.4.0"]


def test_it_is_offered_with_the_functions_that_a_recipe_has():
    schema = TOOL.schema_for(["ruff_check", "read_file"])["function"]
    assert schema["name"] == "execute_code"
    assert schema["parameters"]["required"] == ["code"]
    assert schema["description"].split("\n\n")[1:] == [
        (
            "read_file(path: str, start_line: int | None = None, end_line: int | None = None)\n"
            "  Read a text file of the project, with line numbers.\n"
            "  -> text, start_line, end_line, line_count"
        ),
        (
            "ruff_check(path: str, select: list[str] | None = None)\n"
            "  Lint a Python file or folder with ruff and get the violations with file, line, "
            "column, code, message and whether ruff can fix them.\n"
            "  -> violation_count, fixable_count, violations[file, line, column, code, message, "
            "fixable], truncated"
        ),
    ]


def test_all_functions_are_told_in_a_readable_length():
    described = TOOL.schema()["function"]["description"]
    names = [part.partition("(")[0] for part in described.split("\n\n")[1:]]
    assert names == [name for name in all_tools() if name != "execute_code"]
    assert len(described) < 6_000


def test_starting_up_does_not_import_the_sandbox():
    code = (
        "import sys\nfrom curate.tools import all_tools\nall_tools()['execute_code'].schema()\n"
        "print('pydantic_monty' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("nope", r"failed to spawn monty worker: /\S+: No such file or directory \(os error 2\)"),
        ("ends", r"monty worker crashed while \w+ .* \(exit status: 3\)"),
    ],
)
def test_a_sandbox_that_cannot_start_stops_the_build_and_says_what_to_do(tmp_path, program, why):
    (tmp_path / "ends").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "ends").chmod(0o755)
    code = (
        "from curate.codemode.sandbox import run_code\n"
        "from curate.errors import CurateError\n"
        "try:\n"
        "    run_code('1', {})\n"
        "except CurateError as error:\n"
        "    print(error)\n"
    )
    environment = {**os.environ, "MONTY_BIN": str(tmp_path / program)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert re.fullmatch(
        f"pydantic-monty: no worker can be started: {why}\n"
        "  fix: install it again: pip install --force-reinstall pydantic-monty\n",
        done.stdout,
    )
