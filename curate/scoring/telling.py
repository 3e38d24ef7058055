"""What `curate score` prints: rates with their bounds, baselines, timings, and replies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from curate.datasets.decoding import shown
from curate.reporting.shown import visible
from curate.scoring.rates import Rate
from curate.scoring.scored import Scored

SHOWN_WRONG = 5
REPLY_CHARS = 300
NAME_CHARS = 60
NAMES = {
    "overall": "right",
    "decision": "tool or direct",
    "tool": "right tools",
    "held_out": "held-out phrasings",
    "seen": "phrasings of train",
}
BASELINES = {
    "always_tool": "always a tool",
    "never_tool": "never a tool",
    "first_words": "first two words",
}


def told(scored: Scored, show: str | None = None) -> str:
    """The whole report as text. show: wrong, all or none; the first wrong ones without it."""
    parts = [
        _head(scored),
        "\n".join(_table(scored)),
        "\n".join(_confusion(scored.confusion)),
        "\n".join(_timings(scored.timings)),
        "\n\n".join(_replies(scored.replies, show)),
        "\n".join(f"note: {warning}" for warning in scored.warnings),
        f"recorded as {scored.run_id}" if scored.run_id else "",
    ]
    return visible("\n\n".join(part for part in parts if part))


def _head(scored: Scored) -> str:
    adapter = f" with {scored.adapter}" if scored.adapter else ""
    where = f", about {scored.source}" if scored.source else ""
    surface = f", surface {scored.surface}" if scored.surface else ""
    count = len(scored.replies)
    prompts = "1 prompt" if count == 1 else f"{count} prompts"
    return f"{scored.model}{adapter} on {scored.suite}: {prompts}{where}{surface}"


def _table(scored: Scored) -> Iterator[str]:
    width = max(map(len, (*scored.categories, *NAMES.values(), *BASELINES.values())))
    for category, one in scored.categories.items():
        yield _line(category, one, width)
    yield ""
    for name, one in scored.rates.items():
        yield _line(NAMES[name], one, width)
    yield ""
    yield "baselines: tool or direct, and right tools"
    for name, both in scored.baselines.items():
        yield f"{_line(BASELINES[name], both.decision, width)}   {_share(both.tool)}"


def _line(name: str, one: Rate, width: int) -> str:
    bounds = f"{100 * one.low:3.0f} to {100 * one.high:3.0f} %" if one.count else ""
    return f"  {name:<{width}}  {one.right:>4} of {one.count:<4} {_share(one)}   {bounds}".rstrip()


def _share(one: Rate) -> str:
    return "    -  " if one.share is None else f"{100 * one.share:5.1f} %"


def _confusion(table: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """What was called in place of what is due."""
    wrong = [
        (count, expected, name)
        for expected, row in table.items()
        for name, count in row.items()
        if name != expected
    ]
    if wrong:
        yield "due, and called first instead"
    for count, expected, name in sorted(wrong, key=lambda one: (-one[0], one[1], one[2])):
        yield f"  {shown(expected, NAME_CHARS)} -> {shown(name, NAME_CHARS)}  {count}"


def _timings(timings: Mapping[str, Any]) -> Iterator[str]:
    said = [
        ("load", timings["load_seconds"], "{:.1f} s"),
        ("first token", timings["first_token_seconds"], "{:.2f} s"),
        ("a reply", timings["reply_seconds"], "{:.2f} s"),
        ("tokens a second", timings["tokens_per_second"], "{:.1f}"),
        ("peak memory", _megabytes(timings["peak_memory_bytes"]), "{:,.0f} MB"),
        ("size on disk", _megabytes(timings["size_bytes"]), "{:,.1f} MB"),
    ]
    words = [f"{name} {form.format(value)}" for name, value, form in said if value is not None]
    if words:
        yield ", ".join(words)
    due, direct = timings["tool_probability_due"], timings["tool_probability_direct"]
    if due is not None or direct is not None:
        both = [("where one is due", due), ("where none is", direct)]
        given = [f"{chance:.3f} {where}" for where, chance in both if chance is not None]
        yield f"probability of a call as the first token: {', '.join(given)}"


def _megabytes(value: int | None) -> float | None:
    return None if value is None else value / 1e6


def _replies(rows: Sequence[Mapping[str, Any]], show: str | None) -> Iterator[str]:
    if show == "none":
        return
    chosen = [row for row in rows if show == "all" or not row["is_right"]]
    kept = chosen if show else sorted(chosen, key=lambda row: -len(row["reasons"]))[:SHOWN_WRONG]
    for row in kept:
        yield "\n".join(
            [
                f"{'right' if row['is_right'] else 'wrong'} {row['prompt_id']} ({row['category']})",
                *(f"  {reason['code']}: {reason['evidence']}" for reason in row["reasons"]),
                f"  reply: {shown(row['reply'], REPLY_CHARS) or 'nothing'}",
            ]
        )
    if len(kept) < len(chosen):
        yield f"and {len(chosen) - len(kept)} more: --show wrong"
