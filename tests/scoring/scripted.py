"""Engines that reply by a script: the reference's own replies, and every kind of wrong one.

    engine = Scripted(lambda task, turn: Reply(...))

A wrong kind is a function from a task and a turn to a reply; `KINDS` says which reasons it must be
refused for, and which tasks it can be tried on.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from curate import dialects
from curate.plans import Snippets
from curate.project import Project
from curate.recipe import Surface
from curate.scoring.engine import Conversation, Measured, Reply
from curate.scoring.judging import judge
from curate.scoring.playing import Limits, Play, Task, play
from curate.scoring.reasons import Reason
from curate.scoring.reference import Hands, script
from curate.scoring.tasks import Prepared, Wanted, prepare

REPOSITORY = Path(__file__).parents[2]
SNIPPETS = Snippets.read(Project(REPOSITORY))
HERMES = dialects.load(Project(REPOSITORY), "hermes")
Replying = Callable[[Task, int], Reply]

PARCEL = """
description = "Nine prompts about parcelbox"
source = "parcelbox"
corpus = "mini"
surface = "code"
system = "You are a coding assistant."
offers = ["run_command", "read_file", "write_file", "typecheck", "ruff_check", "pytest_run",
  "find_references", "document_symbols", "workspace_symbols", "git_status", "git_diff", "git_log"]

[[changes]]
path = "src/parcelbox/errors.py"
old = ""
new = "import os\\n"

[[changes]]
path = "notes.md"
old = ""
new = "a note\\n"

[[prompts]]
id = "plain"
category = "direct"
prompt = "What is a heap?"
answer = "A tree in an array whose smallest item is always the first."

[[prompts]]
id = "which-flag"
category = "direct"
prompt = "Which flag of git shows what is staged?"
answer = "`--staged`."

[[prompts]]
id = "count-errors"
category = "field access"
prompt = "How many type errors has src/parcelbox/billing.py?"
answer = "{0.error_count}"
states = ["0.error_count"]

[[prompts.calls]]
tool = "typecheck"
arguments = { path = "src/parcelbox/billing.py" }
reads = ["error_count"]

[[prompts]]
id = "error-lines"
category = "field access"
prompt = "On which lines of src/parcelbox/billing.py are they?"
answer = "On lines {0.errors.line}."
states = ["0.errors.line"]

[[prompts.calls]]
tool = "typecheck"
arguments = { path = "src/parcelbox/billing.py" }
reads = ["errors[].line"]

[[prompts]]
id = "where-registered"
category = "search"
prompt = "Where is the class Registered?"
answer = "In `{0.symbols.0.file}`, line {0.symbols.0.line}."
states = ["0.symbols.0.file", "0.symbols.0.line"]
ways = [[{ tool = "run_command", fits = { command = { contains = ["Registered"] } } }]]

[[prompts.calls]]
tool = "workspace_symbols"
arguments = { query = "Registered" }
reads = ["symbols[].file"]

[[prompts]]
id = "unused-imports"
category = "quality"
prompt = "Lint src/parcelbox/errors.py: the rule and the line, please."
answer = "{0.violations.0.code}, line {0.violations.0.line}."
states = ["0.violations.code", "0.violations.line"]
never = ["write_file"]

[[prompts.calls]]
tool = "ruff_check"
arguments = { path = "src/parcelbox/errors.py" }
reads = ["violations[].code"]

[[prompts]]
id = "untracked"
category = "git"
prompt = "Which file does git not know yet?"
answer = "`notes.md`"
facts = ["notes.md"]

[[prompts.calls]]
tool = "git_status"
arguments = {}
reads = ["files[].file"]

[[prompts]]
id = "changed-then-lint"
category = "cross-tool"
prompt = "Lint what git says is modified, and count what ruff finds."
answer = "`src/parcelbox/errors.py` has {1.violation_count}."
code = ['''
for changed in git_status().files:
    if changed.status == "modified":
        print(changed.file, ruff_check(changed.file).violation_count)
''']
ordered = true
states = ["1.violation_count"]
facts = ["src/parcelbox/errors.py"]

[[prompts.calls]]
tool = "git_status"
arguments = {}
reads = ["files[].file"]

[[prompts.calls]]
tool = "ruff_check"
arguments = { path = "src/parcelbox/errors.py" }
reads = ["violation_count"]

[[prompts]]
id = "write-then-lint"
category = "multi-step"
prompt = "Write `import sys` to scratch.py and lint it."
answer = "ruff reports {1.violations.0.code} in `scratch.py`, line {1.violations.0.line}."
code = ['''
print(write_file("scratch.py", "import sys\\n").line_count)
for found in ruff_check("scratch.py").violations:
    print(found.code, found.line)
''']
ordered = true
states = ["1.violations.0.code"]

[[prompts.calls]]
tool = "write_file"
arguments = { path = "scratch.py", content = "import sys\\n" }

