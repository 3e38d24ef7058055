import sys
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources.index import Index, chosen_index

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the files lie elsewhere there")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with an empty home, in a virtual environment and a system without settings."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    (tmp_path / "home").mkdir()
    (tmp_path / "project" / "below").mkdir(parents=True)
    return tmp_path / "home"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def choose(home: Path, **environ: str) -> Index:
    # The system's own files must not decide a test: pip's are read unless a test says otherwise.
    settings = {"HOME": str(home), "XDG_CONFIG_DIRS": str(home.parent / "etc"), **environ}
    return chosen_index(settings, home.parent / "project" / "below")


def address(name: str) -> str:
    return f"https://{name}.example.org/simple"


def set_everywhere(home: Path) -> list[tuple[str, object]]:
    """Each place where an index may be set, the strongest first, and how to unset it."""
    project, venv, etc = (home.parent / name for name in ("project", "venv", "etc"))
    files = {
        "uv-project": (project / "uv.toml", '[[index]]\nurl = "{}"\ndefault = true\n'),
        "pyproject": (project / "pyproject.toml", '[tool.uv]\nindex-url = "{}"\n'),
        "uv-user": (home / ".config/uv/uv.toml", 'index-url = "{}"\n'),
        "uv-system": (etc / "uv/uv.toml", '[pip]\nindex-url = "{}"\n'),
        "pip-file": (home.parent / "own.conf", "[global]\nindex-url = {}\n"),
        "pip-venv": (venv / "pip.conf", "[global]\nindex_url = {}\n"),
    }
    for name, (path, text) in files.items():
        write(path, text.format(address(name)))
    return [(name, path) for name, (path, _) in files.items()]


def test_the_strongest_setting_counts_down_to_the_weakest(home: Path) -> None:
    environ = {
        "UV_DEFAULT_INDEX": address("uv-variable"),
        "UV_INDEX_URL": address("uv-legacy"),
        "PIP_INDEX_URL": address("pip-variable"),
    }
    files = set_everywhere(home)
    own = str(home.parent / "own.conf")
    chosen = []
    while environ:
        chosen.append(choose(home, PIP_CONFIG_FILE=own, **environ).url)
        environ.pop(next(iter(environ)))
    for _, path in files:
        chosen.append(choose(home, PIP_CONFIG_FILE=own).url)
        Path(str(path)).unlink()
    names = ["uv-variable", "uv-legacy", "pip-variable", *(name for name, _ in files)]
    assert chosen == [address(name) for name in names]


def test_pips_user_file_counts_unless_another_is_named(home: Path) -> None:
    write(home / ".config/pip/pip.conf", f"[install]\nindex-url = {address('user')}\n")
    assert choose(home).url == address("user")
    write(home.parent / "own.conf", "[global]\n")
    named = choose(home, PIP_CONFIG_FILE=str(home.parent / "own.conf")).url
    assert named != address("user")


def test_no_setting_means_pypi_simples_own_default(home: Path) -> None:
    assert choose(home, PIP_CONFIG_FILE="/dev/null") == Index(None)


def test_uv_no_config_passes_over_uvs_files(home: Path) -> None:
    write(home.parent / "project/uv.toml", f'index-url = "{address("project")}"\n')
    assert choose(home, UV_NO_CONFIG="1", PIP_CONFIG_FILE="/dev/null").url is None


def test_uv_config_file_is_the_only_file_of_uv(home: Path) -> None:
    write(home.parent / "project/uv.toml", f'index-url = "{address("project")}"\n')
    write(home.parent / "own.toml", f'index-url = "{address("own")}"\n')
    assert choose(home, UV_CONFIG_FILE=str(home.parent / "own.toml")).url == address("own")


def test_an_index_that_is_not_the_default_is_not_asked(home: Path) -> None:
    text = f'[[tool.uv.index]]\nname = "extra"\nurl = "{address("extra")}"\n'
    write(home.parent / "project/pyproject.toml", text)
    assert choose(home, PIP_CONFIG_FILE="/dev/null").url is None


def test_credentials_are_taken_out_of_the_address_and_never_shown(home: Path) -> None:
    index = choose(home, UV_DEFAULT_INDEX="https://me:s%40cret@pypi.example.org:8443/simple")
    assert (index.url, index.credentials) == (
        "https://pypi.example.org:8443/simple",
        ("me", "s@cret"),
    )
    assert "cret" not in repr(index)


def test_credentials_of_a_named_uv_index_come_from_its_variables(home: Path) -> None:
    text = f'[[index]]\nname = "my-own"\nurl = "{address("own")}"\ndefault = true\n'
    write(home.parent / "project/uv.toml", text)
    index = choose(home, UV_INDEX_MY_OWN_USERNAME="me", UV_INDEX_MY_OWN_PASSWORD="secret")
    assert (index.url, index.credentials) == (address("own"), ("me", "secret"))


def test_a_named_index_may_stand_in_the_variable(home: Path) -> None:
    index = choose(home, UV_DEFAULT_INDEX=f"own={address('own')}", UV_INDEX_OWN_USERNAME="me")
    assert (index.url, index.credentials) == (address("own"), ("me", ""))


def test_pips_certificates_come_along(home: Path) -> None:
    write(home.parent / "own.conf", "[global]\ncert = /srv/ca.pem\n")
    own = str(home.parent / "own.conf")
    assert choose(home, PIP_CONFIG_FILE=own).certificates == (Path("/srv/ca.pem"),)
    chosen = choose(home, PIP_CONFIG_FILE=own, PIP_CERT="/srv/mine.pem")
    assert chosen.certificates == (Path("/srv/mine.pem"),)


@pytest.mark.parametrize(
    ("url", "kind"), [("file:///srv/me:secret@x", "file"), ("/srv/simple", "path")]
)
def test_an_index_that_is_no_web_address_is_refused(home: Path, url: str, kind: str) -> None:
    with pytest.raises(CurateError) as raised:
        choose(home, PIP_INDEX_URL=url)
    assert str(raised.value) == (
        f"PIP_INDEX_URL: the index is of the kind '{kind}'\n"
        "  accepted: https, http\n"
        "  fix: export UV_DEFAULT_INDEX with the https:// address of a simple index"
    )


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("uv.toml", "\nindex-url = https://me:secret@x/\n", ", line 2"),
        ("pip.conf", "[global]\nhttps //me secret@x/\n", ", line 2"),
        ("pip.conf", "caf\xe9", ""),
    ],
    ids=["uv", "pip", "not UTF-8"],
)
def test_a_broken_file_is_named_without_quoting_it(
    home: Path, name: str, text: str, line: str
) -> None:
    path = home.parent / name
    path.write_bytes(text.encode("latin-1"))
    variable = "UV_CONFIG_FILE" if name == "uv.toml" else "PIP_CONFIG_FILE"
    with pytest.raises(CurateError) as raised:
        choose(home, **{variable: str(path)})
    assert str(raised.value) == (
        f"{path}: cannot be read as a configuration file{line}\n"
        "  fix: mend the file, or have it passed over: UV_NO_CONFIG=1, PIP_CONFIG_FILE=/dev/null"
    )
