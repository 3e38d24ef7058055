"""Turns of a text in ChatML, as `text` rows and many prompts have them.

<|im_start|>user
Where is it?<|im_end|>
<|im_start|>assistant
In `a.py`.<|im_end|>
"""

from curate.datasets.decoding import shown
from curate.datasets.row import Fault
from curate.datasets.turns import CHAT_ROLES, Turn, turn, unknown_role

START, END = "<|im_start|>", "<|im_end|>"
LAST_WORDS = ("<|endoftext|>", "</s>", "<eos>")  # what may stand after the last turn


def turns_of_text(text: str, faults: list[Fault]) -> list[Turn]:
    """The turns of a text; a text without any ChatML is one turn of the role `text`."""
    if START not in text:
        faults.append(Fault("text_without_turns", shown(text)))
        return [Turn("text", "text", text)]
    before, *pieces = text.split(START)
    if before.strip():
        faults.append(Fault("chatml_stray_text", shown(before)))
    return [
        _turn(piece, number, number == len(pieces) - 1, faults)
        for number, piece in enumerate(pieces)
    ]


def _turn(piece: str, number: int, is_last: bool, faults: list[Fault]) -> Turn:  # noqa: FBT001
    body, end, after = piece.partition(END)
    if not end:
        faults.append(Fault("chatml_unclosed", f"no {END} after {shown(body)}", number))
    after = after.strip()
    for word in LAST_WORDS if is_last else ():
        after = after.removesuffix(word).strip()
    if after:
        faults.append(Fault("chatml_stray_text", shown(after), number))
    source_role, newline, content = body.partition("\n")
    if not newline:
        source_role, _, content = body.partition(" ")
    source_role = source_role.strip()
    if not source_role:
        faults.append(Fault("role_missing", "no role", number))
    elif source_role not in CHAT_ROLES:
        faults.append(unknown_role(source_role, number))
    return turn(source_role, content)
