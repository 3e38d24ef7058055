"""The report as a job summary shows it: GitHub's Markdown, with a table of findings."""

import re
from collections.abc import Iterable, Iterator, Sequence

from curate.audits.finding import Finding
from curate.reporting.audited import Audited
from curate.reporting.shown import counted, one_line, percent, some_of
from curate.reporting.text import next_steps, place_of

# What Markdown or HTML would act upon, in any place.
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@$:-])")


def render(audited: Audited) -> str:
    """A verdict, a table of findings, the first rows of each, and what to run next."""
    parts = [
        f"## curate audit: {'sound' if audited.is_sound else 'not sound'}",
        _summary(audited),
        _findings(audited),
        *(_rows(audited, finding) for finding in audited.findings if finding.rows),
    ]
    for measure in audited.measures:
        parts += [f"### {escaped(measure.title)}", table_of(measure.columns, measure.rows)]
    parts += [f"Next: {code(step.partition('  #')[0])}" for step in next_steps(audited)]
    return "\n\n".join(filter(None, parts))


def _summary(audited: Audited) -> str:
    splits = ", ".join(f"{rows:,} {split}" for split, rows in audited.rows_of_splits().items())
    fraction = audited.tool_fraction
    said = [f"{counted(audited.rows, 'row')} ({splits})"]
    said += [] if fraction is None else [f"{percent(fraction)} call a tool"]
    said += [counted(len(audited.files), "file")]
    if audited.left_out:
        said.append(f"left out, since the names say no split: {code(some_of(audited.left_out))}")
    if audited.count_known:
        said.append(f"{counted(audited.count_known, 'row')} of findings known to the baseline")
    paths = " ".join(code(path) for path in audited.words)
    return f"{paths}: {', '.join(said)}."


def _findings(audited: Audited) -> str:
    failed = {failure.rule for failure in audited.failures}
    if not audited.findings:
        return (
            f"{counted(sum(run.skipped is None for run in audited.rules), 'rule')} found nothing."
        )
    return table_of(
        ("", "severity", "rule", "count", "what", "remedy"),
        (
            (
                "❌" if finding.rule in failed else "",
                finding.severity,
                finding.rule,
                f"{finding.count:,}",
                finding.title,
                finding.remedy,
            )
            for finding in audited.findings
        ),
    )


def _rows(audited: Audited, finding: Finding) -> str:
    shown = finding.rows[: audited.limit]
    lines = [
        f"<details><summary>{escaped(finding.rule)}: {audited.count_of(finding)}</summary>",
        "",
        *(f"- {code(place_of(row))} {escaped(one_line(row.evidence))}" for row in shown),
        *_more(finding.count - len(shown)),
        "",
        f"Why: {escaped(finding.why)}",
        "",
        "</details>",
    ]
    return "\n".join(lines)


def _more(count: int) -> Iterator[str]:
    if count:
        yield f"- {count:,} more"


def table_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table of plain texts."""
    lines = [
        f"| {' | '.join('-' if cell is None else escaped(one_line(str(cell))) for cell in row)} |"
        for row in (columns, *rows)
    ]
    lines.insert(1, f"|{' --- |' * len(columns)}")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text that is shown as it is."""
    return MARKUP.sub(r"\\\1", text)


def code(text: str) -> str:
    """Text as inline code, between more backticks than it holds."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{one_line(text)}{pad}{fence}"
