"""A package index on loopback that speaks the simple API (PEP 503), and sdists made on the spot."""

import base64
import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from curate.sources import Cache, transport

PKG_INFO = "Metadata-Version: 2.4\nName: tiny\nVersion: 1.0\nLicense-Expression: MIT\n"


def sdist(
    name: str = "tiny", version: str = "1.0", pkg_info: str = PKG_INFO, seconds: int = 0
) -> bytes:
    """The bytes of a small .tar.gz sdist, the same each time; its newest file is so old."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for path, text in {"PKG-INFO": pkg_info, "src/tiny.py": f"version = {version!r}\n"}.items():
            member = tarfile.TarInfo(f"{name}-{version}/{path}")
            member.size = len(text.encode())
            member.mtime = seconds if path == "PKG-INFO" else 0
            tar.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(plain.getvalue(), mtime=0)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class FakeIndex:
    """What the server serves. `failures` are used up, one a request, before anything is served."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)  # filename -> fragment, "" for none
    yanked: set[str] = field(default_factory=set)
    uploaded: dict[str, str] = field(default_factory=dict)  # filename -> time, as an index tells it
    failures: list[int | str] = field(default_factory=list)  # a status, "drop", "cut", "ok"
    login: tuple[str, str] | None = None
    requests: list[tuple[str, str | None]] = field(default_factory=list)

    def add(self, filename: str, content: bytes) -> str:
        """Serve a file and publish its sha256, which is returned."""
        self.files[filename] = content
        self.published[filename] = f"#sha256={sha256(content)}"
        return sha256(content)

    def page(self, project: str) -> str | None:
        """The project's page of the simple API; None when there is no such project."""
        names = [name for name in self.files if name.startswith(f"{project}-")]
        links = "".join(
            _link(
                name,
                self.published[name],
                uploaded=self.uploaded.get(name),
                is_yanked=name in self.yanked,
            )
            for name in names
        )
        return f"<!DOCTYPE html><html><body>\n{links}</body></html>" if names else None


def _link(name: str, fragment: str, *, uploaded: str | None, is_yanked: bool) -> str:
    yanked = ' data-yanked="broken"' if is_yanked else ""
    time = f' data-upload-time="{uploaded}"' if uploaded else ""
    return f'<a href="../../files/{name}{fragment}"{yanked}{time}>{name}</a>\n'


def _is_let_in(fake: FakeIndex, authorization: str | None) -> bool:
    if not fake.login:
        return True
    wanted = base64.b64encode(":".join(fake.login).encode()).decode()
    return authorization == f"Basic {wanted}"


def _handler(fake: FakeIndex) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization")
            fake.requests.append((self.path, authorization))
            failure = fake.failures.pop(0) if fake.failures else None
            if failure == "drop":
                self.close_connection = True
                return
            if isinstance(failure, int):
                self.send_error(failure)
                return
            if not _is_let_in(fake, authorization):
                self.send_error(401)
                return
            body, kind = self.body()
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if failure == "cut" else body)
            if failure == "cut":
                self.close_connection = True

        def body(self) -> tuple[bytes | None, str]:
            parts = self.path.strip("/").split("/")
            if parts[0] == "simple" and len(parts) == 2:
                page = fake.page(parts[1])
                return (page.encode() if page else None), "text/html"
            return fake.files.get(parts[-1]), "application/octet-stream"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture
def fake_index(clean_settings: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIndex]:
    """An empty index, chosen by PIP_INDEX_URL."""
    fake = FakeIndex()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    fake.url = f"http://127.0.0.1:{server.server_port}/simple"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", fake.url)
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No index, proxy or certificate of this machine, and no waiting between two tries."""
    names = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "PIP_CERT")
    for name in (*names, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(transport, "DELAYS_SECONDS", (0.0, 0.0, 0.0, 0.0))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache.open(tmp_path / "cache")
