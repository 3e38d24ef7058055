"""Answers of servers, of the protocol's shape and of others."""

from types import SimpleNamespace

import pytest

from curate.lsp.answers import DocumentSymbols, Hover, Hovered, Locations, kind_name, read
from curate.lsp.search import search
from curate.lsp.symbols import Standing, Symbol, count, cut, named, standings
from curate.tools.base import ToolError

UNREADABLE = "^the language server gave an answer that cannot be read$"


def span(line, start, end_line, end):
    return {
        "start": {"line": line, "character": start},
        "end": {"line": end_line, "character": end},
    }


def symbol(name, kind, line, end_line, *children):
    return {
        "name": name,
        "kind": kind,
        "range": span(line, 0, end_line, 9),
        "selectionRange": span(line + 1, 4, line + 1, 9),  # under a decorator
        "children": list(children),
    }


HOVERS = {
    "markup": {"contents": {"kind": "plaintext", "value": "int"}},
    "text": {"contents": "int"},
    "code": {"contents": {"language": "python", "value": "int"}},
    "a list": {"contents": ["int"]},
}


@pytest.mark.parametrize("answer", HOVERS.values(), ids=HOVERS)
def test_every_form_of_a_hover_is_read(answer):
    assert read(Hovered, answer).text == "int"


def test_the_parts_of_a_hover_are_set_apart():
    assert Hover.model_validate({"contents": ["a", {"value": "b"}]}).text == "a\n\nb"
    assert read(Hovered, None) is None


WRONG = [
    (Locations, [{"uri": "file:///a.py"}]),
    (Locations, [{"uri": 1, "range": span(0, 0, 0, 0)}]),
    (Locations, {"uri": "file:///a.py", "range": span(-1, 0, 0, 0)}),
    (DocumentSymbols, [{"name": "A"}]),
    (DocumentSymbols, "A"),
    (Hovered, {"contents": 3}),
    (Hovered, []),
]


@pytest.mark.parametrize(("shape", "answer"), WRONG)
def test_another_shape_is_an_error_of_the_call(shape, answer):
    with pytest.raises(ToolError, match=UNREADABLE):
        read(shape, answer)


@pytest.mark.parametrize(
    "answer",
    [
        3,
        ["A"],
        [{"name": "A"}],
        [{"name": "A", "location": {"uri": "u", "range": None}}],
        [{"name": 1, "location": {"uri": "u", "range": span(0, 0, 0, 1)}}],
        [{"name": "A", "location": {"uri": "u", "range": span(0, 0, 0, 1)}}],
    ],
    ids=["a number", "names", "no place", "no range", "no name", "no kind"],
)
def test_found_symbols_of_another_shape_are_an_error_of_the_call(answer):
    server = SimpleNamespace(ask=lambda *_: answer)
    with pytest.raises(ToolError, match=UNREADABLE):
        search(SimpleNamespace(server=server, name=lambda uri: uri), "A", 9)


TREE = [
    symbol("late", 12, 9, 12),
    symbol("", 12, 0, 1, symbol("kept", 13, 0, 0)),
    symbol("A", 5, 2, 8, symbol("m", 6, 6, 8), symbol("f", 8, 3, 4)),
]


def test_symbols_come_in_the_order_of_the_file_and_each_has_a_name():
    tree = named(TREE)
    assert count(tree) == 5
    assert [s.name for s in tree] == ["kept", "A", "late"]
    assert cut(tree, 3) == [
        Symbol(name="kept", kind="variable", line=2, end_line=1),
        Symbol(
            name="A",
            kind="class",
            line=4,
            end_line=9,
            children=[Symbol(name="f", kind="field", line=5, end_line=5)],
        ),
    ]
    assert cut(tree, 0) == []


def test_a_symbol_stands_where_its_name_does_within_what_holds_it():
    assert standings(named(TREE)) == {
        ("kept", 0, 0): Standing(2, None),
        ("A", 2, 0): Standing(4, None),
        ("f", 3, 0): Standing(5, "A"),
        ("m", 6, 0): Standing(8, "A"),
        ("late", 9, 0): Standing(11, None),
    }


def test_kinds_have_the_protocols_names():
    assert [kind_name(kind) for kind in (1, 5, 12, 22, 26)] == [
        *("file", "class", "function", "enum_member", "type_parameter"),
    ]
    assert (kind_name(0), kind_name(27), kind_name(-1)) == ("unknown",) * 3
