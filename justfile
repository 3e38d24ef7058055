# What there is to do. `just` alone lists it.
default:
    @just --list

# Run the tests, all of them or those named: just test tests/near -k crowds
test *arguments:
    uv run pytest {{arguments}}

# Check style, format and types, and that the generated pages are up to date
lint:
    uv run ruff check
    uv run ruff format --check
    uv run ty check
    uv run python -m curate.docs --check

# Mend what ruff can mend
fix:
    uv run ruff check --fix
    uv run ruff format

# Write the generated pages, docs/tools.md, audits.md and rules.md, and test every block of the others
docs:
    uv run python -m curate.docs
    uv run pytest tests/test_docs.py

# Build a corpus: just build phase27 --until scan
build corpus="phase27" *options:
    uv run curate build {{corpus}} {{options}}