[[prompts.calls]]
tool = "ruff_check"
arguments = { path = "scratch.py" }
reads = ["violations[].code"]
"""


class Scripted:
    """An engine that knows the tasks, and replies to each as `replying` says."""

    dialect: str | None = "hermes"

    def __init__(self, tasks: Sequence[Task], replying: Replying) -> None:
        self._by_prompt = {task.prompt: task for task in tasks}
        self._replying = replying
        self.asked: list[Conversation] = []

    def replies(self, asked: Sequence[Conversation], max_tokens: int) -> list[Reply]:
        """The reply of the script to each."""
        self.asked += asked
        return [self._reply(one) for one in asked]

    def _reply(self, one: Conversation) -> Reply:
        turn = sum(message["role"] == "assistant" for message in one.messages)
        said = [message["content"] for message in one.messages if message["role"] == "user"]
        return self._replying(self._by_prompt[said[0]], turn)

    def measured(self) -> Measured:
        """Made up."""
        return Measured(1.5, 2_000_000, 3_000_000)

    def warnings(self) -> list[str]:
        """None."""
        return []


def said(text: str, finish: str = "stop") -> Reply:
    """A reply of this text."""
    return Reply(text, finish, 0.5, 0.1, 10, 0.75)


def call(tool: str, arguments: dict) -> str:
    """A call as the dialect writes it."""
    return HERMES.call.render(content="", calls=[{"name": tool, "arguments": arguments}])


def on(task: Task) -> Surface:
    """The surface that a task is asked on."""
    names = [tool["function"]["name"] for tool in task.conversation.tools]
    return "code" if names == ["execute_code"] else "direct"


def calling(task: Task, tool: str, arguments: dict) -> Reply:
    """A call of a tool, on the task's own surface."""
    if on(task) == "direct":
        return said(call(tool, arguments))
    given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    return said(call("execute_code", {"code": f"print({tool}({given}))"}))


def perfect(task: Task, turn: int) -> Reply:
    """The reference's calls one after the other, and its answer."""
    calls = script(task.asked, on(task), SNIPPETS)
    if turn < len(calls):
        return said(call(*calls[turn]))
    return said(task.reference.answer)


def then_answers(first: Replying) -> Replying:
    """A first reply, and then the reference's answer."""
    return lambda task, turn: said(task.reference.answer) if turn else first(task, turn)


def _other_tool(task: Task) -> str:
    due = {step.tool for way in (task.asked.calls, *task.asked.ways) for step in way}
    return next(tool for tool in ("git_log", "git_status", "git_diff") if tool not in due)


def _with_other_argument(task: Task, _turn: int) -> Reply:
    step = task.asked.calls[0]
    other = {"path": "pyproject.toml", "query": "zzz_nothing", "command": "ls docs"}
    arguments = {**step.arguments, **{key: other[key] for key in step.arguments if key in other}}
    return calling(task, step.tool, arguments)


def _twice(task: Task, turn: int) -> Reply:
    return perfect(task, max(0, turn - 1))


def _reversed(task: Task, turn: int) -> Reply:
    calls = script(task.asked, "direct", SNIPPETS)[::-1]
    return said(call(*calls[turn])) if turn < len(calls) else said(task.reference.answer)


def _unread(task: Task, turn: int) -> Reply:
    lines = [
        f"{step.tool}({', '.join(f'{k}={v!r}' for k, v in step.arguments.items())})"
        for step in task.asked.calls
    ]
    code = "\n".join([*lines, 'print("done")'])
    return said(task.reference.answer) if turn else said(call("execute_code", {"code": code}))


def _in_a_fence(task: Task, turn: int) -> Reply:
    tool, arguments = script(task.asked, on(task), SNIPPETS)[0]
    return said(f"```json\n{json.dumps({'name': tool, 'arguments': arguments})}\n```")


class Kind(NamedTuple):
    """A wrong kind of reply: it must be refused for one of these reasons, where it applies."""

    replying: Replying
    reasons: set[str]
    applies: Callable[[Task], bool]


def is_due(task: Task) -> bool:
    """Whether a tool is due."""
    return bool(task.expected)


def any_task(_task: Task) -> bool:
    """Every task."""
    return True


def has_argument(task: Task) -> bool:
    """Whether the first call has an argument that another one can stand for."""
    return is_due(task) and bool({"path", "query", "command"} & set(task.asked.calls[0].arguments))


def has_order(task: Task) -> bool:
    """Whether calls in another order are wrong, and can be made in it."""
    return is_due(task) and on(task) == "direct" and task.asked.ordered


def reads_in_code(task: Task) -> bool:
    """Whether code has to read a field."""
    return on(task) == "code" and any(step.reads for step in task.asked.calls)


