"""What a tool is: a name, a JSON schema, a typed result, and `run` in a workspace.

A tool is one file of this folder (or an entry point of the group `curate.tools`) with one subclass
of `Tool`. Its results are the model's view: paths relative to the workspace, no times, a defined
order, and cuts that are said. This module runs nothing itself.
"""

import errno
import json
import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError


class ToolError(Exception):
    """A call that cannot be carried out; its text is what the model reads. Never ends a build."""


class Arguments(BaseModel):
    """Arguments of a tool: unknown ones and other types are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Result(BaseModel):
    """A typed result. `error` is the tool's own message when the call could not be carried out."""

    model_config = ConfigDict(frozen=True)

    success: bool
    error: str | None = None


@dataclass(frozen=True)
class Workspace:
    """Where tools are called: `workspace_id` names its content, `root` is where its files lie.

    `git_dir` is the repository of the tree, which lies outside of it so that searches do not see
    it; `environment` is the virtual environment that the source's tests run in. None: there is
    none.
    """

    workspace_id: str
    root: Path
    git_dir: Path | None = None
    environment: Path | None = None

    def resolve(self, path: str) -> Path:
        """Where the file or folder lies, or would lie, that a relative `path` names.

        Raises ToolError for a path that is absolute, leaves the workspace (through a link or not),
        or names neither a file nor a folder.
        """
        if not path or "\0" in path:
            raise ToolError(f"not a path: {path!r}")
        if PurePosixPath(path).is_absolute():
            raise ToolError(
                f"{path}: absolute paths are not allowed, use one relative to the project"
            )
        root = self.root.resolve()
        target = Path(os.path.normpath(root / path))
        real = Path(os.path.realpath(root / path))
        if not (target.is_relative_to(root) and real.is_relative_to(root)):
            raise ToolError(f"{path}: outside the project")
        if Path(os.path.realpath(target)) != real:
            raise ToolError(f"{path}: goes through a link and back, name the file itself")
        try:
            mode = target.stat().st_mode
        except OSError as error:
            if error.errno in {errno.ENOENT, errno.ENOTDIR}:
                return target
            raise ToolError(f"{path}: {os.strerror(error.errno or 0).lower()}") from None
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ToolError(f"{path}: neither a file nor a folder")
        return target


class Tool(ABC):
    """One tool. Subclasses set the class variables and write `run`, `content` and `view`."""

    name: ClassVar[str]
    family: ClassVar[str] = "other"
    description: ClassVar[str]
    arguments: ClassVar[type[Arguments]]
    result: ClassVar[type[Result]]

    @abstractmethod
    def version(self, arguments: Mapping[str, Any]) -> str:
        """The version of what really runs, part of an execution's key: 'ruff 0.17.5'."""

    def installed(self) -> list[str]:
        """All versions that `version` may give on this machine."""
        return [self.version({})]

    def call(self, workspace: Workspace, arguments: Mapping[str, Any]) -> Result:
        """The typed result of one call, whatever happens in it.

        What cannot be done is a result with `error`.
        """
        try:
            given = self.arguments.model_validate(arguments).model_dump(exclude_none=True)
            json.dumps(given, ensure_ascii=False).encode()
            return self.run(workspace, **given)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "arguments"
            return self.result(success=False, error=f"{place}: {first['msg'].lower()}")
        except UnicodeEncodeError:  # half a surrogate pair: neither a path nor a pattern
            return self.result(success=False, error="arguments: not valid unicode")
        except ToolError as error:
            return self.result(success=False, error=str(error))

    def traced(
        self, workspace: Workspace, arguments: Mapping[str, Any]
    ) -> tuple[Result, list[tuple[str, Mapping[str, Any], Result]]]:
        """The result of one call, and the tool calls it was made of: here, itself alone."""
        result = self.call(workspace, arguments)
        return result, [(self.name, arguments, result)]

    @abstractmethod
    def run(self, workspace: Workspace, **arguments: Any) -> Result:
        """The typed result of one real call. Raises ToolError for a call it cannot carry out."""

    def content(self, result: Result) -> str:
        """The string of the `tool` message: the typed result as one JSON object.

        Of an error, only what went wrong.
        """
        if result.error is not None:
            return result.model_dump_json(include={"success", "error"})
        return result.model_dump_json(exclude_none=True)

    def is_failure(self, result: Result) -> bool:
        """Whether the call could not be answered, as with a wrong path."""
        return result.error is not None

    def is_empty(self, result: Result) -> bool:  # noqa: ARG002  tools that search look at it
        """Whether a search ran and found nothing. Tools that do not search never are."""
        return False

    def is_clean(self, result: Result) -> bool:  # noqa: ARG002  tools that check look at it
        """Whether a check ran and had nothing to report. Tools that check nothing never are."""
        return False

    def is_cut(self, result: Result) -> bool:
        """Whether the result shows less than there is, so that nothing complete can be said of it.

        Tools that were asked for less say no.
        """
        return bool(getattr(result, "truncated", False))

    def after(
        self,
        workspace: Workspace,
        arguments: Mapping[str, Any],  # noqa: ARG002  tools that write look at them
        result: Result,  # noqa: ARG002
    ) -> Workspace:
        """The workspace that later calls of a conversation see. Tools that write give another."""
        return workspace

    def view(
        self,
        arguments: Mapping[str, Any],  # noqa: ARG002  tools whose output must be parsed look at it
        result: Result,
    ) -> dict[str, Any]:
        """What answers are rendered from: the result's fields, parsed no further than it says."""
        return result.model_dump()

    def schema(self) -> dict[str, Any]:
        """The tool as offered to a model, in the form that chat templates take as `tools`."""
        raw = self.arguments.model_json_schema()
        properties = {key: _without_titles(value) for key, value in raw["properties"].items()}
        parameters = {
            "type": "object",
            "properties": properties,
            "required": raw.get("required", []),
        }
        function = {"name": self.name, "description": self.description, "parameters": parameters}
        return {"type": "function", "function": function}


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    """A property's schema without pydantic's titles and `| None`.

    An optional one is just not required.
    """
    if "anyOf" in schema:
        (kept,) = [option for option in schema["anyOf"] if option != {"type": "null"}]
        schema = {**kept, **{key: value for key, value in schema.items() if key != "anyOf"}}
    return {k: v for k, v in schema.items() if k != "title" and not (k == "default" and v is None)}
