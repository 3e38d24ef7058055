"""`curate score`: the value, the report, --json, --list, what is recorded, and every mistake."""

import json

import pytest
from click.testing import CliRunner

from curate import tracker
from curate.cli import main
from curate.comparing.recorded import recorded
from curate.errors import CurateError
from curate.models.naming import Named
from curate.project import Project
from curate.scoring import How, StoppedError, score
from curate.scoring.engine import Reply
from curate.scoring.telling import told
from curate.tracker import past
from tests.conftest import Mini
from tests.scoring.scripted import Scripted, call, nothing, perfect, prepared, said
from tests.scoring.test_scorer import HANDS

NAMED = Named("mine", "models/mine", None, None)


def half_right(task, turn):
    """Right on what is to be answered directly and on types; else it says nothing."""
    is_right = not task.expected or task.expected == ("typecheck",)
    return perfect(task, turn) if is_right else said("")


@pytest.fixture
def engine(parcel: Mini) -> Scripted:
    """The engine that is half right."""
    return Scripted(prepared(parcel.project, "parcel", "direct", HANDS).tasks, half_right)


def test_a_score_has_rates_confusion_baselines_and_timings(parcel: Mini, engine: Scripted):
    how = How(surface="direct")
    found = score(
        parcel.project, NAMED, "parcel", progress=nothing, record=False, how=how, engine=engine
    )
    assert found.run_id is None
    assert {name: one[:2] for name, one in found.rates.items()} == {
        "overall": (4, 9),
        "decision": (4, 9),
        "tool": (2, 7),
    }
    assert {name: one[:2] for name, one in found.categories.items()} == {
        "direct": (2, 2),
        "field access": (2, 2),
        "search": (0, 1),
        "quality": (0, 1),
        "git": (0, 1),
        "cross-tool": (0, 1),
        "multi-step": (0, 1),
    }
    assert found.confusion == {
        "git_status": {"none": 2},
        "none": {"none": 2},
        "ruff_check": {"none": 1},
        "typecheck": {"typecheck": 2},
        "workspace_symbols": {"none": 1},
        "write_file": {"none": 1},
    }
    assert {name: one.decision[:2] for name, one in found.baselines.items()} == {
        "always_tool": (7, 9),
        "never_tool": (2, 9),
    }
    assert found.reasons == {"empty": 5}
    (note,) = found.warnings
    assert note == (
        "no look-up of first words: data mini: no corpus of this name is built, and there is no "
        "such folder"
    )
    assert found.timings == {
        "load_seconds": 1.5,
        "first_token_seconds": 0.1,
        "reply_seconds": 0.5,
        "replies": 11,
        "tokens": 110,
        "tokens_per_second": found.timings["tokens_per_second"],
        "peak_memory_bytes": 2_000_000,
        "size_bytes": 3_000_000,
        "tool_probability_due": 0.75,
        "tool_probability_direct": 0.75,
    }


