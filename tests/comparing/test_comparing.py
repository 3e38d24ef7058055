"""Models side by side: which scores are taken, how they are paired, and what the table says."""

import json
import os

import pytest
from click.testing import CliRunner

from curate.cli import main
from curate.comparing import Asking, Compared, compare
from curate.comparing.told import notes, table
from curate.console import Progress
from curate.errors import CurateError
from curate.project import Project
from curate.scoring.rates import rate
from curate.tracker.database import connection_to
from tests.comparing.conftest import score_run, train_run, weights

NAMES = ["base", "adapter", "fused"]
RECORDED = Asking(is_scored=False)


def compared(project: Project, names: list[str] | None = None, **given) -> Compared:
    asking = Asking(is_scored=False, **given)
    return compare(project, names or NAMES, "phase27", asking, progress=Progress(is_quiet=True))


def message(project: Project, names: list[str], **given) -> str:
    with pytest.raises(CurateError) as raised:
        compared(project, names, **given)
    return str(raised.value)


def test_a_model_is_a_row_with_its_cost_its_rates_and_where_it_comes_from(project: Project):
    base, adapter, fused = compared(project).models
    assert [(one.name, one.phase, one.train_run_id) for one in (base, adapter, fused)] == [
        ("base", None, None),
        ("adapter", "phase27", "train-phase27-1"),
        ("fused", "phase27", "train-phase27-1"),
    ]
    assert (fused.size_bytes, fused.peak_memory_bytes) == (500_000, 3_000_000)
    assert (fused.load_seconds, fused.reply_seconds, fused.tokens_per_second) == (0.5, 0.25, 80.0)
    assert fused.rates == {"overall": rate([True] * 3 + [False]), "decision": rate([True] * 4)} | {
        "decision": rate([True] * 3 + [False])
    }
    assert fused.categories == {
        "direct": rate([True]),
        "git": rate([False]),
        "search": rate([True, True]),
    }


def test_each_model_is_paired_with_the_first_prompt_by_prompt(project: Project):
    base, adapter, fused = compared(project).models
    assert base.versus is None
    assert adapter.versus == ("base", 4, 0, 3, 0.25)
    assert fused.versus == ("base", 4, 0, 2, 0.5)


def test_the_table_says_what_there_is_in_the_terms_of_the_record(project: Project):
    shown = table(compared(project))
    assert shown.columns == [
        "model", "phase", "size", "memory", "load", "reply", "tokens/s", "right", "accuracy",
        "95 %", "only first", "only this", "p", "tool or direct", "direct", "git", "search",
    ]  # fmt: skip
    assert shown.rows[1] == [
        "adapter", "phase27", "2.0 MB", "3.0 MB", "0.50 s", "0.25 s", "80", "4 of 4", "100.0 %",
        "51 to 100", "0", "3", "0.250", "100.0 %", "100.0 %", "100.0 %", "100.0 %",
    ]  # fmt: skip


def test_prompts_that_only_one_was_asked_are_not_paired_and_that_is_told(project: Project):
    weights(project.root / "models/other")
    score_run("score-phase27-4", "models/other", [True, True], project=project)
    both = compared(project, ["base", "models/other"])
    assert both.models[1].versus == ("base", 2, 0, 2, 0.5)
    assert notes(both)[1] == (
        "models/other and base have 2 prompts in common: the others are not paired."
    )


def test_the_same_id_of_another_prompt_is_no_pair(project: Project):
    before = compared(project)
    assert "is-it-clean" in [one.prompt_id for one in before.differing]
    with connection_to(project, read_only=False) as connection:
        connection.execute(
            "update replies set prompt = 'anew' where prompt_id = 'is-it-clean' and run_id = ?",
            [before.models[0].run_id],
        )
    found = compared(project)
    assert [model.versus.count for model in found.models if model.versus] == [3, 3]
    assert "anew" not in [one.prompt for one in found.differing]


