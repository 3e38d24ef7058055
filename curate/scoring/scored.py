"""What a scoring found: rates, confusion, timings and every reply, as one value and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

from curate.scoring.baselines import Baseline
from curate.scoring.calls import called, label
from curate.scoring.engine import Measured
from curate.scoring.judging import judge
from curate.scoring.playing import Play
from curate.scoring.rates import Rate, by_category, confusion, rate

DIRECT = "none"


@dataclass(frozen=True)
class Scored:
    """One model on one suite.

    rates: `overall`, `decision` (tool or direct), `tool` (the right tools where one is due), and
    `held_out` and `seen` where phrasings are known to be so; `categories` by name. confusion:
    expected tool -> called tool -> count, of first replies. replies: rows of the table `replies`.
    """

    run_id: str | None
    suite: str
    surface: str | None
    dialect: str
    model: str
    adapter: str | None
    source: str | None
    corpus: str | None
    rates: dict[str, Rate]
    categories: dict[str, Rate]
    confusion: dict[str, dict[str, int]]
    baselines: dict[str, Baseline]
    timings: dict[str, float | int | None]
    reasons: dict[str, int]
    warnings: list[str]
    replies: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The documented shape of `curate score --json`."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            **given,
            "rates": {name: one.as_json() for name, one in self.rates.items()},
            "categories": {name: one.as_json() for name, one in self.categories.items()},
            "baselines": {
                name: {"decision": one.decision.as_json(), "tool": one.tool.as_json()}
                for name, one in self.baselines.items()
            },
        }


def rows_of(suite: str, plays: Sequence[Play]) -> list[dict[str, Any]]:
    """A row of `replies` for each play."""
    return [_row(suite, one) for one in plays]


def _row(suite: str, one: Play) -> dict[str, Any]:
    reasons = judge(one)
    tools, replies = called(one), [turn.reply for turn in one.turns]
    counts = [reply.count_tokens for reply in replies]
    texts = [
        reply.text or " ".join(str(dict(call)) for call in reply.calls or ()) for reply in replies
    ]
    return {
        "suite": suite,
        "prompt_id": one.task.prompt_id,
        "category": one.task.category,
        "prompt": one.task.prompt,
        "is_right": not reasons,
        "expected": list(one.task.expected),
        "called": list(tools),
        "reasons": [{"code": reason.code, "evidence": reason.evidence} for reason in reasons],
        "reply": "\n\n".join(texts),
        "seconds": sum(reply.seconds for reply in replies),
        "seconds_to_first": replies[0].seconds_to_first,
        "count_tokens": None if None in counts else sum(count or 0 for count in counts),
        "tool_probability": replies[0].tool_probability,
        "is_tool_expected": bool(one.task.expected),
        "is_tool_called": label(one) != DIRECT,
    }


def rates_of(plays: Sequence[Play], rows: Sequence[dict[str, Any]]) -> dict[str, Rate]:
    """The rates over all replies, and over those whose phrasing is known."""
    pairs = list(zip(plays, rows, strict=True))
    due = [row for row in rows if row["is_tool_expected"]]
    found = {
        "overall": rate(row["is_right"] for row in rows),
        "decision": rate(row["is_tool_expected"] == row["is_tool_called"] for row in rows),
        "tool": rate(set(row["expected"]) <= set(row["called"]) for row in due),
    }
    for name, is_held_out in (("held_out", True), ("seen", False)):
        known = [row for one, row in pairs if one.task.is_held_out is is_held_out]
        if known:
            found[name] = rate(row["is_right"] for row in known)
    return found


def confusion_of(plays: Sequence[Play]) -> dict[str, dict[str, int]]:
    """The first tool that is due x the first that was called, of first replies."""
    return confusion(
        (one.task.expected[0] if one.task.expected else DIRECT, label(one)) for one in plays
    )


def reasons_of(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many replies each reason counts against, the most first."""
    counts: dict[str, int] = {}
    for row in rows:
        for code in {reason["code"] for reason in row["reasons"]}:
            counts[code] = counts.get(code, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def timings_of(
    plays: Sequence[Play], measured: Measured, engine_seconds: float
) -> dict[str, float | int | None]:
    """Seconds and tokens; None for what the engine cannot know.

    A reply is one turn. tokens_per_second is over all the time that the engine took.
    """
    replies = [turn.reply for one in plays for turn in one.turns]
    firsts = [r.seconds_to_first for r in replies if r.seconds_to_first is not None]
    counts = [r.count_tokens for r in replies if r.count_tokens is not None]
    chances = {
        is_due: [
            one.turns[0].reply.tool_probability
            for one in plays
            if bool(one.task.expected) is is_due and one.turns[0].reply.tool_probability is not None
        ]
        for is_due in (True, False)
    }
    return {
        "load_seconds": measured.load_seconds,
        "first_token_seconds": median(firsts) if firsts else None,
        "reply_seconds": mean(r.seconds for r in replies) if replies else None,
        "replies": len(replies),
        "tokens": sum(counts) if counts else None,
        "tokens_per_second": sum(counts) / engine_seconds if counts and engine_seconds else None,
        "peak_memory_bytes": measured.peak_memory_bytes,
        "size_bytes": measured.size_bytes,
        "tool_probability_due": mean(chances[True]) if chances[True] else None,
        "tool_probability_direct": mean(chances[False]) if chances[False] else None,
    }


def categories_of(rows: Sequence[dict[str, Any]]) -> dict[str, Rate]:
    """The rate of each category."""
    return by_category(rows)
