from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources import (
    GitSource,
    PastRelease,
    PathSource,
    PypiSource,
    read_registry,
    write_source,
)

SHA = "0ef0e52b8a9cd932855379197dd8f94047b359ca0a78695144304cb45f87c9eb"
COMMIT = "4f1d0a92c3be4f1d0a92c3be4f1d0a92c3be4f1d"
FLASK = f"""[sources.flask]
kind = "pypi"
version = "3.1.3"
sha256 = "{SHA}"
license_spdx = "BSD-3-Clause"
category = "web"
"""
FLASK_SOURCE = PypiSource(
    name="flask", version="3.1.3", sha256=SHA, license_spdx="BSD-3-Clause", category="web"
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("sources.toml")


def test_the_three_kinds_are_read_in_the_order_of_the_file(path: Path) -> None:
    path.write_text(
        f'{FLASK}filename = "flask-3.1.3.tar.gz"\n'
        '[sources.ours]\nkind = "path"\npath = "../ours"\nversion = "main"\n'
        'license_spdx = "NOASSERTION"\ncategory = "tools"\n'
        '[sources.attrs]\nkind = "git"\nurl = "https://example.org/attrs.git"\n'
        f'commit = "{COMMIT}"\nlicense_spdx = "MIT OR Apache-2.0"\ncategory = "typing"\n'
    )
    assert list(read_registry(path).sources.values()) == [
        FLASK_SOURCE.model_copy(update={"filename": "flask-3.1.3.tar.gz"}),
        PathSource(
            name="ours",
            path="../ours",
            version="main",
            license_spdx="NOASSERTION",
            category="tools",
        ),
        GitSource(
            name="attrs",
            url="https://example.org/attrs.git",
            commit=COMMIT,
            license_spdx="MIT OR Apache-2.0",
            category="typing",
        ),
    ]


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("https://example.org/a.git", False),
        ("ssh://git@example.org/a.git", False),
        ("git@example.org:a/b.git", False),
        ("../a", True),
        ("/srv/a@b/c:d", True),
    ],
)
def test_a_git_url_is_local_iff_it_is_a_path(url: str, *, is_local: bool) -> None:
    source = GitSource(name="a", url=url, commit=COMMIT, license_spdx="MIT", category="tools")
    assert source.is_local is is_local


WRONG_VALUES = {
    "no kind": (
        FLASK.replace('kind = "pypi"', ""),
        "sources.toml: sources.flask: kind is missing\n  fix: write kind as one of pypi, git, path",
    ),
    "unknown kind": (
        FLASK.replace('"pypi"', '"npm"'),
        "sources.toml: sources.flask: kind is 'npm'\n  fix: write kind as one of pypi, git, path",
    ),
    "unknown key": (
        FLASK + "licence = 1\n",
        (
            "sources.toml: sources.flask: licence is not a key of a pypi source\n"
            "  fix: use the keys kind, version, sha256, filename, date, license_spdx, category, "
            "run_tests, test_pins, history"
        ),
    ),
    "key of another kind": (
        FLASK + 'commit = "1"\n',
        (
            "sources.toml: sources.flask: commit is not a key of a pypi source\n"
            "  fix: use the keys kind, version, sha256, filename, date, license_spdx, category, "
            "run_tests, test_pins, history"
        ),
    ),
    "missing key": (
        FLASK.replace('version = "3.1.3"\n', ""),
        "sources.toml: sources.flask: version is missing\n  fix: add version = ...",
    ),
    "not text": (
        FLASK.replace('"3.1.3"', "3.1"),
        (
            "sources.toml: sources.flask: version is 3.1\n"
            "  input should be a valid string\n"
            "  fix: write another version"
        ),
    ),
    "version range": (
        FLASK.replace("3.1.3", ">=3"),
        (
            "sources.toml: sources.flask: version is '>=3'\n"
            "  a version is a public release number in its normal form (PEP 440), as 3.1.3\n"
            "  fix: write another version"
        ),
    ),
    "version not normal": (
        FLASK.replace('"3.1.3"', '"03.1-rc1"'),
        (
            "sources.toml: sources.flask: version is '03.1-rc1'\n"
            "  a version is a public release number in its normal form (PEP 440), as 3.1rc1\n"
            "  fix: write another version"
        ),
    ),
    "short hash": (
        FLASK.replace(SHA, "0ef0"),
        (
            "sources.toml: sources.flask: sha256 is '0ef0'\n"
            "  a sha256 is 64 lower case hexadecimal digits\n"
            "  fix: write another sha256"
        ),
    ),
    "licence in words": (
        FLASK.replace("BSD-3-Clause", "BSD"),
        (
            "sources.toml: sources.flask: license_spdx is 'BSD'\n"
            "  a licence is an SPDX expression, as BSD-3-Clause, or NOASSERTION\n"
            "  fix: write another license_spdx"
        ),
    ),
    "licence not canonical": (
        FLASK.replace("BSD-3-Clause", "mit or apache-2.0"),
        (
            "sources.toml: sources.flask: license_spdx is 'mit or apache-2.0'\n"
            "  a licence is an SPDX expression, as MIT OR Apache-2.0, or NOASSERTION\n"
            "  fix: write another license_spdx"
        ),
    ),
    "unknown category": (
        FLASK.replace('"web"', '"games"'),
        (
            "sources.toml: sources.flask: category is 'games'\n"
            "  input should be 'web', 'testing', 'cli', 'async', 'typing' or 'tools'\n"
            "  fix: write another category"
        ),
    ),
    "name in capitals": (
        FLASK.replace("sources.flask", "sources.Flask_API"),
        (
            "sources.toml: sources.Flask_API: name is 'Flask_API'\n"
            "  a name is lower case letters, digits and single hyphens, as flask-api\n"
            "  fix: write another name"
        ),
    ),
    "filename with a folder": (
        FLASK + 'filename = "../flask.tar.gz"\n',
        (
            "sources.toml: sources.flask: filename is '../flask.tar.gz'\n"
            "  a filename is the sdist's own name, without folders\n"
            "  fix: write another filename"
        ),
    ),
    "a value for a table": (
        "[sources]\nFlask = 1\n",
        (
            "sources.toml: sources.Flask: is 1, not a table\n"
            "  fix: begin the source with a line [sources.flask]"
        ),
    ),
    "another table": (
        FLASK + "[flask]\n",
        (
            "sources.toml: flask is not a table of sources\n"
            "  fix: begin each source with a line [sources.NAME]"
        ),
    ),
    "not TOML": (
        "[sources.flask]\nkind = pypi\n",
        "sources.toml: not TOML: Invalid value (at line 2, column 8)\n  fix: mend that line",
    ),
}


