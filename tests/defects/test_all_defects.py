"""Which defects there are: one file each, and what is installed under `curate.defects`."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

import curate.plugins
from curate.defects import all_defects, codes_of_defects
from curate.defects.none_comparison import NoneComparison
from curate.errors import CurateError


class Swapped(NoneComparison):
    name = "swapped"


class OtherComparison(NoneComparison):
    name = "none_comparison"


class NoDefect:
    name = "none"


@pytest.fixture
def installed(monkeypatch):
    """Puts classes of this module under the entry-point group, as an installed package does."""

    def install(*classes):
        group = "curate.defects"
        found = EntryPoints(EntryPoint(cls, f"{__name__}:{cls}", group) for cls in classes)
        monkeypatch.setattr(curate.plugins, "entry_points", lambda group: found.select(group=group))
        all_defects.cache_clear()

    yield install
    all_defects.cache_clear()


def test_a_package_adds_a_defect_under_the_entry_point_group(installed):
    before = codes_of_defects()
    installed("Swapped")
    assert [name for name in all_defects() if name not in before] == ["swapped"]
    assert type(all_defects()["swapped"]) is Swapped
    assert codes_of_defects().keys() == {*before, "swapped"}


def test_two_defects_of_one_name_are_refused(installed):
    installed("OtherComparison")
    with pytest.raises(CurateError) as raised:
        all_defects()
    modules = "curate.defects.none_comparison and tests.defects.test_all_defects"
    assert str(raised.value) == (
        f"defect none_comparison: is defined twice: {modules}\n"
        "  fix: give one of them another name, or uninstall the package that brings it"
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("NoDefect", "is no Defect"),
        ("Gone", f"cannot be loaded: module '{__name__}' has no attribute 'Gone'"),
    ],
)
def test_an_entry_point_that_is_no_defect_is_refused(installed, name, wrong):
    installed(name)
    with pytest.raises(CurateError) as raised:
        all_defects()
    assert str(raised.value) == (
        f"entry point {name} of the group curate.defects: {__name__}:{name} {wrong}\n"
        "  fix: name a subclass of curate.defects.base.Defect, "
        "or uninstall the package that brings it"
    )
