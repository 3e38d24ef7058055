r"""`execute_code`: Python in a sandbox where the other tools are functions; what it prints returns.

    {"code": "result = ruff_check(\"src\")\nprint(result.violation_count)"}
    3

The code runs in pydantic-monty and reaches the tools and nothing else of this machine. When it
raises, what it had printed is followed by the traceback.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from curate.codemode.stubs import description_of
from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace

if TYPE_CHECKING:
    from curate.codemode.functions import TracedCall

MAX_SECONDS = 5
MAX_MEMORY_BYTES = 1 << 26
MAX_DEPTH = 200
MAX_CALLS = 100
MAX_CODE_CHARS = 20_000
MAX_OUTPUT_CHARS = 20_000
MAX_PRINTED_CHARS = 1_000_000
NO_OUTPUT = "[no output]"


class ExecuteCodeArguments(Arguments):
    """The code."""

    code: str = Field(description="Python that calls the functions and prints what is to be read.")


class ExecuteCodeResult(Result):
    """`success` means that the code ran to its end; if it did not, `error` is the traceback.

    `output` is what was printed, cut after MAX_OUTPUT_CHARS at the end of a line; `char_count` is
    of all.
    """

    output: str = ""
    char_count: int = 0
    truncated: bool = False


class ExecuteCode(Tool):
    """Every other tool is a function in it. Nothing of a run is left for the next."""

    name = "execute_code"
    family = "code"
    description = (
        "Run Python code in a sandbox whose only way to the project is the functions below. "
        "What the code prints is the result."
    )
    arguments = ExecuteCodeArguments
    result = ExecuteCodeResult

    def version(self, arguments: Mapping[str, Any]) -> str:  # noqa: ARG002  one for all calls
        """'monty 1.4.0'; the versions of the tools that code calls are the caller's to add."""
        return _version()

    def schema(self) -> dict[str, Any]:
        """The tool as offered to a model, with every other tool as a function."""
        return self.schema_for(_functions())

    def schema_for(self, tools: Iterable[str]) -> dict[str, Any]:
        """The tool as offered to a model where these tools are the functions."""
        offered, functions = super().schema(), _functions()
        named = [functions[name] for name in sorted(tools) if name != self.name]
        function = {**offered["function"], "description": description_of(self.description, named)}
        return {**offered, "function": function}

    def run(self, workspace: Workspace, **arguments: Any) -> ExecuteCodeResult:
        """What the code printed. Raises ToolError for code that is too long."""
        return self.run_traced(workspace, arguments["code"])[0]

    def run_traced(
        self, workspace: Workspace, code: str
    ) -> tuple[ExecuteCodeResult, list["TracedCall"]]:
        """The result, and the calls that the code made in their order.

        Of a run that is stopped for its time no calls are told, since how far it came depends on
        the machine. Raises ToolError for code that is too long.
        """
        from curate.codemode.functions import Trace
        from curate.codemode.sandbox import CrashedError, SandboxLimits, run_code

        if len(code) > MAX_CODE_CHARS:
            raise ToolError(f"code: has more than {MAX_CODE_CHARS:,} characters")
        limits = SandboxLimits(
            seconds=MAX_SECONDS,
            memory_bytes=MAX_MEMORY_BYTES,
            depth=MAX_DEPTH,
            calls=MAX_CALLS,
            kept_chars=MAX_OUTPUT_CHARS,
            printed_chars=MAX_PRINTED_CHARS,
        )
        for _ in range(2):  # a worker may be ended from outside, as with Ctrl-C
            trace = Trace(workspace, _functions().values())
            try:
                ran = run_code(code, trace.functions(), limits)
            except CrashedError:
                continue
            output = _whole_lines(ran.printed) if len(ran.printed) < ran.char_count else ran.printed
            result = ExecuteCodeResult(
                success=ran.error is None,
                error=ran.error,
                output=output,
                char_count=ran.char_count,
                truncated=len(output) < ran.char_count,
            )
            return result, [] if ran.timed_out else trace.calls
        raise ToolError("the sandbox crashed")

    def traced(
        self, workspace: Workspace, arguments: Mapping[str, Any]
    ) -> tuple[Result, list[tuple[str, Mapping[str, Any], Result]]]:
        """The result, whatever happens, and the calls that the code made."""
        try:
            code = ExecuteCodeArguments.model_validate(arguments).code
            code.encode()
            result, calls = self.run_traced(workspace, code)
        except (ValidationError, UnicodeEncodeError, ToolError):
            return self.call(workspace, arguments), []  # which says what is wrong
        return result, [(call.tool, call.arguments, call.result) for call in calls]

    def content(self, result: Result) -> str:
        """What was printed, a line that tells of a cut, and the error; never nothing.

        Without the line feeds that end it, as a terminal would not show them either.
        """
        if not isinstance(result, ExecuteCodeResult):
            return super().content(result)
        shown, cut = result.output, ""
        if result.truncated:
            cut = f"[first {len(shown):,} of {result.char_count:,} characters]\n"
        if shown and not shown.endswith("\n") and (cut or result.error):
            shown += "\n"
        return f"{shown}{cut}{result.error or ''}".rstrip("\n") or NO_OUTPUT

    def view(self, arguments: Mapping[str, Any], result: Result) -> dict[str, Any]:
        """The result's fields, and `lines`: those of the output."""
        output = result.output if isinstance(result, ExecuteCodeResult) else ""
        lines = output.removesuffix("\n").split("\n") if output else []
        return {**super().view(arguments, result), "lines": lines}


def _functions() -> dict[str, Tool]:
    """The tools that code can call: all but the one that runs it."""
    from curate.tools import all_tools

    return {name: tool for name, tool in all_tools().items() if name != ExecuteCode.name}


def _whole_lines(text: str) -> str:
    return text[: text.rfind("\n") + 1] or text


@cache
def _version() -> str:
    from importlib.metadata import version

    return f"monty {version('pydantic-monty-runtime')}"
