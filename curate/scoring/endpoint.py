"""An OpenAI-compatible endpoint as an engine of `curate score`.

    engine = Endpoint("http://127.0.0.1:8080/v1", model=None)

What a server says in a reply is data: it may be anything, of any size, and never ends a run. A
server reads the calls itself and may drop one that is malformed, with its text; so rates over an
endpoint may be too low in what they see, and `warnings` says so.
"""

import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from curate.datasets.decoding import is_too_deep, mended
from curate.errors import CurateError
from curate.reporting.shown import one_line
from curate.scoring.engine import Conversation, Measured, Reply

CONNECT_SECONDS, READ_SECONDS = 10, 600
TRIES, PAUSE_SECONDS = 3, 1.0
MAX_BYTES = 4_000_000  # of one response; chosen by us, 2026-11-21: a million tokens are no reply
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
TOLD = 200


class Endpoint:
    """A server that answers /chat/completions. `model` is what it calls the model, if it asks."""

    batch = 1

    def __init__(
        self,
        url: str,
        model: str | None = None,
        *,
        dialect: str | None = None,
        seconds: float = READ_SECONDS,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        import requests

        self._url, self._model, self.dialect = url.rstrip("/"), model, dialect
        self._seconds, self._pause = seconds, pause
        self._session = requests.Session()
        self._finishes: Counter[str] = Counter()

    def replies(self, asked: Sequence[Conversation], max_tokens: int) -> list[Reply]:
        """A reply to each conversation, one after the other.

        Raises CurateError where the server cannot be reached or refuses the request; what it says
        in a reply, whatever it is, is a reply.
        """
        return [self._reply(one, max_tokens) for one in asked]

    def measured(self) -> Measured:
        """Nothing: memory and size are the server's."""
        return Measured()

    def warnings(self) -> list[str]:
        """That calls may be hidden, and how the replies ended."""
        ends = ", ".join(f"{count} {word}" for word, count in self._finishes.most_common())
        said = "an endpoint may drop malformed calls before we see them: a reply that is empty or"
        return [f"{said} has no call may have had one (replies ended: {ends or 'none'})"]

    def _reply(self, one: Conversation, max_tokens: int) -> Reply:
        body: dict[str, Any] = {
            "messages": [_as_sent(message) for message in one.messages],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": False,
        }
        if one.tools:
            body["tools"] = one.tools
        if self._model:
            body["model"] = self._model
        started = time.perf_counter()
        data = self._post(body)
        reply = _read(data, time.perf_counter() - started)
        self._finishes["unusable" if reply.fault else reply.finish] += 1
        return reply

    def _post(self, body: Mapping[str, Any]) -> bytes:
        """The body of the response, asked for again where that may help.

        Raises CurateError for what is no answer: nobody there, an error, another address.
        """
        import requests
        import urllib3

        told = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._pause * 2 ** (attempt - 1))
            try:
                status, data, location = self._in_time(body)
            except requests.Timeout:
                told = f"no answer within {self._seconds:g} seconds"
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                told = f"{type(error).__name__}: {one_line(str(error), TOLD)}"
            else:
                told = f"{status}: {_text(data)}"
                if 300 <= status < 500 and status not in AGAIN:  # noqa: PLR2004  so is every other
                    raise self._refused(status, data, location)
                if 200 <= status < 300:  # noqa: PLR2004
                    return data
        raise CurateError(
            f"endpoint {self._url}",
            f"does not answer, after {TRIES} tries\n{told}",
            "start it, and look at it: curl " + self._url + "/models",
        )

    def _in_time(self, body: Mapping[str, Any]) -> tuple[int, bytes, str]:
        """The response, by a thread that is left alone when the time is up.

        What limits the time of a read does not: each byte of a header begins it anew.
        """
        import requests

        came: queue.SimpleQueue[Any] = queue.SimpleQueue()
        session = self._session

        def ask() -> None:
            try:
                came.put(self._response(session, body))
            except Exception as error:  # noqa: BLE001  raised again by who waits for it
                came.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            found = came.get(timeout=self._seconds)
        except queue.Empty:
            self._session = requests.Session()  # the other one is that thread's
            raise requests.Timeout from None
        if isinstance(found, Exception):
            raise found
        return found

    def _response(self, session: Any, body: Mapping[str, Any]) -> tuple[int, bytes, str]:
        """Status, body and, where it is sent on, the address; nobody else is asked."""
        with session.post(
            f"{self._url}/chat/completions",
            json=body,
            timeout=(CONNECT_SECONDS, self._seconds),
            stream=True,
            allow_redirects=False,
        ) as response:
            location = response.headers.get("Location", "")
            return response.status_code, self._bounded(response), location

    def _bounded(self, response: Any) -> bytes:
        """The body, a little more than the bound at most; or as far as its time goes."""
        import requests

        deadline = time.monotonic() + self._seconds
        data = bytearray()
        for chunk in response.iter_content(65_536):
            data += chunk
            if len(data) > MAX_BYTES:
                return bytes(data)
            if time.monotonic() > deadline:
                raise requests.Timeout
        return bytes(data)

    def _refused(self, status: int, data: bytes, location: str) -> CurateError:
        """The error of a request that is wrong, as every other one would be."""
        if location:
            return CurateError(
                f"endpoint {self._url}",
                f"sends on to {one_line(location, TOLD)}, with {status}",
                "name that address instead, if you trust it with the prompts",
            )
        return CurateError(
            f"endpoint {self._url}",
            f"refuses the request with {status}\n{_text(data)}",
            "name the model it serves: URL#MODEL, and give the URL that ends in /v1",
        )


