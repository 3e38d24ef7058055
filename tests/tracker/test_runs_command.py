"""`curate runs` lists, shows, asks and plots what was run, across all corpora."""

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from curate.cli import main
from curate.project import Project
from curate.tracker import Run, past, plots, record
from curate.tracker.past import curve
from curate.tracker.plots import plot
from tests.conftest import REPOSITORY
from tests.pages import blocks, commands_of, rows_of
from tests.tracker.test_tracker import RUN, STEPS, replies

LATER = "2026-11-22T10:00:00Z"


def curate(*args: object) -> Result:
    return CliRunner().invoke(main, ["runs", *(str(one) for one in args)])


def curate_json(*args: object):
    result = curate(*args, "--json")
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two corpora: one trained, scored and quantised, one trained."""
    root = tmp_path_factory.mktemp("runs")
    (root / "corpora").mkdir()
    project = Project(root)
    record(project, RUN, steps=STEPS)
    record(
        project,
        RUN._replace(run_id="score-phase27-1", verb="score", started="2026-11-21T12:00:00Z"),
        replies=replies(3, 4),
    )
    for bits, kl in ((4, 0.03), (8, 0.0001)):
        record(
            project,
            RUN._replace(
                run_id=f"quantize-phase27-{bits}", verb="quantize", adapter=None,
                started=f"2026-11-21T13:0{bits}:00Z",
                settings={"bits": bits, "target": f"out/{bits}"},
                metrics={"bits_per_weight": bits + 0.5, "kl_mean": kl, "is_lost": bits == 4,
                         "summary": f"{bits} bits"},
            ),
        )  # fmt: skip
    other = RUN._replace(run_id="train-phase28-1", corpus="phase28", started=LATER, state="failed")
    record(project, other, steps=[{"iteration": 100, "loss": 3.0}])
    return root


@pytest.fixture(autouse=True)
def here(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


def test_runs_of_all_corpora_are_listed_the_latest_first():
    result = curate()
    assert result.exit_code == 0
    header, *rows = (line.split("\t") for line in result.stdout.splitlines())
    assert header == ["run_id", "verb", "corpus", "model", "result", "state", "seconds", "started"]
    assert [[*row[:3], row[4], row[5], row[7]] for row in rows] == [
        ["train-phase28-1", "train", "phase28", "", "failed", LATER],
        ["quantize-phase27-8", "quantize", "phase27", "8 bits", "done", "2026-11-21T13:08:00Z"],
        ["quantize-phase27-4", "quantize", "phase27", "4 bits", "done", "2026-11-21T13:04:00Z"],
        ["score-phase27-1", "score", "phase27", "75.0 % of phase27", "done",
         "2026-11-21T12:00:00Z"],
        ["train-phase27-1", "train", "phase27", "valid loss 1.25", "done",
         "2026-11-21T10:00:00Z"],
    ]  # fmt: skip
    assert {(row[3], row[6]) for row in rows} == {("models/tiny", "61.5")}


def test_a_corpus_and_a_verb_filter():
    assert [one["run_id"] for one in curate_json("--corpus", "phase28")] == ["train-phase28-1"]
    assert [one["run_id"] for one in curate_json("--verb", "train")] == [
        "train-phase28-1", "train-phase27-1",
    ]  # fmt: skip
    assert curate_json("--verb", "train", "--corpus", "phase27") == [
        {
            "run_id": "train-phase27-1", "verb": "train", "corpus": "phase27",
            "model": "models/tiny", "adapter": "out/runs/train-phase27-1/adapter",
            "state": "done", "result": "valid loss 1.25", "seconds": 61.5,
            "started": "2026-11-21T10:00:00Z",
        }
    ]  # fmt: skip


def test_a_run_is_shown_with_its_settings_and_its_curve():
    assert curate("train-phase27-1").stdout == (
        "train-phase27-1  done in 61.5 s, 2026-11-21T10:00:00Z\n"
        "  corpus       phase27\n"
        "  model        models/tiny\n"
        "  adapter      out/runs/train-phase27-1/adapter\n"
        "  data_sha256  f00d\n"
        "  folder       out/runs/train-phase27-1\n"
        "settings:\n"
        "  rank = 16\n"
        '  keys = ["q_proj"]\n'
        "metrics:\n"
        "  best = 200\n"
        "versions:\n"
        "  mlx = 0.32.4\n"
        "loss       2.0000 █▁ 1.0000\n"
        "valid loss 1.2500 ▁ 1.2500\n"
    )
    assert curate("score-phase27-1").stdout.splitlines()[-3:] == [
        "phase27: 3 of 4 right, 75.0% (30.1% to 95.4%)", "  c0: 2 of 2", "  c1: 1 of 2",
    ]  # fmt: skip


def test_a_run_as_json_is_whole():
    told = curate_json("train-phase27-1")
    assert told["settings"] == {"rank": 16, "keys": ["q_proj"]}
    assert [step["iteration"] for step in told["steps"]] == [100, 200]
    assert told.keys() == {*RUN._fields, "steps", "scores", "category_scores"}


def test_sql_is_asked():
    result = curate("--sql", "select corpus, count(*) as runs from runs group by all order by 1")
    assert result.stdout == "corpus\truns\nphase27\t4\nphase28\t1\n"
    assert curate_json("--sql", "select bits, is_lost from ladder order by bits") == [
        {"bits": 4, "is_lost": True}, {"bits": 8, "is_lost": False},
    ]  # fmt: skip


def test_plots_are_one_file_that_needs_no_other(tmp_path: Path):
    pytest.importorskip("matplotlib")
    page = tmp_path / "runs.html"
    assert curate_json("--plot", page) == [
        {"file": str(page), "plots": "Loss, Accuracy, Quantisation"}
    ]
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<img|(src|href)=[\"'](?!#)", text)
    for shown in ("train-phase27-1", "phase27: models/tiny", "4 bits, lost", "train-phase28-1"):
        assert shown in text
    picture = tmp_path / "runs.svg"
    assert curate("--plot", picture, "--corpus", "phase28").exit_code == 0
    ET.parse(picture)
    drawn = picture.read_text(encoding="utf-8")
    assert "train-phase28-1" in drawn
    assert "train-phase27-1" not in drawn
    curate("--plot", tmp_path / "again.svg", "--corpus", "phase28")
    assert (tmp_path / "again.svg").read_bytes() == picture.read_bytes()


def test_names_of_models_are_drawn_and_shown_as_they_are(tmp_path: Path):
    pytest.importorskip("matplotlib")
    (tmp_path / "corpora").mkdir()
    project = Project(tmp_path)
    name = "models/<b>$x_{$\x1b[2J"
    run = Run("score-s-1", "score", None, name, None, None, {}, {}, {}, "f", "2026", 1.0, "done")
    reply = {"suite": "$\\frac{$", "prompt_id": "p", "is_right": True}
    record(project, run, replies=[reply])
    plot(project, tmp_path / "runs.html")
    page = (tmp_path / "runs.html").read_text(encoding="utf-8")
    assert "<b>" not in page
    assert "$\\frac{$" in page
    assert "\x1b" not in past.text(past.shown(project, "score-s-1"))


def test_mistakes_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert curate("train-x-1").stderr == (
        "run train-x-1: there is none of this name\n  fix: name one of: train-phase28-1, "
        "quantize-phase27-8, quantize-phase27-4, score-phase27-1, train-phase27-1\n"
    )
    assert curate("--plot", "runs.pdf").stderr == (
        "--plot runs.pdf: writes .html or .svg\n  fix: name runs.html\n"
    )
    assert curate("--plot", "runs.svg", "--corpus", "phase99").stderr == (
        "--plot runs.svg: no run has a curve, a score or a quantised model yet\n"
        "  fix: train or score first: curate train, curate score\n"
    )
    result = curate("train-phase27-1", "--sql", "select 1")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2, "Error: give one of RUN, --plot and --sql",
    )  # fmt: skip
    (tmp_path / "corpora").mkdir()
    monkeypatch.chdir(tmp_path)
    assert curate().stderr == (
        "out/runs.duckdb: nothing was run here yet\n  fix: run: curate train CORPUS --model MODEL\n"
    )


def test_a_curve_goes_from_the_highest_to_the_lowest_bar():
    assert curve([8, 7, 6, 5, 4, 3, 2, 1]) == "█▇▆▅▄▃▂▁"
    assert curve([1.5, 1.5]) == "▁▁"
    assert len(curve(list(range(1_000)))) == 60
    assert curve(list(range(1_000)))[::59] == "▁█"


def commands_of_page(name: str) -> list[list[str]]:
    return [
        shlex.split(command)
        for block in blocks(REPOSITORY / "docs" / name)
        if block.language == "sh"
        for command in commands_of(block)
    ]


def test_the_page_asks_what_has_an_answer():
    asked = [words[3] for words in commands_of_page("runs.md") if words[2:3] == ["--sql"]]
    assert len(asked) == 6
    for query in asked:
        result = curate("--sql", query)
        assert result.exit_code == 0, result.output
        assert len(result.stdout.splitlines()) > 1, query


def test_the_page_names_every_table_and_view():
    said = {row[0].strip("`") for row in rows_of(REPOSITORY / "docs/runs.md",
                                                 "| relation | one row a |")}  # fmt: skip
    assert said == {one["name"] for one in curate_json("--sql", "show tables")} - {"sql_digest"}


def test_an_endpoint_is_named_whole_in_a_plot():
    endpoint = {"model": "http://127.0.0.1:8080/v1", "adapter": None}
    assert plots._name(endpoint) == "http://127.0.0.1:8080/v1"
    model = {"model": "/data/out/runs/train-x-1/fused", "adapter": "out/runs/train-x-2/adapter"}
    assert plots._name(model) == "train-x-1/fused + train-x-2/adapter"
