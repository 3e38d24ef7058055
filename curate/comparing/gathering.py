"""The models of a comparison: their recorded scores, or new ones where there are none."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.comparing.compared import Compared, Differing, Model, Said, Step, Versus
from curate.comparing.recorded import Recorded, counts, curves, ladder, pairs, recorded, said
from curate.errors import CurateError
from curate.project import Project
from curate.scoring.rates import Rate, mcnemar, rate
from curate.tracker import FILE_NAME

if TYPE_CHECKING:
    from curate.models.naming import Named

Tell = Callable[[int, int, str], None]
AT_LEAST = 2


@dataclass(frozen=True)
class Asking:
    """Whose base, adapter and fused models are meant, and how those are scored that are not yet."""

    run: str | None = None
    is_scored: bool = True
    limit: int | None = None
    max_tokens: int | None = None
    batch: int = 1


def compare(
    project: Project, names: Sequence[str], suite: str, asking: Asking, *, progress: Tell
) -> Compared:
    """The models side by side on a suite, each against the first.

    Raises CurateError for fewer than two names, one given twice, one that is nothing, and one
    without a score where none may be made.
    """
    from curate.models.naming import resolve

    _check(names)
    named = [resolve(project, name, run=asking.run) for name in names]
    runs = [_run_of(project, one, suite, asking, progress) for one in named]
    told = counts(project, [run.run_id for run in runs], runs[0].suite)
    steps = ladder(project)
    models = [
        _model(
            one,
            run,
            told[run.run_id],
            _versus(project, names[0], runs[0], run),
            steps.get(_place(project, run.model) or "", (None, None, None)),
        )
        for one, run in zip(named, runs, strict=True)
    ]
    trained = list(dict.fromkeys(run.train_run_id for run in runs if run.train_run_id))
    return Compared(
        suite=runs[0].suite,
        models=models,
        differing=_differing(project, names, runs),
        curves={run_id: [Step(*row) for row in rows] for run_id, rows in curves(project, trained)},
        baselines=runs[0].baselines,
    )


def _check(names: Sequence[str]) -> None:
    if len(names) < AT_LEAST:
        raise CurateError(
            "curate compare",
            f"{'one model is' if names else 'no model is'} named, and two are compared",
            "run: curate compare base adapter --suite phase27",
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CurateError("curate compare", f"{twice[0]} is named twice", "name it once")


def _run_of(project: Project, named: "Named", suite: str, asking: Asking, tell: Tell) -> Recorded:
    """The last score of a model on the suite; a new one where there is none."""
    found = _found(project, named, suite)
    if found is not None:
        return found
    if not asking.is_scored:
        raise CurateError(
            named.name,
            f"has no score on {suite} since its weights were written",
            f"run: curate score {named.name} --suite {suite}, or leave out --no-score",
        )
    from curate.scoring import How, score

    given: dict[str, Any] = {"batch": asking.batch}
    if asking.max_tokens is not None:
        given["max_tokens"] = asking.max_tokens
    scored = score(
        project, named, suite, progress=tell, limit=asking.limit, record=True, how=How(**given)
    )
    return next(one for one in recorded(project) if one.run_id == scored.run_id)


def _found(project: Project, named: "Named", suite: str) -> Recorded | None:
    if not (project.out / FILE_NAME).is_file():
        return None
    wanted = _place(project, named.endpoint or named.model), _place(project, named.adapter)
    written = max(map(_written, wanted))
    return next(
        (
            run
            for run in recorded(project)
            if run.suite == suite
            and (_place(project, run.model), _place(project, run.adapter)) == wanted
            and run.seconds_since_epoch >= written
        ),
        None,
    )


def _place(project: Project, text: str | Path | None) -> str | None:
    """A folder as it can be compared; a name of the hub, and a URL, stay as they are."""
    if text is None:
        return None
    for path in (project.root / text, Path(text)):
        if path.is_dir():
            return str(path.resolve())
    return str(text)


def _written(place: str | None) -> int:
    """The second in which the weights of a folder were written; 0 where that is not known."""
    files = Path(place).glob("*.safetensors") if place else ()
    return max((int(file.stat().st_mtime) for file in files), default=0)


def _model(
    named: "Named",
    run: Recorded,
    told: dict[str, tuple[bool, int, int, int]],
    versus: Versus | None,
    step: tuple[int | None, float | None, float | None],
) -> Model:
    (overall,) = [row for row in told.values() if row[0]]
    bits, per_weight, kl = step
    return Model(
        name=named.name,
        run_id=run.run_id,
        train_run_id=run.train_run_id,
        phase=run.phase,
        model=run.model,
        adapter=run.adapter,
        size_bytes=run.size_bytes,
        peak_memory_bytes=run.peak_memory_bytes,
        load_seconds=run.load_seconds,
        reply_seconds=run.reply_seconds,
        tokens_per_second=run.tokens_per_second,
        rates={
            "overall": _rate(overall[1], overall[3]),
            "decision": _rate(overall[2], overall[3]),
        },
        categories={name: _rate(row[1], row[3]) for name, row in told.items() if not row[0]},
        versus=versus,
        bits=bits,
        bits_per_weight=per_weight,
        kl_mean=kl,
    )


def _rate(count_right: int, count: int) -> Rate:
    return rate([True] * count_right + [False] * (count - count_right))


def _versus(project: Project, name: str, first: Recorded, other: Recorded) -> Versus | None:
    """The exact test of a model against the first; None for the first itself."""
    if other.run_id == first.run_id:
        return None
    right = pairs(project, first.run_id, other.run_id, first.suite)
    paired = mcnemar([one for one, _ in right], [one for _, one in right])
    return Versus(name, len(right), paired.only_a, paired.only_b, paired.p)


def _differing(project: Project, names: Sequence[str], runs: Sequence[Recorded]) -> list[Differing]:
    """The prompts that some models have right and some have not, by category and name."""
    suite = runs[0].suite
    name_of = {run.run_id: name for run, name in zip(runs, names, strict=True)}
    prompts: dict[tuple[str, str | None], Differing] = {}  # one id may be asked anew
    for row in said(project, list(name_of), suite):
        one = prompts.setdefault(
            (row.prompt_id, row.prompt),
            Differing(
                row.prompt_id, row.category, row.prompt, json.loads(row.expected or "[]"), []
            ),
        )
        one.said.append(
            Said(
                name_of[row.run_id],
                row.is_right,
                json.loads(row.called or "[]"),
                [_reason(reason) for reason in json.loads(row.reasons or "[]")],
                row.reply or "",
            )
        )
    found = [one for one in prompts.values() if len({said.is_right for said in one.said}) > 1]
    for one in found:
        one.said.sort(key=lambda said: names.index(said.name))
    return found


def _reason(reason: Any) -> str:
    """`wrong_tool: read_file` of a reason as the tracker keeps it."""
    if not isinstance(reason, dict):
        return str(reason)
    code, evidence = reason.get("code", ""), reason.get("evidence")
    return f"{code}: {evidence}" if evidence else str(code)
