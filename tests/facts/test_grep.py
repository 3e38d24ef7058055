"""Real grep over real files."""

import pytest

from curate.errors import CurateError
from curate.facts.grep import GrepHit, grep_hits


@pytest.fixture
def tree(tmp_path):
    files = {
        "b.py": b"# TODO: one\nx = 1\n\tcall()  # todo two:three\r\n",
        "a/c.py": "# TODO é\x0c:\n".encode(),
        "a/d e.py": b"no newline TODO",
        "a/notes.md": b"TODO\n",
        "latin.py": b"# TODO \xe9\n",
        "binary.py": b"TODO\0\n",
        ".git/e.py": b"TODO\n",
        ".hidden.py": b"TODO\n",
        "new\nline:1:x.py": b"TODO\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def test_hits_are_typed_and_ordered_by_path_and_line(tree):
    patterns = {"todo": "TODO|todo", "call": r"^\s*call\("}
    assert grep_hits(tree, patterns, ["*.py"]) == [
        GrepHit("todo", ".hidden.py", 1, "TODO"),
        GrepHit("todo", "a/c.py", 1, "# TODO é\x0c:"),
        GrepHit("todo", "a/d e.py", 1, "no newline TODO"),
        GrepHit("todo", "b.py", 1, "# TODO: one"),
        GrepHit("call", "b.py", 3, "\tcall()  # todo two:three\r"),
        GrepHit("todo", "b.py", 3, "\tcall()  # todo two:three\r"),
        GrepHit("todo", "new\nline:1:x.py", 1, "TODO"),
    ]


def test_without_includes_every_text_file_is_searched(tree):
    paths = {hit.path for hit in grep_hits(tree, {"todo": "TODO"}, [])}
    assert "a/notes.md" in paths
    assert paths.isdisjoint({"binary.py", "latin.py", ".git/e.py"})


def test_finding_nothing_is_no_error(tree):
    assert grep_hits(tree, {"none": "zebra"}, ["*.py"]) == []


def test_a_pattern_may_look_like_an_option(tree):
    assert grep_hits(tree, {"option": "--version"}, []) == []


def test_the_users_grep_settings_change_nothing(tree, monkeypatch):
    expected = grep_hits(tree, {"todo": "TODO"}, ["*.py"])
    monkeypatch.setenv("GREP_OPTIONS", "-i")
    monkeypatch.setenv("GREP_COLORS", "mt=01;31")
    monkeypatch.setenv("LC_ALL", "de_DE.ISO-8859-1")
    assert grep_hits(tree, {"todo": "TODO"}, ["*.py"]) == expected


def test_a_broken_pattern_is_reported_with_grep_s_own_words(tree):
    with pytest.raises(CurateError) as caught:
        grep_hits(tree, {"broken": "("}, [])
    assert str(caught.value) == (
        "grep pattern broken: grep ended with exit status 2\n"
        "  grep: Unmatched ( or \\(\n"
        "  fix: correct the extended regular expression '('"
    )


def test_a_search_that_takes_too_long_is_reported(tree):
    with pytest.raises(CurateError) as caught:
        grep_hits(tree, {"slow": "x"}, [], time_limit_seconds=0.00001)
    assert str(caught.value) == (
        "grep pattern slow: grep took more than 1e-05 s\n"
        "  the pattern is 'x'\n"
        "  fix: simplify the pattern or narrow the includes"
    )


def test_a_missing_grep_is_reported(tree, monkeypatch):
    monkeypatch.setenv("PATH", str(tree))
    with pytest.raises(CurateError) as caught:
        grep_hits(tree, {"todo": "TODO"}, [])
    assert str(caught.value) == (
        "grep pattern todo: there is no grep on the PATH\n  fix: install GNU or BSD grep"
    )


def test_a_missing_folder_is_reported(tree):
    with pytest.raises(CurateError) as caught:
        grep_hits(tree / "gone", {"todo": "TODO"}, [])
    assert str(caught.value) == (
        f"grep pattern todo: there is no folder {tree / 'gone'}\n"
        "  fix: name the folder of an unpacked source"
    )
