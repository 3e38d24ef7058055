"""docs/training.md names every option with its default, and every file of a run."""

import re
from collections.abc import Callable

from curate.cli.training import train
from curate.models.training.keeping import read_log
from curate.project import Project
from curate.tracker import Run
from tests.conftest import REPOSITORY
from tests.pages import rows_of

PAGE = REPOSITORY / "docs/training.md"


def test_every_option_stands_in_the_page_with_its_default():
    said = {row[0].strip("`"): row[1] for row in rows_of(PAGE, "| option | default | meaning |")}
    options = {one.opts[0]: one for one in train.params if one.opts[0].startswith("--")}
    assert said.keys() == options.keys() - {"--model", "--json"}
    for name, default in said.items():
        if default.startswith("`") and name != "--epochs":  # which is not given without --iters
            assert default == f"`{options[name].default}`"


def test_every_file_of_a_run_stands_in_the_page(project: Project, trained: Callable[..., Run]):
    folder = project.root / trained(iterations=1).folder
    rows = rows_of(PAGE, "| file | what it holds |")
    said = {name for row in rows for name in re.findall(r"`([\w./]+)`", row[0])}
    assert said == {path.name + "/" * path.is_dir() for path in folder.glob("[!.]*")}
    (log,) = [row[1] for row in rows if row[0] == "`log.jsonl`"]
    assert re.findall(r"`(\w+)`", log) == list(read_log(folder)[0])
