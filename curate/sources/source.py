"""The typed, frozen form of one source: where its files come from and what fixes them.

    PypiSource(name="flask", version="3.1.3", sha256="0ef0...", license_spdx="BSD-3-Clause", ...)

Values are checked when a source is made; a message of these checks says what is accepted. Reading
and writing `corpora/sources.toml` is `registry`'s job.
"""

import re
from datetime import datetime
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

Category = Literal["web", "testing", "cli", "async", "typing", "tools"]
CATEGORIES: tuple[Category, ...] = get_args(Category)

# SPDX's own word for "nobody has said": legal in a pin, so that a build never guesses a licence.
NOASSERTION = "NOASSERTION"


def _project_name(value: str) -> str:
    # A name becomes part of a folder's name, and two spellings of one project must not be two.
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        msg = f"a name is lower case letters, digits and single hyphens, as {normal_form(value)}"
        raise ValueError(msg)
    return value


def normal_form(name: str) -> str:
    """The normalised spelling of a project name (PEP 503), cut to what a folder may be called."""
    return re.sub(r"[^a-z0-9-]+", "-", canonicalize_name(name)).strip("-") or "name"


def _release(value: str) -> str:
    try:
        normal = str(Version(value))
    except InvalidVersion:
        normal = "3.1.3"
    if value != normal:
        msg = f"a version is a public release number in its normal form (PEP 440), as {normal}"
        raise ValueError(msg)
    return value


def _label(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}", value):
        msg = "a version of a git or path source is a label of letters, digits and . + _ -"
        raise ValueError(msg)
    return value


def _sha256(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        msg = "a sha256 is 64 lower case hexadecimal digits"
        raise ValueError(msg)
    return value


def _commit(value: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", value):
        msg = "a commit is its full name: 40 (or 64) lower case hexadecimal digits"
        raise ValueError(msg)
    return value


def _license(value: str) -> str:
    if value == NOASSERTION:
        return value
    try:
        normal = canonicalize_license_expression(value)
    except InvalidLicenseExpression:
        normal = ""
    if value != normal:
        msg = f"a licence is an SPDX expression, as {normal or 'BSD-3-Clause'}, or {NOASSERTION}"
        raise ValueError(msg)
    return value


def _date(value: str) -> str:
    is_right = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value)
    try:
        is_right = is_right and datetime.fromisoformat(value)
    except ValueError:
        is_right = None
    if not is_right:
        msg = "a date is UTC to the second, as 2024-04-07T19:26:08Z"
        raise ValueError(msg)
    return value


def _file_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,200}", value):
        msg = "a filename is the sdist's own name, without folders"
        raise ValueError(msg)
    return value


def _git_url(value: str) -> str:
    """`value` if git may fetch from it: https, ssh (both spellings) or a local path."""
    accepted = "a url is https://..., ssh://..., user@host:path, or a path on this machine"
    if "://" in value:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "ssh") or not parts.hostname:
            raise ValueError(accepted)
        if parts.password or (parts.scheme == "https" and parts.username):
            msg = "a url holds no credentials: clone it yourself and give that folder as the url"
            raise ValueError(msg)
    elif not value or value.startswith("-") or "::" in value or "\0" in value:
        raise ValueError(accepted)
    return value


def _pin(value: str) -> str:
    """`value` if it is one exact release, perhaps of some machines only."""
    try:
        pin = Requirement(value)
    except InvalidRequirement:
        pin = Requirement("x")
    (specifier,) = pin.specifier if len(pin.specifier) == 1 else (Specifier(">=0"),)
    is_exact = specifier.operator == "==" and not specifier.version.endswith(".*")
    if not is_exact or pin.url or pin.extras:
        msg = "a test pin is one exact release, as pytest==9.2.0, and perhaps a marker"
        raise ValueError(msg)
    return value


ProjectName = Annotated[str, AfterValidator(_project_name)]
License = Annotated[str, AfterValidator(_license)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PastRelease(_Table):
    """An earlier release of a source: one commit of the history of its workspaces."""

    version: Annotated[str, AfterValidator(_release)]
    date: Annotated[str, AfterValidator(_date)]
    sha256: Annotated[str, AfterValidator(_sha256)]


def _in_order(history: tuple[PastRelease, ...]) -> tuple[PastRelease, ...]:
    versions = [Version(past.version) for past in history]
    dates = [past.date for past in history]
    if sorted(set(versions)) != versions or sorted(dates) != dates:
        msg = "a history has each version once, the oldest first, and dates that do not go back"
        raise ValueError(msg)
    return history


class _Source(_Table):
    name: ProjectName
    license_spdx: License
    category: Category
    run_tests: bool | None = None
    test_pins: list[Annotated[str, AfterValidator(_pin)]] | None = None


class PypiSource(_Source):
    """One sdist of a package index, fixed by the sha256 of its file.

    `date` is when it was released, and `history` what was released before it, the oldest first.
    """

    kind: Literal["pypi"] = "pypi"
    version: Annotated[str, AfterValidator(_release)]
    sha256: Annotated[str, AfterValidator(_sha256)]
    filename: Annotated[str, AfterValidator(_file_name)] | None = None
    date: Annotated[str, AfterValidator(_date)] | None = None
    history: Annotated[
        tuple[PastRelease, ...],
        AfterValidator(_in_order),
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
    ] = ()

    def before(self) -> "list[PypiSource]":
        """The releases of its history as sources of their own."""
        return [
            self.model_copy(update={**past.model_dump(), "filename": None, "history": ()})
            for past in self.history
        ]


class GitSource(_Source):
    """One commit of a repository. A relative local `url` starts at the project's root."""

    kind: Literal["git"] = "git"
    url: Annotated[str, AfterValidator(_git_url)]
    commit: Annotated[str, AfterValidator(_commit)]
    version: Annotated[str, AfterValidator(_label)] | None = None

    @property
    def is_local(self) -> bool:
        """Whether the repository is a folder on this machine."""
        scp = re.match(r"[^/\\]+@[^/\\:]+:", self.url)
        return "://" not in self.url and not scp


class PathSource(_Source):
    """A folder on this machine. A relative `path` starts at the project's root."""

    kind: Literal["path"] = "path"
    path: Annotated[str, Field(min_length=1)]
    version: Annotated[str, AfterValidator(_label)] | None = None


Source = PypiSource | GitSource | PathSource
SOURCE: TypeAdapter[Source] = TypeAdapter(Annotated[Source, Field(discriminator="kind")])
KINDS: dict[str, type[_Source]] = {"pypi": PypiSource, "git": GitSource, "path": PathSource}
