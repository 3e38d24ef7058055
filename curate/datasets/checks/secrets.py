"""Secrets, by the detectors of the detect-secrets library.

Its scanner reads files line by line with every plugin, which takes milliseconds a row. Here a
mark, a few characters that the plugin's pattern cannot do without, finds the lines that could hold
a secret, and only these are given to that plugin. What is plainly a stand-in, as `your-api-key`, is
no secret.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from curate.datasets.row import Fault, Row

# Marks and the plugin that wants one of them, as module.class of detect_secrets.plugins.
PLUGINS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("AKIA", "ASIA", "ABIA", "ACCA", "A3T", "aws"), "aws.AWSKeyDetector"),
    (("AccountKey=",), "azure_storage_key.AzureStorageKeyDetector"),
    (("cloudant",), "cloudant.CloudantDetector"),
    (("iscord",), "discord.DiscordBotTokenDetector"),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), "github_token.GitHubTokenDetector"),
    (("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "GR1348941", "glcbt-", "glimt-", "glptt-",
      "glagent-", "gloas-"), "gitlab_token.GitLabTokenDetector"),
    (("eyJ",), "jwt.JwtTokenDetector"),
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
BASIC_AUTH = "basic_auth.BasicAuthDetector"
KEYWORD = "keyword.KeywordDetector"
# No key is without 16 letters and digits in a row. They are found so in a fifth of the time that a
# pattern takes, and in a tenth of what all marks take.
LONG_RUN = b"a" * 16
TO_RUNS = bytes(ord("a" if bytes([byte]).isalnum() else " ") for byte in range(256))
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
STAND_IN = re.compile(
    r"example|your|dummy|fake|sample|placeholder|change.?me|test|demo|mock|redacted|xxx|\*\*\*|\.\.\."
    r"|[<>{}$()\[\]]|^(?:user|pass|passw(?:or)?d|pw|pwd|secret|token|key|admin|root|postgres|guest"
    r"|api_?key|hunter2|s3cr3t|abc123|123456\w*)$|abcdef|012345|123456",
    re.IGNORECASE,
)
LEAST_BITS = 3.0  # of entropy a character of an assigned value; chosen by us, 2026-11-21
SHOWN = 4


def faults(row: Row) -> Iterator[Fault]:
    """Secrets, each once a row; the evidence names the kind and the first characters only."""
    texts = [(message.ordinal, message.content) for message in row.messages]
    texts += [(call.ordinal, call.canonical) for call in row.calls if call.dialect == "openai"]
    whole = "\n".join([text for _, text in texts])
    marked, is_assigned = _signs(whole)
    if not marked and not is_assigned:
        return
    seen: set[str] = set()
    for ordinal, text in texts:
        found = [("secret", name, one) for mark, name in marked for one in _found(text, mark, name)]
        if is_assigned:
            found += [("secret_assigned", KEYWORD, one) for one in _assigned(text)]
        for rule, name, secret in found:
            if secret not in seen:
                seen.add(secret)
                kind = _plugin(name).secret_type
                evidence = f"{kind}: {secret[:SHOWN]}... ({len(secret)} characters)"
                yield Fault(rule, evidence, ordinal)


def _signs(whole: str) -> tuple[list[tuple[str, str]], bool]:
    """The marks in a text with their plugins; whether a keyword may be given something."""
    marked = [("://", BASIC_AUTH)] if "://" in whole else []
    if LONG_RUN in whole.encode("utf-8", "replace").translate(TO_RUNS):
        marked += [(mark, name) for marks, name in PLUGINS for mark in marks if mark in whole]
    is_assigned = False
    if any(quote in whole for quote in QUOTES):
        lowered = whole.lower()
        is_assigned = any(word in lowered for word in KEYWORDS)
    return marked, is_assigned


def _assigned(text: str) -> Iterator[str]:
    """Values given to a password, key or token that look made by a machine."""
    for match in ASSIGNED.finditer(text):
        if _is_random(match[1]) and any(_plugin(KEYWORD).analyze_string(match[0])):
            yield match[1]


def _found(text: str, mark: str, name: str) -> Iterator[str]:
    """What a plugin finds in the lines that have its mark."""
    if mark not in text or (mark == "://" and "@" not in text):
        return
    for line in text.splitlines():
        if mark not in line or (mark == "://" and "@" not in line):
            continue
        for secret in _plugin(name).analyze_string(line):
            if STAND_IN.search(secret) and "PRIVATE KEY" not in secret:
                continue
            if "PRIVATE KEY" not in secret or KEY_BODY.search(text):
                yield secret


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
