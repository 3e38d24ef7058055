"""Real ty server: whole results, hostile files, and what cannot be answered is said."""

import re
from functools import partial

import pytest

from curate.lsp import opened
from curate.lsp.client import LanguageServer
from curate.lsp.documents import MAX_PREVIEW_CHARS
from curate.lsp.opened import close_all
from curate.lsp.symbols import Symbol
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
from curate.tools.text_file import MAX_FILE_BYTES
from curate.tools.workspace_symbols import MAX_SYMBOLS as MAX_FOUND
from curate.tools.workspace_symbols import (
    WorkspaceSymbol,
    WorkspaceSymbols,
    WorkspaceSymbolsResult,
)

GOTO, REFERENCES, HOVER = GotoDefinition(), FindReferences(), Hover()
OUTLINE, SEARCH = DocumentSymbols(), WorkspaceSymbols()
AT_A_NAME = [GOTO, REFERENCES, HOVER]
CARRIERS = "src/parcelbox/carriers.py"


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
    result = HOVER.call(corpus, at("src/parcelbox/registry.py", 24, "traced"))
    assert result == HoverResult(
        success=True,
        symbol="traced",
        content="def traced[**P, R](function: (**P) -> R) -> ((**P) -> R)",
        language="python",
        documentation="Log each call of a function.",
    )
    without = HOVER.call(corpus, at(CARRIERS, 80, "surcharge_cents"))
    assert HOVER.content(without) == (
        '{"success":true,"symbol":"surcharge_cents","content":"Literal[150]","language":"python",'
        '"truncated":false}'
    )


def test_hover_is_cut_and_says_so(make):
    code = f'def g():\n    """{"word " * 999}"""\n'
    long = HOVER.call(make({"a.py": code}), at("a.py", 1, "g"))
    assert (long.content, long.truncated) == ("def g() -> Unknown", True)
    assert long.documentation == ("word " * 999)[: MAX_CHARS - 1] + "…"


def node(name, kind, line, end_line, *children):
    return Symbol(name=name, kind=kind, line=line, end_line=end_line, children=list(children))


def test_the_outline_of_a_file_is_a_tree(corpus):
    result = OUTLINE.call(corpus, {"path": "odd/../src/parcelbox/registry.py"})
    assert result == DocumentSymbolsResult(
        success=True,
        file_path="src/parcelbox/registry.py",
        symbol_count=11,
        symbols=[
            node("P", "constant", 8, 8),
            node("R", "constant", 9, 9),
            node("log", "variable", 10, 10),
            node(
                *("Registered", "class", 13, 21),
                node("subclasses", "field", 16, 16),
                node("__init_subclass__", "method", 18, 21),
            ),
            node("traced", "function", 24, 32, node("wrapper", "function", 28, 30)),
            node(
                *("retried", "function", 35, 51),
                node("decorate", "function", 38, 49, node("wrapper", "function", 40, 47)),
            ),
        ],
    )


def test_a_long_outline_is_cut_from_the_top_within_what_holds(make):
    methods = "".join(f"    def m{n}(self): ...\n" for n in range(MAX_SYMBOLS))
    workspace = make({"a.py": f"x = 1\nclass A:\n{methods}y = 2\n"})
    result = OUTLINE.call(workspace, {"path": "a.py"})
    assert (result.symbol_count, result.truncated) == (MAX_SYMBOLS + 3, True)
    first, second = result.symbols
    assert (first.name, second.name, len(second.children)) == ("x", "A", MAX_SYMBOLS - 2)


def test_symbols_of_the_workspace_come_with_line_and_holder(corpus):
    assert SEARCH.call(corpus, {"query": "price_cents"}) == found(
        "price_cents",
        ("price_cents", "method", CARRIERS, 41, "Carrier"),
        ("price_cents", "method", CARRIERS, 54, "SwiftCarrier"),
        ("price_cents", "method", CARRIERS, 66, "SnailCarrier"),
        ("price_cents", "method", CARRIERS, 83, "NightOwlCarrier"),
    )
    swift = SEARCH.call(corpus, {"query": "SwiftCarrier"})
    assert SEARCH.content(swift) == (
        '{"success":true,"query":"SwiftCarrier","symbol_count":1,"symbols":[{"name":'
        '"SwiftCarrier","kind":"class","file":"src/parcelbox/carriers.py","line":50}],'
        '"truncated":false}'
    )


