"""Real ruff: whole results, its settings in the workspace, and none from elsewhere."""

import subprocess

import pytest

from curate.tools.ruff_check import MAX_VIOLATIONS, RuffCheck, RuffCheckResult, Violation

TOOL = RuffCheck()
UNUSED = {
    "line": 1,
    "column": 8,
    "code": "F401",
    "message": "`os` imported but unused",
    "fixable": True,
}


def found(*violations):
    return RuffCheckResult(
        success=not violations,
        violation_count=len(violations),
        fixable_count=sum(violation["fixable"] for violation in violations),
        violations=[Violation(**violation) for violation in violations],
    )


def check(workspace, path=".", *select):
    return TOOL.call(workspace, {"path": path, **({"select": list(select)} if select else {})})


def codes(result):
    return [(violation.file, violation.code) for violation in result.violations]


def test_violations_come_by_file_line_and_column(make):
    workspace = make({"b.py": "import os\n", "a dir/-c.py": "import os\nprint(y,\n  z)\n"})
    undefined = {"code": "F821", "fixable": False, "file": "a dir/-c.py"}
    result = check(workspace, ".", "F")
    assert result == found(
        {**UNUSED, "file": "a dir/-c.py"},
        {**undefined, "line": 2, "column": 7, "message": "Undefined name `y`"},
        {**undefined, "line": 3, "column": 3, "message": "Undefined name `z`"},
        {**UNUSED, "file": "b.py"},
    )
    assert check(workspace, "a dir/-c.py", "F401") == found({**UNUSED, "file": "a dir/-c.py"})
    assert not TOOL.is_clean(result)


def test_the_model_reads_one_json_object(make):
    workspace = make({"a.py": "import os\n", "b.py": "x = 1\n", "-c.py": "import os\n"})
    assert TOOL.content(check(workspace, "a.py", "F")) == (
        '{"success":false,"violation_count":1,"fixable_count":1,"violations":[{"file":"a.py",'
        '"line":1,"column":8,"code":"F401","message":"`os` imported but unused","fixable":true}],'
        '"truncated":false}'
    )
    clean = check(workspace, "b.py", "F")
    assert TOOL.is_clean(clean)
    assert TOOL.content(clean) == (
        '{"success":true,"violation_count":0,"fixable_count":0,"violations":[],"truncated":false}'
    )
    assert codes(check(workspace, "-c.py", "F")) == [("-c.py", "F401")]


def test_counts_are_of_all_and_the_list_is_cut(make):
    workspace = make({"a.py": "".join(f"import m{n:02}\n" for n in range(60))})
    result = check(workspace, "a.py", "F401")
    assert (result.violation_count, result.fixable_count, result.truncated) == (60, 60, True)
    assert [violation.line for violation in result.violations] == [*range(1, MAX_VIOLATIONS + 1)]


def test_files_that_do_not_parse_or_decode_are_findings(make):
    workspace = make({"a.py": "def (\n", "b.py": b"x = '\xe9'\n", "c.py": "", "d.bin": b"\0"})
    assert set(codes(check(workspace, ".", "E9"))) == {("a.py", "invalid-syntax"), ("b.py", "E902")}


FAILED = {
    "not there": ({"path": "b.py"}, "b.py: no such file or folder"),
    "outside": ({"path": "../b.py"}, "../b.py: outside the project"),
    "no path": ({}, "path: field required"),
    "rules as one text": (
        {"path": ".", "select": "F"},
        "select: input should be a valid list",
    ),
    "a rule like an option": (
        {"path": ".", "select": ["--fix"]},
        "--fix: not a rule code or prefix",
    ),
    "a rule that ruff does not know": (
        {"path": ".", "select": ["ZZZ9"]},
        "ruff failed: Unknown rule selector `ZZZ9` in `select` from the CLI",
    ),
}


@pytest.mark.parametrize(("arguments", "error"), FAILED.values(), ids=FAILED)
def test_what_cannot_be_checked_is_said(make, arguments, error):
    result = TOOL.call(make({"a.py": ""}), arguments)
    assert result == RuffCheckResult(success=False, error=error)
    assert TOOL.content(result) == f'{{"success":false,"error":"{error}"}}'
    assert not TOOL.is_clean(result)


def test_settings_that_ruff_cannot_read_are_said_without_this_machines_paths(make):
    workspace = make({"a.py": "", "ruff.toml": "lint = 3\n"})
    assert check(workspace).error == (
        "ruff failed: Failed to load configuration `ruff.toml`: Failed to parse ruff.toml: "
        "TOML parse error at line 1, column 8"
    )


