"""Hostile programs under each set of walls that this machine has: none of them reaches anything."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from curate.confined.protections import Protections
from curate.confined.seatbelt import sandbox_exec
from curate.errors import CurateError
from curate.tools import sandbox
from curate.tools.base import ToolError
from curate.tools.sandbox import (
    INSIDE,
    Confined,
    Confines,
    Work,
    homes_of,
    protections,
    run_confined,
)
from tests.pages import rows_of

BEST = protections()
WALLS = {"all": BEST}
if BEST.other_user:
    WALLS["as this user"] = Protections(namespaces=True, landlock=BEST.landlock)
if BEST.landlock:
    WALLS["Landlock alone"] = Protections(landlock=BEST.landlock)
if BEST.namespaces:
    WALLS["namespaces alone"] = Protections(namespaces=True, other_user=BEST.other_user)
OPEN = not any((BEST.namespaces, BEST.landlock, BEST.seatbelt))
walled = pytest.mark.skipif(OPEN, reason="this machine has neither namespaces nor Landlock")
PYTHON = Path(sys.executable)
TRIED = """
import os, sys
for step in {steps!r}:
    try:
        print(step, eval(step))
    except OSError as error:
        print(step, "refused")
"""


@pytest.fixture(params=WALLS.values(), ids=WALLS)
def run(request, tmp_path):
    """Runs Python code under some walls, with the token in its arguments."""

    def started(code: str, *arguments: str, work: Work | None = None, **limits) -> Confined:
        with tempfile.TemporaryDirectory(dir=tmp_path) as scratch:
            return run_confined(
                [str(PYTHON), "-I", "-S", "-c", code, *arguments],
                Path(scratch),
                Path(scratch),
                homes_of(PYTHON),
                Confines(**{"timeout_seconds": 10, **limits}),
                work=work,
                name="code",
                held=request.param,
            )

    started.held = request.param
    return started


def tried(ran: Confined, steps: list[str]) -> list[str]:
    """The steps that were not refused."""
    assert (ran.exit_status, ran.ended) == (0, None), ran
    said = ran.stdout.splitlines()
    assert [line.removesuffix(" refused") for line in said if line.endswith(" refused")] + [
        step for step in steps if f"{step} refused" not in said
    ]
    assert len(said) == len(steps)
    return [step for step in steps if f"{step} refused" not in said]


def left(token: str) -> list[str]:
    """Commands on this machine with a token among their arguments, after two seconds at most."""
    until = time.monotonic() + 2
    while True:
        listed = subprocess.check_output(["ps", "-A", "-o", "args="], text=True)
        found = [line for line in listed.splitlines() if token in line]
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.05)


def test_a_harmless_program_ends_as_it_would_elsewhere(run):
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert run(code) == Confined(3, "out\n", "err\n", None)


def test_it_works_in_the_scratch_with_the_copies_that_were_asked_for(run, tmp_path):
    (tmp_path / "tree/deep").mkdir(parents=True)
    (tmp_path / "tree/deep/a.txt").write_text("here")
    (tmp_path / "tree/link").symlink_to("/etc/passwd")
    code = """
import os
print(sorted(os.listdir()), open("t/deep/a.txt").read(), os.readlink("t/link"))
open("home/b", "w").write("x")
open("t/deep/a.txt", "w").write("changed")
"""
    ran = run(code, work=Work(folders=("home",), copies={"t": tmp_path / "tree"}))
    assert ran == Confined(0, "['home', 't'] here /etc/passwd\n", "", None)
    assert (tmp_path / "tree/deep/a.txt").read_text() == "here"


def test_nothing_of_this_users_environment_reaches_it(run, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    ran = run("import os; print(sorted(os.environ))")
    assert ran.stdout == "['LC_CTYPE']\n"  # Python's own (PEP 538)


def test_its_paths_are_the_same_on_every_machine_where_it_has_a_root_of_its_own(run):
    ran = run("import os; print(os.getcwd())")
    assert (ran.stdout == f"{INSIDE}\n") == run.held.namespaces


@walled
def test_it_writes_nowhere_but_into_its_scratch(run, tmp_path):
    (tmp_path / "victim").write_text("mine")
    outside = [
        "/tmp/x",
        "/etc/x",
        "/usr/x",
        f"{Path.home()}/x",
        f"{tmp_path}/x",
        "/dev/x",
        "x/../../x",
    ]
    steps = [f"open({path!r}, 'w').write('x')" for path in outside]
    steps += [f"os.mkdir({str(tmp_path / 'd')!r})", f"os.remove({str(tmp_path / 'victim')!r})"]
    steps += [f"os.symlink('/etc', {str(tmp_path / 'l')!r})"]
    steps += [f"os.rename({str(tmp_path / 'victim')!r}, 'mine')", "open('own', 'w').write('x')"]
    before = set(tmp_path.iterdir())
    assert tried(run(TRIED.format(steps=steps)), steps) == ["open('own', 'w').write('x')"]
    assert (tmp_path / "victim").read_text() == "mine"
    assert set(tmp_path.iterdir()) == before


@pytest.mark.skipif(not BEST.namespaces, reason="Landlock does not know these")
def test_it_changes_no_mode_time_or_owner_outside(run, tmp_path):
    if not run.held.namespaces:
        pytest.skip("Landlock does not know these")
    (tmp_path / "victim").write_text("mine")
    steps = [f"os.{call}" for call in ("chmod({0!r}, 0)", "utime({0!r})", "chown({0!r}, 1, 1)")]
    steps = [step.format(str(tmp_path / "victim")) for step in steps]
    steps += [f"os.chmod({str(PYTHON.resolve())!r}, 0)", "os.utime('/usr/bin')"]
    assert tried(run(TRIED.format(steps=steps)), steps) == []


@walled
def test_it_reads_nothing_of_this_users(run, tmp_path):
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/id_ed25519").write_text("secret")
    paths = [str(tmp_path / ".ssh/id_ed25519"), "/etc/passwd", "/etc/hostname", "/root/.bashrc"]
    steps = [f"open({path!r}).read()" for path in paths]
    steps += [f"os.listdir({str(path)!r})" for path in (tmp_path, "/var", "/home")]
    steps += [f"open('/proc/{os.getpid()}/environ').read()"]
    assert tried(run(TRIED.format(steps=steps)), steps) == []


@walled
def test_it_connects_to_nothing(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        places = [("127.0.0.1", port), ("192.0.2.1", 80)]
        code = f"""
