"""The virtual environment of a source's tests, built with uv, kept in the cache.

    <cache>/environments/click-8.5.1-3f0c9a51d2e4/     bin/python, lib/python3.11/site-packages/…

Its name tells the source's tree, the pins and the Python; it appears whole or not at all. Only
wheels are installed, so no code of a package or of the source is run.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
from pathlib import Path

from curate.environments.metadata import write_metadata
from curate.environments.uv import run_uv
from curate.errors import CurateError
from curate.sources.atomic import put_folder, sweep, temporary_beside
from curate.sources.cache import Cache, FetchedSource
from curate.sources.source import Source

# Part of the name: a change of how environments are built makes new ones.
_FORM = 1


def environment_of(source: Source, fetched: FetchedSource, cache: Cache) -> Path | None:
    """The environment of a source's tests; None where the recipe's sources do not run them.

    Built when it is not there: seconds, and the network. Raises CurateError when it cannot be.
    """
    if not source.run_tests:
        return None
    if not source.test_pins:
        raise CurateError(
            f"sources.{source.name}",
            "run_tests is true, and test_pins does not say with what",
            f"curate sources pin {source.name} --tests",
        )
    folder = cache.root / "environments"
    place = folder / _name(fetched, source.test_pins)
    if not _is_whole(place):
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        _build(place, source, fetched)
    return place


def _name(fetched: FetchedSource, pins: list[str]) -> str:
    python = (platform.python_implementation(), platform.python_version(), sys.base_prefix)
    made_of = json.dumps([_FORM, fetched.tree_sha256, pins, *python])
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    return f"{fetched.name}-{fetched.version}-{digest}"


def _is_whole(place: Path) -> bool:
    """Whether it is there, and the Python that it was made with still is."""
    return (place / "bin/python").exists()


def _build(place: Path, source: Source, fetched: FetchedSource) -> None:
    where, made = f"environment of {source.name}", temporary_beside(place)
    before = os.umask(0o022)  # another user, that nobody is, must be able to read it
    try:
        run_uv(
            *("venv", "--quiet", "--no-project", "--relocatable"),
            *("--python", sys.executable, str(made)),
            where=where,
        )
        pins = made / "pins.txt"
        pins.write_text("".join(f"{pin}\n" for pin in source.test_pins or ()), encoding="utf-8")
        run_uv(
            *("pip", "install", "--quiet", "--python", str(made / "bin/python")),
            *("--no-deps", "--only-binary", ":all:", "--link-mode", "copy", "--compile-bytecode"),
            *("--requirements", str(pins)),
            where=where,
        )
        (site,) = made.glob("lib/python*/site-packages")
        write_metadata(site, fetched.tree, source.name, fetched.version)
        put_folder(made, place, _is_whole)
    finally:
        os.umask(before)
        shutil.rmtree(made, ignore_errors=True)