def test_a_reply_is_a_row_of_the_tracker(parcel_copy: Project, parcel: Mini, engine: Scripted):
    how = How(surface="direct", seed=7)
    first = score(parcel_copy, NAMED, "parcel", progress=nothing, how=how, engine=engine, limit=4)
    again = score(parcel_copy, NAMED, "parcel", progress=nothing, how=how, engine=engine, limit=4)
    assert (first.run_id, again.run_id) == ("score-parcel-1", "score-parcel-2")
    rows = tracker.read(
        parcel_copy,
        "select run_id, count(*), count(*) filter (is_right) from replies group by all order by 1",
    )
    right = first.rates["overall"].right
    assert rows == [("score-parcel-1", 4, right), ("score-parcel-2", 4, right)]
    ((verb, corpus, model, settings, metrics, folder),) = tracker.read(
        parcel_copy,
        "select verb, corpus, model, settings, metrics, folder from runs where run_id = ?",
        ["score-parcel-1"],
    )
    assert (verb, corpus, model, folder) == (
        "score",
        "mini",
        "models/mine",
        "out/runs/score-parcel-1",
    )
    assert json.loads(settings)["surface"] == "direct"
    assert json.loads(metrics)["overall"] == first.rates["overall"].as_json()
    kept = json.loads((parcel_copy.root / folder / "scored.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(first.as_json()))
    pairs = tracker.read(
        parcel_copy,
        "select prompt_id, prompt, called, reasons from replies where run_id = ? and not is_right",
        ["score-parcel-2"],
    )
    for _, prompt, called, reasons in pairs:
        assert prompt
        assert json.loads(called) == []
        assert json.loads(reasons) == [{"code": "empty", "evidence": ""}]


def test_the_report_says_it_all(parcel: Mini, engine: Scripted):
    how = How(surface="direct")
    found = score(
        parcel.project, NAMED, "parcel", progress=nothing, record=False, how=how, engine=engine
    )
    text = told(found)
    assert text.startswith("models/mine on parcel: 9 prompts, about parcelbox, surface direct\n")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for line in (
        "direct 2 of 2 100.0 % 34 to 100 %",
        "search 0 of 1 0.0 % 0 to 79 %",
        "right 4 of 9 44.4 % 19 to 73 %",
        "always a tool 7 of 9 77.8 % 45 to 94 % 28.6 %",
    ):
        assert line in lines
    for part in (
        "due, and called first instead\n  git_status -> none  2",
        "load 1.5 s, first token 0.10 s, a reply 0.50 s, tokens a second ",
        "probability of a call as the first token: 0.750 where one is due, 0.750 where none is",
        "wrong where-registered (search)\n  empty: \n  reply: nothing",
    ):
        assert part in text
    assert "right plain (direct)" in told(found, "all")
    assert "wrong " not in told(found, "none")


def test_without_a_dialect_nothing_is_read(parcel: Mini, engine: Scripted):
    engine.dialect = None
    with pytest.raises(CurateError) as caught:
        score(parcel.project, NAMED, "parcel", progress=nothing, record=False, engine=engine)
    assert str(caught.value) == (
        "model mine: its chat template is of no dialect that we can read calls in\n"
        "  dialects: hermes, qwen3_coder\n"
        "  fix: name the one it was trained in: --dialect hermes"
    )


def test_a_split_is_scored_with_its_own_train_as_the_look_up(mini_copy: Mini):
    from curate.scoring.splits import tasks_of_split

    tasks = tasks_of_split(mini_copy.project, "valid:mini", None, 0)

    def right(task, _turn):
        if not task.expected:
            return said("It depends.")
        arguments = {"run_command": {"command": "ls"}}.get(task.expected[0], {"path": "src"})
        return said(call(task.expected[0], arguments))

    found = score(
        mini_copy.project,
        NAMED,
        "valid:mini",
        progress=nothing,
        record=False,
        engine=Scripted(tasks, right),
    )
    assert found.rates["overall"][:2] == (8, 8)
    assert found.rates["decision"][:2] == (8, 8)
    known = {name: found.rates[name].count for name in ("held_out", "seen") if name in found.rates}
    assert sum(known.values()) == sum(task.is_held_out is not None for task in tasks)
    assert set(found.baselines) == {"always_tool", "never_tool", "first_words"}
    assert set(found.categories) == {"tool", "direct"}


def test_a_model_of_a_training_run_is_asked_as_its_corpus_was_made(
    parcel_copy: Project, engine: Scripted
):
    (parcel_copy.out / "mini").mkdir(parents=True)
    manifest = {"recipe": {"surface": "direct"}}
    (parcel_copy.out / "mini/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    adapter = parcel_copy.out / "runs/train-mini-1/adapter"
    adapter.mkdir(parents=True)
    trained = tracker.Run(
        *("train-mini-1", "train", "mini", "models/mine", "out/runs/train-mini-1/adapter", None),
        *({}, {}, {}, "out/runs/train-mini-1", "2026-11-21T00:00:00Z", 1.0, "done"),
    )
    tracker.record(parcel_copy, trained)
    for named in (NAMED._replace(adapter=adapter), NAMED._replace(model=str(adapter.parent))):
        found = score(
            parcel_copy, named, "parcel", progress=nothing, record=False, limit=2, engine=engine
        )
        assert (found.surface, found.corpus) == ("direct", "mini")
    plain = score(
        parcel_copy, NAMED, "parcel", progress=nothing, record=False, limit=2, engine=engine
    )
    assert plain.surface == "code"


def run(*words: str):
    return CliRunner().invoke(main, ["score", *words], catch_exceptions=False)


def test_suites_are_listed(parcel_copy: Project):
    done = run("--list", "--json")
    rows = json.loads(done.stdout)
    assert [row["suite"] for row in rows] == [
        *("discrimination", "parcel", "phase26", "phase27", "standard")
    ]
    assert rows[1] == {
        "suite": "parcel",
        "prompts": 9,
        "categories": 7,
        "source": "parcelbox",
        "surface": "code",
        "about": "Nine prompts about parcelbox",
    }
    assert run("--list").stdout.splitlines()[2].split("\t")[:2] == ["parcel", "9"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Missing argument 'MODEL'."),
        (("models/none", "--suite", "parcel"), "there is no such folder"),
        (("models/none", "--suite", "phase28"), "there is no such suite"),
        (("models/none", "--suite", "parcel", "--surface", "voice"), "surfaces: code, direct"),
        (("models/none", "--suite", "parcel", "--source", "svcs"), "is for --generate"),
        (("models/none", "--suite", "parcel", "--generate", "3"), "needs a source to ask about"),
    ],
)
def test_a_mistake_is_told(parcel_copy: Project, words: tuple[str, ...], message: str):
    done = run(*words)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.slow
def test_a_real_model_is_scored_from_the_command_line(parcel_copy: Project):
    pytest.importorskip("mlx.core")
    from curate.models.tiny import Shape, make_tiny
    from tests.models.conftest import CHAT_TEMPLATE, texts

    folder = parcel_copy.out / "models/tiny"
    make_tiny(texts(), CHAT_TEMPLATE.read_text(encoding="utf-8"), folder, Shape())
    done = run(str(folder), "--suite", "parcel", "--max-tokens", "8", "--json")
    found = json.loads(done.stdout)
    assert found["model"] == "out/models/tiny"
    assert found["run_id"] == "score-parcel-1"
    assert found["dialect"] == "qwen3_coder"
    assert found["rates"]["overall"]["count"] == 9
    assert found["timings"]["size_bytes"] > 400_000
    assert all(0 < row["tool_probability"] < 1 for row in found["replies"])
    assert (
        "recorded as score-parcel-2"
        in run(str(folder), "--suite", "parcel", "--max-tokens", "8", "--limit", "2").stdout
    )


class Broken(Scripted):
    """The same, and then something else happens."""

    batch = 1
    error: BaseException

    def replies(self, asked, max_tokens):
        if len(self.asked) == 3:
            raise self.error
        return super().replies(asked, max_tokens)


@pytest.mark.parametrize(
    ("error", "state", "told"),
    [
        (KeyboardInterrupt(), "stopped", "{kept}"),
        (
            CurateError("endpoint", "is gone", "look"),
            "failed",
            "endpoint: is gone\n  {kept}\n  fix: look",
        ),
    ],
    ids=["stopped", "gone"],
)
def test_a_score_that_is_ended_keeps_its_replies_and_is_no_score(
    parcel_copy: Project, parcel: Mini, error: BaseException, state: str, told: str
):
    engine = Broken(prepared(parcel.project, "parcel", "direct", HANDS).tasks, half_right)
    engine.error = error
    with pytest.raises((StoppedError, CurateError)) as caught:
        score(parcel_copy, NAMED, "parcel", progress=nothing, how=How("direct"), engine=engine)
    kept = (
        "2 of 9 prompts were answered: their replies are kept as score-parcel-1, "
        "which counts as no score"
    )
    assert str(caught.value) == told.format(kept=kept)
    (run,) = past.listed(parcel_copy)
    assert (run["state"], run["result"]) == (state, f"{state} after 2 of 9 prompts")
    ask = lambda sql: tracker.read(parcel_copy, sql)  # noqa: E731
    assert ask("select count(*) from replies") == [(2,)]
    assert ask("select * from latest_scores") == ask("select * from category_scores") == []
    assert recorded(parcel_copy) == []


def test_a_score_that_is_ended_before_its_first_reply_leaves_nothing(
    parcel_copy: Project, parcel: Mini
):
    engine = Broken(prepared(parcel.project, "parcel", "direct", HANDS).tasks, half_right)
    engine.error, engine.asked = KeyboardInterrupt(), [None] * 3
    with pytest.raises(KeyboardInterrupt):
        score(parcel_copy, NAMED, "parcel", progress=nothing, how=How("direct"), engine=engine)
    assert list((parcel_copy.out / "runs").iterdir()) == []


def test_a_server_whose_replies_are_none_gives_no_score(parcel_copy: Project, parcel: Mini):
    tasks = prepared(parcel.project, "parcel", "direct", HANDS).tasks
    engine = Scripted(
        tasks, lambda _task, _turn: Reply("", "unusable", 0.1, fault="no JSON: <html>")
    )
    with pytest.raises(CurateError) as caught:
        score(parcel_copy, NAMED, "parcel", progress=nothing, how=How("direct"), engine=engine)
    assert str(caught.value) == (
        "endpoint: none of its 9 replies could be used\n  no JSON: <html>\n"
        "  fix: see that it is an OpenAI-compatible server, and give the URL that ends in /v1"
    )
    assert list((parcel_copy.out / "runs").iterdir()) == []


def test_a_score_that_cannot_be_recorded_says_where_it_is(
    parcel_copy: Project, engine: Scripted, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_given: object, **_named: object) -> None:
        raise CurateError("out/runs.duckdb", "is in use", "close it")

    monkeypatch.setattr(tracker, "record", refuse)
    with pytest.raises(
        CurateError, match=r"what was found is kept in out/runs/score-parcel-1/scored"
    ):
        score(parcel_copy, NAMED, "parcel", progress=nothing, how=How("direct"), engine=engine)
    assert (parcel_copy.out / "runs/score-parcel-1/scored.json").is_file()


def test_a_broken_database_is_told_before_anything_is_asked(parcel_copy: Project, engine: Scripted):
    (parcel_copy.out).mkdir(exist_ok=True)
    (parcel_copy.out / "runs.duckdb").write_bytes(b"no database")
    with pytest.raises(CurateError, match="cannot be opened"):
        score(parcel_copy, NAMED, "parcel", progress=nothing, how=How("direct"), engine=engine)
    assert engine.asked == []


def test_a_report_gives_a_terminal_no_command(parcel: Mini):
    tasks = prepared(parcel.project, "parcel", "direct", HANDS).tasks
    name = "\x1b[2J\x9b1m" + "x" * 1_000
    engine = Scripted(
        tasks,
        lambda _t, _n: Reply("\x1b]0;a\x07", "stop", 0.1, calls=({"name": name, "arguments": {}},)),
    )
    found = score(
        parcel.project,
        NAMED,
        "parcel",
        progress=nothing,
        record=False,
        how=How("direct"),
        engine=engine,
    )
    text = told(found, "all")
    assert not any((ord(one) < 32 and one != "\n") or 127 <= ord(one) < 160 for one in text)
    assert max(map(len, text.splitlines())) < 1_200
