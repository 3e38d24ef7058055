import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curate.errors import CurateError
from curate.sources import Cache, PypiSource, fetch
from curate.sources.atomic import STALE_SECONDS
from curate.sources.index import Index
from curate.sources.pypi import PackageIndex, release_version
from curate.sources.transport import open_session, tried

from .conftest import FakeIndex, sdist, sha256

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "tiny-1.0.tar.gz"


def pinned(digest: str, name: str = "tiny", version: str = "1.0") -> PypiSource:
    return PypiSource(
        name=name, version=version, sha256=digest, license_spdx="MIT", category="tools"
    )


def files(cache: Cache) -> list[str]:
    """Every file and folder that a fetch may leave, down to the trees' names."""
    downloads = [p.relative_to(cache.root).as_posix() for p in cache.downloads.rglob("*")]
    return sorted(downloads + [f"trees/{path.name}" for path in cache.trees.iterdir()])


def test_a_release_is_downloaded_verified_and_unpacked(fake_index: FakeIndex, cache: Cache) -> None:
    digest = fake_index.add(FILE, sdist())
    seen: list[tuple[int, int | None]] = []
    fetched = fetch(pinned(digest), cache, lambda done, total: seen.append((done, total)))
    assert (fetched.name, fetched.version, fetched.revision) == ("tiny", "1.0", digest)
    assert (fetched.tree / "src/tiny.py").read_text() == "version = '1.0'\n"
    assert seen[-1] == (len(sdist()), len(sdist()))
    tree = f"trees/tiny-1.0-{digest[:12]}"
    at = f"downloads/{digest}"
    assert files(cache) == sorted([at, f"{at}/{FILE}", tree, f"{tree}.json"])


def test_a_second_fetch_asks_nobody_and_says_the_same(fake_index: FakeIndex, cache: Cache) -> None:
    source = pinned(fake_index.add(FILE, sdist()))
    first = fetch(source, cache)
    asked = len(fake_index.requests)
    assert fetch(source, cache) == first
    assert len(fake_index.requests) == asked


@pytest.mark.parametrize(
    "failures",
    [[503, 429, 500, 502], ["cut"], ["ok", "cut", "drop", "cut", 408], [504, "ok", "cut"]],
    ids=str,
)
def test_failures_of_the_transport_are_tried_again(
    fake_index: FakeIndex, cache: Cache, failures: list[int | str]
) -> None:
    source = pinned(fake_index.add(FILE, sdist()))
    fake_index.failures = list(failures)
    assert (fetch(source, cache).tree / "PKG-INFO").exists()
    assert fake_index.failures == []


@pytest.mark.parametrize(
    ("failures", "reason", "fix"),
    [
        ([503] * 5, "the index answers 503 Service Unavailable, 5 tries", "try again later"),
        ([410], "the index answers 410 Gone", "try again later"),
        (
            [403],
            "the index answers 403 Forbidden",
            "check the credentials of the index in your uv or pip configuration",
        ),
        (
            ["drop"] * 5,
            "no answer from the index (RemoteDisconnected), 5 tries",
            "check the network, and the index set by UV_DEFAULT_INDEX or in pip.conf",
        ),
    ],
    ids=["503", "410", "403", "drop"],
)
def test_a_failure_that_lasts_is_told_with_its_reason(
    fake_index: FakeIndex, cache: Cache, failures: list[int | str], reason: str, fix: str
) -> None:
    source = pinned(fake_index.add(FILE, sdist()))
    fake_index.failures = list(failures)
    with pytest.raises(CurateError) as raised:
        fetch(source, cache)
    assert str(raised.value) == f"tiny: {reason}\n  fix: {fix}"
    assert len(fake_index.requests) == len(failures)


