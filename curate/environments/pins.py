"""The exact releases that the tests of a source run with: found once, then written down.

resolve_pins(source, fetched)  ->  ["iniconfig==2.3.1", "packaging==26.3", …, "pytest==9.2.0"]
"""

import platform

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from curate.environments.requirements import needs_of_tests
from curate.environments.uv import run_uv
from curate.sources.cache import FetchedSource
from curate.sources.source import Source

# Whatever a source asks for, its tests are run by a pytest whose reports we read.
_ALWAYS = "pytest>=8"


def resolve_pins(source: Source, fetched: FetchedSource) -> list[str]:
    """The newest releases that fit what the source declares, for every system and newer Pythons.

    Each is a wheel on the index. The source itself is not among them: it is what is tested.
    """
    where = f"{source.name}: test requirements"
    needed = [*needs_of_tests(fetched.tree, source.name), _ALWAYS]
    python = ".".join(platform.python_version_tuple()[:2])
    printed = run_uv(
        *("pip", "compile", "--universal", "--python-version", python, "--only-binary", ":all:"),
        *("--no-header", "--no-annotate", "--no-emit-package", source.name, "--quiet", "-"),
        where=where,
        given="\n".join(needed),
    )
    pins = [line.strip() for line in printed.splitlines() if "==" in line.partition(";")[0]]
    return [
        " ; ".join(part.strip() for part in pin.split(";"))
        for pin in pins
        if canonicalize_name(Requirement(pin).name) != source.name
    ]