import socket
for place in {places!r}:
    try:
        socket.create_connection(place, 1); print("connected")
    except OSError:
        print("refused")
try:
    socket.create_server(("127.0.0.1", 0)); print("listening")
except OSError:
    print("refused")
"""
        if run.held.landlock and not run.held.namespaces and run.held.landlock < 4:
            pytest.skip("this Landlock does not know TCP")
        *connected, listened = run(code).stdout.splitlines()
        assert connected == ["refused", "refused"]
        assert listened == "refused" or run.held.namespaces  # its own loopback, which is down
        with pytest.raises(TimeoutError):
            server.accept()


@walled
def test_it_signals_nobody(run):
    if run.held == Protections(landlock=run.held.landlock) and run.held.landlock < 6:
        pytest.skip("this Landlock does not know signals")
    with subprocess.Popen([PYTHON, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        code = f"""
import os, signal
for pid in ({bystander.pid}, {os.getpid()}, os.getppid(), 1):
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
        try: os.kill(pid, number)
        except OSError: pass
print("still here", flush=True)
os.kill(-1, signal.SIGKILL)
"""
        ran = run(code)
        assert bystander.poll() is None
        bystander.communicate(b"\n")
    assert ran.stdout == "still here\n"
    assert (bystander.returncode, ran.ended in (None, "killed by signal 9 (SIGKILL)")) == (0, True)


DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
print("gone", flush=True)
{after}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a Mac has nothing that holds a daemon")
@pytest.mark.parametrize("after", ["", "time.sleep(60)", "while True: print('x' * 9999)"])
def test_no_process_outlives_it(run, after):
    token, begun = secrets.token_hex(8), time.monotonic()
    limits = {"timeout_seconds": 1, "output_bytes": 1 << 20}
    if "print" in after:
        with pytest.raises(ToolError, match="code: stopped after 1,048,576 bytes of output"):
            run(DAEMON.format(after=after), token, **limits)
    else:
        ran = run(DAEMON.format(after=after), token, **limits)
        ended = "stopped after 1 seconds" if after else None
        assert (ran.stdout, ran.ended) == ("gone\n", ended)
    assert left(token) == []
    assert time.monotonic() - begun < 6


ENDS = {
    "an endless loop": ("while True: pass", {"timeout_seconds": 0.5}, "stopped after 0.5 seconds"),
    "a crash": (
        "import os; os.abort()",
        {},
        "killed by signal 6 (SIGABRT)",
    ),
    "a real-time signal": (
        "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 3)",
        {},
        "killed by signal 37",
    ),
}


@pytest.mark.parametrize(("code", "limits", "ended"), ENDS.values(), ids=ENDS)
@pytest.mark.skipif(sys.platform != "linux", reason="signals have other numbers elsewhere")
def test_how_it_was_ended_is_said(run, code, limits, ended):
    ran = run(code, **limits)
    assert ran.ended == ended
    assert ran.exit_status > 128


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits these")


@linux
def test_one_process_cannot_take_all_memory(run):
    code = "try: bytearray(1 << 30)\nexcept MemoryError: print('no more')"
    assert run(code, memory_bytes=1 << 28) == Confined(0, "no more\n", "", None)


@linux
def test_many_processes_cannot_take_all_memory_together(run):
    code = """
import os, time
for _ in range(20):
    if os.fork() == 0:
        held = bytearray(os.urandom(1)) * (100 << 20); time.sleep(30)
time.sleep(30)
"""
    ran = run(code, memory_bytes=1 << 28)
    assert ran.ended == "stopped with more than 268,435,456 bytes of memory"


@linux
def test_a_fork_bomb_is_held_and_gone_afterwards(run):
    # doubles every 20 ms: one that never rests can starve what watches it, and the whole machine
    code = """
