r"""Messages between us and a server: JSON behind a header, bounded in time and size.

Content-Length: 52\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"shutdown"}

This module knows no method of the protocol.
"""

import json
import os
import select
from collections.abc import Mapping
from time import monotonic
from typing import Any

from pydantic_core import from_json

from curate.lsp.process import ServerProcess

MAX_MESSAGE_BYTES = 1 << 26
MAX_HEADER_BYTES = 1 << 12
READ_BYTES = 1 << 16


class ServerError(Exception):
    """A server that ended, hung, or said what is no message. It must be ended."""


class Wire:
    """Sends and receives whole messages; `deadline` is a time of `time.monotonic`."""

    def __init__(self, process: ServerProcess) -> None:
        """Talks through the pipes of a process."""
        self._process = process
        self._received = bytearray()

    def send(self, message: Mapping[str, Any], deadline: float) -> None:
        """Send one message. Raises ServerError when it is not taken."""
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        rest = memoryview(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        while rest:
            self._wait(self._process.inbox, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._process.inbox, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise ServerError("ended unexpectedly") from None

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next message. Raises ServerError when none comes or it is not a JSON object."""
        while (end := self._received.find(b"\r\n\r\n")) < 0:
            if len(self._received) > MAX_HEADER_BYTES:
                raise ServerError("wrote what is no message")
            self._read(deadline)
        size = _content_length(bytes(self._received[:end]))
        if size > MAX_MESSAGE_BYTES:
            raise ServerError(f"wrote a message of {size:,} bytes")
        body = end + 4
        while len(self._received) < body + size:
            self._read(deadline)
        raw = bytes(self._received[body : body + size])
        del self._received[: body + size]
        try:
            message = from_json(raw)  # twice as fast as `json`
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise ServerError("wrote what is no message")
        return message

    def _read(self, deadline: float) -> None:
        self._wait(self._process.outbox, select.POLLIN, deadline)
        try:
            chunk = os.read(self._process.outbox, READ_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            raise ServerError("ended unexpectedly")
        self._received += chunk

    @staticmethod
    def _wait(pipe: int, event: int, deadline: float) -> None:
        left = deadline - monotonic()
        poll = select.poll()
        poll.register(pipe, event)
        if left <= 0 or not poll.poll(left * 1000):
            raise ServerError("did not answer in time")


def _content_length(header: bytes) -> int:
    """The size that a header tells; header names may be in any case."""
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    raise ServerError("wrote what is no message")