@pytest.mark.parametrize(("text", "message"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_a_mistake_names_the_file_the_value_and_what_is_accepted(
    path: Path, text: str, message: str
) -> None:
    path.write_text(text)
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    assert str(raised.value) == message


PAST = f'  {{ version = "3.1.2", date = "2025-08-19T21:03:21Z", sha256 = "{SHA}" }},\n'
WITH_PAST = f"{FLASK}history = [\n{PAST}]\n"
_ORDER = "a history has each version once, the oldest first, and dates that do not go back"
_DATE = "a date is UTC to the second, as 2024-04-07T19:26:08Z"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2025-08-19T21:03:21Z", "2025-08-19", f"date is '2025-08-19'\n  {_DATE}"),
        ("2025-08-19T21", "2025-02-30T21", f"date is '2025-02-30T21:03:21Z'\n  {_DATE}"),
        ("3.1.2", "3.1.2-rc", None),
        (f', sha256 = "{SHA}"', "", "sha256 is missing"),
        ("{ version", "{ url = '', version", None),
    ],
)
def test_a_mistake_in_a_history_says_which_release_it_is_in(
    path: Path, old: str, new: str, message: str | None
) -> None:
    head, past = WITH_PAST.rsplit(PAST, 1)[0], PAST.replace(old, new)
    path.write_text(f"{head}{past}]\n")
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    said = str(raised.value)
    assert said.startswith("sources.toml: sources.flask: history[0].")
    assert message is None or said.startswith(f"sources.toml: sources.flask: history[0].{message}")


@pytest.mark.parametrize(
    "second",
    [
        PAST,
        PAST.replace("3.1.2", "3.1.1"),
        PAST.replace("3.1.2", "3.1.2.1").replace("2025", "2024"),
    ],
    ids=["twice", "older version", "older date"],
)
def test_a_history_goes_forward(path: Path, second: str) -> None:
    path.write_text(f"{FLASK}history = [\n{PAST}{second}]\n")
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    assert _ORDER in str(raised.value)


def test_a_history_is_read_and_written_with_one_line_a_release(path: Path) -> None:
    path.write_text(WITH_PAST)
    source = read_registry(path)["flask"]
    past = PastRelease(version="3.1.2", date="2025-08-19T21:03:21Z", sha256=SHA)
    assert source == FLASK_SOURCE.model_copy(update={"history": (past,)})
    write_source(path, source)
    assert path.read_text() == WITH_PAST


_URL = "a url is https://..., ssh://..., user@host:path, or a path on this machine"
_SECRET = "a url holds no credentials: clone it yourself and give that folder as the url"


