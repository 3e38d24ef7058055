"""Runs as plots: loss curves, accuracy and the quantisation ladder, in one file by itself.

plot(project, Path("runs.html"), corpus=None)       # or runs.svg, the plots alone
"""

import html
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.errors import CurateError
from curate.project import Project
from curate.reporting.shown import visible
from curate.sources.atomic import write_whole
from curate.tracker.past import COLUMNS, listed, table
from curate.tracker.recording import ask

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMS = (".html", ".svg")
MOST_RUNS = (
    12  # curves in one plot, the latest; chosen by us, 2026-11-21: more cannot be told apart
)
WIDTH_INCHES, HEIGHT_INCHES = 9.0, 4.0
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;font-size:13px}td,th{padding:.2rem .6rem;text-align:left;"
    "border-bottom:1px solid #ddd}svg{max-width:100%;height:auto}"
)
Rows = Sequence[Mapping[str, Any]]


def plot(project: Project, path: Path, *, corpus: str | None = None) -> list[str]:
    """Write the plots; their titles. Raises CurateError for another ending, and for no figures."""
    if path.suffix not in FORMS:
        raise CurateError(
            f"--plot {path}", f"writes {' or '.join(FORMS)}", f"name {path.stem or 'runs'}.html"
        )
    panels = [panel for panel in _panels(project, corpus) if panel[1]]
    if not panels:
        raise CurateError(
            f"--plot {path}",
            "no run has a curve, a score or a quantised model yet",
            "train or score first: curate train, curate score",
        )
    picture = _svg(panels)
    if path.suffix == ".html":
        picture = _page(picture, listed(project, corpus=corpus))
    write_whole(path, picture.encode())
    return [title for title, _, _ in panels]


def _panels(project: Project, corpus: str | None) -> list[tuple[str, Rows, Any]]:
    """Title, rows and who draws them."""
    steps = """
        with latest as (
          select run_id from runs where verb = 'train' and ($corpus is null or corpus = $corpus)
          order by started desc, run_id desc limit $most
        )
        select run_id, iteration, loss, valid_loss from curves join latest using (run_id)
        order by run_id, iteration
        """
    scores = """
        select model, adapter, suite, accuracy, low, high from latest_scores
        where $corpus is null or corpus = $corpus order by suite, started
        """
    rungs = """
        select corpus, bits, bits_per_weight, kl_mean, kept_fraction, is_lost from ladder
        where $corpus is null or corpus = $corpus
        qualify row_number() over (partition by target order by started desc) = 1
        order by corpus, bits_per_weight
        """
    given = {"corpus": corpus}
    return [
        ("Loss", _asked(project, steps, {**given, "most": MOST_RUNS}), _draw_losses),
        ("Accuracy", _asked(project, scores, given), _draw_scores),
        ("Quantisation", _asked(project, rungs, given), _draw_ladder),
    ]


def _svg(panels: Sequence[tuple[str, Rows, Any]]) -> str:
    """The plots below each other. The same rows give the same bytes."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise CurateError(
            "--plot", "matplotlib is not installed", "run: uv sync --extra train"
        ) from None
    with mpl.rc_context(
        {"svg.hashsalt": "curate", "svg.fonttype": "none", "font.size": 9, "text.parse_math": False}
    ):
        figure = Figure((WIDTH_INCHES, HEIGHT_INCHES * len(panels)), layout="constrained")
        axes = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
        for (title, rows, draw), axis in zip(panels, axes, strict=True):
            axis.set_title(title, loc="left")
            draw(axis, rows)
        written = io.StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return written.getvalue()


def _draw_losses(axis: "Axes", rows: Rows) -> None:
    for number, run_id in enumerate(dict.fromkeys(row["run_id"] for row in rows)):
        colour = f"C{number % 10}"
        for key, style in (("loss", ":"), ("valid_loss", "-")):
            points = [
                (row["iteration"], row[key])
                for row in rows
                if row["run_id"] == run_id and row[key] is not None
            ]
            if points:
                label = f"{run_id}{'' if key == 'valid_loss' else ' (train)'}"
                axis.plot(*zip(*points, strict=True), style, color=colour, label=label)
    axis.set(xlabel="iteration", ylabel="loss")
    axis.grid(alpha=0.3)
    axis.legend(fontsize="small")


def _draw_scores(axis: "Axes", rows: Rows) -> None:
    names = [visible(f"{row['suite']}: {_name(row)}") for row in rows]
    values = [100 * row["accuracy"] for row in rows]
    below = [100 * (row["accuracy"] - row["low"]) for row in rows]
    above = [100 * (row["high"] - row["accuracy"]) for row in rows]
    axis.barh(range(len(rows)), values, xerr=[below, above], capsize=3, color="C0", alpha=0.7)
    axis.set_yticks(range(len(rows)), names)
    axis.invert_yaxis()
    axis.set(xlim=(0, 100), xlabel="right, % (bounds: Wilson, 95 %)")


def _draw_ladder(axis: "Axes", rows: Rows) -> None:
    for corpus in dict.fromkeys(row["corpus"] for row in rows):
        points = [row for row in rows if row["corpus"] == corpus]
        across = [row["bits_per_weight"] for row in points]
        axis.plot(across, [max(row["kl_mean"], 1e-9) for row in points], "-o", label=corpus)
        for row in points:
            word = f"{row['bits']} bits{', lost' if row['is_lost'] else ''}"
            place = (row["bits_per_weight"], max(row["kl_mean"], 1e-9))
            axis.annotate(word, place, textcoords="offset points", xytext=(6, 4))
    axis.set_yscale("log")
    axis.margins(x=0.1)
    axis.set(xlabel="bits a weight", ylabel="KL from the model before, nats a token")
    axis.grid(alpha=0.3)
    axis.legend(fontsize="small")


def _name(row: Mapping[str, Any]) -> str:
    """The last two parts of a model's path, and of its adapter's; an endpoint whole."""
    parts = [one for one in (row["model"], row["adapter"]) if one]
    return " + ".join(one if "://" in one else "/".join(Path(one).parts[-2:]) for one in parts)


def _page(picture: str, rows: Rows) -> str:
    """The plots and the list of runs as a page without links to anything."""
    body = picture[picture.index("<svg") :]
    head = "".join(f"<th>{column}</th>" for column in COLUMNS)
    lines = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>\n"
        for row in table(rows)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Runs</title>\n'
        f"<style>{STYLE}</style></head><body>\n<h1>Runs</h1>\n{body}\n"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{lines}</tbody></table>\n</body></html>\n"
    )


def _cell(value: Any) -> str:
    return "" if value is None else html.escape(str(value))


def _asked(project: Project, sql: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    columns, rows = ask(project, sql, parameters)
    return [dict(zip(columns, row, strict=True)) for row in rows]
