"""Real ty: whole results, its settings in the workspace, and none from elsewhere."""

import subprocess

import pytest

from curate.tools.typecheck import MAX_ERRORS, Typecheck, TypecheckResult, TypeIssue

TOOL = Typecheck()
WRONG = "def f() -> int:\n    return 'a'\n"
ISSUE = {
    "line": 2,
    "column": 12,
    "severity": "error",
    "code": "invalid-explicit-return",
    "message": 'Return type does not match returned value: expected `int`, found `Literal["a"]`',
}
MATCH = "match 1:\n    case 1: pass\n"


def check(workspace, path="."):
    return TOOL.call(workspace, {"path": path})


def codes(result):
    return [(issue.file, issue.code) for issue in result.errors]


def test_issues_come_by_file_line_and_column(make):
    workspace = make({"b.py": WRONG, "a dir/-c.py": f"{WRONG}reveal_type(f())\n"})
    warning = {
        "file": "a dir/-c.py",
        "line": 3,
        "column": 1,
        "severity": "warning",
        "code": "undefined-reveal",
        "message": "`reveal_type` used without importing it",
    }
    revealed = {
        "file": "a dir/-c.py",
        "line": 3,
        "column": 13,
        "severity": "info",
        "code": "revealed-type",
        "message": "Revealed type: `int`",
    }
    assert check(workspace) == TypecheckResult(
        success=False,
        error_count=2,
        warning_count=1,
        errors=[
            TypeIssue(file="a dir/-c.py", **ISSUE),
            TypeIssue(**warning),
            TypeIssue(**revealed),
            TypeIssue(file="b.py", **ISSUE),
        ],
    )
    assert codes(check(workspace, "b.py")) == [("b.py", "invalid-explicit-return")]


def test_the_model_reads_one_json_object(make):
    workspace = make({"a.py": WRONG, "b.py": "x = 1\n", "-c.py": WRONG, "d.py": "reveal_type(1)\n"})
    assert TOOL.content(check(workspace, "a.py")) == (
        '{"success":false,"error_count":1,"warning_count":0,"errors":[{"file":"a.py","line":2,'
        '"column":12,"severity":"error","code":"invalid-explicit-return","message":"Return type '
        'does not match returned value: expected `int`, found `Literal[\\"a\\"]`"}],'
        '"truncated":false}'
    )
    clean, warned = check(workspace, "b.py"), check(workspace, "d.py")
    assert TOOL.is_clean(clean)
    assert TOOL.content(clean) == (
        '{"success":true,"error_count":0,"warning_count":0,"errors":[],"truncated":false}'
    )
    assert (warned.success, warned.warning_count, TOOL.is_clean(warned)) == (True, 1, False)
    assert codes(check(workspace, "-c.py")) == [("-c.py", "invalid-explicit-return")]


def test_counts_are_of_all_and_the_list_is_cut(make):
    workspace = make({"a.py": "".join(f"print(m{n:02})\n" for n in range(60))})
    result = check(workspace, "a.py")
    assert (result.error_count, result.truncated) == (60, True)
    assert [issue.line for issue in result.errors] == [*range(1, MAX_ERRORS + 1)]


def test_files_that_do_not_parse_or_decode_are_findings(make):
    result = check(make({"a.py": "def (\n", "b.py": b"x = '\xe9'\n", "c.py": "", "d.bin": b"\0"}))
    assert set(codes(result)) == {("a.py", "invalid-syntax"), ("b.py", "io")}


FAILED = {
    "not there": ({"path": "b.py"}, "b.py: no such file or folder"),
    "outside": ({"path": "../b.py"}, "../b.py: outside the project"),
    "absolute": (
        {"path": "/etc"},
        "/etc: absolute paths are not allowed, use one relative to the project",
    ),
    "no path": ({}, "path: field required"),
    "a number": ({"path": 1}, "path: input should be a valid string"),
}


@pytest.mark.parametrize(("arguments", "error"), FAILED.values(), ids=FAILED)
def test_what_cannot_be_checked_is_said(make, arguments, error):
    result = TOOL.call(make({"a.py": ""}), arguments)
    assert result == TypecheckResult(success=False, error=error)
    assert TOOL.content(result) == f'{{"success":false,"error":"{error}"}}'
    assert not TOOL.is_clean(result)


def test_settings_that_ty_cannot_read_are_said_without_this_machines_paths(make):
    workspace = make({"a.py": "", "ty.toml": "rules = 3\n"})
    assert check(workspace).error == (
        "ty failed: ty.toml is not a valid `ty.toml`: TOML parse error at line 1, column 9"
    )