import os, time
while True:
    try: os.fork()
    except OSError: pass
    time.sleep(0.02)
"""
    token, begun = secrets.token_hex(8), time.monotonic()
    ran = run(code, token, processes=32, timeout_seconds=2)
    held = {"stopped after 2 seconds", "stopped with more than 32 processes"}
    assert ran.ended in held
    assert left(token) == []
    assert time.monotonic() - begun < 8


def test_endless_output_ends_it(run):
    with pytest.raises(ToolError) as raised:
        run("while True: print('x' * 100000)", output_bytes=1 << 20)
    assert str(raised.value) == "code: stopped after 1,048,576 bytes of output"


def test_a_file_grows_to_its_limit_and_no_further(run):
    code = """
import os
try:
    with open("big", "wb") as file:
        while True: file.write(bytes(1 << 20))
except OSError as error:
    print(os.path.getsize("big"), error.strerror)
"""
    ran = run(code, file_bytes=1 << 23)
    assert ran == Confined(0, "8388608 File too large\n", "", None)


@pytest.mark.skipif(not BEST.namespaces, reason="the scratch lies on the disk here")
def test_all_files_together_cannot_fill_a_disk(run):
    if not run.held.namespaces:
        pytest.skip("the scratch lies on the disk")
    code = """
try:
    for number in range(1000):
        with open(str(number), "wb") as file: file.write(bytes(1 << 20))
except OSError as error:
    print(number, error.strerror)
"""
    ran = run(code, disk_bytes=1 << 24)
    assert ran == Confined(0, "16 No space left on device\n", "", None)


def test_it_cannot_say_how_it_ended_itself(run):
    code = """
import json, os
for pid in ("1", str(os.getppid())):
    try: words = open(f"/proc/{pid}/cmdline").read().split("\\0")
    except OSError: continue
    for word in words:
        if word.startswith("{"):
            print("\\n" + json.loads(word)["nonce"], '{"status": 7, "ended": null, "broken": "x"}')
print("the end")
"""
    ran = run(code)
    assert (ran.exit_status, ran.ended, ran.stdout[-8:]) == (0, None, "the end\n")


def test_a_program_that_is_not_there_is_no_result(run):
    with pytest.raises(CurateError) as raised, tempfile.TemporaryDirectory() as scratch:
        run_confined(["/nowhere/x"], Path(scratch), Path(scratch), [], Confines(), held=run.held)
    if not run.held.seatbelt:
        assert str(raised.value) == (
            "x: could not be started in a sandbox: [Errno 2] No such file or directory: "
            "'/nowhere/x'\n  fix: look at what the sandbox can do here: docs/tests-of-sources.md"
        )


def test_a_launcher_that_says_nothing_is_no_result(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "_LAUNCH", "raise SystemExit('no such thing')")
    with pytest.raises(CurateError) as raised:
        run_confined([str(PYTHON)], tmp_path, tmp_path, [], Confines(), name="code")
    assert str(raised.value) == (
        "code: could not be started in a sandbox: no such thing\n"
        "  fix: look at what the sandbox can do here: docs/tests-of-sources.md"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Linux' words")
def test_what_stands_against_each_harm_is_said_without_more_than_is_true():
    full = Protections(namespaces=True, other_user=True, landlock=7).against()
    weak, old = Protections(landlock=7).against(), Protections(landlock=1).against()
    none, mac = Protections().against(), Protections(seatbelt=True).against()
    assert {*full} == {*weak} == {*old} == {*none} == {*mac}
    assert "nothing" not in full.values()
    assert [harm for harm, by in weak.items() if by == "nothing"] == []
    assert [harm for harm, by in old.items() if by == "nothing"] == [
        "the network",
        "signals to others",
    ]
    assert [harm for harm, by in none.items() if by == "nothing"] == [
        "writing outside",
        "reading outside",
        "the network",
        "signals to others",
    ]
    assert mac["the network"] == "sandbox-exec"


def test_a_mac_is_told_what_may_be_read_and_written_and_nothing_more():
    program, option, profile, *argv = sandbox_exec(["/p", "-x"], '/s "q"', ["/e"])
    assert (program, option, argv) == ("/usr/bin/sandbox-exec", "-p", ["/p", "-x"])
    lines = profile.splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert lines[-1] == r'(allow file-write* (subpath "/s \"q\""))'
    assert lines[-2].endswith(r'(subpath "/e") (subpath "/s \"q\""))')
    assert "network" not in profile
    assert "(allow network*" in sandbox_exec(["/p"], "/s", [], network=True)[2]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux' words")
def test_the_page_says_of_each_machine_what_the_code_says(monkeypatch):
    page = Path(__file__).parents[2] / "docs/tests-of-sources.md"
    header = "| harm | namespaces (Linux) | Landlock alone (Linux) | macOS |"
    said = {row[0]: row[1:] for row in rows_of(page, header)}
    full = Protections(namespaces=True, landlock=7).against()
    weak = Protections(landlock=7).against()
    monkeypatch.setattr(sys, "platform", "darwin")
    mac = Protections(seatbelt=True).against()
    assert said == {harm: [full[harm], weak[harm], mac[harm]] for harm in full}
