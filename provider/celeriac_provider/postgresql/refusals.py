"""PostgreSQL's errors in sentences: what is wrong, and which setting of the provider to look at."""

from __future__ import annotations

import re
from typing import Final

import psycopg
from psycopg import errors as pg

from celeriac_provider.engine.errors import (
    CeleriacError,
    LoginRefused,
    Lost,
    Mistake,
    OutOfReach,
    Refused,
    Unreachable,
)
from celeriac_provider.postgresql.connections import TooSlow


class Starting(Unreachable):
    """Nobody answers, or the server is not ready yet: worth another attempt."""


class Denied(Refused):
    """The password is right, but this database lets the administrator not in."""


class Told(psycopg.DatabaseError):
    """What the server told another process of ours.

    Args:
        state: its SQLSTATE.
        said: its words.
    """

    def __init__(self, state: str, said: str) -> None:
        super().__init__(said)
        self.sqlstate = state


# libpq gives no SQLSTATE for a failed connection: its text is all there is.
_CONNECTING: Final[tuple[tuple[str, type[CeleriacError], str], ...]] = (
    (
        r"Connection refused|No such file or directory.*socket",
        Starting,
        "nothing listens there: is it running, and is the port in `endpoint` right?",
    ),
    (
        # The last two: to who was just let in when it stopped, or crashed.
        (
            r"the database system is (starting up|shutting down|not yet accepting)|recovery"
            r"|terminating connection (due to administrator|because of crash)"
        ),
        Starting,
        "it is starting or stopping: try again when it is up",
    ),
    (
        r"too many (clients|connections)|remaining connection slots",
        Starting,
        "it has no connection left: raise max_connections, or close some",
    ),
    (
        r"timeout expired|timed out|no answer within",
        OutOfReach,
        "it did not answer in time: look at `endpoint`, the firewall and `timeout`",
    ),
    (
        r"could not translate host name|Name or service not known|Temporary failure in name",
        OutOfReach,
        "its name is not known: look at the host in `endpoint`",
    ),
    (
        r"server does not support SSL",
        Unreachable,
        (
            "it speaks no TLS, and the connection must be verified: turn `ssl` on there, or, in a "
            "network you trust, add `?sslmode=disable` to `endpoint`"
        ),
    ),
    (
        r"does not match host name|hostname mismatch",
        Unreachable,
        "its certificate is for another host: use the certificate's name in `endpoint`",
    ),
    (
        r"certificate has expired",
        Unreachable,
        "its certificate has expired: renew it there",
    ),
    (
        r"certificate verify failed|unknown ca|self-signed|unable to get local issuer",
        Unreachable,
        (
            "its certificate is not signed by an authority that we trust: give the authority as "
            "`ca` or `caFile`"
        ),
    ),
    (
        r"root certificate file|could not read (root )?certificate|certificate file",
        Mistake,
        (
            "a certificate's file cannot be read: look at `caFile`, `clientCertificateFile` and "
            "`clientKeyFile`"
        ),
    ),
    (
        r"password authentication failed|no password supplied",
        LoginRefused,
        "it refused the administrator's name or password: look at `username` and `password`",
    ),
    (
        r"permission denied for database",
        Denied,
        "it lets the administrator not into this database: grant CONNECT",
    ),
    (
        r"no pg_hba.conf entry",
        Refused,
        (
            "its pg_hba.conf has no entry for this user, database, address and encryption: add "
            "one, or look at `username` and at `sslmode` in `endpoint`"
        ),
    ),
)


_RIGHTS: Final = "42501"
"""SQLSTATE of a right that lacks."""
_BROKEN: Final = (
    r"closed the connection unexpectedly|reset by peer|Broken pipe|EOF detected|unexpected eof|"
    r"connection to server was lost|received invalid response|expected \w+ request from server|"
    r"lost synchronization|unexpected response|connection is (bad|closed)|insufficient data"
)
"""A connection that ended, or brought what is not PostgreSQL's protocol."""