def test_no_server_at_all_is_told_without_an_address(
    fake_index: FakeIndex, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://me:secret@127.0.0.1:9/simple")
    with pytest.raises(CurateError) as raised:
        fetch(pinned("0" * 64), cache)
    assert str(raised.value) == (
        "tiny: no answer from the index (Connection refused), 5 tries\n"
        "  fix: check the network, and the index set by UV_DEFAULT_INDEX or in pip.conf"
    )


def test_an_interrupted_download_leaves_nothing(fake_index: FakeIndex, cache: Cache) -> None:
    source = pinned(fake_index.add(FILE, sdist()))

    def interrupt(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(source, cache, interrupt)
    assert files(cache) == [f"downloads/{source.sha256}"]


KILLED = """
import sys
from pathlib import Path
from curate.sources import Cache, PypiSource, fetch
def wait(done, total):
    print("downloading", flush=True)
    sys.stdin.read()
source = PypiSource(
    name="tiny", version="1.0", sha256=sys.argv[2], license_spdx="MIT", category="tools"
)
fetch(source, Cache(Path(sys.argv[1])), wait)
"""


def test_a_killed_download_is_never_taken_for_whole_and_swept_after_a_day(
    fake_index: FakeIndex, cache: Cache
) -> None:
    source = pinned(fake_index.add(FILE, sdist()))
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(cache.root), source.sha256],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as killed:
        assert killed.stdout
        assert killed.stdout.readline() == b"downloading\n"
        killed.send_signal(signal.SIGKILL)
    (part,) = (cache.downloads / source.sha256).iterdir()
    assert part.suffix == ".part"
    assert (fetch(source, cache).tree / "PKG-INFO").exists()
    begun = part.name.split(".")[-2].split("-")[0]
    part.rename(part.with_name(part.name.replace(begun, str(int(begun) - STALE_SECONDS - 9))))
    Cache.open(cache.root)
    assert [path.name for path in (cache.downloads / source.sha256).iterdir()] == [FILE]


OTHER = sha256(b"other")
MISMATCH = """tiny-1.0.tar.gz: this is not the file that was pinned
  {pinned}  sha256 {a}
  {who}  sha256 {b}
  fix: find out why it changed; if the new file is right, curate sources pin it again"""


def test_a_file_with_another_hash_stops_and_shows_both(fake_index: FakeIndex, cache: Cache) -> None:
    fake_index.add(FILE, sdist())
    fake_index.published[FILE] = f"#sha256={OTHER}"
    with pytest.raises(CurateError) as raised:
        fetch(pinned(OTHER), cache)
    assert str(raised.value) == MISMATCH.format(
        pinned="pinned      ", a=OTHER, who="the file has", b=sha256(sdist())
    )
    assert files(cache) == [f"downloads/{OTHER}"]


def test_an_index_with_another_hash_stops_before_the_download(
    fake_index: FakeIndex, cache: Cache
) -> None:
    digest = fake_index.add(FILE, sdist())
    with pytest.raises(CurateError) as raised:
        fetch(pinned(OTHER), cache)
    assert str(raised.value) == MISMATCH.format(
        pinned="pinned        ", a=OTHER, who="the index says", b=digest
    )
    assert [path for path, _ in fake_index.requests] == ["/simple/tiny/"]


def test_an_index_without_hashes_serves_a_pin(fake_index: FakeIndex, cache: Cache) -> None:
    digest = fake_index.add(FILE, sdist())
    fake_index.published[FILE] = ""
    assert fetch(pinned(digest), cache).revision == digest


def test_a_rotten_download_in_the_cache_is_fetched_again(
    fake_index: FakeIndex, cache: Cache
) -> None:
    digest = fake_index.add(FILE, sdist())
    rotten = cache.downloads / digest / FILE
    rotten.parent.mkdir()
    rotten.write_bytes(sdist()[:-1])
    fetch(pinned(digest), cache)
    assert rotten.read_bytes() == sdist()


def test_a_good_download_in_the_cache_is_used_without_the_network(
    fake_index: FakeIndex, cache: Cache
) -> None:
    digest = sha256(sdist())
    (cache.downloads / digest).mkdir()
    (cache.downloads / digest / FILE).write_bytes(sdist())
    assert fetch(pinned(digest), cache).revision == digest
    assert fake_index.requests == []


def test_the_pinned_file_is_taken_among_several_of_one_version(
    fake_index: FakeIndex, cache: Cache
) -> None:
    zip_digest = fake_index.add("tiny-1.0.zip", b"zip")
    tar_digest = fake_index.add(FILE, sdist())
    with PackageIndex(Index(fake_index.url)) as index:
        chosen = [
            index.release("tiny", "1.0").filename,
            index.release("tiny", "1.0", sha256=zip_digest).filename,
            index.release("tiny", "1.0", sha256=tar_digest).filename,
            index.release("Tiny", "1", filename="tiny-1.0.zip").filename,
        ]
    assert chosen == [FILE, "tiny-1.0.zip", FILE, "tiny-1.0.zip"]


def test_sdists_come_in_the_order_of_their_versions(fake_index: FakeIndex) -> None:
    for version in ("1.10", "1.9", "2.0rc1", "not-a-version"):
        fake_index.add(f"tiny-{version}.tar.gz", b"")
    fake_index.add("tiny-3.0-py3-none-any.whl", b"")
    with PackageIndex(Index(fake_index.url)) as index:
        assert [str(release_version(s)) for s in index.sdists("tiny")] == ["1.9", "1.10", "2.0rc1"]


@pytest.mark.parametrize(
    ("name", "version", "message"),
    [
        (
            "tiny",
            "7.0",
            (
                "tiny==7.0: the index has no sdist of it\n"
                "  newest sdists: 1.0\n"
                "  fix: curate sources pin tiny==1.0"
            ),
        ),
        (
            "wheels",
            "1.0",
            (
                "wheels==1.0: the index has no sdist of it\n"
                "  newest sdists: (none)\n"
                "  fix: use a git source"
            ),
        ),
        (
            "nothing",
            "1.0",
            (
                "nothing: the index has no project of this name\n"
                "  fix: check the spelling, and the index set by UV_DEFAULT_INDEX or in pip.conf"
            ),
        ),
    ],
    ids=["version", "wheels only", "project"],
)
def test_what_the_index_has_not_is_told(
    fake_index: FakeIndex, cache: Cache, name: str, version: str, message: str
) -> None:
    fake_index.add(FILE, sdist())
    fake_index.add("wheels-1.0-py3-none-any.whl", b"")
    with pytest.raises(CurateError) as raised:
        fetch(pinned("0" * 64, name=name, version=version), cache)
    assert str(raised.value) == message


def test_an_address_that_is_no_simple_index_is_told(
    fake_index: FakeIndex, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_index.files["tiny"] = b"\0"
    monkeypatch.setenv("PIP_INDEX_URL", fake_index.url.replace("simple", "other"))
    with pytest.raises(CurateError) as raised:
        fetch(pinned("0" * 64), cache)
    assert str(raised.value) == (
        "tiny: the address set as index does not answer as a simple index\n"
        "  fix: check UV_DEFAULT_INDEX or pip.conf; such an address often ends in /simple"
    )


@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "PIP_INDEX_URL"])
def test_credentials_open_the_index_and_are_stored_nowhere(
    fake_index: FakeIndex, cache: Cache, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    digest = fake_index.add(FILE, sdist())
    fake_index.login = ("me", "s3cret")
    monkeypatch.delenv("PIP_INDEX_URL")
    monkeypatch.setenv(variable, fake_index.url.replace("//", "//me:s3cret@"))
    fetch(pinned(digest), cache)
    stored = [path for path in cache.root.rglob("*") if path.is_file()]
    assert [p for p in stored if b"s3cret" in p.read_bytes()] == []


def test_credentials_are_not_shown_to_another_host(fake_index: FakeIndex) -> None:
    index = Index("http://localhost:1/simple", ("me", "s3cret"))
    with open_session(index) as session:
        session.get(f"{fake_index.url}/tiny/", timeout=5)
        other = fake_index.url.replace("/simple", "")
    with open_session(Index(other, ("me", "s3cret"))) as session:
        session.get(f"{fake_index.url}/tiny/", timeout=5)
    assert [login is not None for _, login in fake_index.requests] == [False, True]


def test_wrong_credentials_are_told_to_be_checked(fake_index: FakeIndex, cache: Cache) -> None:
    fake_index.login = ("me", "s3cret")
    with pytest.raises(CurateError) as raised:
        fetch(pinned("0" * 64), cache)
    assert str(raised.value) == (
        "tiny: the index answers 401 Unauthorized\n"
        "  fix: check the credentials of the index in your uv or pip configuration"
    )


def test_a_bundle_of_certificates_that_is_not_there_is_named(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    with pytest.raises(CurateError) as raised:
        open_session(Index(None, certificates=(bundle,)))
    assert str(raised.value) == (
        f"{bundle}: the bundle of certificates that pip is told to trust cannot be read\n"
        "  fix: correct PIP_CERT, or cert in pip.conf"
    )


def test_an_untrusted_certificate_is_not_tried_again() -> None:
    from requests.exceptions import SSLError

    tries = 0

    def attempt() -> None:
        nonlocal tries
        tries += 1
        raise SSLError

    with pytest.raises(CurateError) as raised:
        tried("tiny", attempt)
    assert str(raised.value) == (
        "tiny: the index's certificate is not trusted\n"
        "  fix: export SSL_CERT_FILE with the bundle of your network's certificate authority"
    )
    assert tries == 1


def test_a_download_over_the_limit_is_stopped(
    fake_index: FakeIndex, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    from curate.sources import pypi
    from curate.sources.tree import TreeLimits

    small: Callable[[], TreeLimits] = lambda: TreeLimits(max_archive_bytes=100)  # noqa: E731
    monkeypatch.setattr(pypi, "TreeLimits", small)
    source = pinned(fake_index.add(FILE, sdist()))
    with pytest.raises(CurateError) as raised:
        fetch(source, cache)
    assert str(raised.value) == (
        "tiny-1.0.tar.gz: more than 100 bytes, the most a source may have\n"
        "  fix: pin another release"
    )
    assert files(cache) == [f"downloads/{source.sha256}"]