def test_the_nearest_names_come_first(make):
    names = ["getXname", "Name", "name", "my_name", "named", "NAME", "n_a_m_e"]
    code = {f"m{n}.py": f"def {name}(): ...\n" for n, name in enumerate(names)}
    result = SEARCH.call(make(code), {"query": "name"})
    assert [symbol.name for symbol in result.symbols] == [
        *("name", "Name", "NAME", "named", "getXname", "my_name", "n_a_m_e"),
    ]


def test_many_symbols_are_counted_and_cut(make):
    code = "".join(f"def f{n:03}(): ...\n" for n in range(120))
    result = SEARCH.call(make({"a.py": code}), {"query": "f"})
    assert (result.symbol_count, result.truncated) == (120, True)
    assert [symbol.line for symbol in result.symbols] == [*range(1, MAX_FOUND + 1)]


def test_nothing_found_is_no_error(make):
    workspace = make({"a.py": "import nowhere\nnowhere.x  # word\n", "empty.py": ""})
    call = at("a.py", 2, "word")
    nothing = {
        GOTO: (call, defined("word")),
        REFERENCES: (call, used("word")),
        HOVER: (call, HoverResult(success=False, symbol="word")),
        OUTLINE: ({"path": "empty.py"}, DocumentSymbolsResult(success=True, file_path="empty.py")),
        SEARCH: ({"query": "zebra"}, found("zebra")),
    }
    for tool, (arguments, result) in nothing.items():
        assert tool.call(workspace, arguments) == result
        assert tool.is_empty(result)
        assert not tool.is_failure(result)


