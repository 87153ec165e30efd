"""A user's account as the server keeps it, and where its mark is.

MySQL has attributes of users, written with the user in one statement. MariaDB has none, but a user
of it can have several ways to log in: the mark is a second one, a hash that no password has. So it
is written with the user as well, and never apart from it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from celeriac_provider.engine.marks import Mark
from celeriac_provider.mysql import passwords
from celeriac_provider.mysql.client import Session

_KEY: Final = "celeriac"
_HEAD: Final = "*CE1E71AC"
"""Begin of a mark that looks like a hash: eight digits, and twice sixteen of the mark."""
_HASHED: Final = re.compile(re.escape(_HEAD) + r"([0-9A-F]{16})([0-9A-F]{16})", re.IGNORECASE)


@dataclass(frozen=True)
class Account:
    """What the server says of a user.

    Args:
        plugin: how it logs in.
        kept: what is kept of its password.
        more: whether there is yet another way to log in.
        require_tls: whether it must use TLS.
        connection_limit: how many connections it may have at once; 0 for any number.
        locked: whether it cannot log in.
        mark: the mark.
    """

    plugin: str
    kept: str
    more: bool
    require_tls: bool
    connection_limit: int
    locked: bool
    mark: str | None

    @classmethod
    def of(cls, session: Session, name: str, host: str) -> Account | None:
        """The account, or None."""
        return (
            _in_mariadb(session, name, host) if session.mariadb else _in_mysql(session, name, host)
        )


def _in_mariadb(session: Session, name: str, host: str) -> Account | None:
    row = session.one(
        "SELECT Priv FROM mysql.global_priv WHERE User = %s AND Host = %s", name, host
    )
    if row is None:
        return None
    said = json.loads(row[0])
    # The first way stands outside of the list, with an empty entry in its place there.
    ways = [way or said for way in said.get("auth_or") or [{}]]
    kept = [(way.get("plugin", ""), way.get("authentication_string", "")) for way in ways]
    marks = [match for _, text in kept if (match := _HASHED.fullmatch(text))]
    real = [way for way in kept if not _HASHED.fullmatch(way[1])] or [("", "")]
    return Account(
        plugin=real[0][0],
        kept=real[0][1],
        more=len(real) > 1,
        require_tls=said.get("ssl_type", 0) != 0,
        connection_limit=said.get("max_user_connections", 0),
        locked=said.get("account_locked", False),
        mark=str(Mark(*(part.lower() for part in marks[0].groups()))) if marks else None,
    )


def _in_mysql(session: Session, name: str, host: str) -> Account | None:
    row = session.one(
        "SELECT plugin, authentication_string, ssl_type, max_user_connections, account_locked, "
        "User_attributes FROM mysql.user WHERE User = %s AND Host = %s",
        name,
        host,
    )
    if row is None:
        return None
    plugin, kept, tls, limit, locked, attributes = row
    said = json.loads(attributes or "{}")
    found = Mark.find((said.get("metadata") or {}).get(_KEY))
    return Account(
        plugin=plugin,
        kept=kept.decode() if isinstance(kept, bytes) else kept,
        more="additional_password" in said,
        require_tls=bool(tls),
        connection_limit=limit,
        locked=locked == "Y",
        mark=str(found) if found else None,
    )


def statement(
    session: Session,
    verb: str,
    account: tuple[str, str],
    *,
    password: str | None,
    old: Account | None,
    require_tls: bool,
    connection_limit: int,
    locked: bool,
    mark: str | None,
) -> None:
    """Create or alter a user with its mark.

    Args:
        session: where.
        verb: `CREATE` or `ALTER`.
        account: name and host.
        password: its password; None for the one that it has.
        old: the account as it is.
        require_tls: see `Account`.
        connection_limit: see `Account`.
        locked: see `Account`.
        mark: the mark.
    """
    options = (
        f"REQUIRE {'SSL' if require_tls else 'NONE'} WITH MAX_USER_CONNECTIONS {connection_limit} "
        f"ACCOUNT {'LOCK' if locked else 'UNLOCK'}"
    )
    if session.mariadb:
        plugin, kept = passwords.NATIVE, passwords.native(password or "")
        if password is None and old is not None:
            plugin, kept = old.plugin, old.kept
        ways = [(plugin, kept)]
        if (found := Mark.find(mark)) is not None:
            ways.append((passwords.NATIVE, f"{_HEAD}{found.scope}{found.urn}".upper()))
        identified = " OR ".join(f"{way} USING %s" for way, _ in ways)
        session.run(
            f"{verb} USER %s@%s IDENTIFIED VIA {identified} {options}",
            *account,
            *(kept for _, kept in ways),
        )
        return
    identified, values = "", []
    if password is not None:
        identified = f"IDENTIFIED WITH {passwords.CACHING} AS %s "
        values = [passwords.caching(password)]
        if old is not None and old.more:
            session.run("ALTER USER %s@%s DISCARD OLD PASSWORD", *account)
    session.run(
        f"{verb} USER %s@%s {identified}{options} ATTRIBUTE %s",
        *account,
        *values,
        json.dumps({_KEY: mark}),
    )