WRONG = "It is 4711, in `src/nowhere/gone.py`, line 98765, `lost_name` says so."
VAGUE = "I looked at it. Everything is as it should be."
KINDS = {
    "empty": Kind(lambda _task, _turn: said(""), {"empty"}, any_task),
    "blank": Kind(lambda _task, _turn: said("\n \n"), {"empty"}, any_task),
    "endless": Kind(lambda _task, _turn: said("And so", "length"), {"endless"}, any_task),
    "looping": Kind(
        lambda _task, _turn: said("I will look at it now. " * 20), {"looping"}, any_task
    ),
    "stutter": Kind(lambda _task, _turn: said("the " * 60, "length"), {"looping"}, any_task),
    "next turn written": Kind(
        lambda task, _turn: said(f"{task.reference.answer}<|im_start|>user\nand now?"),
        {"result_written"},
        any_task,
    ),
    "unclosed": Kind(
        lambda task, _turn: said(calling(task, "git_status", {}).text.replace("</tool_call>", "")),
        {"unclosed"},
        any_task,
    ),
    "only the end": Kind(lambda _task, _turn: said("</tool_call>"), {"unclosed"}, any_task),
    "key tool": Kind(
        lambda _task, _turn: said('<tool_call>\n{"tool": "git_status"}\n</tool_call>'),
        {"unparsable"},
        any_task,
    ),
    "text after the call": Kind(
        lambda task, _turn: said(calling(task, "git_log", {}).text + "\nThere you are."),
        {"unparsable"},
        any_task,
    ),
    "invented result": Kind(
        lambda task, _turn: said(
            calling(task, "git_log", {}).text + "\n<tool_response>\n1\n</tool_response>"
        ),
        {"result_written"},
        any_task,
    ),
    "not offered": Kind(
        lambda _t, _n: said(call("rm_rf", {"path": "/"})), {"tool_unknown"}, any_task
    ),
    "wrong schema": Kind(
        lambda task, _turn: said(call(task.conversation.tools[0]["function"]["name"], {"no": 1})),
        {"arguments_schema"},
        any_task,
    ),
    "twice in one reply": Kind(
        lambda task, _turn: said("\n".join([calling(task, "git_log", {}).text] * 2)),
        {"call_repeated"},
        any_task,
    ),
    "call where none is due": Kind(
        then_answers(lambda task, _turn: calling(task, "git_log", {})),
        {"call_not_due"},
        lambda task: not is_due(task),
    ),
    "answer without a call": Kind(
        lambda task, _turn: said(task.reference.answer), {"no_call", "call_described"}, is_due
    ),
    "prose about a tool": Kind(
        lambda task, _turn: said(f"I would call {task.expected[0]}() here and look at the result."),
        {"call_described"},
        is_due,
    ),
    "call in a fence": Kind(_in_a_fence, {"call_described"}, is_due),
    "wrong tool": Kind(
        then_answers(lambda task, _turn: calling(task, _other_tool(task), {})),
        {"tool_wrong"},
        is_due,
    ),
    "code without a tool": Kind(
        then_answers(lambda _task, _turn: said(call("execute_code", {"code": "print(1)"}))),
        {"tool_wrong"},
        lambda task: is_due(task) and on(task) == "code",
    ),
    "code that raises": Kind(
        then_answers(lambda _task, _turn: said(call("execute_code", {"code": "print(1 / 0)"}))),
        {"tool_wrong"},
        lambda task: is_due(task) and on(task) == "code",
    ),
    "wrong argument": Kind(
        then_answers(_with_other_argument),
        {"argument_wrong", "result_differs", "call_failed"},
        has_argument,
    ),
    "call repeated": Kind(_twice, {"call_repeated"}, is_due),
    "never an answer": Kind(
        lambda task, turn: calling(task, "workspace_symbols", {"query": "abcdefg"[turn:]}),
        {"no_answer"},
        is_due,
    ),
    "other order": Kind(_reversed, {"order_wrong"}, has_order),
    "fields unread": Kind(_unread, {"field_unread"}, reads_in_code),
    "invented answer": Kind(
        lambda task, turn: (
            said(WRONG)
            if turn >= len(script(task.asked, on(task), SNIPPETS))
            else perfect(task, turn)
        ),
        {"fact_missing", "answer_invented"},
        is_due,
    ),
    "vague answer": Kind(
        lambda task, turn: (
            said(VAGUE)
            if turn >= len(script(task.asked, on(task), SNIPPETS))
            else perfect(task, turn)
        ),
        {"fact_missing"},
        is_due,
    ),
    "no answer after the call": Kind(
        lambda task, turn: (
            said("") if turn >= len(script(task.asked, on(task), SNIPPETS)) else perfect(task, turn)
        ),
        {"empty"},
        is_due,
    ),
}


def prepared(project: Project, suite: str, surface: Surface, hands: Hands) -> Prepared:
    """The tasks of a suite, its references executed."""
    return prepare(project, Wanted(suite, surface), hands, nothing)


def played(tasks: Sequence[Task], replying: Replying, hands: Hands) -> list[Play]:
    """Plays of these tasks by a script."""
    engine = Scripted(tasks, replying)
    return play(tasks, engine, HERMES.parse, Limits(), hands=hands, progress=nothing)


def judged(
    tasks: Sequence[Task], replying: Replying, hands: Hands
) -> dict[str, tuple[Reason, ...]]:
    """The reasons against each task's play."""
    return {one.task.prompt_id: judge(one) for one in played(tasks, replying, hands)}


def nothing(_done: int, _total: int, _what: str) -> None:
    """Progress that nobody sees."""
