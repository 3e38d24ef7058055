"""Real ty server: whole results, hostile files, and answers that hang on nothing but the files."""

import json
import random
import re
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import pytest

from curate.lsp import opened
from curate.lsp.client import LanguageServer
from curate.lsp.documents import MAX_FILE_BYTES, MAX_PREVIEW_CHARS
from curate.lsp.opened import MAX_OPEN, close_all, language_server
from curate.lsp.symbols import Symbol
from curate.tools import alone
from curate.tools.base import Workspace
from curate.tools.document_symbols import MAX_SYMBOLS, DocumentSymbols, DocumentSymbolsResult
from curate.tools.find_references import (
    MAX_REFERENCES,
    FindReferences,
    FindReferencesResult,
    Reference,
)
from curate.tools.goto_definition import (
    MAX_LOCATIONS,
    DefinitionLocation,
    GotoDefinition,
    GotoDefinitionResult,
)
from curate.tools.hover import MAX_CHARS, Hover, HoverResult
from curate.tools.workspace_symbols import MAX_SYMBOLS as MAX_FOUND
from curate.tools.workspace_symbols import (
    WorkspaceSymbol,
    WorkspaceSymbols,
    WorkspaceSymbolsResult,
)

from .conftest import CORPUS, fingerprint

GOTO, REFERENCES, HOVER = GotoDefinition(), FindReferences(), Hover()
OUTLINE, SEARCH = DocumentSymbols(), WorkspaceSymbols()
AT_A_NAME = [GOTO, REFERENCES, HOVER]
CARRIERS = "src/parcelbox/carriers.py"
ORDER_CALLS = 700


@pytest.fixture(scope="module", autouse=True)
def _ended():
    yield
    close_all()


def at(path, line, symbol):
    return {"path": path, "line": line, "symbol": symbol}


def location(file, line, column, text, preview):
    return DefinitionLocation(
        file=file,
        line=line,
        column=column,
        end_line=line,
        end_column=column + len(text),
        preview=preview,
    )


def defined(symbol, *locations):
    return GotoDefinitionResult(
        success=bool(locations),
        symbol=symbol,
        location_count=len(locations),
        locations=[location(*given) for given in locations],
    )


def used(symbol, *references):
    return FindReferencesResult(
        success=True,
        symbol=symbol,
        reference_count=len(references),
        references=[
            Reference(file=file, line=line, column=column, preview=preview)
            for file, line, column, preview in references
        ],
    )


def found(query, *symbols):
    return WorkspaceSymbolsResult(
        success=True,
        query=query,
        symbol_count=len(symbols),
        symbols=[
            WorkspaceSymbol(name=name, kind=kind, file=file, line=line, container_name=holder)
            for name, kind, file, line, holder in symbols
        ],
    )


def test_a_definition_in_another_file_is_found(corpus):
    result = GOTO.call(corpus, at("src/parcelbox/__init__.py", 3, "Carrier"))
    assert result == defined("Carrier", (CARRIERS, 34, 7, "Carrier", "class Carrier(ABC):"))
    assert not GOTO.is_empty(result)
    assert GOTO.content(result) == (
        '{"success":true,"symbol":"Carrier","location_count":1,"locations":[{"file":'
        '"src/parcelbox/carriers.py","line":34,"column":7,"end_line":34,"end_column":14,'
        '"preview":"class Carrier(ABC):"}],"truncated":false}'
    )


def test_a_dotted_name_means_its_last_part(corpus):
    definition = ("src/parcelbox/models.py", 8, 1, "MAX_WEIGHT_GRAMS", "MAX_WEIGHT_GRAMS = 30_000")
    for symbol in ("m.MAX_WEIGHT_GRAMS", "MAX_WEIGHT_GRAMS"):
        assert GOTO.call(corpus, at(CARRIERS, 38, symbol)) == defined(symbol, definition)
    assert GOTO.call(corpus, at(CARRIERS, 38, "m")).locations[0].file == "src/parcelbox/models.py"


def test_the_standard_library_has_a_name_of_its_own(make):
    workspace = make({"a.py": "import json\njson.dumps\n"})
    (dumps,) = GOTO.call(workspace, at("a.py", 2, "json.dumps")).locations
    assert (dumps.file, dumps.column, dumps.preview) == (
        "<stdlib>/json/__init__.pyi",
        5,
        "def dumps(",
    )
    assert GOTO.call(workspace, at("a.py", 1, "json")) == GotoDefinitionResult(
        success=True,
        symbol="json",
        location_count=1,
        locations=[
            DefinitionLocation(
                file="<stdlib>/json/__init__.pyi",
                line=1,
                column=1,
                end_line=1,
                end_column=1,
                preview='"""JSON (JavaScript Object Notation) <https://json.org> is a subset of',
            )
        ],
    )


