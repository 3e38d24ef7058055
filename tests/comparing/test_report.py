"""The report: one page that needs nothing from outside, and that no reply can take over."""

import re
from collections import Counter

import pytest

pytest.importorskip("matplotlib")

from curate.comparing import Asking, Compared, compare
from curate.comparing.plots import plots
from curate.comparing.report import report, write_report
from curate.console import Progress
from curate.errors import CurateError
from curate.project import Project
from tests.comparing.conftest import HOSTILE
from tests.comparing.page import Page


@pytest.fixture
def compared(project: Project) -> Compared:
    asking = Asking(is_scored=False)
    progress = Progress(is_quiet=True)
    found = compare(project, ["base", "adapter", "fused"], "phase27", asking, progress=progress)
    models = [
        one._replace(bits=bits, bits_per_weight=bits + 0.5, kl_mean=0.1 / bits)
        for one, bits in zip(found.models, (16, 8, 4), strict=True)
    ]
    return found._replace(models=models)


def test_every_tag_is_closed_and_every_id_is_used_once(project: Project, compared: Compared):
    page = Page(report(project, compared))
    ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    named = {
        name
        for _, attributes in page.tags
        for key in ("aria-labelledby", "href")
        for name in (attributes.get(key) or "").replace("#", "").split()
    }
    assert named - ids.keys() == set()


def test_a_reply_with_a_script_is_shown_and_never_run(project: Project, compared: Compared):
    page = Page(report(project, compared))
    assert HOSTILE in page.texts
    assert {"script", "img"} & {tag for tag, _ in page.tags} == set()
    assert [key for _, attributes in page.tags for key in attributes if key.startswith("on")] == []


def test_hostile_names_are_shown_and_never_run(project: Project, compared: Compared):
    models = [one._replace(name=f"<b onload=x>{one.name}&$") for one in compared.models]
    page = Page(report(project, compared._replace(models=models, suite="<i>$a$")))
    assert {"b", "i"} & {tag for tag, _ in page.tags} == set()


def test_it_needs_nothing_from_outside(project: Project, compared: Compared):
    text = report(project, compared)
    page = Page(text)
    assert [value for _, a in page.tags if (value := a.get("src")) is not None] == []
    assert [
        value for _, a in page.tags if not (value := a.get("href") or "#").startswith("#")
    ] == []
    assert re.findall(r"url\((?!#)", text) == []
    assert "@import" not in text
    assert "://" not in text


def test_it_is_read_in_the_dark_on_paper_and_aloud(project: Project, compared: Compared):
    text = report(project, compared)
    page = Page(text)
    assert "@media (prefers-color-scheme: dark)" in text
    assert "@media print" in text
    assert ("html", {"lang": "en"}) in page.tags
    drawn = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert [one["role"] for one in drawn] == ["img"] * 4
    assert all(one["aria-labelledby"] for one in drawn)
    assert [tag for tag, a in page.tags if tag == "th" and "scope" not in a] == []


def test_the_plots_are_those_of_the_record(compared: Compared):
    assert [(plot.key, plot.title) for plot in plots(compared)] == [
        ("loss", "Loss curves"),
        ("accuracy", "Accuracy a category"),
        ("cost", "Accuracy against size and speed"),
        ("ladder", "Quantisation ladder"),
    ]


def test_text_of_a_plot_is_text_in_the_colour_of_the_page(compared: Compared):
    for plot in plots(compared):
        assert "currentColor" in plot.svg
        assert "#000000" not in plot.svg
        assert "<text" in plot.svg
        assert "\\math" not in plot.svg


def test_what_there_is_nothing_to_show_of_is_not_drawn(compared: Compared):
    bare = [
        one._replace(size_bytes=None, bits_per_weight=None, kl_mean=None) for one in compared.models
    ]
    drawn = plots(compared._replace(models=bare, curves={}))
    assert [plot.key for plot in drawn] == ["accuracy"]


def test_the_same_comparison_gives_the_same_bytes(project: Project, compared: Compared):
    assert report(project, compared) == report(project, compared)


def test_a_report_that_cannot_be_written_is_told(project: Project, compared: Compared):
    with pytest.raises(CurateError) as raised:
        write_report(project, compared, project.root / "models")
    assert str(raised.value) == (
        f"--html {project.root}/models: cannot be written: Is a directory\n  fix: name another file"
    )
