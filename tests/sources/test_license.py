from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources.license import CLASSIFIERS, stated_license
from curate.sources.source import PypiSource

BSD = "Classifier: License :: OSI Approved :: BSD License"
MIT = "Classifier: License :: OSI Approved :: MIT License"
APACHE = "Classifier: License :: OSI Approved :: Apache Software License"


@pytest.mark.parametrize(
    ("fields", "expression"),
    [
        ("License-Expression: MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        ("License-Expression: mit", "MIT"),
        (f"License: BSD-3-Clause\n{BSD}", "BSD-3-Clause"),
        (f"License: Apache 2\n{APACHE}", "Apache-2.0"),
        (MIT, "MIT"),
        (f"Classifier: Framework :: Pytest\n{MIT}", "MIT"),
        (BSD, "NOASSERTION"),
        (f"{MIT}\n{APACHE}", "NOASSERTION"),
        ("License: see LICENSE", "NOASSERTION"),
        ("Summary: caf\xe9\n\nLicense-Expression: MIT", "NOASSERTION"),
    ],
)
def test_only_a_clear_statement_counts(tmp_path: Path, fields: str, expression: str) -> None:
    (tmp_path / "PKG-INFO").write_bytes(f"Name: a\n{fields}\n".encode("latin-1"))
    assert stated_license(tmp_path) == expression


@pytest.mark.parametrize("expression", CLASSIFIERS.values())
def test_every_classifier_means_an_expression_that_a_pin_takes(expression: str) -> None:
    source = PypiSource(
        name="a", version="1", sha256="0" * 64, license_spdx=expression, category="cli"
    )
    assert source.license_spdx == expression


def test_a_release_without_metadata_is_named(tmp_path: Path) -> None:
    with pytest.raises(CurateError) as raised:
        stated_license(tmp_path)
    assert str(raised.value) == (
        f"{tmp_path.name}: the release has no PKG-INFO\n"
        "  an sdist has one beside its pyproject.toml\n"
        "  fix: pin another release, or the project's repository as a git source"
    )
