"""The report of a comparison: one HTML file that needs nothing from outside.

Replies are what a model wrote, so everything is escaped but the plots, which are ours.
"""

from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from curate.comparing.compared import Compared
from curate.comparing.plots import plots
from curate.comparing.told import notes, p_text, seconds, share, table
from curate.errors import CurateError
from curate.project import Project

TEMPLATE = "compare.jinja"
MOST_SHOWN = 200  # prompts; chosen by us, 2026-11-21: a page of some 2 MB


def report(project: Project, compared: Compared) -> str:
    """The text of the page. The same comparison gives the same bytes."""
    path = project.files("templates/report", TEMPLATE)[TEMPLATE]
    environment = Environment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"share": share, "seconds": seconds, "p": p_text}
    template = environment.from_string(path.read_text(encoding="utf-8"))
    drawn = [{**plot._asdict(), "svg": Markup(plot.svg)} for plot in plots(compared)]  # noqa: S704  ours
    shown = compared.differing[:MOST_SHOWN]
    return (
        template.render(
            compared=compared,
            table=table(compared),
            notes=notes(compared),
            plots=drawn,
            shown=shown,
            count_more=len(compared.differing) - len(shown),
        ).strip()
        + "\n"
    )


def write_report(project: Project, compared: Compared, path: Path) -> None:
    """Write the page. Raises CurateError where that cannot be done."""
    text = report(project, compared)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CurateError(
            f"--html {path}", f"cannot be written: {error.strerror}", "name another file"
        ) from None
