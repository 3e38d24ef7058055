"""A language server that is asked, answers, and is started again when it fails.

server = LanguageServer(program, root, folder)
server.ask("textDocument/hover", {"textDocument": {"uri": ...}, "position": ...})
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from curate.lsp.positions import ENCODINGS, Encoding
from curate.lsp.process import ServerProcess
from curate.lsp.uris import to_uri
from curate.lsp.wire import ServerError, Wire
from curate.tools.base import ToolError

# Answers take milliseconds and the first one of a large project a second or two (bench/lsp.py).
ASK_SECONDS = 20.0
METHOD_NOT_FOUND = -32601
CAPABILITIES = {
    "textDocument": {
        "definition": {"linkSupport": False},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "hover": {"contentFormat": ["plaintext"]},
        "references": {},
        "rename": {"prepareSupport": False},
    },
    "workspace": {"configuration": True, "symbol": {}, "workspaceFolders": True},
}


@dataclass(frozen=True)
class Program:
    """A server to run, the settings that it may ask for by section, and what it needs to start.

    `opens_files`: it answers about files only that it was given.
    """

    name: str
    argv: Sequence[str]
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    opens_files: bool = False


class LanguageServer:
    """One server over one root. It starts with the first question; threads take turns."""

    def __init__(
        self,
        program: Program,
        root: Path,
        folder: Path,
        encodings: Sequence[Encoding] = ENCODINGS,
        ask_seconds: float = ASK_SECONDS,
    ) -> None:
        """`folder` is where it runs, its own. `encodings` are those that we offer, best first."""
        self._program, self._root, self._folder = program, root, folder
        self._offered, self._ask_seconds = list(encodings), ask_seconds
        self._lock = threading.RLock()
        self._process: ServerProcess | None = None
        self._wire: Wire | None = None
        self._count, self._opened = 0, set[str]()
        self.encoding: Encoding = "utf-16"

    def ask(self, method: str, parameters: Mapping[str, Any], text: str | None = None) -> Any:
        """The result of a request. `text` is that of its document, for servers that need it.

        A server that crashes, hangs or talks nonsense is started again and asked once more.
        Raises ToolError when it does so again, or refuses the request.
        """
        return self._twice(lambda: self._ask(method, parameters, text))

    def agreed(self) -> Encoding:
        """The encoding agreed upon with the server, which is started if it is not running.

        Raises ToolError when it does not start.
        """
        self._twice(self._start)
        return self.encoding

    def _twice(self, action: Callable[[], Any]) -> Any:
        with self._lock:
            try:
                return action()
            except ServerError:
                self._stop()
            except ToolError:
                raise
            except BaseException:  # half a message may be under way
                self._stop()
                raise
            try:
                return action()
            except ServerError as fault:
                self._stop()
                raise ToolError(f"{self._program.name} {fault}") from None

    def _start(self) -> None:
        if self._process is not None:
            return
        program = self._program
        try:
            self._process = ServerProcess(program.argv, self._folder, program.environment)
        except OSError:  # its folder has gone, or there are too many processes or open files
            raise ServerError("did not start") from None
        self._wire, self._opened = Wire(self._process), set()
        folders = [{"uri": to_uri(self._root), "name": self._root.name}]
        capabilities = {**CAPABILITIES, "general": {"positionEncodings": self._offered}}
        try:
            agreed = self._request(
                "initialize",
                {
                    "processId": None,  # the server's own watch; ours is its keeper
                    "rootUri": folders[0]["uri"],
                    "workspaceFolders": folders,
                    "capabilities": capabilities,
                },
            )
        except ToolError:
            raise ServerError("did not start") from None
        self.encoding = _encoding(agreed)
        self._send({"method": "initialized", "params": {}})

    def close(self) -> None:
        """End it. A question starts it again."""
        with self._lock:
            self._stop()

    def _ask(self, method: str, parameters: Mapping[str, Any], text: str | None) -> Any:
        self._start()
        if self._program.opens_files and text is not None:
            self._open(parameters["textDocument"]["uri"], text)
        return self._request(method, parameters)

    def _open(self, uri: str, text: str) -> None:
        if uri not in self._opened:
            document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
            self._opened.add(uri)

    def _request(self, method: str, parameters: Mapping[str, Any]) -> Any:
        """The result of one request; meanwhile the server's own are answered."""
        deadline = monotonic() + self._ask_seconds
        self._count += 1
        self._send({"id": self._count, "method": method, "params": parameters})
        while True:
            message = self._talk().receive(deadline)
            if "method" in message:
                if "id" in message:
                    self._send({"id": message["id"], **self._reply(message)})
            elif message.get("id") == self._count:
                if message.get("error"):
                    raise ToolError(f"{self._program.name} could not answer {method}")
                return message.get("result")

    def _reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Our answer to a server's request: its settings, or that there is nothing to do."""
        match request["method"]:
            case "workspace/configuration":
                parameters = request.get("params")
                items = parameters.get("items") if isinstance(parameters, dict) else None
                listed = items if isinstance(items, list) else []
                return {"result": [self._settings(item) for item in listed]}
            case "workspace/workspaceFolders":
                return {"result": [{"uri": to_uri(self._root), "name": self._root.name}]}
            case "client/registerCapability" | "window/workDoneProgress/create":
                return {"result": None}
        return {"error": {"code": METHOD_NOT_FOUND, "message": "not supported"}}

    def _settings(self, item: Any) -> Any:
        section = item.get("section") if isinstance(item, dict) else None
        return self._program.settings.get(section) if isinstance(section, str) else None

    def _send(self, message: Mapping[str, Any]) -> None:
        self._talk().send(message, monotonic() + self._ask_seconds)

    def _talk(self) -> Wire:
        if self._wire is None:
            raise ServerError("did not start")
        return self._wire

    def _stop(self) -> None:
        """End the process. What it was told is gone with it."""
        if self._process is not None:
            self._process.end()
        self._process = self._wire = None


def _encoding(agreed: Any) -> Encoding:
    """What a server's answer to `initialize` says; the protocol's default is UTF-16."""
    capabilities = agreed.get("capabilities") if isinstance(agreed, dict) else None
    given = capabilities.get("positionEncoding") if isinstance(capabilities, dict) else None
    for encoding in ENCODINGS:
        if encoding == (given or "utf-16"):
            return encoding
    raise ServerError("did not start")
