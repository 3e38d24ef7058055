"""What the tests of a source need: a virtual environment of exact pins, kept in the cache.

Nothing of the source is run to build it: its requirements are read, only wheels are installed, and
its metadata is copied. Its tests run in `curate.tools.pytest_run`.
"""

from curate.environments.build import environment_of
from curate.environments.pins import resolve_pins

__all__ = ["environment_of", "resolve_pins"]
