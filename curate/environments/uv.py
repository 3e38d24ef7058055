"""uv as a program: with the index this user has chosen, and no other setting of the user's.

run_uv("pip", "install", …, where="environment of click")
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from curate.errors import CurateError
from curate.sources.index import chosen_index

TIMEOUT_SECONDS = 600
# What of the user's settings says how to reach an index, and not what to install.
_KEPT = ("CACHE_DIR", "HTTP_TIMEOUT", "NATIVE_TLS", "SYSTEM_CERTS", "OFFLINE", "KEYRING_PROVIDER")
_ERROR = ("error:", "\N{MULTIPLICATION SIGN}")
_DROPPED = ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME")


def run_uv(*arguments: str, where: str, given: str = "") -> str:
    """What uv printed; `given` is its standard input.

    Raises CurateError when there is no uv, or it does not end well: with its own words.
    """
    environment, secret = _environment(os.environ)
    try:
        with tempfile.TemporaryDirectory(prefix="curate-") as folder:  # no settings lie there
            ran = subprocess.run(  # noqa: S603  our own words, never from a shell
                [uv_program(), *arguments],
                cwd=folder,
                env=environment,
                input=given,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIMEOUT_SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise CurateError(
            where,
            f"uv was stopped after {TIMEOUT_SECONDS} seconds",
            "look at the network, then run it again: what was downloaded is kept",
        ) from None
    if ran.returncode:
        said = ran.stderr.replace(secret, "****") if secret else ran.stderr
        raise CurateError(
            where,
            f"uv {arguments[0]} failed\n{_complaint(said)}",
            "look at the network and at the index (UV_DEFAULT_INDEX), then run it again",
        )
    return ran.stdout


def uv_program() -> str:
    """The path of uv: that of the package `uv`, else that on the PATH."""
    try:
        from uv import find_uv_bin

        return os.fsdecode(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise CurateError(
            "uv",
            "is not installed; environments for the tests of sources are built with it",
            "pip install uv",
        )
    return found


def _environment(environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The variables that uv sees, and the password among them."""
    kept = {
        key: value
        for key, value in environ.items()
        if key not in _DROPPED and (not key.startswith("UV_") or key.removeprefix("UV_") in _KEPT)
    }
    kept |= {"UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1", "NO_COLOR": "1"}
    index = chosen_index(environ, Path.cwd())
    if index.certificates:
        kept["SSL_CERT_FILE"] = str(index.certificates[0])
    if index.url is None:
        return kept, ""
    user, password = (quote(part, safe="") for part in index.credentials or ("", ""))
    parts = urlsplit(index.url)
    host = f"{user}:{password}@{parts.netloc}" if user or password else parts.netloc
    kept["UV_DEFAULT_INDEX"] = urlunsplit(parts._replace(netloc=host))
    return kept, password


def _complaint(stderr: str) -> str:
    """The error of uv and its causes, without the warnings before them."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    starts = [number for number, line in enumerate(lines) if line.startswith(_ERROR)]
    return "\n".join(lines[starts[0] if starts else 0 :][:8]) or "without a word"
