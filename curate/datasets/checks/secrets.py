"""Secrets, by the detectors of the detect-secrets library.

Its scanner reads files line by line with every plugin, which takes milliseconds a row. Here a
mark, a few characters that the plugin's pattern cannot do without, finds the places that could hold
a secret, and only these are given to that plugin. Keys that the library does not know, or of which
it returns the first letters only, have patterns of their own. What is plainly a stand-in, as
`your-api-key`, is no secret.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from curate.datasets.checks.marks import Marks
from curate.datasets.row import Fault, Row

# Marks and the plugin that wants one of them, as module.class of detect_secrets.plugins.
PLUGINS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("://",), "basic_auth.BasicAuthDetector"),
    (("AKIA", "ASIA", "ABIA", "ACCA", "A3T", "aws"), "aws.AWSKeyDetector"),
    (("AccountKey=",), "azure_storage_key.AzureStorageKeyDetector"),
    (("cloudant",), "cloudant.CloudantDetector"),
    (("iscord",), "discord.DiscordBotTokenDetector"),
    (("-us",), "mailchimp.MailchimpDetector"),
    ((":_authToken",), "npm.NpmDetector"),
    (("T3BlbkFJ",), "openai.OpenAIDetector"),
    (("PRIVATE KEY",), "private_key.PrivateKeyDetector"),
    (("pypi-AgE",), "pypi_token.PypiTokenDetector"),
    (("SG.",), "sendgrid.SendGridDetector"),
    (("xox", "hooks.slack"), "slack.SlackDetector"),
    (("sq0csp-",), "square_oauth.SquareOAuthDetector"),
    (("k_live_",), "stripe.StripeDetector"),
    (("elegram",), "telegram_token.TelegramBotTokenDetector"),
    (("wilio",), "twilio.TwilioKeyDetector"),
)  # fmt: skip
# Marks, the kind and the pattern of a token behind a mark, its whole text.
TOKENS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), "GitHub Token", r"gh[pousr]_[A-Za-z0-9_]{36}"),
    (("github_pat_",), "GitHub Token", r"github_pat_[A-Za-z0-9_]{40,255}"),
    (("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-",
      "gloas-"), "GitLab Token", r"gl[a-z]{2,5}-[A-Za-z0-9_-]{20,64}"),
    (("GR1348941",), "GitLab Token", r"GR1348941[A-Za-z0-9_-]{20,50}"),
    (("eyJ",), "JSON Web Token", r"eyJ[\w=-]{8,}+\.[\w=-]{8,}+(?:\.[\w+/=-]*+)?"),
    (("hf_",), "Hugging Face Token", r"hf_[A-Za-z0-9]{30,64}"),
    (("AIza",), "Google API Key", r"AIza[\w-]{35}"),
    (("ya29.",), "Google OAuth Token", r"ya29\.[\w-]{30,300}"),
    (("sk-ant-",), "Anthropic API Key", r"sk-ant-[\w-]{40,300}"),
    (("gsk_",), "Groq API Key", r"gsk_[A-Za-z0-9]{40,80}"),
    (("npm_",), "NPM Token", r"npm_[A-Za-z0-9]{36}"),
    (("xapp-",), "Slack App Token", r"xapp-[A-Za-z0-9-]{40,300}"),
    (("dop_v1_",), "DigitalOcean Token", r"dop_v1_[a-f0-9]{64}"),
)  # fmt: skip
TOKEN_OF = {
    # in the JSON of arguments a line break is \\n: its n is no letter of a word
    mark: (kind, re.compile(rf"(?:(?<![\w-])|(?<=\\[nrt])){pattern}", re.ASCII))
    for marks, kind, pattern in TOKENS
    for mark in marks
}
JWT = "jwt.JwtTokenDetector"
KEYWORD = "keyword.KeywordDetector"
QUOTES = ('"', "'", "`")
KEYWORDS = ("passw", "secret", "key", "token", "credential")
ASSIGNED = re.compile(
    r"(?:passw(?:or)?d|secret|api[_-]?key|access[_-]?key|private[_-]?key|token|credentials?)"
    r"\w{0,12}[\"'`\]]{0,2}\s{0,3}(?::=|=>|[:=])\s{0,3}[\"'`]([^\s\"'`]{10,200})[\"'`]",
    re.IGNORECASE,
)
KEY_BODY = re.compile(
    r"PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+(?:[A-Z][\w-]+:[^\n]*\n\s*)*[A-Za-z0-9+/=]{32}"
)
MARKS = Marks((*TOKEN_OF, *KEYWORDS, *(mark for marks, _ in PLUGINS for mark in marks)))
STAND_IN = re.compile(
    r"example|dummy|placeholder|change.?me|redacted|xxx|\*\*\*|\.\.\."
    r"|(?:^|(?<![a-z]))(?:your|fake|sample|test|demo|mock)(?![a-z])|^(?:your|fake|sample|test|demo|mock)"
    r"|(?:your|fake|sample|test|demo|mock)(?:api|pass|pw|key|token|secret|user)"
    r"|[<>{}$()\[\]]|^(?:user|pass|passw(?:or)?d|pw|pwd|secret|token|key|admin|root|postgres|guest"
    r"|api_?key|hunter2|s3cr3t|abc123|123456\w*)$|abcdef|012345|123456",
    re.IGNORECASE,
)
NO_TOKEN = re.compile(
    r"example|dummy|your|placeholder|xxxx|abcdefgh|01234567|12345678", re.IGNORECASE
)
LEAST_BITS = 3.0  # of entropy a character of an assigned value; chosen by us, 2026-11-21
SHOWN = 4
# Characters of a line around a mark; a pattern that is tried on whole lines takes their square.
BEFORE, STEP, AFTER = 300, 300, 1_000


def faults(row: Row) -> Iterator[Fault]:
    """Secrets, each once a row; the evidence names the kind and the first characters only."""
    texts = [(message.ordinal, message.content) for message in row.messages]
    texts += [(call.ordinal, call.canonical) for call in row.calls if call.dialect == "openai"]
    seen_marks = MARKS.seen_in("\n".join([text for _, text in texts]))
    if not seen_marks:
        return
    known = [mark for mark in TOKEN_OF if mark.lower() in seen_marks]
    marked = [
        (mark, name) for marks, name in PLUGINS for mark in marks if mark.lower() in seen_marks
    ]
    is_assigned = not seen_marks.isdisjoint(KEYWORDS)
    seen: set[str] = set()
    for ordinal, text in texts:
        found = [("secret", kind, one) for mark in known for kind, one in _tokens(text, mark)]
        found += [
            ("secret", _plugin(name).secret_type, one)
            for mark, name in marked
            for one in _found(text, mark, name)
        ]
        if is_assigned:
            kind = _plugin(KEYWORD).secret_type
            found += [("secret_assigned", kind, one) for one in _assigned(text)]
        for rule, kind, secret in found:
            if secret not in seen:
                seen.add(secret)
                evidence = f"{kind}: {secret[:SHOWN]}... ({len(secret)} characters)"
                yield Fault(rule, evidence, ordinal)


def _assigned(text: str) -> Iterator[str]:
    """Values given to a password, key or token that look made by a machine."""
    if not any(quote in text for quote in QUOTES):
        return
    for match in ASSIGNED.finditer(text):
        if _is_random(match[1]) and any(_plugin(KEYWORD).analyze_string(match[0])):
            yield match[1]


def _found(text: str, mark: str, name: str) -> Iterator[str]:
    """What a plugin finds in the lines that have its mark."""
    for part in _windows(text, mark):
        if mark == "://" and "@" not in part:
            continue
        for secret in _plugin(name).analyze_string(part):
            if STAND_IN.search(secret) and "PRIVATE KEY" not in secret:
                continue
            if "PRIVATE KEY" not in secret or KEY_BODY.search(text):
                yield secret


def _tokens(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """The kind and the whole text of tokens that begin with a mark, but stand-ins."""
    if mark not in text:
        return
    kind, pattern = TOKEN_OF[mark]
    for match in pattern.finditer(text):
        token = match[0]
        if not token.startswith(mark) or NO_TOKEN.search(token) or not re.search(r"\d", token):
            continue
        if mark != "eyJ" or _plugin(JWT).is_formally_valid(token):
            yield kind, token


def _windows(text: str, mark: str) -> Iterator[str]:
    """What stands around a mark in its line; several marks close by are in one."""
    place = text.find(mark)
    while place >= 0:
        start, end = max(0, place - BEFORE), place + AFTER
        before, after = text[start:place], text[place:end]
        first = before.splitlines()[-1] if before and before[-1] not in "\r\n" else ""
        line = after.splitlines()[0]
        yield first + line
        place = text.find(mark, place + min(len(line), STEP))


def _is_random(value: str) -> bool:
    """Whether an assigned value looks made by a machine: letters and digits, hardly repeated."""
    if STAND_IN.search(value) or not re.search(r"\d", value) or not re.search(r"[A-Za-z]", value):
        return False
    counts = Counter(value).values()
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts)
    return bits >= LEAST_BITS


@cache
def _plugin(name: str) -> Any:
    """A plugin of detect-secrets, made once a process."""
    module, _, kind = name.partition(".")
    return getattr(import_module(f"detect_secrets.plugins.{module}"), kind)()
