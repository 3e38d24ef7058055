"""What names a person: e-mail addresses, and absolute paths in somebody's home folder.

    jane.roe@acme.io            an address; one at example.com is nobody's
    /home/jroe/projects/app.py  a path; /home/user and the like are nobody's

One of each kind a message: the rest is found when the first is mended.
"""

import re
from collections.abc import Iterator

from curate.datasets.decoding import shown
from curate.datasets.row import Fault, Message, Row

ADDRESS = re.compile(
    r"(?<![\w.+/@\\-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.)+"
    r"(?:com|org|net|edu|gov|mil|int|info|biz|name|pro|dev|app|tech|cloud|email|online|site|xyz"
    r"|[A-Za-z]{2})(?![\w@/]|\.\w)"
)
RESERVED = re.compile(
    r"@(?:.*\.)?(?:example|test|invalid|localhost|local|internal|lan)$"  # RFC 2606, RFC 6761
    r"|@(?:.*\.)?example\.\w+$|@(?:your|my|some)?(?:domain|company|email|mail|site|host)\.\w+$"
    r"|@users\.noreply\.|^(?:git|noreply|no-reply|donotreply)@|@(?:acme|foo|bar|test|localhost)\.\w+$"
    r"|\.(?:py|js|ts|md|txt|json|toml|yml|yaml|html|css|png|svg)$",
    re.IGNORECASE,
)
HOME = re.compile(
    r"(?<![\w.}$-])(?:/home/|/Users/|[A-Za-z]:(?:\\{1,4}|/)Users(?:\\{1,4}|/))"
    r"([A-Za-z][\w.-]{0,31})(?=[\\/:\s\"'`)\],;]|$)"
)
ROUTE = re.compile(
    r"(?:route|path|url|get|post|put|patch|delete|redirect|href|to)\s{0,2}[(=:]\s{0,2}[\"'`]$",
    re.IGNORECASE,
)
QUOTES = ('"', "'", "`")
NOBODY = """
user users username you your yourname your_name your-name name me myuser myname someone somebody
person dev developer admin root app ubuntu debian runner vscode node jovyan circleci travis vagrant
docker ec2-user pi shared public default foo bar alice bob test tester guest example student coder
gitpod codespace sandbox agent workspace project projects
"""
NAMES_OF_NOBODY = frozenset(NOBODY.split())


def faults(row: Row) -> Iterator[Fault]:
    """The first address and the first home path of each message."""
    for message in row.messages:
        content = message.content
        if "@" in content:
            yield from _addresses(message)
        if "/home/" in content or "Users" in content:
            yield from _homes(message)


def _addresses(message: Message) -> Iterator[Fault]:
    for match in ADDRESS.finditer(message.content):
        if not RESERVED.search(match[0]):
            yield Fault("email_address", shown(match[0]), message.ordinal)
            return


def _homes(message: Message) -> Iterator[Fault]:
    content = message.content
    for match in HOME.finditer(content):
        if _is_route(content, match):
            continue
        if match[1].lower().rstrip(".") not in NAMES_OF_NOBODY:
            evidence = shown(content[match.start() : match.end() + 40])
            yield Fault("home_path", evidence, message.ordinal)
            return


def _is_route(content: str, match: re.Match[str]) -> bool:
    """Whether it is a page of a site, such as `route("/home/dashboard/")`, with nothing below."""
    after = content[match.end() : match.end() + 2]
    is_alone = after[:1] in QUOTES or (after[:1] == "/" and after[1:] in QUOTES)
    before = content[max(0, match.start() - 24) : match.start()]
    return bool(after) and is_alone and ROUTE.search(before) is not None
