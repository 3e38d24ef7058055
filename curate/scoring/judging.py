"""Whether a play is right, and the reasons why not. Pure functions over what was played.

    judge(play)      # (Reason("argument_wrong", "typecheck: path is 'docs', and should be 'src'"),)

A play without a reason is right. The reference's own calls, and every other way that the suite
names, are tried; the reasons are those of the way that fits best.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from curate.calling import CODE
from curate.datasets.checks.grounded import faults as grounded_faults
from curate.datasets.decoding import shown
from curate.datasets.reading import read
from curate.scoring.calls import Made, called, made_in
from curate.scoring.checks import fits, is_found, is_stated, values_at
from curate.scoring.playing import Play
from curate.scoring.reading import described
from curate.scoring.reasons import Reason, because
from curate.scoring.suites import Asked, Fits, Step
from curate.tools import all_tools

EVIDENCE = 160


def judge(play: Play) -> tuple[Reason, ...]:
    """Every reason why a play is wrong, each once."""
    if play.task.asked is None or not play.task.expected:
        return tuple(dict.fromkeys(_first(play)))
    return tuple(dict.fromkeys(_whole(play, play.task.asked)))


def _first(play: Play) -> Iterator[Reason]:
    """Reasons where only the first reply counts: tool or direct, and which tools."""
    turn, expected = play.turns[0], play.task.expected
    yield from turn.read.reasons
    if not expected:
        if turn.read.calls:
            yield because("call_not_due", f"calls {', '.join(called(play)) or CODE}")
        elif _is_begun(play):
            yield because("call_not_due", "begins a call")
        elif other := _other_form(play):
            yield because("call_described", other)
        return
    if not turn.read.calls:
        yield from _uncalled(play)
        return
    missing = [name for name in expected if name not in called(play)]
    if missing:
        yield because("tool_wrong", f"{', '.join(missing)} is due; called: {_listed(play)}")


def _is_begun(play: Play) -> bool:
    return any(r.code in {"unclosed", "unparsable"} for r in play.turns[0].read.reasons)


def _other_form(play: Play) -> str | None:
    """A call in another form in what should be an answer; talk about tools is none."""
    names = [tool["function"]["name"] for tool in play.task.conversation.tools]
    found = described(play.turns[0].read.content, names)
    return found if found and " written as " in found else None


def _uncalled(play: Play) -> Iterator[Reason]:
    """Why a reply that should call a tool makes no call; nothing where its form says it."""
    turn = play.turns[0]
    if turn.read.reasons:
        return
    names = {tool["function"]["name"] for tool in play.task.conversation.tools}
    found = described(turn.read.content, sorted(names | set(all_tools())))
    if found:
        yield because("call_described", found)
    else:
        yield because("no_call", shown(turn.read.content, EVIDENCE))


def _whole(play: Play, asked: Asked) -> Iterator[Reason]:
    """Reasons over all turns of a play that a tool is due in."""
    for turn in play.turns:
        yield from turn.read.reasons
    yield from _repeated(play)
    if not any(turn.read.calls for turn in play.turns):
        yield from _uncalled(play)
        return
    if not play.turns[-1].ran and play.turns[-1].read.calls:  # it could not be gone on with
        if not set(called(play)) & set(asked.tools):
            yield because("tool_wrong", f"{asked.tools[0]} is due; called: {_listed(play)}")
        return
    made = list(made_in(play))
    yield from _best_way(play, asked, made)
    yield from _other_tools(asked, made)
    yield from _answer(play, asked)


def _repeated(play: Play) -> Iterator[Reason]:
    """Calls made before in the same state of the files, or just before in any."""
    seen: set[str] = set()
    last = None
    for turn in play.turns:
        for executed in turn.ran:
            written = f"{executed.tool} {executed.arguments}"
            if executed.execution_id in seen or written == last:
                yield because("call_repeated", shown(written, EVIDENCE))
            seen.add(executed.execution_id)
            last = written


def _best_way(play: Play, asked: Asked, made: Sequence[Made]) -> list[Reason]:
    """The reasons of the way whose tools were called, and of those the one with the fewest."""
    ways = [list(_way(play, asked, asked.calls, made))]
    ways += [list(_way(play, asked, way, made)) for way in asked.ways]
    return min(ways, key=lambda way: (sum(one.code == "tool_wrong" for one in way), len(way)))


def _way(play: Play, asked: Asked, steps: Sequence[Step], made: Sequence[Made]) -> Iterator[Reason]:
    """What is wrong with the calls, were this the way to go."""
    places: list[int] = []
    is_reference = steps is asked.calls
    for number, step in enumerate(steps):
        same = [one for one in made if one.tool == step.tool]
        if not same:
            yield because("tool_wrong", f"{step.tool} is due; called: {_listed(play)}")
            continue
        fitting = [one for one in same if not _misfits(step, one)]
        if not fitting:
            yield because("argument_wrong", min((_misfits(step, one) for one in same), key=len)[0])
            continue
        places.append(next(n for n, one in enumerate(made) if one in fitting))
        if not _is_brought(play, number if is_reference else None, fitting):
            yield _difference(step, fitting[-1])
        yield from _unread(step, fitting)
    if asked.ordered and places != sorted(places):
        yield because("order_wrong", f"called: {', '.join(one.tool for one in made)}")


def _misfits(step: Step, one: Made) -> list[str]:
    """The arguments of a call that are not what they should be."""
    return [
        f"{step.tool}: {name} is {one.arguments.get(name)!r}, and should be {_said(wanted)}"
        for name, wanted in step.wanted.items()
        if not fits(wanted, one.arguments.get(name), name)
    ]


def _said(wanted: Any) -> str:
    if isinstance(wanted, Fits):
        given = wanted.model_dump(exclude_defaults=True)
        return ", ".join(f"{key} {value}" for key, value in given.items())
    return repr(wanted)


def _is_brought(play: Play, number: int | None, fitting: Sequence[Made]) -> bool:
    """Whether a call brought what the reference's did, or the play was shown what is needed."""
    reference = play.task.reference
    if reference is None:
        return True
    if number is not None and any(one.result == reference.results[number] for one in fitting):
        return True
    if number is None and not reference.facts:
        return any(not one.result.get("error") for one in fitting)
    printed = "\n".join(executed.content for turn in play.turns for executed in turn.ran)
    return bool(reference.facts) and all(is_stated(fact, printed) for fact in reference.facts)