def test_the_projects_own_settings_hold(make):
    workspace = make(
        {
            "pyproject.toml": "[tool.ruff.lint]\nselect = ['E711']\n",
            "a.py": "import os\nos == None\n",
            "deep/ruff.toml": "extend = '../pyproject.toml'\nlint.extend-select = ['F401']\n",
            "deep/b.py": "import os\nos == None\n",
            "deep/c.py": "import os\n",
        }
    )
    assert codes(check(workspace)) == [
        ("a.py", "E711"),
        ("deep/b.py", "E711"),
        ("deep/c.py", "F401"),
    ]


ABOVE = {
    "rules": ("ruff.toml", "lint.select = ['E711']\n"),
    "rules of a project": ("pyproject.toml", "[tool.ruff.lint]\nselect = ['E711']\n"),
    "an older Python": (
        "pyproject.toml",
        "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.7'\n",
    ),
    "files that git ignores": (".gitignore", "*\n"),
    "files that tools ignore": (".ignore", "*.py\n"),
}


@pytest.mark.parametrize(("name", "text"), ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize("own", ["", "line-length = 90\n"], ids=["no settings", "own settings"])
def test_nothing_above_the_workspace_changes_a_finding(make, own, name, text):
    files = {"a.py": "import os\nmatch 1:\n    case 1: pass\n", "deep/b.py": "import os\n"}
    workspace = make({**files, **({"ruff.toml": own} if own else {})})
    subprocess.run(["git", "init", "-q", str(workspace.root.parent)], check=True)
    before = check(workspace)
    assert ("a.py", "F401") in codes(before)
    (workspace.root.parent / name).write_text(text)
    assert check(workspace) == before


OUTSIDE = {
    "absolute": ("ruff.toml", "/etc/passwd"),
    "up": (".ruff.toml", "../secret.toml"),
    "of this user": ("ruff.toml", "~/ruff.toml"),
    "of the environment": ("ruff.toml", "$HOME/ruff.toml"),
    "through a link": ("ruff.toml", "away/hostname"),
    "in a folder below": ("deep/ruff.toml", "../../secret.toml"),
}


@pytest.mark.parametrize(("name", "extended"), OUTSIDE.values(), ids=OUTSIDE)
def test_settings_may_not_extend_what_lies_outside(make, tmp_path, name, extended):
    workspace = make({"deep/a.py": "import os\n", name: f"extend = '{extended}'\n"})
    (workspace.root / "away").symlink_to("/etc")
    (tmp_path / "secret.toml").write_text("line-length = 3\n")
    error = f"{name}: ruff's extend is {extended!r}, which is outside the project"
    assert check(workspace) == RuffCheckResult(success=False, error=error)
    assert check(workspace, "deep/a.py") == RuffCheckResult(success=False, error=error)


def test_settings_may_not_extend_what_lies_outside_in_two_steps(make):
    workspace = make(
        {
            "a.py": "",
            "pyproject.toml": "[tool.ruff]\nextend = 'base.toml'\n",
            "base.toml": "extend = '/etc/passwd'\n",
        }
    )
    error = "base.toml: ruff's extend is '/etc/passwd', which is outside the project"
    assert check(workspace) == RuffCheckResult(success=False, error=error)


def test_what_a_link_brings_in_from_elsewhere_is_not_shown(make, tmp_path):
    (tmp_path / "secret.py").write_text("import os\n")
    workspace = make({"a.py": "import os\n"})
    (workspace.root / "link.py").symlink_to(tmp_path / "secret.py")
    (workspace.root / "own.py").symlink_to("a.py")
    assert codes(check(workspace, ".", "F")) == [("a.py", "F401"), ("own.py", "F401")]


def test_rules_that_name_the_file_name_it_within_the_project(make):
    result = check(make({"deep/a.py": "x = 1\n"}), "deep", "INP")
    assert [violation.message for violation in result.violations] == [
        "File `deep/a.py` is part of an implicit namespace package. Add an `__init__.py`."
    ]


def test_the_schema_is_offered_as_it_stands():
    assert TOOL.version({}).startswith("ruff ")
    assert TOOL.schema()["function"] == {
        "name": "ruff_check",
        "description": "Lint a Python file or folder with ruff and get the violations with file, "
        "line, column, code, message and whether ruff can fix them. At most 50 are listed, the "
        "counts cover all.",
        "parameters": {
            "type": "object",
            "properties": {
                "path": {
                    "type": "string",
                    "description": "File or folder to check, relative to the project.",
                },
                "select": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "Rule codes or prefixes to check instead of the project's own, "
                    "e.g. ['F401', 'B'].",
                },
            },
            "required": ["path"],
        },
    }
