"""The report that a person reads in a terminal.

data: 1,164 rows (1,053 train, 111 valid), 79 % call a tool
  2 files, 847 kB, messages

error duplicate_row: 115 rows
  Rows that stand in their split again.
  data/train.jsonl:17 and data/train.jsonl:3  asks: Where is it used?
  114 more: --all
  why: a row that stands twice is trained twice
  remedy: remove all but the first
"""

import posixpath
import shlex
import textwrap
from collections.abc import Iterator

from curate.audits.finding import Finding, FindingRow
from curate.audits.measures import Measure
from curate.reporting.audited import Audited, Fixed
from curate.reporting.shown import counted, inert, lines_of, percent, size, some_of, visible

WIDTH = 100
INDENT = "  "


def render(audited: Audited) -> str:
    """Summary, findings by severity, verdict, and what to run next."""
    parts = ["\n".join(_fixed(audited.fixed))] if audited.fixed else []
    parts += ["\n".join(_summary(audited))]
    parts += ["\n".join(_finding(audited, finding)) for finding in audited.findings]
    parts += ["\n".join(_measured(measure)) for measure in audited.measures]
    last = [*verdict(audited), *(f"next: {step}" for step in next_steps(audited))]
    return inert("\n\n".join([*parts, "\n".join(last)]))


def _fixed(fixed: Fixed) -> Iterator[str]:
    yield f"{visible(' '.join(fixed.words))} -> {visible(fixed.out)}"
    for kind, rules in fixed.counts.items():
        done = ", ".join(f"{count:,} {rule}" for rule, count in rules.items())
        yield from textwrap.wrap(
            f"{kind} {done}", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT * 2
        )
    if not fixed.counts:
        yield f"{INDENT}nothing to repair: a copy"
    yield f"{INDENT}every change: {visible(fixed.changes)}"


def _summary(audited: Audited) -> Iterator[str]:
    splits = ", ".join(f"{rows:,} {split}" for split, rows in audited.rows_of_splits().items())
    fraction = audited.tool_fraction
    share = "" if fraction is None else f", {percent(fraction)} call a tool"
    paths = visible(" ".join(audited.words))
    yield f"{paths}: {counted(audited.rows, 'row')} ({splits}){share}"
    forms = [*audited.forms, *audited.dialects]
    amount = size(sum(file.bytes for file in audited.files))
    yield INDENT + ", ".join([counted(len(audited.files), "file"), amount, *forms])
    if audited.left_out:
        names = visible(some_of(audited.left_out))
        yield f"{INDENT}left out, since the names say no split: {names}"


def _finding(audited: Audited, finding: Finding) -> Iterator[str]:
    yield f"{finding.severity} {finding.rule}: {audited.count_of(finding)}"
    yield from _paragraph(finding.title)
    shown = finding.rows[: audited.limit]
    for row in shown:
        first, *further = lines_of(row.evidence)
        yield f"{INDENT}{place_of(row)}  {first}".rstrip()
        yield from (f"{INDENT * 3}{line}" for line in further)
    if finding.count > len(shown):
        yield f"{INDENT}{finding.count - len(shown):,} more: --all"
    yield from _paragraph(f"why: {finding.why}")
    yield from _paragraph(f"remedy: {finding.remedy}")


def place_of(row: FindingRow) -> str:
    """`data/valid.jsonl:4`, and where the other row of a pair stands, no longer than it need be.

    `data/valid.jsonl:4 and train.jsonl:17`, or `data/valid.jsonl:4 and :2` in the same file.
    """
    place = row.place or "dataset"
    if row.other is not None:
        file, line = row.other
        folder = f"{posixpath.dirname(row.file or '')}/"
        other = "" if file == row.file else file.removeprefix(folder)
        place = f"{place} and {other}:{line}"
    return visible(place)


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=INDENT,
        subsequent_indent=INDENT * 2,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _measured(measure: Measure) -> Iterator[str]:
    cells = [[_cell(cell) for cell in row] for row in (measure.columns, *measure.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    yield measure.title
    for row in cells:
        aligned = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield INDENT + INDENT.join([row[0].ljust(widths[0]), *aligned]).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else visible(str(value))


def verdict(audited: Audited) -> Iterator[str]:
    """How many rules found what, and whether that is sound."""
    found = [
        counted(len(findings), severity) for severity, findings in audited.by_severity().items()
    ]
    ran = sum(run.skipped is None for run in audited.rules)
    line = f"{', '.join(found) or 'nothing found'}; {counted(ran, 'rule')} ran"
    if audited.count_known:
        line += f"; {counted(audited.count_known, 'row')} known to the baseline"
    yield line
    if audited.is_sound:
        yield "sound" if audited.fail_on != "never" or not audited.findings else "not judged"
    else:
        yield from textwrap.wrap(
            f"not sound: {', '.join(map(str, audited.failures))}", WIDTH, subsequent_indent=INDENT
        )


def next_steps(audited: Audited) -> Iterator[str]:
    """What to run next, where something can be run; a comment behind it says what for."""
    command = f"curate audit {' '.join(map(shlex.quote, audited.words))}"
    fixable = sum(one.rule in audited.fixable for one in audited.findings)
    if fixable and audited.fixed is None:
        findings = counted(len(audited.findings), "finding")
        yield f"{command} --fix out/clean  # repairs what it can of {fixable} of {findings}"
    elif audited.findings:
        yield f"{command} --rule {audited.findings[0].rule} --all  # every row of the worst"
    elif any("--tokenizer" in (run.skipped or "") for run in audited.rules):
        yield f"{command} --tokenizer path/to/model  # whether it is trained as it is served"
