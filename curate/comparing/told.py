"""A comparison in words: the table of a terminal, which the report has, too."""

from collections.abc import Sequence
from typing import NamedTuple

from curate.comparing.compared import Compared, Model, Versus
from curate.reporting.shown import size
from curate.scoring.rates import Rate

NOTHING = "-"
SMALL_P = 0.001


class Table(NamedTuple):
    """Columns, and a row a model."""

    columns: list[str]
    rows: list[list[str]]


def table(compared: Compared) -> Table:
    """One table over models and phases."""
    columns = ["model", "phase", "size", "memory", "load", "reply", "tokens/s", "right", "accuracy"]
    columns += ["95 %", "only first", "only this", "p", "tool or direct", *compared.categories]
    return Table(columns, [_row(model, compared.categories) for model in compared.models])


def _row(model: Model, categories: Sequence[str]) -> list[str]:
    overall = model.overall
    return [
        model.name,
        model.phase or NOTHING,
        _size(model.size_bytes),
        _size(model.peak_memory_bytes),
        seconds(model.load_seconds),
        seconds(model.reply_seconds),
        NOTHING if model.tokens_per_second is None else f"{model.tokens_per_second:,.0f}",
        f"{overall.right} of {overall.count}",
        share(overall),
        f"{100 * overall.low:.0f} to {100 * overall.high:.0f}",
        *_paired(model.versus),
        share(model.rates["decision"]),
        *(share(model.categories.get(name)) for name in categories),
    ]


def share(rate: Rate | None) -> str:
    """`92.5 %`."""
    return NOTHING if rate is None or rate.share is None else f"{100 * rate.share:.1f} %"


def seconds(value: float | None) -> str:
    """`0.42 s`."""
    return NOTHING if value is None else f"{value:.2f} s"


def _size(count: int | None) -> str:
    return NOTHING if count is None else size(count)


def _paired(versus: Versus | None) -> list[str]:
    if versus is None:
        return [NOTHING, NOTHING, NOTHING]
    return [str(versus.only_first), str(versus.only_this), p_text(versus.p)]


def p_text(p: float) -> str:
    """`0.034`, or `< 0.001`."""
    return f"< {SMALL_P}" if p < SMALL_P else f"{p:.3f}"


def notes(compared: Compared) -> list[str]:
    """What a reader of the table must know."""
    first, *others = compared.models
    told = (
        f"95 %: Wilson's interval. p: McNemar's exact test against {first.name}, over the prompts "
        "that both were asked: only first and only this are those that just one of the two has "
        "right."
    )
    partly = [
        f"{one.name} and {first.name} have {one.versus.count} prompts in common: the others are "
        "not paired."
        for one in others
        if one.versus and one.versus.count < max(one.overall.count, first.overall.count)
    ]
    found = [told, *partly]
    if compared.baselines:
        without = ", ".join(f"{name} {100 * one:.1f} %" for name, one in compared.baselines.items())
        found.append(f"Tool or direct without a model: {without}.")
    return found
