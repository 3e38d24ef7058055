"""What tests of all rooms share: the pinned sources, and `mini`, a project that builds in seconds.

project/corpora/sources.toml   one source, parcelbox: a copy of tests/corpus in project/parcelbox
project/corpora/mini.toml      68 samples: 60 train, 8 valid
project/out/                   where it was built
cache/                         its CURATE_CACHE
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from curate.building import build_corpus
from curate.project import Project
from curate.sources import Cache, fetch, read_registry

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
SOURCES = """
[sources.parcelbox]
kind = "path"
path = "parcelbox"
license_spdx = "MIT"
category = "tools"
run_tests = true
test_pins = [
  "colorama==0.4.6 ; sys_platform == 'win32'",
  "iniconfig==2.3.1",
  "packaging==26.3",
  "pluggy==1.7.0",
  "pygments==2.21.0",
  "pytest==9.2.0",
]
"""
MINI = """
description = "Tool calls and direct answers about one small project"
seed = 5
system = "You are a coding assistant. Look things up with the tools; else answer directly."
sources = ["parcelbox"]
tools = ["run_command", "read_file", "ruff_check", "typecheck"]

[scan.patterns]
note = '\\b(TODO|FIXME|XXX|HACK)\\b'
deprecation = '[Dd][Ee][Pp][Rr][Ee][Cc][Aa][Tt]'
ty_ignored = '^ *(rules\\.)?all *= *"ignore"'

[propose]
candidates_per_intent = 16

[select]
tool = { min = 0.6, target = 0.79, max = 0.95 }
max_source_fraction = 1.0 # there is one
max_intent_fraction = 0.25
max_per_file = 40

[select.tool_shares]
search = 0.40
read = 0.24
count = 0.10
quality = 0.04
clean = 0.06
empty = 0.08
recovered = 0.08

[select.direct_shares]
concept = 0.4
syntax = 0.3
tool_choice = 0.3

[split]
train = 60
valid = 8
"""


# All tools and intents over the same project, as far as compose: what templates are tried with.
EVERYTHING = """
extends = "mini"
tools = [
  "run_command", "read_file", "write_file", "typecheck", "ruff_check", "pytest_run",
  "goto_definition", "find_references", "hover", "document_symbols", "workspace_symbols",
  "git_status", "git_diff", "git_log",
]

[propose]
candidates_per_intent = 10
"""


@dataclass(frozen=True)
class Mini:
    """A `mini` project on disk: its folder, and the cache that builds of it use."""

    root: Path
    cache: Path

    @property
    def project(self) -> Project:
        """The project as curate sees it now."""
        return Project(self.root)

    @property
    def out(self) -> Path:
        """The exported dataset."""
        return self.root / "out" / "mini"

    def build(self, corpus: str = "mini", **options: Any) -> dict[str, Any]:
        """Build it here and now, in silence unless `is_quiet` is false: what was done."""
        given = {"last": None, "jobs": 1, "form": None, "dialect": None, "again": False}
        return build_corpus(self.project, corpus, **{**given, "is_quiet": True, **options})

    def exported(self, corpus: str = "mini") -> dict[str, bytes]:
        """The bytes of every exported file by its name."""
        folder = self.root / "out" / corpus
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text in a file of the project; a shipped file is copied into it first."""
        path = self.root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((REPOSITORY / name).read_bytes())
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")


def write_mini(root: Path, recipe: str = MINI) -> None:
    """Write the project, not yet built."""
    (root / "corpora").mkdir(parents=True)
    (root / "corpora/sources.toml").write_text(SOURCES, encoding="utf-8")
    (root / "corpora/mini.toml").write_text(recipe, encoding="utf-8")
    shutil.copytree(HERE / "corpus", root / "parcelbox")


def copied(mini: Mini, folder: Path) -> Mini:
    """The project and its cache once more, in this folder."""
    copy = Mini(folder / "project", folder / "cache")
    shutil.copytree(mini.root, copy.root)
    shutil.copytree(mini.cache, copy.cache, symlinks=True)
    return copy


@pytest.fixture(scope="session")
def source_trees() -> dict[str, Path]:
    """Every pinned source, unpacked, by its name: from the normal cache, fetched where missing."""
    registry, cache = read_registry(REPOSITORY / "corpora/sources.toml"), Cache.open()
    return {
        name: fetch(source, cache, root=REPOSITORY).tree
        for name, source in registry.sources.items()
    }


@pytest.fixture
def fixture_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mini:
    """A `mini` project of this test alone, not built; CURATE_CACHE points beside it."""
    mini = Mini(tmp_path / "project", tmp_path / "cache")
    write_mini(mini.root)
    monkeypatch.setenv("CURATE_CACHE", str(mini.cache))
    return mini


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """The session's one built `mini`. Tests take `mini_build` or `mini_copy`."""
    folder = tmp_path_factory.mktemp("mini")
    mini = Mini(folder / "project", folder / "cache")
    write_mini(mini.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATE_CACHE", str(mini.cache))
        mini.build()
    return mini


@pytest.fixture(scope="session")
def everything(built_once: Mini, tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """A copy of `mini` with two more corpora, composed: `everything`, and `code` in code."""
    mini = copied(built_once, tmp_path_factory.mktemp("everything"))
    (mini.root / "corpora/everything.toml").write_text(EVERYTHING, encoding="utf-8")
    code = f'surface = "code"\n{EVERYTHING}'
    (mini.root / "corpora/code.toml").write_text(code, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATE_CACHE", str(mini.cache))
        for corpus in ("everything", "code"):
            mini.build(corpus, last="compose")
    return mini


@pytest.fixture
def mini_build(built_once: Mini, monkeypatch: pytest.MonkeyPatch) -> Mini:
    """`mini`, built, to read from: all tests share it."""
    monkeypatch.setenv("CURATE_CACHE", str(built_once.cache))
    return built_once


@pytest.fixture
def mini_copy(built_once: Mini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mini:
    """`mini`, built, for this test alone: to be changed and built again."""
    mini = copied(built_once, tmp_path)
    monkeypatch.setenv("CURATE_CACHE", str(mini.cache))
    return mini


@pytest.fixture(scope="session")
def published() -> Path:
    """The published datasets of February, in CURATE_SHARED or ../shared; skips without them."""
    shared = Path(os.environ.get("CURATE_SHARED", REPOSITORY.parent / "shared"))
    folder = shared / "data" / "published"
    if not folder.is_dir():
        pytest.skip("no published datasets here: CURATE_SHARED names no folder that holds them")
    return folder


@pytest.fixture
def in_mini(mini_build: Mini, monkeypatch: pytest.MonkeyPatch) -> Mini:
    """`mini`, built, with the working folder in it: for commands that read."""
    monkeypatch.chdir(mini_build.root)
    return mini_build


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites the golden files."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden; read the diff"
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether the golden files are rewritten."""
    return bool(request.config.getoption("--update-golden"))
