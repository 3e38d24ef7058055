"""What every stage gets and gives: a `Build` in, a `StageReport` out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from curate.executor import Executor
from curate.project import Project
from curate.recipe import Recipe
from curate.store import Store

if TYPE_CHECKING:
    from curate.near import NearSettings


@dataclass(frozen=True)
class StageReport:
    """What a stage did. `rows_in == rows_out + sum(dropped.values())` is an audit.

    `note` says what was not done again: '2,912 of 2,912 files unchanged'.
    """

    name: str
    rows_in: int
    rows_out: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Build:
    """One run over one corpus: where it reads and writes, and how it tells its progress.

    `progress(done, total, what)` may be called often; it prints only on a terminal.
    """

    project: Project
    recipe: Recipe
    store: Store
    executor: Executor
    progress: Callable[[int, int, str], None] = lambda _done, _total, _what: None

    @property
    def corpus(self) -> str:
        """The corpus's name."""
        return self.recipe.corpus


@dataclass(frozen=True)
class Contract:
    """What a stage's result depends on, besides the stage before it, and what it writes.

    `code` names modules or folders of curate, `files` folders of the project, `keys` parts of the
    recipe, and `versions` gives further words, as tool versions. `writes` names the tables whose
    rows of a corpus are this stage's: they go when a stage before it is done again.
    """

    code: tuple[str, ...]
    files: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    versions: Callable[[Build], Any] = lambda _build: None
    writes: tuple[str, ...] = ()


class Stage(Protocol):
    """A function over a build; its name is the stage's, and its module holds the CONTRACT."""

    __name__: str
    __module__: str

    def __call__(self, build: Build, /) -> StageReport:
        """Do the work and report it."""
        ...


def dropped_counts(build: Build, table: str) -> dict[str, int]:
    """Rows of a corpus's table by their drop reason, sorted."""
    rows = build.store.query(
        f"""
        select drop_reason, count(*) from {table}
        where corpus = ? and drop_reason is not null group by all order by all
        """,
        [build.corpus],
    )
    return dict(rows)


def near_settings(build: Build, shingle_words: int, *, seed: int) -> "NearSettings":
    """The recipe's MinHash settings for texts of one kind."""
    from curate.near import NearSettings

    shared = build.recipe.near.model_dump(include={"num_perm", "bands", "rows", "threshold"})
    return NearSettings(**shared, shingle_words=shingle_words, seed=seed)
