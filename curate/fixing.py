"""A repaired copy of a dataset, and a list of every change.

    audited = fix(Request(paths=(Path("data"),)), Path("out/clean"))
    audited.fixed.counts["removed"]        # {"duplicate_row": 111, "leak_first_user": 22}

Only what needs nothing to be invented is repaired: copies and leaked rows are left out, results and
calls are written as their neighbours are, and rows are put in another order. The input is never
touched; what no repair is for stays as it is, byte for byte.
"""

import tempfile
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from curate.auditing import FIXABLE, Progress, audit, database, in_silence, set_thresholds
from curate.audits.rules import Rule
from curate.errors import CurateError
from curate.repairs.changes import NAME, Changes
from curate.repairs.drops import Drop, dropped
from curate.repairs.order import ORDER, new_orders
from curate.repairs.rewrites import flagged, rewritten_line
from curate.repairs.staging import Staged, lines_in, stage, write_copy
from curate.reporting.audited import Audited
from curate.requested import Request, chosen_rules, files_of

if TYPE_CHECKING:
    import duckdb

    from curate.repairs.dialect import Style


def fix(request: Request, out: Path, progress: Progress = in_silence) -> Audited:
    """Write the repaired copy to `out`; what an audit finds in it, with what was changed.

    Raises CurateError where `out` has something in it, or lies in what is repaired.
    """
    check_out(out, request.paths)
    runs = chosen_rules(request)
    rules = {rule.rule: rule for rule, skipped in runs if not skipped and rule.rule in FIXABLE}
    files = files_of(request)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        made = Path(folder, "made")
        made.mkdir()
        staged = stage(files, Path(folder, "staged"))
        with Changes.to(made / NAME, rules) as changes:
            drops, orders = _repair(staged, rules, request, changes, progress)
            _write(staged, made, drops, orders, changes)
        if out.exists():
            out.rmdir()
        made.rename(out)
    audited = audit(replace(request, paths=(out,), named={}), progress)
    return replace(audited, fixed=changes.summary(request.given, out.as_posix()))


def check_out(out: Path, paths: Sequence[Path]) -> None:
    """Raises CurateError for a folder in which a copy would overwrite or mix with anything."""
    where = f"--fix {out}"
    if out.exists() and not out.is_dir():
        raise CurateError(where, "is a file", "name a folder that is not there yet")
    for path in paths:
        inside, around = path.resolve(), out.resolve()
        if inside == around or (path.is_dir() and inside in around.parents):
            what = "is the data itself" if inside == around else f"lies in the data, {path}"
            raise CurateError(where, what, "name a folder beside it")
    if out.exists() and any(out.iterdir()):
        raise CurateError(where, "is not empty", "name a folder that is not there yet")


@contextmanager
def _loaded(
    staged: Sequence[Staged], request: Request, progress: Progress
) -> "Generator[duckdb.DuckDBPyConnection]":
    from curate.datasets.loading import load

    with database() as connection:
        files = [one.lines for one in staged]
        load(files, connection, jobs=request.jobs, progress=progress, project=request.project)
        set_thresholds(connection, request)
        yield connection


def _repair(
    staged: Sequence[Staged],
    rules: Mapping[str, Rule],
    request: Request,
    changes: Changes,
    progress: Progress,
) -> tuple[list[Drop], dict[int, list[int]]]:
    """Rewrite staged files; then the rows to leave out of what they hold, and new orders."""
    with _loaded(staged, request, progress) as connection:
        lines, style = flagged(connection, rules)
        if not lines:
            return dropped(connection, rules), new_orders(connection, rules)
    for file_id, of_file in lines.items():
        _rewrite(staged[file_id], of_file, style, changes)
    with _loaded(staged, request, progress) as connection:
        return dropped(connection, rules), new_orders(connection, rules)


def _rewrite(
    staged: Staged, flagged_lines: Mapping[int, set[str]], style: "Style | None", changes: Changes
) -> None:
    """Write a staged file anew with these lines repaired."""
    path = staged.folder / f"{staged.number}.rewritten.jsonl"
    with path.open("wb") as target:
        for number, line in enumerate(lines_in(staged.path), start=1):
            new, rules = line, flagged_lines.get(number, set())
            if rules:
                new, changed, left = rewritten_line(line, rules, style)
                for rule in sorted(changed):
                    changes.add("rewritten", rule, staged.file.name, number)
                for rule in sorted(left):
                    changes.add("left", rule, staged.file.name, number)
            target.write(new)
    staged.path = path


def _write(
    staged: Sequence[Staged],
    made: Path,
    drops: Sequence[Drop],
    orders: Mapping[int, Sequence[int]],
    changes: Changes,
) -> None:
    """Write the copy's files, and what was left out of them and moved in them."""
    gone: defaultdict[int, set[int]] = defaultdict(set)
    for drop in sorted(drops, key=lambda drop: drop.place):
        (file_id, line), (other_id, other_line) = drop.place, drop.other
        gone[file_id].add(line)
        other = f"{staged[other_id].file.name}:{other_line}"
        changes.add("removed", drop.rule, staged[file_id].file.name, line, other)
    for file_id, one in enumerate(staged):
        order = write_copy(one, made, gone[file_id], orders.get(file_id))
        for new, line in enumerate(order, start=1):
            changes.add("moved", ORDER, one.file.name, line, f"{one.output}:{new}")
