"""Why a reply is wrong: codes that rows, reports and tests name, and what each one means."""

from typing import NamedTuple

from curate.reporting.shown import cut, visible

REASONS = {
    "no_reply": "the endpoint gave nothing that could be used",
    "empty": "the reply says nothing and calls nothing",
    "endless": "the reply did not stop by itself and was cut",
    "looping": "the reply says the same over and over, or makes more than 64 calls",
    "result_written": "the reply goes on and writes a turn or a result that is not the model's",
    "unclosed": "a call is begun and not ended, or ended and not begun",
    "unparsable": "a call is written so that a server drops it, or reads it in two ways",
    "no_call": "a tool is due, and the reply answers without one",
    "call_described": "the reply talks about a call, or writes it in another form, and makes none",
    "call_not_due": "a tool is called where the question is answered without one",
    "tool_unknown": "a tool is called that is not offered",
    "tool_wrong": "a tool that is due is not called",
    "tool_forbidden": "a tool is called that the question rules out",
    "tool_needless": "a tool is called that has nothing to do with the question",
    "arguments_schema": "the arguments do not fit the tool's schema",
    "argument_wrong": "an argument is not what the question says",
    "order_wrong": "the right calls are made in another order than the question asks for",
    "call_repeated": "the same call is made again",
    "call_failed": "the last call came to nothing: the tool, or the code, reports an error",
    "result_differs": "the call brought something else than the reference's call",
    "field_unread": "the code does not read a field that the question is about",
    "no_answer": "after the most turns that are allowed there is no answer yet",
    "fact_missing": "the answer does not state what the result shows",
    "answer_invented": "the answer states what no result shows",
}


MOST_CHARS = 1_000  # of evidence; it may quote a reply of megabytes


class Reason(NamedTuple):
    """One reason and what shows it."""

    code: str
    evidence: str


def because(code: str, evidence: str = "") -> Reason:
    """A reason of a known code; its evidence can be written, shown on a terminal, and read."""
    if code not in REASONS:
        raise ValueError(code)
    return Reason(code, visible(cut(evidence, MOST_CHARS)))
