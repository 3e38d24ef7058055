"""A model served by mlx-lm's own server, with its adapter, until somebody says stop.

    with serving(Asked("models/tiny", adapter=Path("adapters"), port=0), tell) as served:
        requests.post(f"{served.base_url}/chat/completions", json=served.request)

`GET /health` answers while the model is still being loaded, and stays up a while when that fails:
what is ready has also made one token.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import requests

from curate.errors import CurateError
from curate.models.opening import require_mlx, weights_folder

HOST, PORT = "127.0.0.1", 8080
READY_SECONDS = 600.0  # 30 thousand million weights are read in that time
STOP_SECONDS = 8.0
POLL_SECONDS = 0.2
KEPT_LINES = 20
TOOL = {
    "type": "function",
    "function": {
        "name": "read_file",
        "description": "Read a file.",
        "parameters": {
            "type": "object",
            "properties": {"path": {"type": "string"}},
            "required": ["path"],
        },
    },
}
REQUEST = {
    "model": "default_model",  # what mlx-lm calls the one that it was started with
    "messages": [{"role": "user", "content": "What does README.md say?"}],
    "tools": [TOOL],
    "max_tokens": 256,
}
PROBE = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}


class Asked(NamedTuple):
    """What to serve. port 0: any free one."""

    model: str
    adapter: Path | None = None
    host: str = HOST
    port: int = PORT
    ready_seconds: float = READY_SECONDS


class Served(NamedTuple):
    """A server that answers. request: the body of a request that can be made at once."""

    base_url: str
    model: str
    adapter: str | None
    process_id: int
    request: dict[str, Any]
    child: "subprocess.Popen[bytes]"

    def wait(self) -> int:
        """Until the server ends by itself: its exit status."""
        return self.child.wait()

    @property
    def curl(self) -> str:
        """The request as a command line."""
        import json
        import shlex

        body = shlex.quote(json.dumps(self.request))
        address = f"{self.base_url}/chat/completions"
        return f"curl {address} -H 'Content-Type: application/json' -d {body}"


Tell = Callable[[int, int, str], None]


@contextmanager
def serving(
    asked: Asked, log: Callable[[str], None], progress: Tell | None = None
) -> Generator[Served]:
    """A server, ready; it is stopped when the block ends. `log` gets its lines.

    Raises CurateError where the port is taken, the model is none, or the server does not start.
    """
    require_mlx("curate serve")
    folder = weights_folder(asked.model)
    port = _free_port(asked.host, asked.port)
    base_url = f"http://{asked.host}:{port}"
    with tempfile.TemporaryDirectory(prefix="curate-serve-") as scratch:
        child = _start(asked, folder, port, Path(scratch))
        lines = _pass_on(child, log)
        try:
            _wait_ready(child, base_url, asked, lines, progress)
            adapter = str(asked.adapter) if asked.adapter else None
            yield Served(f"{base_url}/v1", asked.model, adapter, child.pid, REQUEST, child)
        finally:
            _stop(child)


def _free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises CurateError where it is taken."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            trial.bind((host, port))
        except OSError as error:
            raise CurateError(
                f"--port {port}",
                f"cannot be listened at on {host}: {error.strerror}",
                "stop what is using it, name another, or let --port 0 find a free one",
            ) from None
        return trial.getsockname()[1]


def _start(asked: Asked, folder: Path, port: int, scratch: Path) -> "subprocess.Popen[bytes]":
    model = str(folder.resolve())
    words = ["--model", model, "--host", asked.host, "--port", str(port)]
    if asked.adapter is not None:
        words += ["--adapter-path", str(asked.adapter.resolve())]
    for name in dict.fromkeys((asked.model, str(folder), model)):
        words += ["--name", name]
    return subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", "curate.models.served", *words],
        stdin=subprocess.PIPE,  # which closes when this process ends, however it does
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **_environment(scratch)},
        start_new_session=True,  # Ctrl-C is ours to pass on
    )


def _environment(scratch: Path) -> dict[str, str]:
    """Nothing is downloaded; the cache that /v1/models lists is a folder that exists."""
    from huggingface_hub.constants import HF_HUB_CACHE

    cache = Path(HF_HUB_CACHE)
    return {
        "HF_HUB_CACHE": str(cache if cache.is_dir() else scratch),
        "HF_HUB_OFFLINE": "1",
        "PYTHONUNBUFFERED": "1",
        "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    }


def _pass_on(child: "subprocess.Popen[bytes]", log: Callable[[str], None]) -> deque[str]:
    """Hand every line on as it comes; the last ones, for the error."""
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    output: IO[bytes] | None = child.stdout

    def read() -> None:
        for line in output or ():
            text = line.decode(errors="replace").rstrip("\r\n")
            kept.append(text)
            with suppress(OSError):  # nobody reads it any more; the server must not wait for that
                log(text)

    threading.Thread(target=read, daemon=True).start()
    return kept


def _wait_ready(
    child: "subprocess.Popen[bytes]",
    base_url: str,
    asked: Asked,
    lines: deque[str],
    progress: Tell | None,
) -> None:
    """Until it has made one token. Raises CurateError where it ends, fails, or takes too long."""
    began, answer = time.monotonic(), _Answer(base_url, asked.ready_seconds)
    while (waited := time.monotonic() - began) < asked.ready_seconds:
        if child.poll() is not None:
            raise _failed(asked, f"the server ended with {child.returncode} at its start", lines)
        if answer.is_there:
            return
        if progress is not None:
            progress(int(waited), int(asked.ready_seconds), "seconds, the model is being loaded")
        state = _state(base_url)
        if state == requests.codes.service_unavailable:
            time.sleep(POLL_SECONDS)  # for its last lines
            raise _failed(asked, "the server could not load the model", lines)
        if state == requests.codes.ok:
            answer.ask()
        time.sleep(POLL_SECONDS)
    raise _failed(asked, f"the server was not ready after {asked.ready_seconds:.0f} s", lines)


class _Answer:
    """One token, asked for while somebody looks at the clock."""

    def __init__(self, base_url: str, seconds: float) -> None:
        self._address, self._seconds = f"{base_url}/v1/chat/completions", seconds
        self._thread: threading.Thread | None = None
        self.is_there = False

    def ask(self) -> None:
        """Ask, unless it is being asked already."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._wait, daemon=True)
            self._thread.start()

    def _wait(self) -> None:
        try:
            answer = requests.post(self._address, json=PROBE, timeout=self._seconds)
        except requests.RequestException:
            return
        self.is_there = answer.status_code == requests.codes.ok


def _state(base_url: str) -> int | None:
    """The status that GET /health answers with; None where nobody answers."""
    try:
        return requests.get(f"{base_url}/health", timeout=5).status_code
    except requests.RequestException:
        return None


def _failed(asked: Asked, what: str, lines: deque[str]) -> CurateError:
    told = "\n".join(["", *lines]) if lines else ""
    return CurateError(
        f"curate serve {asked.model}",
        what + told,
        "see the lines above; a model and an adapter are tried with: curate score",
    )


def _stop(child: "subprocess.Popen[bytes]") -> None:
    """Ask it to end, and end it where it does not."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
