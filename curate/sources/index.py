"""The package index this user has chosen for uv or pip, and how to reach it.

    chosen_index(environ={"PIP_INDEX_URL": "https://me:secret@pypi.example.org/simple"}, folder=...)
    Index(url="https://pypi.example.org/simple", credentials=("me", "secret"))

Asked in this order, the first answer counts: UV_DEFAULT_INDEX, UV_INDEX_URL, PIP_INDEX_URL;
uv.toml or [tool.uv] of pyproject.toml in this folder or above; uv.toml of the user, then of the
system; pip.conf.
No answer means pypi-simple's own default. Extra indexes and --find-links are not asked: a pinned
sdist comes from one place. Credentials leave here only as `Index.credentials`, never in a text.
"""

import configparser
import os
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from curate.errors import CurateError


@dataclass(frozen=True)
class Index:
    """A simple-API index. `url` is without credentials, and None for pypi-simple's default."""

    url: str | None
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    certificates: tuple[Path, ...] = ()


def chosen_index(environ: Mapping[str, str], folder: Path) -> Index:
    """The index that `environ` and the configuration files choose for a build in `folder`."""
    certificates = tuple(_certificates(environ))
    for where, url, name in _candidates(environ, folder):
        clean, credentials = _split_credentials(where, url)
        if name and (user := environ.get(f"UV_INDEX_{_variable(name)}_USERNAME")):
            credentials = (user, environ.get(f"UV_INDEX_{_variable(name)}_PASSWORD", ""))
        return Index(clean, credentials, certificates)
    return Index(None, None, certificates)


def _variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", name.upper())


def _split_credentials(where: str, url: str) -> tuple[str, tuple[str, str] | None]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CurateError(
            where=where,
            what=f"the index is of the kind {parts.scheme or 'path'!r}\naccepted: https, http",
            fix="export UV_DEFAULT_INDEX with the https:// address of a simple index",
        )
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, host, parts.path, "", ""))
    if parts.username is None:
        return clean, None
    return clean, (unquote(parts.username), unquote(parts.password or ""))


def _candidates(environ: Mapping[str, str], folder: Path) -> Iterator[tuple[str, str, str | None]]:
    """Where an index is set, its URL, and its name in uv's words; the first one counts."""
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if url := environ.get(variable, "").strip():
            name = re.match(r"([A-Za-z0-9_.-]+)=(?=https?:)", url)
            yield variable, url[name.end() :] if name else url, name[1] if name else None
    for path in _uv_files(environ, folder):
        yield from _uv_index(path)
    for path in _pip_files(environ):
        if url := _pip_option(path, "index-url"):
            yield str(path), url, None


def _uv_files(environ: Mapping[str, str], folder: Path) -> Iterator[Path]:
    """The configuration files of uv, the strongest first."""
    if environ.get("UV_NO_CONFIG", "").lower() in ("1", "true", "yes", "on"):
        return
    if only := environ.get("UV_CONFIG_FILE"):
        yield Path(only)
        return
    for above in (folder, *folder.parents):
        project = [above / "uv.toml", above / "pyproject.toml"]
        if any(path.is_file() for path in project):
            yield from project
            break
    if sys.platform == "win32":
        folders = [environ.get("APPDATA"), environ.get("PROGRAMDATA")]
        yield from (Path(base, "uv", "uv.toml") for base in folders if base)
    else:
        yield _user_config(environ) / "uv" / "uv.toml"
        for base in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep):
            yield Path(base, "uv", "uv.toml")
        yield Path("/etc/uv/uv.toml")


def _user_config(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def _uv_index(path: Path) -> Iterator[tuple[str, str, str | None]]:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return
    except ValueError as error:  # not TOML, or not UTF-8
        raise _unreadable(path, error) from None
    if path.name == "pyproject.toml":
        tool = settings.get("tool")
        settings = tool.get("uv", {}) if isinstance(tool, dict) else {}
    indexes = settings.get("index", [])
    for index in indexes if isinstance(indexes, list) else []:
        if isinstance(index, dict) and index.get("default") is True and "url" in index:
            yield str(path), str(index["url"]), index.get("name")
    legacy = settings.get("index-url") or settings.get("pip", {}).get("index-url")
    if legacy:
        yield str(path), str(legacy), None


def _pip_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """The configuration files of pip, the strongest first (pip's `pip config debug`)."""
    own = environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return
    if own:
        yield Path(own)
    file_name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    yield Path(sys.prefix, file_name)
    home = Path(environ.get("HOME") or Path.home())
    if not (own and Path(own).exists()):
        if sys.platform == "win32":
            yield Path(environ.get("APPDATA", home), "pip", file_name)
            yield home / "pip" / file_name
        else:
            if sys.platform == "darwin":
                yield home / "Library" / "Application Support" / "pip" / file_name
            yield _user_config(environ) / "pip" / file_name
            yield home / ".pip" / file_name
    if sys.platform == "win32":
        yield Path(environ.get("PROGRAMDATA", "C:\\ProgramData"), "pip", file_name)
    else:
        yield Path("/etc/pip.conf")
        for base in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(os.pathsep):
            yield Path(base, "pip", file_name)


def _pip_option(path: Path, option: str) -> str | None:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None
    for section in ("install", "download", "global"):
        for key in (option, option.replace("-", "_")):
            if value := parser.get(section, key, fallback="").strip():
                return value
    return None


def _certificates(environ: Mapping[str, str]) -> Iterator[Path]:
    """Bundles that pip is told to trust; requests and OpenSSL know their own variables."""
    if environ.get("PIP_CERT"):
        yield Path(environ["PIP_CERT"])
        return
    for path in _pip_files(environ):
        if bundle := _pip_option(path, "cert"):
            yield Path(bundle)
            return


def _unreadable(path: Path, error: Exception) -> CurateError:
    # The parsers quote the line they stumble over, which may hold a password: only its number.
    line = re.search(r"line[:\s]+(\d+)", str(error))
    return CurateError(
        where=str(path),
        what="cannot be read as a configuration file" + (f", line {line[1]}" if line else ""),
        fix="mend the file, or have it passed over: UV_NO_CONFIG=1, PIP_CONFIG_FILE=/dev/null",
    )
