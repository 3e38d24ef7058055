"""The one kind of error a user sees: where, what, and how to mend it."""


class CurateError(Exception):
    """A mistake a user can mend. Printed without a traceback; `exit_code` is the command's.

    `where` names the file, source or command; the first line of `what` says what is wrong with the
    offending value, further lines explain; `fix` is the next step.
    """

    def __init__(self, where: str, what: str, fix: str, *, exit_code: int = 2) -> None:
        self.where, self.what, self.fix, self.exit_code = where, what, fix, exit_code
        lines = [f"{where}: {what.splitlines()[0]}", *what.splitlines()[1:], f"fix: {fix}"]
        super().__init__("\n  ".join(lines))