def test_several_definitions_come_in_order_and_are_cut(make):
    code = "if x:\n" + "elif x:\n".join(f"    def f(): return {n}\n" for n in range(25)) + "f()\n"
    result = GOTO.call(make({"a.py": code}), at("a.py", 51, "f"))
    assert (result.success, result.location_count, result.truncated) == (True, 25, True)
    assert [place.line for place in result.locations] == [*range(2, 2 + 2 * MAX_LOCATIONS, 2)]


def test_references_are_those_of_the_thing_and_not_of_the_word(corpus):
    result = REFERENCES.call(corpus, at(CARRIERS, 34, "Carrier"))
    assert result == used(
        "Carrier",
        ("src/parcelbox/__init__.py", 3, 32, "from parcelbox.carriers import Carrier, quote"),
        (CARRIERS, 11, 25, 'T = TypeVar("T", bound="Carrier")'),
        (CARRIERS, 12, 27, 'CARRIERS: dict[str, type["Carrier"]] = {}'),
        (CARRIERS, 34, 7, "class Carrier(ABC):"),
        (CARRIERS, 50, 20, "class SwiftCarrier(Carrier):"),
        (CARRIERS, 60, 20, "class SnailCarrier(Carrier):"),
    )
    assert not REFERENCES.is_empty(result)


def test_the_references_of_a_use_and_of_its_definition_are_the_same(corpus):
    by_definition = REFERENCES.call(corpus, at(CARRIERS, 34, "Carrier"))
    assert REFERENCES.call(corpus, at(CARRIERS, 60, "Carrier")) == by_definition


def test_many_references_are_counted_and_cut(make):
    result = REFERENCES.call(make({"a.py": "x = 1\n" + "x\n" * 99}), at("a.py", 1, "x"))
    assert (result.reference_count, result.truncated) == (100, True)
    assert [use.line for use in result.references] == [*range(1, MAX_REFERENCES + 1)]


def test_hover_tells_signature_and_docstring(corpus):
    result = HOVER.call(corpus, at("src/parcelbox/registry.py", 23, "traced"))
    assert result == HoverResult(
        success=True,
        symbol="traced",
        content="def traced(function: (**P@traced) -> R@traced) -> ((**P@traced) -> R@traced)",
        language="python",
        documentation="Log each call of a function.",
    )
    assert HOVER.call(corpus, at(CARRIERS, 11, "Carrier")).content == "Carrier"
    without = HOVER.call(corpus, at(CARRIERS, 81, "surcharge_cents"))
    assert HOVER.content(without) == '{"success":true,"symbol":"surcharge_cents","content":"int",'


def test_hover_is_cut_and_says_so(make):
    code = f'def f(): return {tuple(range(400))}\nx = f()\ndef g():\n    """{"word " * 999}"""\n'
    long = HOVER.call(make({"a.py": code}), at("a.py", 3, "g"))
    assert (long.truncated, len(long.documentation), long.documentation[-2:]) == (
        True,
        MAX_CHARS,
        "d…",
    )


def test_the_outline_of_a_file_is_a_tree(corpus):
    result = OUTLINE.call(corpus, {"path": "odd/../src/parcelbox/errors.py"})
    assert result == DocumentSymbolsResult(
        success=True, file_path="src/parcelbox/errors.py", symbol_count=1, symbols=[]
    )


def test_symbols_of_the_workspace_come_with_what_holds_them(corpus):
    assert SEARCH.call(corpus, {"query": "price_cents"}) == found(
        "price_cents",
        *(
            ("price_cents", "method", CARRIERS, line, holder)
            for line, holder in (
                (41, "Carrier"),
                (54, "SwiftCarrier"),
                (66, "SnailCarrier"),
                (83, "NightOwlCarrier"),
            )
        ),
    )


def test_the_nearest_names_come_first(make):
    names = ["getXname", "Name", "name", "my_name", "named", "NAME", "n_a_m_e"]
    files = {f"{letter}.py": f"def {name}(): ...\n" for letter, name in zip("abcdefg", names)}
    result = SEARCH.call(make(files), {"query": "name"})
    assert [symbol.name for symbol in result.symbols] == [
        "name",
        "Name",
        "NAME",
        "named",
        "getXname",
        "my_name",
        "n_a_m_e",
    ]
    many = make({"many.py": "".join(f"def f{n:03}(): ...\n" for n in range(120))})