def test_the_baselines_stand_beside_it(project: Project):
    assert notes(compared(project))[-1] == (
        "Tool or direct without a model: always_tool 75.0 %, never_tool 75.0 %."
    )


def test_the_prompts_on_which_models_differ_are_shown_side_by_side(project: Project):
    found = compared(project).differing
    assert [one.prompt_id for one in found] == ["is-it-clean", "where-is-app", "who-calls-it"]
    assert [(said.name, said.is_right) for said in found[0].said] == [
        ("base", False),
        ("adapter", True),
        ("fused", False),
    ]
    assert found[0].prompt == "is-it-clean, <b>please</b>?"
    assert found[0].said[0].reasons == ["wrong_tool: none was called"]


def test_the_last_score_counts(project: Project):
    base = str(project.root / "models/tiny")
    later = "2027-02-01T10:00:00+00:00"
    score_run("score-phase27-9", base, [True] * 4, project=project, started=later)
    assert compared(project).models[0].run_id == "score-phase27-9"


def test_a_score_of_older_weights_does_not_count(project: Project):
    newer = 2_000_000_000
    os.utime(project.root / "models/tiny/model.safetensors", (newer, newer))
    assert message(project, NAMES) == (
        "base: has no score on phase27 since its weights were written\n"
        "  fix: run: curate score base --suite phase27, or leave out --no-score"
    )


def test_two_phases_are_named_by_their_runs(project: Project):
    folder = train_run(project, "train-phase26-1", "phase26", "models/tiny")
    score_run("score-phase27-5", str(folder / "fused"), [True] * 4, project=project)
    both = compared(project, ["train-phase26-1/fused", "train-phase27-1/fused"])
    assert [one.phase for one in both.models] == ["phase26", "phase27"]
    assert list(both.curves) == ["train-phase26-1", "train-phase27-1"]
    assert both.curves["train-phase26-1"][1] == (20, 2.0, 2.25)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (
            ["base"],
            (
                "curate compare: one model is named, and two are compared\n"
                "  fix: run: curate compare base adapter --suite phase27"
            ),
        ),
        (
            [],
            (
                "curate compare: no model is named, and two are compared\n"
                "  fix: run: curate compare base adapter --suite phase27"
            ),
        ),
        (
            ["base", "fused", "base"],
            "curate compare: base is named twice\n  fix: name it once",
        ),
    ],
    ids=["one", "none", "twice"],
)
def test_names_that_cannot_be_compared_are_refused(project: Project, names, told):
    with pytest.raises(CurateError) as raised:
        compare(project, names, "phase27", RECORDED, progress=Progress(is_quiet=True))
    assert str(raised.value) == told


def test_the_command_prints_a_row_a_model(project: Project):
    done = CliRunner().invoke(main, ["compare", *NAMES, "--no-score"])
    assert done.exit_code == 0, done.output
    head, *rows = done.stdout.splitlines()
    assert head.split("\t")[:3] == ["model", "phase", "size"]
    assert [row.split("\t")[0] for row in rows] == NAMES


def test_the_command_prints_json(project: Project):
    done = CliRunner().invoke(main, ["compare", *NAMES, "--no-score", "--json"])
    given = json.loads(done.stdout)
    assert sorted(given) == ["baselines", "curves", "differing", "models", "suite"]
    first, second, _ = given["models"]
    assert first["versus"] is None
    assert second["versus"] == {
        "first": "base", "count": 4, "only_first": 0, "only_this": 3, "p": 0.25,
    }  # fmt: skip
    assert second["rates"]["overall"] == {
        "right": 4, "count": 4, "share": 1.0, "low": 0.5101, "high": 1.0,
    }  # fmt: skip
    assert sorted(second) == [
        "adapter", "bits", "bits_per_weight", "categories", "kl_mean", "load_seconds", "model",
        "name", "peak_memory_bytes", "phase", "rates", "reply_seconds", "run_id", "size_bytes",
        "tokens_per_second", "train_run_id", "versus",
    ]  # fmt: skip
