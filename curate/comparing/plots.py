"""Plots of a comparison as SVG that stands inside a page: deterministic, in the page's own colours.

    plots(compared)      # [Plot("accuracy", "Accuracy a category", "What it shows.", "<svg ...")]

Text and axes take the page's `currentColor`, so that they are read on dark paper, too.
"""

import io
import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from curate.comparing.compared import Compared, Model
from curate.errors import CurateError
from curate.scoring.rates import Rate

INK = "#010203"  # becomes currentColor
# Told apart by the colour-blind, and legible on white and on black; after Okabe and Ito, 2008.
COLOURS = ("#3d85c6", "#d5691e", "#0f9d76", "#c66fa3", "#b8860b", "#7f7fe0", "#8a8a8a")
MARKS = ("o", "s", "^", "D", "v", "P", "X")
STYLE: dict[str, Any] = {
    "svg.hashsalt": "curate",
    "svg.fonttype": "none",  # text stays text
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "text.parse_math": False,  # a name may hold a dollar
}
PERCENT = 100
WIDTH = 7.5  # inches


class Plot(NamedTuple):
    """A plot: its key, title, what it shows in words, and the SVG."""

    key: str
    title: str
    about: str
    svg: str


class Drawing(NamedTuple):
    """A plot that is to be drawn, its height in inches."""

    key: str
    title: str
    about: str
    draw: Callable[[Any, Compared], None]
    height: float


def require_matplotlib() -> None:
    """Raise CurateError where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise CurateError(
            "--html",
            "matplotlib is not installed",
            "run: uv sync --extra train, or leave out --html",
        )


def plots(compared: Compared) -> list[Plot]:
    """Those plots for which there is something to show."""
    require_matplotlib()
    found = []
    if any(compared.curves.values()):
        about = "Training loss as a line, validation loss as points, a training run a colour."
        found.append(Drawing("loss", "Loss curves", about, _losses, 3.2))
    height = 1.2 + 0.22 * len(compared.models) * (len(compared.categories) + 1)
    about = "Share of right replies, with its interval of 95 % after Wilson."
    found.append(Drawing("accuracy", "Accuracy a category", about, _accuracies, height))
    if any(model.size_bytes and model.reply_seconds for model in compared.models):
        about = "Share of right replies against the size on disk and the average reply."
        found.append(Drawing("cost", "Accuracy against size and speed", about, _costs, 3.2))
    if any(model.bits_per_weight for model in compared.models):
        about = "What each step down in bits a weight costs: right replies, and the mean KL."
        found.append(Drawing("ladder", "Quantisation ladder", about, _ladder, 3.2))
    return [Plot(one.key, one.title, one.about, _svg(one, compared)) for one in found]


def _svg(drawing: Drawing, compared: Compared) -> str:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style: Any = {**mpl.rcParamsDefault, **STYLE}
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH, drawing.height), layout="constrained")
        FigureCanvasSVG(figure)
        drawing.draw(figure, compared)
        written = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    return _inline(written.getvalue(), drawing.key, drawing.title, drawing.about)


def _inline(svg: str, key: str, title: str, about: str) -> str:
    """An SVG file as an element of a page: names of its own, no link, and words for a reader."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg)
    svg = svg.replace("xlink:href", "href").replace(INK, "currentColor")
    svg = re.sub(r' id="|url\(#| href="#', lambda found: f"{found[0]}{key}-", svg)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    label = f'role="img" aria-labelledby="{key}-title {key}-about"'
    words = f'<title id="{key}-title">{title}</title><desc id="{key}-about">{about}</desc>'
    return re.sub(r"<svg([^>]*)>", rf"<svg {label}\1>{words}", svg, count=1).strip()


def _losses(figure: Any, compared: Compared) -> None:
    axes = figure.subplots()
    for number, (run_id, steps) in enumerate(compared.curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        trained = [(step.iteration, step.loss) for step in steps if step.loss is not None]
        valid = [(s.iteration, s.valid_loss) for s in steps if s.valid_loss is not None]
        if trained:
            axes.plot(*zip(*trained, strict=True), color=colour, linewidth=1.2, label=run_id)
        if valid:
            mark = MARKS[number % len(MARKS)]
            axes.plot(*zip(*valid, strict=True), mark, color=colour, label=f"{run_id}, validation")
    axes.set_xlabel("iteration")
    axes.set_ylabel("loss a token")
    axes.legend()


def _accuracies(figure: Any, compared: Compared) -> None:
    axes, models = figure.subplots(), compared.models
    names = ["overall", *compared.categories]
    for number, model in enumerate(models):
        rates = [model.overall, *(model.categories.get(name) for name in names[1:])]
        offset = 0.7 * ((number + 0.5) / len(models) - 0.5)
        given = [(place + offset, one) for place, one in enumerate(rates) if one is not None]
        _points(axes, [one for _, one in given], [place for place, _ in given], number, model.name)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(-2, 102)
    axes.set_xlabel("right replies, %")
    figure.legend(loc="outside upper left", ncols=min(len(models), 4))


def _points(
    axes: Any, rates: Sequence[Rate], places: Sequence[float], number: int, name: str
) -> None:
    """Rates as marks with their intervals, lying."""
    axes.errorbar(
        [PERCENT * (one.share or 0) for one in rates],
        places,
        xerr=_errors(rates),
        **_mark(number),
        label=name,
    )


def _costs(figure: Any, compared: Compared) -> None:
    left, right = figure.subplots(1, 2, sharey=True)
    for number, model in enumerate(compared.models):
        if model.size_bytes:
            _standing(left, model.size_bytes / 1e6, model, number)
        if model.reply_seconds:
            _standing(right, model.reply_seconds, model, number)
    left.set_xlabel("size on disk, MB")
    right.set_xlabel("average reply, s")
    left.set_ylabel("right replies, %")
    left.set_ylim(-2, 102)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=min(len(labels), 4) or 1)


def _standing(axes: Any, place: float, model: Model, number: int) -> None:
    axes.errorbar(
        [place],
        [PERCENT * (model.overall.share or 0)],
        yerr=_errors([model.overall]),
        **_mark(number),
        label=model.name,
    )


def _ladder(figure: Any, compared: Compared) -> None:
    left, right = figure.subplots(1, 2)
    for number, model in enumerate(compared.models):
        if model.bits_per_weight:
            _standing(left, model.bits_per_weight, model, number)
            if model.kl_mean:
                right.plot([model.bits_per_weight], [model.kl_mean], **_mark(number))
    left.set_xlabel("bits a weight")
    left.set_ylabel("right replies, %")
    left.set_ylim(-2, 102)
    right.set_xlabel("bits a weight")
    right.set_ylabel("mean KL, nats a token")
    right.set_yscale("log")
    right.yaxis.set_major_formatter("{x:.0e}")  # the usual one writes TeX, which stays as it is
    right.yaxis.set_minor_formatter("")
    figure.legend(loc="outside upper left", ncols=4)


def _mark(number: int) -> dict[str, Any]:
    return {
        "marker": MARKS[number % len(MARKS)],
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": "none",
    }


def _errors(rates: Sequence[Rate]) -> list[list[float]]:
    """How far each interval reaches below and above its share, in percent."""
    shares = [one.share or 0 for one in rates]
    pairs = list(zip(rates, shares, strict=True))
    below = [max(PERCENT * (share - one.low), 0) for one, share in pairs]
    above = [max(PERCENT * (one.high - share), 0) for one, share in pairs]
    return [below, above]