def test_no_package_of_this_machine_and_of_the_workspace_is_found(make):
    workspace = make(
        {
            "a.py": "import pydantic\nimport own\n",
            ".venv/pyvenv.cfg": "home = /usr/bin\n",
            ".venv/lib/python3.13/site-packages/own.py": "",
        }
    )
    assert check(workspace, "a.py").errors == [
        TypeIssue(
            file="a.py",
            line=line,
            column=8,
            severity="error",
            code="import-not-found",
            message=f"Cannot resolve imported module `{name}`",
        )
        for line, name in ((1, "pydantic"), (2, "own"))
    ]


def test_the_projects_own_settings_hold(make):
    project = "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.8'\n"
    rules = "[tool.ty.rules]\ninvalid-explicit-return = 'warn'\n"
    workspace = make({"pyproject.toml": project + rules, "a.py": WRONG, "b.py": MATCH})
    assert [(issue.file, issue.severity, issue.code) for issue in check(workspace).errors] == [
        ("a.py", "warning", "invalid-explicit-return"),
        ("b.py", "error", "invalid-syntax"),
    ]


ABOVE = {
    "rules": ("ty.toml", "[rules]\ninvalid-explicit-return = 'ignore'\n"),
    "rules of a project": (
        "pyproject.toml",
        "[tool.ty.rules]\ninvalid-explicit-return = 'ignore'\n",
    ),
    "an older Python": (
        "pyproject.toml",
        "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.7'\n",
    ),
    "files that git ignores": (".gitignore", "*.py\n"),
    "files that tools ignore": (".ignore", "*.py\n"),
}


@pytest.mark.parametrize(("name", "text"), ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize("own", ["", "[project]\nname = 'y'\nversion = '1'\n"])
def test_nothing_above_the_workspace_changes_a_finding(make, own, name, text):
    files = {"a.py": WRONG + MATCH, "deep/b.py": WRONG}
    workspace = make({**files, **({"pyproject.toml": own} if own else {})})
    subprocess.run(["git", "init", "-q", str(workspace.root.parent)], check=True)
    before = check(workspace)
    assert codes(before) == [(file, "invalid-explicit-return") for file in files]
    (workspace.root.parent / name).write_text(text)
    assert check(workspace) == before


OUTSIDE = {
    "modules": (
        "ty.toml",
        "[environment]\nextra-paths = ['.', '../secret']\n",
        "extra-paths",
        "../secret",
    ),
    "first-party modules": (
        "pyproject.toml",
        "[tool.ty.environment]\nroot = ['/etc']\n",
        "root",
        "/etc",
    ),
    "the standard library": (
        "ty.toml",
        "[environment]\ntypeshed = '~/stubs'\n",
        "typeshed",
        "~/stubs",
    ),
    "an environment": ("ty.toml", "[environment]\npython = '/usr'\n", "python", "/usr"),
    "through a link": ("ty.toml", "[environment]\nroot = 'away/x'\n", "root", "away/x"),
}


@pytest.mark.parametrize(("name", "text", "key", "path"), OUTSIDE.values(), ids=OUTSIDE)
def test_settings_may_not_search_outside(make, name, text, key, path):
    workspace = make({"a.py": "", name: text})
    (workspace.root / "away").symlink_to("/etc")
    error = f"{name}: ty's {key} is {path!r}, which is outside the project"
    assert check(workspace, "a.py") == TypecheckResult(success=False, error=error)


def test_settings_may_search_inside(make):
    settings = "[environment]\nextra-paths = ['lib']\nroot = ['./src', '.']\n"
    files = {"a.py": "import own, mine\n", "lib/own.py": "", "src/mine.py": ""}
    assert TOOL.is_clean(check(make({"ty.toml": settings, **files}), "a.py"))


def test_what_a_link_brings_in_from_elsewhere_is_not_shown(make, tmp_path):
    (tmp_path / "secret.py").write_text(WRONG)
    workspace = make({"a.py": WRONG})
    (workspace.root / "link.py").symlink_to(tmp_path / "secret.py")
    assert codes(check(workspace)) == [("a.py", "invalid-explicit-return")]


def test_messages_that_name_a_file_name_it_within_the_project(make):
    code = "def f(x):\n  class C: ...\n  c: C\n  if x:\n    class C: ...\n    c = C()\n"
    (issue,) = check(make({"deep/a.py": code}), "deep").errors
    assert issue.message == (
        "Object of type `deep.a.<locals of function 'f'>.C @ deep/a.py:5:11` is not assignable to "
        "`deep.a.<locals of function 'f'>.C @ deep/a.py:2:9`"
    )


def test_the_schema_is_offered_as_it_stands():
    assert TOOL.version({}).startswith("ty ")
    assert TOOL.schema()["function"] == {
        "name": "typecheck",
        "description": "Type-check a Python file or folder with ty and get the errors and warnings "
        "with file, line, column, severity, code and message. At most 50 are listed, the counts "
        "cover all.",
        "parameters": {
            "type": "object",
            "properties": {
                "path": {
                    "type": "string",
                    "description": "File or folder to check, relative to the project.",
                }
            },
            "required": ["path"],
        },
    }