HOSTILE = {
    "a.py": "class A: ...\n\n",
    "folder/b.py": "",
    "README.md": "A\n",
    "nul.py": b"A = '\0'\n",
    "latin.py": b"A = '\xe9'\n",
    "big.py": "A\n" * (MAX_FILE_BYTES // 2 + 1),
}
FAILED = {
    "not there": ({"path": "b.py"}, "b.py: no such file"),
    "outside": ({"path": "../b.py"}, "../b.py: outside the project"),
    "through a link": ({"path": "link.py"}, "link.py: outside the project"),
    "absolute": (
        {"path": "/etc/passwd"},
        "/etc/passwd: absolute paths are not allowed, use one relative to the project",
    ),
    "a folder": ({"path": "folder"}, "folder: is a folder"),
    "no Python": ({"path": "README.md"}, "README.md: not a Python file"),
    "binary": ({"path": "nul.py"}, "nul.py: not a text file"),
    "not UTF-8": ({"path": "latin.py"}, "latin.py: not a UTF-8 text file"),
    "huge": ({"path": "big.py"}, "big.py: larger than 1,000,000 bytes"),
}
FAILED_AT = {
    "another name": (at("a.py", 1, "B"), "a.py: B is not on line 1, there are: A"),
    "part of a name": (at("a.py", 1, "lass"), "a.py: lass is not on line 1, there are: A"),
    "another prefix": (at("a.py", 1, "b.A"), "a.py: b.A is not on line 1, there are: A"),
    "an empty line": (at("a.py", 2, "A"), "a.py: A is not on line 2, there is no name on it"),
    "past the end": (at("a.py", 3, "A"), "a.py: has no line 3, the file has 2 lines"),
    "an empty file": (
        at("folder/b.py", 1, "A"),
        "folder/b.py: has no line 1, the file has 0 lines",
    ),
    "no name": (at("a.py", 1, "A: ..."), "symbol: 'A: ...' is not a name"),
    "a number": (at("a.py", 1, "1"), "symbol: '1' is not a name"),
    "line 0": (at("a.py", 0, "A"), "line: input should be greater than or equal to 1"),
    "nothing": (at("a.py", 1, ""), "symbol: string should have at least 1 character"),
    "no line": ({"path": "a.py", "symbol": "A"}, "line: field required"),
}


@pytest.mark.parametrize(("arguments", "error"), FAILED.values(), ids=FAILED)
@pytest.mark.parametrize("tool", [*AT_A_NAME, OUTLINE], ids=lambda tool: tool.name)
def test_what_is_no_python_file_is_said(make, tool, arguments, error):
    workspace = make(HOSTILE)
    (workspace.root / "link.py").symlink_to("/etc/passwd")
    given = arguments if tool is OUTLINE else {**arguments, "line": 1, "symbol": "A"}
    result = tool.call(workspace, given)
    assert result == tool.result(success=False, error=error)
    assert tool.is_failure(result)
    assert not tool.is_empty(result)


@pytest.mark.parametrize(("arguments", "error"), FAILED_AT.values(), ids=FAILED_AT)
@pytest.mark.parametrize("tool", AT_A_NAME, ids=lambda tool: tool.name)
def test_a_name_that_is_not_there_is_said(make, tool, arguments, error):
    assert tool.call(make(HOSTILE), arguments) == tool.result(success=False, error=error)


def test_a_line_of_many_names_is_not_repeated_whole(make):
    result = HOVER.call(make({"a.py": "f(a, b, c, d, a, e, g, h, i)\n"}), at("a.py", 1, "z"))
    assert result.error == "a.py: z is not on line 1, there are: f, a, b, c, d, e, g, h, …"


LINES = {
    "Windows": ("class A: ...\r\n\r\nx = A()\r\n", 3, 5, "x = A()"),
    "old Mac": ("class A: ...\r\rx = A()\r", 3, 5, "x = A()"),
    "mixed": ("class A: ...\r\n\rx = A()\n", 3, 5, "x = A()"),
    "a byte order mark": ("\ufeffclass A: ...\nx = A()\n", 2, 5, "x = A()"),
    "a form feed": ("class A: ...\n\x0c\nx = A()\n", 3, 5, "x = A()"),
    "tabs": ("class A: ...\nif 1:\n\tx\t= A()\n", 3, 6, "x\t= A()"),
    "other breaks": ("class A: ...\n# \u2028 \x85 \x1c A\nx = A()\n", 3, 5, "x = A()"),
    "no last break": ("class A: ...\nx = A()", 2, 5, "x = A()"),
    "wide characters": ("class A: ...\n'😀e\u0301', A()\n", 2, 8, "'😀e\u0301', A()"),
    "code that does not parse": ("class A: ...\ndef (\nx = A(\n", 3, 5, "x = A("),
}


@pytest.mark.parametrize(("code", "line", "column", "preview"), LINES.values(), ids=LINES)
def test_lines_and_columns_are_those_that_one_sees(make, code, line, column, preview):
    workspace, file = make({"ä b/#1%.py": code}), "ä b/#1%.py"
    call = at(file, line, "A")
    assert GOTO.call(workspace, call) == defined("A", (file, 1, 7, "A", "class A: ..."))
    assert REFERENCES.call(workspace, call) == used(
        "A", (file, 1, 7, "class A: ..."), (file, line, column, preview)
    )


def test_a_long_line_is_cut_in_a_preview(make):
    code = f"def f(): return '{'x' * 200}'\nf()\n"
    (place,) = GOTO.call(make({"a.py": code}), at("a.py", 2, "f")).locations
    assert place.preview == code[: MAX_PREVIEW_CHARS - 1] + "…"


def test_no_package_of_this_machine_and_of_the_workspace_is_found(make):
    workspace = make(
        {
            "a.py": "import pydantic\nimport own\n",
            ".venv/pyvenv.cfg": "home = /usr/bin\n",
            ".venv/lib/python3.13/site-packages/own.py": "",
        }
    )
    assert GOTO.call(workspace, at("a.py", 1, "pydantic")) == defined("pydantic")
    assert GOTO.call(workspace, at("a.py", 2, "own")) == defined("own")


def test_the_projects_own_settings_hold_and_its_platform_is_linux(make):
    code = "import sys\nx = sys.version_info >= (3, 10)\ny = sys.platform == 'linux'\n"
    settings = "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.9'\n"
    platform = "[tool.ty.environment]\npython-platform = 'win32'\n"
    workspace = make({"a.py": code, "pyproject.toml": settings + platform})
    assert HOVER.call(workspace, at("a.py", 2, "x")).content == "Literal[False]"
    assert HOVER.call(workspace, at("a.py", 3, "y")).content == "Literal[True]"


def test_nothing_above_the_workspace_changes_an_answer(make):
    workspace = make({"a.py": "import above\nabove.x\nimport sys\nx = sys.version_info\n"})
    for name, text in {
        "above.py": "x = 1\n",
        "ty.toml": "[environment]\npython-version = '3.8'\nextra-paths = ['.']\n",
        ".gitignore": "*.py\n",
    }.items():
        (workspace.root.parent / name).write_text(text)
    assert GOTO.call(workspace, at("a.py", 2, "above.x")) == defined("above.x")
    assert SEARCH.call(workspace, {"query": "x"}) == found("x", ("x", "variable", "a.py", 4, None))


def test_settings_may_not_search_outside(make):
    workspace = make({"a.py": "A\n", "ty.toml": "[environment]\nextra-paths = ['../x']\n"})
    error = "ty.toml: ty's extra-paths is '../x', which is outside the project"
    assert HOVER.call(workspace, at("a.py", 1, "A")).error == error
    assert SEARCH.call(workspace, {"query": "A"}).error == error


def test_settings_that_ty_cannot_read_let_no_other_ones_in(make):
    code = "import sys\nimport pydantic\nx = sys.version_info >= (3, 13)\n"
    workspace = make({"a.py": code, "ty.toml": "[[["})
    assert HOVER.call(workspace, at("a.py", 3, "x")).content == "Literal[True]"
    assert GOTO.call(workspace, at("a.py", 2, "pydantic")) == defined("pydantic")


def test_what_a_link_brings_in_from_elsewhere_is_no_location(make, tmp_path):
    (tmp_path / "secret.py").write_text("class Secret: ...\n")
    workspace = make({"a.py": "from link import Secret\nSecret\n"})
    (workspace.root / "link.py").symlink_to(tmp_path / "secret.py")
    assert GOTO.call(workspace, at("a.py", 2, "Secret")) == defined("Secret")
    assert SEARCH.call(workspace, {"query": "Secret"}) == found("Secret")


def test_a_file_that_hangs_the_server_is_an_error_and_the_next_call_is_answered(make, monkeypatch):
    close_all()
    monkeypatch.setattr(opened, "LanguageServer", partial(LanguageServer, ask_seconds=1.0))
    lines = MAX_FILE_BYTES // 6
    workspace = make({"a.py": "class A: ...\n", "hang.py": "x = 1\n" * lines})
    result = HOVER.call(workspace, at("hang.py", lines, "x"))
    assert result == HoverResult(success=False, error="ty server did not answer in time")
    assert HOVER.call(workspace, at("a.py", 1, "A")).content == "<class 'A'>"
    close_all()


def test_the_schemas_are_offered_as_they_stand():
    for tool in (*AT_A_NAME, OUTLINE, SEARCH):
        assert re.fullmatch(r"ty \d+\.\d+\.\d+.*", tool.version({}))
        assert tool.family == "language"
    assert REFERENCES.schema()["function"] == {
        "name": "find_references",
        "description": "Find every use of a name over the project's Python files, its definition "
        "and imports included: file, line and column, and the line itself. At most 50 are listed, "
        "the count covers all.",
        "parameters": {
            "type": "object",
            "properties": {
                "path": {
                    "type": "string",
                    "description": "Python file that the name stands in, relative to the project.",
                },
                "line": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "Line that the name stands on, counted from 1.",
                },
                "symbol": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 200,
                    "description": "The name as it stands on that line. Where it stands there "
                    "more than once, the first is meant; a dotted name such as `a.b` means `b` "
                    "after `a.`.",
                },
            },
            "required": ["path", "line", "symbol"],
        },
    }
    assert [*OUTLINE.schema()["function"]["parameters"]["properties"]] == ["path"]
    assert [*SEARCH.schema()["function"]["parameters"]["properties"]] == ["query"]
