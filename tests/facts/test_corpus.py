"""What the fixture corpus holds: other tests count on it."""

from pathlib import Path

import pytest

from curate.facts.docs import doc_sections
from curate.facts.grep import grep_hits
from curate.facts.python import extract
from curate.facts.rows import Drop, PythonFacts

CORPUS = Path(__file__).parents[1] / "corpus"


def facts(path: str) -> PythonFacts:
    found = extract((CORPUS / path).read_bytes())
    assert isinstance(found, PythonFacts)
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("latin_1.py", Drop("not_decodable", "utf-8")),
        ("syntax_error.py", Drop("not_parsable", "line 5")),
        ("empty.py", Drop("empty", "")),
        ("nul.py", Drop("nul_bytes", "")),
    ],
)
def test_a_broken_file_is_dropped_with_its_reason(name, expected):
    assert extract((CORPUS / "odd" / name).read_bytes()) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("latin_1_cookie.py", ["Café"]),
        ("crlf.py", ["Label", "Label.text"]),
        ("names.py", ["Päckchen", "Päckchen.öffnen", "Päckchen.inhalt", "重さ"]),
        ("type_parameters.py", ["Box", "Box.first", "pack"]),
        ("stub.pyi", ["Scale", "Scale.weigh", "Scale.weigh", "tare"]),
    ],
)
def test_an_odd_file_is_read(name, expected):
    assert [row.qualified_name for row in facts(f"odd/{name}").symbols] == expected


def test_bytes_survive_the_checkout():
    assert (CORPUS / "odd/crlf.py").read_bytes().count(b"\r\n") == 16
    assert b"Orl\xe9ans" in (CORPUS / "odd/latin_1.py").read_bytes()


def test_subclasses_are_known_by_what_their_bases_resolve_to():
    found = [
        (row.class_name, row.line - row.class_line, row.resolved)
        for row in facts("src/parcelbox/carriers.py").bases
    ]
    assert found == [
        ("Carrier", 0, "abc.ABC"),
        ("SwiftCarrier", 0, "<module>.Carrier"),
        ("SnailCarrier", 0, "<module>.Carrier"),
        ("NightOwlCarrier", 1, "<module>.SwiftCarrier"),
        ("NightOwlCarrier", 2, "parcelbox.registry.Registered"),
        ("NightOwlCarrier", 3, "typing.Generic"),
        ("HeavyParcel", 0, "parcelbox.models.Parcel"),
    ]


def test_decorators_are_used_in_many_places():
    used = [
        row.resolved
        for path in sorted(CORPUS.rglob("*.py"))
        if isinstance(found := extract(path.read_bytes()), PythonFacts)
        for row in found.decorators
    ]
    counts = {name: used.count(name) for name in used}
    assert counts["parcelbox.registry.traced"] == 6
    assert counts["pytest.fixture"] == 4
    assert counts["functools.cached_property"] == 3
    assert counts["<module>.register_carrier"] == 3


def test_notes_are_found_by_grep():
    hits = grep_hits(CORPUS, {"note": r"\b(TODO|FIXME|HACK)\b"}, ["*.py", "*.cfg"])
    assert [(hit.path, hit.line) for hit in hits] == [
        ("lint.cfg", 8),
        ("src/parcelbox/carriers.py", 79),
        ("src/parcelbox/cli.py", 37),
        ("src/parcelbox/registry.py", 41),
        ("src/parcelbox/storage.py", 73),
        ("src/parcelbox/tracking.py", 31),
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "docs/guide.md",
            ["1 Guide", "2 Carriers", "3 Adding a carrier", "3 Rates", "2 Storage"],
        ),
        (
            "docs/api.rst",
            ["1 API", "2 Models", "3 Parcel", "3 Event", "2 Errors", "3 Deprecated names"],
        ),
    ],
)
def test_documents_have_sections(path, expected):
    sections = doc_sections(path, (CORPUS / path).read_bytes())
    assert [f"{row.level} {row.title}" for row in sections] == expected
