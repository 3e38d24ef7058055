"""How an index is reached: sessions with the right trust and credentials, and patient requests.

    session = open_session(chosen_index(os.environ, Path.cwd()))
    page = tried("flask", lambda: session.get(url))

Errors name what was asked for and why it failed, never an address: that may hold a password.
"""

import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth

from curate.errors import CurateError
from curate.sources.index import Index

_T = TypeVar("_T")

# Chosen by us, 2026-11-21: five tries in eight seconds outlast a restarted proxy, no dead network.
DELAYS_SECONDS = (0.5, 1.0, 2.0, 4.0)
TIMEOUT_SECONDS = (15.0, 60.0)  # to connect, and between two pieces
_STATUS_WORTH_A_RETRY = frozenset({408, 425, 429, 500, 502, 503, 504})


def open_session(index: Index) -> requests.Session:
    """A session that trusts what the user trusts and shows credentials to the index alone."""
    session = requests.Session()
    session.mount("https://", _SystemTrust(index.certificates))
    session.headers["User-Agent"] = "curate-toolcalls"
    if index.credentials and index.url:
        session.auth = _OnlyAt(index.url, HTTPBasicAuth(*index.credentials))
    return session


def tried(what: str, attempt: Callable[[], _T]) -> _T:
    """What `attempt` returns, tried again after each delay while the transport fails.

    Raises CurateError after the last try, or at once where another try cannot help.
    """
    for delay in (*DELAYS_SECONDS, None):
        try:
            return attempt()
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            if delay is None or not _is_worth_a_retry(error):
                raise _unreachable(what, error) from None
        time.sleep(delay)
    raise AssertionError  # the last round returns or raises


def _unreachable(what: str, error: Exception) -> CurateError:
    response = getattr(error, "response", None)
    if response is not None:
        reason = f"the index answers {response.status_code} {response.reason}"
        fix = "try again later"
        if response.status_code in (401, 403):
            fix = "check the credentials of the index in your uv or pip configuration"
    elif isinstance(error, requests.exceptions.SSLError):
        reason = "the index's certificate is not trusted"
        fix = "export SSL_CERT_FILE with the bundle of your network's certificate authority"
    else:
        reason = f"no answer from the index ({_innermost(error)})"
        fix = "check the network, and the index set by UV_DEFAULT_INDEX or in pip.conf"
    if _is_worth_a_retry(error):
        reason += f", {len(DELAYS_SECONDS) + 1} tries"
    return CurateError(where=what, what=reason, fix=fix)


def _is_worth_a_retry(error: Exception) -> bool:
    response = getattr(error, "response", None)
    if response is not None:
        return response.status_code in _STATUS_WORTH_A_RETRY
    return not isinstance(error, (requests.exceptions.SSLError, requests.exceptions.InvalidSchema))


def _innermost(error: Exception) -> str:
    """The first cause, in the words of the library; requests' own text would quote the URL."""
    cause: BaseException = error
    while inner := getattr(cause, "reason", None) or cause.__context__:
        if not isinstance(inner, BaseException):
            break
        cause = inner
    return getattr(cause, "strerror", None) or type(cause).__name__


class _OnlyAt(AuthBase):
    """Credentials for the index's own host; the files may lie on another one."""

    def __init__(self, url: str, auth: HTTPBasicAuth) -> None:
        self._origin, self._auth = _origin(url), auth

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return self._auth(r) if _origin(r.url or "") == self._origin else r


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


class _SystemTrust(HTTPAdapter):
    """Trusts the system's certificate store and the user's bundles beside those of certifi."""

    def __init__(self, certificates: Sequence[Path]) -> None:
        self._context = ssl.create_default_context()
        for bundle in certificates:
            try:
                self._context.load_verify_locations(bundle)
            except OSError:
                raise CurateError(
                    where=str(bundle),
                    what="the bundle of certificates that pip is told to trust cannot be read",
                    fix="correct PIP_CERT, or cert in pip.conf",
                ) from None
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> urllib3.ProxyManager:
        return super().proxy_manager_for(proxy, ssl_context=self._context, **kwargs)
