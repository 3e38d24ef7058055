"""The one kind of error a user sees: where, what, and how to mend it."""


class CurateError(Exception):
    """A mistake a user can mend. Printed without a traceback; `exit_code` is the command's.

    `where` names the file, source or command; the first line of `what` says what is wrong with the
    offending value, further lines explain; `fix` is the next step.
    """

    def __init__(self, where: str, what: str, fix: str, *, exit_code: int = 2) -> None:
        super().__init__(where, what, fix)  # what pickle makes it anew from, on its way to a parent
        self.where, self.what, self.fix, self.exit_code = where, what, fix, exit_code

    def __str__(self) -> str:
        """Where and what, further lines and the fix indented."""
        first, *further = self.what.splitlines()
        return "\n  ".join([f"{self.where}: {first}", *further, f"fix: {self.fix}"])
