"""`ty server` with the settings that `typecheck` runs with: the project's own, and no machine's.

It reads settings of the folder and above it, so it runs in a folder that holds nothing but a link
to the workspace (`curate.tools.alone`), an empty Python environment, and a home of its own.
"""

from functools import cache
from pathlib import Path

from curate.lsp.client import Program
from curate.tools.alone import Place
from curate.tools.programs import run_program

HOME = "home"
STDLIB = "<stdlib>"


def ty_server(place: Place) -> Program:
    """The server to run in a place."""
    environment, home = place.folder / "environment", place.folder / HOME
    (environment / "lib" / "python3.13" / "site-packages").mkdir(parents=True, exist_ok=True)
    home.mkdir(exist_ok=True)
    configuration = {
        "environment": {"python": str(environment), "python-platform": "linux"},
        "src": {"respect-ignore-files": False},
    }
    return Program(
        name="ty server",
        argv=(ty(), "server"),
        settings={"ty": {"diagnosticMode": "off", "configuration": configuration}},
        environment={
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "TY_MAX_PARALLELISM": "1",  # workers share the cores; nothing can hang on a schedule
        },
    )


def stdlib_name(place: Place, path: Path) -> str | None:
    """`<stdlib>/json/decoder.pyi` for a stub that ty carries and wrote into its home."""
    home = place.folder / HOME
    if not path.is_relative_to(home):
        return None
    parts = path.relative_to(home).parts
    if "stdlib" not in parts:
        return None
    return "/".join((STDLIB, *parts[parts.index("stdlib") + 1 :]))


@cache
def ty() -> str:
    """The path of the installed ty."""
    from ty import find_ty_bin

    return find_ty_bin()


@cache
def ty_version() -> str:
    """'ty 0.0.104'."""
    return run_program([ty(), "--version"], Path("/")).stdout.strip()
