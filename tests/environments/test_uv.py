"""uv, the real one, with settings that must not reach it and without what it needs."""

import json
import shutil
import sys

import pytest

from curate.environments import uv
from curate.environments.uv import run_uv, uv_program
from curate.errors import CurateError


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Puts a program in the place of uv that prints what it is given, or fails as it is told."""

    def put(code: str) -> None:
        program = tmp_path / "uv"
        program.write_text(f"#!{sys.executable}\nimport json, os, sys\n{code}\n")
        program.chmod(0o755)
        monkeypatch.setattr(uv, "uv_program", lambda: str(program))

    return put


def test_uv_is_found_and_runs():
    assert run_uv("--version", where="here").startswith("uv 0.")


def test_without_uv_the_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(CurateError) as raised:
        uv_program()
    assert str(raised.value) == (
        "uv: is not installed; environments for the tests of sources are built with it\n"
        "  fix: pip install uv"
    )


def test_of_a_users_settings_only_the_way_to_the_index_reaches_uv(fake, monkeypatch, tmp_path):
    given = {
        "UV_INDEX_URL": "https://me:se%2Fcret@index.example.org/simple",
        "UV_CONSTRAINT": "x",
        "UV_EXCLUDE_NEWER": "2020-01-01",
        "UV_CACHE_DIR": str(tmp_path),
        "VIRTUAL_ENV": "/x",
        "PYTHONPATH": "/x",
        "HTTPS_PROXY": "http://proxy",
    }
    for name in ("UV_DEFAULT_INDEX", "UV_CACHE_DIR", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    fake("print(json.dumps([dict(os.environ), os.listdir(), sys.argv[1:], sys.stdin.read()]))")
    seen, here, words, read = json.loads(run_uv("pip", "x", where="here", given="a\n"))
    assert (here, words, read) == ([], ["pip", "x"], "a\n")
    assert {name: seen.get(name) for name in given} == {
        **dict.fromkeys(given),
        "UV_CACHE_DIR": str(tmp_path),
        "HTTPS_PROXY": "http://proxy",
    }
    assert seen["UV_DEFAULT_INDEX"] == "https://me:se%2Fcret@index.example.org/simple"
    assert (seen["UV_NO_CONFIG"], seen["PATH"]) == ("1", seen["PATH"])


def test_what_uv_complains_of_is_told_without_the_password(fake, monkeypatch):
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://me:hunter2@index.example.org/simple")
    fake(
        "print('warning: old\\nerror: no way to https://me:hunter2@index.example.org\\n  Caused by:"
        " no network', file=sys.stderr); sys.exit(2)"
    )
    with pytest.raises(CurateError) as raised:
        run_uv("pip", "install", where="environment of x")
    assert str(raised.value) == (
        "environment of x: uv pip failed\n"
        "  error: no way to https://me:****@index.example.org\n"
        "  Caused by: no network\n"
        "  fix: look at the network and at the index (UV_DEFAULT_INDEX), then run it again"
    )


def test_a_uv_that_hangs_is_stopped(fake, monkeypatch):
    monkeypatch.setattr(uv, "TIMEOUT_SECONDS", 0.5)
    fake("import time; time.sleep(60)")
    with pytest.raises(CurateError) as raised:
        run_uv("pip", where="environment of x")
    assert str(raised.value) == (
        "environment of x: uv was stopped after 0.5 seconds\n"
        "  fix: look at the network, then run it again: what was downloaded is kept"
    )
