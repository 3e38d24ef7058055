"""Servers that crash, hang, flood, talk nonsense or outlive their user: none does harm."""

import os
import signal
import subprocess
import sys
import time

import pytest

from curate.lsp.wire import MAX_MESSAGE_BYTES
from curate.tools.base import ToolError

ANSWER = "begin()\nwhile True: send(id=receive()['id'], result='fine')\n"


def ps(*options):
    return subprocess.run(["ps", *options], check=False, capture_output=True, text=True).stdout


def kids(pid):
    """Processes whose parent is this one."""
    rows = (line.split() for line in ps("-eo", "pid=,ppid=").splitlines())
    return [int(kid) for kid, parent in rows if int(parent) == pid]


def server_pid(server):
    (pid,) = kids(server._process._keeper.pid)
    return pid


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return state(pid)[:1] not in ("", "Z")


def state(pid):
    return ps("-o", "stat=", "-p", str(pid)).strip()


def ends(pid, seconds=10.0):
    deadline = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def test_an_answer_comes(start):
    server = start("fake", code=ANSWER)
    assert [server.ask("x", {}) for _ in range(3)] == ["fine"] * 3


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_a_real_server_is_started_again(start, tmp_path, stop):
    server = start("ty", {"a.py": "class A: ...\n"}, ask_seconds=3.0)
    first = server.ask("workspace/symbol", {"query": "A"})
    pid = server_pid(server)
    os.kill(pid, stop)
    while stop == signal.SIGSTOP and not state(pid).startswith("T"):
        time.sleep(0.01)  # its threads stop one after the other
    assert server.ask("workspace/symbol", {"query": "A"}) == first
    assert server_pid(server) != pid
    assert ends(pid)


WRONG = {
    "crashes at once": ("sys.exit(3)", "ended unexpectedly"),
    "crashes when asked": ("begin(); receive(); os._exit(1)", "ended unexpectedly"),
    "crashes in the middle": (
        "begin(); receive(); write(b'Content-Length: 9\\r\\n\\r\\n{')",
        "ended unexpectedly",
    ),
    "never answers": ("begin(); time.sleep(99)", "did not answer in time"),
    "never starts": ("time.sleep(99)", "did not answer in time"),
    "never reads": ("begin(); time.sleep(99)", "did not answer in time"),
    "talks without an end": (
        "begin()\nwhile True: send(method='note', params='x' * 10**6)",
        "did not answer in time",
    ),
    "asks without an end": (
        "begin()\nwhile True: send(id=1, method='window/showMessageRequest')",
        "did not answer in time",
    ),
    "answers another question": (
        "begin(); receive(); send(id=99, result=1); time.sleep(99)",
        "did not answer in time",
    ),
    "a header without an end": (
        "begin(); receive()\nwhile True: write(b'x' * 999)",
        "wrote what is no message",
    ),
    "a header without a size": (
        "begin(); receive(); write(b'A: b\\r\\n\\r\\n{}')",
        "wrote what is no message",
    ),
    "a size that is no number": (
        "begin(); receive(); write(b'Content-Length: -1\\r\\n\\r\\n{}')",
        "wrote what is no message",
    ),
    "no JSON": (
        "begin(); receive(); write(b'Content-Length: 2\\r\\n\\r\\n{]')",
        "wrote what is no message",
    ),
    "no object": (
        "begin(); receive(); write(b'Content-Length: 2\\r\\n\\r\\n[]')",
        "wrote what is no message",
    ),
    "JSON too deep": (
        "begin(); receive(); write(b'Content-Length: 99999\\r\\n\\r\\n' + b'[' * 99999)",
        "wrote what is no message",
    ),
    "a gigabyte": (
        f"begin(); receive(); write(b'Content-Length: {1 << 30}\\r\\n\\r\\n{{')",
        f"wrote a message of {1 << 30:,} bytes",
    ),
    "an encoding of its own": (
        "send(id=receive()['id'], result={'capabilities': {'positionEncoding': 'utf-7'}})",
        "did not start",
    ),
    "a refusal to start": (
        "send(id=receive()['id'], error={'code': 1, 'message': 'no'})",
        "did not start",
    ),
}


@pytest.mark.parametrize(("code", "said"), WRONG.values(), ids=WRONG)
def test_a_server_that_fails_twice_is_an_error_of_the_call(start, code, said):
    server = start(
        "fake",
        code=f"open('starts', 'a').write('x')\n{code}",
        ask_seconds=0.6 if "in time" in said else 20,
    )
    with pytest.raises(ToolError) as raised:
        server.ask("x", {"pad": "x" * (1 << 20)})
    assert str(raised.value) == f"fake {said}"
    assert (server._folder / "starts").read_text() == "xx"
    assert server._process is None
    assert MAX_MESSAGE_BYTES < 1 << 30