@pytest.mark.parametrize(
    ("key", "value", "accepted"),
    [
        ("url", "http://example.org/a.git", _URL),
        ("url", "ext::sh -c date", _URL),
        ("url", "--upload-pack=date", _URL),
        ("url", "https://token@example.org/a.git", _SECRET),
        ("url", "ssh://me:secret@example.org/a.git", _SECRET),
        (
            "commit",
            "main",
            "a commit is its full name: 40 (or 64) lower case hexadecimal digits",
        ),
        (
            "version",
            "a/b",
            "a version of a git or path source is a label of letters, digits and . + _ -",
        ),
    ],
)
def test_a_git_source_takes_safe_values_only(
    path: Path, key: str, value: str, accepted: str
) -> None:
    fields = {"url": "../a", "commit": COMMIT, "version": "1", key: value}
    lines = "".join(f'{name} = "{text}"\n' for name, text in fields.items())
    path.write_text(f'[sources.a]\nkind = "git"\n{lines}license_spdx = "MIT"\ncategory = "cli"\n')
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    assert str(raised.value) == (
        f"sources.toml: sources.a: {key} is {value!r}\n  {accepted}\n  fix: write another {key}"
    )


def test_a_file_that_is_missing_names_the_command_that_makes_it(path: Path) -> None:
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    assert str(raised.value) == (
        "sources.toml: the file of pinned sources does not exist\n"
        "  fix: curate sources pin flask --category web"
    )


def test_a_file_that_is_not_utf8_names_the_byte(path: Path) -> None:
    path.write_bytes(b"# caf\xe9\n")
    with pytest.raises(CurateError) as raised:
        read_registry(path)
    assert str(raised.value) == (
        "sources.toml: byte 5 is not UTF-8, as TOML demands\n  fix: save the file as UTF-8"
    )


def test_an_unknown_source_is_answered_with_the_known_ones(path: Path) -> None:
    path.write_text(FLASK)
    with pytest.raises(CurateError) as raised:
        read_registry(path)["Jinja2"]
    assert str(raised.value) == (
        "sources.toml: there is no source 'Jinja2'\n"
        "  sources: flask\n"
        "  fix: curate sources pin jinja2 --category tools"
    )


def test_a_slip_of_the_pen_is_answered_with_the_name_that_is_meant(path: Path) -> None:
    path.write_text(FLASK)
    with pytest.raises(CurateError) as raised:
        read_registry(path)["flaks"]
    assert str(raised.value) == (
        "sources.toml: there is no source 'flaks'\n"
        "  sources: flask\n"
        "  fix: write 'flask', if that is meant"
    )


def test_a_projects_own_pins_lie_over_the_shipped_ones(path: Path, tmp_path: Path) -> None:
    path.write_text(FLASK)
    own = tmp_path / "own.toml"
    own.write_text(FLASK.replace("sources.flask", "sources.mine").replace("3.1.3", "3.1.2"))
    merged = read_registry(path, own)
    assert {name: source.name for name, source in merged.sources.items()} == {
        "flask": "flask",
        "mine": "mine",
    }
    assert merged.path == own


def test_a_written_pin_replaces_its_table_and_leaves_the_rest(path: Path) -> None:
    before = "# All pins.\n\n[sources.attrs] # odd\n  kind='path'\n  path='x' # here\n"
    after = '\n# About svcs.\n[sources.svcs]\nkind = "path"\npath = "é"\n# The end.\n'
    old = '\n[ sources."flask" ]\nkind = "pypi"\n# keep me\nversion = "1"\n'
    path.write_text(before + old + after)
    write_source(path, FLASK_SOURCE)
    head, rest = FLASK.split("\n", 1)
    assert path.read_text() == f"{before}\n{head}\n# keep me\n{rest}{after}"


def test_a_new_pin_stands_at_the_end_and_writing_again_changes_nothing(path: Path) -> None:
    path.write_text("# All pins.\n")
    write_source(path, FLASK_SOURCE)
    assert path.read_text() == f"# All pins.\n\n{FLASK}"
    write_source(path, FLASK_SOURCE)
    assert path.read_text() == f"# All pins.\n\n{FLASK}"


def test_a_pin_makes_the_file_when_there_is_none(path: Path) -> None:
    write_source(path, FLASK_SOURCE)
    assert path.read_text() == FLASK
    assert dict(read_registry(path).sources) == {"flask": FLASK_SOURCE}


def test_a_table_in_another_form_is_left_alone(path: Path) -> None:
    text = '[sources]\nflask = { kind = "pypi" }\n'
    path.write_text(text)
    with pytest.raises(CurateError) as raised:
        write_source(path, FLASK_SOURCE)
    indented = "\n".join(f"  {line}" for line in FLASK.splitlines())
    assert str(raised.value) == (
        "sources.toml: the table of flask cannot be found by its line [sources.flask]\n"
        f"  fix: write it by hand:\n{indented}"
    )
    assert path.read_text() == text


def test_the_shipped_file_is_in_the_form_that_a_pin_writes(path: Path) -> None:
    shipped = Path(__file__).parents[2] / "corpora" / "sources.toml"
    path.write_text(shipped.read_text())
    sources = read_registry(path).sources
    for source in sources.values():
        write_source(path, source)
    assert path.read_text() == shipped.read_text()
    names = (
        "fastapi, flask, pytest, typer, click, httpx, starlette, pydantic, attrs, structlog, svcs, "
        "pluggy"
    )
    assert ", ".join(sources) == names