def _read(data: bytes, seconds: float) -> Reply:
    """The reply that a body is."""
    if len(data) > MAX_BYTES:
        return _fault(f"more than {MAX_BYTES:,} bytes", seconds)
    try:
        value = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _fault(f"not UTF-8: {_text(data)}", seconds)
    except (ValueError, RecursionError):
        return _fault(f"no JSON: {_text(data)}", seconds)
    if is_too_deep(value):
        return _fault(f"nested too deep: {_text(data)}", seconds)
    return _of_choice(value, seconds)


def _of_choice(value: Any, seconds: float) -> Reply:
    """The first choice of a response as a reply."""
    match value:
        case {"choices": [{"message": dict() as message, **choice}, *_]}:
            pass
        case _:
            return _fault(f"no choice in it: {_text(json.dumps(value).encode())}", seconds)
    content, calls = message.get("content"), message.get("tool_calls") or []
    if not isinstance(content, str | None) or not isinstance(calls, list):
        return _fault(f"a message of another shape: {_text(json.dumps(message).encode())}", seconds)
    functions = tuple(_function(call) for call in calls)
    usage = value.get("usage")
    count = usage.get("completion_tokens") if isinstance(usage, dict) else None
    finish = choice.get("finish_reason")
    finish = "stop" if finish in ("stop", "tool_calls", None) else one_line(str(finish), TOLD)
    # a token has a byte at least, and True is no number
    count_tokens = count if type(count) is int and 0 <= count <= MAX_BYTES else None
    text = mended(content or "")
    return Reply(text, finish, seconds, None, count_tokens, None, functions or None)


def _function(call: Any) -> Mapping[str, Any]:
    """A call's name and arguments as they stand; what is none fails when it is read."""
    function = call.get("function") if isinstance(call, dict) else None
    return function if isinstance(function, dict) else {"call": call}


def _as_sent(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as endpoints take it: arguments as JSON text."""
    sent = dict(message)
    if calls := sent.get("tool_calls"):
        sent["tool_calls"] = [
            {
                **call,
                "function": {
                    "name": call["function"]["name"],
                    "arguments": json.dumps(call["function"]["arguments"], ensure_ascii=False),
                },
            }
            for call in calls
        ]
    return sent


def _fault(what: str, seconds: float) -> Reply:
    return Reply("", "unusable", seconds, fault=what)


def _text(data: bytes) -> str:
    return one_line(data[: 4 * TOLD].decode("utf-8", "replace"), TOLD)
