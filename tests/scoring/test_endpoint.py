"""An endpoint as an engine: what is sent, what is read, and servers that mean no good."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from curate.errors import CurateError
from curate.scoring import endpoint
from curate.scoring.endpoint import Endpoint
from curate.scoring.engine import Conversation, Reply
from curate.scoring.reading import read_reply
from curate.tools import all_tools
from tests.scoring.scripted import HERMES, call

TOOLS = [all_tools()["typecheck"].schema()]
ASKED = Conversation([{"role": "user", "content": "Is it clean?"}], TOOLS)
Answer = Callable[[int], tuple[int, bytes]]


class Server:
    """A server on this machine that answers as `answer` says, and keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict] = []
        self.answer: Answer = lambda _n: (200, b"{}")
        self.headers: dict[str, str] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                server.sent.append(json.loads(self.rfile.read(length)))
                server.sent[-1]["to"] = self.path
                status, data = server.answer(len(server.sent))
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_given) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server for this test."""
    started = Server()
    yield started
    started.http.shutdown()
    started.http.server_close()


def ask(server: Server, data: bytes | dict, status: int = 200) -> Reply:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    server.answer = lambda _n: (status, body)
    (reply,) = Endpoint(server.url, pause=0).replies([ASKED], 64)
    return reply._replace(seconds=0)


def choice(message: object, finish: str = "stop", **more: object) -> dict:
    return {"choices": [{"message": message, "finish_reason": finish}], **more}


def test_a_text_is_read_and_the_request_is_greedy(server: Server):
    reply = ask(server, choice({"content": "Yes."}, usage={"completion_tokens": 2}))
    assert reply == Reply("Yes.", "stop", 0, None, 2, None, None, None)
    assert server.sent == [
        {
            "to": "/v1/chat/completions",
            "messages": ASKED.messages,
            "tools": TOOLS,
            "max_tokens": 64,
            "temperature": 0,
            "stream": False,
        }
    ]


def test_calls_are_handed_on_as_they_stand(server: Server):
    function = {"name": "typecheck", "arguments": '{"path": "src"}'}
    reply = ask(server, choice({"content": None, "tool_calls": [{"function": function}]}))
    assert reply.calls == (function,)
    read = read_reply(reply, HERMES.parse, TOOLS)
    assert (read.calls, read.reasons) == (
        ({"name": "typecheck", "arguments": {"path": "src"}},),
        (),
    )


def test_a_raw_call_in_the_text_is_read_too(server: Server):
    reply = ask(server, choice({"content": call("typecheck", {"path": "src"})}))
    assert read_reply(reply, HERMES.parse, TOOLS).calls[0]["arguments"] == {"path": "src"}


def test_arguments_are_sent_as_text_and_the_model_is_named(server: Server):
    function = {"name": "typecheck", "arguments": {"path": "src"}}
    turn = {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "function": function}]}
    server.answer = lambda _n: (200, json.dumps(choice({"content": "a"})).encode())
    Endpoint(server.url, "qwen").replies([Conversation([*ASKED.messages, turn], [])], 8)
    assert server.sent[0]["model"] == "qwen"
    assert "tools" not in server.sent[0]
    sent = server.sent[0]["messages"][1]["tool_calls"][0]["function"]
    assert sent == {"name": "typecheck", "arguments": '{"path": "src"}'}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"<html>busy</html>", "no JSON: <html>busy</html>"),
        (b"", "no JSON: "),
        (b'{"choices": ', 'no JSON: {"choices":'),
        (b"\xff\xfe{}", "not UTF-8: \ufffd\ufffd{}"),
        (b"[" * 100_000, f"no JSON: {'[' * 199}…"),
        (b"3", "no choice in it: 3"),
        (b'{"choices": []}', 'no choice in it: {"choices": []}'),
        (b'{"choices": [{"message": "hi"}]}', 'no choice in it: {"choices": [{"message": "hi"}]}'),
        (
            b'{"choices": [{"message": {"content": 3}}]}',
            'a message of another shape: {"content": 3}',
        ),
        (
            b'{"choices": [{"message": {"tool_calls": "all"}}]}',
            'a message of another shape: {"tool_calls": "all"}',
        ),
        (b'{"choices": ' + b"[" * 300 + b"]" * 300 + b"}", "nested too deep: "),
        (b"x" * (endpoint.MAX_BYTES + 1), "more than 4,000,000 bytes"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_cannot_be_used_is_a_wrong_reply_and_not_the_end(
    server: Server, data: bytes, fault: str
):
    reply = ask(server, data)
    assert reply.text == ""
    assert reply.fault == fault or (fault.endswith(": ") and reply.fault.startswith(fault))
    assert [reason.code for reason in read_reply(reply, HERMES.parse, TOOLS).reasons] == [
        "no_reply"
    ]


@pytest.mark.parametrize("call", [None, 3, {}, {"function": None}, {"function": {"name": 3}}])
def test_a_call_of_another_shape_is_unparsable(server: Server, call: object):
    reply = ask(server, choice({"content": "", "tool_calls": [call]}))
    codes = [reason.code for reason in read_reply(reply, HERMES.parse, TOOLS).reasons]
    assert codes == ["unparsable"]


def test_a_busy_server_is_asked_again(server: Server):
    good = json.dumps(choice({"content": "Yes."})).encode()
    server.answer = lambda n: (503, b"busy") if n < 3 else (200, good)
    (reply,) = Endpoint(server.url, pause=0).replies([ASKED], 8)
    assert (reply.text, len(server.sent)) == ("Yes.", 3)


def test_a_server_that_stays_busy_is_told(server: Server):
    server.answer = lambda _n: (503, b"busy")
    with pytest.raises(CurateError) as caught:
        Endpoint(server.url, pause=0).replies([ASKED], 8)
    assert str(caught.value) == (
        f"endpoint {server.url}: does not answer, after 3 tries\n  503: busy\n"
        f"  fix: start it, and look at it: curl {server.url}/models"
    )


def test_a_refused_request_is_told_at_once(server: Server):
    with pytest.raises(CurateError) as caught:
        ask(server, b'{"error": "no such model"}', 404)
    assert str(caught.value) == (
        f'endpoint {server.url}: refuses the request with 404\n  {{"error": "no such model"}}\n'
        "  fix: name the model it serves: URL#MODEL, and give the URL that ends in /v1"
    )
    assert len(server.sent) == 1


@pytest.mark.parametrize(
    ("finish", "read"),
    [([], "[]"), ({"a": 1}, "{'a': 1}"), ("\x1b[2Jx", "\\x1b[2Jx"), (None, "stop")],
)
def test_an_end_of_another_shape_is_a_word(server: Server, finish: object, read: str):
    reply = ask(server, {"choices": [{"message": {"content": "a"}, "finish_reason": finish}]})
    assert reply.finish == read


@pytest.mark.parametrize("count", [10**400, -1, True, 1.5, "9"])
def test_tokens_that_no_reply_has_are_not_counted(server: Server, count: object):
    assert ask(server, choice({"content": "a"}, usage={"completion_tokens": count})) == Reply(
        "a", "stop", 0
    )


def test_a_reply_can_always_be_written(server: Server):
    reply = ask(server, b'{"choices": [{"message": {"content": "a \\ud800 b"}}]}')
    assert reply.text == "a \N{REPLACEMENT CHARACTER} b"


@pytest.mark.parametrize("status", [501, 520, 600])
def test_the_error_of_a_server_is_no_reply_of_a_model(server: Server, status: int):
    server.answer = lambda _n: (status, b"\x1b[2Jout of order")
    with pytest.raises(CurateError) as caught:
        Endpoint(server.url, pause=0).replies([ASKED], 8)
    assert str(caught.value) == (
        f"endpoint {server.url}: does not answer, after 3 tries\n"
        f"  {status}: \\x1b[2Jout of order\n"
        f"  fix: start it, and look at it: curl {server.url}/models"
    )


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_server_that_sends_on_is_not_followed(server: Server, status: int):
    server.answer = lambda n: (status, b"") if n == 1 else (200, b"{}")
    server.headers = {"Location": "http://elsewhere.test/\x1b[2J"}
    with pytest.raises(CurateError) as caught:
        Endpoint(server.url, pause=0).replies([ASKED], 8)
    assert str(caught.value) == (
        f"endpoint {server.url}: sends on to http://elsewhere.test/\\x1b[2J, with {status}\n"
        "  fix: name that address instead, if you trust it with the prompts"
    )
    assert len(server.sent) == 1


@pytest.mark.parametrize(
    "begun",
    [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
    ids=["headers", "body"],
)
def test_a_server_that_drips_is_left(begun: bytes):
    listening = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def drip(one: socket.socket) -> None:
        with one:
            one.sendall(begun)
            while not is_over.wait(0.05):
                one.sendall(b" ")

    def serve() -> None:
        for _ in range(endpoint.TRIES):
            threading.Thread(target=drip, args=[listening.accept()[0]], daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    started = time.monotonic()
    with listening, pytest.raises(CurateError, match=r"no answer within 0\.5 seconds"):
        Endpoint(address, seconds=0.5, pause=0).replies([ASKED], 8)
    is_over.set()
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("url", ["http://a..b", "http://" + "a" * 70 + ".test", "http://[::1"])
def test_an_address_that_is_none_is_told(url: str):
    with pytest.raises(CurateError, match="does not answer, after 3 tries"):
        Endpoint(url, pause=0).replies([ASKED], 8)


def test_a_server_that_hangs_is_left(server: Server):
    def hang(_n: int) -> tuple[int, bytes]:
        time.sleep(1)
        return 200, b""

    server.answer = hang
    with pytest.raises(CurateError, match=r"no answer within 0\.1 seconds"):
        Endpoint(server.url, seconds=0.1, pause=0).replies([ASKED], 8)


def test_nobody_there_is_told():
    with pytest.raises(CurateError, match="does not answer, after 3 tries"):
        Endpoint("http://127.0.0.1:9/v1", pause=0).replies([ASKED], 8)


def test_how_replies_ended_is_told_with_the_warning(server: Server):
    engine = Endpoint(server.url)
    ends = iter(["stop", "length", "tool_calls"])
    server.answer = lambda _n: (
        200,
        json.dumps(choice({"content": "a"}, next(ends))).encode(),
    )
    replies = engine.replies([ASKED] * 3, 8)
    assert [reply.finish for reply in replies] == ["stop", "length", "stop"]
    (warning,) = engine.warnings()
    assert warning == (
        "an endpoint may drop malformed calls before we see them: a reply that is empty or has no "
        "call may have had one (replies ended: 2 stop, 1 length)"
    )
