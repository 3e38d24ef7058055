"""Builds that are killed, and builds in other numbers of processes: the bytes they export."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from curate.pipeline import STAGES
from curate.store import Store
from tests.conftest import REPOSITORY, Mini

NAMES = [stage.__name__ for stage in STAGES]
STAGE_LINE = re.compile(r"^([a-z]+) +[\d,]+ -> ")
CURATE = [sys.executable, "-c", "from curate.cli import main; main()"]


def start(
    root: Path, corpus: str = "mini", jobs: int = 2, last: str = "export"
) -> subprocess.Popen:
    """A build in a process group of its own, so that its workers can be counted."""
    return subprocess.Popen(
        [*CURATE, "build", corpus, "--jobs", str(jobs), "--until", last],
        cwd=root,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def finish(root: Path, corpus: str = "mini", jobs: int = 2, last: str = "export") -> list[str]:
    """Build to the end, or to a stage: the stages that were run."""
    build = start(root, corpus, jobs, last)
    _, told = build.communicate(timeout=300)
    assert build.returncode == 0, told
    return [found[1] for line in told.splitlines() if (found := STAGE_LINE.match(line))]


def kill_in(
    root: Path, stage: str, delay_seconds: float = 0.0, corpus: str = "mini", jobs: int = 2
) -> None:
    """Start a build, and kill it some seconds after it has come to this stage."""
    before = NAMES[: NAMES.index(stage)][-1:]
    is_next = set(before) <= set(finished(root, corpus))
    build = start(root, corpus, jobs)
    try:
        if is_next:
            time.sleep(0.4)  # Python has started, and the stage is at work or about to be
        else:
            told = next((line for line in build.stderr if line.startswith(before[0])), None)
            assert told, f"the build ended before {stage}: {build.wait()}"
        time.sleep(delay_seconds)
    finally:
        build.kill()
        build.wait()
        build.stderr.close()
    assert build.returncode == -signal.SIGKILL, "it had ended before it was killed"
    assert_no_process_is_left(build.pid)


def finished(root: Path, corpus: str = "mini") -> list[str]:
    """The stages that a killed build has behind it, in order."""
    mini = Mini(root, root)
    if not (root / "out/curate.duckdb").is_file():
        return []
    with Store.open(mini.project) as store:
        done = store.query("select stage from stage_runs where corpus = ?", [corpus])
    return [name for name in NAMES if (name,) in done]


def assert_no_process_is_left(group: int) -> None:
    """A killed build's workers end by themselves, within seconds."""
    deadline = time.monotonic() + 5
    while living(group):
        assert time.monotonic() < deadline, f"still alive: {living(group)}"
        time.sleep(0.05)


def living(group: int) -> list[str]:
    """Processes of a group that still run; the dead that nobody has waited for do not count."""
    if not Path("/proc/self/stat").exists():
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return []
        return [f"group {group}"]
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = stat.read_text().partition(" (")
        except OSError:
            continue
        name, _, fields = rest.rpartition(") ")
        state, _, process_group, *_ = fields.split()
        if int(process_group) == group and state not in "ZX":
            found.append(f"{pid} {name} {state}")
    return found


def test_one_and_four_jobs_give_the_same_bytes(mini_build: Mini, fixture_project: Mini):
    assert finish(fixture_project.root, jobs=4) == NAMES
    exported = fixture_project.exported()
    assert list(exported) == ["README.md", "manifest.json", "train.jsonl", "valid.jsonl"]
    assert exported == mini_build.exported()


def test_a_build_killed_in_every_stage_in_turn_resumes_to_the_same_bytes(
    mini_build: Mini, fixture_project: Mini
):
    for stage in NAMES:
        kill_in(fixture_project.root, stage)
        done = finished(fixture_project.root)
        assert done == NAMES[: len(done)], "no stage is done before the one it reads"
        assert len(done) >= NAMES.index(stage), "what was done before the kill is kept"
    assert set(finish(fixture_project.root)) <= set(NAMES[-1:])
    assert fixture_project.exported() == mini_build.exported()
    assert not list((fixture_project.root / "out").glob(".mini.*")), "no half export is left"


@pytest.mark.slow
@pytest.mark.parametrize("stage", NAMES)
def test_a_build_killed_within_a_stage_resumes_to_the_same_bytes(
    mini_build: Mini, fixture_project: Mini, stage
):
    with Store.open(mini_build.project, read_only=True) as store:
        ((seconds,),) = store.query("select seconds from stage_runs where stage = ?", [stage])
    kill_in(fixture_project.root, stage, 0.5 * seconds)
    finish(fixture_project.root)
    assert fixture_project.exported() == mini_build.exported()


@pytest.mark.slow
@pytest.mark.parametrize("delay_seconds", [0.05, 0.25, 0.5, 0.9])
def test_a_build_killed_at_any_moment_of_its_start_resumes_to_the_same_bytes(
    mini_build: Mini, fixture_project: Mini, delay_seconds
):
    build = start(fixture_project.root, jobs=4)
    time.sleep(delay_seconds)
    build.kill()
    build.wait()
    build.stderr.close()
    assert_no_process_is_left(build.pid)
    finish(fixture_project.root, jobs=4)
    assert fixture_project.exported() == mini_build.exported()


# Two real sources, with runs of tests, and few candidates of each intent: as far as dedupe.
FEW = """
extends = "phase27"
sources = ["svcs", "structlog"]
[plant]
workspaces_per_source = 4
[propose]
candidates_per_intent = 6
limits = {}
"""
TABLES = ("workspace_defects", "candidates", "candidate_results", "executions", "composed")


@pytest.mark.slow
def test_a_build_of_real_sources_killed_three_times_has_the_rows_of_an_unbroken_one(tmp_path):
    rows = []
    for name in ("unbroken", "killed"):
        root = tmp_path / name
        shutil.copytree(REPOSITORY / "corpora", root / "corpora")
        (root / "corpora/few.toml").write_text(FEW, encoding="utf-8")
        if name == "killed":
            for stage, delay_seconds in (("plant", 1.0), ("execute", 4.0), ("compose", 0.5)):
                kill_in(root, stage, delay_seconds, "few")
                assert stage not in finished(root, "few"), "it was killed within"
        finish(root, "few", jobs=4 if name == "killed" else 2, last="dedupe")
        with Store.open(Mini(root, root).project, read_only=True) as store:
            rows.append({table: store.query(f"from {table} order by all") for table in TABLES})
    assert all(len(of_table) > 20 for of_table in rows[0].values())
    assert rows[1] == rows[0]
