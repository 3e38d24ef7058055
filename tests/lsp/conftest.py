"""Real servers over small folders: ty, and basedpyright so that the client fits no single one."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from curate.lsp.client import LanguageServer, Program
from curate.lsp.positions import ENCODINGS

BIN = Path(sys.executable).parent
ARGV = {
    "ty": (str(BIN / "ty"), "server"),
    "basedpyright": (str(BIN / "basedpyright-langserver"), "--stdio"),
}
Start = Callable[..., LanguageServer]


@pytest.fixture
def start(tmp_path) -> Start:
    """Starts a server by name, or one that a Python program is, over `tmp_path/root`."""
    started = []
    root = tmp_path / "root"
    for folder in (root, tmp_path / "home"):
        folder.mkdir()

    def begin(
        name: str,
        files: Mapping[str, str] | None = None,
        *,
        code: str | None = None,
        ask_seconds: float = 20.0,
        encodings=ENCODINGS,
        settings=None,
    ) -> LanguageServer:
        for file, text in (files or {}).items():
            (root / file).write_bytes(text.encode())
        argv = ARGV[name] if code is None else (sys.executable, "-c", FRAME + code)
        home = {"HOME": str(tmp_path / "home")}
        program = Program(name, argv, settings or {}, home, opens_files=name != "ty")
        started.append(LanguageServer(program, root, tmp_path, encodings, ask_seconds))
        return started[-1]

    yield begin
    for server in started:
        server.close()


FRAME = """
import json, os, sys, time

def receive():
    size = 0
    while (line := sys.stdin.buffer.readline()).strip():
        size = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(size)) if size else sys.exit()

def write(raw):
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()

def send(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body))

def begin():
    send(id=receive()["id"], result={"capabilities": {}})
    receive()
"""
