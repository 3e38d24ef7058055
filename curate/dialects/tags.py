"""A reply taken apart at its `<tool_call>` tags: what it says first, and the body of each call."""

START, END = "<tool_call>", "</tool_call>"


def split_calls(reply: str) -> tuple[str, list[str]]:
    """The text before the first call, and what stands between each pair of tags.

    Raises ValueError for a tag that is not closed, or for text between calls or after them: a
    server that reads the reply as it streams would give that text to the user.
    """
    content, *parts = reply.split(START)
    bodies = []
    for part in parts:
        body, end, rest = part.partition(END)
        if not end:
            raise ValueError(f"{START} is not closed")
        if rest.strip():
            raise ValueError(f"text stands after {END}")
        bodies.append(body)
    if END in content:
        raise ValueError(f"{END} closes nothing")
    return content.removesuffix("\n") if bodies else content, bodies
