"""What differs between versions of Python."""

import sys

if sys.version_info >= (3, 12):
    from typing import override
else:

    def override(method, /):
        """Mark a method that replaces one of a base class."""
        return method


try:
    import tomllib
except ImportError:
    tomllib = None