def test_a_server_that_fails_once_is_asked_again(start):
    code = "seen = os.path.exists('seen')\nopen('seen', 'w')\nbegin()\nmessage = receive()\n"
    server = start("fake", code=f"{code}if seen: send(id=message['id'], result='fine')\n")
    assert server.ask("x", {}) == "fine"


def test_a_program_that_is_not_there_is_an_error_of_the_call(start, tmp_path):
    server = start("fake", code="")
    object.__setattr__(server._program, "argv", (str(tmp_path / "nothing"),))
    with pytest.raises(ToolError) as raised:
        server.ask("x", {})
    assert str(raised.value) == "fake ended unexpectedly"


def test_a_folder_that_has_gone_is_an_error_of_the_call(start, tmp_path):
    server = start("fake", code=ANSWER)
    server._folder = tmp_path / "gone"
    with pytest.raises(ToolError) as raised:
        server.ask("x", {})
    assert str(raised.value) == "fake did not start"


REQUESTS = """
begin()
question = receive()['id']
for method in ('workspace/configuration', 'workspace/workspaceFolders',
               'client/registerCapability', 'workspace/applyEdit'):
    items = [{'section': 'own'}, {'section': 'other'}, {}, 3]
    send(id=method, method=method, params={'items': items})
replies = [receive() for _ in range(4)]
send(id=question, result=replies)
"""


def test_what_a_server_asks_is_answered(start, tmp_path):
    server = start("fake", code=REQUESTS, settings={"own": {"a": 1}})
    folder = {"uri": (tmp_path / "root").as_uri(), "name": "root"}
    refused = {"error": {"code": -32601, "message": "not supported"}}
    rpc = {"jsonrpc": "2.0"}
    assert server.ask("x", {}) == [
        {**rpc, "id": "workspace/configuration", "result": [{"a": 1}, None, None, None]},
        {**rpc, "id": "workspace/workspaceFolders", "result": [folder]},
        {**rpc, "id": "client/registerCapability", "result": None},
        {**rpc, "id": "workspace/applyEdit", **refused},
    ]


def test_a_server_sees_nothing_of_this_users_environment(start, monkeypatch):
    monkeypatch.setenv("CURATE_SECRET", "x")
    code = "begin(); send(id=receive()['id'], result=sorted(os.environ))"
    seen = start("fake", code=code).ask("x", {})
    assert sorted({*seen} - {"PWD", "OLDPWD", "LC_CTYPE", "_", "SHLVL"}) == [
        "HOME",
        "LC_ALL",
        "NO_COLOR",
        "PATH",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="macOS limits no memory of a process")
def test_a_server_that_takes_all_memory_is_ended(start):
    server = start("fake", code="begin(); receive(); held = bytearray(6 << 30)")
    with pytest.raises(ToolError) as raised:
        server.ask("x", {})
    assert str(raised.value) == "fake ended unexpectedly"


def test_what_a_server_started_ends_with_it(start):
    code = "import subprocess\nbegin()\nkid = subprocess.Popen(['sleep', '99'])\n"
    server = start("fake", code=f"{code}send(id=receive()['id'], result=kid.pid)\nwhile True: pass")
    kid = server.ask("x", {})
    assert is_running(kid)
    server.close()
    assert ends(kid)


def test_a_server_that_is_closed_is_gone_and_its_folder_stays(start, tmp_path):
    server = start("fake", code=ANSWER)
    server.ask("x", {})
    pid = server_pid(server)
    server.close()
    server.close()
    assert not is_running(pid)
    assert (tmp_path / "home").is_dir()
    assert server.ask("x", {}) == "fine"


USER = """
import os, signal, sys, time
from pathlib import Path
from curate.lsp.client import LanguageServer, Program
from tests.lsp.test_faults import server_pid
from tests.lsp.conftest import FRAME
folder = Path(sys.argv[1])
code = FRAME + "begin()\\n" + (
    "signal_module = __import__('signal')\\n"
    "[signal_module.signal(n, signal_module.SIG_IGN) for n in (1, 2, 13, 15)]\\n"
    "send(id=receive()['id'], result=1)\\nwhile True: pass"
)
server = LanguageServer(Program("fake", (sys.executable, "-c", code)), folder, folder)
server.ask("x", {})
print(server_pid(server), flush=True)
if sys.argv[2] == "wait":
    time.sleep(99)
if sys.argv[2] == "exit":
    os._exit(0)
"""


@pytest.mark.parametrize("how", ["wait", "exit", "end"])
def test_no_server_outlives_its_user_however_that_ends(tmp_path, how):
    folder = tmp_path / "folder"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(folder), how], stdout=subprocess.PIPE, text=True
    ) as user:
        pid = int(user.stdout.readline())
        if how == "wait":
            assert is_running(pid)
            user.kill()
        user.wait(20)
    assert ends(pid)
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()
