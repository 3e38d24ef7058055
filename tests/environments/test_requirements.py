"""What projects say that their tests need, in the ways that they say it."""

import pytest

from curate.environments.requirements import needs_of_tests, project_tables
from curate.errors import CurateError


def needed(tmp_path, text: str) -> list[str]:
    (tmp_path / "pyproject.toml").write_text(text)
    return needs_of_tests(tmp_path, "pkg")


PROJECTS = {
    "a group": ("[dependency-groups]\ntests = ['pytest>8', 'sybil']\n", ["pytest>8", "sybil"]),
    "a group of groups": (
        "[dependency-groups]\nDev = [{include-group = 'a.b'}, 'x']\nA_B = ['y']\n",
        ["x", "y"],
    ),
    "an extra": (
        "[project]\ndependencies = ['dep']\noptional-dependencies.test = ['pytest']\n",
        ["dep", "pytest"],
    ),
    "an extra of the project itself": (
        (
            "[project]\nname = 'Pkg'\n[project.optional-dependencies]\ndev = ['PKG[cov]', 'x']\n"
            "cov = ['coverage[toml]']\n"
        ),
        ["coverage[toml]", "x"],
    ),
    "a group before an extra, tests before dev": (
        (
            "[project.optional-dependencies]\ntests = ['no']\n"
            "[dependency-groups]\ndev = ['no']\ntests = ['yes']\n"
        ),
        ["yes"],
    ),
    "twice the same": (
        "[project]\ndependencies = ['a', 'a >= 1']\n[dependency-groups]\ntests = ['a']\n",
        ["a", "a>=1"],
    ),
    "nothing": ("[dependency-groups]\ntests = []\n", []),
}


@pytest.mark.parametrize(("text", "wanted"), PROJECTS.values(), ids=PROJECTS)
def test_what_tests_need_is_found(tmp_path, text, wanted):
    assert needed(tmp_path, text) == wanted


WRONG = {
    "no group": (
        "[project]\nname = 'x'\n",
        (
            "pkg: pyproject.toml: says nowhere what its tests need\n"
            "  looked for: a dependency group or an extra called tests, test, testing, dev\n"
            "  fix: write test_pins by hand, or remove run_tests"
        ),
    ),
    "a circle": (
        "[dependency-groups]\ntests = [{include-group = 'tests'}]\n",
        "pkg: pyproject.toml: the group 'tests' includes itself\n  fix: write test_pins by hand",
    ),
    "a hole": (
        "[dependency-groups]\ntests = [{include-group = 'more'}]\n",
        "pkg: pyproject.toml: the group 'more' does not exist\n  fix: write test_pins by hand",
    ),
    "no requirement": (
        "[dependency-groups]\ntests = ['--index-url x']\n",
        "pkg: pyproject.toml: '--index-url x' is no requirement\n  fix: write test_pins by hand",
    ),
    "not of the index": (
        "[dependency-groups]\ntests = ['x @ https://example.org/x.whl']\n",
        (
            "pkg: pyproject.toml: 'x @ https://example.org/x.whl' is not from the index, "
            "so it cannot be pinned\n  fix: write test_pins by hand"
        ),
    ),
    "no TOML": (
        "a = b",
        (
            "pkg: pyproject.toml: cannot be read: Invalid value (at line 1, column 5)\n"
            "  fix: remove run_tests"
        ),
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_found_is_said(tmp_path, text, said):
    with pytest.raises(CurateError) as raised:
        needed(tmp_path, text)
    assert str(raised.value) == said


def test_a_project_without_a_pyproject_is_said(tmp_path):
    with pytest.raises(CurateError) as raised:
        project_tables(tmp_path, "pkg: pyproject.toml")
    assert str(raised.value) == (
        "pkg: pyproject.toml: cannot be read: No such file or directory\n  fix: remove run_tests"
    )
