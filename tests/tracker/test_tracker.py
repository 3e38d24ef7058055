"""Runs are recorded by any number of processes, survive a kill, and are asked in SQL."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest
from scipy.stats import binomtest

from curate import tracker
from curate.errors import CurateError
from curate.project import Project
from curate.tracker import Run, ask, database, new_folder, read, record, versions
from curate.tracker.database import connection_to
from tests.conftest import REPOSITORY

RUNS = Project(REPOSITORY).files("sql/runs", "*.sql")
SCHEMA = Project(REPOSITORY).files("sql/runs/schema", "*.sql")
GRAIN = re.compile(r"^-- grain: (.+)$", re.MULTILINE)
RUN = Run(
    "train-phase27-1", "train", "phase27", "models/tiny", "out/runs/train-phase27-1/adapter",
    "f00d", {"rank": 16, "keys": ["q_proj"]}, {"best": 200}, {"mlx": "0.32.4"},
    "out/runs/train-phase27-1", "2026-11-21T10:00:00Z", 61.5, "done",
)  # fmt: skip
STEPS = [
    {"iteration": 100, "loss": 2.0, "tokens_per_second": 410.5, "trained_tokens": 4_000},
    {"iteration": 200, "loss": 1.0, "valid_loss": 1.25, "peak_memory_bytes": 10**9},
]
REPLY = {"suite": "s", "prompt_id": "p", "is_right": True}
DAMAGED = (
    "make room if the disk is full; else move it away, and the next run begins a new one: "
    "out/runs holds the runs"
)
SETUP = """
import os, signal, sys
from pathlib import Path
from curate.project import Project
from curate.tracker.database import connection_to
from curate.tracker import Run, new_folder, record
project = Project(Path(sys.argv[1]))
run = Run("train-x-1", "train", "x", "m", None, None, {}, {}, {}, "out/runs/x", "2026", 1.0, "done")
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "corpora").mkdir()
    return Project(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Runs of every kind, some of them twice."""
    root = tmp_path_factory.mktemp("filled")
    (root / "corpora").mkdir()
    project = Project(root)
    for number in range(2):
        record(project, RUN._replace(run_id=f"train-{number}"), steps=STEPS)
        scored = RUN._replace(run_id=f"score-{number}", verb="score")
        record(project, scored, replies=replies(3, 4) + replies(1, 4, "other"))
        settings, metrics = {"bits": 4, "target": "t"}, {"kl_mean": 0.1, "is_lost": True}
        made = RUN._replace(verb="quantize", settings=settings, metrics=metrics)
        record(project, made._replace(run_id=f"quantize-{number}"))
    return project


def replies(right: int, count: int, suite: str = "phase27") -> list[dict]:
    return [
        {"suite": suite, "prompt_id": f"{number:02}", "category": f"c{number % 2}",
         "is_right": number < right, "seconds": 2.0, "seconds_to_first": 0.5}
        for number in range(count)
    ]  # fmt: skip


def script(project: Project, body: str) -> subprocess.Popen:
    words = [sys.executable, "-c", SETUP + body, str(project.root)]
    return subprocess.Popen(words, stdin=subprocess.PIPE)


def test_a_run_is_read_as_it_was_recorded(project: Project):
    record(project, RUN, steps=STEPS)
    columns, [row] = ask(project, "select * from runs")
    assert tuple(columns) == Run._fields
    assert row == (
        *RUN[:6], '{"rank":16,"keys":["q_proj"]}', '{"best":200}', '{"mlx":"0.32.4"}', *RUN[9:]
    )  # fmt: skip
    assert read(project, "from curves order by iteration") == [
        ("train-phase27-1", "phase27", "models/tiny", 100, 2.0, None, None, 410.5, 4_000, None),
        ("train-phase27-1", "phase27", "models/tiny", 200, 1.0, 1.25, None, None, None, 10**9),
    ]


def test_a_run_recorded_again_replaces_itself_and_the_rows_it_names(project: Project):
    record(project, RUN._replace(state="failed"), steps=STEPS)
    record(project, RUN, steps=[{"iteration": 200, "loss": 0.5}, {"iteration": 300, "loss": 0.25}])
    assert read(project, "select run_id, state from runs") == [("train-phase27-1", "done")]
    assert read(project, "select iteration, loss, valid_loss from steps order by all") == [
        (100, 2.0, None), (200, 0.5, None), (300, 0.25, None),
    ]  # fmt: skip


def test_any_value_is_kept_in_json_and_a_loss_that_is_no_number_is_told(project: Project):
    reply = {"suite": "s", "prompt_id": "1", "is_right": False, "expected": "read_file",
             "called": None, "reasons": [{"code": "wrong_tool"}], "reply": "“hé”"}  # fmt: skip
    run = RUN._replace(settings={"to": Path("a/b"), "lr": float("inf")})
    record(project, run, steps=[{"iteration": 1, "loss": float("nan")}], replies=[reply])
    assert read(project, "select expected, called, reasons, reply from replies") == [
        ('"read_file"', None, '[{"code":"wrong_tool"}]', "“hé”")
    ]
    assert read(project, "select isnan(loss) from steps") == [(True,)]
    assert read(project, "select settings ->> 'to', settings ->> 'lr' from runs") == [
        ("a/b", "inf")
    ]


def test_a_column_that_there_is_not_is_a_bug_and_leaves_nothing_behind(project: Project):
    with pytest.raises(ValueError, match=r"^steps has no column los$"):
        record(project, RUN, steps=[{"iteration": 1, "los": 2.0}])
    assert read(project, "select count(*) from runs") == [(0,)]


def test_runs_are_numbered_by_verb_and_name_past_folders_and_rows(project: Project):
    assert [new_folder(project, "train", "phase27")[0] for _ in range(2)] == [
        "train-phase27-1", "train-phase27-2",
    ]  # fmt: skip
    record(project, RUN._replace(run_id="train-phase27-7"))
    run_id, folder = new_folder(project, "train", "phase27")
    assert (run_id, folder) == ("train-phase27-8", project.out / "runs/train-phase27-8")
    assert folder.is_dir()
    assert new_folder(project, "train", "../my data")[0] == "train-my-data-1"
    assert new_folder(project, "score", "..")[0] == "score-unnamed-1"


def test_no_two_runs_have_one_folder(project: Project):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_folder(project, "train", "x")[0], range(40)))
    assert sorted(set(made)) == sorted(f"train-x-{number}" for number in range(1, 41))


def test_processes_record_at_once_and_none_loses_a_run(project: Project):
    body = """
for _ in range(4):
    run_id, folder = new_folder(project, "train", "x")
    record(project, run._replace(run_id=run_id), steps=[{"iteration": 1, "loss": 1.0}])
"""
    children = [script(project, body) for _ in range(3)]
    while any(child.poll() is None for child in children):
        if (project.out / "runs.duckdb").is_file():
            read(project, "select count(*) from runs")  # a reader among them
        time.sleep(0.05)
    assert [child.returncode for child in children] == [0] * 3
    assert read(project, "select count(distinct run_id), count(*) from curves") == [(12, 12)]


def test_a_process_killed_in_the_middle_leaves_what_was_there(project: Project):
    record(project, RUN, steps=STEPS)
    body = """
from curate.tracker import recording
put = recording._put
def dies(connection, table, rows, keys):
    put(connection, table, rows, keys)
    if table == "steps":
        os.kill(os.getpid(), signal.SIGKILL)
recording._put = dies
record(project, run, steps=[{"iteration": 1}])
"""
    assert script(project, body).wait() == -signal.SIGKILL
    assert read(project, "select run_id from runs") == [("train-phase27-1",)]
    record(project, RUN._replace(run_id="later"))
    assert read(project, "select count(*) from runs") == [(2,)]


def test_a_process_killed_after_its_commit_has_recorded(project: Project):
    body = """
with connection_to(project, read_only=False) as connection:
    connection.begin()
    connection.execute("insert into steps (run_id, iteration) values ('x', 1)")
    connection.commit()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert script(project, body).wait() == -signal.SIGKILL
    assert (project.out / "runs.duckdb.wal").is_file()
    assert read(project, "select run_id from steps") == [("x",)]


def test_a_file_that_another_process_keeps_open_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    record(project, RUN)
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.3)
    told = project.root / "told"
    os.mkfifo(told)
    child = script(
        project,
        """
with connection_to(project, read_only=False):
    Path(sys.argv[1], "told").write_text("open")
    sys.stdin.read()
""",
    )
    try:
        assert told.read_text() == "open"
        with pytest.raises(CurateError) as raised:
            read(project, "from runs")
    finally:
        child.kill()
        child.wait()
    assert str(raised.value) == (
        "out/runs.duckdb: another process has had it open for 0 seconds\n"
        "  fix: close it, perhaps a DuckDB shell, and run the same again"
    )


