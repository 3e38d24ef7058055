"""The same questions to ty and to basedpyright, under every encoding that they agree to."""

import pytest

from curate.lsp.answers import DocumentSymbols, Hover, Locations, kind_name, read
from curate.lsp.positions import ENCODINGS, apply_edits, split_lines, to_characters, to_units
from curate.lsp.uris import from_uri, to_uri
from curate.tools.base import ToolError

FILE = "a b#é%.py"
TEXT = """'😀e\u0301'; alpha = 1; print('😀', alpha)\r
class Größe:\r
    def größer(self) -> 'Größe': '👩‍👩‍👧'; self.größer(); return self\r
print('𐍈', alpha, Größe)
"""
RENAMED = TEXT.replace("alpha", "β")
SERVERS = ["ty", "basedpyright"]


@pytest.fixture(params=[(s, e) for s in SERVERS for e in ENCODINGS], ids="-".join)
def server(request, start):
    name, encoding = request.param
    return start(name, {FILE: TEXT}, encodings=[encoding])


def ask(server, tmp_path, method, line, name, **more):
    text = split_lines(TEXT)[line]
    units = to_units(text, text.index(name), server.agreed())
    parameters = {
        "textDocument": {"uri": to_uri(tmp_path / "root" / FILE)},
        "position": {"line": line, "character": units},
    }
    return server.ask(f"textDocument/{method}", {**parameters, **more}, TEXT)


def spans(server, found):
    """(line, first character, the text there) of locations, which are all of the one file."""
    lines, given = split_lines(TEXT), []
    for location in found:
        assert from_uri(location.uri).name == FILE
        line, encoding = location.range.start.line, server.encoding
        start, end = (
            to_characters(lines[line], at.character, encoding)
            for at in (location.range.start, location.range.end)
        )
        given.append((line, start, lines[line][start:end]))
    return sorted(given)


def test_the_encoding_is_one_that_we_offered_or_the_default(server, request):
    name, encoding = request.node.callspec.params["server"]
    assert server.agreed() == (encoding if name == "ty" else "utf-16")


def test_references_stand_where_the_characters_are(server, tmp_path):
    answer = ask(server, tmp_path, "references", 0, "alpha", context={"includeDeclaration": True})
    assert spans(server, read(Locations, answer)) == [
        (0, 7, "alpha"),
        (0, 29, "alpha"),
        (3, 11, "alpha"),
    ]


def test_a_definition_is_found_from_after_wide_characters(server, tmp_path):
    text = split_lines(TEXT)[2]
    units = to_units(text, text.rindex("größer"), server.agreed())
    where = {"line": 2, "character": units}
    answer = ask(server, tmp_path, "definition", 2, "größer", position=where)
    assert spans(server, read(Locations, answer)) == [(2, 8, "größer")]


def test_the_edits_of_a_rename_give_the_renamed_text(server, tmp_path):
    answer = ask(server, tmp_path, "rename", 3, "alpha", newName="β")
    changes = answer.get("changes") or {
        change["textDocument"]["uri"]: change["edits"] for change in answer["documentChanges"]
    }
    ((uri, edits),) = changes.items()
    assert from_uri(uri).name == FILE
    assert apply_edits(TEXT, edits, server.encoding) == RENAMED


def test_hover_and_outline_are_read(server, tmp_path):
    assert "größer" in Hover.model_validate(ask(server, tmp_path, "hover", 2, "größer")).text
    (_, group) = read(DocumentSymbols, ask(server, tmp_path, "documentSymbol", 0, "alpha"))
    assert (group.name, kind_name(group.kind)) == ("Größe", "class")
    assert [(kid.name, kind_name(kid.kind)) for kid in group.children] == [("größer", "method")]


def test_a_server_may_find_nothing(server, tmp_path):
    assert not ask(server, tmp_path, "definition", 1, "class")
    assert not ask(server, tmp_path, "hover", 1, "class")


@pytest.mark.parametrize("name", SERVERS)
def test_a_refusal_is_said_and_the_server_lives_on(start, tmp_path, name):
    server = start(name, {FILE: TEXT})
    with pytest.raises(ToolError) as raised:
        server.ask("textDocument/nothing", {})
    assert str(raised.value) == f"{name} could not answer textDocument/nothing"
    assert read(Locations, ask(server, tmp_path, "definition", 3, "alpha"))


def test_settings_reach_the_server_that_asks_for_them(start, tmp_path):
    code = "import sys\nif sys.platform == 'win32':\n    here = 1\nelse:\n    here = ''\nhere\n"
    uri = {"uri": to_uri(tmp_path / "root" / "a.py")}
    where = {"textDocument": uri, "position": {"line": 5, "character": 0}}
    for platform, told in (("win32", "Literal[1]"), ("linux", 'Literal[""]')):
        configuration = {"environment": {"python-platform": platform}}
        server = start("ty", {"a.py": code}, settings={"ty": {"configuration": configuration}})
        assert server.ask("textDocument/hover", where)["contents"]["value"] == told
