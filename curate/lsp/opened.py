"""Workspaces with a server open over each: a few in a process, the least lately used ended.

opened = language_server(workspace)
document, where = opened.position("src/a.py", 7, "Carrier")
opened.locations("textDocument/definition", document, where)

A workspace is named by its content and never changes, so what was read of it is kept. Servers are
asked about files by name and never given their text: no answer hangs on what was asked before.
"""

import atexit
import threading
from collections import OrderedDict
from contextlib import ExitStack
from functools import lru_cache
from typing import Any, NamedTuple

from curate.lsp.answers import Location, Locations, Position, read
from curate.lsp.client import LanguageServer
from curate.lsp.documents import Document, read_document, read_told
from curate.lsp.positions import to_characters, to_units
from curate.lsp.symbols import Standing, named, standings
from curate.lsp.ty_server import stdlib_name, ty_server
from curate.lsp.uris import from_uri, to_uri
from curate.tools.alone import LINK, alone
from curate.tools.base import Workspace
from curate.tools.settings import refuse_ty_outside

MAX_OPEN = 4  # a server holds 0.1 to 0.3 GB (bench/lsp.py)
MAX_DOCUMENTS = 256


class Told(NamedTuple):
    """A place as the model reads it; lines and columns from 1, the end column after the last."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    preview: str


class OpenWorkspace:
    """A workspace and the server over it. Use `language_server` to get one."""

    def __init__(self, workspace: Workspace) -> None:
        """Raises ToolError for settings that lead outside; the server starts when first asked."""
        refuse_ty_outside(workspace)
        self._workspace, self._open = workspace, ExitStack()
        self._place = self._open.enter_context(alone(workspace))
        self.server = LanguageServer(
            ty_server(self._place), self._place.folder / LINK, self._place.folder
        )
        self._open.callback(self.server.close)
        self._document = lru_cache(MAX_DOCUMENTS)(lambda path: read_document(workspace, path))
        self._told = lru_cache(MAX_DOCUMENTS)(read_told)
        self._outline = lru_cache(MAX_DOCUMENTS)(self._standings)
        self._name = lru_cache(4 * MAX_DOCUMENTS)(self._file)

    def close(self) -> None:
        """End the server and remove its folder."""
        self._open.close()

    def document(self, path: str) -> tuple[dict[str, Any], Document]:
        """The parameters that name a file, and its text. Raises ToolError for what is no file."""
        target, document = self._document(path)
        link = self._place.folder / LINK / target.relative_to(self._place.root)
        return {"textDocument": {"uri": to_uri(link)}}, document

    def position(self, path: str, line: int, symbol: str) -> dict[str, Any]:
        """The parameters that name a symbol on a line. Raises ToolError when it is not there."""
        parameters, document = self.document(path)
        row, characters = document.find(path, line, symbol)
        units = to_units(document.line(row), characters, self.server.agreed())
        return {**parameters, "position": {"line": row, "character": units}}

    def locations(self, answer: Any) -> list[Location]:
        """The locations of an answer that lie in the workspace or in the standard library.

        They are sorted by file and position, each once.
        """
        given = read(Locations, answer)
        listed = given if isinstance(given, list) else [given] if given else []
        places = {}
        for location in listed:
            name, start, end = self._name(location.uri), location.range.start, location.range.end
            if name is not None:
                key = (name, start.line, start.character, end.line, end.character)
                places[key] = location
        return [places[key] for key in sorted(places)]

    def told(self, location: Location) -> Told:
        """A location as the model reads it."""
        path, span = from_uri(location.uri), location.range
        document = self._told(path)
        start, end = self._columns(document, span.start), self._columns(document, span.end)
        preview = document.preview(span.start.line)
        return Told(self._name(location.uri) or "", *start, *end, preview)

    def outline(self, uri: str) -> dict[tuple[str, int, int], Standing]:
        """Where the symbols of a file stand, as `standings` tells it."""
        return self._outline(uri)

    def name(self, uri: str) -> str | None:
        """A file relative to the workspace, or `<stdlib>/…`; None for any other file."""
        return self._name(uri)

    def text(self, text: str) -> str:
        """A message without this machine's paths."""
        return self._place.text(text)

    def _standings(self, uri: str) -> dict[tuple[str, int, int], Standing]:
        answer = self.server.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        return standings(named(answer))

    def _columns(self, document: Document, position: Position) -> tuple[int, int]:
        line = document.line(position.line)
        characters = to_characters(line, position.character, self.server.encoding)
        return position.line + 1, document.column(position.line, characters)

    def _file(self, uri: str) -> str | None:
        path = from_uri(uri)
        if path is None:
            return None
        for top in (self._place.folder / LINK, self._place.root):
            if path.is_relative_to(top):
                is_inside = path.resolve().is_relative_to(self._place.root)
                return path.relative_to(top).as_posix() if is_inside else None
        return stdlib_name(self._place, path)


_opened: OrderedDict[tuple[str, str], OpenWorkspace] = OrderedDict()
_lock = threading.Lock()


def language_server(workspace: Workspace) -> OpenWorkspace:
    """The open server over a workspace, opened when it is not.

    Raises ToolError for settings of the workspace that lead outside of it.
    """
    key = (workspace.workspace_id, str(workspace.root.resolve()))
    with _lock:
        if key not in _opened:
            _opened[key] = OpenWorkspace(workspace)
        _opened.move_to_end(key)
        while len(_opened) > MAX_OPEN:
            _opened.popitem(last=False)[1].close()
        return _opened[key]


def close_all() -> None:
    """End every server of this process."""
    with _lock:
        while _opened:
            _opened.popitem()[1].close()


atexit.register(close_all)