def test_who_waits_gets_the_file_when_it_is_free(project: Project):
    record(project, RUN)
    began = threading.Event()

    def hold() -> None:
        with connection_to(project, read_only=False):
            began.set()
            threading.Event().wait(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    assert began.wait(10)
    assert read(project, "select count(*) from runs") == [(1,)]
    thread.join()


def test_an_older_database_is_given_the_columns_that_it_lacks(project: Project):
    project.out.mkdir()
    with duckdb.connect(str(project.out / "runs.duckdb")) as older:
        older.execute("create table steps (run_id varchar not null, iteration bigint not null)")
        older.execute("insert into steps values ('old', 1)")
        older.execute("create view scores as select 1 as nothing")
    assert read(project, "select run_id, iteration, loss, peak_memory_bytes from steps") == [
        ("old", 1, None, None)
    ]
    assert read(project, "select count(run_id) from scores") == [(0,)]


def test_what_cannot_be_read_is_told(project: Project):
    with pytest.raises(CurateError) as raised:
        read(project, "from runs")
    assert str(raised.value) == (
        "out/runs.duckdb: nothing was run here yet\n  fix: run: curate train CORPUS --model MODEL"
    )
    record(project, RUN)
    with pytest.raises(CurateError) as raised:
        read(project, "select accuracy from runs")
    assert raised.value.what.startswith("the query has a mistake\nBinder Error")
    assert raised.value.fix == "its tables and views: curate runs --sql 'show tables'"
    (project.out / "runs.duckdb").write_bytes(b"no database" * 1_000)
    with pytest.raises(CurateError) as raised:
        read(project, "from runs")
    assert raised.value.what.startswith("cannot be opened\n")
    assert raised.value.fix == DAMAGED


@pytest.mark.parametrize("folder", ["here", "o-clock-block"])
def test_a_damaged_file_is_told_at_once_and_is_no_file_in_use(tmp_path: Path, folder: str):
    project = Project(tmp_path / folder)
    (project.root / "corpora").mkdir(parents=True)
    record(project, RUN, replies=[{**REPLY, "reply": os.urandom(200_000).hex()}])
    path = project.out / "runs.duckdb"
    content = bytearray(path.read_bytes())
    content[4096 : 4096 + 64] = bytes(64)  # the second header
    content[8192 : 8192 + 64] = bytes(64)
    path.write_bytes(content)
    for use in (lambda: record(project, RUN), lambda: read(project, "select 1"), ready_of(project)):
        with pytest.raises(CurateError) as raised:
            use()
        assert raised.value.what.startswith("cannot be opened\n")
        assert raised.value.fix == DAMAGED


def test_a_damaged_part_of_a_file_is_told_by_who_meets_it(project: Project):
    texts = [os.urandom(200_000).hex() for _ in range(8)]
    rows = [{**REPLY, "prompt_id": f"p{n}", "reply": text} for n, text in enumerate(texts)]
    record(project, RUN, replies=rows)
    path = project.out / "runs.duckdb"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(bytes(100))
    with pytest.raises(CurateError) as raised:
        read(project, "select sum(length(reply)), max(reply) from replies")
    assert raised.value.what.startswith("cannot be read or written\n")
    assert raised.value.fix == DAMAGED


def test_a_query_reads_no_file_and_may_not_be_empty(project: Project):
    record(project, RUN)
    other = project.root / "other.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    for sql in (f"select * from '{other}'", f"copy (select 1) to '{other}'", f"attach '{other}'"):
        with pytest.raises(CurateError, match="file system operations are disabled"):
            read(project, sql)
    assert other.read_text(encoding="utf-8") == "a\n1\n"
    for sql in ("", " ;\n"):
        with pytest.raises(CurateError, match="there is no query"):
            read(project, sql)


def test_an_error_of_a_query_does_not_quote_a_whole_reply(project: Project):
    record(project, RUN, replies=[{**REPLY, "reply": "x" * 1_000_000}])
    with pytest.raises(CurateError) as raised:
        read(project, "select reply::int from replies")
    assert len(str(raised.value)) < 3_000


def test_what_could_not_be_recorded_is_told_beforehand(project: Project):
    tracker.ready(project)
    assert not (project.out / "runs.duckdb").exists()
    assert list((project.out / "runs").iterdir()) == []
    (project.out / "runs.duckdb").write_bytes(b"no database")
    with pytest.raises(CurateError, match=r"out/runs\.duckdb: cannot be opened"):
        tracker.ready(project)


def ready_of(project: Project):
    return lambda: tracker.ready(project)


def test_a_query_cannot_change_anything(project: Project):
    record(project, RUN)
    with pytest.raises(CurateError) as raised:
        read(project, "delete from runs")
    assert "read-only" in raised.value.what
    assert read(project, "select count(*) from runs") == [(1,)]


def test_a_score_has_the_bounds_of_wilson(project: Project):
    record(project, RUN._replace(run_id="score-1", verb="score"), replies=replies(31, 40))
    [(right, count, low, high, seconds)] = read(
        project, "select count_right, count_replies, low, high, mean_seconds from scores"
    )
    wilson = binomtest(31, 40).proportion_ci(method="wilson")
    assert (right, count, seconds) == (31, 40, 2.0)
    assert (low, high) == pytest.approx((wilson.low, wilson.high), abs=1e-6)


def test_the_latest_score_of_a_model_stands_and_an_adapter_is_another_model(project: Project):
    scored = RUN._replace(verb="score", adapter=None)
    later = "2026-11-22T00:00:00Z"
    record(project, scored._replace(run_id="a"), replies=replies(1, 4))
    record(project, scored._replace(run_id="b", started=later), replies=replies(3, 4))
    record(project, scored._replace(run_id="c", adapter="x"), replies=replies(2, 4))
    assert read(
        project, "select model, adapter, suite, accuracy from latest_scores order by accuracy"
    ) == [("models/tiny", "x", "phase27", 0.5), ("models/tiny", None, "phase27", 0.75)]
    assert read(
        project,
        "select category, count_right, count_replies from category_scores "
        "where run_id = 'b' order by category",
    ) == [("c0", 2, 2), ("c1", 1, 2)]  # fmt: skip


def test_a_phase_is_its_last_training_its_best_loss_and_its_last_score(project: Project):
    record(project, RUN, steps=STEPS)
    record(project, RUN._replace(run_id="train-phase27-2", state="failed", started="2027"))
    record(project, RUN._replace(run_id="score-1", verb="score"), replies=replies(3, 4))
    elsewhere = {"folder": "out/runs/train-phase26-1", "adapter": None}
    record(project, RUN._replace(run_id="train-phase26-1", corpus="phase26", **elsewhere))
    assert read(
        project,
        "select corpus, run_id, iterations, best_valid_loss, suite, accuracy from phases "
        "order by corpus",
    ) == [
        ("phase26", "train-phase26-1", None, None, None, None),
        ("phase27", "train-phase27-1", 200, 1.25, "phase27", 0.75),
    ]


def test_the_loss_before_the_first_step_is_no_result_of_a_training(project: Project):
    record(project, RUN, steps=[{"iteration": 0, "valid_loss": 1.0}, *STEPS])
    assert read(project, "select best_valid_loss from phases") == [(1.25,)]
    assert read(project, "select result from run_list") == [("valid loss 1.25",)]


def test_a_score_of_another_training_is_not_the_one_of_this(project: Project):
    second = RUN._replace(
        run_id="train-phase27-2",
        model="out/runs/train-phase27-1/fused",
        adapter="out/runs/train-phase27-2/adapter",
        folder="out/runs/train-phase27-2",
    )
    scored = RUN._replace(verb="score", adapter=None)
    fused = f"{project.root}/{RUN.folder}/fused-5bit"
    adapter = f"{project.root}/{second.adapter}"
    record(project, RUN)
    record(project, second)
    record(project, scored._replace(run_id="a", model=fused), replies=replies(3, 4))
    record(project, scored._replace(run_id="b", started="2027"), replies=replies(0, 4))
    later = scored._replace(run_id="c", model=second.model, adapter=adapter, started="2028")
    record(project, later, replies=replies(2, 4))
    assert read(project, "select run_id, accuracy from phases order by run_id") == [
        ("train-phase27-1", 0.75),
        ("train-phase27-2", 0.5),
    ]


@pytest.mark.parametrize("path", [*RUNS.values(), *SCHEMA.values()], ids=lambda path: path.stem)
def test_a_file_says_what_one_row_is_and_its_grain_holds(path: Path, filled: Project):
    text = path.read_text(encoding="utf-8")
    assert re.match(r"-- [A-Z][^\n]+\n", text)
    (grain,) = GRAIN.findall(text)
    if path.parent.name != "schema":
        body = re.sub(r"--[^\n]*|'[^']*'", "", text).strip()
        assert ";" not in body
        assert re.match(r"(with|select)\b", body)
        assert not re.search(r"\b(SELECT|FROM|WHERE|JOIN|WITH|AND|AS)\b", body)
    assert read(filled, f"select count(*) > 0 from {path.stem}") == [(True,)]
    assert (
        read(filled, f"select {grain}, count(*) from {path.stem} group by all having count(*) > 1")
        == []
    )


def test_versions_name_what_a_run_was_made_with():
    assert versions().keys() == {"curate", "mlx", "mlx_lm", "python", "platform"}
    assert versions()["mlx_lm"] is not None
    assert tracker.FILE_NAME == "runs.duckdb"
