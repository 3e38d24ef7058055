"""Which files a project's own settings keep ty from."""

import pytest

from curate.defects.unchecked import unchecked

PATHS = ["src/a.py", "src/b/c.py", "tests/d.py", "typing/e.py"]


@pytest.mark.parametrize(
    ("settings", "silent"),
    [
        ("", []),
        ("[tool.ty]\nrules = { all = 'warn' }", []),
        ("[tool.ty]\nrules = { all = 'ignore' }", PATHS),
        ("[tool.ty.src]\nexclude = ['src/b/']", ["src/b/c.py"]),
        (
            (
                "[[tool.ty.overrides]]\ninclude = ['src', 'tests']\nexclude = ['src/b/**']\n"
                "rules.all = 'ignore'"
            ),
            ["src/a.py", "tests/d.py"],
        ),
        ("[[tool.ty.overrides]]\nrules.all = 'ignore'", PATHS),
        ("[[tool.ty.overrides]]\ninclude = ['src']\nrules.possibly-unresolved = 'ignore'", []),
        ("tool = 3", []),
        ("[tool]\nty = 3", []),
        ("[tool.ty]\noverrides = 3\nsrc = 3\nrules = 3", []),
        ("not toml [", []),
    ],
)
def test_a_file_is_unchecked_when_the_settings_say_so(settings, silent):
    assert unchecked(settings, PATHS) == frozenset(silent)
