"""Sdists of a package index: which there are, and one of them downloaded and verified.

    with PackageIndex(chosen_index(os.environ, Path.cwd())) as index:
        release = index.release("flask", "3.1.3", sha256="0ef0e52b...")
        index.download(release, cache.downloads, sha256="0ef0e52b...", on_progress=show)

Talks to the index through pypi-simple. Runs nothing of what it downloads.
"""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from packaging.version import InvalidVersion, Version
from pypi_simple import (
    DistributionPackage,
    NoSuchProjectError,
    PyPISimple,
    RepositoryPage,
    UnsupportedContentTypeError,
)

from curate.errors import CurateError
from curate.sources.atomic import temporary_beside
from curate.sources.index import Index
from curate.sources.transport import TIMEOUT_SECONDS, open_session, tried
from curate.sources.tree import CHUNK_BYTES, TreeLimits

# (bytes so far, bytes in all or None)
OnProgress = Callable[[int, int | None], None]


class PackageIndex:
    """One index, open. Every request is tried again after a failure of the transport."""

    def __init__(self, index: Index) -> None:
        session = open_session(index)
        self._client = (
            PyPISimple(session=session)
            if index.url is None
            else PyPISimple(endpoint=index.url, session=session)
        )
        self._asked: dict[str, list[DistributionPackage]] = {}
        self._times: dict[str, dict[str, datetime]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.s.close()

    def sdists(self, project: str) -> list[DistributionPackage]:
        """All sdists of `project` with a version that can be read, the newest last.

        The index is asked once for each project.
        """
        if project not in self._asked:
            self._asked[project] = self._sdists(project)
        return self._asked[project]

    def _sdists(self, project: str) -> list[DistributionPackage]:
        try:
            page = tried(
                project, lambda: self._client.get_project_page(project, timeout=TIMEOUT_SECONDS)
            )
        except NoSuchProjectError:
            raise CurateError(
                where=project,
                what="the index has no project of this name",
                fix="check the spelling, and the index set by UV_DEFAULT_INDEX or in pip.conf",
            ) from None
        except UnsupportedContentTypeError:
            raise CurateError(
                where=project,
                what="the address set as index does not answer as a simple index",
                fix="check UV_DEFAULT_INDEX or pip.conf; such an address often ends in /simple",
            ) from None
        found = [p for p in page.packages if p.package_type == "sdist" and release_version(p)]
        return sorted(found, key=lambda p: (release_version(p), p.filename.endswith(".tar.gz")))

    def release(
        self,
        project: str,
        version: str,
        sha256: str | None = None,
        filename: str | None = None,
    ) -> DistributionPackage:
        """The sdist of `project` at `version`: the file called `filename` or with `sha256` if any.

        Raises CurateError with the newest versions when there is none.
        """
        sdists = self.sdists(project)
        at_version = [sdist for sdist in sdists if release_version(sdist) == parse_version(version)]
        if not at_version:
            newest = [str(release_version(sdist)) for sdist in reversed(sdists)][:5]
            raise CurateError(
                where=f"{project}=={version}",
                what="the index has no sdist of it\n"
                f"newest sdists: {', '.join(newest) or '(none)'}",
                fix=f"curate sources pin {project}=={newest[0]}" if newest else "use a git source",
            )
        return max(
            reversed(at_version),
            key=lambda p: (p.filename == filename, p.digests.get("sha256") == sha256),
        )

    def upload_times(self, project: str) -> dict[str, datetime]:
        """When each sdist was uploaded, by its filename; without those of which nobody says it.

        Source: PEP 700 for JSON; indexes of HTML that tell it use the attribute data-upload-time.
        """
        if project in self._times:
            return self._times[project]
        stated = {sdist.filename: sdist.upload_time for sdist in self.sdists(project)}
        times = {filename: time for filename, time in stated.items() if time}
        if stated and not times:
            url, accept = self._client.get_project_url(project), {"Accept": self._client.accept}
            page = tried(
                project, lambda: self._client.s.get(url, headers=accept, timeout=TIMEOUT_SECONDS)
            )
            for link in RepositoryPage.from_html(page.content, page.url).links:
                with suppress(ValueError):
                    time = datetime.fromisoformat(str((link.attrs or {}).get("data-upload-time")))
                    times[link.text] = time
        self._times[project] = times
        return times

    def download(
        self,
        sdist: DistributionPackage,
        folder: Path,
        sha256: str,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """The verified file `<folder>/<sha256>/<filename>`.

        It gets its name in one step, after its hash was found right; until then it is a `.part`.
        """
        published = sdist.digests.get("sha256", sha256)
        if published != sha256:
            raise mismatch(sdist.filename, sha256, published, "the index says")
        name = Path(sdist.filename).name
        target = folder / sha256 / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = temporary_beside(target, "part")
        try:
            received = tried(name, lambda: self._receive(sdist, part, on_progress))
            if received != sha256:
                raise mismatch(sdist.filename, sha256, received, "the file has")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return target

    def _receive(
        self, sdist: DistributionPackage, part: Path, on_progress: OnProgress | None
    ) -> str:
        """Hexadecimal sha256 of the file, written to `part` and to the disk."""
        digest, received = hashlib.sha256(), 0
        most = TreeLimits().max_archive_bytes
        # As pip does: a server that calls a .tar.gz "gzip encoded" must not have it decoded.
        with (
            self._client.s.get(
                sdist.url,
                stream=True,
                timeout=TIMEOUT_SECONDS,
                headers={"Accept-Encoding": "identity"},
            ) as response,
            part.open("wb") as file,
        ):
            response.raise_for_status()
            length = response.headers.get("Content-Length", "")
            total = int(length) if length.isdecimal() else None
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
                received += len(chunk)
                if received > most:
                    raise CurateError(
                        where=sdist.filename,
                        what=f"more than {most:,} bytes, the most a source may have",
                        fix="pin another release",
                    )
                digest.update(chunk)
                file.write(chunk)
                if on_progress:
                    on_progress(received, total)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest()


def mismatch(filename: str, pinned: str, other: str, who: str) -> CurateError:
    """The error for a file whose hash is not the pinned one; `who` says which hash `other` is."""
    width = max(len("pinned"), len(who))
    return CurateError(
        where=filename,
        what="this is not the file that was pinned\n"
        f"{'pinned':<{width}}  sha256 {pinned}\n{who:<{width}}  sha256 {other}",
        fix="find out why it changed; if the new file is right, curate sources pin it again",
    )


def release_version(sdist: DistributionPackage) -> Version | None:
    """The version in the file's name; None when it is not a version (PEP 440)."""
    return parse_version(sdist.version or "")


def parse_version(text: str) -> Version | None:
    """The version that `text` is; None when it is none (PEP 440)."""
    try:
        return Version(text)
    except InvalidVersion:
        return None
