"""An OpenAI-compatible endpoint as an engine of `curate score`.

    engine = Endpoint("http://127.0.0.1:8080/v1", model=None)

What a server sends is data: it may be anything, of any size, and never ends a run. A server reads
the calls itself and may drop one that is malformed, with its text; so rates over an endpoint may be
too low in what they see, and `warnings` says so.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from curate.errors import CurateError
from curate.scoring.engine import Conversation, Measured, Reply

CONNECT_SECONDS, READ_SECONDS = 10, 600
TRIES, PAUSE_SECONDS = 3, 1.0
MAX_BYTES = 4_000_000  # of one response; chosen by us, 2026-11-21: a million tokens are no reply
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
TOLD = 200


class Endpoint:
    """A server that answers /chat/completions. `model` is what it calls the model, if it asks."""

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
        status, data = self._post(body)
        seconds = time.perf_counter() - started
        reply = self._read(status, data, seconds)
        self._finishes["unusable" if reply.fault else reply.finish] += 1
        return reply

    def _post(self, body: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and bytes of the response, asked for again where that may help."""
        import requests

        url, told = f"{self._url}/chat/completions", ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(self._pause * 2 ** (attempt - 1))
            try:
                with self._session.post(
                    url, json=body, timeout=(CONNECT_SECONDS, self._seconds), stream=True
                ) as response:
                    data = self._bounded(response)
                    if response.status_code not in AGAIN:
                        return response.status_code, data
                    told = f"{response.status_code}: {_text(data)}"
            except requests.Timeout:
                told = f"no answer within {self._seconds:g} seconds"
            except (requests.RequestException, OSError) as error:
                told = f"{type(error).__name__}: {str(error)[:TOLD]}"
        raise CurateError(
            f"endpoint {self._url}",
            f"does not answer, after {TRIES} tries\n{told}",
            "start it, and look at it: curl " + self._url + "/models",
        )

    def _bounded(self, response: Any) -> bytes:
        """The body, one byte past the bound at most; or as far as its time goes."""
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

    def _read(self, status: int, data: bytes, seconds: float) -> Reply:
        if 400 <= status < 500:  # noqa: PLR2004  the request is wrong, and so is every other one
            raise CurateError(
                f"endpoint {self._url}",
                f"refuses the request with {status}\n{_text(data)}",
                "name the model it serves: URL#MODEL, and give the URL that ends in /v1",
            )
        if len(data) > MAX_BYTES:
            return _fault(f"more than {MAX_BYTES:,} bytes", seconds)
        try:
            value = json.loads(data.decode("utf-8"))
        except UnicodeDecodeError:
            return _fault(f"not UTF-8: {_text(data)}", seconds)
        except (ValueError, RecursionError):
            return _fault(f"no JSON: {_text(data)}", seconds)
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
    finish = "stop" if finish in {"stop", "tool_calls", None} else str(finish)[:TOLD]
    count_tokens = count if isinstance(count, int) else None
    return Reply(content or "", finish, seconds, None, count_tokens, None, functions or None)


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
    return " ".join(data[: 4 * TOLD].decode("utf-8", "replace").split())[:TOLD]
