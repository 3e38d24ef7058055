"""The tasks of a suite: each prompt with what is offered, where it is asked, and its reference."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.calling import CODE
from curate.errors import CurateError
from curate.project import Project
from curate.recipe import Surface
from curate.scoring.engine import Conversation
from curate.scoring.generating import generated, suite_of
from curate.scoring.playing import Task
from curate.scoring.reference import Hands, reference_of
from curate.scoring.splits import drawn, is_split, tasks_of_split
from curate.scoring.suite_files import load_suite, suites
from curate.scoring.suites import SURFACES, Suite
from curate.scoring.workspaces import workspace_of_suite
from curate.tools import all_tools

if TYPE_CHECKING:
    from curate.tools.base import Workspace

Tell = Callable[[int, int, str], None]


class Wanted(NamedTuple):
    """What is to be scored on: a suite or a split, or prompts that intents make about `source`."""

    suite: str
    surface: Surface | None = None
    limit: int | None = None
    seed: int = 0
    generate: int | None = None
    source: str | None = None


class Prepared(NamedTuple):
    """Tasks, and what they are of. corpus: what a model of this suite is trained on."""

    suite: str
    surface: Surface | None
    corpus: str | None
    source: str | None
    tasks: list[Task]


def prepare(project: Project, wanted: Wanted, hands: Hands, progress: Tell) -> Prepared:
    """The tasks that are wanted; references are executed on the way.

    Raises CurateError for a suite, a surface or a source that there is not.
    """
    if wanted.surface is not None and wanted.surface not in SURFACES:
        raise CurateError(
            f"--surface {wanted.surface}",
            f"is not a surface\nsurfaces: {', '.join(SURFACES)}",
            "name one of them",
        )
    if is_split(wanted.suite):
        tasks = tasks_of_split(project, wanted.suite, wanted.limit, wanted.seed)
        return Prepared(wanted.suite, None, wanted.suite.partition(":")[2], None, tasks)
    suite = _suite(project, wanted)
    surface = wanted.surface or suite.surface
    places: Mapping[str, Workspace] = {}
    if suite.generate is not None:
        prompts, places = generated(project, suite, surface, progress)
        suite = suite.model_copy(update={"prompts": prompts})
        place = None
    else:
        place = workspace_of_suite(project, suite)
    offer = offered(suite, surface)
    bare = [
        Task(
            one.id,
            one.category,
            Conversation(_opening(suite, one.prompt), offer),
            one.tools,
            one,
            workspace=places.get(one.workspace_id or "", place),
        )
        for one in suite.prompts
    ]
    tasks = []
    chosen = drawn(bare, wanted.limit, wanted.seed)
    for task in chosen:
        tasks.append(_with_reference(task, hands))
        progress(len(tasks), len(chosen), "references")
    return Prepared(suite.name, surface, suite.corpus, suite.source, tasks)


def offered(suite: Suite, surface: Surface) -> list[dict[str, Any]]:
    """The schemas of what a model is offered on a surface."""
    if surface == "direct":
        return [all_tools()[name].schema() for name in suite.offers]
    from curate.tools.execute_code import ExecuteCode

    return [ExecuteCode().schema_for([name for name in suite.offers if name != CODE])]


def require_suite(project: Project, name: str) -> None:
    """Raise CurateError where there is no such suite or split, before hours are spent on it."""
    if is_split(name):
        tasks_of_split(project, name, None, 0)
    else:
        load_suite(project, name)


def listed(project: Project) -> list[dict[str, Any]]:
    """Every suite with its size, source and surface."""
    rows = []
    for name in suites(project):
        suite = load_suite(project, name)
        count = suite.generate.count if suite.generate else len(suite.prompts)
        rows.append(
            {
                "suite": name,
                "prompts": count,
                "categories": len(suite.categories),
                "source": suite.source,
                "surface": suite.surface,
                "about": suite.description,
            }
        )
    return rows


def _suite(project: Project, wanted: Wanted) -> Suite:
    if wanted.generate is None:
        if wanted.source is not None:
            raise CurateError(
                f"--source {wanted.source}", "is for --generate", "add --generate 40, or leave it"
            )
        return load_suite(project, wanted.suite)
    if wanted.source is None:
        raise CurateError(
            f"--generate {wanted.generate}",
            "needs a source to ask about, one that the model was not trained on",
            "add --source NAME (curate sources)",
        )
    base = load_suite(project, wanted.suite)
    return suite_of(base, wanted.source, wanted.generate, wanted.seed)


def _opening(suite: Suite, prompt: str) -> list[dict[str, Any]]:
    return [{"role": "system", "content": suite.system}, {"role": "user", "content": prompt}]


def _with_reference(task: Task, hands: Hands) -> Task:
    assert task.asked is not None
    return replace(task, reference=reference_of(task.asked, task.workspace, hands))
