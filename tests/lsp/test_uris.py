"""Files as URIs and back."""

from pathlib import Path

import pytest

from curate.lsp.uris import from_uri, to_uri

PATHS = {
    "/a/b.py": "file:///a/b.py",
    "/a b/#1?.py": "file:///a%20b/%231%3F.py",
    "/100%/ü.py": "file:///100%25/%C3%BC.py",
    "/x:y/~z+.py": "file:///x%3Ay/~z%2B.py",
    "/latin-\udce9.py": "file:///latin-%E9.py",
}


@pytest.mark.parametrize(("path", "uri"), PATHS.items(), ids=PATHS.values())
def test_a_path_comes_back_from_its_uri(path, uri):
    assert to_uri(Path(path)) == uri
    assert from_uri(uri) == Path(path)


def test_servers_may_encode_less_or_name_this_host():
    assert from_uri("file:///x:y/~z+.py") == Path("/x:y/~z+.py")
    assert from_uri("file://localhost/a.py") == Path("/a.py")


@pytest.mark.parametrize(
    "uri",
    ["untitled:a.py", "https://x.org/a.py", "file://far/a.py", "file:a.py", "file://[/a", "", "%"],
)
def test_what_is_no_file_of_this_machine_has_no_path(uri):
    assert from_uri(uri) is None


def test_a_path_with_a_nul_is_none():
    assert from_uri("file:///a%00b.py") is None