def _difference(step: Step, one: Made) -> Reason:
    error = one.result.get("error")
    if error:
        return because("call_failed", shown(f"{step.tool}: {error}", EVIDENCE))
    told = f"{step.tool} {json.dumps(one.arguments, ensure_ascii=False)} brought another result"
    return because("result_differs", shown(told, EVIDENCE))


def _unread(step: Step, fitting: Sequence[Made]) -> Iterator[Reason]:
    """Fields that code neither names nor prints."""
    if any(one.fields is None for one in fitting):
        return  # no code: what the answer states tells whether it was read
    known = {field for one in fitting for field in one.fields or ()}
    for field in step.fields:
        if field not in known and not any(_is_printed(one, field) for one in fitting):
            yield because("field_unread", f"{field} of {step.tool}")


def _is_printed(one: Made, field: str) -> bool:
    try:
        values = values_at([one.result], f"0.{field}")
    except (LookupError, TypeError):
        return False
    return bool(values) and all(
        str(value) in one.printed if isinstance(value, bool) else is_stated(value, one.printed)
        for value in values
    )


def _other_tools(asked: Asked, made: Sequence[Made]) -> Iterator[Reason]:
    due = {step.tool for way in (asked.calls, *asked.ways) for step in way}
    for tool in dict.fromkeys(one.tool for one in made):
        if tool in asked.never:
            yield because("tool_forbidden", tool)
        elif tool not in due and tool not in asked.besides:
            yield because("tool_needless", tool)


def _answer(play: Play, asked: Asked) -> Iterator[Reason]:
    """What is wrong with the answer in the end."""
    last = play.turns[-1]
    if last.read.calls:
        failed = [executed for executed in last.ran if json.loads(executed.result).get("error")]
        if failed:
            yield because("call_failed", shown(failed[-1].content, EVIDENCE))
        yield because("no_answer", f"{len(play.turns)} replies, and each of them calls")
        return
    if last.read.reasons:
        return
    answer, reference = last.read.content, play.task.reference
    facts = reference.facts if reference else asked.facts
    missing = [fact for fact in facts if not is_stated(fact, answer)]
    if len(facts) - len(missing) < asked.enough * len(facts):
        yield because("fact_missing", shown(", ".join(map(str, missing)), EVIDENCE))
    for pattern in asked.says:
        if not is_found(pattern, answer, re.IGNORECASE):
            yield because("fact_missing", f"nothing that matches {pattern}")
    yield from _invented(play, answer)


def _invented(play: Play, answer: str) -> Iterator[Reason]:
    """What the answer states and no result shows, by the check that datasets are audited with."""
    row = read({"messages": [*play.messages, {"role": "assistant", "content": answer}]}).row
    for fault in grounded_faults(row) if row is not None else ():
        yield because("answer_invented", fault.evidence)


def _listed(play: Play) -> str:
    return ", ".join(called(play)) or "code without a tool"
