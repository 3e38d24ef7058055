"""What one row of a dataset says, whatever its form: the values that readers give and checks take.

    Row(form="messages", messages=(Message(0, "user", ...), Message(1, "assistant", ...)),
        calls=(Call(1, 0, "hermes", "read_file", {"path": "a.py"}, ...),), results=(), ...)

They are msgspec structs, since a million rows are some ten million of them. Nothing here reads.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

SPLITS = ("train", "valid", "test")
FORMS = ("messages", "prompt_completion", "text", "sharegpt", "alpaca")


class DataFile(Struct, frozen=True):
    """A file of a dataset. `name` is what findings call it; `kind`: lines, parquet."""

    path: Path
    name: str
    split: str
    kind: str  # lines, parquet
    compression: str | None = None


class Fault(Struct, frozen=True, gc=False):
    """Something wrong with one row. `rule` is a rule's id, `ordinal` the message's number."""

    rule: str
    evidence: str
    ordinal: int | None = None


class Call(Struct, frozen=True, gc=False):
    """One tool call. Its arguments are JSON values; `canonical` is their text with sorted keys.

    ordinal: of the message, from 0. position: among the calls of the row, from 0.
    dialect: hermes, qwen3_coder, markdown_json, json, python, openai, code.
    is_in_code: made by Python that another call runs. An argument of such a call that is no literal
    is {"$python": "its source"}; a positional one that no schema names has the key "0", "1", ...
    fields: of its result that the code reads, e.g. ("errors", "errors.line").
    """

    ordinal: int
    position: int
    dialect: str
    tool: str
    arguments: Mapping[str, Any]
    canonical: str
    is_in_code: bool
    fields: tuple[str, ...]
    hash: int


class Result(Struct, frozen=True, gc=False):
    """What a tool returned, without its wrapping.

    position: in its message. tool: None where it cannot be told.
    wrapping: none, tool_response, tool_response_twice, prefix, json_string.
    """

    ordinal: int
    position: int
    tool: str | None
    content: str
    source_role: str
    wrapping: str
    hash: int


class Message(Struct, frozen=True, gc=False):
    """One turn. `content` as it stands, `prose` what it says besides its calls.

    role: system, user, assistant, tool; an unknown one as written. source_role: as written.
    """

    ordinal: int
    role: str
    source_role: str
    content: str
    prose: str
    count_calls: int
    is_result: bool


class Row(Struct, frozen=True, gc=False):
    """One row. `tools` are the offered ones as {"name", "description", "parameters"}.

    kind: tool, direct. surface: direct, code, None. Hashes are 64 bits of BLAKE2b.
    `faults` are those of reading; what the checks find comes on top.
    """

    form: str
    kind: str
    surface: str | None
    messages: tuple[Message, ...]
    calls: tuple[Call, ...]
    results: tuple[Result, ...]
    tools: tuple[Mapping[str, Any], ...]
    faults: tuple[Fault, ...]
    category: str | None
    first_user: str | None
    conversation: str
    row_hash: int
    system_hash: int | None
    first_user_hash: int | None
    first_user_folded_hash: int | None
    user_turns_hash: int | None
    calls_hash: int | None
    toolset_id: int | None
