"""What docs/scoring.md lists is all there is."""

import re

from curate.scoring.reasons import REASONS
from curate.scoring.scored import Scored
from curate.scoring.suites import Asked, Fits, Generate
from tests.conftest import REPOSITORY
from tests.pages import rows_of

PAGE = REPOSITORY / "docs/scoring.md"


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_reason_stands_in_the_page():
    rows = rows_of(PAGE, "| reason | meaning |")
    assert {names(code)[0]: meaning for code, meaning in rows} == REASONS


def test_every_key_of_a_prompt_stands_in_the_page():
    rows = rows_of(PAGE, "| key of a prompt | meaning |")
    assert {name for row in rows for name in names(row[0])} == set(Asked.model_fields)


def test_every_key_of_the_json_stands_in_the_page():
    rows = rows_of(PAGE, "| key | holds |")
    assert {name for row in rows for name in names(row[0])} == set(Scored.__dataclass_fields__)


def test_every_key_of_fits_and_generate_stands_in_the_page():
    text = set(names(PAGE.read_text(encoding="utf-8")))
    assert set(Fits.model_fields) | set(Generate.model_fields) <= text
