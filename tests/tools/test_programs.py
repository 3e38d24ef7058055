"""Real processes against their limits."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from curate.tools.base import ToolError
from curate.tools.programs import Limits, Ran, run_program

SHELL = shutil.which("sh")


def script(text: str, folder: Path, **limits) -> Ran:
    return run_program([SHELL, "-c", text], folder, Limits(**limits))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def gone(pid: int) -> bool:
    """Whether a process ends within two seconds."""
    until = time.monotonic() + 2
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_alive(pid)


def test_what_a_process_leaves_is_its_status_and_both_outputs(tmp_path):
    ran = script("echo out; echo err >&2; exit 3", tmp_path)
    assert ran == Ran(3, "out\n", "err\n")


def test_output_that_is_no_utf_8_is_replaced(tmp_path):
    assert script(r"printf 'a\377b'", tmp_path).stdout == "a\ufffdb"


def test_a_program_sees_its_name_and_not_its_path(tmp_path):
    assert script("echo $0; echo $PWD", tmp_path).stdout == f"sh\n{tmp_path}\n"


def test_no_variable_of_this_user_reaches_a_program(tmp_path, monkeypatch):
    monkeypatch.setenv("GREP_OPTIONS", "-v")
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    ran = run_program([shutil.which("env")], tmp_path)
    names = {line.partition("=")[0] for line in ran.stdout.splitlines()}
    assert names == {"PATH", "LC_ALL", "HOME", "NO_COLOR"}


def test_there_is_no_standard_input(tmp_path):
    assert script("cat", tmp_path) == Ran(0, "", "")


SLOW = {
    "silent": "sleep 60",
    "talking": "while :; do echo again; sleep 0.01; done",
    "outputs closed": "exec >&- 2>&-; sleep 60",
    "left to a child": "sleep 60 & echo $! > child; wait",
    "the child holds the output": "sleep 60 & echo $! > child; exit 0",
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_a_program_that_takes_too_long_is_stopped_with_its_children(tmp_path, text):
    begun = time.monotonic()
    with pytest.raises(ToolError) as raised:
        script(text, tmp_path, timeout_seconds=0.3)
    assert str(raised.value) == "sh: stopped after 0.3 seconds"
    assert time.monotonic() - begun < 5
    if (tmp_path / "child").exists():
        assert gone(int((tmp_path / "child").read_text()))


@pytest.mark.parametrize("stream", ["1", "2"])
def test_endless_output_is_stopped_and_never_held(tmp_path, stream):
    with pytest.raises(ToolError) as raised:
        script(f"yes >&{stream}", tmp_path, output_bytes=1_000_000)
    assert str(raised.value) == "sh: stopped after 1,000,000 bytes of output"


def test_two_gigabytes_of_output_do_not_reach_this_process(tmp_path):
    code = f"""
import resource, sys
from pathlib import Path
from curate.tools.base import ToolError
from curate.tools.programs import run_program
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    run_program([{shutil.which("head")!r}, "-c", "2000000000", "/dev/zero"], Path("/"))
except ToolError as error:
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(error, grown < 100)
"""
    ran = run_program([sys.executable, "-c", code], Path(__file__).parents[2])
    assert ran == Ran(0, "head: stopped after 16,777,216 bytes of output True\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process")
def test_a_program_cannot_take_all_memory(tmp_path):
    (tmp_path / "a.txt").write_text("a" * 40)
    nested = "((a{1,1000}){1,1000}){1,1000}"
    ran = run_program(
        [shutil.which("grep"), "-E", nested, "a.txt"], tmp_path, Limits(memory_bytes=1 << 28)
    )
    assert (ran.exit_status, ran.stderr.lower()) == (2, "grep: memory exhausted\n")


def test_a_program_that_dies_says_of_which_signal(tmp_path):
    with pytest.raises(ToolError) as raised:
        script("kill -SEGV $$", tmp_path)
    assert str(raised.value) == "sh: killed by signal 11"


def test_more_arguments_than_the_machine_passes_on_are_refused(tmp_path):
    with pytest.raises(ToolError) as raised:
        run_program([shutil.which("echo"), "x" * 10_000_000], tmp_path)
    assert str(raised.value) == "echo: too many arguments"


def test_a_program_that_is_not_there_is_a_fault_of_ours(tmp_path):
    with pytest.raises(FileNotFoundError):
        run_program(["/nowhere/grep"], tmp_path)