def connecting(
    error: psycopg.Error, where: str, certificate: str | None = None, *, known: bool = False
) -> CeleriacError:
    """Why no connection was made.

    Args:
        error: psycopg's.
        where: host, port and database, for the sentence.
        certificate: what is wrong with the server's certificate, if that was looked into.
        known: whether a PostgreSQL has answered there before.
    """
    text = certificate or str(error)
    if re.search(_BROKEN, text):
        if known:
            return _lost(where, "log in")
        return Unreachable(
            f"what answers at {where} does not speak as PostgreSQL does: look at host and port in "
            f"`endpoint`"
        )
    for pattern, kind, reason in _CONNECTING:
        if re.search(pattern, text):
            return kind(f"the PostgreSQL server at {where} cannot be used: {reason}")
    reason = text.strip().splitlines()[-1].rpartition("FATAL:")[2].strip() if text.strip() else ""
    reason = "".join(c if c.isprintable() else " " for c in reason)
    return OutOfReach(
        f"the PostgreSQL server at {where} cannot be used: {reason}: look at `endpoint`"
    )


def password_is_wrong(error: psycopg.Error) -> bool | None:
    """What a failed login says about the password; None when it says nothing.

    The server looks at the password first: whatever it complains of afterwards proves it right.
    """
    text = str(error)
    if "password authentication failed" in text:
        return True
    if re.search(r"permission denied for database|not permitted to log in|for role", text):
        return False
    return None


def statement(error: psycopg.Error, where: str, doing: str) -> CeleriacError:
    """Why a statement failed.

    Args:
        error: psycopg's.
        where: host, port and database, for the sentence.
        doing: what was tried: "create the role 'orders'".
    """
    if isinstance(error, TooSlow):
        return Unreachable(
            f"the PostgreSQL server at {where} did not {doing} in time ({error}): look at its "
            f"load, at the line, and at `timeout`"
        )
    if error.sqlstate is None or isinstance(error, (pg.AdminShutdown, pg.CrashShutdown)):
        return _lost(where, doing)
    said = str(error) if isinstance(error, Told) else error.diag.message_primary
    reason = (said or type(error).__name__).rstrip(".")
    detail = "; ".join((error.diag.message_detail or "").splitlines())
    if detail and not isinstance(error, pg.UniqueViolation):  # whose detail shows a row's data
        reason = f"{reason} ({detail.rstrip('.')})"
    if isinstance(error, pg.InsufficientPrivilege) or error.sqlstate == _RIGHTS:
        reason += ": look at the rights of `username`, and of the role it acts for"
    if isinstance(error, pg.ReadOnlySqlTransaction):
        reason += ": is it a replica? give the primary's address as `endpoint`"
    if isinstance(error, pg.ObjectInUse):
        reason += ": stop the programs that use it"
    if isinstance(error, pg.LockNotAvailable):
        reason += ": somebody else holds the object, try again"
    return Refused(f"the PostgreSQL server at {where} refused to {doing}: {reason}")


def _lost(where: str, doing: str) -> Lost:
    return Lost(
        f"the connection to the PostgreSQL server at {where} was lost on the way to {doing}: look "
        f"whether the server is up, and at what lies between it and `endpoint`, and run it again"
    )


def worth_repeating(error: psycopg.Error) -> bool:
    """Whether the same transaction may well succeed the next time.

    Parallel changes of one catalog row (`GRANT`s of somebody else on the same database) end as
    "tuple concurrently updated", an internal error without a code of its own.
    """
    if isinstance(error, (pg.SerializationFailure, pg.DeadlockDetected)):
        return True
    if isinstance(error, pg.UniqueViolation):
        return (error.diag.table_name or "").startswith("pg_")
    return isinstance(error, pg.InternalError_) and "tuple concurrently" in str(error)
