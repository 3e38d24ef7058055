"""The licence a release states in its own metadata, as an SPDX expression.

    License-Expression: MIT OR Apache-2.0   ->   "MIT OR Apache-2.0"

Only what is unambiguous counts; no licence is guessed from a text.
"""

from email.parser import HeaderParser
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from curate.errors import CurateError
from curate.sources.source import NOASSERTION

# The classifiers of PyPI that mean one SPDX licence; "BSD License", for one, may be three.
CLASSIFIERS = {
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Universal Permissive License (UPL)": "UPL-1.0",
    "zlib/libpng License": "Zlib",
}


def stated_license(tree: Path) -> str:
    """The SPDX expression of the PKG-INFO in `tree`, NOASSERTION when it states none clearly.

    Asked in this order: License-Expression, a License field that is an expression, one classifier.
    """
    path = tree / "PKG-INFO"
    if not path.is_file() or path.is_symlink():
        raise CurateError(
            where=tree.name,
            what="the release has no PKG-INFO\nan sdist has one beside its pyproject.toml",
            fix="pin another release, or the project's repository as a git source",
        )
    fields = HeaderParser().parsestr(path.read_text(encoding="utf-8", errors="replace"))
    for key in ("License-Expression", "License"):
        if (value := fields.get(key)) and (expression := _expression(value)):
            return expression
    classified = [
        classifier.rpartition(" :: ")[2]
        for classifier in fields.get_all("Classifier", [])
        if classifier.startswith("License :: ")
    ]
    # Two classifiers may mean "and" or "or".
    return CLASSIFIERS.get(classified[0], NOASSERTION) if len(classified) == 1 else NOASSERTION


def _expression(value: str) -> str | None:
    try:
        return canonicalize_license_expression(value)
    except InvalidLicenseExpression:
        return None
