"""What was released before a pinned release, and when: chosen from the index, verified, unpacked.

history_of(index, "flask", sdist, "2026-02-19T03:50:11Z", cache)
(PastRelease(version="3.0.3", date="2024-04-07T19:26:08Z", sha256="cead..."), ...)
"""

import tarfile
import zipfile
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import CurateError
from curate.sources.cache import Cache
from curate.sources.pypi import PackageIndex, release_version
from curate.sources.source import PastRelease

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version
    from pypi_simple import DistributionPackage

    from curate.sources.pypi import OnProgress

HISTORY_RELEASES = 4
_MAX_MEMBERS = 50_000  # as many as a tree may have


def history_of(
    index: PackageIndex, name: str, sdist: "DistributionPackage", released: str, cache: Cache
) -> tuple[PastRelease, ...]:
    """The last HISTORY_RELEASES final releases of lower versions, the oldest first.

    Yanked ones are left out, and those that were released later than the next higher version, as
    fixes of an old series are.
    """
    return tuple(
        reversed([*islice(_earlier(index, name, sdist, released, cache), HISTORY_RELEASES)])
    )


def _earlier(
    index: PackageIndex, name: str, sdist: "DistributionPackage", released: str, cache: Cache
) -> "Iterator[PastRelease]":
    """Usable releases before `sdist`, the highest version first."""
    version: Version | None = release_version(sdist)
    for other in reversed(index.sdists(name)):
        found, sha256 = release_version(other), other.digests.get("sha256")
        if found is None or version is None or found >= version or sha256 is None:
            continue
        if found.is_prerelease or other.is_yanked:
            continue
        date = release_date(index, name, other, downloaded(index, other, sha256, cache))
        if date <= released:
            version, released = found, date
            yield PastRelease(version=str(found), date=date, sha256=sha256)


def downloaded(
    index: PackageIndex,
    sdist: "DistributionPackage",
    sha256: str,
    cache: Cache,
    on_progress: "OnProgress | None" = None,
) -> Path:
    """The verified file of an sdist, from an earlier download if there was one."""
    archive = cache.downloads / sha256 / Path(sdist.filename).name
    if archive.exists():
        return archive
    return index.download(sdist, cache.downloads, sha256, on_progress)


def release_date(
    index: PackageIndex, name: str, sdist: "DistributionPackage", archive: Path
) -> str:
    """When an sdist was uploaded, in UTC; where the index does not tell, its newest file's time."""
    time = index.upload_times(name).get(sdist.filename)
    time = time or datetime.fromtimestamp(_newest_member_seconds(archive), UTC)
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _newest_member_seconds(archive: Path) -> int:
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as file:
                times = [datetime(*info.date_time, tzinfo=UTC) for info in file.infolist()]
                return int(max(times).timestamp())
        with tarfile.open(archive, "r|*") as tar:
            return max(int(member.mtime) for member in islice(tar, _MAX_MEMBERS))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, ValueError, OSError) as error:
        raise CurateError(
            where=archive.name,
            what=f"cannot be read to its end: {error}",
            fix="remove this file from the cache and pin again",
        ) from None
