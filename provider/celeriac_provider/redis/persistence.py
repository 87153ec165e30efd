"""Making a change outlive a restart of the server: users and settings live in memory."""

from __future__ import annotations

import redis
from redis.exceptions import NoPermissionError

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import Refused
from celeriac_provider.redis.client import Commands, RedisServer

_MEND = (
    "start it with a configuration file, and with an aclfile, that it may write; or, where the "
    "change may be lost at a restart, set `persist: false`"
)


def save_users(ctx: Context, client: RedisServer) -> None:
    """Write the ACL users to the aclfile or, without one, to the configuration file.

    Called before a change too: where the server has nothing to write to, nothing is changed.

    Raises:
        Refused: there is neither file.
    """

    def save(commands: Commands) -> None:
        try:
            commands.execute_command("ACL SAVE")
        except NoPermissionError:
            raise
        except redis.ResponseError as error:
            if "not configured to use an ACL file" not in str(error):
                raise _refused(client, "ACL users", error) from None
            _rewrite(client, commands, "ACL users")

    client.everywhere(ctx, "save the ACL users", save)


def save_settings(ctx: Context, client: RedisServer) -> None:
    """Write the settings to the configuration file.

    Raises:
        Refused: there is none, or it cannot be written.
    """
    client.everywhere(
        ctx,
        "save the configuration",
        lambda commands: _rewrite(client, commands, "settings"),
    )


def _rewrite(client: RedisServer, commands: Commands, what: str) -> None:
    try:
        commands.execute_command("CONFIG REWRITE")
    except NoPermissionError:
        raise
    except redis.ResponseError as error:
        raise _refused(client, what, error) from None


def _refused(client: RedisServer, what: str, error: redis.RedisError) -> Refused:
    reason = str(error).rstrip(".")
    return Refused(
        f"the Redis server at {client.where} cannot keep {what} over a restart ({reason}): {_MEND}"
    )
