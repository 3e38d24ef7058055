"""What an audit is asked for: the data, the rules and how to judge, from options and configuration.

request = Request(paths=(Path("data"),), rules=("leak_row",))
chosen_rules(request)     # [(Rule("leak_row", ...), None)]
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.audits.rules import Rule, load_rules
from curate.configuration import (
    Configuration,
    check_names,
    find_configuration,
    read_configuration,
)
from curate.errors import CurateError
from curate.gates import FailOn, read_most
from curate.project import Project
from curate.reporting.audited import SPLITS

if TYPE_CHECKING:
    from curate.datasets.row import DataFile

SHOWN = 20  # rows of a finding that reports hold
LISTED = 5  # and those that a person is shown


@dataclass(frozen=True)
class Request:
    """What is to be audited, and how. `rules` are those to run; all of them where there are none.

    `shown`: rows of a finding, None for all. `most`: rows of a rule that are let through.
    """

    paths: tuple[Path, ...] = ()
    named: Mapping[str, Path] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    fail_on: FailOn | None = None
    most: Mapping[str, int] = field(default_factory=dict)
    baseline: Path | None = None
    write_baseline: Path | None = None
    shown: int | None = SHOWN
    listed: int | None = LISTED
    jobs: int = 1
    tokenizer: Path | None = None
    max_seq_length: int | None = None
    batch_size: int | None = None
    configuration: Configuration = field(default_factory=Configuration)
    project: Project | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Request":
        """What the options of the command say, with the configuration and the project around.

        Raises CurateError for options that say nothing, or a configuration with a slip in it.
        """
        folder, limit = Path.cwd(), options["limit"]
        named = {split: options[split] for split in SPLITS if options[split] is not None}
        if not (options["paths"] or named or options["list_rules"]):
            raise CurateError(
                "curate audit", "no folder and no file is named", "run: curate audit data"
            )
        if options["config"] is None:
            configuration = find_configuration(folder)
        else:
            configuration = read_configuration(options["config"])
        return cls(
            paths=options["paths"],
            named=named,
            rules=options["rules"],
            fail_on=options["fail_on"],
            most=read_most(options["most"]),
            baseline=options["baseline"],
            write_baseline=options["write_baseline"],
            shown=None if options["everything"] else limit if limit is not None else SHOWN,
            listed=None if options["everything"] else limit if limit is not None else LISTED,
            jobs=options["jobs"],
            tokenizer=options["tokenizer"],
            max_seq_length=options["max_seq_length"],
            batch_size=options["batch_size"],
            configuration=configuration,
            project=project_around(folder),
        )

    @property
    def given(self) -> tuple[str, ...]:
        """The words with which the user named the data."""
        named = [word for split, path in self.named.items() for word in (f"--{split}", str(path))]
        return (*map(str, self.paths), *named)


def chosen_rules(request: Request) -> list[tuple[Rule, str | None]]:
    """The rules to run, at the severity they are configured to, and why one is skipped.

    Raises CurateError for a rule, named anywhere, that there is not.
    """
    known, configuration = load_rules(request.project), request.configuration
    check_names("--rule", "rule", request.rules, known)
    check_names("--max", "rule", request.most, known)
    for rule, key in configuration.rules_named().items():
        check_names(f"{configuration.where}: {key}", "rule", [rule], known)
    runs = []
    for name, rule in known.items():
        if request.rules and name not in request.rules:
            continue
        skipped = None
        if name in configuration.disable and name not in request.rules:
            skipped = f"disabled in {configuration.where}"
        elif rule.needs == "tokenizer" and request.tokenizer is None:
            skipped = "needs --tokenizer"
        severity = configuration.severity.get(name, rule.severity)
        runs.append((replace(rule, severity=severity), skipped))
    return runs


def listed_rules(request: Request) -> list[dict[str, str]]:
    """Every rule as --list-rules shows it."""
    return [
        {
            "rule": rule.rule,
            "severity": "off" if skipped and "disabled" in skipped else rule.severity,
            "group": rule.group,
            "finds": rule.title,
        }
        for rule, skipped in chosen_rules(request)
    ]


def files_of(request: Request) -> "list[DataFile]":
    """The files to read. Raises CurateError where the configuration excludes all of them."""
    from curate.datasets import find_files

    configuration = request.configuration
    files = find_files(request.paths, request.named)
    kept = [file for file in files if not _is_excluded(file.name, configuration)]
    if not kept:
        names = ", ".join(file.name for file in files)
        raise CurateError(
            configuration.where,
            f"exclude leaves no file of {' '.join(request.given)}\nexcluded: {names}",
            "narrow its patterns",
        )
    return kept


def left_out_of(request: Request) -> tuple[str, ...]:
    """The files of the folders that are not read since no word of their names says a split."""
    from curate.datasets.files import find_files, left_out

    names = left_out(request.paths, find_files(request.paths, request.named))
    return tuple(name for name in names if not _is_excluded(name, request.configuration))


def _is_excluded(name: str, configuration: Configuration) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in configuration.exclude)


def project_around(folder: Path) -> Project | None:
    """The project of a folder, whose rules are added; an audit needs none."""
    try:
        return Project.find(folder)
    except CurateError:
        return None
