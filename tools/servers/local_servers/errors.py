"""The one kind of error that a user is meant to read."""


class ServerError(Exception):
    """Something a user can mend; its text is one sentence that says how."""
