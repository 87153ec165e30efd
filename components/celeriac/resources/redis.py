# Written by tools/resources from the provider's declarations: change those.
"""Resources of redis, as the provider offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pulumi

from celeriac.resources.base import CeleriacResource, secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class AclUser(CeleriacResource):
    """A Redis ACL user: everything that it may do, reset and written in one command.

    Its mark is among its own rules, as the right to read one key that does not exist
    (`%R~celeriac-…`): so it is written with the user, saved with it, and never apart from it.
    The password is sent as its SHA-256 hash.

    Users live in the server's memory: after each change they are saved (`ACL SAVE`, or `CONFIG
    REWRITE` where there is no aclfile). Where neither works nothing is made, unless `persist` is
    false. Deleting ends the user's connections; the keys are left: see `KeyPrefix`.

    Where sentinels name the primary, the user is written to every node, since Redis does not
    replicate users, and read from every node.

    Args:
        resource_name: the name of the resource in Pulumi.
        name: The user's name.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        password: The only password: 256 random bits when none is given. Drift is found by its
            hash. Generated when not given.
        enabled: Whether the user can log in. Default: True.
        keys: Patterns of keys to read and write: `orders:*`. Default: [].
        read_keys: Patterns of keys to read only. Default: [].
        write_keys: Patterns of keys to write only. Default: [].
        channels: Patterns of channels. PSUBSCRIBE needs its own pattern, literally. Default:
            [].
        commands: Rules in Redis' own syntax, in order, starting from no command at all: `+get`,
            `+@read`, `-@dangerous`, `+client|setinfo`. Default: [].
        optional_commands: The same, for commands that an older server need not know:
            `+client|setinfo`, which came with Redis 7.2. What it does not know is left out.
            Default: [].
        persist: Whether the user must outlive a restart of the server. Default: True.
        opts: Pulumi's options of a resource.
    """

    generated: ClassVar[tuple[str, ...]] = ("password",)

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        password: pulumi.Input[str] | None = None,
        enabled: pulumi.Input[bool] | None = None,
        keys: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        read_keys: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        write_keys: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        channels: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        commands: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        optional_commands: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        persist: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:redis:AclUser",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "password": secret(password),
                "enabled": enabled,
                "keys": keys,
                "readKeys": read_keys,
                "writeKeys": write_keys,
                "channels": channels,
                "commands": commands,
                "optionalCommands": optional_commands,
                "persist": persist,
                "rules": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """The user's name."""
        return self._property("name")

    @property
    def password(self) -> pulumi.Output[str]:
        """The only password: 256 random bits when none is given. Drift is found by its hash."""
        return self._property("password")

    @property
    def enabled(self) -> pulumi.Output[bool]:
        """Whether the user can log in."""
        return self._property("enabled")

    @property
    def keys(self) -> pulumi.Output[Sequence[str]]:
        """Patterns of keys to read and write: `orders:*`."""
        return self._property("keys")

    @property
    def read_keys(self) -> pulumi.Output[Sequence[str]]:
        """Patterns of keys to read only."""
        return self._property("readKeys")

    @property
    def write_keys(self) -> pulumi.Output[Sequence[str]]:
        """Patterns of keys to write only."""
        return self._property("writeKeys")

    @property
    def channels(self) -> pulumi.Output[Sequence[str]]:
        """Patterns of channels. PSUBSCRIBE needs its own pattern, literally."""
        return self._property("channels")

    @property
    def commands(self) -> pulumi.Output[Sequence[str]]:
        """Rules in Redis' own syntax, in order, starting from no command at all: `+get`,
        `+@read`, `-@dangerous`, `+client|setinfo`."""
        return self._property("commands")

    @property
    def optional_commands(self) -> pulumi.Output[Sequence[str]]:
        """The same, for commands that an older server need not know: `+client|setinfo`, which
        came with Redis 7.2. What it does not know is left out."""
        return self._property("optionalCommands")

    @property
    def persist(self) -> pulumi.Output[bool]:
        """Whether the user must outlive a restart of the server."""
        return self._property("persist")

    @property
    def rules(self) -> pulumi.Output[Mapping[str, str] | None]:
        """Keys, channels and commands as the server spells them."""
        return self._property("rules")


class KeyPrefix(CeleriacResource):
    """A prefix of keys that one app owns, in every database of a server.

    Redis' access rules know no databases: two apps with one prefix would see each other's keys and
    channels wherever they are. So a prefix is registered (in the hash `celeriac:registry` of the
    endpoint's database), and one that is, begins or continues another's is refused.

    Deleting it deletes the keys. While there are messages or results among them that is refused,
    unless `forceDestroy` is set. Let the app's `AclUser` depend on it, so that nobody writes any
    more.

    Args:
        resource_name: the name of the resource in Pulumi.
        prefix: What the keys begin with, as in Celery's `global_keyprefix`: `orders:`.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        database: The number of the database that the app's keys are in. Default: 0.
        force_destroy: Delete it even with messages or results under it. Default: False.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        prefix: pulumi.Input[str],
        adopt: pulumi.Input[bool] | None = None,
        database: pulumi.Input[int] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:redis:KeyPrefix",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "prefix": prefix,
                "database": database,
                "forceDestroy": force_destroy,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def prefix(self) -> pulumi.Output[str]:
        """What the keys begin with, as in Celery's `global_keyprefix`: `orders:`."""
        return self._property("prefix")

    @property
    def database(self) -> pulumi.Output[int]:
        """The number of the database that the app's keys are in."""
        return self._property("database")

    @property
    def force_destroy(self) -> pulumi.Output[bool]:
        """Delete it even with messages or results under it."""
        return self._property("forceDestroy")


class Config(CeleriacResource):
    """Settings of a Redis server.

    They are the whole server's: manage them in one stack only. The values from before are kept (in
    the hash `celeriac:registry` of the endpoint's database, with our mark) and restored by delete.
    With `manage: false` nothing is set: the values are verified, at each create and update, and
    the sentence says what to set where. Then the server need not allow CONFIG: `maxmemory-policy`
    is also told by INFO.

    Where sentinels name the primary, every node is set, verified and read; the values from before
    are the primary's.

    To import settings that are not ours, their names joined by commas are the id, and `name`.

    Args:
        resource_name: the name of the resource in Pulumi.
        settings: Values by setting, as in redis.conf: `{maxmemory-policy: noeviction}`.
        adopt: Take over an object that exists already and was not made by this resource, and
            manage it from now on, deletion included. Default: False.
        name: What this set of settings is called. Default: 'server'.
        manage: Whether to set the values, or only to verify them. Default: True.
        persist: Whether the values must outlive a restart of the server. Default: True.
        opts: Pulumi's options of a resource.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        settings: pulumi.Input[Mapping[str, pulumi.Input[str]]],
        adopt: pulumi.Input[bool] | None = None,
        name: pulumi.Input[str] | None = None,
        manage: pulumi.Input[bool] | None = None,
        persist: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "celeriac:redis:Config",
            resource_name,
            {
                "adopt": adopt,
                "mark": None,
                "name": name,
                "settings": settings,
                "manage": manage,
                "persist": persist,
                "before": None,
                "spelt": None,
            },
            opts,
        )

    @property
    def adopt(self) -> pulumi.Output[bool]:
        """Take over an object that exists already and was not made by this resource, and
        manage it from now on, deletion included."""
        return self._property("adopt")

    @property
    def mark(self) -> pulumi.Output[str | None]:
        """The mark of ownership that the object carries on its server."""
        return self._property("mark")

    @property
    def name(self) -> pulumi.Output[str]:
        """What this set of settings is called."""
        return self._property("name")

    @property
    def settings(self) -> pulumi.Output[Mapping[str, str]]:
        """Values by setting, as in redis.conf: `{maxmemory-policy: noeviction}`."""
        return self._property("settings")

    @property
    def manage(self) -> pulumi.Output[bool]:
        """Whether to set the values, or only to verify them."""
        return self._property("manage")

    @property
    def persist(self) -> pulumi.Output[bool]:
        """Whether the values must outlive a restart of the server."""
        return self._property("persist")

    @property
    def before(self) -> pulumi.Output[Mapping[str, str] | None]:
        """The values that a managed setting had before."""
        return self._property("before")

    @property
    def spelt(self) -> pulumi.Output[Mapping[str, str] | None]:
        """The values as the server spells them."""
        return self._property("spelt")
