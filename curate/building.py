"""`curate build` and `curate clean`: a pipeline over a project, told line by line."""

import shutil
from pathlib import Path
from typing import Any

from curate import console, dialects
from curate.errors import CurateError
from curate.executor import executor
from curate.pipeline import STAGES, Done, run
from curate.project import Project
from curate.recipe import Recipe, Surface
from curate.recipes import on_surface, only_recipe
from curate.stages.base import Build, Stage
from curate.store import FILE_NAME, Store, in_use


def build_corpus(
    project: Project,
    corpus: str | None,
    *,
    last: str | None,
    jobs: int,
    form: str | None,
    rows: str | None = None,
    dialect: str | None,
    surface: Surface | None = None,
    again: bool,
    is_quiet: bool = False,
) -> dict[str, Any]:
    """Build a corpus and return what was done: `corpus`, `stages`, and `out` if it was exported."""
    corpus = corpus or only_recipe(project)
    recipe = on_surface(project, corpus, surface)
    recipe, corpus = _with_export(recipe, format=form, rows=rows, dialect=dialect), recipe.corpus
    dialects.load(project, recipe.export.dialect)  # an unknown one is told now, not after the build
    stages = _until(last)
    tell = (lambda _done: None) if is_quiet else _tell
    try:
        with Store.open(project) as store, executor(jobs) as workers:
            progress = console.Progress(is_quiet=is_quiet)
            build = Build(project, recipe, store, workers, progress)
            done = run(build, stages, tell, again=again)
    except CurateError:
        if (project.out / corpus / "manifest.json").is_file():
            console.say(f"out/{corpus} is still what an earlier build wrote")
        raise
    if not is_quiet:
        _say_end(project, corpus, done)
    return {
        "corpus": corpus,
        "stages": [
            {
                "name": stage.report.name,
                "rows_in": stage.report.rows_in,
                "rows_out": stage.report.rows_out,
                "dropped": dict(stage.report.dropped),
                "seconds": round(stage.seconds, 3),
                "is_fresh": stage.is_fresh,
            }
            for stage in done
        ],
        "out": f"out/{corpus}" if stages == STAGES else None,
    }


def clean(project: Project, *, with_cache: bool) -> dict[str, int]:
    """Remove what builds wrote, and with `with_cache` the cache too; bytes removed by name."""
    from curate.sources import Cache

    removed = {}
    targets = {"out": project.out}
    if with_cache:
        targets["cache"] = Cache.open().root
    for name, folder in targets.items():
        if folder.is_dir():
            _refuse_in_use(project)
            removed[name] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            shutil.rmtree(folder)
    return removed


def _refuse_in_use(project: Project) -> None:
    """Raises CurateError when another curate holds the database."""
    if (project.out / FILE_NAME).is_file():
        import duckdb

        try:
            duckdb.connect(str(project.out / FILE_NAME)).close()
        except duckdb.Error as error:  # one that is broken may be removed
            refusal = in_use(error)
            if refusal:
                raise refusal from None


def _with_export(recipe: Recipe, **options: str | None) -> Recipe:
    """The recipe with what the command line says of its export."""
    changes = {key: value for key, value in options.items() if value is not None}
    return recipe.model_copy(update={"export": recipe.export.model_copy(update=changes)})


def _until(last: str | None) -> tuple[Stage, ...]:
    names = [stage.__name__ for stage in STAGES]
    if last is None:
        return STAGES
    if last not in names:
        raise CurateError(
            f"--until {last}", f"is not a stage\nstages: {', '.join(names)}", "name one of them"
        )
    return STAGES[: names.index(last) + 1]


def _tell(done: Done) -> None:
    report = done.report
    if not done.is_fresh:
        console.say(
            console.stage_line(
                report.name,
                report.rows_in,
                report.rows_out,
                report.dropped,
                seconds=done.seconds,
                note=report.note,
            )
        )


def _say_end(project: Project, corpus: str, done: list[Done]) -> None:
    fresh = sum(stage.is_fresh for stage in done)
    if fresh == len(done):
        console.say(
            f"{corpus} is up to date: nothing has changed since it was built, no stage was run"
        )
    if done[-1].report.name == "export":
        folder = Path("out", corpus)
        for path in sorted((project.root / folder).glob("*.jsonl")):
            console.show(f"{folder / path.name}")


def pin_source(
    project: Project,
    requirement: str,
    category: str | None,
    on_progress: console.Progress,
    *,
    with_tests: bool = False,
) -> dict[str, Any]:
    """Pin a release in corpora/sources.toml and return the pin.

    `with_tests` pins what its tests need, too, so that they can be run; a source whose tests are
    run already keeps being so.
    """
    from curate.environments import resolve_pins
    from curate.sources import Cache, fetch, parse_requirement, pin, read_registry, write_source

    name, version = parse_requirement(requirement)
    path = project.root / "corpora" / "sources.toml"
    registry = read_registry(*project.all_of("corpora/sources.toml"))
    cache = Cache.open()
    source = pin(
        name,
        version,
        registry,
        cache,
        category=category,
        on_progress=lambda done, total: on_progress(done, total or 0, name),
    )
    if with_tests or source.run_tests:
        fetched = fetch(source, cache, root=project.root)
        pins = resolve_pins(source, fetched)
        source = source.model_copy(update={"run_tests": True, "test_pins": pins})
    write_source(path, source)
    return source.model_dump(mode="json")
