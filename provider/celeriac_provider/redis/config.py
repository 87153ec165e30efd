"""Redis settings: set, kept over a restart, and given back; or only verified."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, Self

from redis.exceptions import NoPermissionError, ResponseError

from celeriac_provider.engine.context import Context
from celeriac_provider.engine.errors import CeleriacError, Mistake, PartlyCreated, Refused
from celeriac_provider.engine.properties import output, prop
from celeriac_provider.engine.resource import Key, Resource
from celeriac_provider.redis import registry
from celeriac_provider.redis.client import Commands, RedisServer, pairs
from celeriac_provider.redis.persistence import save_settings

_IN_INFO: Final = {"maxmemory-policy": "maxmemory_policy", "maxmemory": "maxmemory"}
"""Settings that INFO memory tells, where CONFIG GET is refused."""

_AMOUNT: Final = re.compile(r"(\d+)([kmg])(b?)")
"""Redis' own: 1k is 1000, 1kb is 1024."""


def _settings(values: dict[str, str]) -> str | None:
    if not values:
        return "must name a setting at least"
    bad = [name for name in values if name != name.lower() or not name.strip() or "*" in name]
    return (
        f"names {bad[0]!r}: write a setting as in redis.conf, `maxmemory-policy`" if bad else None
    )


class Config(Resource):
    """Settings of a Redis server.

    They are the whole server's: manage them in one stack only. The values from before are kept (in
    the hash `celeriac:registry` of the endpoint's database, with our mark) and restored by delete.
    With `manage: false` nothing is set: the values are verified, at each create and update, and
    the sentence says what to set where. Then the server need not allow CONFIG: `maxmemory-policy`
    is also told by INFO.

    Where sentinels name the primary, every node is set, verified and read; the values from before
    are the primary's.

    To import settings that are not ours, their names joined by commas are the id, and `name`.
    """

    token = "redis:Config"  # noqa: S105 - no secret
    identity = ("name",)

    name: str = prop(
        "What this set of settings is called.",
        default="server",
        replaces=True,
        check=lambda v: None if v else "must not be empty",
    )
    settings: dict[str, str] = prop(
        "Values by setting, as in redis.conf: `{maxmemory-policy: noeviction}`.", check=_settings
    )
    manage: bool = prop(
        "Whether to set the values, or only to verify them.", default=True, local=True
    )
    persist: bool = prop(
        "Whether the values must outlive a restart of the server.", default=True, local=True
    )
    before: dict[str, str] = output("The values that a managed setting had before.")
    spelt: dict[str, str] = output("The values as the server spells them.")

    @classmethod
    def normalised(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Amounts of memory in bytes: `100mb` is 104857600."""
        settings = values["settings"]
        if not isinstance(settings, dict):
            return values
        return values | {"settings": {name: _bytes(value) for name, value in settings.items()}}

    @classmethod
    def read(cls, ctx: Context, key: Key, prior: Self | None) -> Self | None:
        """The server's values of the settings that the registry or the state names."""
        client, name = ctx.client(RedisServer), key["name"]
        doing = f"read the settings {name!r}"
        entry = client.run(ctx, doing, lambda c: registry.entry(c, f"config:{name}"))
        if prior is not None:
            names = list(prior.settings)
        elif entry is not None:
            names = list(entry["before"])
        else:
            names = name.split(",") if name != "server" else []
        spelt = (prior.spelt or {}) if prior else {}
        values = _differing(_everywhere(ctx, client, doing, names), spelt) if names else {}
        if prior is None and (not names or values.keys() != set(names)):
            return None
        return cls(
            name=name,
            settings={
                n: prior.settings[n] if prior and spelt.get(n) == value else value
                for n, value in sorted(values.items())
            },
            before=entry["before"] if entry else (prior.before or {}) if prior else {},
            spelt=values,
            # A server that lost its data, or that is only verified, has no entry.
            mark=entry["mark"] if entry else prior.mark if prior else None,
        )

    def create(self, ctx: Context) -> Self:
        """Set the values, the ones from before remembered first; or verify them."""
        return self._write(ctx, {}, made=True)

    def update(self, old: Self, ctx: Context) -> Self:
        """Set what differs, and give back what is no longer named."""
        return self._write(ctx, old.before or {}, made=False)

    def delete(self, ctx: Context) -> None:
        """Give back the values from before, where nobody has set others since."""
        if not self.manage:
            return
        client = ctx.client(RedisServer)

        def restore(commands: Commands) -> None:
            now = _values(commands, list(self.before), client.where)
            for name, value in self.before.items():
                if now.get(name) == self.spelt.get(name):
                    _set(commands, name, value, client.where)
                else:
                    ctx.warn(
                        f"{name} of the Redis server at {client.where} was set to "
                        f"{now.get(name)!r} by somebody else: it was left so"
                    )

        doing = f"restore the settings {self.name!r}"
        client.everywhere(ctx, doing, restore)
        client.run(ctx, doing, self._forget)
        if self.persist:
            save_settings(ctx, client)

    # Inside.

    def _write(self, ctx: Context, before: dict[str, str], *, made: bool) -> Self:
        client = ctx.client(RedisServer)
        if not self.manage:
            return self._verified(ctx, client)
        doing = f"write the settings {self.name!r}"
        client.everywhere(ctx, doing, lambda c: _configured(c, list(self.settings), client.where))
        if self.persist:
            save_settings(ctx, client)
        try:
            remembered = self._set(ctx, client, before)
        except (Refused, Mistake):
            # After anything else the registry knows what was there before.
            if made:
                self._undo(ctx, client)
            raise
        spelt = _everywhere(ctx, client, doing, list(self.settings))[0]
        written = replace(self, before=remembered, spelt=spelt)
        if self.persist:
            try:
                ctx.persist(lambda: save_settings(ctx, client))
            except CeleriacError as error:
                raise PartlyCreated(str(error), written) from error
        return written

    def _set(self, ctx: Context, client: RedisServer, before: dict[str, str]) -> dict[str, str]:
        """Set the values on every node; the ones from before."""
        doing, field = f"write the settings {self.name!r}", f"config:{self.name}"

        def remember(commands: Commands) -> tuple[dict[str, str], dict[str, str]]:
            self._refuse_shared(commands)
            now = _values(commands, list(self.settings), client.where)
            known = registry.entry(commands, field) or {"before": {}, "mark": None}
            # What an interrupted write remembered, the server no longer has.
            first = before | (known["before"] if known["mark"] == self.mark else {})
            remembered = {name: first.get(name, now.get(name, "")) for name in self.settings}
            entry = {"before": remembered | first, "mark": self.mark}
            # Remembered before it is changed: a crash in between loses nothing.
            commands.hset(registry.KEY, field, registry.written(entry))
            return first, remembered

        def write(commands: Commands) -> None:
            for name, value in self.settings.items():
                _set(commands, name, value, client.where)
            for name in first.keys() - self.settings.keys():
                _set(commands, name, first[name], client.where)

        first, remembered = client.run(ctx, doing, remember)
        client.everywhere(ctx, doing, write)
        entry = registry.written({"before": remembered, "mark": self.mark})
        client.run(ctx, doing, lambda c: c.hset(registry.KEY, field, entry))
        return remembered

    def _undo(self, ctx: Context, client: RedisServer) -> None:
        """Give back what a create that failed half-way has set."""
        doing = f"give back the settings {self.name!r}"
        entry = client.run(ctx, doing, lambda c: registry.entry(c, f"config:{self.name}"))

        def undo(commands: Commands) -> None:
            for name, value in (entry or {"before": {}})["before"].items():
                if value:
                    _set(commands, name, value, client.where)

        client.everywhere(ctx, doing, undo)
        client.run(ctx, doing, self._forget)

    def _verified(self, ctx: Context, client: RedisServer) -> Self:
        doing = f"verify the settings {self.name!r}"
        values = _differing(_everywhere(ctx, client, doing, list(self.settings)), self.settings)
        wrong = [
            f"{name} to {value} (it is {values.get(name, 'not told')})"
            for name, value in sorted(self.settings.items())
            if values.get(name) != value
        ]
        if wrong:
            raise Refused(
                f"the Redis server at {client.where} is not set up as this stack needs it, and "
                f"this stack does not manage its settings: set {', '.join(wrong)}, in redis.conf "
                f"or the service's parameter group, or set `manage: true`"
            )
        # It may have been managed until now: the values stay, and are no longer ours.
        client.run(ctx, doing, self._forget)
        return replace(self, before={}, spelt=values)

    def _forget(self, commands: Commands) -> None:
        commands.hdel(registry.KEY, f"config:{self.name}")

    def _refuse_shared(self, commands: Commands) -> None:
        for other, entry in registry.entries(commands, "config").items():
            shared = sorted(entry["before"].keys() & self.settings.keys())
            if shared and other != self.name:
                raise Mistake(
                    f"{', '.join(shared)} of this Redis server is managed by another Config, "
                    f"{other!r}: leave it to that one, or verify it here with `manage: false`",
                    "settings",
                )


def _everywhere(
    ctx: Context, client: RedisServer, doing: str, names: list[str]
) -> list[dict[str, str]]:
    """The values of every node, the primary's first."""
    return client.everywhere(ctx, doing, lambda c: _values(c, names, client.where), writes=False)


def _differing(nodes: list[dict[str, str]], expected: dict[str, str]) -> dict[str, str]:
    """One value by setting: that of a node where it is not the expected one, if there is one."""
    return {
        name: next(
            (node[name] for node in nodes if node.get(name, value) != expected.get(name)), value
        )
        for name, value in nodes[0].items()
    }


def _bytes(value: Any) -> Any:
    amount = _AMOUNT.fullmatch(value.lower()) if isinstance(value, str) else None
    if amount is None:
        return value
    base = 1024 if amount[3] else 1000
    return str(int(amount[1]) * base ** (" kmg".index(amount[2])))


def _values(commands: Commands, names: list[str], where: str) -> dict[str, str]:
    """The server's values by name, of those settings that it has, or of those that INFO tells.

    Raises:
        Refused: CONFIG is refused, and INFO does not tell them.
    """
    try:
        return _configured(commands, names, where)
    except Refused:
        if not set(names) <= _IN_INFO.keys():
            raise
    said = dict(
        line.split(":", 1)
        for line in str(commands.execute_command("INFO", "memory")).splitlines()
        if ":" in line
    )
    return {name: said[_IN_INFO[name]] for name in names}


def _configured(commands: Commands, names: list[str], where: str) -> dict[str, str]:
    """The same by CONFIG GET.

    Raises:
        Refused: the server keeps CONFIG to itself.
    """
    try:
        return {
            name: value
            for asked in names
            for name, value in pairs(commands.execute_command("CONFIG GET", asked)).items()
        }
    except ResponseError as error:
        if not (isinstance(error, NoPermissionError) or "unknown command" in str(error)):
            raise
        raise Refused(
            f"the Redis server at {where} keeps CONFIG to itself, as services do: set "
            f"{', '.join(sorted(names))} in the service's parameter group, and verify no more "
            f"than {' and '.join(sorted(_IN_INFO))} here, with `manage: false`"
        ) from None


def _set(commands: Commands, name: str, value: str, where: str) -> None:
    try:
        commands.execute_command("CONFIG SET", name, value)
    except ResponseError as error:
        raise Refused(
            f"the Redis server at {where} refused to set {name} to {value!r} ({error}): where a "
            f"service keeps CONFIG to itself, set it in the service's parameter group, and verify "
            f"it here with `manage: false`"
        ) from None
