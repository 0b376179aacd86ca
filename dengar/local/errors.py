"""The one error people see from the embedded stack."""


class StackError(Exception):
    """A part could not be prepared, started or stopped; the message is a plain sentence that says what to do."""
