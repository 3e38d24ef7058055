"""The report that programs read: one document, its shape in docs/auditing.md."""

import json

from curate.reporting.audited import Audited


def render(audited: Audited) -> str:
    """The audit as JSON, indented, in UTF-8; a lone surrogate of the data as its escape."""
    text = json.dumps(audited.to_json(), ensure_ascii=False, indent=2, default=str)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
