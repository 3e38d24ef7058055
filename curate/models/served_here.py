"""`curate serve`: the server in the foreground, its logs on stderr, until Ctrl-C or SIGTERM."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, NoReturn

from curate import console
from curate.errors import CurateError
from curate.models import serving
from curate.models.naming import resolve
from curate.project import Project


class Asked(NamedTuple):
    """Options of `curate serve`."""

    model: str
    adapter: Path | None
    run: str | None
    host: str
    port: int
    ready_seconds: float


class _StoppedError(BaseException):
    """Somebody said stop."""


def serve_until_stopped(project: Project, asked: Asked, *, as_json: bool) -> int:
    """Serve, tell where, and wait; the exit status. Raises CurateError where it does not start."""
    named = resolve(project, asked.model, adapter=asked.adapter, run=asked.run)
    if named.endpoint is not None or named.model is None:
        raise CurateError(
            f"curate serve {asked.model}",
            "it is served already, by somebody else",
            "name a folder, a model of the Hugging Face cache, or a part of a run",
        )
    what = serving.Asked(named.model, named.adapter, asked.host, asked.port, asked.ready_seconds)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    progress = console.Progress(is_quiet=as_json)
    try:
        with serving.serving(what, console.say, progress) as served:
            _tell(served, as_json=as_json)
            status = served.wait()
    except (KeyboardInterrupt, _StoppedError):
        console.say("stopped")
        return 0
    console.say(f"the server ended by itself with {status}")
    return 2


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _StoppedError


def _tell(served: serving.Served, *, as_json: bool) -> None:
    told: dict[str, Any] = {
        "base_url": served.base_url,
        "model": served.model,
        "adapter": served.adapter,
        "process_id": served.process_id,
        "request": served.request,
        "curl": served.curl,
    }
    if as_json:
        console.show_json(told)
    else:
        adapter = f" with {served.adapter}" if served.adapter else ""
        console.show(f"serving {served.model}{adapter}\n{served.base_url}\n\n{served.curl}\n")
    sys.stdout.flush()  # whoever started it may read a pipe
