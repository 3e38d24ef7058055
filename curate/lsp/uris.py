"""Files as URIs: `file:///work/a%20b.py`."""

from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit


def to_uri(path: Path) -> str:
    """The URI of an absolute path; every byte that is no letter, digit or `-._~/` is encoded."""
    return f"file://{quote_from_bytes(bytes(path))}"


def from_uri(uri: str) -> Path | None:
    """The path that a file's URI names, however much of it the server encoded; None for others."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote_to_bytes(parts.path).decode("utf-8", "surrogateescape")
    is_local = parts.scheme == "file" and parts.netloc in ("", "localhost")
    return Path(path) if is_local and path.startswith("/") and "\0" not in path else None
